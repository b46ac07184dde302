"""What an item of a run was made from, as it stood then: the syllabus with what was chosen from it, seeds, a parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.domain.records import Sample
from core.domain.seeds import SeedExample
from core.errors import NotFoundError
from core.runs.filling import Filler
from core.services.context import Context
from core.store import runs

_MARK = "   Key concepts: "


@dataclass(frozen=True, slots=True)
class ShownSession:
    """One class session; `chosen` are the key concepts that the question was asked about."""

    number: int
    name: str
    concepts: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Everything that the item names, in full."""

    syllabus: str
    sessions: tuple[ShownSession, ...]
    seed: SeedExample | None
    shots: tuple[SeedExample, ...]
    parent: Sample | None


class PreviewService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def origins(self, project_id: str, run_id: str, idx: int) -> Origins:
        """What one item draws on; raises NotFoundError."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            found = runs.items(tx, run_id, after=idx - 1, size=1)
            if not found or found[0].idx != idx:
                raise NotFoundError(f"There is no item {idx + 1} in this run.", "Choose one from its list.")
            full = Filler().fill(tx, project_id, found[0].spec)
        text = str(full.get("syllabus_text", ""))
        chosen = dict(zip(full.get("session_numbers", ()), full.get("groups", ()), strict=True))
        return Origins(
            text, sessions_of(text, chosen), full.get("seed"), tuple(full.get("shots", ())), full.get("parent")
        )


def sessions_of(text: str, chosen: dict[int, Sequence[str]]) -> tuple[ShownSession, ...]:
    """The class sessions of a syllabus text as prompts show it, with the concepts chosen from each."""
    found: list[ShownSession] = []
    lines = text.partition("## Class sessions\n")[2].split("\n")
    for head, line in pairwise(lines):
        number, dot, rest = head.partition(". ")
        if line.startswith(_MARK) and dot and number.isdigit():
            concepts = tuple(line.removeprefix(_MARK).split("; "))
            found.append(
                ShownSession(int(number), rest.partition(": ")[0], concepts, tuple(chosen.get(int(number), ())))
            )
    return tuple(found)
