"""A small propositional language for the logic problems: parsing, evaluating and writing formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random

_BINARY: dict[str, Callable[[bool, bool], bool]] = {
    "∧": lambda a, b: a and b,
    "∨": lambda a, b: a or b,
    "→": lambda a, b: not a or b,
    "↔": lambda a, b: a == b,
    "↑": lambda a, b: not (a and b),
    "↓": lambda a, b: not (a or b),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A variable (no parts), a negation (one part) or a binary connective (two parts)."""

    sign: str
    parts: tuple[Formula, ...] = ()

    def __str__(self) -> str:
        if not self.parts:
            return self.sign
        if self.sign == "¬":
            return f"¬{_inner(self.parts[0])}"
        return f"{_inner(self.parts[0])} {self.sign} {_inner(self.parts[1])}"

    def value(self, case: Mapping[str, bool]) -> bool:
        """The truth value when the variables have the values of `case`."""
        if not self.parts:
            return case[self.sign]
        if self.sign == "¬":
            return not self.parts[0].value(case)
        return _BINARY[self.sign](self.parts[0].value(case), self.parts[1].value(case))

    def variables(self) -> list[str]:
        """The variables in alphabetical order."""
        if not self.parts:
            return [self.sign]
        return sorted({name for part in self.parts for name in part.variables()})


def _inner(part: Formula) -> str:
    return f"({part})" if len(part.parts) == 2 else str(part)


def negated(part: Formula) -> Formula:
    """The negation of a formula."""
    return Formula("¬", (part,))


def parse(text: str) -> Formula:
    """The formula that `text` writes; binary connectives have brackets around them unless they stand outside."""
    left, rest = _operand(text.strip())
    if not rest:
        return left
    right, surplus = _operand(rest[1:].strip())
    if surplus:
        raise ValueError(f"brackets are missing: {text}")
    return Formula(rest[0], (left, right))


def _operand(text: str) -> tuple[Formula, str]:
    if text[0] == "¬":
        part, rest = _operand(text[1:])
        return negated(part), rest
    if text[0] != "(":
        return Formula(text[0]), text[1:].strip()
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return parse(text[1:index]), text[index + 1 :].strip()
    raise ValueError(f"a bracket is not closed: {text}")


def cases(names: list[str]) -> list[dict[str, bool]]:
    """All valuations of the variables, from all true to all false."""
    return [dict(zip(names, row, strict=True)) for row in product((True, False), repeat=len(names))]


def marks(case: Mapping[str, bool]) -> str:
    """A valuation as a row of the table: "TFT"."""
    return "".join("T" if value else "F" for value in case.values())


def random_formula(r: Random, names: str, size: int, signs: str = "∧∨→") -> Formula:
    """A formula with `size` binary connectives; parts joined by a connective are never the same variable."""
    if size == 0:
        leaf = Formula(r.choice(names))
        return negated(leaf) if r.random() < 0.3 and signs not in {"↑", "↓"} else leaf
    left = r.randint(0, size - 1)
    while True:
        pair = (random_formula(r, names, left, signs), random_formula(r, names, size - 1 - left, signs))
        if pair[0].variables() != pair[1].variables() or size > 1:
            break
    whole = Formula(r.choice(signs), pair)
    return negated(whole) if r.random() < 0.12 and signs not in {"↑", "↓"} else whole
