"""Statistics problems on sampling distributions and point estimation."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from random import Random
from statistics import NormalDist

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, exact, ints, listing, ratio, solved, values


def _phi(z: Fraction | float) -> float:
    return NormalDist().cdf(float(z))


def _error(p: Params) -> Solution:
    sigma, n, k = ints(p, "sigma n k")
    se = sigma / sqrt(n)

    def tell(first: float, size: int) -> str:
        return f"standard error {plain(first, 2)} g, n = {size}"

    return solved(
        tell(se, n * k * k),
        (tell(sigma / n, n * k * k), tell(se, n * k)),
        "The standard error of the mean is $\\frac{\\sigma}{\\sqrt{n}}$.",
        f"With the given numbers it is $\\frac{{{sigma}}}{{\\sqrt{{{n}}}}} = {plain(se, 2)}$ g.",
        f"Because of the root, dividing the standard error by {k} takes ${k}^2 = {k * k}$ times as many loaves, "
        f"${k * k} \\cdot {n} = {n * k * k}$.",
    )


ERROR = Problem(
    "statistics-standard-error",
    ("Standard error of the mean",),
    (
        (
            "Loaves of bread have weights with standard deviation {sigma} g. Find the standard error of the mean of "
            "{n} loaves, and the sample size for which it would be {k} times smaller."
        ),
        (
            "The weight of a loaf varies with a standard deviation of {sigma} g. What is the standard error of the "
            "mean weight in a sample of {n}? How many loaves are needed to make it smaller by the factor {k}?"
        ),
    ),
    lambda r: {"sigma": r.choice((12, 18, 20, 24, 30, 36)), "n": r.choice((16, 25, 36, 100)), "k": r.choice((2, 3, 4))},
    _error,
)


def _limit(p: Params) -> Solution:
    m, sigma, n, c = ints(p, "m sigma n c")
    se = Fraction(sigma, round(sqrt(n)))
    z = (c - m) / se
    one = Fraction(c - m, sigma)
    return solved(
        plain(1 - _phi(z), 4),
        (plain(_phi(z), 4), plain(1 - _phi(one), 4)),
        f"By the central limit theorem the mean of {n} waiting times is approximately normal with mean {m} and "
        f"standard error $\\frac{{{sigma}}}{{\\sqrt{{{n}}}}} = {plain(se)}$, whatever the shape of the distribution.",
        f"The bound {c} corresponds to $z = \\frac{{{c} - {m}}}{{{plain(se)}}} = {plain(z, 2)}$.",
        f"The probability is $1 - \\Phi({plain(z, 2)}) \\approx 1 - {plain(_phi(z), 4)} = {plain(1 - _phi(z), 4)}$.",
    )


def _draw_limit(r: Random) -> Params:
    root, step = r.choice((6, 8, 10)), r.choice((1, 2))
    m = r.randint(20, 60)
    return {"m": m, "sigma": root * step, "n": root * root, "c": m + step * r.choice((1, 2))}


LIMIT = Problem(
    "statistics-central-limit",
    ("Central limit theorem", "Standard error of the mean"),
    (
        (
            "Waiting times at a hotline have mean {m} s and standard deviation {sigma} s and are clearly skewed. "
            "What is the approximate probability that the mean of {n} independent waiting times exceeds {c} s (four "
            "decimals)?"
        ),
        (
            "The waiting time of a caller is a skewed random variable with expected value {m} s and standard deviation "
            "{sigma} s. Approximate, to four decimals, the probability that the average over {n} independent callers "
            "is above {c} s."
        ),
    ),
    _draw_limit,
    _limit,
)


def _share(p: Params) -> Solution:
    (n,), share, bound = ints(p, "n"), exact(p, "p"), exact(p, "c")
    sd = sqrt(share * (1 - share) / n)
    z = float(bound - share) / sd
    return solved(
        f"standard deviation {plain(sd, 4)}, probability {plain(1 - _phi(round(z, 2)), 4)}",
        (
            f"standard deviation {plain(sd, 4)}, probability {plain(_phi(round(z, 2)), 4)}",
            f"standard deviation {plain(share * (1 - share) / n, 6)}, probability {plain(1 - _phi(round(z, 2)), 4)}",
        ),
        f"The sample proportion has mean $p = {plain(share)}$ and standard deviation "
        f"$\\sqrt{{\\frac{{p(1-p)}}{{n}}}} = \\sqrt{{\\frac{{{plain(share * (1 - share), 4)}}}{{{n}}}}} "
        f"\\approx {plain(sd, 4)}$.",
        f"The bound has the z-score $\\frac{{{plain(bound)} - {plain(share)}}}{{{plain(sd, 4)}}} \\approx "
        f"{plain(z, 2)}$.",
        f"With the normal approximation the probability is $1 - \\Phi({plain(z, 2)}) \\approx "
        f"{plain(1 - _phi(round(z, 2)), 4)}$.",
    )


def _draw_share(r: Random) -> Params:
    q = r.choice((20, 30, 40, 50, 60))
    return {"p": f"0.{q}", "n": r.choice((96, 150, 200, 250, 300, 400)), "c": f"0.{q + r.randint(2, 6)}"}


SHARE = Problem(
    "statistics-sampling-proportion",
    ("Sampling distribution of a proportion",),
    (
        (
            "A share p = {p} of all voters supports a proposal. Find the standard deviation of the sample proportion "
            "for n = {n} voters and, with the normal approximation and z rounded to two decimals, the probability "
            "that the sample proportion exceeds {c} (both to four decimals)."
        ),
        (
            "In a random sample of n = {n} from a population with success share p = {p}, what is the standard "
            "deviation of the sample proportion, and how likely is a sample proportion above {c}? Use the normal "
            "approximation with z to two decimals and give both results to four decimals."
        ),
    ),
    _draw_share,
    _share,
)


def _unbiased(p: Params) -> Solution:
    a, b, c, k, v = ints(p, "a b c k v")
    d = k - a - b - c
    var = Fraction(v * (a * a + b * b + c * c + d * d), k * k)

    def tell(w: int, x: Fraction) -> str:
        return f"c = {w}, variance {plain(x)}"

    return solved(
        tell(d, var),
        (tell(d, Fraction(v, 4)), tell(d, Fraction(v))),
        f"By linearity $E(T) = \\frac{{{a} + {b} + {c} + c}}{{{k}}}\\,\\mu$, which equals $\\mu$ only if the "
        f"coefficients add up to {k}, so $c = {d}$.",
        "For independent observations the variances add up with squared coefficients.",
        f"$\\mathrm{{Var}}(T) = \\frac{{{a}^2 + {b}^2 + {c}^2 + {d}^2}}{{{k}^2}} \\cdot {v} = {plain(var)}$.",
    )


def _draw_unbiased(r: Random) -> Params:
    shapes = ((2, 2, 2, 4), (2, 3, 3, 2), (3, 2, 2, 3), (2, 4, 2, 2), (3, 3, 2, 2), (4, 2, 2, 2))
    a, b, c, d = r.choice(shapes)
    return {"a": a, "b": b, "c": c, "k": a + b + c + d, "v": r.choice((4, 9, 16, 25, 36))}


UNBIASED = Problem(
    "statistics-unbiased-estimator",
    ("Unbiased estimator",),
    (
        (
            "X1, X2, X3, X4 are independent with unknown mean and variance {v}. For which number c is "
            "T = ({a} X1 + {b} X2 + {c} X3 + c X4) / {k} an unbiased estimator of the mean, and what is its variance "
            "then?"
        ),
        (
            "Four independent measurements X1, X2, X3, X4 have the same mean and the variance {v}. Choose c such "
            "that the estimator T = ({a} X1 + {b} X2 + {c} X3 + c X4) / {k} has no bias for the mean, and compute "
            "the variance of T."
        ),
    ),
    _draw_unbiased,
    _unbiased,
)


def _mse(p: Params) -> Solution:
    b, v, c, w = ints(p, "b v c w")
    one, two = b * b + v, c * c + w

    def tell(x: int, y: int) -> str:
        return f"{x} and {y}, estimator {'A' if x < y else 'B'} is better"

    return solved(
        tell(one, two),
        (tell(abs(b) + v, abs(c) + w), tell(v, w)),
        "The mean squared error splits into squared bias plus variance.",
        f"For A it is ${b}^2 + {v} = {one}$ and for B it is ${c}^2 + {w} = {two}$.",
        "The estimator with the smaller mean squared error is closer to the target in this sense.",
    )


def _draw_mse(r: Random) -> Params:
    while True:
        b, v, c, w = r.randint(3, 6), r.randint(2, 9), r.randint(1, 2), r.randint(12, 40)
        if b * b + v != c * c + w:
            return {"b": b, "v": v, "c": c, "w": w}


MSE = Problem(
    "statistics-mean-squared-error",
    ("Mean squared error",),
    (
        (
            "Estimator A has bias {b} and variance {v}, estimator B has bias {c} and variance {w}. Compute the mean "
            "squared errors of A and B and decide which estimator is better by this criterion."
        ),
        (
            "Two estimators of the same quantity are available: A (bias {b}, variance {v}) and B (bias {c}, variance "
            "{w}). Compare them by their mean squared errors."
        ),
    ),
    _draw_mse,
    _mse,
)


def _likelihood(p: Params) -> Solution:
    data = values(p, "data")
    n, total = len(data), sum(data)
    return solved(
        f"{ratio(Fraction(n, total))} per minute",
        (f"{ratio(Fraction(total, n))} per minute", f"{ratio(Fraction(n - 1, total))} per minute"),
        f"The log-likelihood is $\\ell(\\lambda) = {n} \\ln \\lambda - \\lambda ({added(data)}) = "
        f"{n} \\ln \\lambda - {total} \\lambda$.",
        f"Its derivative $\\frac{{{n}}}{{\\lambda}} - {total}$ is zero at $\\hat{{\\lambda}} = "
        f"\\frac{{{n}}}{{{total}}}$, one over the sample mean, and changes from plus to minus there.",
    )


def _draw_likelihood(r: Random) -> Params:
    while True:
        data = [r.randint(1, 15) for _ in range(5)]
        if sum(data) % 5 == 0 and sum(data) > 15:
            return {"data": listing(data)}


LIKELIHOOD = Problem(
    "statistics-maximum-likelihood",
    ("Maximum likelihood estimate",),
    (
        (
            "The times between five calls were {data} minutes. Model them as exponential with density "
            "f(t) = λ·exp(-λt) and find the maximum likelihood estimate of the rate λ as a fraction in lowest terms."
        ),
        (
            "Independent exponential waiting times (density f(t) = λ·exp(-λt), t in minutes) were observed: {data}. "
            "Derive the value of λ that maximises the likelihood, as a fraction in lowest terms."
        ),
    ),
    _draw_likelihood,
    _likelihood,
)

PROBLEMS: tuple[Problem, ...] = (ERROR, LIMIT, SHARE, UNBIASED, MSE, LIKELIHOOD)
