"""What a hostile file is and what must become of it: see `test_concepts_hostile`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.interchange.concepts.formats import Format
from core.interchange.concepts.model import ReadOptions


@dataclass(frozen=True, slots=True)
class Refused:
    """Line (0 = the whole file) and words of the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Names in the order of the tree, and words of a note."""

    names: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One file; large ones are made when they are needed."""

    name: str
    format: Format
    content: bytes | Callable[[], bytes]
    verdict: Refused | Taken
    options: ReadOptions = field(default_factory=ReadOptions)

    def bytes(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content()
