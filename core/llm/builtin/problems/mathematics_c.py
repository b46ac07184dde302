"""Mathematics problems on quadratic equations and functions."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import coefficients, ints, poly, ratio, solved, tex


def _formula(p: Params) -> Solution:
    a, b, c = coefficients(str(p["poly"]))
    d = b * b - 4 * a * c

    def tell(x: float, y: float) -> str:
        x, y = sorted((x, y))
        return f"discriminant {d}, x = {plain(x, 2)} or x = {plain(y, 2)}"

    low, high = (-b - sqrt(d)) / (2 * a), (-b + sqrt(d)) / (2 * a)
    return solved(
        tell(low, high),
        (tell(-low, -high), tell((-b - sqrt(d)) / 2, (-b + sqrt(d)) / 2), tell((-b - d) / (2 * a), (-b + d) / (2 * a))),
        f"The discriminant is $b^2 - 4ac = {b * b} - 4 \\cdot {a} \\cdot ({c}) = {d}$, positive, so there are two "
        f"zeros.",
        f"The formula gives $x = \\frac{{{-b} \\pm \\sqrt{{{d}}}}}{{{2 * a}}}$.",
        f"With $\\sqrt{{{d}}} \\approx {plain(sqrt(d), 4)}$ the zeros are about {plain(low, 2)} and {plain(high, 2)}.",
    )


def _draw_formula(r: Random) -> Params:
    while True:
        a, b, c = r.randint(2, 5), r.choice((-9, -7, -6, -5, -3, 3, 4, 5, 7, 8)), r.choice((-6, -5, -3, -2, 1, 2, 3))
        d = b * b - 4 * a * c
        if d > 0 and isqrt(d) ** 2 != d:
            return {"poly": poly([a, b, c])}


FORMULA = Problem(
    "mathematics-quadratic-formula",
    ("Quadratic formula", "Discriminant"),
    (
        "Find the discriminant of {poly} and its zeros with the quadratic formula, to two decimals.",
        "Use the quadratic formula to compute the zeros of {poly} to two decimals; state the discriminant as well.",
    ),
    _draw_formula,
    _formula,
)


def _vieta(p: Params) -> Solution:
    _, b, c = coefficients(str(p["poly"]))
    total, product = -b, c
    squares = total**2 - 2 * product

    def tell(s: int, q: int, z: int) -> str:
        return f"sum {s}, product {q}, sum of squares {z}"

    return solved(
        tell(total, product, squares),
        (tell(-total, product, squares), tell(total, product, total**2), tell(total, product, total**2 + 2 * product)),
        "Vieta: if the coefficient of the square is 1, the sum of the zeros is minus the coefficient of $x$ and their "
        "product is the constant term.",
        f"So the sum is ${total}$ and the product ${product}$.",
        f"From $(u + v)^2 = u^2 + 2uv + v^2$ follows $u^2 + v^2 = ({total})^2 - 2 \\cdot ({product}) = {squares}$.",
    )


def _draw_vieta(r: Random) -> Params:
    return {"poly": poly([1, r.choice((-11, -9, -8, -7, 7, 8, 9, 10, 12)), r.choice((-8, -7, -5, -3, 3, 4, 5, 6, 9))])}


VIETA = Problem(
    "mathematics-vieta",
    ("Vieta's formulas",),
    (
        "Without computing the zeros of {poly}, find their sum, their product and the sum of their squares.",
        (
            "Let u and v be the zeros of {poly}. Determine the sum, the product and the sum of the squares of u and "
            "v with Vieta's formulas."
        ),
    ),
    _draw_vieta,
    _vieta,
)


def _vertex(p: Params) -> Solution:
    a, b, c = coefficients(str(p["poly"]))
    x = Fraction(-b, 2 * a)
    y = a * x * x + b * x + c
    kind = "lowest" if a > 0 else "highest"

    def tell(s: Fraction, t: Fraction) -> str:
        return f"axis x = {ratio(s)}, vertex ({ratio(s)}, {ratio(t)}), {kind} point"

    return solved(
        tell(x, y),
        (tell(-x, a * x * x - b * x + c + (b == 0)), tell(2 * x, Fraction(c)), tell(x, Fraction(c))),
        f"The axis of symmetry is $x = -\\frac{{b}}{{2a}} = {tex(x)}$.",
        f"The vertex lies on it, with the value ${a} \\cdot ({tex(x)})^2 + ({b}) \\cdot ({tex(x)}) + ({c}) = "
        f"{tex(y)}$.",
        f"The parabola opens {'upward' if a > 0 else 'downward'}, so the vertex is the {kind} point.",
    )


def _draw_vertex(r: Random) -> Params:
    a = r.choice((-4, -3, -2, -1, 1, 2, 3, 4))
    return {"poly": poly([a, 2 * a * r.choice((-4, -3, -2, -1, 1, 2, 3)) + r.choice((0, a)), r.randint(1, 9)])}


VERTEX = Problem(
    "mathematics-vertex",
    ("Vertex of a parabola", "Axis of symmetry"),
    (
        (
            "Find the axis of symmetry and the vertex of the parabola y = {poly} and say whether the vertex is the "
            "highest or the lowest point."
        ),
        (
            "A parabola has the equation y = {poly}. Where are its axis of symmetry and its vertex, and is the "
            "vertex a highest or a lowest point? Use exact fractions."
        ),
    ),
    _draw_vertex,
    _vertex,
)


def _fence(p: Params) -> Solution:
    (length,) = ints(p, "length")
    wall, side = Fraction(length, 2), Fraction(length, 4)

    def tell(x: Fraction, y: Fraction) -> str:
        return f"{plain(x, 2)} m by {plain(y, 2)} m, area {plain(x * y, 2)} m²"

    return solved(
        tell(wall, side),
        (tell(Fraction(length, 3), Fraction(length, 3)), tell(side, side), tell(wall, wall)),
        f"If the two sides at right angles to the wall are $x$ m long, the third is ${length} - 2x$ and the area "
        f"$A(x) = x({length} - 2x)$.",
        f"The zeros of $A$ are 0 and {plain(Fraction(length, 2))}; the vertex lies midway, at $x = {plain(side, 2)}$.",
        f"The side along the wall is ${length} - 2 \\cdot {plain(side, 2)} = {plain(wall, 2)}$ m and the area is "
        f"{plain(wall * side, 2)} m².",
    )


FENCE = Problem(
    "mathematics-fence-optimisation",
    ("Quadratic optimisation", "Vertex of a parabola"),
    (
        (
            "A rectangular garden lies along a wall, and {length} m of fence are available for the other sides. Which "
            "rectangle (side along the wall first) has the largest area, and how large is it?"
        ),
        (
            "With {length} m of fence a rectangle next to a long wall is to be enclosed; the wall replaces one side. "
            "Find the dimensions with the greatest area, naming the side along the wall first, and this area."
        ),
    ),
    lambda r: {"length": r.randrange(20, 120, 2)},
    _fence,
)


def _inequality(p: Params) -> Solution:
    _, b, c = coefficients(str(p["poly"]))
    d = isqrt(b * b - 4 * c)
    s, t = (-b - d) // 2, (-b + d) // 2
    inside, outside = f"{s} < x < {t}", f"x < {s} or x > {t}"
    below = str(p["side"]) == "negative"
    return solved(
        inside if below else outside,
        (outside if below else inside, f"x < {t}", f"{-t} < x < {-s}"),
        f"The zeros of ${p['poly']}$ are {s} and {t}.",
        "The parabola opens upward, so its values are negative between the zeros and positive outside.",
        f"The values are {p['side']} for {inside if below else outside}.",
    )


def _draw_inequality(r: Random) -> Params:
    while True:
        s, t = sorted((r.randint(-7, 7), r.randint(-7, 7)))
        if s * t and t - s > 1 and s + t:
            return {"poly": poly([1, -s - t, s * t]), "side": r.choice(("negative", "positive"))}


INEQUALITY = Problem(
    "mathematics-quadratic-inequality",
    ("Quadratic inequality",),
    (
        "For which x is the value of {poly} a {side} number?",
        "Solve the quadratic inequality that says that {poly} is {side}.",
    ),
    _draw_inequality,
    _inequality,
)


def _meet(p: Params) -> Solution:
    m, n = ints(p, "m n")
    _, b, c = coefficients(str(p["poly"]))
    e, f = b - m, c - n
    d = isqrt(e * e - 4 * f)
    s, t = (-e - d) // 2, (-e + d) // 2

    def tell(x: int, y: int) -> str:
        return f"({x}, {m * x + n}) and ({y}, {m * y + n})"

    return solved(
        tell(s, t),
        (tell(-t, -s), f"({s}, 0) and ({t}, 0)", tell(s - 1, t + 1)),
        f"At common points ${p['poly']} = {m}x + {n}$, that is ${poly([1, e, f])} = 0$.",
        f"The zeros of this quadratic are {s} and {t}.",
        f"The line gives the second coordinates ${m} \\cdot ({s}) + {n} = {m * s + n}$ and ${m} \\cdot {t} + {n} = "
        f"{m * t + n}$.",
    )


def _draw_meet(r: Random) -> Params:
    m, n = r.randint(2, 4), r.randint(1, 6)
    s, t = r.randint(-4, 0), r.randint(1, 5)
    return {"m": m, "n": n, "poly": poly([1, m - s - t, s * t + n])}


MEET = Problem(
    "mathematics-line-and-parabola",
    ("Intersection of a line and a parabola",),
    (
        "Where does the line y = {m}x + {n} meet the parabola y = {poly}?",
        "Find both intersection points of y = {poly} and y = {m}x + {n}, the left one first.",
    ),
    _draw_meet,
    _meet,
)

PROBLEMS: tuple[Problem, ...] = (FORMULA, VIETA, VERTEX, FENCE, INEQUALITY, MEET)
