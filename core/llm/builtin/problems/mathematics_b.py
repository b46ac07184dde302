"""Mathematics problems on powers, roots and quadratic equations."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import coefficients, exact, factor, ints, poly, ratio, solved, tex


def _powers(p: Params) -> Solution:
    a, b, c, d, e = ints(p, "a b c d e")

    def tell(x: int, y: int) -> str:
        return f"x^{x} y^{y}"

    return solved(
        tell(a * c - d, b * c - e),
        (tell(a + c - d, b + c - e), tell(a * c + d, b * c + e), tell(a**c - d, b**c - e)),
        "A power of a power multiplies the exponents, a quotient of powers of the same base subtracts them.",
        f"The numerator is $x^{{{a} \\cdot {c}}} y^{{{b} \\cdot {c}}} = x^{{{a * c}}} y^{{{b * c}}}$.",
        f"Dividing leaves $x^{{{a * c} - {d}}} y^{{{b * c} - {e}}} = x^{{{a * c - d}}} y^{{{b * c - e}}}$.",
    )


POWERS = Problem(
    "mathematics-exponent-laws",
    ("Laws of exponents",),
    (
        "Simplify (x^{a} y^{b})^{c} / (x^{d} y^{e}) for x and y different from zero to the form x^m y^n.",
        "Write the quotient (x^{a} y^{b})^{c} / (x^{d} y^{e}), with x and y not zero, as a single product x^m y^n.",
    ),
    lambda r: {
        "a": r.randint(2, 5),
        "b": r.randint(2, 4),
        "c": r.randint(3, 5),
        "d": r.randint(2, 4),
        "e": r.randint(2, 4),
    },
    _powers,
)


def _fractional(p: Params) -> Solution:
    base, m, n = ints(p, "base m n")
    root = round(base ** (1 / n))
    sign = "\\sqrt" if n == 2 else f"\\sqrt[{n}]"
    value = root**m
    return solved(
        f"{value} and 1/{value}",
        (
            f"{plain(Fraction(base * m, n))} and -{plain(Fraction(base * m, n))}",
            f"{value} and -{value}",
            f"{root} and 1/{root}",
        ),
        f"The denominator of the exponent stands for a root: ${sign}{{{base}}} = {root}$ because ${root}^{n} = "
        f"{base}$.",
        f"The numerator is a power: ${root}^{m} = {value}$.",
        f"A negative exponent means the reciprocal, $\\frac{{1}}{{{value}}}$.",
    )


def _draw_fractional(r: Random) -> Params:
    n = r.choice((2, 3, 4))
    root = r.randint(2, {2: 12, 3: 6, 4: 4}[n])
    return {"base": root**n, "m": r.choice([m for m in (2, 3, 5) if m != n and m % n]), "n": n}


FRACTIONAL = Problem(
    "mathematics-fractional-exponent",
    ("Fractional exponent", "Laws of exponents"),
    (
        "Compute {base}^({m}/{n}) and {base}^(-{m}/{n}) without a calculator.",
        "Which exact values have the powers {base}^({m}/{n}) and {base}^(-{m}/{n})?",
    ),
    _draw_fractional,
    _fractional,
)


def _radicals(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")

    def split(n: int) -> tuple[int, int]:
        outer = max(k for k in range(1, isqrt(n) + 1) if n % (k * k) == 0)
        return outer, n // outer**2

    (x, m), (y, _), (z, _) = split(a), split(b), split(c)
    total = x + y - z
    return solved(
        f"{total}√{m}",
        (f"√{a + b - c}" if a + b > c else f"√{a + b + c}", f"{x + y + z}√{m}"),
        f"Square factors are taken out: $\\sqrt{{{a}}} = {x}\\sqrt{{{m}}}$, $\\sqrt{{{b}}} = {y}\\sqrt{{{m}}}$, "
        f"$\\sqrt{{{c}}} = {z}\\sqrt{{{m}}}$.",
        f"Like roots are collected: $({x} + {y} - {z})\\sqrt{{{m}}} = {total}\\sqrt{{{m}}}$.",
    )


def _draw_radicals(r: Random) -> Params:
    m = r.choice((2, 3, 5, 6, 7))
    x, y, z = r.sample(range(2, 8), 3)
    low = min(x, y, z)
    x, y = [k for k in (x, y, z) if k != low]
    return {"a": x * x * m, "b": y * y * m, "c": low * low * m}


RADICALS = Problem(
    "mathematics-simplifying-radicals",
    ("Simplifying radicals",),
    (
        "Simplify √{a} + √{b} - √{c} to a multiple of a single root of a number without square factors.",
        "Write the expression √{a} + √{b} - √{c} with one root only, taken of a square-free number.",
    ),
    _draw_radicals,
    _radicals,
)


def _rationalise(p: Params) -> Solution:
    c, a, b = ints(p, "c a b")
    k = c // (a - b)
    front = "" if k == 1 else str(k)
    result = f"{front}(√{a} + √{b})" if front else f"√{a} + √{b}"
    return solved(
        result,
        (f"{front}(√{a} - √{b})", f"{c}(√{a} + √{b})", f"{front}√{a + b}"),
        f"The fraction is expanded with $\\sqrt{{{a}}} + \\sqrt{{{b}}}$, because $(u - v)(u + v) = u^2 - v^2$.",
        f"The denominator becomes ${a} - {b} = {a - b}$.",
        f"So the value is $\\frac{{{c}(\\sqrt{{{a}}} + \\sqrt{{{b}}})}}{{{a - b}}} = {k} \\cdot (\\sqrt{{{a}}} + "
        f"\\sqrt{{{b}}})$.",
    )


def _draw_rationalise(r: Random) -> Params:
    b = r.choice((2, 3, 5, 6))
    a = r.choice([v for v in (7, 10, 11, 13) if v > b])
    return {"a": a, "b": b, "c": (a - b) * r.randint(1, 4)}


RATIONALISE = Problem(
    "mathematics-rationalising",
    ("Rationalising a denominator", "Simplifying radicals"),
    (
        "Rationalise the denominator of {c} / (√{a} - √{b}) and simplify.",
        "Write {c} / (√{a} - √{b}) without a root in the denominator, as simply as possible.",
    ),
    _draw_rationalise,
    _rationalise,
)


def _scientific(p: Params) -> Solution:
    a, b = exact(p, "a"), exact(p, "b")
    m, n = ints(p, "m n")
    value, power = a * b, m - n
    raw = f"{plain(value)}·10^{power}"
    while value >= 10:
        value, power = value / 10, power + 1
    return solved(
        f"{plain(value)}·10^{power}",
        (raw, f"{plain(value)}·10^{m + n}", f"{plain(value)}·10^{power + 1}"),
        f"The factors are multiplied separately: ${plain(a)} \\cdot {plain(b)} = {plain(a * b)}$ and "
        f"$10^{{{m}}} \\cdot 10^{{-{n}}} = 10^{{{m - n}}}$.",
        f"In scientific notation the first factor lies between 1 and 10, so the result is ${plain(value)} \\cdot "
        f"10^{{{power}}}$.",
    )


SCIENTIFIC = Problem(
    "mathematics-scientific-notation",
    ("Scientific notation",),
    (
        (
            "A layer consists of {a}·10^{m} molecules in a row, each {b}·10^-{n} m long. How long is the row in "
            "metres, in scientific notation?"
        ),
        (
            "Multiply {a}·10^{m} by {b}·10^-{n} and write the result in scientific notation (one digit other than "
            "zero before the point)."
        ),
    ),
    lambda r: {
        "a": f"{r.randint(2, 9)}.{r.choice((2, 4, 5, 6, 8))}",
        "b": f"{r.randint(2, 9)}.{r.choice((1, 2, 5))}",
        "m": r.randint(4, 8),
        "n": r.choice((9, 10)),
    },
    _scientific,
)


def _draw_roots(r: Random) -> Params:
    while True:
        s, t = sorted((r.randint(-8, 8), r.randint(-8, 8)))
        if s and t and s != t and s + t:
            return {"poly": poly([1, -s - t, s * t])}


def _roots(text: str) -> tuple[int, int]:
    _, b, c = coefficients(text)
    d = isqrt(b * b - 4 * c)
    return (-b - d) // 2, (-b + d) // 2


def _factoring(p: Params) -> Solution:
    s, t = _roots(str(p["poly"]))

    def tell(x: int, y: int) -> str:
        x, y = sorted((x, y))
        return f"{factor(x)}{factor(y)}, zeros {x} and {y}"

    return solved(
        tell(s, t),
        (tell(-s, -t), tell(s, -t), f"{factor(s)}{factor(t)}, zeros {-s} and {-t}"),
        f"Two numbers with the sum {-s - t} and the product {s * t} are wanted; they are {-s} and {-t}.",
        f"So ${p['poly']} = {factor(s)}{factor(t)}$.",
        f"A product is zero if a factor is zero, which happens for $x = {s}$ and $x = {t}$.",
    )


FACTORING = Problem(
    "mathematics-factoring",
    ("Factoring a quadratic", "Vieta's formulas"),
    (
        "Factorise {poly} and give its zeros (smaller zero first, also in the product).",
        (
            "Find the zeros of {poly} by factoring: state the product of linear factors and the zeros, beginning "
            "with the smaller zero."
        ),
    ),
    _draw_roots,
    _factoring,
)


def _square(p: Params) -> Solution:
    _, b, c = coefficients(str(p["poly"]))
    h = Fraction(b, 2)
    rest = c - h * h

    def tell(x: Fraction, y: Fraction) -> str:
        return f"(x {'+' if x > 0 else '-'} {ratio(abs(x))})^2 {'+' if y >= 0 else '-'} {ratio(abs(y))}"

    return solved(
        tell(h, rest),
        (tell(Fraction(b), Fraction(c - b * b)), tell(h, Fraction(c)), tell(h, c + h * h)),
        f"Half the coefficient of $x$ is ${tex(h)}$ and its square is ${tex(h * h)}$.",
        f"Adding and subtracting the square gives ${p['poly']} = {poly([1, b, 0])} + {tex(h * h)} - {tex(h * h)} "
        f"{'+' if c >= 0 else '-'} {abs(c)}$.",
        f"The first three terms are a perfect square, so the result is {tell(h, rest)}.",
    )


def _draw_square(r: Random) -> Params:
    return {
        "poly": poly(
            [1, r.choice((-10, -8, -7, -6, -5, -4, -3, 3, 4, 5, 6, 8, 12)), r.choice((-9, -5, -2, 1, 2, 7, 30))]
        )
    }


SQUARE = Problem(
    "mathematics-completing-the-square",
    ("Completing the square",),
    (
        "Complete the square: write {poly} in the form (x + h)^2 + k with exact fractions.",
        "Bring the quadratic {poly} to the form (x + h)^2 + k, using fractions where needed.",
    ),
    _draw_square,
    _square,
)

PROBLEMS: tuple[Problem, ...] = (POWERS, FRACTIONAL, RADICALS, RATIONALISE, SCIENTIFIC, FACTORING, SQUARE)
