"""What states, marks and texts of samples have to agree with, in one pass; events are looked at in `event_audit`.

A finding is a text that names the place; `Findings` keeps the first few and counts all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.domain.naming import content_hash
from core.domain.records import Review
from core.domain.review import standing, state_of
from core.store import review_marks, standings
from core.store.database import Row, Tx
from core.store.review_marks import Shares

_KEPT: Final = 5


@dataclass(slots=True)
class Findings:
    """The first few places where something is wrong, how many there are, and how much was looked at."""

    seen: int = 0
    wrong: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """One more."""
        self.wrong += 1
        if len(self.places) < _KEPT:
            self.places.append(place)


# ---- States and texts ----

_TEXTS = (
    f"SELECT {review_marks.COLUMNS}, s.review, s.history, s.revision, d.first_by, r.n, r.question, r.answer,"  # noqa: S608
    " r.content_hash, s.question IS NOT r.question OR s.answer IS NOT r.answer OR s.content_hash IS NOT r.content_hash"
    " AS differs FROM sample s LEFT JOIN second_due d ON d.sample_id=s.id"
    " LEFT JOIN revision r ON r.sample_id=s.id ORDER BY s.id, r.n"
)


def states_and_texts(tx: Tx) -> tuple[Findings, Findings, Findings]:
    """(samples whose state does not follow from their history, those whose flag or second verdict does not, texts that
    do not have their hash or are not there)."""
    states, marks, texts = Findings(), Findings(), Findings()
    drawn = review_marks.shares(tx)
    histories = _Histories(standings.each_history(tx))
    last: tuple[int, int] = (0, 0)
    for row in tx.each(_TEXTS):
        if row["id"] != last[0]:
            history = histories.of(row["id"])
            _check_state(states, row, history)
            _check_marks(marks, row, history, drawn[row["project_id"]])
        last = (row["id"], row["revision"])
        _check_text(texts, row)
    return states, marks, texts


class _Histories:
    """Walks along the histories while somebody walks along the samples, both by id."""

    def __init__(self, found: Iterator[tuple[int, list[Review]]]) -> None:
        self._found = found
        self._next = next(found, None)

    def of(self, sample_id: int) -> list[Review]:
        """The history of this sample; ask in ascending order."""
        while self._next and self._next[0] < sample_id:
            self._next = next(self._found, None)
        return self._next[1] if self._next and self._next[0] == sample_id else []


def _check_state(found: Findings, row: Row, history: list[Review]) -> None:
    found.seen += 1
    state = state_of(standing(history, row["present"])) if history else "pending_review"
    if state != row["review"]:
        found.add(f"sample {row['id']} is {_plain(row['review'])}, its history says {_plain(state)}")


def _check_marks(found: Findings, row: Row, history: list[Review], drawn: Shares) -> None:
    found.seen += 1
    for place in review_marks.wrong(row, history, drawn):
        found.add(place)


def _check_text(found: Findings, row: Row) -> None:
    found.seen += 1
    name = f"sample {row['id']}"
    if row["n"] is None:
        found.add(f"{name} has no text on record")
        return
    try:
        history = json.loads(row["history"]) if row["history"] != "[]" else ()
    except ValueError:
        history = None
    if history is None or content_hash(row["question"], row["answer"], history) != row["content_hash"]:
        found.add(f"text {row['n']} of {name} does not have its hash")
    if row["n"] == row["revision"] and row["differs"]:
        found.add(f"{name} does not show its text {row['n']}")


def _plain(state: str) -> str:
    return state.replace("_review", "").replace("_", " ")
