"""Wishes of reviewers that a teacher mend what they rejected. What a wish is worth follows from text and history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from core.domain.records import RepairWish, Review, Sample
from core.domain.review import Entry
from core.domain.states import ReviewState, WishState
from core.store.database import Tx

_BY_ID = "w.id IN (SELECT value FROM json_each(:ids))"
_STANDS = "w.state IN ('open','failed','sent') AND (w.state!='sent' OR r.state NOT IN ('queued','running'))"


def add(tx: Tx, sample: Sample, review_id: int, entry: Entry, person: str, at: float) -> int:
    """Wish that the present text be mended; `entry` is the rejection, whose reason and note the teacher reads."""
    return tx.insert(
        "INSERT INTO repair_wish(project_id, sample_id, content_hash, review_id, words, person, at)"
        " VALUES (?,?,?,?,?,?,?)",
        (sample.project_id, sample.id, sample.content_hash, review_id, words_of(entry), person, at),
    )


def words_of(entry: Entry) -> str:
    """What the reviewer said, the reason first; "" if nothing."""
    return "\n".join(said for said in (entry.reason, entry.note) if said)


def by_ids(tx: Tx, project_id: str, ids: Iterable[int]) -> list[RepairWish]:
    """Those of the project, the oldest first."""
    return _wishes(tx, project_id, _BY_ID, ids)


def startable(tx: Tx, project_id: str, ids: Iterable[int] | None = None) -> list[RepairWish]:
    """Wishes that a run can take up, of these or all: open ones, and those that their run left undone."""
    return _wishes(tx, project_id, _STANDS if ids is None else f"{_STANDS} AND {_BY_ID}", ids or ())


def numbers(tx: Tx, project_id: str) -> tuple[int, int]:
    """How many samples those are about, and how many of them were tried without success."""
    row = tx.row(
        "SELECT count(DISTINCT w.sample_id) AS waiting,"  # noqa: S608 - a condition from above
        " count(DISTINCT iif(w.state='failed', w.sample_id, NULL)) AS failed"
        f" FROM repair_wish w LEFT JOIN run r ON r.id=w.run_id WHERE w.project_id=? AND {_STANDS}",
        (project_id,),
    )
    assert row is not None
    return row["waiting"], row["failed"]


def _wishes(tx: Tx, project_id: str, condition: str, ids: Iterable[int]) -> list[RepairWish]:
    rows = tx.rows(
        "SELECT w.* FROM repair_wish w LEFT JOIN run r ON r.id=w.run_id"  # noqa: S608 - conditions from above
        f" WHERE w.project_id=:p AND {condition} ORDER BY w.id",
        {"p": project_id, "ids": json.dumps(list(ids))},
    )
    return [RepairWish.model_validate(row) for row in rows]


def tries(tx: Tx, wish_id: int) -> int:
    """How many items gave nothing for it so far; an item that was not reached does not count."""
    return int(
        tx.value(
            "SELECT count(*) FROM run r JOIN item i ON i.run_id=r.id WHERE r.kind='repairs' AND i.state IN"
            " ('invalid','truncated','refused','filtered') AND EXISTS"
            " (SELECT 1 FROM json_each(i.spec, '$.wishes') WHERE value=?)",
            (wish_id,),
        )
    )


def in_run(tx: Tx, run_id: str) -> list[RepairWish]:
    """All that the run took up last, the oldest first."""
    rows = tx.rows("SELECT * FROM repair_wish WHERE run_id=? ORDER BY id", (run_id,))
    return [RepairWish.model_validate(row) for row in rows]


def send(tx: Tx, ids: Iterable[int], run_id: str) -> None:
    """A run takes them up."""
    _set(tx, ids, f"state='{WishState.SENT}', run_id=:run", run=run_id)


def end(tx: Tx, ids: Sequence[int], state: WishState, request_id: int | None = None) -> None:
    """Their run is through with them; what was taken back or overtaken meanwhile stays so."""
    _set(tx, ids, "state=:state, request_id=ifnull(:request, request_id)", state=state, request=request_id)


def _set(tx: Tx, ids: Iterable[int], values: str, **named: object) -> None:
    tx.run(
        f"UPDATE repair_wish SET {values} WHERE id IN (SELECT value FROM json_each(:ids))"  # noqa: S608 - constants
        f" AND state NOT IN ('done','withdrawn')",
        {**named, "ids": json.dumps(list(ids))},
    )


def follow(tx: Tx, sample: Sample, history: Sequence[Review]) -> None:
    """Let the wishes about a sample follow from its text, its state and its history, oldest entry first.

    A wish whose rejection was taken back is withdrawn. Others count for as long as the text is the one complained
    about and rejected: an edit, an acceptance or a dispute outdates them, and they come back when that is undone.
    """
    rows = tx.rows("SELECT * FROM repair_wish WHERE sample_id=? AND state NOT IN ('done','withdrawn')", (sample.id,))
    if not rows:
        return
    undone = {entry.undoes for entry in history if entry.undoes is not None}
    for wish in map(RepairWish.model_validate, rows):
        state = _state_now(wish, sample, undone)
        if state is not wish.state:
            tx.run("UPDATE repair_wish SET state=? WHERE id=?", (state, wish.id))


def _state_now(wish: RepairWish, sample: Sample, undone: set[int]) -> WishState:
    if wish.review_id in undone:
        return WishState.WITHDRAWN
    if sample.content_hash != wish.content_hash or sample.review is not ReviewState.REJECTED:
        return WishState.OUTDATED
    return WishState.OPEN if wish.state is WishState.OUTDATED else wish.state
