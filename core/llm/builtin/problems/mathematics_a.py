"""Mathematics problems on equations, lines, systems and powers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, ratio, solved, tex


def _tariffs(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    x = Fraction(c - a, b - d)
    first = x + 1 if x.denominator == 1 else Fraction(ceil(x))

    def tell(equal: Fraction, start: Fraction) -> str:
        return f"equal at {plain(equal)} h, B cheaper from {plain(start)} h on"

    return solved(
        tell(x, first),
        (tell(Fraction(c + a, b - d), first), tell(x, x), tell(Fraction(c - a, b + d), first)),
        f"For $x$ hours the costs are ${a} + {b}x$ (A) and ${c} + {d}x$ (B).",
        f"Equality ${a} + {b}x = {c} + {d}x$ gives ${b - d}x = {c - a}$, so $x = {tex(x)}$.",
        f"B is cheaper if ${c} + {d}x < {a} + {b}x$, that is $x > {tex(x)}$; the first whole number is {plain(first)}.",
    )


def _draw_tariffs(r: Random) -> Params:
    d, gap, x = r.randint(2, 6), r.choice((2, 4, 6)), r.randint(3, 14)
    a = r.randint(3, 20)
    return {"a": a, "b": d + gap, "c": a + gap * x + r.choice((0, gap // 2)), "d": d}


TARIFFS = Problem(
    "mathematics-linear-tariffs",
    ("Linear equation", "Linear inequality"),
    (
        (
            "Boat hire A costs {a} euros plus {b} euros per hour, hire B {c} euros plus {d} euros per hour. For "
            "which time do both cost the same, and from which whole number of hours on is B cheaper?"
        ),
        (
            "Compare two offers: A charges a fee of {a} euros and {b} euros for each hour, B a fee of {c} euros and "
            "{d} euros for each hour. Find the time with equal cost and the smallest whole number of hours for which "
            "B costs less."
        ),
    ),
    _draw_tariffs,
    _tariffs,
)


def _absolute(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    low, high = Fraction(b - c, a), Fraction(b + c, a)

    def tell(x: Fraction, y: Fraction, less: str) -> str:
        return f"x = {ratio(x)} or x = {ratio(y)}; {less}"

    inside = f"{ratio(low)} < x < {ratio(high)}"
    outside = f"x < {ratio(low)} or x > {ratio(high)}"
    return solved(
        tell(low, high, inside),
        (tell(-high, high, f"x < {ratio(high)}"), tell(low, high, outside)),
        f"The absolute value is {c} if the inside is {c} or {-c}: ${a}x - {b} = {c}$ or ${a}x - {b} = {-c}$.",
        f"The solutions are $x = {tex(high)}$ and $x = {tex(low)}$.",
        f"The inequality says that the inside lies between {-c} and {c}, so $x$ lies between the two solutions.",
    )


ABSOLUTE = Problem(
    "mathematics-absolute-value",
    ("Absolute value equation", "Absolute value inequality"),
    (
        "Solve |{a}x - {b}| = {c}, and describe the solutions of the corresponding inequality with < in place of =.",
        "Find all x with |{a}x - {b}| = {c}. For which x is the same absolute value smaller than the right side?",
    ),
    lambda r: {"a": r.randint(2, 5), "b": r.randint(1, 12), "c": r.randint(3, 15)},
    _absolute,
)


def _workers(p: Params) -> Solution:
    w, d, v, m = ints(p, "w d v m")
    days, litres = Fraction(w * d, v), Fraction(m * v, w)

    def tell(x: Fraction, y: Fraction) -> str:
        return f"{plain(x, 2)} days, {plain(y, 2)} L per day"

    return solved(
        tell(days, litres),
        (
            tell(Fraction(d * v, w), litres),
            tell(days, Fraction(m * w, v)),
            tell(Fraction(d * v, w), Fraction(m * w, v)),
        ),
        "Time and number of painters are inversely proportional: their product, the amount of work, is constant.",
        f"The work is ${w} \\cdot {d} = {w * d}$ painter-days, so {v} painters need $\\frac{{{w * d}}}{{{v}}} = "
        f"{plain(days, 2)}$ days.",
        f"Paint per day is directly proportional to the number of painters: $\\frac{{{m}}}{{{w}}} \\cdot {v} = "
        f"{plain(litres, 2)}$ L.",
    )


def _draw_workers(r: Random) -> Params:
    while True:
        w, d, v, k = r.randint(3, 8), r.randint(4, 15), r.randint(2, 10), r.randint(4, 12)
        if w != v and w * d % v == 0:
            return {"w": w, "d": d, "v": v, "m": w * k}


WORKERS = Problem(
    "mathematics-proportion",
    ("Direct and inverse proportion",),
    (
        (
            "A team of {w} painters finishes a house in {d} days and uses {m} L of paint per day. How many days do "
            "{v} equally fast painters need, and how much paint do they use per day?"
        ),
        (
            "For a house {w} painters take {d} days, using {m} L of paint a day. Find the time and the daily paint "
            "consumption for {v} painters who work at the same speed."
        ),
    ),
    _draw_workers,
    _workers,
)


def _line(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    slope = Fraction(d - b, c - a)
    start = b - slope * a

    def tell(m: Fraction, n: Fraction) -> str:
        return f"slope {ratio(m)}, y-intercept {ratio(n)}"

    return solved(
        tell(slope, start),
        (tell(1 / slope, b - a / slope), tell(slope, Fraction(b)), tell(-slope, b + slope * a)),
        f"The slope is $m = \\frac{{{d} - ({b})}}{{{c} - ({a})}} = {tex(slope)}$.",
        f"Inserting the first point into $y = mx + n$ gives $n = {b} - ({tex(slope)}) \\cdot ({a}) = {tex(start)}$.",
        f"The second point fits as well: $({tex(slope)}) \\cdot {c} + ({tex(start)}) = {d}$.",
    )


def _draw_line(r: Random) -> Params:
    a = r.randint(-5, 3)
    b = r.randint(-6, 6)
    return {"a": a, "b": b, "c": a + r.randint(2, 6), "d": b + r.choice((-8, -6, -5, -3, 2, 3, 4, 6, 9))}


LINE = Problem(
    "mathematics-line-through-points",
    ("Slope of a line", "Equation of a line"),
    (
        "Find the slope and the y-intercept of the line through ({a}, {b}) and ({c}, {d}).",
        (
            "A line passes through the points ({a}, {b}) and ({c}, {d}). Write it as y = mx + n and state m (slope) "
            "and n (y-intercept)."
        ),
    ),
    _draw_line,
    _line,
)


def _perpendicular(p: Params) -> Solution:
    m, a, b = ints(p, "m a b")
    parallel = b - m * a
    slope = Fraction(-1, m)
    normal = b - slope * a

    def tell(s: Fraction, t: Fraction) -> str:
        return f"parallel: slope {m}, intercept {parallel}; perpendicular: slope {ratio(s)}, intercept {ratio(t)}"

    return solved(
        tell(slope, normal),
        (tell(-slope, b + slope * a), tell(Fraction(-m), Fraction(b + m * a)), tell(slope, Fraction(b))),
        f"Parallel lines have equal slopes, so the first line has slope {m} and the intercept ${b} - {m} \\cdot "
        f"({a}) = {parallel}$.",
        f"The slopes of perpendicular lines have the product $-1$, so the second slope is $-\\frac{{1}}{{{m}}}$.",
        f"Its intercept is ${b} - ({tex(slope)}) \\cdot ({a}) = {tex(normal)}$.",
    )


def _draw_perpendicular(r: Random) -> Params:
    m, a, b = r.randint(2, 5), r.choice((-6, -4, 2, 4, 5, 6, 10)), r.randint(-5, 8)
    return {"m": m, "n": r.choice([n for n in range(1, 10) if n != b - m * a]), "a": a, "b": b}


PERPENDICULAR = Problem(
    "mathematics-parallel-perpendicular",
    ("Parallel and perpendicular lines", "Equation of a line"),
    (
        (
            "Given the line y = {m}x + {n} and the point ({a}, {b}), find slope and y-intercept of the parallel and "
            "of the perpendicular line through the point."
        ),
        (
            "Through ({a}, {b}) draw one line parallel and one line perpendicular to y = {m}x + {n}. State the slope "
            "and the y-intercept of each."
        ),
    ),
    _draw_perpendicular,
    _perpendicular,
)


def _tickets(p: Params) -> Solution:
    n, a, c, s = ints(p, "n a c s")
    adults = Fraction(s - c * n, a - c)
    children = n - adults

    def tell(x: Fraction, y: Fraction) -> str:
        return f"{plain(x)} adults, {plain(y)} children"

    return solved(
        tell(adults, children),
        (tell(children, adults), tell(adults + 1, children - 1)),
        f"With $x$ adults and $y$ children, $x + y = {n}$ and ${a}x + {c}y = {s}$.",
        f"Subtracting {c} times the first equation from the second gives ${a - c}x = {s - c * n}$, so $x = "
        f"{plain(adults)}$.",
        f"Then $y = {n} - {plain(adults)} = {plain(children)}$.",
    )


def _draw_tickets(r: Random) -> Params:
    x, y, a, c = r.randint(15, 80), r.randint(10, 90), r.randint(9, 15), r.randint(3, 7)
    return {"n": x + y + (x == y), "a": a, "c": c, "s": a * x + c * (y + (x == y))}


TICKETS = Problem(
    "mathematics-two-equations",
    ("System of two linear equations",),
    (
        (
            "A cinema sold {n} tickets for {s} euros in total: adults pay {a} euros, children {c} euros. How many "
            "adults and how many children came?"
        ),
        (
            "Tickets cost {a} euros for adults and {c} euros for children. From {n} visitors the cinema took {s} "
            "euros. Find the numbers of adults and children."
        ),
    ),
    _draw_tickets,
    _tickets,
)


def _mixture(p: Params) -> Solution:
    a, b, c, n = ints(p, "a b c n")
    strong = Fraction(n * (c - a), b - a)
    weak = n - strong

    def tell(x: Fraction, y: Fraction) -> str:
        return f"{plain(x, 2)} L of the {a} % and {plain(y, 2)} L of the {b} % solution"

    return solved(
        tell(weak, strong),
        (
            tell(strong, weak),
            tell(Fraction(n, 2), Fraction(n, 2)),
            tell(n * Fraction(a, a + b), n * Fraction(b, a + b)),
        ),
        f"With $x$ L of the weak and $y$ L of the strong solution, $x + y = {n}$.",
        f"The amount of acid gives ${a}x + {b}y = {c} \\cdot {n} = {c * n}$ (in hundredths of a litre).",
        f"Eliminating $x$: ${b - a}y = {n * (c - a)}$, so $y = {plain(strong, 2)}$ and $x = {plain(weak, 2)}$.",
    )


def _draw_mixture(r: Random) -> Params:
    a, gap = r.choice((5, 10, 15, 20)), r.choice((20, 25, 40, 50))
    return {"a": a, "b": a + gap, "c": a + r.choice((5, 8, 12, 15)), "n": r.choice((10, 20, 25, 30, 40, 50))}


MIXTURE = Problem(
    "mathematics-mixture",
    ("Mixture problem", "System of two linear equations"),
    (
        "How many litres of a {a} % and of a {b} % acid solution must be mixed to get {n} L of a {c} % solution?",
        "To prepare {n} L of acid of {c} %, stocks of {a} % and {b} % are available. Which volumes of them are needed?",
    ),
    _draw_mixture,
    _mixture,
)

PROBLEMS: tuple[Problem, ...] = (TARIFFS, ABSOLUTE, WORKERS, LINE, PERPENDICULAR, TICKETS, MIXTURE)
