"""Applied mathematics problems on numerical differentiation, integration and initial value problems."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import decimal, exact, ints, listing, solved, values


def _differences(p: Params) -> Solution:
    x, h = ints(p, "x")[0], exact(p, "h")
    k = ints(p, "k")[0]

    def f(t: Fraction) -> Fraction:
        return t**3 - k * t

    start = Fraction(x)
    forward, central = (f(start + h) - f(start)) / h, (f(start + h) - f(start - h)) / (2 * h)

    def tell(a: Fraction, b: Fraction) -> str:
        return f"forward {plain(a, 4)}, central {plain(b, 4)}"

    return solved(
        tell(forward, central),
        (tell(forward, 2 * central), tell(central, forward), tell((f(start) - f(start - h)) / h, central)),
        f"The values needed are $f({x}) = {plain(f(start), 6)}$, $f({plain(x + h)}) = {plain(f(start + h), 6)}$ and "
        f"$f({plain(x - h)}) = {plain(f(start - h), 6)}$.",
        f"The forward difference is $\\frac{{f(x+h) - f(x)}}{{h}} = {plain(forward, 4)}$, the central one "
        f"$\\frac{{f(x+h) - f(x-h)}}{{2h}} = {plain(central, 4)}$.",
        f"The exact derivative is $3 \\cdot {x}^2 - {k} = {3 * x * x - k}$; the central difference, whose error is of "
        "second order in $h$, comes closer.",
    )


DIFFERENCES = Problem(
    "applied-mathematics-difference-quotients",
    ("Forward difference", "Central difference"),
    (
        (
            "Approximate the derivative of f(x) = x^3 - {k}x at x = {x} with step h = {h} by the forward and by the "
            "central difference quotient (up to four decimals)."
        ),
        (
            "For f(x) = x^3 - {k}x, compute the forward and the central difference quotient at the point x = {x} using "
            "h = {h}; give up to four decimals."
        ),
    ),
    lambda r: {"x": r.randint(1, 5), "h": r.choice(("0.1", "0.2", "0.5")), "k": r.randint(2, 9)},
    _differences,
)


def _richardson(p: Params) -> Solution:
    coarse, fine = exact(p, "coarse"), exact(p, "fine")
    value = (4 * fine - coarse) / 3
    return solved(
        plain(value, 4),
        (plain(2 * fine - coarse, 4), plain((coarse + fine) / 2, 4), plain((4 * coarse - fine) / 3, 4)),
        "The central difference has the error $c h^2 + O(h^4)$; halving $h$ divides the leading term by 4.",
        "The combination $\\frac{4 D(h/2) - D(h)}{3}$ cancels this term.",
        f"It gives $\\frac{{4 \\cdot {plain(fine, 4)} - {plain(coarse, 4)}}}{{3}} = {plain(value, 4)}$.",
    )


def _draw_richardson(r: Random) -> Params:
    target, c = r.randint(200, 900), r.choice((-12, -8, -4, 4, 8, 12, 16))
    return {"coarse": decimal(Fraction(target + 4 * c, 100)), "fine": decimal(Fraction(target + c, 100))}


RICHARDSON = Problem(
    "applied-mathematics-richardson",
    ("Richardson extrapolation", "Central difference"),
    (
        (
            "Central differences for a derivative give {coarse} with step h and {fine} with half this step. Improve "
            "the result by Richardson extrapolation (up to four decimals)."
        ),
        (
            "A derivative was approximated by central differences: {coarse} for the step h, {fine} for half of it. "
            "Which value does Richardson extrapolation yield, to four decimals at most?"
        ),
    ),
    _draw_richardson,
    _richardson,
)


def _draw_samples(r: Random) -> Params:
    speeds = [r.randint(8, 16)]
    for _ in range(4):
        speeds.append(speeds[-1] + r.randint(-2, 5))
    return {"data": listing(speeds), "h": r.choice((3, 6, 9, 12))}


def _areas(p: Params) -> Solution:
    y, (h,) = values(p, "data"), ints(p, "h")
    trapezoid = Fraction(h, 2) * (y[0] + 2 * (y[1] + y[2] + y[3]) + y[4])
    simpson = Fraction(h, 3) * (y[0] + 4 * (y[1] + y[3]) + 2 * y[2] + y[4])

    def tell(a: Fraction, b: Fraction) -> str:
        return f"trapezoidal rule {plain(a)} m, Simpson's rule {plain(b)} m"

    return solved(
        tell(trapezoid, simpson),
        (tell(Fraction(h * sum(y)), simpson), tell(trapezoid, Fraction(h, 3) * (sum(y) + y[1] + y[2] + y[3]))),
        "The distance is the integral of the speed over time.",
        f"Trapezoidal rule: $\\frac{{{h}}}{{2}} ({y[0]} + 2 \\cdot ({y[1]} + {y[2]} + {y[3]}) + {y[4]}) = "
        f"{plain(trapezoid)}$.",
        f"Simpson's rule: $\\frac{{{h}}}{{3}} ({y[0]} + 4 \\cdot ({y[1]} + {y[3]}) + 2 \\cdot {y[2]} + {y[4]}) = "
        f"{plain(simpson)}$.",
    )


AREAS = Problem(
    "applied-mathematics-trapezoid-simpson",
    ("Trapezoidal rule", "Simpson's rule"),
    (
        (
            "The speed of a car, read every {h} s at five moments, was {data} m/s. Estimate the distance covered "
            "with the trapezoidal rule and with Simpson's rule."
        ),
        (
            "Five speeds measured at equal time steps of {h} s are {data} m/s. Integrate them numerically, by the "
            "trapezoidal rule and by Simpson's rule, to find the distance."
        ),
    ),
    _draw_samples,
    _areas,
)


def _panels(p: Params) -> Solution:
    b, m, d = ints(p, "b m d")
    raw = sqrt(b**3 * m / 12 * 10**d)
    n = ceil(raw)
    return solved(
        f"n = {n}",
        (f"n = {n - 1}", f"n = {ceil(b**3 * m / 12 * 10**d)}", f"n = {ceil(sqrt(b**3 * m / 24 * 10**d))}"),
        f"The error is at most $\\frac{{(b-a)^3}}{{12 n^2}} M = \\frac{{{b}^3 \\cdot {m}}}{{12 n^2}}$.",
        f"Requiring at most $10^{{-{d}}}$ gives $n \\ge \\sqrt{{\\frac{{{b**3 * m} \\cdot 10^{{{d}}}}}{{12}}}} "
        f"\\approx {plain(raw, 2)}$.",
        f"The smallest whole number is {n}.",
    )


def _draw_panels(r: Random) -> Params:
    while True:
        b, m, d = r.randint(1, 4), r.randint(2, 9), r.randint(2, 4)
        if abs(sqrt(b**3 * m / 12 * 10**d) % 1 - 0.5) < 0.45:
            return {"b": b, "m": m, "d": d}


PANELS = Problem(
    "applied-mathematics-trapezoid-bound",
    ("Error bound of the trapezoidal rule",),
    (
        (
            "The integral of f from 0 to {b} is computed with the trapezoidal rule, and |f''(x)| <= {m} is known. What "
            "is the smallest number n of equal subintervals for which the error bound guarantees an error of at most "
            "10^-{d}?"
        ),
        (
            "On the interval from 0 to {b} the second derivative of f is at most {m} in absolute value. Into how "
            "many equal parts n must the interval at least be divided so that the error bound of the trapezoidal "
            "rule is not above 10^-{d}?"
        ),
    ),
    _draw_panels,
    _panels,
)


def _euler(p: Params) -> Solution:
    a, y0 = ints(p, "a start")
    h = exact(p, "h")
    y1 = y0 + h * (0 - a * y0)
    y2 = y1 + h * (h - a * y1)
    wrong = y1 + h * (0 - a * y1)
    return solved(
        f"y({plain(2 * h)}) ≈ {plain(y2, 4)}",
        (
            f"y({plain(2 * h)}) ≈ {plain(y1, 4)}",
            f"y({plain(2 * h)}) ≈ {plain(wrong, 4)}",
            f"y({plain(2 * h)}) ≈ {plain(y0 + 2 * h * (0 - a * y0), 4)}",
        ),
        "Euler's method follows the slope at the current point: $y_{k+1} = y_k + h\\,f(t_k, y_k)$.",
        f"First step: $y_1 = {y0} + {plain(h)} \\cdot (0 - {a} \\cdot {y0}) = {plain(y1, 4)}$.",
        f"Second step: $y_2 = {plain(y1, 4)} + {plain(h)} \\cdot ({plain(h)} - {a} \\cdot {plain(y1, 4)}) = "
        f"{plain(y2, 4)}$.",
    )


EULER = Problem(
    "applied-mathematics-euler",
    ("Euler's method",),
    (
        (
            "Do two steps of Euler's method with h = {h} for y' = t - {a}y, y(0) = {start}. Which approximation (up "
            "to four decimals) results?"
        ),
        (
            "The initial value problem y' = t - {a}y with y(0) = {start} is solved by Euler's method with step size "
            "h = {h}. Give the value after two steps, to four decimals at most."
        ),
    ),
    lambda r: {"a": r.randint(2, 4), "start": r.randint(1, 9), "h": r.choice(("0.1", "0.2", "0.05"))},
    _euler,
)


def _heun(p: Params) -> Solution:
    a, y0 = ints(p, "a start")
    h = exact(p, "h")
    k1 = Fraction(a * y0)
    guess = y0 + h * k1
    k2 = a * guess + h
    y1 = y0 + h / 2 * (k1 + k2)
    return solved(
        f"y1 = {plain(y1, 4)}",
        (f"y1 = {plain(guess, 4)}", f"y1 = {plain(y0 + h * k2, 4)}", f"y1 = {plain(y0 + h * (k1 + k2), 4)}"),
        f"The slope at the start is $k_1 = {a} \\cdot {y0} + 0 = {plain(k1)}$; an Euler step predicts "
        f"${y0} + {plain(h)} \\cdot {plain(k1)} = {plain(guess, 4)}$.",
        f"The slope there is $k_2 = {a} \\cdot {plain(guess, 4)} + {plain(h)} = {plain(k2, 4)}$.",
        f"Heun's method takes the mean of both slopes: $y_1 = {y0} + \\frac{{{plain(h)}}}{{2}} ({plain(k1)} + "
        f"{plain(k2, 4)}) = {plain(y1, 4)}$.",
    )


HEUN = Problem(
    "applied-mathematics-heun",
    ("Heun's method",),
    (
        (
            "Compute one step of Heun's method with step size h = {h} for y' = {a}y + t, y(0) = {start}; up to four "
            "decimals."
        ),
        (
            "Given y' = {a}y + t and y(0) = {start}, find the next value by one Heun step (average of the slopes at "
            "both ends) of size h = {h}, to four decimals at most."
        ),
    ),
    lambda r: {"a": r.randint(2, 5), "start": r.randint(1, 6), "h": r.choice(("0.1", "0.2", "0.4"))},
    _heun,
)


def _stable(p: Params) -> Solution:
    (a,), h = ints(p, "a"), exact(p, "h")
    factor = 1 - a * h
    verdict = "stable" if abs(factor) < 1 else "not stable"
    other = "not stable" if verdict == "stable" else "stable"
    return solved(
        f"factor {plain(factor)}, {verdict}",
        (f"factor {plain(factor)}, {other}", f"factor {plain(1 + a * h)}, not stable"),
        f"One step multiplies the value by the factor $1 - {a}h = 1 - {a} \\cdot {plain(h)} = {plain(factor)}$.",
        f"The exact solution decays, and so does the numerical one exactly if $|1 - {a}h| < 1$, that is "
        f"$h < \\frac{{2}}{{{a}}} \\approx {plain(Fraction(2, a), 4)}$.",
        f"The given step size {'meets' if verdict == 'stable' else 'violates'} this condition.",
    )


STABLE = Problem(
    "applied-mathematics-euler-stability",
    ("Stability of Euler's method",),
    (
        (
            "Euler's method with step h = {h} is applied to y' = -{a}y. By which factor is the value multiplied in "
            "each step, and is the method stable in the sense that the values tend to 0?"
        ),
        (
            "For the test equation y' = -{a}y and Euler's method with step size h = {h}, find the growth factor per "
            "step and decide whether the numerical solution decays to 0 (stable) or not."
        ),
    ),
    lambda r: {"a": r.choice((3, 6, 7, 9, 12, 15, 18, 30)), "h": r.choice(("0.05", "0.12", "0.15", "0.25", "0.3"))},
    _stable,
)

PROBLEMS: tuple[Problem, ...] = (DIFFERENCES, RICHARDSON, AREAS, PANELS, EULER, HEUN, STABLE)
