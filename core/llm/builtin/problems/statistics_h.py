"""Statistics problems on p-values and errors, chi-square tests and analysis of variance."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, ints, listing, ratio, solved, values


def _p_value(p: Params) -> Solution:
    n, x = ints(p, "n x")
    tail = sum(comb(n, k) for k in range(x, n + 1))
    value = Fraction(tail, 2**n)
    verdict = "reject" if value <= Fraction(5, 100) else "do not reject"
    other = "do not reject" if verdict == "reject" else "reject"
    return solved(
        f"p-value {plain(value, 4)}, {verdict} the null hypothesis",
        (
            f"p-value {plain(Fraction(comb(n, x), 2**n), 4)}, reject the null hypothesis",
            f"p-value {plain(value, 4)}, {other} the null hypothesis",
        ),
        "The null hypothesis is $p = 0.5$ (guessing), the alternative is $p > 0.5$.",
        f"The p-value is the probability of a result at least as extreme as {x} when the null hypothesis is true: "
        f"$P(X \\ge {x})$ for $X$ binomial with $n = {n}$ and $p = 0.5$.",
        f"It equals $\\frac{{{tail}}}{{2^{{{n}}}}} = {ratio(value)} \\approx {plain(value, 4)}$, which is "
        f"{'not above' if verdict == 'reject' else 'above'} 0.05.",
    )


def _draw_p_value(r: Random) -> Params:
    n = r.randint(9, 16)
    return {"n": n, "x": n - r.randint(1, 4)}


P_VALUE = Problem(
    "statistics-p-value",
    ("p-value", "Null and alternative hypothesis"),
    (
        (
            "A taster claims to tell two drinks apart and is right in {x} of {n} independent trials. Test the null "
            "hypothesis of pure guessing (0.5) against better than guessing: give the exact p-value to four decimals "
            "and the decision at the level 0.05."
        ),
        (
            "In {n} independent two-choice trials a person gives {x} right answers. With success probability 0.5 "
            "under the null hypothesis and a larger one under the alternative, compute the p-value (four decimals) "
            "and decide at the significance level 0.05."
        ),
    ),
    _draw_p_value,
    _p_value,
)


def _power(p: Params) -> Solution:
    n, bad, worse = ints(p, "n bad worse")
    alpha, miss = 1 - (1 - bad / 100) ** n, (1 - worse / 100) ** n

    def tell(a: float, b: float, q: float) -> str:
        return f"type I error {plain(a, 3)}, type II error {plain(b, 3)}, power {plain(q, 3)}"

    return solved(
        tell(alpha, miss, 1 - miss),
        (tell(1 - alpha, miss, 1 - miss), tell(miss, alpha, 1 - alpha)),
        f"A type I error rejects a good lot: $1 - {1 - bad / 100:.2f}^{{{n}}} \\approx {plain(alpha, 3)}$.",
        f"A type II error accepts a bad lot: ${1 - worse / 100:.2f}^{{{n}}} \\approx {plain(miss, 3)}$.",
        f"The power is the probability of rejecting a bad lot, $1 - {plain(miss, 3)} \\approx {plain(1 - miss, 3)}$.",
    )


POWER = Problem(
    "statistics-errors-and-power",
    ("Type I and type II errors", "Power of a test"),
    (
        (
            "A lot is rejected if a random sample of {n} parts from it contains at least one defective part. Under "
            "the null hypothesis {bad} % of the parts are defective, under the alternative {worse} %. Find the "
            "probabilities of both kinds of error and the power (three decimals, parts independent)."
        ),
        (
            "Inspectors take {n} parts and reject the whole lot as soon as one of them is defective. The null "
            "hypothesis is a defect rate of {bad} %, the alternative {worse} %. Treat the parts as independent and "
            "give the type I error, the type II error and the power to three decimals."
        ),
    ),
    lambda r: {"n": r.randint(5, 12), "bad": r.randint(1, 3), "worse": r.randint(15, 30)},
    _power,
)


def _draw_fit(r: Random) -> Params:
    n = r.choice((60, 90, 120))
    while True:
        counts = [n // 6 + r.randint(-6, 6) for _ in range(5)]
        counts.append(n - sum(counts))
        if counts[-1] > 2 and len(set(counts)) > 2:
            return {"n": n, "counts": listing(counts)}


def _fit(p: Params) -> Solution:
    counts = values(p, "counts")
    n = sum(counts)
    expected = Fraction(n, 6)
    squares = sum(((k - expected) ** 2 for k in counts), Fraction(0))
    chi = squares / expected

    def tell(x: Fraction) -> str:
        return f"chi-square {plain(x, 2)}, {'reject' if x > Fraction(1107, 100) else 'do not reject'} fairness"

    return solved(
        tell(chi),
        (tell(squares / n), tell(Fraction(squares))),
        f"If the die is fair, every face is expected $\\frac{{{n}}}{{6}} = {plain(expected)}$ times.",
        f"The squared differences between observed and expected counts add up to {plain(squares)}, and dividing by the "
        f"expected count gives $\\chi^2 = \\frac{{{plain(squares)}}}{{{plain(expected)}}} = {plain(chi, 2)}$.",
        f"With 5 degrees of freedom the critical value is 11.07, which is "
        f"{'exceeded' if chi > Fraction(1107, 100) else 'not exceeded'}.",
    )


FIT = Problem(
    "statistics-goodness-of-fit",
    ("Goodness-of-fit test", "Expected count"),
    (
        (
            "A die is rolled {n} times; the faces from one to six occur {counts} times. Test fairness with the "
            "chi-square goodness-of-fit test (critical value 11.07): statistic to two decimals and decision."
        ),
        (
            "In {n} rolls of a die the six faces were counted: {counts}. Compute the chi-square statistic for a fair "
            "die to two decimals and decide with the critical value 11.07."
        ),
    ),
    _draw_fit,
    _fit,
)


def _draw_independence(r: Random) -> Params:
    a, b = r.randint(20, 45), r.randint(15, 40)
    return {"a": a, "b": b, "c": r.randint(15, 40), "d": r.randint(20, 45)}


def _independence(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    n = a + b + c + d
    expected = Fraction((a + b) * (a + c), n)
    chi = Fraction(n * (a * d - b * c) ** 2, (a + b) * (c + d) * (a + c) * (b + d))

    def tell(e: Fraction, x: Fraction) -> str:
        return f"expected count {plain(e, 2)}, chi-square {plain(x, 2)}"

    return solved(
        tell(expected, chi),
        (tell(Fraction(n, 4), chi), tell(expected, (a - expected) ** 2 / expected), tell(Fraction(a), chi)),
        f"The row totals are {a + b} and {c + d}, the column totals {a + c} and {b + d}, the grand total is {n}.",
        "Under independence an expected count is row total times column total over grand total: "
        f"$\\frac{{{a + b} \\cdot {a + c}}}{{{n}}} \\approx {plain(expected, 2)}$.",
        f"All four cells differ from their expected count by the same amount, {plain(abs(a - expected), 2)}, and "
        f"adding squared difference over expected count for the cells gives $\\chi^2 \\approx {plain(chi, 2)}$.",
    )


INDEPENDENCE = Problem(
    "statistics-test-of-independence",
    ("Chi-square test of independence", "Expected count"),
    (
        (
            "Of the vaccinated people in a study {a} stayed healthy and {b} fell ill, of the unvaccinated {c} stayed "
            "healthy and {d} fell ill. Give the expected count of vaccinated healthy people under independence and the "
            "chi-square statistic (without continuity correction), to two decimals."
        ),
        (
            "A two-by-two table has the first row {a}, {b} (vaccinated: healthy, ill) and the second row {c}, {d} "
            "(unvaccinated: healthy, ill). Find, to two decimals, the expected count of the first cell under "
            "independence and the chi-square statistic without continuity correction."
        ),
    ),
    _draw_independence,
    _independence,
)


def _draw_anova(r: Random) -> Params:
    while True:
        groups = [[r.randint(2, 14) for _ in range(3)] for _ in range(3)]
        means = {sum(g) for g in groups}
        whole = all(sum(g) % 3 == 0 for g in groups) and sum(map(sum, groups)) % 9 == 0
        if whole and len(means) > 1 and all(len(set(g)) > 1 for g in groups):
            return dict(zip("abc", map(listing, groups), strict=True))


def _anova(p: Params) -> Solution:
    groups = [values(p, name) for name in "abc"]
    means = [sum(g) // 3 for g in groups]
    grand = sum(means) // 3
    between = 3 * sum((m - grand) ** 2 for m in means)
    within = sum((x - m) ** 2 for g, m in zip(groups, means, strict=True) for x in g)
    f = Fraction(between * 6, 2 * within)

    def tell(b: int, w: int, x: Fraction) -> str:
        return f"between {b}, within {w}, F = {plain(x, 2)}"

    return solved(
        tell(between, within, f),
        (
            tell(between, within, Fraction(between, within)),
            tell(between // 3, within, f / 3),
            tell(between, within, Fraction(within * 2, 6 * between)),
        ),
        f"The group means are {listing(means)} and the grand mean is {grand}.",
        f"Between groups: $3 \\cdot ({added([(m - grand) ** 2 for m in means])}) = {between}$ with 2 degrees of "
        f"freedom; within groups the squared deviations from the group means add up to {within} with 6 degrees of "
        "freedom.",
        f"The F statistic is the ratio of the mean squares: $\\frac{{{between} / 2}}{{{within} / 6}} = {plain(f, 2)}$.",
    )


ANOVA = Problem(
    "statistics-analysis-of-variance",
    ("F statistic", "Between-group sum of squares", "Within-group sum of squares"),
    (
        (
            "Three teaching methods were tried with three classes each; the average scores are {a} (method A), {b} "
            "(method B) and {c} (method C). Compute the sums of squares between and within groups and the F "
            "statistic to two decimals."
        ),
        (
            "For a one-way analysis of variance with the groups A: {a}; B: {b}; C: {c}, find the between-group and the "
            "within-group sum of squares and the F statistic (two decimals)."
        ),
    ),
    _draw_anova,
    _anova,
)


def _bonferroni(p: Params) -> Solution:
    k, level = ints(p, "k level")
    pairs = k * (k - 1) // 2
    each = Fraction(level, 100 * pairs)

    def tell(m: int, x: Fraction) -> str:
        return f"{m} comparisons, level {plain(x, 5)} each"

    return solved(
        tell(pairs, each),
        (tell(pairs, Fraction(level, 100)), tell(k * k, Fraction(level, 100 * k * k))),
        f"The number of pairs of groups is $\\binom{{{k}}}{{2}} = \\frac{{{k} \\cdot {k - 1}}}{{2}} = {pairs}$.",
        "Bonferroni's correction divides the overall level by the number of tests, which keeps the probability of any "
        "false rejection at or below the overall level.",
        f"Each test is made at the level $\\frac{{{level / 100:.2f}}}{{{pairs}}} \\approx {plain(each, 5)}$.",
    )


BONFERRONI = Problem(
    "statistics-bonferroni",
    ("Bonferroni correction",),
    (
        (
            "After an analysis of variance all pairs among {k} group means are compared with t-tests. How many "
            "comparisons are there, and at which level (five decimals) must each be made so that the overall level "
            "is {level} % by Bonferroni?"
        ),
        (
            "All pairwise tests between {k} groups shall keep a familywise error of {level} %. State the number of "
            "tests and the Bonferroni-corrected level of each single test as a decimal with five places at most."
        ),
    ),
    lambda r: {"k": r.randint(4, 12), "level": r.choice((1, 2, 5, 10))},
    _bonferroni,
)

PROBLEMS: tuple[Problem, ...] = (P_VALUE, POWER, FIT, INDEPENDENCE, ANOVA, BONFERRONI)
