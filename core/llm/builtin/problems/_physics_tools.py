"""Helpers shared by the science and engineering families: drawing from a grid, exact readings, measured answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random

from core.llm.builtin.numbers import Number, plain
from core.llm.builtin.problem import Params, Problem, Solution, Value

Draw = Callable[[Random], Params]


def _value(word: str) -> Value:
    return int(word) if word.lstrip("-").isdigit() else word


def grid(**choices: str | Sequence[Value]) -> Draw:
    """A draw that picks each parameter on its own; a string lists its values, separated by blanks."""
    offered = {k: [_value(w) for w in v.split()] if isinstance(v, str) else list(v) for k, v in choices.items()}
    return lambda random: {name: random.choice(values) for name, values in offered.items()}


def family(
    name: str, concepts: tuple[str, ...], draw: Draw, *wordings: str
) -> Callable[[Callable[[Params], Solution]], Problem]:
    """Makes the decorated solver a family of problems."""
    return lambda solve: Problem(name, concepts, wordings, draw, solve)


def nums(params: Params, names: str) -> tuple[Fraction, ...]:
    """The exact values of the parameters called `names` (separated by blanks), such as 7, "2.5" or "3/4"."""
    return tuple(Fraction(str(params[name])) for name in names.split())


def reals(params: Params, names: str) -> tuple[float, ...]:
    """The parameters called `names` for work with roots, angles and logarithms."""
    return tuple(float(value) for value in nums(params, names))


def quantity(value: Number, unit: str, places: int = 2) -> str:
    """A number with its unit: "3.5 m", "40°", "12%"."""
    gap = "" if not unit or unit.startswith(("°", "%", "·")) else " "
    return f"{plain(value, places)}{gap}{unit}"


def stated(params: Params, answer: str, slips: Iterable[str], *steps: str, **shown: Number | str) -> Solution:
    """A solution in words; the steps are format strings over the parameters and the values `shown`."""
    known = {name: value if isinstance(value, str) else plain(value, 4) for name, value in shown.items()}
    fields = {**params, **known}
    told = tuple(step.format(**fields) for step in steps)
    return Solution(told, answer, tuple(dict.fromkeys(slip for slip in slips if slip != answer)))


def measured(
    params: Params,
    value: Number,
    unit: str,
    slips: Iterable[Number],
    *steps: str,
    places: int = 2,
    **shown: Number | str,
) -> Solution:
    """A solution that ends in one quantity; the steps may refer to its number as {ans}."""
    wrong = [quantity(slip, unit, places) for slip in slips]
    return stated(params, quantity(value, unit, places), wrong, *steps, ans=plain(value, places), **shown)
