"""Mathematics problems on sums of random variables and discrete distributions."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, factorial, sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, solved


def _linear(p: Params) -> Solution:
    m, s, a, b = ints(p, "m s a b")

    def tell(mean: int, sd: int) -> str:
        return f"mean {mean} euros, standard deviation {sd} euros"

    return solved(
        tell(a * m + b, a * s),
        (tell(a * m + b, a * s + b), tell(a * m, a * s), tell(a * m + b, a * a * s)),
        f"The bill is $Y = {a}X + {b}$.",
        f"Expectation is linear: $E(Y) = {a} \\cdot {m} + {b} = {a * m + b}$.",
        f"A constant does not change the spread, a factor multiplies the standard deviation: ${a} \\cdot {s} = "
        f"{a * s}$.",
    )


LINEAR = Problem(
    "mathematics-linear-transformation",
    ("Linear transformation of a variable", "Linearity of expectation"),
    (
        (
            "A repair takes X hours with mean {m} and standard deviation {s}. The bill is {a} euros per hour plus a "
            "fixed charge of {b} euros. Find mean and standard deviation of the bill."
        ),
        (
            "The working time X in hours has expected value {m} and standard deviation {s}. What are the expected "
            "value and the standard deviation of the price, {a} euros per hour and {b} euros for the journey?"
        ),
    ),
    lambda r: {"m": r.randint(4, 12), "s": r.randint(2, 4), "a": r.randint(30, 70), "b": r.randrange(20, 90, 5)},
    _linear,
)


def _sum(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    plus, minus = a * a + b * b + 2 * c, a * a + b * b - 2 * c

    def tell(x: int, y: int) -> str:
        return f"Var(X + Y) = {x}, Var(X - Y) = {y}"

    return solved(
        tell(plus, minus),
        (
            tell(a * a + b * b, a * a + b * b),
            tell(plus, a * a - b * b - 2 * c),
            tell(a * a + b * b + c, a * a + b * b - c),
        ),
        f"The variances are ${a}^2 = {a * a}$ and ${b}^2 = {b * b}$.",
        "In general $\\mathrm{Var}(X \\pm Y) = \\mathrm{Var}(X) + \\mathrm{Var}(Y) \\pm 2\\,\\mathrm{Cov}(X, Y)$.",
        f"This gives ${a * a} + {b * b} + 2 \\cdot ({c}) = {plus}$ for the sum and ${a * a} + {b * b} - 2 \\cdot "
        f"({c}) = {minus}$ for the difference.",
    )


def _draw_sum(r: Random) -> Params:
    a, b = r.randint(3, 9), r.randint(3, 9)
    return {"a": a, "b": b, "c": r.choice((-1, 1)) * r.randint(1, a * b // 2)}


SUM = Problem(
    "mathematics-variance-of-sum",
    ("Variance of a sum", "Covariance"),
    (
        (
            "X and Y have the standard deviations {a} and {b} and the covariance {c}. Compute the variances of X + Y "
            "and of X - Y."
        ),
        (
            "Two random variables X, Y with covariance {c} have standard deviations {a} (X) and {b} (Y). What are "
            "Var(X + Y) and Var(X - Y)?"
        ),
    ),
    _draw_sum,
    _sum,
)


def _indicator(p: Params) -> Solution:
    n, k = ints(p, "n k")
    empty = k * (1 - 1 / k) ** n
    return solved(
        plain(empty, 3),
        (plain((1 - 1 / k) ** n, 3), plain(k * (1 / k) ** n, 6), plain(k - empty, 3), plain(Fraction(n, k), 3)),
        f"Let $I_j$ be 1 if box number $j$ stays empty and 0 otherwise; the number of empty boxes is the sum of the "
        f"{k} "
        "indicators.",
        f"A box stays empty if all {n} balls miss it: $E(I_j) = \\left(\\frac{{{k - 1}}}{{{k}}}\\right)^{{{n}}} "
        f"\\approx {plain((1 - 1 / k) ** n, 5)}$.",
        f"By linearity of expectation, which needs no independence, the answer is ${k} \\cdot "
        f"{plain((1 - 1 / k) ** n, 5)} \\approx {plain(empty, 3)}$.",
    )


INDICATOR = Problem(
    "mathematics-indicator-variables",
    ("Indicator variable", "Linearity of expectation"),
    (
        (
            "Each of {n} balls is thrown at random into one of {k} boxes, independently of the others. What is the "
            "expected number of boxes that stay empty (three decimals)?"
        ),
        (
            "Independently and with equal probabilities, {n} balls are put into {k} boxes. Use indicator variables "
            "to find the expected number of empty boxes to three decimals."
        ),
    ),
    lambda r: {"n": r.randint(5, 12), "k": r.randint(4, 9)},
    _indicator,
)


def _bernoulli(p: Params) -> Solution:
    n, k = ints(p, "n k")
    q = exact(p, "q")
    value = comb(n, k) * q**k * (1 - q) ** (n - k)
    mean, sd = n * q, sqrt(n * q * (1 - q))

    def tell(x: Fraction, m: Fraction, s: float) -> str:
        return f"probability {plain(x, 4)}, mean {plain(m, 2)}, standard deviation {plain(s, 2)}"

    return solved(
        tell(value, mean, sd),
        (tell(q**k * (1 - q) ** (n - k), mean, sd), tell(value, mean, sd**2), tell(comb(n, k) * q**k, mean, sd)),
        f"Every question is a Bernoulli trial with success probability {plain(q)}, so the number of right answers is "
        f"binomial with $n = {n}$.",
        f"$P(X = {k}) = \\binom{{{n}}}{{{k}}} \\cdot {plain(q)}^{{{k}}} \\cdot {plain(1 - q)}^{{{n - k}}} \\approx "
        f"{plain(value, 4)}$.",
        f"The mean is $np = {plain(mean, 2)}$ and the standard deviation $\\sqrt{{np(1-p)}} \\approx {plain(sd, 2)}$.",
    )


BERNOULLI = Problem(
    "mathematics-binomial-distribution",
    ("Binomial distribution", "Bernoulli trial"),
    (
        (
            "A test has {n} independent questions, each answered correctly with probability {q} by guessing. Find the "
            "probability of exactly {k} right answers (four decimals) and mean and standard deviation of their "
            "number (two decimals)."
        ),
        (
            "In {n} independent Bernoulli trials with success probability {q}, how likely are exactly {k} successes "
            "(four decimals)? Also give the expected number of successes and its standard deviation, to two decimals."
        ),
    ),
    lambda r: {"n": r.randint(6, 12), "k": r.randint(2, 5), "q": r.choice(("0.2", "0.25", "0.4", "0.3", "0.5"))},
    _bernoulli,
)


def _waiting(p: Params) -> Solution:
    (k,), q = ints(p, "k"), exact(p, "q")
    value = (1 - q) ** (k - 1) * q

    def tell(x: Fraction, mean: Fraction) -> str:
        return f"probability {plain(x, 4)}, mean {plain(mean, 2)}"

    return solved(
        tell(value, 1 / q),
        (tell((1 - q) ** k * q, 1 / q), tell(k * (1 - q) ** (k - 1) * q, 1 / q), tell(value, k * q)),
        f"The first success comes at attempt {k} if the {k - 1} attempts before fail.",
        f"The geometric distribution gives ${plain(1 - q)}^{{{k - 1}}} \\cdot {plain(q)} \\approx {plain(value, 4)}$.",
        f"The mean waiting time is $\\frac{{1}}{{p}} = \\frac{{1}}{{{plain(q)}}} = {plain(1 / q, 2)}$ attempts.",
    )


WAITING = Problem(
    "mathematics-geometric-distribution",
    ("Geometric distribution", "Bernoulli trial"),
    (
        (
            "A player hits the basket with probability {q} at every throw, independently. With which probability "
            "(four decimals) is throw number {k} the first hit, and how many throws are needed on average (two "
            "decimals)?"
        ),
        (
            "Independent throws succeed with probability {q}. Find the probability, to four decimals, that the first "
            "success happens at throw {k}, and the mean number of throws up to the first success, to two decimals."
        ),
    ),
    lambda r: {"k": r.randint(2, 7), "q": r.choice(("0.2", "0.25", "0.3", "0.4", "0.6", "0.7"))},
    _waiting,
)


def _lottery(p: Params) -> Solution:
    n, good, draws, k = ints(p, "n good draws k")
    value = Fraction(comb(good, k) * comb(n - good, draws - k), comb(n, draws))
    q = Fraction(good, n)
    return solved(
        plain(value, 4),
        (
            plain(comb(draws, k) * q**k * (1 - q) ** (draws - k), 4),
            plain(Fraction(comb(good, k), comb(n, draws)), 4),
            plain(q**k, 4),
        ),
        f"All $\\binom{{{n}}}{{{draws}}} = {comb(n, draws)}$ samples are equally likely.",
        f"Favourable are $\\binom{{{good}}}{{{k}}} \\cdot \\binom{{{n - good}}}{{{draws - k}}} = "
        f"{comb(good, k)} \\cdot {comb(n - good, draws - k)}$ of them.",
        f"The hypergeometric probability is about {plain(value, 4)}.",
    )


LOTTERY = Problem(
    "mathematics-hypergeometric-distribution",
    ("Hypergeometric distribution",),
    (
        (
            "Among {n} lamps {good} are faulty. An inspector picks {draws} at random without replacement. How likely "
            "is it (four decimals) that exactly {k} of them are faulty?"
        ),
        (
            "From {n} lamps, {good} of which are faulty, {draws} different ones are sampled. Find the probability of "
            "exactly {k} faulty lamps in the sample, to four decimals."
        ),
    ),
    lambda r: {"n": r.randint(18, 40), "good": r.randint(5, 9), "draws": r.randint(4, 7), "k": r.randint(2, 3)},
    _lottery,
)


def _poisson(p: Params) -> Solution:
    (k,), rate = ints(p, "k"), exact(p, "rate")
    mean = float(rate)
    value, none = mean**k / factorial(k) * exp(-mean), exp(-mean)

    def tell(x: float, y: float) -> str:
        return f"exactly {k}: {plain(x, 4)}, at least one: {plain(y, 4)}"

    return solved(
        tell(value, 1 - none),
        (tell(mean**k * exp(-mean), 1 - none), tell(value, none), tell(exp(-mean) * mean / factorial(k), 1 - none)),
        f"For a Poisson variable with mean {plain(rate)}, $P(X = k) = \\frac{{{plain(rate)}^k}}{{k!}} "
        f"e^{{-{plain(rate)}}}$.",
        f"With $k = {k}$ this is about {plain(value, 4)}.",
        f"At least one event has the probability $1 - e^{{-{plain(rate)}}} \\approx {plain(1 - none, 4)}$.",
    )


POISSON = Problem(
    "mathematics-poisson-distribution",
    ("Poisson distribution", "Complement rule"),
    (
        (
            "A help desk gets on average {rate} calls per minute, following a Poisson distribution. Find the "
            "probability of exactly {k} calls and of at least one call in a minute (four decimals each)."
        ),
        (
            "The number of calls per minute is Poisson distributed with mean {rate}. How likely are exactly {k} "
            "calls, and how likely is at least one call? Give four decimals."
        ),
    ),
    lambda r: {"rate": r.choice(("0.5", "0.8", "1.2", "1.5", "2.4", "2.5", "3.2")), "k": r.randint(2, 5)},
    _poisson,
)

PROBLEMS: tuple[Problem, ...] = (LINEAR, SUM, INDICATOR, BERNOULLI, WAITING, LOTTERY, POISSON)
