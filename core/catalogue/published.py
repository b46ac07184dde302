"""Published results of other groups, from `data/published/curves.csv`: one measured point a row, with its source."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.catalogue.models import Text
from core.errors import ImportRejectedError
from core.settings import DATA


class Grade(StrEnum):
    """How a number came here."""

    READ = "read"
    DIGITISED = "digitised"
    DERIVED = "derived"
    SECOND_HAND = "second-hand"

    @property
    def meaning(self) -> str:
        """In words."""
        return {
            Grade.READ: "read in the paper or its table",
            Grade.DIGITISED: "measured off a figure",
            Grade.DERIVED: "worked out from published unit prices",
            Grade.SECOND_HAND: "from a reader's notes on the paper",
        }[self]


class PublishedPoint(BaseModel):
    """One result. `accuracy` in per cent; what the source does not say is None. Strategy "none" uses no generated data.

    A curve is a series of one student on one benchmark.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    series: Text
    strategy: Text
    student: Text
    benchmark: Text
    samples: Annotated[int, Field(ge=0)] | None
    budget_ratio: Annotated[float, Field(gt=0)] | None
    cost_usd: Annotated[float, Field(ge=0)] | None
    accuracy: Annotated[float, Field(ge=0, le=100)]
    source: Text
    grade: Grade

    @field_validator("samples", "budget_ratio", "cost_usd", mode="before")
    @classmethod
    def _unsaid(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _has_place(self) -> PublishedPoint:
        if self.samples is None and self.budget_ratio is None and self.cost_usd is None:
            raise ValueError("a point needs samples, a budget ratio or a cost")
        return self


COLUMNS = tuple(PublishedPoint.model_fields)


@cache
def published_points() -> tuple[PublishedPoint, ...]:
    """All of them, in the order of the file."""
    return read_points(DATA / "published" / "curves.csv")


def read_points(path: Path) -> tuple[PublishedPoint, ...]:
    """The rows of a file; raises ImportRejectedError naming the file and the line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ImportRejectedError(1, f"{path.name}: the columns are not {', '.join(COLUMNS)}", "Mend the file.")
        points = []
        for row in rows:
            try:
                points.append(PublishedPoint.model_validate(row))
            except ValidationError as error:
                raise ImportRejectedError(rows.line_num, f"{path.name}: {error}", "Mend the file.") from error
    return tuple(points)
