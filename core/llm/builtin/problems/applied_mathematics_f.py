"""Applied mathematics problems on models with differential equations."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, sqrt

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, solved


def _exponential(p: Params) -> Solution:
    start, double, t = ints(p, "start double t")
    value = start * 2 ** (t / double)
    return solved(
        f"{plain(value, 0)} cells",
        (
            f"{plain(start * (1 + t / double), 0)} cells",
            f"{plain(start * exp(t / double), 0)} cells",
            f"{plain(start * 2 * t / double, 0)} cells",
        ),
        f"The solution of $N' = rN$ is $N(t) = {start} e^{{rt}}$.",
        f"Doubling in {double} h means $e^{{{double} r}} = 2$, so $r = \\frac{{\\ln 2}}{{{double}}} \\approx "
        f"{plain(log(2) / double, 4)}$ per hour.",
        f"After {t} h there are ${start} \\cdot 2^{{{t}/{double}}} \\approx {plain(value, 0)}$ cells.",
    )


EXPONENTIAL = Problem(
    "applied-mathematics-exponential-growth",
    ("Exponential growth model",),
    (
        (
            "A culture of {start} cells grows exponentially and doubles every {double} h. How many cells are there "
            "after {t} h (nearest whole number)?"
        ),
        (
            "Bacteria multiply according to N' = rN with a doubling time of {double} h. Starting from {start} cells, "
            "find their number after {t} h, rounded to a whole number."
        ),
    ),
    lambda r: {"start": r.randrange(100, 900, 50), "double": r.randint(3, 6), "t": r.randint(7, 20)},
    _exponential,
)


def _logistic(p: Params) -> Solution:
    start, cap, t = ints(p, "start cap t")
    rate = exact(p, "rate")
    a = Fraction(cap - start, start)
    value = cap / (1 + float(a) * exp(-float(rate) * t))
    return solved(
        f"{plain(value, 0)} deer",
        (f"{plain(start * exp(float(rate) * t), 0)} deer", f"{plain(cap * (1 - exp(-float(rate) * t)), 0)} deer"),
        f"The solution is $N(t) = \\frac{{K}}{{1 + A e^{{-rt}}}}$ with $A = \\frac{{K - N_0}}{{N_0}} = "
        f"\\frac{{{cap} - {start}}}{{{start}}} \\approx {plain(a, 3)}$.",
        f"With $rt = {plain(rate)} \\cdot {t} = {plain(rate * t)}$ one gets $N({t}) = \\frac{{{cap}}}{{1 + "
        f"{plain(a, 3)} \\cdot e^{{-{plain(rate * t)}}}}} \\approx {plain(value, 0)}$.",
    )


LOGISTIC = Problem(
    "applied-mathematics-logistic-growth",
    ("Logistic growth",),
    (
        (
            "A herd of {start} deer grows logistically with growth rate {rate} per year towards a capacity of {cap}. "
            "How many deer are there after {t} years (whole number)?"
        ),
        (
            "Solve the logistic equation with growth rate {rate} per year, capacity {cap} and initial value {start} "
            "for a herd of deer. Give the number of deer after {t} years, "
            "rounded to a whole number."
        ),
    ),
    lambda r: {
        "start": r.randrange(20, 100, 10),
        "cap": r.randrange(300, 900, 50),
        "rate": r.choice(("0.2", "0.3", "0.4", "0.5")),
        "t": r.randint(3, 9),
    },
    _logistic,
)


def _capacity(p: Params) -> Solution:
    a, b = exact(p, "a"), exact(p, "b")
    cap = a / b

    def tell(k: Fraction, g: Fraction) -> str:
        return f"K = {plain(k, 2)}, largest growth {plain(g, 2)} per year"

    return solved(
        tell(cap, a * cap / 4),
        (tell(cap, a * cap), tell(cap / 2, a * cap / 4), tell(cap, a * cap / 2)),
        f"The population stops growing where ${plain(a)} N - {plain(b, 4)} N^2 = 0$, that is at "
        f"$K = \\frac{{{plain(a)}}}{{{plain(b, 4)}}} = {plain(cap, 2)}$.",
        f"The growth is a downward parabola in $N$ with zeros 0 and $K$, so it is largest at $N = \\frac{{K}}{{2}} = "
        f"{plain(cap / 2, 2)}$.",
        f"There it equals $\\frac{{{plain(a)} \\cdot {plain(cap, 2)}}}{{4}} = {plain(a * cap / 4, 2)}$.",
    )


CAPACITY = Problem(
    "applied-mathematics-carrying-capacity",
    ("Carrying capacity", "Logistic growth"),
    (
        (
            "A fish stock N obeys N' = {a} N - {b} N^2 (t in years). Find its carrying capacity K and the largest "
            "growth rate N' it can reach."
        ),
        (
            "For the logistic model N' = {a} N - {b} N^2 with time in years, what are the carrying capacity K and the "
            "maximal growth of the stock per year?"
        ),
    ),
    lambda r: {
        "a": r.choice(("0.4", "0.6", "0.8", "1.2", "1.6")),
        "b": r.choice(("0.001", "0.002", "0.0004", "0.0005")),
    },
    _capacity,
)


def _cooling(p: Params) -> Solution:
    hot, room, later, m = ints(p, "hot room later m")
    k = log((hot - room) / (later - room)) / m
    target = Fraction(hot + room, 2)
    t = log(2) / k
    return solved(
        f"{plain(t, 1)} min",
        (f"{plain(m * float(hot - target) / (hot - later), 1)} min", f"{plain(1 / k, 1)} min"),
        f"The difference to the room temperature decays exponentially: $T(t) - {room} = {hot - room} e^{{-kt}}$.",
        f"From ${later - room} = {hot - room} e^{{-{m}k}}$ follows $k = \\frac{{1}}{{{m}}} \\ln "
        f"\\frac{{{hot - room}}}{{{later - room}}} \\approx {plain(k, 5)}$ per minute.",
        f"The difference has halved when $e^{{-kt}} = \\frac{{1}}{{2}}$, so $t = \\frac{{\\ln 2}}{{k}} \\approx "
        f"{plain(t, 1)}$ min.",
    )


COOLING = Problem(
    "applied-mathematics-cooling",
    ("Newton's law of cooling",),
    (
        (
            "Tea of {hot} °C stands in a room of {room} °C and has {later} °C after {m} min. By Newton's law of "
            "cooling, when is it only half as far above the room temperature as at the start (minutes, one decimal)?"
        ),
        (
            "A cup at {hot} °C cools to {later} °C within {m} min in surroundings of {room} °C. Use Newton's law of "
            "cooling to find the time, to a tenth of a minute, after which its excess over the surroundings has halved."
        ),
    ),
    lambda r: {"hot": r.randint(80, 95), "room": r.randint(18, 24), "later": r.randint(62, 76), "m": r.randint(4, 9)},
    _cooling,
)


def _tank(p: Params) -> Solution:
    volume, flow, c, t = ints(p, "volume flow c t")
    limit = volume * c
    value = limit * (1 - exp(-flow * t / volume))
    return solved(
        f"{plain(value, 1)} g",
        (f"{plain(flow * c * t, 1)} g", f"{plain(limit, 1)} g", f"{plain(limit * exp(-flow * t / volume), 1)} g"),
        f"Salt enters at ${flow} \\cdot {c} = {flow * c}$ g/min and leaves at $\\frac{{{flow}}}{{{volume}}} S$, so "
        f"$S' = {flow * c} - {plain(Fraction(flow, volume), 4)} S$.",
        f"The equilibrium is ${volume} \\cdot {c} = {limit}$ g and $S(t) = {limit} (1 - e^{{-{flow}t/{volume}}})$.",
        f"At $t = {t}$ this is about {plain(value, 1)} g.",
    )


TANK = Problem(
    "applied-mathematics-mixing-tank",
    ("Mixing tank model",),
    (
        (
            "A tank holds {volume} L of pure water. Brine with {c} g/L flows in at {flow} L/min, and the well-stirred "
            "mixture flows out at the same rate. How much salt is in the tank after {t} min (grams, one decimal)?"
        ),
        (
            "Into a stirred tank with {volume} L of fresh water run {flow} L/min of a solution with {c} g of salt "
            "per litre; as much of the mixture runs off. Find the mass of salt after {t} min to a tenth of a gram."
        ),
    ),
    lambda r: {
        "volume": r.choice((100, 200, 250, 400)),
        "flow": r.choice((4, 5, 8, 10)),
        "c": r.randint(2, 12),
        "t": r.randint(10, 40),
    },
    _tank,
)


def _terminal(p: Params) -> Solution:
    (m,), k = ints(p, "m"), exact(p, "k")
    v = sqrt(m * 9.81 / float(k))
    return solved(
        f"{plain(v, 1)} m/s",
        (f"{plain(m * 9.81 / float(k), 1)} m/s", f"{plain(sqrt(m / float(k)), 1)} m/s"),
        f"The equation of motion is ${m} v' = {m} \\cdot 9.81 - {plain(k)} v^2$.",
        f"At the terminal velocity the acceleration is zero, so $v^2 = \\frac{{{m} \\cdot 9.81}}{{{plain(k)}}} "
        f"\\approx {plain(m * 9.81 / float(k), 2)}$.",
        f"The root is about {plain(v, 1)} m/s.",
    )


TERMINAL = Problem(
    "applied-mathematics-terminal-velocity",
    ("Terminal velocity",),
    (
        (
            "A sky diver of mass {m} kg (with equipment) falls with air drag {k} v^2 in newtons, v in m/s. Which "
            "terminal velocity is approached, with g = 9.81 m/s^2 (one decimal)?"
        ),
        (
            "Falling with mass {m} kg under gravity (g = 9.81 m/s^2) and quadratic drag of {k} v^2 newtons, what "
            "limiting speed does a sky diver reach, to one decimal?"
        ),
    ),
    lambda r: {"m": r.randint(65, 110), "k": r.choice(("0.22", "0.25", "0.28", "0.32"))},
    _terminal,
)


def _epidemic(p: Params) -> Solution:
    beta, gamma = exact(p, "beta"), exact(p, "gamma")
    n, s, i = ints(p, "n s i")
    number, rate = beta / gamma, beta * s * i / n - gamma * i

    def tell(x: Fraction, y: Fraction) -> str:
        return f"R0 = {plain(x, 2)}, I' = {plain(y, 2)} persons per day"

    return solved(
        tell(number, rate),
        (tell(1 / number, rate), tell(number, beta * s * i / n), tell(number, (beta - gamma) * i)),
        f"An infected person infects $\\beta = {plain(beta)}$ others per day while all are susceptible, for "
        f"$\\frac{{1}}{{\\gamma}} = {plain(1 / gamma, 2)}$ days, so $R_0 = \\frac{{\\beta}}{{\\gamma}} = "
        f"{plain(number, 2)}$.",
        f"New infections per day are $\\beta \\frac{{SI}}{{N}} = {plain(beta * s * i / n, 2)}$, recoveries "
        f"$\\gamma I = {plain(gamma * i, 2)}$.",
        f"The difference is $I' = {plain(rate, 2)}$ per day.",
    )


EPIDEMIC = Problem(
    "applied-mathematics-sir-model",
    ("SIR epidemic model", "Basic reproduction number"),
    (
        (
            "In an SIR model for {n} people the transmission rate is {beta} and the recovery rate {gamma} per day. "
            "At present {s} are susceptible and {i} infected. Compute the basic reproduction number and the rate of "
            "change I' of the infected (two decimals)."
        ),
        (
            "A disease spreads by S' = -βSI/N, I' = βSI/N - γI with N = {n}, β = {beta} and γ = {gamma} per day. "
            "Find the reproduction number, and I' for S = {s} and I = {i}, both to two decimals."
        ),
    ),
    lambda r: {
        "beta": r.choice(("0.3", "0.4", "0.5", "0.6")),
        "gamma": r.choice(("0.1", "0.2", "0.25")),
        "n": r.choice((1000, 2000, 5000)),
        "s": r.randrange(600, 950, 50),
        "i": r.randrange(20, 50, 5),
    },
    _epidemic,
)

PROBLEMS: tuple[Problem, ...] = (
    EXPONENTIAL,
    LOGISTIC,
    CAPACITY,
    COOLING,
    TANK,
    TERMINAL,
    EPIDEMIC,
)
