"""Statistics problems on tables, grouped data, means and quartiles."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random
from statistics import median

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, listing, products, solved, values

_LEVELS = {
    "nominal": ("blood group", "eye colour", "country of birth", "brand of phone", "type of fuel"),
    "ordinal": ("letter grade in an exam", "military rank", "satisfaction from very low to very high", "clothing size"),
    "interval": ("temperature in degrees Celsius", "calendar year of birth", "temperature in degrees Fahrenheit"),
    "ratio": ("body height in cm", "monthly income in euros", "number of siblings", "waiting time in minutes"),
}
_LEVEL_OF = {variable: level for level, pool in _LEVELS.items() for variable in pool}


def _draw_levels(r: Random) -> Params:
    chosen = [v for pool in _LEVELS.values() for v in r.sample(pool, r.randint(1, 2))]
    r.shuffle(chosen)
    return {"variables": "; ".join(chosen)}


def _levels(p: Params) -> Solution:
    found = [_LEVEL_OF[v] for v in str(p["variables"]).split("; ")]
    count = {level: found.count(level) for level in _LEVELS}

    def tell(nominal: int, ordinal: int, interval: int, rational: int) -> str:
        return f"nominal: {nominal}, ordinal: {ordinal}, interval: {interval}, ratio: {rational}"

    n, o, i, q = count.values()
    by_level = "; ".join(
        f"{level}: {', '.join(v for v in str(p['variables']).split('; ') if _LEVEL_OF[v] == level)}"
        for level in _LEVELS
    )
    return solved(
        tell(n, o, i, q),
        (tell(n, o, 0, q + i), tell(n + o, 0, i, q)),
        "Nominal values are mere names; ordinal values have an order but no measurable distances.",
        "On an interval scale distances have a meaning but the zero point is arbitrary, on a ratio scale zero means "
        "that nothing is there, so ratios make sense.",
        f"Sorting the variables gives {by_level}.",
    )


LEVELS = Problem(
    "statistics-levels-of-measurement",
    ("Levels of measurement",),
    (
        (
            "A questionnaire records these variables: {variables}. How many of them are measured on a nominal, an "
            "ordinal, an interval and a ratio scale?"
        ),
        (
            "Classify each variable in the list ({variables}) by its level of measurement and state how many are "
            "nominal, ordinal, interval and ratio variables."
        ),
    ),
    _draw_levels,
    _levels,
)


def _share(p: Params) -> Solution:
    data, (v,) = values(p, "data"), ints(p, "v")
    count, n = data.count(v), len(data)
    below = sum(x <= v for x in data)
    return solved(
        f"{plain(Fraction(100 * count, n))} %",
        (f"{count} %", f"{plain(Fraction(100 * below, n))} %", f"{plain(Fraction(100 * (count + 1), n))} %"),
        "Tallying gives the frequency table "
        + ", ".join(f"{x} with count {data.count(x)}" for x in sorted(set(data)))
        + f", in total {n} observations.",
        f"The relative frequency of {v} is its count divided by the total: $\\frac{{{count}}}{{{n}}} = "
        f"{plain(Fraction(count, n))}$.",
    )


def _draw_share(r: Random) -> Params:
    data = [r.choice((0, 1, 1, 2, 2, 3, 4)) for _ in range(20)]
    return {"data": listing(data), "v": r.choice(data)}


SHARE = Problem(
    "statistics-relative-frequency",
    ("Frequency table", "Relative frequency"),
    (
        (
            "Households in a street were asked how many bicycles they own: {data}. Draw up a frequency table and "
            "give the relative frequency of the value {v} in percent."
        ),
        (
            "The numbers of bicycles in the households of a street are {data}. After tallying them in a table, what "
            "percentage of the households owns exactly {v}?"
        ),
    ),
    _draw_share,
    _share,
)

_BOUNDS = (0, 10, 20, 30, 50)
_TIMES = (
    "0 to under 10 minutes: {a} deliveries, 10 to under 20 minutes: {b}, 20 to under 30 minutes: {c}, "
    "30 to under 50 minutes: {d}"
)


def _draw_grouped(r: Random) -> Params:
    a, b, c = 2 * r.randint(2, 6), 2 * r.randint(6, 10), 2 * r.randint(4, 9)
    d = 2 * r.randint(2, 7)
    rest = (50 if a + b + c + d < 50 else 100) - a - b - c - d
    return {"a": a, "b": b + rest // 4 * 2, "c": c + rest - rest // 4 * 2, "d": d}


def _cumulative(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    n, below = a + b + c + d, a + b + c
    return solved(
        f"{plain(Fraction(100 * below, n))} %",
        (f"{plain(Fraction(100 * c, n))} %", f"{plain(Fraction(100 * (a + b), n))} %", f"{below} deliveries"),
        f"The cumulative frequencies are {a}, {a + b}, {below} and {n}.",
        f"All deliveries of the first three classes took less than half an hour, that is {below} out of {n}.",
        f"The share is $\\frac{{{below}}}{{{n}}} = {plain(Fraction(below, n))}$.",
    )


CUMULATIVE = Problem(
    "statistics-cumulative-frequency",
    ("Cumulative frequency", "Relative frequency"),
    (
        (
            f"Delivery times of a courier were grouped as follows. {_TIMES}. What percentage of the deliveries took "
            "less than half an hour?"
        ),
        (
            f"A courier summarises delivery times in classes ({_TIMES}). Use cumulative frequencies to find the "
            "share of deliveries, in percent, that arrived before half an hour had passed."
        ),
    ),
    _draw_grouped,
    _cumulative,
)


def _density(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    n = a + b + c + d
    height = Fraction(d, n * 20)
    return solved(
        f"{plain(height, 4)} per minute",
        (f"{plain(Fraction(d, n), 4)} per minute", f"{plain(Fraction(d, n * 10), 4)} per minute"),
        "In a density histogram the area of a bar equals the relative frequency of its class, so the height is the "
        "relative frequency divided by the class width.",
        f"The last class holds {d} of {n} deliveries, a relative frequency of {plain(Fraction(d, n), 4)}, and is "
        "20 minutes wide.",
        f"The height is $\\frac{{{plain(Fraction(d, n), 4)}}}{{20}} = {plain(height, 4)}$.",
    )


DENSITY = Problem(
    "statistics-histogram-density",
    ("Histogram density",),
    (
        (
            f"Grouped delivery times: {_TIMES}. How high is the bar of the last class in a density histogram whose "
            "total area is one (up to four decimals)?"
        ),
        (
            f"A histogram of total area one is drawn for these delivery times. {_TIMES}. Find the density, up to four "
            "decimals, that is shown as the height of the bar over the last class."
        ),
    ),
    _draw_grouped,
    _density,
)


def _grouped_mean(p: Params) -> Solution:
    counts = ints(p, "a b c d")
    n = sum(counts)
    mids = [(low + high) // 2 for low, high in pairwise(_BOUNDS)]
    total = sum(k * m for k, m in zip(counts, mids, strict=True))
    upper = sum(k * b for k, b in zip(counts, _BOUNDS[1:], strict=True))
    return solved(
        f"{plain(Fraction(total, n), 2)} minutes",
        (f"{plain(Fraction(sum(mids), 4), 2)} minutes", f"{plain(Fraction(upper, n), 2)} minutes"),
        "Each observation is represented by the midpoint of its class: 5, 15, 25 and 40 minutes.",
        f"The sum of counts times midpoints is ${products(counts, mids)} = {total}$.",
        f"Dividing by the {n} observations gives ${plain(Fraction(total, n), 2)}$ minutes.",
    )


GROUPED_MEAN = Problem(
    "statistics-grouped-mean",
    ("Mean of grouped data",),
    (
        (
            f"Only grouped delivery times are known. {_TIMES}. Estimate the mean delivery time from the class "
            "midpoints, rounded to two decimals."
        ),
        f"Approximate the average delivery time, to two decimals, from this grouped table using midpoints: {_TIMES}.",
    ),
    _draw_grouped,
    _grouped_mean,
)


def _robust(p: Params) -> Solution:
    data, (wrong,) = values(p, "data"), ints(p, "wrong")
    n, old, new = len(data), sum(data), sum(data) - max(data) + wrong
    change = Fraction(new - old, n)
    middle = median(data)
    return solved(
        f"the mean rises by {plain(change, 2)} euros, the median does not change",
        (
            f"the mean rises by {wrong - max(data)} euros, the median does not change",
            f"mean and median both rise by {plain(change, 2)} euros",
        ),
        f"The correct mean is $\\frac{{{old}}}{{{n}}} = {plain(Fraction(old, n), 2)}$ and with the error it is "
        f"$\\frac{{{new}}}{{{n}}} = {plain(Fraction(new, n), 2)}$, a difference of {plain(change, 2)}.",
        f"The ordered data {listing(sorted(data))} have the middle value {middle}; making the largest value larger "
        "still leaves the middle one in place.",
        "The median is robust to an extreme value, the mean is not.",
    )


def _draw_robust(r: Random) -> Params:
    data = r.sample(range(12, 60), 5)
    return {"data": listing(data), "wrong": max(data) * 10}


ROBUST = Problem(
    "statistics-robust-centre",
    ("Robustness to extreme values", "Arithmetic mean", "Median"),
    (
        (
            "Five customers spent {data} euros. By mistake the largest amount was typed as {wrong}. By how many "
            "euros do the mean and the median change because of the error (two decimals at most)?"
        ),
        (
            "The purchases of five customers, in euros, are {data}. Determine how far the mean and the median move "
            "(two decimals at most) if the largest purchase is wrongly entered as {wrong} euros."
        ),
    ),
    _draw_robust,
    _robust,
)


def _draw_centre(r: Random) -> Params:
    while True:
        data = [r.randint(1, 12) for _ in range(8)]
        top = max(data, key=data.count)
        mode = [v for v in set(data) if data.count(v) == data.count(top)]
        if len(mode) == 1 and sum(data) % 4 == 0 and median(data) != mode[0]:
            return {"data": listing(data)}


def _centre(p: Params) -> Solution:
    data = values(p, "data")
    ordered = sorted(data)
    mode = max(ordered, key=ordered.count)
    mean, mid = Fraction(sum(data), len(data)), Fraction(ordered[3] + ordered[4], 2)
    unsorted = Fraction(data[3] + data[4], 2)

    def tell(m: Fraction, d: Fraction, o: int) -> str:
        return f"mean {plain(m)}, median {plain(d)}, mode {o}"

    return solved(
        tell(mean, mid, mode),
        (tell(mean, unsorted, mode), tell(mean, mid, ordered.count(mode)), tell(mid, mean, mode)),
        f"The sum is {sum(data)}, so the mean is $\\frac{{{sum(data)}}}{{{len(data)}}} = {plain(mean)}$.",
        f"In order the values are {listing(ordered)}; the median is the mean of the two middle ones, "
        f"$\\frac{{{ordered[3]} + {ordered[4]}}}{{2}} = {plain(mid)}$.",
        f"The value {mode} occurs {ordered.count(mode)} times, more often than any other, so it is the mode.",
    )


CENTRE = Problem(
    "statistics-mean-median-mode",
    ("Mode", "Median", "Arithmetic mean"),
    (
        "The numbers of goals in eight handball trainings were {data}. Find the mean, the median and the mode.",
        "Describe the centre of the eight observations {data} by their mean, their median and their mode.",
    ),
    _draw_centre,
    _centre,
)


PROBLEMS: tuple[Problem, ...] = (LEVELS, SHARE, CUMULATIVE, DENSITY, GROUPED_MEAN, ROBUST, CENTRE)
