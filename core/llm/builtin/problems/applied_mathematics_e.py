"""Applied mathematics problems on dimensions, scaling, discrete models and interacting species."""

from __future__ import annotations

from fractions import Fraction
from math import floor, log10
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, ratio, solved, tex

Dimension = tuple[int, int, int]

# exponents of mass, length and time
_QUANTITIES: dict[str, Dimension] = {
    "force": (1, 1, -2),
    "power": (1, 2, -3),
    "energy": (1, 2, -2),
    "pressure": (1, -1, -2),
    "mass flow rate": (1, 0, -1),
    "dynamic viscosity": (1, -1, -1),
    "momentum": (1, 1, -1),
    "surface tension": (1, 0, -2),
    "volume flow rate": (0, 3, -1),
    "acceleration": (0, 1, -2),
    "frequency": (0, 0, -1),
}
_BASES: dict[str, tuple[Dimension, Dimension, Dimension]] = {
    "density, speed and length": ((1, -3, 0), (0, 1, -1), (0, 1, 0)),
    "density, time and length": ((1, -3, 0), (0, 0, 1), (0, 1, 0)),
    "mass, speed and length": ((1, 0, 0), (0, 1, -1), (0, 1, 0)),
    "density, acceleration and length": ((1, -3, 0), (0, 1, -2), (0, 1, 0)),
}


def _exponents(target: Dimension, basis: tuple[Dimension, Dimension, Dimension]) -> tuple[Fraction, Fraction, Fraction]:
    """Exponents for a basis whose first member alone has mass, second alone has time, third is a length."""
    a = Fraction(target[0], basis[0][0])
    b = Fraction(target[2], basis[1][2])
    return a, b, target[1] - a * basis[0][1] - b * basis[1][1]


def _dimension(p: Params) -> Solution:
    name, label = str(p["target"]), str(p["basis"])
    target, basis = _QUANTITIES[name], _BASES[label]
    a, b, c = _exponents(target, basis)

    def tell(x: Fraction, y: Fraction, z: Fraction) -> str:
        return f"({ratio(x)}, {ratio(y)}, {ratio(z)})"

    return solved(
        tell(a, b, c),
        (tell(a, -b, c), tell(a, b, c + 1), tell(a, b, -c)),
        f"In powers of kilogram, metre and second the dimension of {name} is {target}, and those of {label} are "
        f"{basis[0]}, {basis[1]} and {basis[2]}.",
        f"Only the first given quantity contains mass, so its exponent is ${tex(a)}$; only the second contains time, "
        f"so its exponent is ${tex(b)}$.",
        f"The powers of length must agree: ${target[1]} = {tex(a)} \\cdot ({basis[0][1]}) + ({tex(b)}) \\cdot "
        f"({basis[1][1]}) + c$, hence $c = {tex(c)}$.",
    )


DIMENSION = Problem(
    "applied-mathematics-dimensional-analysis",
    ("Dimensional analysis",),
    (
        (
            "A quantity with the dimension of {target} depends only on {basis}, as a product of powers. Which "
            "exponents do these three quantities have, in this order?"
        ),
        (
            "By dimensional analysis, with which powers must {basis} be multiplied to obtain a quantity with the "
            "dimension of {target}? Give the three exponents in the order named."
        ),
    ),
    lambda r: {"target": r.choice(list(_QUANTITIES)), "basis": r.choice(list(_BASES))},
    _dimension,
)


def _scale(p: Params) -> Solution:
    k, m = ints(p, "k m")

    def tell(mass: Fraction | int, pressure: Fraction | int) -> str:
        return f"mass {plain(Fraction(mass))} kg, pressure {ratio(pressure)} times as large"

    return solved(
        tell(m * k**3, k),
        (tell(m * k, 1), tell(m * k**2, k), tell(m * k**3, k * k)),
        f"With unchanged shape and material the volume and so the mass grows by ${k}^3 = {k**3}$: "
        f"${m} \\cdot {k**3} = {m * k**3}$ kg.",
        f"The area of the base grows only by ${k}^2 = {k * k}$.",
        f"The pressure is weight over area, so it changes by $\\frac{{{k}^3}}{{{k}^2}} = {k}$.",
    )


SCALE = Problem(
    "applied-mathematics-scaling-law",
    ("Scaling law",),
    (
        (
            "A statue of mass {m} kg is copied in the same material with all lengths multiplied by {k}. What is the "
            "mass of the copy, and how does the pressure under its base compare with the original?"
        ),
        (
            "All lengths of a solid model ({m} kg) are enlarged by the factor {k}, material and shape being kept. "
            "Find the mass of the large version and the factor by which the pressure on its base grows."
        ),
    ),
    lambda r: {"k": r.randint(2, 6), "m": r.randint(3, 25)},
    _scale,
)


def _estimate(p: Params) -> Solution:
    people, share, years = ints(p, "people share years")
    value = Fraction(people * 10**6 * share, 100 * years * 365)
    power = floor(log10(value) + 0.5)
    return solved(
        f"10^{power}",
        (f"10^{power + 1}", f"10^{power - 1}", f"10^{power + 3}"),
        f"The number of bicycles is about ${people} \\cdot 10^6 \\cdot {share / 100:.2f} = "
        f"{plain(Fraction(people * share, 100), 2)} \\cdot 10^6$.",
        f"Each is replaced every {years} years, that is every {365 * years} days, so about "
        f"{plain(value, 0)} are bought per day.",
        f"The logarithm to base 10 is about {plain(log10(value), 2)}, so the nearest power of ten is $10^{{{power}}}$.",
    )


def _draw_estimate(r: Random) -> Params:
    while True:
        people, share, years = r.randint(2, 80), r.choice((20, 40, 50, 60, 80)), r.choice((5, 8, 10, 12))
        rest = log10(people * 10**4 * share / years / 365) % 1
        if abs(rest - 0.5) > 0.1:
            return {"people": people, "share": share, "years": years}


ESTIMATE = Problem(
    "applied-mathematics-order-of-magnitude",
    ("Order-of-magnitude estimate",),
    (
        (
            "A country has {people} million inhabitants, {share} % of whom own one bicycle each, and a bicycle lasts "
            "about {years} years. Estimate the number of bicycles sold per day as the nearest power of ten."
        ),
        (
            "Estimate daily bicycle sales to the nearest power of ten (on a logarithmic scale) in a country of "
            "{people} million people if {share} % own a bicycle and replace it every {years} years on average."
        ),
    ),
    _draw_estimate,
    _estimate,
)


def _dose(p: Params) -> Solution:
    dose, loss = ints(p, "dose loss")
    keep = 1 - Fraction(loss, 100)
    x = Fraction(dose)
    for _ in range(2):
        x = keep * x + dose
    rest = dose / (1 - keep)

    def tell(a: Fraction, b: Fraction) -> str:
        return f"{plain(a, 2)} mg after the third dose, {plain(b, 2)} mg in the long run"

    return solved(
        tell(x, rest),
        (tell(Fraction(3 * dose), rest), tell(x, dose / keep), tell(keep * x + dose, rest)),
        f"The amount just after a dose follows $x_{{n+1}} = {plain(keep)} x_n + {dose}$ with $x_1 = {dose}$.",
        f"So $x_2 = {plain(keep * dose + dose, 3)}$ and $x_3 = {plain(x, 3)}$.",
        f"An equilibrium satisfies $x = {plain(keep)} x + {dose}$, which gives $x = \\frac{{{dose}}}{{"
        f"{plain(1 - keep)}}} = {plain(rest, 2)}$; it is approached because $|{plain(keep)}| < 1$.",
    )


DOSE = Problem(
    "applied-mathematics-repeated-dose",
    ("Linear difference equation", "Equilibrium of a difference equation"),
    (
        (
            "A patient takes {dose} mg of a drug every morning; within a day the body removes {loss} % of what is "
            "present. How much is in the body right after the third dose, and to which amount right after a dose "
            "does it tend (two decimals)?"
        ),
        (
            "Every day {dose} mg of a medicine are taken, and {loss} % of the amount in the body is broken down "
            "until the next intake. Set up a difference equation and find, to two decimals, the amount just after "
            "the third intake and its equilibrium."
        ),
    ),
    lambda r: {"dose": r.randrange(20, 130, 10), "loss": r.choice((20, 25, 40, 50, 60, 75, 80))},
    _dose,
)


def _logistic_map(p: Params) -> Solution:
    r = exact(p, "r")
    rest, slope = 1 - 1 / r, 2 - r
    verdict = "stable" if abs(slope) < 1 else "unstable"
    other = "unstable" if verdict == "stable" else "stable"
    return solved(
        f"x* = {plain(rest, 4)}, {verdict}",
        (f"x* = {plain(rest, 4)}, {other}", f"x* = {plain(1 / r, 4)}, {verdict}"),
        f"A positive equilibrium satisfies $x = {plain(r)} x (1 - x)$, so $1 - x = \\frac{{1}}{{{plain(r)}}}$ and "
        f"$x^* \\approx {plain(rest, 4)}$.",
        f"The derivative of $f(x) = {plain(r)} x (1-x)$ there is $f'(x^*) = 2 - {plain(r)} = {plain(slope)}$.",
        f"The equilibrium is stable if $|f'(x^*)| < 1$; here it is {verdict}.",
    )


LOGISTIC_MAP = Problem(
    "applied-mathematics-logistic-map",
    ("Stability of an equilibrium", "Equilibrium of a difference equation"),
    (
        (
            "A population share follows x_(n+1) = {r} x_n (1 - x_n). Find the positive equilibrium (four decimals) and "
            "decide by the derivative whether it is stable."
        ),
        (
            "Determine the non-zero fixed point of the logistic map x_(n+1) = {r} x_n (1 - x_n) to four decimals, "
            "and its stability."
        ),
    ),
    lambda r: {"r": f"{r.randint(1, 3)}.{r.choice((2, 4, 5, 6, 8, 9))}" + r.choice(("", "5"))},
    _logistic_map,
)


def _predator(p: Params) -> Solution:
    a, b, c, d = (exact(p, name) for name in "abcd")

    def tell(x: Fraction, y: Fraction) -> str:
        return f"{plain(x, 2)} hares, {plain(y, 2)} lynxes"

    return solved(
        tell(c / d, a / b),
        (tell(a / b, c / d), tell(a / d, c / b), tell(d / c, b / a)),
        f"Hares rest if $x ({plain(a)} - {plain(b)} y) = 0$, so with $x > 0$ one needs $y = \\frac{{{plain(a)}}}{{"
        f"{plain(b)}}} = {plain(a / b, 2)}$.",
        f"Lynxes rest if $y (-{plain(c)} + {plain(d, 4)} x) = 0$, so with $y > 0$ one needs $x = \\frac{{{plain(c)}}}{{"
        f"{plain(d, 4)}}} = {plain(c / d, 2)}$.",
        "Note that the number of prey is fixed by the parameters of the predators and vice versa.",
    )


PREDATOR = Problem(
    "applied-mathematics-predator-prey",
    ("Predator-prey equilibrium",),
    (
        (
            "Hares x and lynxes y follow x' = {a} x - {b} x y and y' = -{c} y + {d} x y. At which positive numbers "
            "do both populations stay constant?"
        ),
        (
            "Find the equilibrium with both species present of the predator-prey model x' = {a} x - {b} x y, "
            "y' = -{c} y + {d} x y, where x counts hares and y lynxes."
        ),
    ),
    lambda r: {
        "a": r.choice(("0.4", "0.6", "0.8", "1.2")),
        "b": r.choice(("0.02", "0.01", "0.04")),
        "c": r.choice(("0.3", "0.5", "0.9")),
        "d": r.choice(("0.001", "0.002", "0.005")),
    },
    _predator,
)

PROBLEMS: tuple[Problem, ...] = (DIMENSION, SCALE, ESTIMATE, DOSE, LOGISTIC_MAP, PREDATOR)
