"""The numbers that the adviser rests on: where one strategy overtakes another, with source and grade."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

SWITCH = "switch."
WEAK_LOSS = "weak.loss"
STALL = "stall.rephrase"
GAIN = "gain.new"
ALIKE = "gaps.vanish"


class Grade(StrEnum):
    """How a number came here, the weakest first."""

    SECOND_HAND = "second-hand"
    READ = "read"
    MEASURED = "measured here"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SwitchPoint(_Strict):
    """One number, or a range from `low` to `high`. It was found with so many seeds and samples, and this student;
    0 and "" mean that the source does not tell."""

    key: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z0-9]+$")]
    title: Annotated[str, Field(min_length=1)]
    low: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    high: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    unit: str
    seeds: Annotated[int, Field(ge=0)] = 0
    samples: Annotated[int, Field(ge=0)] = 0
    student: str = ""
    says: str
    source: Annotated[str, Field(min_length=1)]
    grade: Grade

    @model_validator(mode="after")
    def _in_order(self) -> SwitchPoint:
        if self.low > self.high:
            raise ValueError(f"{self.key}: the lower number is above the upper one")
        return self

    @property
    def value(self) -> str:
        """The number or the range as people read it."""
        low, high = f"{self.low:,.4g}", f"{self.high:,.4g}"
        if max(self.low, self.high) >= 1000:
            low, high = f"{self.low:,.0f}", f"{self.high:,.0f}"
        return low if low == high else f"{low} to {high}"


class Evidence(_Strict):
    """A finding that belongs beside the rule; `against` it, or about its limits."""

    key: str
    says: str
    against: bool
    source: str
    grade: Grade


class SwitchPoints(_Strict):
    """All numbers that an advice rests on; each key once."""

    points: tuple[SwitchPoint, ...] = Field(min_length=1)
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _keys_once(self) -> SwitchPoints:
        keys = [point.key for point in self.points]
        if len(set(keys)) < len(keys):
            raise ValueError("a key stands there twice")
        return self

    def get(self, key: str) -> SwitchPoint:
        """The point of this key, which must be there."""
        return next(point for point in self.points if point.key == key)

    def switches(self, *, student: str = "") -> tuple[SwitchPoint, ...]:
        """The switch points of a student, or those by number of seeds, the smallest number first."""
        found = [point for point in self.points if point.key.startswith(SWITCH) and point.student == student]
        return tuple(sorted(found, key=lambda point: point.seeds))

    @property
    def students(self) -> tuple[str, ...]:
        """Students that have a switch point of their own."""
        return tuple(p.student for p in self.points if p.key.startswith(SWITCH) and p.student)


def weakest(grades: Iterable[Grade]) -> Grade:
    """A chain of reasons is as good as its weakest link."""
    order = list(Grade)
    return min(grades, key=order.index)
