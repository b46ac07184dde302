"""What follows from the review histories of many samples at once: for imports and for the doctor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from core.domain.records import Review
from core.domain.review import SHUFFLE_RANGE, Purpose, ReviewPlan, second_due, standing, state_of
from core.store import gold, repair_wishes, reviews, samples
from core.store.database import Tx

CHUNK: Final = 5_000
_COUNTING = "id, sample_id, content_hash, person, verdict, purpose, undoes"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sample stands: its present text and state, without its texts."""

    id: int
    content_hash: str
    revision: int
    verification: str
    review: str
    version: int
    shuffle: int
    gold: bool


def places(tx: Tx, project_id: str, ids: Iterable[int]) -> dict[int, Place]:
    """Samples of the project by id, previews left out."""
    sql = (
        "SELECT s.id, s.content_hash, s.revision, s.verification, s.review, s.version, s.shuffle,"  # noqa: S608
        f" {gold.known('s')} AS gold FROM json_each(?) w"
        " CROSS JOIN sample s ON s.id=w.value WHERE s.project_id=? AND s.preview=0"
    )
    return {row["id"]: Place(**row) for chunk in chunks(ids) for row in tx.rows(sql, (json.dumps(chunk), project_id))}


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """In parts that a statement takes at once."""
    found = list(values)
    for first in range(0, len(found), CHUNK):
        yield found[first : first + CHUNK]


def histories(tx: Tx, ids: Iterable[int]) -> dict[int, list[Review]]:
    """Sample -> its history as far as it decides the state, oldest first; none for samples without one."""
    sql = (
        f"SELECT {_COUNTING} FROM review WHERE sample_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        " ORDER BY sample_id, id"
    )
    found: dict[int, list[Review]] = {}
    for chunk in chunks(ids):
        for row in tx.each(sql, (json.dumps(chunk),)):
            found.setdefault(row["sample_id"], []).append(_entry(row))
    return found


def _entry(row: Mapping[str, Any]) -> Review:
    """Without validation: the rows are our own and there may be a million of them."""
    return Review.model_construct(**row)


def imagined(person: str, word: str, place: Place) -> Review:
    """An entry as a file would add it, for a look at what would follow."""
    told: dict[str, Any] = {"id": 0, "sample_id": place.id, "content_hash": place.content_hash, "undoes": None}
    return _entry({**told, "person": person, "verdict": str(word), "purpose": Purpose.IMPORT.value})


def each_history(tx: Tx) -> Iterator[tuple[int, list[Review]]]:
    """All histories of the store in one pass, by sample."""
    rows = tx.each(f"SELECT {_COUNTING} FROM review ORDER BY sample_id, id")  # noqa: S608 - a constant
    for sample_id, entries in groupby(rows, key=lambda row: int(row["sample_id"])):
        yield sample_id, [_entry(row) for row in entries]


def settle_all(
    tx: Tx, project_id: str, ids: Sequence[int], plan: ReviewPlan, *, tell: Callable[[str, str], None] | None = None
) -> None:
    """Let the states of all these samples follow from their histories, as `reviews.settle` does for one.

    Only inside a write transaction: nobody can come between reading and writing. `tell(before, after)` hears of each.
    """
    for chunk in chunks(ids):
        told = histories(tx, chunk)
        changed, wished = [], _with_wishes(tx, chunk)
        for place in places(tx, project_id, chunk).values():
            verdicts = standing(told.get(place.id, ()), place.content_hash)
            state = state_of(verdicts)
            second = second_due(verdicts, place.shuffle, plan.second_share, gold=place.gold)
            changed.append((state, second, place.id))
            if tell:
                tell(place.review, state)
        tx.many("UPDATE sample SET review=?, second=?, version=version+1 WHERE id=?", changed)
        for sample in samples.by_ids(tx, wished):
            repair_wishes.follow(tx, sample, reviews.of_sample(tx, sample.id))


def seconds_at_stake(tx: Tx, project_id: str, share: float) -> list[int]:
    """Samples with a verdict that this share draws for a second one, and those that await one already."""
    sql = (
        "SELECT s.id FROM tally t CROSS JOIN sample s INDEXED BY cell_random ON s.cell=t.id WHERE t.project_id=?"
        " AND t.preview=0 AND t.n>0 AND t.review IN ('accepted', 'rejected') AND (s.shuffle * 48271) % ? < ?"
        " UNION SELECT sample_id FROM second_due WHERE project_id=?"  # as `is_seconded` draws
    )
    return [row["id"] for row in tx.rows(sql, (project_id, SHUFFLE_RANGE - 1, share * SHUFFLE_RANGE, project_id))]


def draw_seconds(tx: Tx, project_id: str, ids: Sequence[int], plan: ReviewPlan) -> None:
    """Say anew which of these samples await a second person; what somebody has on screen is still as it was."""
    told, drawn = histories(tx, ids), []
    for place in places(tx, project_id, ids).values():
        verdicts = standing(told.get(place.id, ()), place.content_hash)
        drawn.append((second_due(verdicts, place.shuffle, plan.second_share, gold=place.gold), place.id))
    tx.many("UPDATE sample SET second=?1 WHERE id=?2 AND second!=?1", drawn)


def _with_wishes(tx: Tx, ids: Sequence[int]) -> list[int]:
    """Samples for which somebody wished a repair."""
    rows = tx.rows(
        "SELECT DISTINCT sample_id FROM repair_wish WHERE sample_id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return [row["sample_id"] for row in rows]
