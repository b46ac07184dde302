"""Applied mathematics problems on linear and nonlinear optimisation and on pseudorandom numbers."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, listing, solved, tex


def _draw_plan(r: Random) -> Params:
    while True:
        a, b, d, e = (r.randint(1, 5) for _ in range(4))
        p, q, x, y = r.randint(10, 60), r.randint(10, 60), r.randint(3, 12), r.randint(3, 12)
        c, f = a * x + b * y, d * x + e * y
        if min(a, b, d, e) < 2 or not (a * e > b * d and d * q < p * e and p * b < a * q):
            continue
        if c % a == 0 and f % e == 0 and 100 * (p * e - q * d) % (a * e - b * d) == 0:
            return {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "p": p, "q": q}


def _corner(p: Params) -> tuple[Fraction, Fraction]:
    a, b, c, d, e, f = ints(p, "a b c d e f")
    det = a * e - b * d
    return Fraction(c * e - b * f, det), Fraction(a * f - c * d, det)


def _programme(p: Params) -> Solution:
    a, b, c, d, e, f, u, v = ints(p, "a b c d e f p q")
    x, y = _corner(p)
    right, top = min(Fraction(c, a), Fraction(f, d)), min(Fraction(c, b), Fraction(f, e))
    corners = [(Fraction(0), Fraction(0)), (right, Fraction(0)), (x, y), (Fraction(0), top)]
    profits = [u * s + v * t for s, t in corners]
    best = max(range(4), key=lambda i: profits[i])

    def tell(i: int) -> str:
        return f"{plain(corners[i][0])} tables and {plain(corners[i][1])} shelves, profit {plain(profits[i])} euros"

    listed = ", ".join(f"({plain(s)}, {plain(t)})" for s, t in corners)
    return solved(
        tell(best),
        tuple(tell(i) for i in range(1, 4) if i != best),
        f"With $x$ tables and $y$ shelves the feasible region is given by ${a}x + {b}y \\le {c}$, ${d}x + {e}y \\le "
        f"{f}$ "
        "and $x, y \\ge 0$.",
        f"Its vertices are {listed}; the third is the intersection of the two boundary lines.",
        f"The profit ${u}x + {v}y$ takes the values {', '.join(plain(z) for z in profits)} there, and a linear "
        "function attains its maximum at a vertex.",
    )


_WORKSHOP = (
    "a table needs {a} h of sawing and {d} h of painting, a shelf {b} h of sawing and {e} h of painting; {c} h of "
    "sawing and {f} h of painting are available; a table earns {p} euros, a shelf {q} euros"
)

PROGRAMME = Problem(
    "applied-mathematics-linear-programme",
    ("Optimal vertex", "Feasible region"),
    (
        (
            f"Maximise the profit of a workshop: {_WORKSHOP}. List the vertices of the feasible region and find the "
            "optimal plan."
        ),
        (
            f"In a workshop {_WORKSHOP}. How many tables and shelves give the greatest profit, and how large is it? "
            "Compare the vertices of the feasible region."
        ),
    ),
    _draw_plan,
    _programme,
)


def _shadow(p: Params) -> Solution:
    a, b, c, d, e, u, v = ints(p, "a b c d e p q")
    det = a * e - b * d
    saw, paint = Fraction(u * e - v * d, det), Fraction(a * v - b * u, det)
    x, y = _corner(p)
    return solved(
        f"{plain(saw, 2)} euros per hour of sawing",
        (
            f"{plain(paint, 2)} euros per hour of sawing",
            f"{plain((u * x + v * y) / c, 2)} euros per hour of sawing",
            f"{plain(Fraction(u, a), 2)} euros per hour of sawing",
        ),
        f"In the optimum $({plain(x)}, {plain(y)})$ both hour limits are used up, so the two shadow prices $s$ "
        "(sawing) and $t$ (painting) must value each product at exactly its profit.",
        f"This gives ${a}s + {d}t = {u}$ for a table and ${b}s + {e}t = {v}$ for a shelf.",
        f"Solving, $s = \\frac{{{u} \\cdot {e} - {v} \\cdot {d}}}{{{det}}} = {tex(saw)}$; one more hour of sawing "
        f"would raise the greatest profit by this amount.",
    )


SHADOW = Problem(
    "applied-mathematics-shadow-price",
    ("Shadow price", "Optimal vertex"),
    (
        (
            f"A workshop plans for the greatest profit: {_WORKSHOP}. In the optimum both limits are binding. What is "
            "the shadow price of an hour of sawing?"
        ),
        (
            f"The following plan is optimised, and at the optimum all hours are used: {_WORKSHOP}. By how much does "
            "the maximal profit grow per additional hour of sawing (shadow price)?"
        ),
    ),
    _draw_plan,
    _shadow,
)


def _lagrange(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    x, y = Fraction(c, 2 * a), Fraction(c, 2 * b)

    def tell(s: Fraction, t: Fraction) -> str:
        return f"x = {plain(s)}, y = {plain(t)}, maximum {plain(s * t)}"

    other = Fraction(c, a + b)
    return solved(
        tell(x, y),
        (tell(y, x), tell(other, other), tell(x / 2, y / 2)),
        f"The Lagrange function is $xy - \\lambda({a}x + {b}y - {c})$; its derivatives vanish for $y = {a}\\lambda$ "
        f"and $x = {b}\\lambda$.",
        f"The side condition becomes ${2 * a * b}\\lambda = {c}$, so $\\lambda = {tex(Fraction(c, 2 * a * b))}$.",
        f"Hence $x = {plain(x)}$, $y = {plain(y)}$ and the largest product is {plain(x * y)}.",
    )


def _draw_lagrange(r: Random) -> Params:
    a, b = r.sample(range(2, 8), 2)
    return {"a": a, "b": b, "c": 2 * a * b * r.randint(2, 9)}


LAGRANGE = Problem(
    "applied-mathematics-lagrange-multiplier",
    ("Lagrange multiplier",),
    (
        (
            "Maximise xy for positive x and y subject to {a}x + {b}y = {c}, with a Lagrange multiplier. Give x, y "
            "and the maximum."
        ),
        (
            "Use the method of Lagrange to find the positive numbers x and y with {a}x + {b}y = {c} whose product is "
            "as large as possible, and this product."
        ),
    ),
    _draw_lagrange,
    _lagrange,
)


def _descent(p: Params) -> Solution:
    a, b, c, x, y = ints(p, "a b c x y")
    step = exact(p, "step")
    gx, gy = 2 * a * x - c, 2 * b * y

    def tell(s: Fraction, t: Fraction) -> str:
        return f"({plain(s)}, {plain(t)})"

    return solved(
        tell(x - step * gx, y - step * gy),
        (
            tell(x + step * gx, y + step * gy),
            tell(x - step * (gx + c), y - step * gy),
            tell(Fraction(gx), Fraction(gy)),
        ),
        f"The gradient is $({2 * a}x - {c}, {2 * b}y)$, at $({x}, {y})$ equal to $({gx}, {gy})$.",
        f"The step goes against the gradient: $({x}, {y}) - {plain(step)} \\cdot ({gx}, {gy}) = "
        f"({plain(x - step * gx)}, {plain(y - step * gy)})$.",
    )


DESCENT = Problem(
    "applied-mathematics-gradient-descent",
    ("Gradient descent step",),
    (
        (
            "Do one gradient descent step with step size {step} for f(x, y) = {a}x^2 + {b}y^2 - {c}x from the point "
            "({x}, {y})."
        ),
        (
            "The function f(x, y) = {a}x^2 + {b}y^2 - {c}x is minimised by gradient descent. Starting at ({x}, {y}) "
            "with step size {step}, which point comes next?"
        ),
    ),
    lambda r: {
        "a": r.randint(2, 5),
        "b": r.randint(2, 5),
        "c": r.choice((2, 3, 5, 7)),
        "x": r.randint(3, 6),
        "y": r.choice((-3, -2, -1, 2, 3, 4)),
        "step": r.choice(("0.1", "0.05", "0.2")),
    },
    _descent,
)


def _draw_order(r: Random) -> Params:
    while True:
        q, k, h = r.randrange(50, 400, 10), r.randrange(20, 120, 5), r.choice((2, 3, 4, 5, 8))
        if q * q * h % (2 * k) == 0 and 500 <= q * q * h // (2 * k) <= 20000:
            return {"demand": q * q * h // (2 * k), "k": k, "h": h}


def _order(p: Params) -> Solution:
    demand, k, h = ints(p, "demand k h")
    q = isqrt(2 * demand * k // h)
    cost = Fraction(demand * k, q) + Fraction(h * q, 2)

    def tell(size: int, money: Fraction) -> str:
        return f"{size} units per order, {plain(money, 2)} euros per year"

    small = isqrt(demand * k // h)
    return solved(
        tell(q, cost),
        (tell(q, Fraction(demand * k, q)), tell(small, Fraction(demand * k, small) + Fraction(h * small, 2))),
        f"With order size $q$ the yearly cost is $C(q) = \\frac{{{demand} \\cdot {k}}}{{q}} + \\frac{{{h} q}}{{2}}$ "
        "(ordering plus average stock).",
        f"The derivative is zero at $q = \\sqrt{{\\frac{{2 \\cdot {demand} \\cdot {k}}}{{{h}}}}} = {q}$.",
        f"There both parts are equal and the cost is ${plain(Fraction(demand * k, q), 2)} + "
        f"{plain(Fraction(h * q, 2), 2)} = {plain(cost, 2)}$ euros.",
    )


ORDER = Problem(
    "applied-mathematics-order-quantity",
    ("Economic order quantity",),
    (
        (
            "A shop sells {demand} units a year at a constant rate. Each order costs {k} euros, holding a unit for a "
            "year {h} euros. Find the economic order quantity and the yearly ordering and holding cost."
        ),
        (
            "Constant demand of {demand} units per year, {k} euros per order and {h} euros holding cost per unit and "
            "year: which order size is cheapest, and what do ordering and holding cost per year then?"
        ),
    ),
    _draw_order,
    _order,
)


def _generator(p: Params) -> Solution:
    a, c, m, x = ints(p, "a c m seed")
    numbers = [x]
    for _ in range(3):
        numbers.append((a * numbers[-1] + c) % m)
    wrong = [x]
    for _ in range(3):
        wrong.append(a * (wrong[-1] + c) % m)
    return solved(
        listing(numbers[1:]),
        (listing(numbers[:3]), listing(wrong[1:]), listing(reversed(numbers[1:])), listing(numbers[2:])),
        "Each number is the remainder of multiplier times predecessor plus increment on division by the modulus.",
        f"First ${a} \\cdot {x} + {c} = {a * x + c}$ leaves the remainder {numbers[1]}.",
        f"Then ${a} \\cdot {numbers[1]} + {c} = {a * numbers[1] + c}$ leaves {numbers[2]}, and "
        f"${a} \\cdot {numbers[2]} + {c} = {a * numbers[2] + c}$ leaves {numbers[3]}.",
    )


GENERATOR = Problem(
    "applied-mathematics-congruential-generator",
    ("Linear congruential generator",),
    (
        (
            "A pseudorandom generator follows x_(n+1) = ({a} x_n + {c}) mod {m}. Which three numbers come after the "
            "seed {seed}?"
        ),
        (
            "Compute the first three outputs of the linear congruential generator x_(n+1) = ({a} x_n + {c}) mod {m} "
            "started with the seed {seed}. The seed itself is not an output."
        ),
    ),
    lambda r: {
        "a": r.choice((5, 9, 13, 17)),
        "c": r.choice((3, 7, 11)),
        "m": r.choice((32, 64, 100)),
        "seed": r.randint(1, 30),
    },
    _generator,
)

PROBLEMS: tuple[Problem, ...] = (PROGRAMME, SHADOW, LAGRANGE, DESCENT, ORDER, GENERATOR)
