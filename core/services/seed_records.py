"""What the service of seed sets takes and gives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from core.domain.seeds import SeedDraft, SeedExample, SeedSet
from core.domain.strategies import TaskType
from core.interchange.seeds.model import SeedFile


class Leave(StrEnum):
    """Which repeated examples stay out."""

    NONE = "none"
    EXACT = "exact"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class SetView:
    """A version of a set with its figures; `repeats` counts examples that ask what an earlier one asks already."""

    set: SeedSet
    answered: int
    with_final: int
    repeats: int
    runs: int
    database_bytes: int


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """Some examples of a set by position; `total` counts those that fit the search."""

    examples: tuple[SeedExample, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Look:
    """A file that was read; nothing of it is in the project yet."""

    name: str
    digest: str
    file: SeedFile
    seconds: float

    @property
    def preview(self) -> tuple[SeedDraft, ...]:
        """The first twenty examples."""
        return self.file.drafts[:20]

    def rejects(self) -> bytes:
        """The bad rows as JSON lines: line, reason, raw."""
        rows = ({"line": row.line, "reason": row.reason, "raw": row.raw} for row in self.file.bad)
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Taking:
    """How a file is taken in. Without `leave_out_bad` a single bad row refuses the whole file.

    `new_version`: a set of this name is there and gets another version; otherwise the name must be new.
    """

    name: str
    new_version: bool = False
    leave_out_bad: bool = False
    leave_out: Leave = Leave.NONE


@dataclass(frozen=True, slots=True)
class ShippedSet:
    """A set that comes with the studio."""

    key: str
    name: str
    about: str
    task_type: TaskType
    n_examples: int
    has_database: bool
