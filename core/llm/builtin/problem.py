"""What a homework problem of the built-in teacher is: wordings, parameters, a computed solution.

A problem is posed by drawing parameters and filling one wording. It is solved from its text alone: the wordings
are inverted into patterns, so the teacher recognises its own question, also when it was rephrased, and computes
the answer afresh.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

Value = int | str
Params = Mapping[str, Value]

_INTEGER = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class Solution:
    """How a problem is solved.

    `steps` are whole sentences (Markdown, `$...$` for formulas) that lead to the answer; `answer` is the final
    answer alone, with its unit; `slips` are wrong final answers that typical mistakes give, never equal to `answer`.
    """

    steps: tuple[str, ...]
    answer: str
    slips: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.steps or not self.answer or not self.slips or self.answer in self.slips:
            raise ValueError(f"a solution needs steps, an answer and slips that differ from it: {self}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A family of problems.

    `concepts` are the key concepts practised, spelled as in `data/curricula`; the first is the main one.
    `wordings` are at least two format strings over the same parameters, each a complete question. A parameter is
    an int or a string; a string must not look like an integer ("2.5" and "3/4" are fine, "7" is not).
    """

    name: str
    concepts: tuple[str, ...]
    wordings: tuple[str, ...]
    draw: Callable[[Random], Params]
    solve: Callable[[Params], Solution]
    patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.wordings) < 2 or len({_fields(wording) for wording in self.wordings}) != 1:
            raise ValueError(f"{self.name}: at least two wordings over the same parameters are needed")
        object.__setattr__(self, "patterns", tuple(_invert(wording) for wording in self.wordings))

    def pose(self, params: Params, wording: int = 0) -> str:
        """The question text; `wording` counts around."""
        return self.wordings[wording % len(self.wordings)].format(**params)

    def recognise(self, text: str) -> tuple[int, Params] | None:
        """Which wording and parameters gave this text, or None if it is not a problem of this family."""
        for index, pattern in enumerate(self.patterns):
            found = pattern.fullmatch(text)
            if found is None:
                continue
            params: dict[str, Value] = {
                name: int(value) if _INTEGER.fullmatch(value) else value for name, value in found.groupdict().items()
            }
            if self.pose(params, index) == text:
                return index, params
        return None


def _fields(wording: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(wording) if name)


def _invert(wording: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts: list[str] = []
    for literal, name, _, _ in string.Formatter().parse(wording):
        parts.append(re.escape(literal))
        if name and name in seen:
            parts.append(f"(?P={name})")
        elif name:
            seen.add(name)
            parts.append(f"(?P<{name}>.+?)")
    return re.compile("".join(parts), re.DOTALL)
