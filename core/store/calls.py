"""Reading the ledger for people: pages of calls, those in doubt, what was flagged, what a call brought.

Pages go by the id of the call and never by an offset; every filter has an index that begins with the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.domain.call_records import Attempt, Request
from core.domain.states import AttemptState, ItemState, RequestState
from core.store.database import Row, Tx

LATE = "answered late"
_NEWEST = 2**63 - 1
_JOINED = (
    "SELECT a.*, r.model, r.item_idx, r.connection_id, r.state AS request_state FROM attempt a"
    " JOIN request r ON r.id=a.request_id WHERE "
)
_CODE = "a.error_code!='' AND a.error_code=:code"
_FLAG = "a.flag!='' AND a.flag=:flag"


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls of a run are wanted; what is empty does not count. `flagged` means any flag at all."""

    stage: str = ""
    state: AttemptState | None = None
    code: str = ""
    flag: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class LedgerCall:
    """A call with what its request says: whom it went to and for which item."""

    attempt: Attempt
    model: str
    item: int
    connection_id: str
    request_state: RequestState

    @property
    def client_id(self) -> str:
        """What the provider's log knows the call by: the header X-Client-Request-Id."""
        return f"{self.attempt.run_id}-{self.attempt.id}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A call that was sent and whose answer was not stored when its worker ended, and what became of it.

    `again` is the next call of the same request, `item_state` that of the item that waits for its answer.
    """

    call: LedgerCall
    again: int | None
    again_state: AttemptState | None
    item_state: ItemState
    stored: bool

    @property
    def late(self) -> bool:
        """Did its answer come after all?"""
        return self.call.attempt.state is not AttemptState.IN_DOUBT


def page(tx: Tx, run_id: str, wanted: CallFilter, *, before: int = 0, size: int = 50) -> list[LedgerCall]:
    """Calls of the run older than call `before` (0 = from the newest), newest first."""
    terms = ["a.run_id=:run", "a.id<:before"]
    terms += ["a.stage=:stage"] if wanted.stage else []
    terms += ["a.state=:state"] if wanted.state else []
    terms += [_CODE] if wanted.code else []
    terms += [_FLAG] if wanted.flag else []
    terms += ["a.flag!=''"] if wanted.flagged else []
    values = {"stage": wanted.stage, "state": wanted.state, "code": wanted.code, "flag": wanted.flag}
    sql = f"{_JOINED}{' AND '.join(terms)} ORDER BY a.id DESC LIMIT :size"
    return [_call(row) for row in tx.rows(sql, {**values, "run": run_id, "before": before or _NEWEST, "size": size})]


def find(tx: Tx, run_id: str, attempt_id: int) -> LedgerCall | None:
    """One call of the run."""
    row = tx.row(f"{_JOINED}a.id=? AND a.run_id=?", (attempt_id, run_id))
    return _call(row) if row else None


def _call(row: Row) -> LedgerCall:
    state = RequestState(row["request_state"])
    return LedgerCall(Attempt.model_validate(row), row["model"], row["item_idx"], row["connection_id"], state)


def brought(tx: Tx, attempt_id: int) -> list[Request]:
    """The requests that a call serves, in the order of its answers; the first of them keeps the body."""
    rows = tx.rows(
        "SELECT r.* FROM (SELECT request_id, 0 AS position FROM attempt WHERE id=:a UNION ALL"
        " SELECT request_id, position FROM attempt_share WHERE attempt_id=:a) s JOIN request r ON r.id=s.request_id"
        " ORDER BY s.position",
        {"a": attempt_id},
    )
    return [Request.model_validate(row) for row in rows]


def doubts(tx: Tx, run_id: str, *, size: int) -> list[Doubt]:
    """Calls in doubt and those that were answered late, newest first."""
    rows = tx.rows(
        "WITH doubtful AS (SELECT id FROM attempt WHERE run_id=:run AND state='in_doubt' UNION"
        " SELECT id FROM attempt WHERE run_id=:run AND flag!='' AND flag=:late ORDER BY id DESC LIMIT :size)"
        " SELECT a.*, r.model, r.item_idx, r.connection_id, r.state AS request_state, r.reply IS NOT NULL AS stored,"
        " b.id AS again, b.state AS again_state, i.state AS item_state FROM doubtful d JOIN attempt a ON a.id=d.id"
        " JOIN request r ON r.id=a.request_id JOIN item i ON i.run_id=r.run_id AND i.idx=r.item_idx"
        " LEFT JOIN attempt b ON b.id=(SELECT min(id) FROM attempt WHERE request_id=a.request_id AND id>a.id)"
        " ORDER BY a.id DESC",
        {"run": run_id, "late": LATE, "size": size},
    )
    return [
        Doubt(
            _call(row),
            row["again"],
            AttemptState(row["again_state"]) if row["again_state"] else None,
            ItemState(row["item_state"]),
            bool(row["stored"]),
        )
        for row in rows
    ]


def flags(tx: Tx, run_id: str) -> list[dict[str, Any]]:
    """Per flag: how many calls carry it, and what they cost."""
    return tx.rows(
        "SELECT flag, count(*) AS calls, sum(cost) AS cost FROM attempt WHERE run_id=? AND flag!='' GROUP BY flag"
        " ORDER BY calls DESC",
        (run_id,),
    )


def codes(tx: Tx, run_id: str) -> dict[str, int]:
    """Error code -> number of calls that ended with it, the most frequent first."""
    rows = tx.rows(
        "SELECT error_code, count(*) AS n FROM attempt WHERE run_id=? AND error_code!='' GROUP BY error_code"
        " ORDER BY n DESC, error_code",
        (run_id,),
    )
    return {row["error_code"]: row["n"] for row in rows}


def prices_used(tx: Tx, run_id: str) -> list[dict[str, Any]]:
    """Per stage and price: the model it was found under, its source, and how many calls were charged by it."""
    return tx.rows(
        "SELECT stage, price_model, price_source, price_input, price_output, price_cached, price_reasoning,"
        " count(*) AS calls, sum(cost) AS cost, min(sent_at) AS first_sent FROM attempt WHERE run_id=?"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 10 LIMIT 100",
        (run_id,),
    )


def rejected_by(tx: Tx, run_id: str) -> tuple[str, str] | None:
    """Connection id and name behind the newest call that ended with a refused key, quota or model."""
    row = tx.row(
        "SELECT c.id, c.name FROM attempt a JOIN request r ON r.id=a.request_id JOIN connection c"
        " ON c.id=r.connection_id WHERE a.id=(SELECT max(id) FROM attempt WHERE run_id=? AND error_code!=''"
        " AND error_code IN ('quota','key','model'))",
        (run_id,),
    )
    return (row["id"], row["name"]) if row else None


def dearest_hold(tx: Tx, run_id: str) -> int:
    """The largest hold among the newest calls of the run: what the next one may need at least."""
    sql = "SELECT max(hold) FROM (SELECT hold FROM attempt WHERE run_id=? ORDER BY id DESC LIMIT 500)"
    return int(tx.value(sql, (run_id,)) or 0)


def average(tx: Tx, run_id: str, *, size: int) -> Row:
    """Over the last so many items that ended and were worked for: `items`, and `cost` and `calls` of all of them."""
    row = tx.row(
        "WITH ended AS (SELECT idx FROM item WHERE run_id=:run AND state NOT IN ('planned','known') ORDER BY idx DESC"
        " LIMIT :size) SELECT count(DISTINCT e.idx) AS items, ifnull(sum(a.cost), 0) AS cost, count(a.id) AS calls"
        " FROM ended e LEFT JOIN request r ON r.run_id=:run AND r.item_idx=e.idx LEFT JOIN attempt a"
        " ON a.request_id=r.id",
        {"run": run_id, "size": size},
    )
    assert row is not None
    return row
