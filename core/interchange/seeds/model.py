"""What every file of seed examples is read into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.domain.seeds import SeedDraft
from core.domain.strategies import TaskType

MAX_FIELD: Final = 64_000
MAX_RAW: Final = 20_000


class Format(StrEnum):
    """How rows are written down."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"

    @property
    def label(self) -> str:
        """As people read it."""
        return {
            Format.JSONL: "JSON lines",
            Format.JSON: "JSON",
            Format.CSV: "CSV table",
            Format.PARQUET: "Parquet",
        }[self]


class Shape(StrEnum):
    """What a row holds, and where."""

    OWN = "own"
    GSM8K = "gsm8k"
    SELF_INSTRUCT = "self_instruct"
    MULTIPLE_CHOICE = "multiple_choice"
    TEXT_TO_SQL = "text_to_sql"
    CHAT = "chat"
    SHAREGPT = "sharegpt"
    ALPACA = "alpaca"
    COLUMNS = "columns"

    @property
    def label(self) -> str:
        """As people read it."""
        return _LABELS[self]


_LABELS = {
    Shape.OWN: "Exported by the studio",
    Shape.GSM8K: "GSM8K",
    Shape.SELF_INSTRUCT: "Self-Instruct seed tasks",
    Shape.MULTIPLE_CHOICE: "Multiple choice",
    Shape.TEXT_TO_SQL: "Text-to-SQL",
    Shape.CHAT: "OpenAI chat",
    Shape.SHAREGPT: "ShareGPT",
    Shape.ALPACA: "Alpaca",
    Shape.COLUMNS: "Columns",
}


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Which field of a row holds what; "" for none. Dots lead into nested objects: "question.stem".

    `options` is one field with a list or an object, or one field for each option.
    """

    question: str = ""
    answer: str = ""
    context: str = ""
    options: tuple[str, ...] = ()
    final: str = ""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person may choose; empty means recognised from the file. `fields` overrules `shape`."""

    format: Format | None = None
    shape: Shape | None = None
    task_type: TaskType | None = None
    fields: FieldMap | None = None
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the rows: in how many of them it is filled, and its first three values, cut."""

    name: str
    filled: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used; `line` is what `counted` of its file says. `raw` is cut."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two examples, by place, whose questions are nearly the same; `score` is at most 100."""

    first: int
    second: int
    score: float


@dataclass(frozen=True, slots=True)
class Repeats:
    """Examples, by place, that ask the same (the first of each group stays) or nearly the same.

    `searched` is how many examples were compared for near repeats: the first so many.
    """

    exact: tuple[tuple[int, ...], ...] = ()
    near: tuple[NearPair, ...] = ()
    searched: int = 0

    @property
    def exact_extra(self) -> frozenset[int]:
        """Those that would be left out."""
        return frozenset(place for group in self.exact for place in group[1:])

    @property
    def near_extra(self) -> frozenset[int]:
        """Exact and near repeats that would be left out; of each pair the first stays."""
        return self.exact_extra | {pair.second for pair in self.near}


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A file that was read. `lines[i]` is where `drafts[i]` stands in it; `rows` counts all, the bad ones too.

    `reason` says why it is this shape, `fields` where everything was found (empty for nested shapes), `offers` what a
    person may choose from, `notes` what was left out of good rows,
    `counted` whether places are a "Line" or, where those tell no row from another, a "Row".
    """

    format: Format
    shape: Shape
    reason: str
    task_type: TaskType
    rows: int
    fields: FieldMap = FieldMap()
    offers: tuple[Field, ...] = ()
    drafts: tuple[SeedDraft, ...] = ()
    lines: tuple[int, ...] = ()
    bad: tuple[BadRow, ...] = ()
    repeats: Repeats = Repeats()
    notes: tuple[str, ...] = ()
    counted: str = "Line"
