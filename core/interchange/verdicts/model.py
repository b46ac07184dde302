"""What every file of verdicts is read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from core.interchange.seeds.model import BadRow

__all__ = ["Asked", "BadRow", "Heard", "ReadOptions", "Said", "Source", "VerdictFile"]
MAX_WORD: Final = 200
MAX_NOTE: Final = 2_000


class Source(StrEnum):
    """Which tool wrote the file."""

    ARGILLA = "argilla"
    LABEL_STUDIO = "label_studio"
    OWN = "own"

    @property
    def label(self) -> str:
        """As people read it."""
        return {Source.ARGILLA: "Argilla", Source.LABEL_STUDIO: "Label Studio", Source.OWN: "Table of verdicts"}[self]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one person answered to all questions of one record, as the tool writes it.

    `texts` are the fields that were shown, `about` is what is told of the record, `record` the tool's id of it.
    """

    line: int
    person: str
    answers: Mapping[str, str]
    texts: Mapping[str, Any]
    about: Mapping[str, Any]
    record: str = ""
    passed_over: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said of one text; `line` is the place in the file, `turn` counts answers of one place.

    The text is named by `sample` (our id), by `content` (its content hash), or by `texts`: the content hashes that the
    question and answer in the file have, as they are and cleaned. `begins` is how its question begins.
    """

    line: int
    turn: int
    person: str
    word: str
    sample: int | None = None
    content: str = ""
    texts: tuple[str, ...] = ()
    begins: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the tool, or a column: how many answers it has, and the most frequent ones."""

    name: str
    filled: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person chose; "" and None are guessed. The names are those of questions and fields in the file."""

    source: Source | None = None
    verdict: str = ""
    reason: str = ""
    note: str = ""
    question: str = ""
    answer: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class VerdictFile:
    """A file as it was read; `options` are those that were used, guesses filled in."""

    source: Source
    options: ReadOptions
    rows: int
    said: tuple[Said, ...]
    asked: tuple[Asked, ...]
    fields: tuple[str, ...]
    counted: str
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = field(default=())
