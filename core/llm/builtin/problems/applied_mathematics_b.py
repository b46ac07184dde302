"""Applied mathematics problems on open root-finding methods and linear systems."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, solved, tex


def _newton(p: Params) -> Solution:
    c, x0 = ints(p, "c start")
    x1 = x0 - Fraction(x0**3 - c, 3 * x0**2)
    x2 = x1 - (x1**3 - c) / (3 * x1**2)

    def tell(a: Fraction, b: Fraction) -> str:
        return f"x1 = {plain(a, 4)}, x2 = {plain(b, 4)}"

    wrong = x0 + Fraction(x0**3 - c, 3 * x0**2)
    return solved(
        tell(x1, x2),
        (tell(wrong, wrong + (wrong**3 - c) / (3 * wrong**2)), tell(x0 - Fraction(x0**3 - c, x0**2), x1)),
        f"With $f(x) = x^3 - {c}$ and $f'(x) = 3x^2$ the rule is $x_{{k+1}} = x_k - \\frac{{x_k^3 - {c}}}{{3x_k^2}}$.",
        f"First $x_1 = {x0} - \\frac{{{x0**3 - c}}}{{{3 * x0**2}}} = {tex(x1)} \\approx {plain(x1, 4)}$.",
        f"Then $x_2 \\approx {plain(x2, 4)}$, close to $\\sqrt[3]{{{c}}} \\approx {plain(c ** (1 / 3), 4)}$.",
    )


def _draw_newton(r: Random) -> Params:
    x = r.randint(2, 5)
    return {"c": r.choice([c for c in range(x**3 - 6, x**3 + 8) if c != x**3]), "start": x}


NEWTON = Problem(
    "applied-mathematics-newton",
    ("Newton's method",),
    (
        (
            "Approximate a zero of f(x) = x^3 - {c} with two steps of Newton's method, starting from "
            "x0 = {start} (results to four decimals, exact intermediate values)."
        ),
        (
            "Apply Newton's method twice to f(x) = x^3 - {c} with the starting value x0 = {start}. Give both iterates, "
            "rounded to four decimals only at the end."
        ),
    ),
    _draw_newton,
    _newton,
)


def _secant(p: Params) -> Solution:
    c, a, b = ints(p, "c a b")
    fa, fb = a * a - c, b * b - c
    x = b - Fraction(fb * (b - a), fb - fa)
    newton = b - Fraction(fb, 2 * b)
    return solved(
        f"x2 = {plain(x, 4)}",
        (f"x2 = {plain(newton, 4)}", f"x2 = {plain(b + Fraction(fb * (b - a), fb - fa), 4)}"),
        f"The function values are $f({a}) = {fa}$ and $f({b}) = {fb}$; the slope of the secant is "
        f"$\\frac{{{fb} - ({fa})}}{{{b} - {a}}} = {tex(Fraction(fb - fa, b - a))}$.",
        f"The secant meets the axis at $x_2 = {b} - \\frac{{{fb}}}{{{tex(Fraction(fb - fa, b - a))}}} "
        f"\\approx {plain(x, 4)}$.",
    )


def _draw_secant(r: Random) -> Params:
    a = r.randint(2, 7)
    b = a + r.randint(1, 2)
    root = r.randint(b * b - 3, b * b + 9)
    return {"c": root + (1 if round(sqrt(root)) ** 2 == root else 0), "a": a, "b": b}


SECANT = Problem(
    "applied-mathematics-secant",
    ("Secant method",),
    (
        (
            "For f(x) = x^2 - {c} and the starting values x0 = {a}, x1 = {b}, compute the next iterate x2 of the "
            "secant method to four decimals."
        ),
        (
            "Use the secant method once on the function f(x) = x^2 - {c} with x0 = {a} and x1 = {b}; give x2 to four "
            "decimals."
        ),
    ),
    _draw_secant,
    _secant,
)


def _fixed(p: Params) -> Solution:
    c, k = ints(p, "c k")
    xs = [Fraction(1)]
    for _ in range(3):
        xs.append((xs[-1] ** 2 + c) / k)
    limit = (k - sqrt(k * k - 4 * c)) / 2
    return solved(
        f"x3 = {plain(xs[3], 4)}",
        (f"x3 = {plain(xs[2], 4)}", f"x3 = {plain((xs[3] ** 2 + c) / k, 4)}", f"x3 = {plain(limit, 4)}"),
        f"The rule is $x_{{n+1}} = g(x_n)$ with $g(x) = \\frac{{x^2 + {c}}}{{{k}}}$.",
        f"The iterates are $x_1 \\approx {plain(xs[1], 5)}$, $x_2 \\approx {plain(xs[2], 5)}$ and "
        f"$x_3 \\approx {plain(xs[3], 5)}$.",
        f"They approach the fixed point near {plain(limit, 3)}, where $|g'(x)| = \\left|\\frac{{2x}}{{{k}}}\\right| "
        f"< 1$.",
    )


FIXED = Problem(
    "applied-mathematics-fixed-point",
    ("Fixed-point iteration",),
    (
        (
            "Start with x0 = 1 and replace x by (x^2 + {c}) / {k} again and again. What is x3, to four decimals "
            "(rounded only at the end)?"
        ),
        (
            "The equation x = (x^2 + {c}) / {k} is solved by fixed-point iteration from x0 = 1. Give the iterate x3 "
            "to four decimals, rounding only at the end."
        ),
    ),
    lambda r: {"c": r.choice((2, 3, 4)), "k": r.randint(7, 14)},
    _fixed,
)


def _order(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    order = Fraction(c - b, b - a)
    return solved(
        f"p = {plain(order, 2)}",
        (f"p = {plain(Fraction(c, b), 2)}", f"p = {plain(Fraction(b - a, c - b), 2)}", f"p = {c - b}"),
        "For convergence of order $p$ successive errors satisfy $e_{n+1} \\approx C e_n^p$, and dividing two such "
        "relations removes $C$.",
        f"So $p \\approx \\frac{{\\log(e_2 / e_1)}}{{\\log(e_1 / e_0)}} = \\frac{{-({c} - {b})}}{{-({b} - {a})}} = "
        f"{plain(order, 2)}$.",
    )


def _draw_order(r: Random) -> Params:
    a, d = r.randint(1, 4), r.choice((1, 2, 4))
    b = a + d
    return {"a": a, "b": b, "c": b + r.choice((d, 2 * d, 3 * d, d + d // 2))}


ORDER = Problem(
    "applied-mathematics-order-of-convergence",
    ("Order of convergence",),
    (
        (
            "Three successive errors of an iteration are 10^-{a}, 10^-{b} and 10^-{c}. Estimate the order of "
            "convergence p."
        ),
        (
            "An iterative method has the errors 10^-{a}, then 10^-{b}, then 10^-{c}. Which order of convergence p do "
            "they suggest?"
        ),
    ),
    _draw_order,
    _order,
)


def _draw_gauss(r: Random) -> Params:
    x, y, z = (r.choice((-3, -2, -1, 1, 2, 3, 4)) for _ in range(3))
    b, c, d, e = r.randint(2, 4), r.randint(2, 5), r.randint(2, 4), r.choice((4, 5, 6))
    m, n = b * c + 1, 2 * b
    p, q, s = x + b * y + z, c * x + m * y + d * z, 2 * x + n * y + e * z
    return {"b": b, "c": c, "d": d, "e": e, "m": m, "n": n, "p": p, "q": q, "s": s}


def _gauss(p: Params) -> Solution:
    b, c, d, e, m, u, v, w = ints(p, "b c d e m p q s")
    z = Fraction(w - 2 * u, e - 2)
    y = (v - c * u - (d - c) * z) / (m - b * c)
    x = u - b * y - z

    def tell(i: Fraction, j: Fraction, k: Fraction) -> str:
        return f"x = {plain(i)}, y = {plain(j)}, z = {plain(k)}"

    second = {0: "y", 1: "y + z", -1: "y - z"}.get(d - c, f"y {'+' if d > c else '-'} {abs(d - c)}z")
    return solved(
        tell(x, y, z),
        (tell(z, y, x), tell(x, -y, z), tell(u - b * y + z, y, z)),
        f"Subtracting {c} times the first equation from the second leaves ${second} = {v - c * u}$.",
        f"Subtracting twice the first equation from the third leaves ${e - 2}z = {w - 2 * u}$, so $z = {plain(z)}$.",
        f"Back substitution gives $y = {plain(y)}$ and then $x = {u} - {b} \\cdot ({plain(y)}) - ({plain(z)}) = "
        f"{plain(x)}$.",
    )


GAUSS = Problem(
    "applied-mathematics-gaussian-elimination",
    ("Gaussian elimination",),
    (
        "Solve by Gaussian elimination: x + {b}y + z = {p}, {c}x + {m}y + {d}z = {q}, 2x + {n}y + {e}z = {s}.",
        (
            "A system of three equations reads x + {b}y + z = {p}; {c}x + {m}y + {d}z = {q}; 2x + {n}y + {e}z = {s}. "
            "Eliminate and substitute back to find x, y and z."
        ),
    ),
    _draw_gauss,
    _gauss,
)

PROBLEMS: tuple[Problem, ...] = (NEWTON, SECANT, FIXED, ORDER, GAUSS)
