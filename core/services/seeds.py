"""Seed sets: read a file that somebody brought, say what is in it, take it in, edit it until it is used, export it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain.people import Principal
from core.domain.seeds import SeedDraft, SeedExample, SeedSet
from core.domain.strategies import TaskType
from core.interchange.files import Written
from core.interchange.seeds.model import (
    BadRow,
    Field,
    FieldMap,
    Format,
    NearPair,
    ReadOptions,
    Repeats,
    SeedFile,
    Shape,
)
from core.services.context import Context
from core.services.uploads import Upload, Uploads

__all__ = [
    "BadRow",
    "ExamplePage",
    "Field",
    "FieldMap",
    "Format",
    "Leave",
    "Look",
    "NearPair",
    "ReadOptions",
    "Repeats",
    "SeedFile",
    "SeedService",
    "SetView",
    "Shape",
    "ShippedSet",
    "Taking",
    "Upload",
]


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
        raise NotImplementedError


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


class SeedService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self.uploads = Uploads(context.settings)

    def sets(self, project_id: str, *, removed: bool = False) -> list[SetView]:
        """All versions, by name, the newest version of each first."""
        raise NotImplementedError

    def get(self, project_id: str, set_id: int) -> SetView:
        """One version; raises NotFoundError."""
        raise NotImplementedError

    def page(self, project_id: str, set_id: int, *, text: str = "", start: int = 0, size: int = 50) -> ExamplePage:
        """Examples in which `text` stands, in the order of the set."""
        raise NotImplementedError

    def example(self, project_id: str, example_id: int) -> SeedExample:
        """One example; raises NotFoundError."""
        raise NotImplementedError

    def repeats(self, project_id: str, set_id: int) -> Repeats:
        """Examples of the set, by position, that ask the same or nearly the same."""
        raise NotImplementedError

    def keep(self, content: bytes, name: str) -> Upload:
        """Keep an uploaded file for a day, so that it can be looked at again and again."""
        raise NotImplementedError

    def look(self, upload: Upload, options: ReadOptions | None = None) -> Look:
        """What is in the file, read in a process of its own; the last few answers are remembered, refusals too.

        ImportRejectedError says in one sentence why the file as a whole cannot be read.
        """
        raise NotImplementedError

    def read(self, content: bytes, name: str, options: ReadOptions | None = None) -> Look:
        """The same for a file in hand, not remembered."""
        raise NotImplementedError

    def take_in(self, who: Principal, project_id: str, look: Look, taking: Taking, *, token: str) -> SeedSet:
        """A new set, or a new version of one, from what was looked at: all of it or nothing. A token makes one."""
        raise NotImplementedError

    def edit(self, who: Principal, project_id: str, was: SeedExample, draft: SeedDraft) -> SeedExample:
        """Replace an example; ConflictError when it is not as `was` any more, FrozenError when the set is used."""
        raise NotImplementedError

    def remove_example(self, who: Principal, project_id: str, example_id: int) -> None:
        """Take an example out; the later ones move up. FrozenError when the set is used."""
        raise NotImplementedError

    def set_task_type(self, who: Principal, project_id: str, set_id: int, task_type: TaskType) -> SeedSet:
        """Another task type; final answers are found anew. FrozenError when the set is used."""
        raise NotImplementedError

    def new_version(self, who: Principal, project_id: str, set_id: int, *, token: str) -> SeedSet:
        """A copy that can be edited."""
        raise NotImplementedError

    def rename(self, who: Principal, project_id: str, set_id: int, name: str) -> SeedSet:
        """Another name for all versions of the set."""
        raise NotImplementedError

    def remove(self, who: Principal, project_id: str, set_id: int) -> None:
        """Take a version that nothing used out of the lists; FrozenError for others."""
        raise NotImplementedError

    def restore(self, who: Principal, project_id: str, set_id: int) -> None:
        """Bring a removed version back."""
        raise NotImplementedError

    def export_file(self, project_id: str, set_id: int) -> Written:
        """All examples as JSON lines among the exports; reading the file gives the same examples."""
        raise NotImplementedError

    def attach_database(self, who: Principal, project_id: str, set_id: int, content: bytes, name: str) -> SeedSet:
        """Keep a SQLite file for the queries of the set; ImportRejectedError when it is none or not sound."""
        raise NotImplementedError

    def detach_database(self, who: Principal, project_id: str, set_id: int) -> SeedSet:
        """The set has no SQLite file any more."""
        raise NotImplementedError

    def schema(self, project_id: str, set_id: int) -> str:
        """The CREATE statements of the set's SQLite file; "" without one."""
        raise NotImplementedError

    def fill_context(self, who: Principal, project_id: str, set_id: int) -> int:
        """Put the schema of the SQLite file into examples that have no context; how many."""
        raise NotImplementedError

    def shipped(self) -> Sequence[ShippedSet]:
        """Sets that come with the studio."""
        raise NotImplementedError

    def add_shipped(self, who: Principal, project_id: str, key: str, *, token: str) -> SeedSet:
        """Take one of them in."""
        raise NotImplementedError
