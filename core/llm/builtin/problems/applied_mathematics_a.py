"""Applied mathematics problems on errors and root finding."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, log2
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, solved


def _errors(p: Params) -> Solution:
    true, measured = ints(p, "true measured")
    gap = abs(measured - true)

    def tell(rel: Fraction) -> str:
        return f"absolute error {gap} m, relative error {plain(rel, 2)} %"

    return solved(
        tell(Fraction(100 * gap, true)),
        (tell(Fraction(100 * gap, measured)), tell(Fraction(gap, true))),
        f"The absolute error is $|{measured} - {true}| = {gap}$ m.",
        f"The relative error refers it to the true value: $\\frac{{{gap}}}{{{true}}} \\approx "
        f"{plain(Fraction(100 * gap, true), 2)}\\,\\%$.",
    )


def _draw_errors(r: Random) -> Params:
    true = r.randint(12, 60) * 5
    return {"true": true, "measured": true + r.choice((-1, 1)) * r.randint(3, true // 10 + 2)}


ERRORS = Problem(
    "applied-mathematics-errors",
    ("Absolute and relative error",),
    (
        (
            "A bridge is {true} m long, a surveyor measured {measured} m. Give the absolute error and the relative "
            "error in percent (two decimals)."
        ),
        (
            "The approximation {measured} m is used for a length whose true value is {true} m. Find its absolute "
            "error, and its relative error as a percentage with two decimals."
        ),
    ),
    _draw_errors,
    _errors,
)


def _float(p: Params) -> Solution:
    bits, (e,) = str(p["bits"]).removeprefix("1."), ints(p, "e")
    mantissa = 1 + Fraction(int(bits, 2), 2 ** len(bits))
    value, gap = mantissa * Fraction(2) ** e, Fraction(2) ** (e - len(bits))

    def tell(v: Fraction, g: Fraction) -> str:
        return f"value {plain(v, 6)}, distance to the next larger number {plain(g, 6)}"

    return solved(
        tell(value, gap),
        (tell((mantissa - 1) * Fraction(2) ** e, gap), tell(value, Fraction(1, 2 ** len(bits)))),
        f"The significand is $1 + \\frac{{{int(bits, 2)}}}{{{2 ** len(bits)}}} = {plain(mantissa, 4)}$ because the "
        "digits after the point count halves, quarters and so on.",
        f"The value is ${plain(mantissa, 4)} \\cdot 2^{{{e}}} = {plain(value, 6)}$.",
        f"Changing the last of the {len(bits)} digits by one changes the value by $2^{{-{len(bits)}}} \\cdot "
        f"2^{{{e}}} = {plain(gap, 6)}$.",
    )


FLOAT = Problem(
    "applied-mathematics-floating-point",
    ("Floating-point representation",),
    (
        (
            "A small binary floating-point format stores numbers as significand times two to the power of an exponent. "
            "Which decimal value has the number with significand {bits} (binary) and exponent {e}, and how far away "
            "is the next larger number of the format?"
        ),
        (
            "Decode the normalised binary floating-point number whose significand is {bits} in base two and whose "
            "exponent (of two) is {e}. Also give the spacing to the next larger machine number."
        ),
    ),
    lambda r: {"bits": "1." + "".join(r.choice("01") for _ in range(3)) + "1", "e": r.randint(-1, 5)},
    _float,
)


def _cancel(p: Params) -> Solution:
    (n,) = ints(p, "n")
    c = Context(prec=5)
    big, small = c.sqrt(Decimal(n + 1)), c.sqrt(Decimal(n))
    naive, stable = c.subtract(big, small), c.divide(Decimal(1), c.add(big, small))

    def tell(a: Decimal, b: Decimal) -> str:
        return f"direct {plain(a, 4)}, reformulated {plain(b, 9)}"

    return solved(
        tell(naive, stable),
        (tell(stable, stable), tell(naive, c.divide(Decimal(2), c.add(big, small)))),
        f"With five significant digits $\\sqrt{{{n + 1}}} \\approx {big}$ and $\\sqrt{{{n}}} \\approx {small}$, so the "
        f"direct difference is {plain(naive, 4)}; the leading digits cancel and hardly any correct digit is left.",
        "Multiplying and dividing by the sum of the roots gives the equal expression "
        "$\\frac{1}{\\sqrt{n+1} + \\sqrt{n}}$ without a subtraction.",
        f"It evaluates to $\\frac{{1}}{{{c.add(big, small)}}} \\approx {plain(stable, 9)}$, accurate to nearly all "
        "digits.",
    )


CANCEL = Problem(
    "applied-mathematics-loss-of-significance",
    ("Loss of significance",),
    (
        (
            "Compute √(n+1) - √n for n = {n}, rounding every intermediate result to five significant digits: once "
            "directly and once as 1 / (√(n+1) + √n)."
        ),
        (
            "A calculator keeps five significant digits after every operation. For n = {n}, which values does it "
            "give for √(n+1) - √n and for the equivalent quotient 1 / (√(n+1) + √n)?"
        ),
    ),
    lambda r: {"n": r.randint(2000, 9000)},
    _cancel,
)


def _propagate(p: Params) -> Solution:
    a, b = exact(p, "a"), exact(p, "b")
    return solved(
        f"{plain(2 * a + b)} %",
        (f"{plain(a + b)} %", f"{plain(a * a + b)} %", f"{plain(2 * (a + b))} %"),
        "The volume is $V = \\pi r^2 h$. To first order the relative errors of factors add up, and a power multiplies "
        "the relative error by its exponent.",
        f"Hence the bound is $2 \\cdot {plain(a)}\\,\\% + {plain(b)}\\,\\% = {plain(2 * a + b)}\\,\\%$.",
    )


PROPAGATE = Problem(
    "applied-mathematics-error-propagation",
    ("Error propagation",),
    (
        (
            "The radius of a cylinder is known with a relative error of at most {a} %, its height with at most {b} "
            "%. Which first-order bound follows for the relative error of the volume?"
        ),
        (
            "To first order, how large can the relative error of the volume of a cylinder be if radius and height are "
            "measured with relative errors up to {a} % and {b} %?"
        ),
    ),
    lambda r: {"a": f"{r.randint(0, 2)}.{r.choice((2, 3, 4, 6, 8))}", "b": f"{r.randint(0, 3)}.{r.choice((1, 5, 7))}"},
    _propagate,
)


def _bisect(p: Params) -> Solution:
    c, low0, high0 = ints(p, "c low high")
    low, high = Fraction(low0), Fraction(high0)
    steps = []
    for _ in range(3):
        middle = (low + high) / 2
        value = middle**3 - c
        steps.append(f"$f({plain(middle)}) = {plain(value, 3)}$")
        low, high = (middle, high) if value < 0 else (low, middle)
    width = high - low
    return solved(
        f"[{plain(low)}, {plain(high)}]",
        (
            f"[{plain(low - width)}, {plain(low)}]" if low > low0 else f"[{plain(high)}, {plain(high + width)}]",
            f"[{plain(Fraction(low0))}, {plain(Fraction(low0 + high0, 2))}]",
        ),
        f"At the start $f({low0}) < 0 < f({high0})$, so a zero lies between the end points.",
        f"The midpoints in turn give {', '.join(steps)}.",
        "After each step the half is kept at whose ends the function has opposite signs; a negative value replaces the "
        f"left end, a positive one the right end. This leaves $[{plain(low)}, {plain(high)}]$.",
    )


def _draw_bisect(r: Random) -> Params:
    low = r.randint(1, 4)
    return {"c": r.randrange(low**3 + 1, (low + 1) ** 3), "low": low, "high": low + 1}


BISECT = Problem(
    "applied-mathematics-bisection",
    ("Bisection method",),
    (
        (
            "Carry out three steps of the bisection method for f(x) = x^3 - {c} on the interval [{low}, {high}]. Which "
            "interval encloses the zero afterwards?"
        ),
        (
            "The zero of f(x) = x^3 - {c} lies in [{low}, {high}]. Halve the interval three times by bisection and "
            "state the resulting enclosure."
        ),
    ),
    _draw_bisect,
    _bisect,
)


def _halvings(p: Params) -> Solution:
    (width, digits) = ints(p, "width digits")
    n = ceil(log2(width * 10**digits))
    return solved(
        f"{n} steps",
        (f"{n - 1} steps", f"{width * 10**digits // 2} steps", f"{n + digits} steps"),
        f"After $n$ steps the enclosing interval has the length $\\frac{{{width}}}{{2^n}}$.",
        f"The requirement $\\frac{{{width}}}{{2^n}} \\le 10^{{-{digits}}}$ means "
        f"$n \\ge \\log_2({width} \\cdot 10^{{{digits}}}) \\approx {plain(log2(width * 10**digits), 2)}$.",
        f"The smallest whole number is {n}.",
    )


HALVINGS = Problem(
    "applied-mathematics-bisection-steps",
    ("Number of bisection steps",),
    (
        (
            "Bisection starts with an interval of length {width}. After how many steps is the enclosing interval at "
            "most 10^-{digits} long?"
        ),
        "How many bisection steps shrink an interval of length {width} to a length not above 10^-{digits}?",
    ),
    lambda r: {"width": r.randint(1, 9), "digits": r.randint(2, 8)},
    _halvings,
)


def _falsi(p: Params) -> Solution:
    c, a, b = ints(p, "c a b")
    fa, fb = a * a - c, b * b - c
    x = Fraction(a * fb - b * fa, fb - fa)
    value = x * x - c
    keep = f"[{plain(x, 4)}, {b}]" if value < 0 else f"[{a}, {plain(x, 4)}]"
    return solved(
        f"x = {plain(x, 4)}, new interval {keep}",
        (
            f"x = {plain(Fraction(a + b, 2), 4)}, new interval [{plain(Fraction(a + b, 2), 4)}, {b}]",
            f"x = {plain(x, 4)}, new interval " + (f"[{a}, {plain(x, 4)}]" if value < 0 else f"[{plain(x, 4)}, {b}]"),
        ),
        f"The function values at the ends are $f({a}) = {fa}$ and $f({b}) = {fb}$.",
        "The chord through both points meets the axis at $x = \\frac{a f(b) - b f(a)}{f(b) - f(a)} = "
        f"\\frac{{{a} \\cdot {fb} - {b} \\cdot ({fa})}}{{{fb} - ({fa})}} \\approx {plain(x, 4)}$.",
        f"There $f(x) \\approx {plain(value, 4)}$ is {'negative' if value < 0 else 'positive'}, so the zero lies in "
        f"{keep}.",
    )


def _draw_falsi(r: Random) -> Params:
    a = r.randint(2, 6)
    b = a + r.randint(1, 2)
    c = r.choice([c for c in range(a * a + 1, b * b) if round(c**0.5) ** 2 != c])
    return {"c": c, "a": a, "b": b}


FALSI = Problem(
    "applied-mathematics-false-position",
    ("False position method",),
    (
        (
            "Do one step of the false position method (regula falsi) for f(x) = x^2 - {c} on [{a}, {b}]: give the "
            "new point to four decimals and the interval that is kept."
        ),
        (
            "The function f(x) = x^2 - {c} changes its sign on [{a}, {b}]. Where does the chord cross the axis (four "
            "decimals), and which interval does the method of false position continue with?"
        ),
    ),
    _draw_falsi,
    _falsi,
)

PROBLEMS: tuple[Problem, ...] = (ERRORS, FLOAT, CANCEL, PROPAGATE, BISECT, HALVINGS, FALSI)
