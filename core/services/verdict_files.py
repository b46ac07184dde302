"""Files of verdicts as people see them: as read, as they would be taken in, as taken in, as handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.verdict_words import Meaning
from core.interchange.verdicts.model import Source, VerdictFile
from core.services.verdict_matching import Fate, Judged, Plan


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was read, with the words and people in it and what they are taken for unless somebody decides."""

    digest: str
    name: str
    file: VerdictFile
    words: Mapping[str, int]
    people: Mapping[str, int]
    meanings: Mapping[str, Meaning | None]

    def name_here(self, person: str) -> str:
        """How a person of the file is signed unless somebody says who it is."""
        return person if self.file.source is Source.OWN else f"{self.file.source.value}:{person}"


@dataclass(frozen=True, slots=True)
class Imported:
    """One file that was taken in; `counts` is the number of entries by their word, `undone` that of those taken back.

    `done` of the `total` verdicts that it holds were dealt with, read in the way that `reading` stands for.
    """

    batch: str
    name: str
    sha256: str
    source: str
    person: str
    at: float
    counts: Mapping[str, int]
    people: Sequence[str]
    reading: str
    done: int
    total: int
    undone: int

    @property
    def count(self) -> int:
        """All of its entries."""
        return sum(self.counts.values())

    @property
    def complete(self) -> bool:
        """Was it taken in to its end?"""
        return self.done >= self.total

    @property
    def taken_back(self) -> bool:
        """Does none of its entries count any more?"""
        return self.undone >= self.count


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking the file in would do now; `stands` is the import of this very file, if it is in already or in part.

    `reading` says how it is read: what is in in part is finished in the way it was begun. `states` counts samples by
    (state now, state then) where they differ, `by_person` entries by person and word.
    """

    plan: Plan
    by_person: Mapping[tuple[str, str], int]
    states: Mapping[tuple[str, str], int]
    stands: Imported | None
    reading: str

    @property
    def unmatched(self) -> list[Judged]:
        """Verdicts whose text was not found."""
        return [each for each in self.plan.judged if each.fate is Fate.UNMATCHED]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A file for another tool: `config` is what Label Studio is to ask, "" for others.

    `left` further samples wait behind the one with the id `last`.
    """

    name: str
    content: bytes
    config: str
    samples: int
    left: int
    last: int
