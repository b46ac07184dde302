"""Homework families of ecology: growth of populations, life tables, counting animals and interactions."""

from __future__ import annotations

from math import exp, log
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "biology-exponential-growth",
    ("Exponential population growth",),
    grid(n="40 60 80 120 150 200", r="0.1 0.2 0.25 0.3 0.4", t="3 4 5 6 8", who="voles rabbits deer mice"),
    "A population of {n} {who} grows exponentially with the intrinsic rate r = {r} per year. How large is it after {t} "
    "years? Round to whole individuals.",
    "With an intrinsic rate of increase of {r} per year and no limits to growth, how many {who} descend from {n} "
    "within {t} years? Round to a whole number.",
)
def _exponential(p: Params) -> Solution:
    n, r, t = reals(p, "n r t")
    return measured(
        p,
        n * exp(r * t),
        "individuals",
        [n * (1 + r * t), n * exp(r), n * r * t],
        r"Exponential growth follows $N(t) = N_0 e^{{r t}}$.",
        r"Here $r t = {r} \cdot {t} = {power}$ and $e^{{{power}}} \approx {factor}$.",
        r"So $N = {n} \cdot {factor} \approx {ans}$ individuals.",
        places=0,
        power=r * t,
        factor=exp(r * t),
    )


@family(
    "biology-doubling-time",
    ("Population doubling time", "Exponential population growth"),
    grid(r="0.02 0.05 0.08 0.1 0.15 0.2 0.35 0.5", unit="hour day week year", k="2 4 8"),
    "How long does a population with the intrinsic growth rate {r} per {unit} need to become {k} times as large, if it "
    "grows exponentially? Round to one decimal place.",
    "A culture multiplies exponentially with r = {r} per {unit}. After which time is it {k} times its initial size? "
    "Round to one decimal place.",
)
def _doubling(p: Params) -> Solution:
    r, k = reals(p, "r k")
    return measured(
        p,
        log(k) / r,
        f"{p['unit']}s",
        [k / r, 1 / r, log(k) * r * 100],
        r"The time solves ${k} = e^{{r t}}$, so $t = \frac{{\ln {k}}}{{r}}$.",
        r"With $\ln {k} \approx {ln}$ one gets $t = \frac{{{ln}}}{{{r}}} \approx {ans}$ {unit}s.",
        places=1,
        ln=log(k),
    )


@family(
    "biology-logistic-growth",
    ("Logistic population growth", "Carrying capacity of a habitat"),
    grid(n="100 200 250 400 500 600", k="800 1000 1600 2000", r="0.2 0.4 0.5 0.8"),
    "A deer population of {n} animals grows logistically with r = {r} per year and the carrying capacity {k}. By how "
    "many animals per year is it growing at this moment?",
    "The carrying capacity of a valley for deer is {k}; r is {r} per year. According to the logistic model, what is "
    "the current growth rate in animals per year of a population of {n}?",
)
def _logistic(p: Params) -> Solution:
    n, k, r = nums(p, "n k r")
    return measured(
        p,
        r * n * (1 - n / k),
        "animals per year",
        [r * n, r * n * n / k, r * (k - n)],
        r"The logistic model says $\frac{{dN}}{{dt}} = r N \left(1 - \frac{{N}}{{K}}\right)$.",
        r"The factor in parentheses is $1 - \frac{{{n}}}{{{k}}} = {free}$, the unused part of the capacity.",
        r"The growth rate is ${r} \cdot {n} \cdot {free} = {ans}$ animals per year.",
        free=1 - n / k,
    )


@family(
    "biology-survivorship",
    ("Survivorship",),
    grid(a="400 500 800 1000", b="0.2 0.25 0.4 0.5", c="0.5 0.6 0.8", d="0.5 0.75"),
    "Of {a} hatched lizards the fraction {b} survives the first year, of these {c} the second and of the remaining {d} "
    "the third year. Which share of the hatchlings reaches the age of three years?",
    "A life table starts with {a} newly hatched lizards. The annual survival probabilities are {b}, {c} and {d}, in "
    "this order. Find the survivorship to the third birthday.",
)
def _survival(p: Params) -> Solution:
    a, b, c, d = nums(p, "a b c d")
    return measured(
        p,
        b * c * d,
        "",
        [(b + c + d) / 3, b * c, a * b * c * d],
        "Survivorship is the fraction of the original cohort that is still alive, so the annual probabilities are "
        "multiplied.",
        r"It is ${b} \cdot {c} \cdot {d} = {ans}$.",
        "Of {a} hatchlings {left} are therefore expected to be alive.",
        places=4,
        left=a * b * c * d,
    )


@family(
    "biology-net-reproductive-rate",
    ("Net reproductive rate", "Survivorship", "Generation time"),
    grid(l="0.4 0.5 0.6", m="0.2 0.25 0.3", n="0.1 0.05", x="1 2", y="2 3 4", z="1 2", ask="R T"),
    "In a life table females aged 1, 2 and 3 years have the survivorship {l}, {m} and {n} and bear {x}, {y} and {z} "
    "daughters on average. Compute {ask}, where R is the net reproductive rate and T the mean age of the mothers at "
    "the births (generation time). Round to three decimal places.",
    "For the ages 1, 2 and 3 years a population has survivorships {l}, {m}, {n} and daughters per female {x}, {y}, "
    "{z}. With R for the net reproductive rate and T for the generation time (mean age of mothers, weighted by "
    "births), find {ask}, rounded to three decimal places.",
)
def _reproduction(p: Params) -> Solution:
    l, m, n, x, y, z = nums(p, "l m n x y z")
    rate = l * x + m * y + n * z
    age = (l * x + 2 * m * y + 3 * n * z) / rate
    asked, other = (rate, age) if p["ask"] == "R" else (age, rate)
    return measured(
        p,
        asked,
        "daughters per female" if p["ask"] == "R" else "years",
        [other, (x + y + z), (l + m + n) * 2],
        r"The net reproductive rate adds survivorship times births: $R = {l} \cdot {x} + {m} \cdot {y} + {n} \cdot {z} "
        "= {rate}$.",
        r"The generation time weights each product with the age: $T = \frac{{1 \cdot {a} + 2 \cdot {b} + 3 \cdot "
        r"{c}}}{{{rate}}} \approx {age}$."
        if p["ask"] == "T"
        else "A value below 1 means that the population shrinks, a value above 1 that it grows.",
        "So {ask} is {ans}.",
        places=3,
        rate=rate,
        age=age,
        a=l * x,
        b=m * y,
        c=n * z,
    )


def _draw_marks(random: Random) -> Params:
    while True:
        first, second, both = random.randrange(40, 121, 10), random.randrange(50, 151, 10), random.randrange(5, 31)
        if first * second % both == 0:
            return {"first": first, "second": second, "both": both, "who": random.choice(("perch", "newts", "beetles"))}


@family(
    "biology-mark-recapture",
    ("Mark and recapture",),
    _draw_marks,
    "Biologists catch {first} {who}, mark and release them. Later they catch {second}, of which {both} are marked. "
    "Estimate the size of the population by the Lincoln-Petersen method.",
    "After {first} marked {who} have mixed with the others, a second catch of {second} contains {both} marked ones. "
    "What is the Lincoln-Petersen estimate of the population?",
)
def _recapture(p: Params) -> Solution:
    first, second, both = nums(p, "first second both")
    return measured(
        p,
        first * second / both,
        "individuals",
        [first + second - both, first * both, (first + second) * 2],
        "In the second catch the share of marked animals should equal their share in the population.",
        r"From $\frac{{{both}}}{{{second}}} = \frac{{{first}}}{{N}}$ it follows that $N = \frac{{{first} \cdot "
        r"{second}}}{{{both}}} = {ans}$.",
    )


def _draw_squares(random: Random) -> Params:
    counts = [random.randrange(1, 9) for _ in range(8)]
    return {"counts": ", ".join(map(str, counts)), "side": "0.5", "area": random.choice((200, 400, 600, 1000, 1500))}


@family(
    "biology-quadrat",
    ("Quadrat sampling", "Population density"),
    _draw_squares,
    "In a meadow of {area} m² eight square plots with a side of {side} m are chosen at random. They contain {counts} "
    "cowslips. Estimate the number of cowslips in the meadow.",
    "Eight random quadrats, each with a side length of {side} m, hold {counts} cowslips. How many plants are to be "
    "expected in the whole meadow of {area} m²?",
)
def _quadrat(p: Params) -> Solution:
    counts = [int(x) for x in str(p["counts"]).split(", ")]
    side, area = nums(p, "side area")
    sampled = 8 * side * side
    density = sum(counts) / sampled
    return measured(
        p,
        density * area,
        "plants",
        [sum(counts) * area / 8, sum(counts) * area / (8 * side)],
        r"The plots together cover $8 \cdot {side}^2 = {sampled}$ m² and contain {total} plants.",
        r"The density is $\frac{{{total}}}{{{sampled}}} = {density}$ plants per m².",
        r"On {area} m² one expects ${density} \cdot {area} = {ans}$ plants.",
        sampled=sampled,
        total=sum(counts),
        density=density,
    )


@family(
    "biology-competition",
    ("Interspecific competition",),
    grid(n="100 150 200 250", k="600 800 1000", m="50 80 120 200", a="0.5 0.8 1.2 1.5", r="0.2 0.4 0.5"),
    "Barnacle species A has {n} individuals on a rock, r = {r} per year and the carrying capacity {k}. One individual "
    "of species B, of which there are {m}, uses as much space as {a} individuals of A. What growth per year does the "
    "Lotka-Volterra competition model give for species A?",
    "In the Lotka-Volterra model of competition, species A (N = {n}, K = {k}, r = {r} per year) competes with {m} "
    "individuals of species B; the competition coefficient of B on A is {a}. At which rate, per year, does species A "
    "change?",
)
def _competition(p: Params) -> Solution:
    n, k, m, a, r = nums(p, "n k m a r")
    return measured(
        p,
        r * n * (k - n - a * m) / k,
        "individuals per year",
        [r * n * (k - n) / k, r * n * (k - n - m) / k, r * n * (k - a * m) / k],
        r"The model extends the logistic equation: $\frac{{dN_A}}{{dt}} = r N_A \frac{{K - N_A - \alpha N_B}}{{K}}$.",
        r"The competitors count as ${a} \cdot {m} = {load}$ individuals of the own species.",
        r"The result is ${r} \cdot {n} \cdot \frac{{{k} - {n} - {load}}}{{{k}}} = {ans}$ individuals per year.",
        load=a * m,
    )


@family(
    "biology-functional-response",
    ("Functional response",),
    grid(a="0.02 0.05 0.1", h="0.5 2 3", n="20 40 50 100 200"),
    "A spider finds prey at the attack rate a = {a} (area searched per hour) and needs h = {h} hours to handle each "
    "item. How many items per hour does it eat at a density of {n} prey items by Holling's type II response? Round to "
    "three decimal places.",
    "By Holling's type II functional response, how many prey items per hour does a predator take with a = {a}, a "
    "handling time of {h} hours and {n} items per unit of area? Round to three decimal places.",
)
def _response(p: Params) -> Solution:
    a, h, n = nums(p, "a h n")
    return measured(
        p,
        a * n / (1 + a * h * n),
        "items per hour",
        [a * n, 1 / h, a * n / (1 + h * n)],
        r"Because handling takes time, the rate levels off: $f(N) = \frac{{a N}}{{1 + a h N}}$.",
        r"The numerator is ${a} \cdot {n} = {top}$, the denominator $1 + {a} \cdot {h} \cdot {n} = {bottom}$.",
        r"The predator takes $\frac{{{top}}}{{{bottom}}} \approx {ans}$ items per hour; at most it could take $1/h$.",
        places=3,
        top=a * n,
        bottom=1 + a * h * n,
    )


@family(
    "biology-epidemic",
    ("Herd immunity",),
    grid(beta="0.3 0.4 0.5 0.6", days="5 6 8 10", n="500 1000 2000"),
    "In a colony of {n} penguins an infected bird infects {beta} others per day as long as all are susceptible, and "
    "stays infectious for {days} days. Which percentage of the colony must at least be immune so that the disease "
    "cannot spread? Round to one decimal place.",
    "A disease lasts {days} days and causes {beta} new infections per day and case in a fully susceptible colony of "
    "{n} penguins. Find the smallest immune share, in percent, that prevents an outbreak, rounded to one decimal "
    "place.",
)
def _epidemic(p: Params) -> Solution:
    beta, days = nums(p, "beta days")
    number = beta * days
    return measured(
        p,
        (1 - 1 / number) * 100,
        "%",
        [100 / number, beta * 100, 100],
        r"One case causes $R_0 = {beta} \cdot {days} = {number}$ further cases at the beginning.",
        r"If the share p is immune, only $R_0 (1 - p)$ cases follow, which must not exceed 1.",
        r"The threshold is $p = 1 - \frac{{1}}{{R_0}}$, which is {ans}%.",
        places=1,
        number=number,
    )


PROBLEMS = (
    _exponential,
    _doubling,
    _logistic,
    _survival,
    _reproduction,
    _recapture,
    _quadrat,
    _competition,
    _response,
    _epidemic,
)
