"""Statistics problems on two numerical variables: covariance, correlation and the fitted line."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, ints, listing, solved, values


def _draw_pairs(r: Random) -> Params:
    while True:
        xs, ys = r.sample(range(1, 12), 5), [r.randint(4, 22) for _ in range(5)]
        if sum(xs) % 5 or sum(ys) % 5:
            continue
        _, _, sxx, syy, sxy = _moments(xs, ys)
        if sxy**2 * 10 > 2 * sxx * syy and syy and (Fraction(sxy, sxx) * 100).denominator == 1:
            return {"xs": listing(xs), "ys": listing(ys)}


def _moments(xs: list[int], ys: list[int]) -> tuple[int, int, int, int, int]:
    mx, my = sum(xs) // len(xs), sum(ys) // len(ys)
    dx, dy = [x - mx for x in xs], [y - my for y in ys]
    return (
        mx,
        my,
        sum(d * d for d in dx),
        sum(d * d for d in dy),
        sum(d * e for d, e in zip(dx, dy, strict=True)),
    )


def _correlation(p: Params) -> Solution:
    xs, ys = values(p, "xs"), values(p, "ys")
    mx, my, sxx, syy, sxy = _moments(xs, ys)
    r = sxy / sqrt(sxx * syy)
    products = [(x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)]
    cov = Fraction(sxy, len(xs) - 1)

    def tell(c: Fraction, q: float) -> str:
        return f"covariance {plain(c, 2)}, correlation {plain(q, 2)}"

    return solved(
        tell(cov, r),
        (tell(Fraction(sxy, len(xs)), r), tell(cov, r * r), tell(-cov, -r)),
        f"The means are $\\bar{{x}} = {mx}$ and $\\bar{{y}} = {my}$.",
        f"The products of the deviations add up to ${added(products)} = {sxy}$, so the sample covariance is "
        f"$\\frac{{{sxy}}}{{{len(xs) - 1}}} = {plain(cov, 2)}$.",
        f"The sums of squared deviations are {sxx} for x and {syy} for y, hence "
        f"$r = \\frac{{{sxy}}}{{\\sqrt{{{sxx} \\cdot {syy}}}}} \\approx {plain(r, 2)}$.",
    )


CORRELATION = Problem(
    "statistics-correlation",
    ("Correlation coefficient", "Sample covariance"),
    (
        (
            "Five shops report years in business x: {xs} and daily customers in tens y: {ys}. Compute the sample "
            "covariance and the correlation coefficient, each to two decimals."
        ),
        (
            "For the paired observations with x-values {xs} and corresponding y-values {ys}, find the sample "
            "covariance and Pearson's correlation coefficient (two decimals each)."
        ),
    ),
    _draw_pairs,
    _correlation,
)


def _line(p: Params) -> Solution:
    xs, ys, (x,) = values(p, "xs"), values(p, "ys"), ints(p, "x")
    mx, my, sxx, _, sxy = _moments(xs, ys)
    slope = Fraction(sxy, sxx)
    start = my - slope * mx
    y = ys[xs.index(x)]
    residual = y - start - slope * x

    def tell(a: Fraction, b: Fraction, e: Fraction) -> str:
        return f"y = {plain(a, 2)} {'+' if b >= 0 else '-'} {plain(abs(b), 2)}x, residual {plain(e, 2)}"

    return solved(
        tell(start, slope, residual),
        (tell(start, slope, -residual), tell(Fraction(my), slope, y - my - slope * x)),
        f"With means {mx} and {my}, the sums of squares and products are $S_{{xx}} = {sxx}$ and $S_{{xy}} = {sxy}$.",
        f"The slope is $b = \\frac{{{sxy}}}{{{sxx}}} = {plain(slope, 2)}$ and the intercept is "
        f"$a = {my} - ({plain(slope, 2)}) \\cdot {mx} = {plain(start, 2)}$.",
        f"At $x = {x}$ the line predicts {plain(y - residual, 2)} while {y} was observed; the residual, observed minus "
        f"predicted, is {plain(residual, 2)}.",
    )


def _draw_line(r: Random) -> Params:
    while True:
        p = dict(_draw_pairs(r))
        p["x"] = r.choice(values(p, "xs"))
        if _line_residual(p) != "residual 0":
            return p


def _line_residual(p: Params) -> str:
    xs, ys, (x,) = values(p, "xs"), values(p, "ys"), ints(p, "x")
    mx, my, sxx, _, sxy = _moments(xs, ys)
    return f"residual {plain(ys[xs.index(x)] - my - Fraction(sxy, sxx) * (x - mx))}"


LINE = Problem(
    "statistics-least-squares-line",
    ("Least-squares line", "Residual"),
    (
        (
            "A plant received x hours of light per day and grew y cm per month: x = {xs} and y = {ys}, in matching "
            "order. Fit the least-squares line y = a + bx and give the residual of the observation with x = {x}."
        ),
        (
            "Find the regression line y = a + bx by least squares for the points with abscissas {xs} and ordinates "
            "{ys} (same order), and the residual at the data point whose abscissa is {x}."
        ),
    ),
    _draw_line,
    _line,
)

PROBLEMS: tuple[Problem, ...] = (CORRELATION, LINE)
