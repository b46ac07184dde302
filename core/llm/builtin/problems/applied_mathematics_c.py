"""Applied mathematics problems on factorisation, iteration and conditioning of linear systems, and interpolation."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, solved, tex


def _lu(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    m = c // a
    pivot = d - m * b

    def tell(factor: int, last: int) -> str:
        return f"L = (1, 0; {factor}, 1), U = ({a}, {b}; 0, {last})"

    return solved(
        tell(m, pivot),
        (tell(-m, pivot), tell(m, d + m * b), tell(m, d)),
        f"The multiplier that removes the lower left entry is $\\frac{{{c}}}{{{a}}} = {m}$; it is stored in $L$.",
        f"The second row minus {m} times the first gives the new lower right entry ${d} - {m} \\cdot {b} = {pivot}$.",
        f"Multiplying back, ${m} \\cdot {b} + ({pivot}) = {d}$ confirms the factorisation.",
    )


LU = Problem(
    "applied-mathematics-lu",
    ("LU factorisation", "Gaussian elimination"),
    (
        (
            "Factorise the matrix ({a}, {b}; {c}, {d}) (rows separated by the semicolon) as LU, with ones on the "
            "diagonal of L and without exchanging rows."
        ),
        (
            "Find the LU factorisation without pivoting, L having a unit diagonal, of the matrix with the rows ({a}, "
            "{b}) and ({c}, {d})."
        ),
    ),
    lambda r: {
        "a": (a := r.randint(2, 5)),
        "b": (b := r.randint(1, 6)),
        "c": a * (m := r.randint(2, 4)),
        "d": m * b + r.choice((-5, -3, -2, 1, 2, 3, 4)),
    },
    _lu,
)


def _cost(p: Params) -> Solution:
    t, k, s = ints(p, "t k s")

    def tell(x: int, y: int) -> str:
        return f"factorisation {x} s, triangular solution {y} ms"

    return solved(
        tell(t * k**3, s * k**2),
        (tell(t * k, s * k), tell(t * k**2, s * k), tell(t * k**3, s * k**3)),
        "Factorising an $n \\times n$ matrix takes about $\\frac{2}{3} n^3$ operations, solving with the two "
        "triangular factors about $2n^2$.",
        f"With {k} times as many unknowns the first cost grows by ${k}^3 = {k**3}$, the second by ${k}^2 = {k**2}$.",
        f"This gives ${t} \\cdot {k**3} = {t * k**3}$ s and ${s} \\cdot {k**2} = {s * k**2}$ ms.",
    )


COST = Problem(
    "applied-mathematics-operation-count",
    ("Operation count", "LU factorisation"),
    (
        (
            "For a dense system, the LU factorisation takes {t} s and the solution with the two triangular factors "
            "{s} ms. Predict both times for {k} times as many unknowns from the leading terms of the operation counts."
        ),
        (
            "A dense linear system needs {t} s for its LU factorisation and {s} ms for forward and back "
            "substitution. How long does each take, by leading-order operation counts, when the number of unknowns "
            "is multiplied by {k}?"
        ),
    ),
    lambda r: {"t": r.randint(2, 9), "s": r.randint(11, 40), "k": r.choice((2, 3, 4, 5, 10))},
    _cost,
)


def _sweeps(p: Params) -> Solution:
    a, b, c, d, u, v = ints(p, "a b c d u v")

    def step(x: Fraction, y: Fraction, seidel: bool) -> tuple[Fraction, Fraction]:
        new = (u - b * y) / a
        return new, (v - c * (new if seidel else x)) / d

    zero = Fraction(0)
    j1, g1 = step(zero, zero, False), step(zero, zero, True)
    j2, g2 = step(*j1, False), step(*g1, True)

    def tell(j: tuple[Fraction, Fraction], g: tuple[Fraction, Fraction]) -> str:
        return f"Jacobi ({plain(j[0])}, {plain(j[1])}), Gauss-Seidel ({plain(g[0])}, {plain(g[1])})"

    return solved(
        tell(j2, g2),
        (tell(j1, g1), tell(g2, j2), tell(j2, step(*g2, True))),
        f"Solved for the diagonal unknowns the equations are $x = \\frac{{{u} - {b}y}}{{{a}}}$ and "
        f"$y = \\frac{{{v} - {c}x}}{{{d}}}$.",
        f"Jacobi uses only old values: $({plain(j1[0])}, {plain(j1[1])})$, then $({plain(j2[0])}, {plain(j2[1])})$.",
        f"Gauss-Seidel uses the new $x$ at once: $({plain(g1[0])}, {plain(g1[1])})$, then "
        f"$({plain(g2[0])}, {plain(g2[1])})$.",
    )


def _draw_sweeps(r: Random) -> Params:
    return {
        "a": r.choice((4, 5, 10)),
        "b": r.choice((2, 3)),
        "c": r.choice((2, 3)),
        "d": r.choice((4, 5, 10)),
        "u": r.randrange(10, 40, 2),
        "v": r.randrange(11, 50, 2),
    }


SWEEPS = Problem(
    "applied-mathematics-jacobi-gauss-seidel",
    ("Jacobi iteration", "Gauss-Seidel iteration"),
    (
        (
            "For the system {a}x + {b}y = {u}, {c}x + {d}y = {v}, do two Jacobi steps and two Gauss-Seidel steps "
            "from (0, 0); round the results to three decimals at the end."
        ),
        (
            "Starting at (0, 0), which points do the Jacobi and the Gauss-Seidel iteration reach after two steps for "
            "{a}x + {b}y = {u} and {c}x + {d}y = {v}? Give three decimals, rounded only at the end."
        ),
    ),
    _draw_sweeps,
    _sweeps,
)


def _condition(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    det = a * d - b * c
    norm = max(abs(a) + abs(b), abs(c) + abs(d))
    inverse = Fraction(max(abs(d) + abs(b), abs(c) + abs(a)), abs(det))
    kappa = norm * inverse
    return solved(
        plain(kappa, 2),
        (plain(norm * inverse * abs(det), 2), plain(norm / inverse, 2), plain(Fraction(norm), 2)),
        f"The row-sum norm of the matrix is the larger of {a + b} and {c + d}, that is {norm}.",
        f"The determinant is ${a} \\cdot {d} - {b} \\cdot {c} = {det}$, so the inverse is "
        f"$\\frac{{1}}{{{det}}}$ times $({d}, -{b}; -{c}, {a})$ with row-sum norm ${tex(inverse)}$.",
        f"The condition number is the product ${norm} \\cdot {tex(inverse)} \\approx {plain(kappa, 2)}$; it bounds how "
        "much relative errors of the data can be magnified.",
    )


def _draw_condition(r: Random) -> Params:
    while True:
        a, b, c, d = (r.randint(1, 9) for _ in range(4))
        if abs(a * d - b * c) in {2, 3, 4, 5}:
            return {"a": a, "b": b, "c": c, "d": d}


CONDITION = Problem(
    "applied-mathematics-condition-number",
    ("Condition number",),
    (
        (
            "Compute the condition number in the row-sum (maximum) norm of the matrix with first row ({a}, {b}) and "
            "second row ({c}, {d}), to two decimals."
        ),
        (
            "How large is the condition number, with respect to the row-sum norm, of the square matrix whose rows are "
            "({a}, {b}) and ({c}, {d})? Two decimals."
        ),
    ),
    _draw_condition,
    _condition,
)


def _draw_points(r: Random) -> Params:
    while True:
        a, b, c = r.choice(((0, 1, 3), (0, 1, 2), (-1, 0, 2), (1, 2, 4), (0, 2, 3)))
        p = {"a": a, "b": b, "c": c, "u": r.randint(1, 9), "v": r.randint(-4, 9), "w": r.randint(2, 12)}
        if _table(p)[2]:
            return p


def _table(p: Params) -> tuple[Fraction, Fraction, Fraction]:
    """The divided differences of first order and the one of second order."""
    a, b, c, u, v, w = ints(p, "a b c u v w")
    first, second = Fraction(v - u, b - a), Fraction(w - v, c - b)
    return first, second, (second - first) / (c - a)


def _lagrange(p: Params) -> Solution:
    a, b, c, u, v, w = ints(p, "a b c u v w")
    x = exact(p, "x")
    weights = [
        (x - b) * (x - c) / ((a - b) * (a - c)),
        (x - a) * (x - c) / ((b - a) * (b - c)),
        (x - a) * (x - b) / ((c - a) * (c - b)),
    ]
    value = sum((k * y for k, y in zip(weights, (u, v, w), strict=True)), Fraction(0))
    left, right = (b, c) if x > b else (a, b)
    ends = {a: u, b: v, c: w}
    straight = ends[left] + (ends[right] - ends[left]) * (x - left) / (right - left)
    return solved(
        plain(value),
        (plain(straight), plain(-value), plain(Fraction(u + v + w, 3))),
        f"At $x = {plain(x)}$ the Lagrange basis polynomials have the values ${tex(weights[0])}$, ${tex(weights[1])}$ "
        f"and ${tex(weights[2])}$ (their sum is 1).",
        f"The interpolating value is ${u} \\cdot ({tex(weights[0])}) + ({v}) \\cdot {tex(weights[1])} + {w} \\cdot "
        f"({tex(weights[2])}) = {tex(value)}$.",
    )


LAGRANGE = Problem(
    "applied-mathematics-lagrange",
    ("Lagrange interpolation",),
    (
        (
            "The quadratic polynomial through ({a}, {u}), ({b}, {v}) and ({c}, {w}) is wanted at x = {x}. Use "
            "Lagrange's form and give three decimals at most."
        ),
        (
            "Interpolate the points ({a}, {u}), ({b}, {v}), ({c}, {w}) by a parabola with Lagrange basis "
            "polynomials. What is its value at x = {x} (at most three decimals)?"
        ),
    ),
    lambda r: {**_draw_points(r), "x": "1.5"},
    _lagrange,
)


def _divided(p: Params) -> Solution:
    a, b, c, u, v, w = ints(p, "a b c u v w")
    first, second, top = _table(p)
    return solved(
        plain(top, 3),
        (plain(second - first, 3), plain(Fraction(w - u, c - a), 3), plain(-top, 3)),
        f"First order: $f[x_0, x_1] = \\frac{{{v} - {u}}}{{{b} - ({a})}} = {tex(first)}$ and "
        f"$f[x_1, x_2] = \\frac{{{w} - ({v})}}{{{c} - {b}}} = {tex(second)}$.",
        f"Second order: $f[x_0, x_1, x_2] = \\frac{{{tex(second)} - ({tex(first)})}}{{{c} - ({a})}} = {tex(top)}$.",
        "It is the coefficient of the quadratic term in Newton's form.",
    )


DIVIDED = Problem(
    "applied-mathematics-divided-differences",
    ("Divided differences",),
    (
        (
            "Given f({a}) = {u}, f({b}) = {v} and f({c}) = {w}, compute the second-order divided difference of these "
            "three values (three decimals at most)."
        ),
        (
            "A table has the nodes {a}, {b}, {c} with the function values {u}, {v}, {w}. Find the divided "
            "difference of second order, to three decimals at most."
        ),
    ),
    _draw_points,
    _divided,
)


def _bound(p: Params) -> Solution:
    (m,), h = ints(p, "m"), exact(p, "h")
    value = m * h * h / 8
    return solved(
        plain(value, 6),
        (plain(m * h * h / 2, 6), plain(m * h / 8, 6), plain(m * h * h / 12, 6)),
        "For linear interpolation between nodes at distance $h$ the error is at most $\\frac{h^2}{8} \\max|f''|$, "
        "reached at the middle.",
        f"Here this is $\\frac{{{plain(h)}^2}}{{8}} \\cdot {m} = {plain(value, 6)}$.",
    )


BOUND = Problem(
    "applied-mathematics-interpolation-error",
    ("Linear interpolation error",),
    (
        (
            "A function with |f''(x)| <= {m} is tabulated with step {h} and interpolated linearly between neighbouring "
            "entries. Bound the error (up to six decimals)."
        ),
        (
            "Linear interpolation is used in a table with spacing {h} of a function whose second derivative never "
            "exceeds {m} in absolute value. What error bound follows, up to six decimals?"
        ),
    ),
    lambda r: {"m": r.randint(2, 12), "h": r.choice(("0.1", "0.2", "0.4", "0.05", "0.5", "0.25"))},
    _bound,
)

PROBLEMS: tuple[Problem, ...] = (LU, COST, SWEEPS, CONDITION, LAGRANGE, DIVIDED, BOUND)
