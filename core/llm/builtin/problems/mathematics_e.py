"""Mathematics problems on roots of polynomials, rational functions, interest and decay."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import coefficients, factor, ints, listing, poly, ratio, solved, tex


def _expanded(a: int, b: int, c: int) -> str:
    return poly([1, -a - b - c, a * b + a * c + b * c, -a * b * c])


def _zeros(text: str) -> list[int]:
    """The whole zeros of a cubic."""
    _, b, c, d = coefficients(text)
    return [x for x in range(-30, 31) if x**3 + b * x * x + c * x + d == 0]


def _draw_cubic(r: Random) -> Params:
    while True:
        a, b, c = sorted(r.sample([-5, -4, -3, -2, -1, 1, 2, 3, 4, 6], 3))
        if a + b + c and a * b + a * c + b * c:
            return {"poly": _expanded(a, b, c)}


def _rational_roots(p: Params) -> Solution:
    text = str(p["poly"])
    a, b, c = _zeros(text)
    last = abs(a * b * c)
    divisors = [d for d in range(1, last + 1) if last % d == 0]
    first = min((a, b, c), key=abs)
    others = [x for x in (a, b, c) if x != first]
    return solved(
        f"x = {a}, x = {b}, x = {c}",
        (f"x = {-c}, x = {-b}, x = {-a}", f"x = {first}", f"x = {a}, x = {b}, x = {c + 1}"),
        f"A rational zero must be a whole number that divides the constant term, so only plus or minus "
        f"{listing(divisors)} are possible.",
        f"Trying them, $x = {first}$ is a zero. Dividing by ${factor(first)}$ leaves "
        f"${poly([1, -sum(others), others[0] * others[1]])}$.",
        f"This quadratic has the zeros {others[0]} and {others[1]}.",
    )


ROOTS = Problem(
    "mathematics-rational-roots",
    ("Rational root theorem", "Factor theorem"),
    (
        "Find all zeros of {poly} with the help of the rational root theorem (in increasing order).",
        "Which rational numbers can be zeros of {poly}? Test them and give all zeros in increasing order.",
    ),
    _draw_cubic,
    _rational_roots,
)


def _sign(p: Params) -> Solution:
    a, b, c = _zeros(str(p["poly"]))
    positive = f"{a} < x < {b} or x > {c}"
    negative = f"x < {a} or {b} < x < {c}"
    up = str(p["side"]) == "above"
    return solved(
        positive if up else negative,
        (negative if up else positive, f"x > {c}" if up else f"x < {a}"),
        f"The polynomial factorises as ${factor(a)}{factor(b)}{factor(c)}$, so its sign can only change at {a}, {b} "
        f"and {c}.",
        f"To the right of {c} all factors are positive; passing each simple zero changes the sign.",
        f"So the graph is above the axis for {positive} and below it for {negative}.",
    )


SIGN = Problem(
    "mathematics-polynomial-inequality",
    ("Polynomial inequality",),
    (
        "For which x does the graph of y = {poly} run strictly {side} the x-axis?",
        "Solve the inequality which states that the graph of the polynomial {poly} lies strictly {side} the x-axis.",
    ),
    lambda r: {**_draw_cubic(r), "side": r.choice(("above", "below"))},
    _sign,
)


def _draw_cancel(r: Random) -> Params:
    while True:
        a, b, c = r.sample([-6, -5, -4, -3, -2, 2, 3, 4, 5, 7], 3)
        if a + b and a + c:
            return {"top": poly([1, -a - b, a * b]), "bottom": poly([1, -a - c, a * c])}


def _pair(text: str) -> set[int]:
    _, b, c = coefficients(text)
    return {x for x in range(-40, 41) if x * x + b * x + c == 0}


def _cancel(p: Params) -> Solution:
    top, bottom = _pair(str(p["top"])), _pair(str(p["bottom"]))
    (a,) = top & bottom
    (b,), (c,) = top - {a}, bottom - {a}
    short = f"{factor(b)}/{factor(c)}"

    def tell(text: str, gaps: list[int]) -> str:
        return f"{text}, undefined at {' and '.join(map(str, sorted(gaps)))}"

    return solved(
        tell(short, [a, c]),
        (tell(short, [c]), tell(f"{factor(c)}/{factor(b)}", [a, c]), tell(f"{factor(-b)}/{factor(-c)}", [-a, -c])),
        f"The numerator is ${factor(a)}{factor(b)}$, the denominator ${factor(a)}{factor(c)}$.",
        f"The common factor ${factor(a)}$ cancels.",
        f"The original expression is undefined where its denominator is zero, at {min(a, c)} and {max(a, c)}, also "
        "if the factor cancels.",
    )


CANCEL = Problem(
    "mathematics-simplifying-fraction",
    ("Simplifying a rational expression",),
    (
        "Simplify ({top})/({bottom}) and state where the original expression is undefined.",
        (
            "Reduce the rational expression ({top})/({bottom}) to lowest terms; for which x is it not defined before "
            "reducing?"
        ),
    ),
    _draw_cancel,
    _cancel,
)


def _pumps(p: Params) -> Solution:
    d, t = ints(p, "d t")
    fast = next(Fraction(x) for x in range(1, 200) if x * (x + d) == t * (2 * x + d))
    return solved(
        f"{plain(fast)} h and {plain(fast + d)} h",
        (f"{t} h and {t + d} h", f"{plain(fast - 1)} h and {plain(fast + d - 1)} h"),
        f"If the fast pump needs $x$ hours, the pumps fill $\\frac{{1}}{{x}}$ and $\\frac{{1}}{{x + {d}}}$ of the "
        f"basin per hour, so $\\frac{{1}}{{x}} + \\frac{{1}}{{x + {d}}} = \\frac{{1}}{{{t}}}$.",
        f"Multiplying by the denominators gives ${t}(2x + {d}) = x(x + {d})$, that is "
        f"${poly([1, d - 2 * t, -t * d])} = 0$.",
        f"The positive solution is $x = {plain(fast)}$; the negative one makes no sense as a time.",
    )


def _draw_pumps(r: Random) -> Params:
    found = [(x, d) for x in range(2, 31) for d in range(1, 31) if x * (x + d) % (2 * x + d) == 0]
    x, d = r.choice(found)
    return {"d": d, "t": x * (x + d) // (2 * x + d)}


PUMPS = Problem(
    "mathematics-work-equation",
    ("Rational equation",),
    (
        (
            "Two pumps fill a basin together in {t} h. Alone, the slower one needs {d} h longer than the faster one. "
            "How long does each pump need alone (faster one first)?"
        ),
        (
            "One pump takes {d} h more than another to fill a basin; working together they take {t} h. Find the "
            "times of the pumps on their own, the faster one first."
        ),
    ),
    _draw_pumps,
    _pumps,
)


def _asymptotes(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")

    def tell(x: Fraction, y: Fraction) -> str:
        return f"vertical x = {ratio(x)}, horizontal y = {ratio(y)}"

    return solved(
        tell(Fraction(d, c), Fraction(a, c)),
        (
            tell(Fraction(-d, c), Fraction(a, c)),
            tell(Fraction(d, c), Fraction(0)),
            tell(Fraction(-b, a), Fraction(a, c)),
        ),
        f"The denominator is zero at $x = {tex(Fraction(d, c))}$, where the numerator is not zero, so there is a "
        "vertical asymptote.",
        f"For large $|x|$ the terms with $x$ dominate and the quotient tends to $\\frac{{{a}}}{{{c}}}$.",
        f"Hence the horizontal asymptote is $y = {tex(Fraction(a, c))}$.",
    )


ASYMPTOTES = Problem(
    "mathematics-asymptotes",
    ("Vertical asymptote", "Horizontal asymptote"),
    (
        "Give the vertical and the horizontal asymptote of y = ({a}x + {b})/({c}x - {d}).",
        "Find the equations of both asymptotes of the function f(x) = ({a}x + {b})/({c}x - {d}).",
    ),
    lambda r: {"a": r.randint(2, 9), "b": r.randint(1, 9), "c": r.randint(2, 6), "d": r.randint(1, 9)},
    _asymptotes,
)


def _partial(p: Params) -> Solution:
    m, n, s, t = ints(p, "m n s t")
    first, second = Fraction(m * s + n, s + t), Fraction(m * -t + n, -t - s)

    def tell(x: Fraction, y: Fraction) -> str:
        return f"{ratio(x)}/(x - {s}) + {ratio(y)}/(x + {t})"

    return solved(
        tell(first, second),
        (tell(second, first), f"{ratio(first)}/(x - {s}) - {ratio(second)}/(x + {t})", tell(Fraction(m), Fraction(n))),
        f"The ansatz is $\\frac{{A}}{{x - {s}}} + \\frac{{B}}{{x + {t}}}$, so ${m}x + {n} = A(x + {t}) + B(x - {s})$.",
        f"Inserting $x = {s}$ gives ${m * s + n} = {s + t}A$, so $A = {tex(first)}$.",
        f"Inserting $x = -{t}$ gives ${n - m * t} = {-s - t}B$, so $B = {tex(second)}$.",
    )


def _draw_partial(r: Random) -> Params:
    while True:
        s, t, a, b = r.randint(1, 6), r.randint(1, 6), r.randint(1, 7), r.randint(1, 7)
        if a * t - b * s > 0 and a != b:
            return {"m": a + b, "n": a * t - b * s, "s": s, "t": t}


PARTIAL = Problem(
    "mathematics-partial-fractions",
    ("Partial fractions",),
    (
        "Decompose ({m}x + {n})/((x - {s})(x + {t})) into partial fractions.",
        "Write ({m}x + {n})/((x - {s})(x + {t})) as a sum of two fractions with constant numerators.",
    ),
    _draw_partial,
    _partial,
)

PROBLEMS: tuple[Problem, ...] = (ROOTS, SIGN, CANCEL, PUMPS, ASYMPTOTES, PARTIAL)
