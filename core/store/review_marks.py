"""What a sample carries beside its state and what follows from its history: its flag, and its second verdict.

Whether a second verdict is due hangs on the share that was in force when the sample was last settled. Of that the
history knows the least and the most there ever was; what lies between may have been drawn or not and stays as it is.
A file that is older than second verdicts asks for none of what was judged before it knew them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.records import Review
from core.domain.review import ReviewPlan, is_flagged, second_due, standing
from core.store import gold, standings
from core.store.database import Row, Tx
from core.store.id_ranges import id_ranges

COLUMNS = f"s.id, s.project_id, s.content_hash AS present, s.shuffle, s.second, s.flagged, {gold.known('s')} AS gold"
_SHARES = (
    "SELECT project_id, min(share) AS least, max(share) AS most, max(iif(now, share, 0)) AS now FROM ("
    "SELECT project_id, plan ->> '$.second_share' AS share, 1 AS now FROM review_plan"
    " UNION ALL SELECT project_id, before ->> '$.second_share', 0 FROM event WHERE kind='review plan changed'"
    " UNION ALL SELECT project_id, after ->> '$.second_share', 0 FROM event WHERE kind='review plan changed'"
    ") GROUP BY project_id"
)
_OLD = (  # up to here the history is older than second verdicts; nothing in a file that was made with them
    "SELECT max(id) FROM review WHERE at<(SELECT unixepoch(m.applied_at) FROM _sqlite_migrations m"
    " JOIN _sqlite_migrations f ON f.name='m0001_first_schema' WHERE m.name='m0014_review'"
    " AND unixepoch(m.applied_at)-60>unixepoch(f.applied_at))"
)
_SECOND = ("awaits no second verdict", "awaits a second verdict", "has a second verdict")
_USUAL = ReviewPlan().second_share


@dataclass(frozen=True, slots=True)
class Shares:
    """The least and the most that was ever to have a second verdict, and what is now; `old` = the last older entry."""

    old: int
    least: float = _USUAL
    most: float = _USUAL
    now: float = _USUAL


def shares(tx: Tx) -> Mapping[str, Shares]:
    """Of any project."""
    old = int(tx.value(_OLD) or 0)
    chosen = {row["project_id"]: Shares(old, row["least"], row["most"], row["now"]) for row in tx.rows(_SHARES)}
    return defaultdict(lambda: Shares(old), chosen)


def wrong(row: Row, history: Sequence[Review], drawn: Shares) -> list[str]:
    """What the sample says of itself though its history does not, in words; `row` has `COLUMNS` and `first_by`."""
    verdicts = standing(history, row["present"])
    seconds = _possible(row, history, drawn)
    flagged, name = is_flagged(history), f"sample {row['id']}"
    found = []
    if row["flagged"] != flagged:
        found.append(f"{name} is {_flag(not flagged)}, its history says {_flag(flagged)}")
    if row["second"] not in seconds:
        found.append(f"{name} {_SECOND[row['second']]}, its history says it {_SECOND[seconds[0]]}")
    elif row["second"] == 1 and row["first_by"] not in {None, verdicts[0].person}:
        found.append(f"{name} is listed with a first verdict of {row['first_by']}, it is of {verdicts[0].person}")
    return found


def mend(tx: Tx) -> None:
    """Let flags and second verdicts follow from the history; `tally.refill` lists whose the first ones were."""
    drawn = shares(tx)
    for ids in id_ranges(tx):
        sql = f"SELECT {COLUMNS}, NULL AS first_by FROM sample s WHERE s.id BETWEEN ? AND ?"  # noqa: S608 - a constant
        rows = tx.rows(sql, ids)
        told = standings.histories(tx, [row["id"] for row in rows])
        mended = [
            _mended(row, history, range_)
            for row in rows
            if wrong(row, history := told.get(row["id"], []), range_ := drawn[row["project_id"]])
        ]
        tx.many("UPDATE sample SET flagged=?, second=? WHERE id=?", mended)


def _mended(row: Row, history: Sequence[Review], drawn: Shares) -> tuple[bool, int, int]:
    verdicts = standing(history, row["present"])
    kept = row["second"] in _possible(row, history, drawn)
    return is_flagged(history), row["second"] if kept else _second(row, verdicts, drawn.now), row["id"]


def _possible(row: Row, history: Sequence[Review], drawn: Shares) -> list[int]:
    verdicts = standing(history, row["present"])
    none = [0] if history and history[-1].id <= drawn.old else []
    return [_second(row, verdicts, share) for share in (drawn.least, drawn.most)] + none


def _second(row: Row, verdicts: Sequence[Review], share: float) -> int:
    return second_due(verdicts, row["shuffle"], share, gold=bool(row["gold"]))


def _flag(flagged: bool) -> str:
    return "flagged" if flagged else "not flagged"
