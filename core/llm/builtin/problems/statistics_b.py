"""Statistics problems on special means, position and spread."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, exact, ints, listing, products, solved, values


def _weighted(p: Params) -> Solution:
    a, b, c, x, y, z = ints(p, "a b c x y z")
    total = a * x + b * y + c * z
    mean, simple = Fraction(total, a + b + c), Fraction(x + y + z, 3)
    return solved(
        f"{plain(mean, 2)} points",
        (f"{plain(simple, 2)} points", f"{plain(Fraction(total, 3), 2)} points"),
        "Each score is multiplied by its weight, and the sum is divided by the sum of the weights.",
        f"The weighted sum is ${products([a, b, c], [x, y, z])} = {total}$ and the weights add up to {a + b + c}.",
        f"The weighted mean is $\\frac{{{total}}}{{{a + b + c}}} = {plain(mean, 2)}$.",
    )


def _draw_weighted(r: Random) -> Params:
    a, b, c = r.choice(((1, 3, 4), (2, 3, 5), (1, 2, 5), (2, 2, 6), (1, 4, 5)))
    x, y, z = (r.randrange(52, 99, 2) for _ in range(3))
    return {"a": a, "b": b, "c": c, "x": x, "y": y, "z": z + 1}


WEIGHTED = Problem(
    "statistics-weighted-mean",
    ("Weighted mean",),
    (
        (
            "A course mark combines homework (weight {a}), a project (weight {b}) and an exam (weight {c}). A "
            "student has {x}, {y} and {z} points in them, in this order. What is the weighted mean, to two decimals?"
        ),
        (
            "Homework, project and exam count with weights {a}, {b} and {c}. Compute, to two decimals, the overall "
            "mark of a student who reached {x} points in the homework, {y} in the project and {z} in the exam."
        ),
    ),
    _draw_weighted,
    _weighted,
)


def _geometric(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    product = exact(p, "a") / 100 + 1
    for rate in (b, c):
        product *= 1 + Fraction(rate, 100)
    rate = (float(product) ** (1 / 3) - 1) * 100
    return solved(
        f"{plain(rate, 2)} % per year",
        (f"{plain(Fraction(a + b + c, 3), 2)} % per year", f"{plain((product - 1) / 3 * 100, 2)} % per year"),
        f"The value is multiplied by $1.{a:02d}$, $1.{b:02d}$ and $1.{c:02d}$ in turn, in total by "
        f"${plain(product, 6)}$.",
        "A constant yearly factor $g$ with the same effect satisfies $g^3 = " + plain(product, 6) + "$.",
        f"Hence $g = \\sqrt[3]{{{plain(product, 6)}}} \\approx {plain(1 + rate / 100, 4)}$, the geometric mean of the "
        "three factors.",
    )


GEOMETRIC = Problem(
    "statistics-geometric-mean",
    ("Geometric mean",),
    (
        (
            "A savings fund grew by {a} %, {b} % and {c} % in three consecutive years. What constant yearly growth "
            "rate, in percent to two decimals, would have had the same effect?"
        ),
        (
            "Find the average annual growth rate (geometric mean of the growth factors, in percent to two decimals) "
            "of a fund that gained {a} % in the first year, {b} % in the second and {c} % in the third."
        ),
    ),
    lambda r: {"a": r.randint(1, 6), "b": r.randint(14, 30), "c": r.randint(7, 12)},
    _geometric,
)


def _harmonic(p: Params) -> Solution:
    a, b, d = ints(p, "a b d")
    hours = Fraction(d, a) + Fraction(d, b)
    speed = 2 * d / hours
    return solved(
        f"{plain(speed, 1)} km/h",
        (f"{plain(Fraction(a + b, 2), 1)} km/h", f"{plain(d / hours, 1)} km/h"),
        f"The way out takes $\\frac{{{d}}}{{{a}}}$ hours and the way back $\\frac{{{d}}}{{{b}}}$ hours, together "
        f"{plain(hours)} hours.",
        f"The average speed is the whole distance divided by the whole time: $\\frac{{{2 * d}}}{{{plain(hours)}}} "
        f"\\approx {plain(speed, 1)}$.",
        f"This is the harmonic mean of {a} and {b}; the arithmetic mean would ignore that more time is spent at the "
        "lower speed.",
    )


HARMONIC = Problem(
    "statistics-harmonic-mean",
    ("Harmonic mean",),
    (
        (
            "A cyclist rides {d} km to a lake at {a} km/h and returns on the same road at {b} km/h. What is the "
            "average speed of the whole trip, to one decimal?"
        ),
        (
            "On the way to a lake, {d} km from home, a cyclist keeps a speed of {a} km/h; on the way back, along the "
            "same road, it is {b} km/h. Find the average speed for the round trip, rounded to one decimal."
        ),
    ),
    lambda r: {"d": r.choice((20, 24, 30, 36, 40, 60)), "a": r.randint(12, 19), "b": r.randint(20, 30)},
    _harmonic,
)

_RULE = "(quartiles are the medians of the lower and the upper half, without the middle value)"


def _draw_fences(r: Random) -> Params:
    data = [r.randint(20, 40) for _ in range(9)] + [r.randint(1, 8), r.randint(58, 80)]
    r.shuffle(data)
    return {"data": listing(data)}


def _fences(p: Params) -> Solution:
    ordered = sorted(values(p, "data"))
    low, high = ordered[2], ordered[8]
    iqr = high - low
    bottom, top = low - Fraction(3, 2) * iqr, high + Fraction(3, 2) * iqr
    outside = [v for v in ordered if v < bottom or v > top]
    named = f"outliers: {listing(outside)}" if outside else "no outliers"
    return solved(
        f"fences {plain(bottom)} and {plain(top)}, {named}",
        (
            f"fences {low - iqr} and {high + iqr}, {named}",
            f"fences {plain(bottom)} and {plain(top)}, outliers: {listing([ordered[0], ordered[-1], ordered[-2]])}",
        ),
        f"In order the values are {listing(ordered)}.",
        f"The lower half has five values with median $Q_1 = {low}$, the upper half has $Q_3 = {high}$, so the "
        f"interquartile range is ${high} - {low} = {iqr}$.",
        f"The fences are $Q_1 - 1.5 \\cdot {iqr} = {plain(bottom)}$ and $Q_3 + 1.5 \\cdot {iqr} = {plain(top)}$; "
        "values outside them count as outliers.",
    )


FENCES = Problem(
    "statistics-outlier-fences",
    ("Outlier fences", "Quartiles", "Interquartile range"),
    (
        f"Eleven patients waited {{data}} minutes. Find the fences of the 1.5 IQR rule {_RULE} and name all outliers.",
        (
            f"Check the waiting times {{data}} (in minutes) for outliers with the 1.5 IQR rule {_RULE}. Give the two "
            "fences and the outliers."
        ),
    ),
    _draw_fences,
    _fences,
)


def _rank(p: Params) -> Solution:
    data, (x,) = values(p, "data"), ints(p, "x")
    below, upto = sum(v < x for v in data), sum(v <= x for v in data)
    n = len(data)
    return solved(
        f"{100 * below // n} %",
        (f"{100 * upto // n} %", f"{100 * (n - upto) // n} %"),
        f"The percentile rank asked for is the share of results lower than {x}.",
        f"Of the {n} results, {below} are lower than {x}.",
        f"The percentile rank is $\\frac{{{below}}}{{{n}}} \\cdot 100\\,\\% = {100 * below // n}\\,\\%$.",
    )


def _draw_rank(r: Random) -> Params:
    data = r.sample(range(41, 99), 20)
    return {"data": listing(data), "x": sorted(data)[r.choice((6, 8, 11, 12, 14, 16, 17))]}


RANK = Problem(
    "statistics-percentile-rank",
    ("Percentile rank",),
    (
        (
            "Twenty students reached these test scores: {data}. Which percentage of the scores is lower than {x}, "
            "that is, what is the percentile rank of {x}?"
        ),
        (
            "In a group with the scores {data}, determine the percentile rank of the score {x}, defined as the "
            "percentage of scores below {x}."
        ),
    ),
    _draw_rank,
    _rank,
)


def _draw_spread(r: Random) -> Params:
    deviations = list(r.choice(((-4, -2, 0, 2, 4), (-3, -1, 0, 1, 3), (-5, -1, 1, 2, 3), (-2, -2, 0, 1, 3))))
    r.shuffle(deviations)
    m = r.randint(10, 40)
    return {"data": listing([m + d for d in deviations])}


def _spread(p: Params) -> Solution:
    data = values(p, "data")
    n, m = len(data), sum(data) // len(data)
    squares = sum((x - m) ** 2 for x in data)
    width, var = max(data) - min(data), Fraction(squares, n - 1)

    def tell(v: Fraction) -> str:
        return f"range {width}, variance {plain(v)}, standard deviation {plain(sqrt(v), 2)}"

    return solved(
        tell(var),
        (tell(Fraction(squares, n)), tell(Fraction(squares))),
        f"The range is ${max(data)} - {min(data)} = {width}$ and the mean is $\\frac{{{sum(data)}}}{{{n}}} = {m}$.",
        f"The squared deviations from the mean add up to ${added([(x - m) ** 2 for x in data])} = {squares}$.",
        f"The sample variance divides by $n - 1$: $s^2 = \\frac{{{squares}}}{{{n - 1}}} = {plain(var)}$, so "
        f"$s = \\sqrt{{{plain(var)}}} \\approx {plain(sqrt(var), 2)}$.",
    )


SPREAD = Problem(
    "statistics-range-variance",
    ("Sample variance", "Sample standard deviation", "Range"),
    (
        (
            "A sample of five rods has the lengths {data} mm. Find the range, the sample variance and the sample "
            "standard deviation (standard deviation to two decimals)."
        ),
        (
            "Compute range, sample variance and sample standard deviation (the latter to two decimals) of the five "
            "measurements {data}."
        ),
    ),
    _draw_spread,
    _spread,
)


PROBLEMS: tuple[Problem, ...] = (WEIGHTED, GEOMETRIC, HARMONIC, FENCES, RANK, SPREAD)
