"""Helpers shared by the mathematical problem families: reading parameters, wording numbers, keeping slips distinct."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from core.llm.builtin.numbers import Number, plain
from core.llm.builtin.problem import Params, Solution


def ints(params: Params, names: str) -> tuple[int, ...]:
    """The whole-number parameters called `names` (separated by blanks), in that order."""
    return tuple(int(params[name]) for name in names.split())


def exact(params: Params, name: str) -> Fraction:
    """The exact value of a parameter such as 7, "2.5" or "3/4"."""
    return Fraction(str(params[name]))


def values(params: Params, name: str) -> list[int]:
    """The whole numbers of a parameter such as "3, 5, 8"."""
    return [int(part) for part in str(params[name]).split(",")]


def listing(numbers: Iterable[int]) -> str:
    """The inverse of `values`."""
    return ", ".join(str(number) for number in numbers)


def ratio(value: Fraction | int) -> str:
    """A fraction in lowest terms: "3/4", or "2" when it is whole."""
    return str(Fraction(value))


def tex(value: Fraction | int) -> str:
    """A fraction for a formula, with the sign in front of the bar."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return f"{sign}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def decimal(value: Number, places: int = 2) -> str:
    """A decimal that never looks like a whole number, fit to be a parameter: "0.30", "4.00"."""
    return f"{float(value):.{places}f}"


def added(numbers: Sequence[Number]) -> str:
    """The numbers as a sum for a formula: "3 + 5 + (-2)"."""
    return " + ".join(plain(n) if n >= 0 else f"({plain(n)})" for n in numbers)


def products(left: Sequence[int], right: Sequence[int]) -> str:
    """The sum of products for a formula: "3 \\cdot 5 + 2 \\cdot 4"."""
    return " + ".join(rf"{a} \cdot {b}" for a, b in zip(left, right, strict=True))


def solved(answer: str, slips: Iterable[str], *steps: str) -> Solution:
    """A solution whose slips are without repetition and never the answer."""
    return Solution(steps, answer, tuple(dict.fromkeys(slip for slip in slips if slip != answer)))


def poly(coefficients: Sequence[Fraction | int], name: str = "x") -> str:
    """A polynomial from its coefficients, highest power first: "x^2 - 3x + 2"."""
    text = ""
    for power, factor in zip(range(len(coefficients) - 1, -1, -1), coefficients, strict=True):
        if factor == 0:
            continue
        size = "" if abs(factor) == 1 and power else plain(abs(Fraction(factor)))
        sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
        text += sign + size + ("" if power == 0 else name if power == 1 else f"{name}^{power}")
    return text or "0"


def coefficients(text: str) -> list[int]:
    """The inverse of `poly` for whole coefficients and the variable x."""
    found: dict[int, int] = {}
    for term in text.replace(" - ", " + -").split(" + "):
        factor, has_x, power = term.partition("x")
        size = int(factor) if factor not in {"", "-"} else int(factor + "1")
        found[int(power[1:]) if power else int(bool(has_x))] = size
    return [found.get(power, 0) for power in range(max(found), -1, -1)]


def factor(root: Fraction | int, name: str = "x") -> str:
    """The linear factor of a root in brackets: "(x - 3)", "(x + 2)", "x"."""
    return f"({poly([1, -root], name)})" if root else name
