"""What an import will do, said before anything is written: choices of the person, and the report on every concept."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.taxonomy import NodeKind
from core.interchange.formulas import guarded

SECONDS_A_NODE = 150e-6  # measured on two cores, with everything that a new node is found by


class TextChoice(StrEnum):
    """What happens to the texts of a node that is there already when the file has others."""

    KEEP = "keep"
    UNTOUCHED = "untouched"
    FILE = "file"


class TwinChoice(StrEnum):
    """What happens to siblings in the file whose names count as the same."""

    REFUSE = "refuse"
    FIRST = "first"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is brought in.

    `marks`: verifications of the file count. `restore`: nodes removed here come back. `leave_out`: what is refused is
    left out, with all below it. `leaves`: (level, kind) of nodes without children, as far as it is not what GLAN says.
    """

    texts: TextChoice = TextChoice.KEEP
    twins: TwinChoice = TwinChoice.REFUSE
    marks: bool = False
    restore: bool = False
    leave_out: bool = False
    leaves: tuple[tuple[int, NodeKind], ...] = ()


class What(StrEnum):
    """What becomes of a concept, or that there is something to know."""

    REFUSED = "refused"
    NEW = "new"
    CHANGED = "changed"
    DIFFERS = "differs"
    RESTORED = "restored"
    THERE = "there"
    LEFT_OUT = "left out"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the report; `line` is 0 where the format has none."""

    what: What
    line: int
    name: str
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What would happen. `removed`: concepts that are removed here and stay so.

    `revision` is that of the tree it was made for; equal digests mean the same result.
    """

    rows: tuple[ReportRow, ...]
    counts: Counter[What]
    kinds: Counter[NodeKind]
    levels: tuple[int, ...]
    languages: tuple[tuple[str, int], ...]
    several_parents: int
    links: int
    verified: int
    alike: int
    twins: int
    removed: int
    can_leave_out: bool
    revision: int
    digest: str = field(default="", compare=False)

    @property
    def refused(self) -> bool:
        """Whether nothing can be imported before something is mended or left out."""
        return self.counts[What.REFUSED] > 0

    @property
    def writes(self) -> int:
        """How many nodes would be added, changed or brought back."""
        return self.counts[What.NEW] + self.counts[What.CHANGED] + self.counts[What.RESTORED]

    @property
    def seconds(self) -> float:
        """About how long writing takes."""
        return self.writes * SECONDS_A_NODE

    def page(self, what: What | None, start: int, size: int) -> list[ReportRow]:
        """Some rows of one sort, or of all."""
        found: list[ReportRow] = []
        skipped = 0
        for row in self.rows:
            if what is not None and row.what is not what:
                continue
            if skipped < start:
                skipped += 1
                continue
            if len(found) == size:
                break
            found.append(row)
        return found

    def csv(self) -> bytes:
        """The whole report as a table."""
        out = io.StringIO(newline="")
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["line", "what", "name", "place", "note"])
        for row in self.rows:
            rows.writerow([row.line or "", row.what.value, *map(guarded, (row.name, row.place, row.note))])
        return b"\xef\xbb\xbf" + out.getvalue().encode()


def digest_of(rows: Sequence[ReportRow]) -> str:
    """SHA-256 over what the rows say."""
    found = hashlib.sha256()
    for part in _said(rows):
        found.update(part)
    return found.hexdigest()


def _said(rows: Sequence[ReportRow]) -> Iterator[bytes]:
    for row in rows:
        yield f"{row.what}\x1f{row.line}\x1f{row.place}\x1f{row.name}\x1f{row.note}\x1e".encode("utf-8", "replace")
