"""Statistics problems on confidence intervals, sample sizes."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import decimal, exact, ints, solved


def _interval(p: Params) -> Solution:
    sigma, n = ints(p, "sigma n")
    mean = exact(p, "mean")
    margin = Fraction(196, 100) * Fraction(sigma, round(sqrt(n)))

    def tell(m: Fraction) -> str:
        return f"margin {plain(m, 2)} ml, interval [{plain(mean - m, 2)} ml, {plain(mean + m, 2)} ml]"

    return solved(
        tell(margin),
        (tell(Fraction(196 * sigma, 100)), tell(Fraction(196 * sigma, 100 * n)), tell(margin / Fraction(196, 100))),
        f"The standard error is $\\frac{{{sigma}}}{{\\sqrt{{{n}}}}} = {plain(Fraction(sigma, round(sqrt(n))), 3)}$.",
        f"The margin of error is $1.96$ standard errors, ${plain(margin, 3)} \\approx {plain(margin, 2)}$.",
        f"The interval is the sample mean {plain(mean)} plus or minus this margin.",
    )


INTERVAL = Problem(
    "statistics-z-interval",
    ("Confidence interval for a mean", "Margin of error"),
    (
        (
            "A filling machine works with a known standard deviation of {sigma} ml. A random sample of {n} bottles "
            "has the mean {mean} ml. Give the margin of error and the 95 % confidence interval for the mean content "
            "(use z = 1.96, two decimals)."
        ),
        (
            "From {n} randomly chosen bottles with mean content {mean} ml, and a standard deviation of {sigma} ml "
            "known from experience, compute the 95 % confidence interval for the mean content and its margin of "
            "error. Use z = 1.96 and round to two decimals."
        ),
    ),
    lambda r: {
        "sigma": r.choice((4, 5, 6, 8, 10)),
        "n": r.choice((16, 25, 64, 100)),
        "mean": f"{r.randint(495, 504)}.{r.randint(1, 9)}",
    },
    _interval,
)
_T95 = {9: "2.306", 16: "2.131", 25: "2.064", 36: "2.030"}


def _t_interval(p: Params) -> Solution:
    mean, s, n = ints(p, "mean s n")
    t = exact(p, "t")
    se = Fraction(s, round(sqrt(n)))

    def tell(m: Fraction) -> str:
        return f"[{plain(mean - m, 2)} h, {plain(mean + m, 2)} h]"

    return solved(
        tell(t * se),
        (tell(Fraction(196, 100) * se), tell(t * s), tell(t * Fraction(s, n))),
        f"The population standard deviation is unknown, so the t distribution with ${n} - 1 = {n - 1}$ degrees of "
        "freedom is used.",
        f"The estimated standard error is $\\frac{{{s}}}{{\\sqrt{{{n}}}}} = {plain(se)}$ and the margin "
        f"${plain(t)} \\cdot {plain(se)} = {plain(t * se, 3)}$.",
        f"The interval is ${mean} \\pm {plain(t * se, 2)}$.",
    )


def _draw_t_interval(r: Random) -> Params:
    n = r.choice((9, 16, 25, 36))
    return {"mean": r.randint(300, 420), "s": r.choice((12, 18, 24, 30)), "n": n, "t": _T95[n]}


T_INTERVAL = Problem(
    "statistics-t-interval",
    ("t interval", "Confidence interval for a mean"),
    (
        (
            "The life of {n} randomly chosen batteries has mean {mean} h and sample standard deviation {s} h. Assuming "
            "normality, give the 95 % confidence interval for the mean life; the t quantile needed is {t} (two "
            "decimals)."
        ),
        (
            "Battery lives are normal with unknown parameters. A sample of size {n} gives the mean {mean} h and the "
            "standard deviation {s} h. With the t quantile {t}, what is the 95 % t interval for the mean, to two "
            "decimals?"
        ),
    ),
    _draw_t_interval,
    _t_interval,
)


def _level(p: Params) -> Solution:
    n, level = ints(p, "n level")
    miss = Fraction(n * (100 - level), 100)
    every = (level / 100) ** n

    def tell(m: Fraction, q: float) -> str:
        return f"expected misses {plain(m, 2)}, probability {plain(q, 3)} that all contain their parameter"

    return solved(
        tell(miss, every),
        (tell(Fraction(n * level, 100), every), tell(miss, level / 100), tell(miss, 1 - every)),
        f"Before the data are seen, each interval covers its parameter with probability ${level / 100:.2f}$ and misses "
        f"it with probability ${1 - level / 100:.2f}$.",
        f"Among {n} intervals, ${n} \\cdot {1 - level / 100:.2f} = {plain(miss, 2)}$ misses are expected.",
        f"By independence all of them cover with probability ${level / 100:.2f}^{{{n}}} \\approx {plain(every, 3)}$.",
    )


LEVEL = Problem(
    "statistics-confidence-level",
    ("Confidence level",),
    (
        (
            "A laboratory computes {n} independent confidence intervals with confidence level {level} %. How many are "
            "expected to miss their parameter, and with what probability (three decimals) do all contain it?"
        ),
        (
            "Let {n} independent studies each report a {level} % confidence interval. Find the expected number of "
            "intervals that miss the true value and the probability, to three decimals, that none of them does."
        ),
    ),
    lambda r: {"n": r.randint(4, 20), "level": r.choice((90, 95, 98, 99))},
    _level,
)


def _proportion(p: Params) -> Solution:
    x, n = ints(p, "x n")
    share = Fraction(x, n)
    se = sqrt(share * (1 - share) / n)

    def tell(m: float) -> str:
        return f"[{plain(float(share) - m, 3)}, {plain(float(share) + m, 3)}]"

    return solved(
        tell(1.96 * se),
        (tell(se), tell(1.645 * se), tell(1.96 * float(share * (1 - share)) / n)),
        f"The sample proportion is $\\hat{{p}} = \\frac{{{x}}}{{{n}}} = {plain(share, 4)}$.",
        f"Its standard error is $\\sqrt{{\\frac{{\\hat{{p}}(1-\\hat{{p}})}}{{n}}}} \\approx {plain(se, 4)}$.",
        f"The interval is ${plain(share, 4)} \\pm 1.96 \\cdot {plain(se, 4)}$.",
    )


def _draw_proportion(r: Random) -> Params:
    n = r.choice((200, 250, 400, 500))
    return {"n": n, "x": n * r.randint(24, 44) // 100}


PROPORTION = Problem(
    "statistics-proportion-interval",
    ("Confidence interval for a proportion",),
    (
        (
            "In a random sample of {n} households, {x} heat with gas. Give the approximate 95 % confidence interval "
            "for the share of all households (normal approximation, z = 1.96, three decimals)."
        ),
        (
            "Of {n} randomly selected households {x} use gas for heating. Estimate the population proportion by a 95 % "
            "interval based on the normal approximation with z = 1.96; round the bounds to three decimals."
        ),
    ),
    _draw_proportion,
    _proportion,
)


def _size_mean(p: Params) -> Solution:
    sigma, e = ints(p, "sigma"), exact(p, "e")
    raw = (Fraction(196, 100) * sigma[0] / e) ** 2
    n = ceil(raw)
    return solved(
        str(n),
        (str(int(raw)), str(ceil(Fraction(196, 100) * sigma[0] / e)), str(ceil((sigma[0] / e) ** 2))),
        f"The margin of error $1.96 \\cdot \\frac{{{sigma[0]}}}{{\\sqrt{{n}}}}$ must be at most {plain(e)}.",
        f"Solving for $n$ gives $n \\ge \\left(\\frac{{1.96 \\cdot {sigma[0]}}}{{{plain(e)}}}\\right)^2 \\approx "
        f"{plain(raw, 2)}$.",
        f"The sample size is rounded up to {n}.",
    )


SIZE_MEAN = Problem(
    "statistics-sample-size-mean",
    ("Sample size for a mean", "Margin of error"),
    (
        (
            "Commuting times have a standard deviation of {sigma} min. How many people must be asked so that the 95 % "
            "confidence interval (z = 1.96) for the mean time has a margin of error of at most {e} min?"
        ),
        (
            "Plan a survey of commuting times (standard deviation {sigma} min): which sample size guarantees a "
            "margin of error not above {e} min in a 95 % interval for the mean with z = 1.96?"
        ),
    ),
    lambda r: {"sigma": r.randint(9, 21), "e": r.choice(("1.5", "2.5", "1.2", "0.8"))},
    _size_mean,
)


def _size_proportion(p: Params) -> Solution:
    e, guess = exact(p, "e"), exact(p, "guess")
    raw = Fraction(196, 100) ** 2 * guess * (1 - guess) / e**2
    worst = Fraction(196, 100) ** 2 / 4 / e**2
    return solved(
        f"{ceil(raw)} with the prior guess, {ceil(worst)} without",
        (
            f"{int(raw)} with the prior guess, {int(worst)} without",
            f"{ceil(worst)} with the prior guess, {ceil(raw)} without",
        ),
        "The margin of error is $1.96 \\sqrt{\\frac{p(1-p)}{n}}$, so $n \\ge \\frac{1.96^2 \\, p(1-p)}{e^2}$.",
        f"With $p = {plain(guess)}$ this is {plain(raw, 2)}, rounded up to {ceil(raw)}.",
        f"Without a guess the worst case $p = 0.5$ is taken, which gives {plain(worst, 2)} and so {ceil(worst)}.",
    )


SIZE_PROPORTION = Problem(
    "statistics-sample-size-proportion",
    ("Sample size for a proportion",),
    (
        (
            "A share is to be estimated with a 95 % confidence interval (z = 1.96) and a margin of error of at most "
            "{e}. How large must the sample be if the share is guessed to be {guess}, and if nothing is known about it?"
        ),
        (
            "Find the sample sizes that keep the margin of error of a 95 % interval (z = 1.96) for a proportion at "
            "or below {e}: once using the rough guess {guess}, once without any guess."
        ),
    ),
    lambda r: {"e": r.choice(("0.02", "0.03", "0.04", "0.05")), "guess": decimal(r.randint(10, 40) / 100)},
    _size_proportion,
)


PROBLEMS: tuple[Problem, ...] = (INTERVAL, T_INTERVAL, LEVEL, PROPORTION, SIZE_MEAN, SIZE_PROPORTION)
