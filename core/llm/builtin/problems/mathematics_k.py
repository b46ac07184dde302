"""Mathematics problems on continuous distributions."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from statistics import NormalDist

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, ratio, solved, tex


def _density(p: Params) -> Solution:
    b, c = ints(p, "b c")
    k = Fraction(2, b * b)
    below = Fraction(c * c, b * b)

    def tell(x: Fraction, y: Fraction) -> str:
        return f"k = {ratio(x)}, probability {ratio(y)}"

    return solved(
        tell(k, below),
        (tell(Fraction(1, b), Fraction(c, b)), tell(k, 1 - below), tell(Fraction(1, b * b), below / 2), tell(k, k * c)),
        f"The area under the density is 1: it is a triangle with base {b} and height ${b}k$, so "
        f"$\\frac{{{b * b}k}}{{2}} = 1$ and $k = {tex(k)}$.",
        f"Up to {c} the triangle has the area $\\frac{{1}}{{2}} \\cdot {c} \\cdot {c}k = {tex(below)}$.",
        "This area is the probability.",
    )


def _draw_density(r: Random) -> Params:
    b = r.randint(3, 12)
    return {"b": b, "c": r.randint(1, b - 1)}


DENSITY = Problem(
    "mathematics-density-function",
    ("Probability density function",),
    (
        (
            "A random variable X has the density f(x) = kx for 0 <= x <= {b} and 0 elsewhere. Determine k and the "
            "probability of X <= {c}."
        ),
        (
            "For which k is f(x) = kx on 0 <= x <= {b} (and 0 outside) a probability density, and how likely is it "
            "then that X is at most {c}? Answer with fractions."
        ),
    ),
    _draw_density,
    _density,
)


def _uniform(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    share, mean, var = Fraction(b - c, b - a), Fraction(a + b, 2), Fraction((b - a) ** 2, 12)

    def tell(x: Fraction, m: Fraction, v: Fraction) -> str:
        return f"probability {ratio(x)}, mean {plain(m)} min, variance {plain(v, 2)} min²"

    return solved(
        tell(share, mean, var),
        (
            tell(1 - share if share != Fraction(1, 2) else Fraction(b - c, b), mean, var),
            tell(share, Fraction(b - a, 2), var),
            tell(share, mean, var * 12),
        ),
        f"The density is $\\frac{{1}}{{{b} - {a}}} = {tex(Fraction(1, b - a))}$ between {a} and {b}.",
        f"The area from {c} to {b} is $\\frac{{{b} - {c}}}{{{b - a}}} = {tex(share)}$.",
        f"The mean is the midpoint {plain(mean)}, the variance $\\frac{{({b} - {a})^2}}{{12}} \\approx "
        f"{plain(var, 2)}$.",
    )


def _draw_uniform(r: Random) -> Params:
    a = r.randint(2, 10)
    b = a + r.randint(6, 20)
    return {"a": a, "b": b, "c": r.randint(a + 1, b - 1)}


UNIFORM = Problem(
    "mathematics-uniform-distribution",
    ("Uniform distribution", "Probability density function"),
    (
        (
            "A bus ride takes a time that is uniformly distributed between {a} and {b} minutes. How likely is a ride "
            "of more than {c} minutes, and what are mean and variance (variance to two decimals)?"
        ),
        (
            "Let X be uniform on the interval from {a} to {b} (in minutes). Compute the probability of X > {c} as a "
            "fraction, the mean and, to two decimals, the variance."
        ),
    ),
    _draw_uniform,
    _uniform,
)


def _table(z: Fraction) -> float:
    """The standard normal distribution function as printed in tables."""
    return round(NormalDist().cdf(float(z)), 4)


def _normal(p: Params) -> Solution:
    m, s, low, high = ints(p, "m s low high")
    a, b = Fraction(low - m, s), Fraction(high - m, s)
    upper, lower = _table(b), _table(a)
    value = upper - lower

    def tell(u: Fraction, v: Fraction, x: float) -> str:
        return f"z = {plain(u, 2)} and z = {plain(v, 2)}, probability {plain(x, 4)}"

    return solved(
        tell(a, b, value),
        (tell(a, b, 1 - value), tell(a, b, upper), tell(-b, -a, upper)),
        f"Standard scores: $z = \\frac{{{low} - {m}}}{{{s}}} = {plain(a, 2)}$ and $z = \\frac{{{high} - {m}}}{{{s}}} = "
        f"{plain(b, 2)}$.",
        f"From the standard normal distribution $\\Phi({plain(b, 2)}) \\approx {plain(upper, 4)}$ and "
        f"$\\Phi({plain(a, 2)}) \\approx {plain(lower, 4)}$.",
        f"The difference is about {plain(value, 4)}.",
    )


def _draw_normal(r: Random) -> Params:
    s = r.choice((4, 5, 10, 20))
    m = r.choice((100, 250, 500)) + r.randint(-5, 5)
    step = Fraction(s, 4) if s % 4 == 0 else Fraction(s, 5)
    return {"m": m, "s": s, "low": m - int(step * r.randint(2, 8)), "high": m + int(step * r.randint(1, 9))}


NORMAL = Problem(
    "mathematics-normal-distribution",
    ("Normal distribution", "Standard score"),
    (
        (
            "The mass of a loaf is normally distributed with mean {m} g and standard deviation {s} g. Find the "
            "standard scores of {low} g and {high} g and, with a four-digit table of the standard normal "
            "distribution, the probability of a mass between them."
        ),
        (
            "Let X be normal with mean {m} and standard deviation {s}. Standardise the bounds {low} and {high} and "
            "give the probability that X lies between them, using a four-digit table of the standard normal "
            "distribution."
        ),
    ),
    _draw_normal,
    _normal,
)
_SHARES = {1: Fraction(68), 2: Fraction(95), 3: Fraction(997, 10)}


def _empirical(p: Params) -> Solution:
    m, s, low, high = ints(p, "m s low high")
    left, right = (m - low) // s, (high - m) // s
    share = (_SHARES[left] + _SHARES[right]) / 2
    return solved(
        f"about {plain(share, 2)} %",
        (
            f"about {plain(_SHARES[max(left, right)] if left != right else 100 - share, 2)} %",
            f"about {plain(_SHARES[min(left, right)] if left != right else share / 2, 2)} %",
        ),
        f"The bounds lie {left} and {right} standard deviations (of {s}) below and above the mean.",
        "By the empirical rule about 68 %, 95 % and 99.7 % of the values lie within one, two and three standard "
        "deviations; half of each share is on either side.",
        f"So $\\frac{{{plain(_SHARES[left])}}}{{2}} + \\frac{{{plain(_SHARES[right])}}}{{2}} = {plain(share, 2)}$ "
        f"percent.",
    )


def _draw_empirical(r: Random) -> Params:
    m, s = r.choice((60, 70, 100, 165, 170)), r.choice((5, 6, 8, 10, 12))
    return {"m": m, "s": s, "low": m - s * r.randint(1, 3), "high": m + s * r.randint(1, 3)}


EMPIRICAL = Problem(
    "mathematics-empirical-rule",
    ("Empirical rule", "Normal distribution"),
    (
        (
            "Values in a large, roughly normal data set have mean {m} and standard deviation {s}. About what "
            "percentage lies between {low} and {high} by the empirical rule (68, 95, 99.7 %)?"
        ),
        (
            "Use the empirical rule (68, 95, 99.7 %) to estimate which share of a normal distribution with mean {m} "
            "and standard deviation {s} falls between {low} and {high}."
        ),
    ),
    _draw_empirical,
    _empirical,
)

PROBLEMS: tuple[Problem, ...] = (DENSITY, UNIFORM, NORMAL, EMPIRICAL)
