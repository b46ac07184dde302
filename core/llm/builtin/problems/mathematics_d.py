"""Mathematics problems on functions, their graphs and polynomials."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import coefficients, ints, listing, poly, ratio, solved, tex


def _domain(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    start = ratio(Fraction(b, a))
    return solved(
        f"domain x >= {start}, range y >= {c}",
        (
            f"domain x >= {ratio(Fraction(-b, a))}, range y >= {c}",
            f"domain x > {start}, range y > 0",
            f"domain x >= 0, range y >= {c}",
        ),
        f"The radicand must not be negative: ${a}x - {b} \\ge 0$, so $x \\ge {tex(Fraction(b, a))}$.",
        "The root takes every value from 0 on and no negative one.",
        f"Adding {c} shifts the values, so the range consists of all $y \\ge {c}$.",
    )


DOMAIN = Problem(
    "mathematics-domain-and-range",
    ("Domain and range",),
    (
        "State the domain and the range of the real function f(x) = √({a}x - {b}) + {c}.",
        "For which real x is f(x) = √({a}x - {b}) + {c} defined, and which values does f take?",
    ),
    lambda r: {"a": r.randint(2, 6), "b": r.randint(3, 20), "c": r.randint(2, 9)},
    _domain,
)


def _compose(p: Params) -> Solution:
    a, b, c, x = ints(p, "a b c x")
    inner = x * x - c
    outer = a * x + b

    def tell(u: int, v: int) -> str:
        return f"f(g({x})) = {u}, g(f({x})) = {v}"

    return solved(
        tell(a * inner + b, outer**2 - c),
        (tell(outer**2 - c, a * inner + b), tell(outer * inner, outer * inner), tell(a * inner + b, outer**2)),
        f"For $f(g({x}))$ the inner function comes first: $g({x}) = {x}^2 - {c} = {inner}$, then $f({inner}) = {a} "
        f"\\cdot ({inner}) + {b} = {a * inner + b}$.",
        f"For $g(f({x}))$: $f({x}) = {outer}$, then $g({outer}) = {outer}^2 - {c} = {outer**2 - c}$.",
        "The order of a composition matters.",
    )


COMPOSE = Problem(
    "mathematics-composition",
    ("Function composition",),
    (
        "Let f(x) = {a}x + {b} and g(x) = x^2 - {c}. Compute f(g({x})) and g(f({x})).",
        "With f(x) = {a}x + {b} and g(x) = x^2 - {c}, what are the values of f(g({x})) and g(f({x}))?",
    ),
    lambda r: {"a": r.randint(2, 5), "b": r.randint(1, 7), "c": r.randint(2, 9), "x": r.randint(2, 5)},
    _compose,
)


def _inverse(p: Params) -> Solution:
    a, b, c, y = ints(p, "a b c y")
    value = Fraction(c * y + b, a)

    def tell(s: str, v: Fraction) -> str:
        return f"{s}, value {plain(v)}"

    return solved(
        tell(f"({c}x + {b})/{a}", value),
        (tell(f"{c}/({a}x - {b})", Fraction(c, a * y - b)), tell(f"({c}x - {b})/{a}", Fraction(c * y - b, a))),
        f"Solve $y = \\frac{{{a}x - {b}}}{{{c}}}$ for $x$: ${c}y = {a}x - {b}$, so $x = \\frac{{{c}y + {b}}}{{{a}}}$.",
        f"Exchanging the names gives $f^{{-1}}(x) = \\frac{{{c}x + {b}}}{{{a}}}$.",
        f"At {y} it is $\\frac{{{c * y} + {b}}}{{{a}}} = {plain(value)}$.",
    )


def _draw_inverse(r: Random) -> Params:
    while True:
        a, b, c, y = r.randint(2, 5), r.randint(1, 9), r.randint(2, 7), r.randint(2, 9)
        if (c * y + b) % a == 0 and a * y != b and a != c:
            return {"a": a, "b": b, "c": c, "y": y}


INVERSE = Problem(
    "mathematics-inverse-function",
    ("Inverse function",),
    (
        "Find the formula of the inverse of f(x) = ({a}x - {b})/{c} and its value at {y}.",
        (
            "The function f(x) = ({a}x - {b})/{c} is to be inverted. Give the inverse function as a formula in x and "
            "evaluate it at {y}."
        ),
    ),
    _draw_inverse,
    _inverse,
)


def _transform(p: Params) -> Solution:
    x, y, h, k, a = ints(p, "x y h k a")

    def tell(u: int, v: int) -> str:
        return f"({u}, {v})"

    return solved(
        tell(x + h, -a * y + k),
        (tell(x - h, -a * y + k), tell(x + h, a * y + k), tell(x + h, -a * (y + k))),
        f"Replacing $x$ by $x - {h}$ moves the graph {h} to the right.",
        f"The factor $-{a}$ stretches it in the vertical direction by {a} and mirrors it in the x-axis, and adding {k} "
        f"moves it up by {k}.",
        f"The point goes to $({x} + {h}, -{a} \\cdot ({y}) + {k}) = ({x + h}, {-a * y + k})$.",
    )


TRANSFORM = Problem(
    "mathematics-graph-transformation",
    ("Graph transformation",),
    (
        (
            "The point ({x}, {y}) lies on the graph of f. Which point must lie on the graph of g(x) = -{a}·f(x - "
            "{h}) + {k}?"
        ),
        (
            "Let g(x) = -{a}·f(x - {h}) + {k}. Where does the point ({x}, {y}) of the graph of f go when the graph "
            "of g is made from it by shifting, stretching and mirroring?"
        ),
    ),
    lambda r: {
        "x": r.randint(-4, 5),
        "y": r.choice((-4, -3, -2, 1, 2, 3, 5)),
        "h": r.randint(1, 6),
        "k": r.randint(1, 8),
        "a": r.randint(2, 4),
    },
    _transform,
)


def _parity(text: str) -> str:
    factors = coefficients(text)[::-1]
    odd, even = any(factors[1::2]), any(factors[0::2])
    return "neither" if odd and even else "odd" if odd else "even"


def _mirrored(text: str) -> str:
    rising = coefficients(text)[::-1]
    return poly([-c if power % 2 else c for power, c in enumerate(rising)][::-1])


def _symmetry(p: Params) -> Solution:
    kinds = [_parity(str(p[name])) for name in ("f", "g")]

    def tell(a: str, b: str) -> str:
        return f"f: {a}, g: {b}"

    swap = {"even": "odd", "odd": "even", "neither": "even"}
    mirrored = [_mirrored(str(p[name])) for name in ("f", "g")]
    return solved(
        tell(*kinds),
        (tell(swap[kinds[0]], kinds[1]), tell(kinds[0], swap[kinds[1]]), tell(swap[kinds[0]], swap[kinds[1]])),
        f"Replacing $x$ by $-x$ gives $f(-x) = {mirrored[0]}$ and $g(-x) = {mirrored[1]}$.",
        "A function is even if $f(-x) = f(x)$ and odd if $f(-x) = -f(x)$; a polynomial is even if it has only even "
        "powers (a constant counts as even) and odd if it has only odd powers.",
        f"The result is: {tell(*kinds)}.",
    )


def _draw_symmetry(r: Random) -> Params:
    def one() -> str:
        a, b, c = (r.choice((-5, -3, -2, 2, 3, 4, 6)) for _ in range(3))
        return poly(r.choice(([a, 0, b, 0, c], [a, 0, b, 0], [a, 0, 0, b], [a, b, 0, 0, c], [b, 0, 0, 0, c, 0])))

    return {"f": one(), "g": one()}


SYMMETRY = Problem(
    "mathematics-even-and-odd",
    ("Even and odd functions",),
    (
        "Are the functions f(x) = {f} and g(x) = {g} even, odd or neither?",
        "Examine the symmetry of f(x) = {f} and of g(x) = {g}: classify each as even, odd or neither.",
    ),
    _draw_symmetry,
    _symmetry,
)


def _horner(factors: list[int], x: int) -> list[int]:
    """The Horner row: the coefficients of the quotient by x - `x`, then the remainder."""
    row = [factors[0]]
    for c in factors[1:]:
        row.append(row[-1] * x + c)
    return row


def _division(p: Params) -> Solution:
    factors, (a,) = coefficients(str(p["poly"])), ints(p, "a")
    *quotient, rest = _horner(factors, a)

    def tell(parts: list[int], last: int) -> str:
        return f"quotient {poly(parts)}, remainder {last}"

    *wrong, off = _horner(factors, -a)
    return solved(
        tell(quotient, rest),
        (tell(wrong, off), tell(quotient, -rest), tell(quotient, 0)),
        f"Dividing by $x - {a}$ with Horner's scheme, the row of coefficients {listing(factors)} turns into "
        f"{listing([*quotient, rest])}.",
        f"All but the last entry are the coefficients of the quotient ${poly(quotient)}$; the last one is the "
        f"remainder.",
        f"By the remainder theorem the remainder is also the value of the polynomial at {a}, which confirms {rest}.",
    )


def _draw_division(r: Random) -> Params:
    while True:
        factors = [r.randint(1, 3), *(r.choice((-7, -5, -4, -3, -2, 2, 3, 4, 5, 6)) for _ in range(3))]
        a = r.randint(2, 4)
        if _horner(factors, a)[-1] != 0:
            return {"poly": poly(factors), "a": a}


DIVISION = Problem(
    "mathematics-polynomial-division",
    ("Polynomial division", "Remainder theorem"),
    (
        "Divide {poly} by x - {a}. State quotient and remainder, and check the remainder with the remainder theorem.",
        "What are the quotient and the remainder when {poly} is divided by x - {a}?",
    ),
    _draw_division,
    _division,
)


def _unknown(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    k = Fraction(-(a**3) - b * a + c, a * a)
    return solved(
        f"k = {ratio(k)}",
        (f"k = {ratio(-k)}", f"k = {ratio(Fraction(a**3 + b * a + c, a * a))}", f"k = {ratio(k + a)}"),
        f"By the factor theorem $x - {a}$ is a factor exactly if the polynomial has the zero {a}.",
        f"The condition ${a}^3 + k \\cdot {a}^2 + {b} \\cdot {a} - {c} = 0$ reads ${a * a}k = {c - a**3 - b * a}$.",
        f"So $k = {tex(k)}$.",
    )


def _draw_unknown(r: Random) -> Params:
    a, b, k = r.randint(2, 4), r.randint(2, 9), r.randint(-2, 5)
    c = a**3 + k * a * a + b * a
    return {"a": a, "b": b, "c": c} if c > 0 and k else {"a": a, "b": b, "c": a**3 + a * a + b * a}


UNKNOWN = Problem(
    "mathematics-factor-theorem",
    ("Factor theorem",),
    (
        "For which number k is x - {a} a factor of x^3 + kx^2 + {b}x - {c}?",
        "The polynomial x^3 + kx^2 + {b}x - {c} shall be divisible by x - {a} without remainder. Determine k.",
    ),
    _draw_unknown,
    _unknown,
)

PROBLEMS: tuple[Problem, ...] = (DOMAIN, COMPOSE, INVERSE, TRANSFORM, SYMMETRY, DIVISION, UNKNOWN)
