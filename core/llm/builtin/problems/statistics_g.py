"""Statistics problems on tests for one sample and for two groups."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, decimal, exact, ints, listing, solved, values


def _verdict(statistic: float, bound: float) -> str:
    return "reject" if abs(statistic) > bound else "do not reject"


def _tell(letter: str, statistic: float, bound: float, places: int = 2) -> str:
    return f"{letter} = {plain(statistic, places)}, {_verdict(statistic, bound)} the null hypothesis"


def _z_test(p: Params) -> Solution:
    m, sigma, n = ints(p, "m sigma n")
    mean = exact(p, "mean")
    se = Fraction(sigma, round(sqrt(n)))
    z = float((mean - m) / se)
    wrong = float((mean - m) / sigma)
    return solved(
        _tell("z", z, 1.96),
        (_tell("z", wrong, 1.96, 3), _tell("z", -z, 1.96), _tell("z", wrong * n, 1.96)),
        f"The null hypothesis is $\\mu = {m}$, the alternative $\\mu \\ne {m}$; the standard error is "
        f"$\\frac{{{sigma}}}{{\\sqrt{{{n}}}}} = {plain(se)}$.",
        f"The statistic is $z = \\frac{{{plain(mean)} - {m}}}{{{plain(se)}}} = {plain(z, 2)}$.",
        f"The absolute value is {'larger' if abs(z) > 1.96 else 'not larger'} than 1.96.",
    )


def _draw_z_test(r: Random) -> Params:
    m = r.choice((80, 120, 150))
    mean = m + r.choice((-1, 1)) * Fraction(r.randrange(2, 19), 10)
    return {"m": m, "sigma": r.choice((2, 3, 4)), "n": r.choice((16, 36, 64, 100)), "mean": decimal(mean, 1)}


Z_TEST = Problem(
    "statistics-z-test",
    ("z-test for a mean", "Null and alternative hypothesis"),
    (
        (
            "A machine should cut rods of {m} mm; its standard deviation is known to be {sigma} mm. A random sample "
            "of {n} rods has the mean {mean} mm. Test two-sidedly at the 5 % level (critical value 1.96): give z to "
            "two decimals and the decision."
        ),
        (
            "Rods have a known standard deviation of {sigma} mm and a target mean of {m} mm. The mean of {n} sampled "
            "rods is {mean} mm. Compute the z statistic (two decimals) and decide at the 5 % level with the "
            "two-sided critical value 1.96 whether the target is met."
        ),
    ),
    _draw_z_test,
    _z_test,
)


def _t_test(p: Params) -> Solution:
    m, n = ints(p, "m n")
    mean, s, c = exact(p, "mean"), exact(p, "s"), exact(p, "c")
    t = float((mean - m) / s * round(sqrt(n)))
    wrong = float((mean - m) / s)
    return solved(
        _tell("t", t, float(c)),
        (_tell("t", wrong, float(c), 3), _tell("t", -t, float(c)), _tell("t", wrong * (n - 1), float(c))),
        f"The null hypothesis is $\\mu = {m}$; since the standard deviation is estimated, the t distribution with "
        f"${n} - 1 = {n - 1}$ degrees of freedom applies.",
        f"$t = \\frac{{\\bar{{x}} - \\mu}}{{s / \\sqrt{{n}}}} = \\frac{{{plain(mean)} - {m}}}{{{plain(s)} / "
        f"\\sqrt{{{n}}}}} \\approx {plain(t, 2)}$.",
        f"The absolute value is {'larger' if abs(t) > c else 'not larger'} than {plain(c)}.",
    )


def _draw_t_test(r: Random) -> Params:
    n, c = r.choice(((9, "2.306"), (16, "2.131"), (25, "2.064"), (36, "2.03")))
    m = r.randint(40, 60)
    return {"n": n, "c": c, "m": m, "mean": f"{m + r.randint(-3, 3)}.{r.randint(1, 9)}", "s": f"{r.randint(3, 6)}.5"}


T_TEST = Problem(
    "statistics-one-sample-t-test",
    ("One-sample t-test",),
    (
        (
            "A diet plan promises a mean daily protein intake of {m} g. For {n} participants the sample mean is "
            "{mean} g and the sample standard deviation {s} g. Test the promise with a two-sided t-test (critical "
            "value {c}): give t to two decimals and the decision."
        ),
        (
            "Protein intake is roughly normal. From {n} observations with mean {mean} g and sample standard deviation "
            "{s} g, compute the t statistic (two decimals) for the null hypothesis that the mean is {m} g, and "
            "decide with the two-sided critical value {c}."
        ),
    ),
    _draw_t_test,
    _t_test,
)


def _share_test(p: Params) -> Solution:
    x, n, q = ints(p, "x n q")
    p0, share = Fraction(q, 100), Fraction(x, n)
    z = float(share - p0) / sqrt(p0 * (1 - p0) / n)
    wrong = float(share - p0) / sqrt(p0 / n)
    return solved(
        f"z = {plain(z, 2)}, {'reject' if z > 1.645 else 'do not reject'} the null hypothesis",
        (
            f"z = {plain(wrong, 2)}, {'reject' if wrong > 1.645 else 'do not reject'} the null hypothesis",
            f"z = {plain(z, 2)}, {'reject' if z <= 1.645 else 'do not reject'} the null hypothesis",
        ),
        f"The sample proportion is $\\frac{{{x}}}{{{n}}} = {plain(share, 4)}$; the null hypothesis is "
        f"$p = {plain(p0)}$, the alternative $p > {plain(p0)}$.",
        "The standard error uses the hypothetical share: "
        f"$\\sqrt{{\\frac{{{plain(p0)} \\cdot {plain(1 - p0)}}}{{{n}}}}} \\approx "
        f"{plain(sqrt(p0 * (1 - p0) / n), 4)}$.",
        f"Hence $z \\approx {plain(z, 2)}$, to be compared with 1.645.",
    )


def _draw_share_test(r: Random) -> Params:
    q, n = r.choice((10, 20, 30, 40, 60)), r.choice((150, 200, 300, 400))
    return {"q": q, "n": n, "x": n * q // 100 + r.randint(3, 25)}


SHARE_TEST = Problem(
    "statistics-proportion-test",
    ("Test for a proportion",),
    (
        (
            "So far {q} % of visitors of a web shop returned within a month. After a redesign {x} of {n} sampled "
            "visitors returned. Test for an increase with the normal approximation (one-sided critical value 1.645): "
            "give z to two decimals and the decision."
        ),
        (
            "A success rate of {q} % is the null hypothesis, a higher rate the alternative. In a random sample there "
            "are {x} successes among {n} trials. Compute the z statistic (two decimals) and decide with the "
            "one-sided critical value 1.645."
        ),
    ),
    _draw_share_test,
    _share_test,
)


def _paired(p: Params) -> Solution:
    data, c = values(p, "data"), exact(p, "c")
    n, m = len(data), Fraction(sum(data), len(data))
    var = sum(((d - m) ** 2 for d in data), Fraction(0)) / (n - 1)
    t = float(m) / sqrt(var / n)
    return solved(
        _tell("t", t, float(c)),
        (_tell("t", float(m) / sqrt(var), float(c)), _tell("t", t * sqrt(n / (n - 1)), float(c))),
        f"The pairs are reduced to their differences; the null hypothesis is that their mean is zero. Their sample "
        f"mean is $\\frac{{{added(data)}}}{{{n}}} = {plain(m)}$.",
        f"Their sample variance is {plain(var)}, so the standard error is "
        f"$\\sqrt{{\\frac{{{plain(var)}}}{{{n}}}}} \\approx {plain(sqrt(var / n), 3)}$.",
        f"The statistic $t = \\frac{{{plain(m)}}}{{{plain(sqrt(var / n), 3)}}} \\approx {plain(t, 2)}$ has "
        f"{n - 1} degrees of freedom and is compared with {plain(c)}.",
    )


def _draw_paired(r: Random) -> Params:
    while True:
        data = [r.randint(-3, 8) for _ in range(6)]
        if sum(data) % 6 == 0 and sum(data) > 0 and len(set(data)) > 2:
            return {"data": listing(data), "c": "2.571"}


PAIRED = Problem(
    "statistics-paired-t-test",
    ("Paired t-test",),
    (
        (
            "Six patients were measured before and after a treatment; the decreases of blood pressure are {data} mmHg. "
            "Carry out a two-sided paired t-test with the critical value {c}: t to two decimals and decision."
        ),
        (
            "The differences (before minus after) in six matched pairs are {data}. Compute the paired t statistic to "
            "two decimals and decide with the two-sided critical value {c} whether there is an effect."
        ),
    ),
    _draw_paired,
    _paired,
)


def _pooled(p: Params) -> Solution:
    n, m, a, b, v, w = ints(p, "n m a b v w")
    pooled = Fraction((n - 1) * v + (m - 1) * w, n + m - 2)
    plain_mean = Fraction(n * v + m * w, n + m)
    se = sqrt(pooled * (Fraction(1, n) + Fraction(1, m)))
    t = (a - b) / se

    def tell(x: Fraction, y: float) -> str:
        return f"pooled variance {plain(x, 2)}, t = {plain(y, 2)}"

    return solved(
        tell(pooled, t),
        (
            tell(Fraction(v + w), (a - b) / sqrt((v + w) * (1 / n + 1 / m))),
            tell(plain_mean, (a - b) / sqrt(plain_mean)),
        ),
        "The pooled variance weights the sample variances with their degrees of freedom: "
        f"$\\frac{{{n - 1} \\cdot {v} + {m - 1} \\cdot {w}}}{{{n + m - 2}}} = {plain(pooled, 2)}$.",
        f"The standard error of the difference is $\\sqrt{{{plain(pooled, 2)} \\left(\\frac{{1}}{{{n}}} + "
        f"\\frac{{1}}{{{m}}}\\right)}} \\approx {plain(se, 3)}$.",
        f"The statistic is $t = \\frac{{{a} - {b}}}{{{plain(se, 3)}}} \\approx {plain(t, 2)}$ with {n + m - 2} degrees "
        "of freedom.",
    )


POOLED = Problem(
    "statistics-two-sample-t-test",
    ("Two-sample t-test", "Pooled variance"),
    (
        (
            "Yields of {n} plots with fertiliser have mean {a} and variance {v}; {m} plots without it have mean {b} "
            "and variance {w}. Assuming equal population variances, find the pooled variance and the two-sample t "
            "statistic (with minus without), both to two decimals."
        ),
        (
            "Two independent normal samples with a common variance are compared: the first has size {n}, mean {a} and "
            "sample variance {v}, the second size {m}, mean {b} and sample variance {w}. Compute, to two decimals, the "
            "pooled variance and the t statistic for the difference first minus second."
        ),
    ),
    lambda r: {
        "n": r.randint(6, 12),
        "m": r.randint(5, 10),
        "a": r.randint(50, 60),
        "b": r.randint(42, 49),
        "v": r.randint(10, 30),
        "w": r.randint(31, 40),
    },
    _pooled,
)


def _two_shares(p: Params) -> Solution:
    x, n, y, m = ints(p, "x n y m")
    common = Fraction(x + y, n + m)
    se = sqrt(common * (1 - common) * (Fraction(1, n) + Fraction(1, m)))
    gap = float(Fraction(x, n) - Fraction(y, m))
    return solved(
        _tell("z", gap / se, 1.96),
        (_tell("z", gap / sqrt(common * (1 - common)), 1.96, 3), _tell("z", -gap / se, 1.96)),
        f"Under the null hypothesis both shares agree and are estimated together: $\\frac{{{x} + {y}}}{{{n} + {m}}} "
        f"\\approx {plain(common, 4)}$.",
        f"The standard error of the difference is $\\sqrt{{{plain(common, 4)} \\cdot {plain(1 - common, 4)} \\left("
        f"\\frac{{1}}{{{n}}} + \\frac{{1}}{{{m}}}\\right)}} \\approx {plain(se, 4)}$.",
        f"The shares are {plain(Fraction(x, n), 4)} and {plain(Fraction(y, m), 4)}, so $z \\approx "
        f"{plain(gap / se, 2)}$, to be compared with 1.96.",
    )


def _draw_two_shares(r: Random) -> Params:
    n, m = r.choice((200, 250, 300)), r.choice((150, 220, 320))
    return {"n": n, "m": m, "x": n * r.randint(32, 45) // 100, "y": m * r.randint(20, 30) // 100}


TWO_SHARES = Problem(
    "statistics-two-proportions",
    ("Test for two proportions",),
    (
        (
            "Version A of an advertisement was clicked by {x} of {n} people, version B by {y} of {m}. Test two-sidedly "
            "whether the click rates differ, with the pooled share and the critical value 1.96: z (A minus B, two "
            "decimals) and decision."
        ),
        (
            "Among {n} people shown version A of an advertisement {x} clicked, among {m} shown version B {y} did. "
            "Compute the z statistic with pooled proportion for A minus B (two decimals) and decide with the "
            "two-sided critical value 1.96."
        ),
    ),
    _draw_two_shares,
    _two_shares,
)

PROBLEMS: tuple[Problem, ...] = (Z_TEST, T_TEST, SHARE_TEST, PAIRED, POOLED, TWO_SHARES)
