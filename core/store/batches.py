"""Rows of batches: calls that were handed in together. Each call of a batch is an attempt with a row of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.call_records import Attempt, Batch, Request
from core.domain.states import BatchState
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call of a batch that has no answer yet, with its request."""

    attempt: Attempt
    request: Request


def prepare(tx: Tx, batch_id: str, *, run_id: str, connection: str, model: str, at: float) -> None:
    """The row of a batch that is being filled; one that is there already stays."""
    tx.run(
        "INSERT OR IGNORE INTO batch(id, run_id, connection_id, model, state, n_calls, created_at)"
        " VALUES (?,?,?,?,'prepared',0,?)",
        (batch_id, run_id, connection, model, at),
    )


def count_calls(tx: Tx, batch_id: str) -> int:
    """Bring the number of its calls up to date; a batch without any is dropped."""
    tx.run("UPDATE batch SET n_calls=(SELECT count(*) FROM attempt WHERE batch_id=:b) WHERE id=:b", {"b": batch_id})
    calls = int(tx.value("SELECT n_calls FROM batch WHERE id=?", (batch_id,)))
    if not calls:
        tx.run("DELETE FROM batch WHERE id=?", (batch_id,))
    return calls


def submitted(tx: Tx, batch_id: str, remote_id: str, status: str, at: float) -> bool:
    """The provider has it; False if somebody has given it up meanwhile."""
    return bool(
        tx.run(
            "UPDATE batch SET state='submitted', remote_id=?, remote_status=?, submitted_at=?, error=''"
            " WHERE id=? AND state='prepared'",
            (remote_id, status, at, batch_id),
        )
    )


def polled(tx: Tx, batch_id: str, status: str, answered: int, at: float) -> None:
    """What the provider said of it."""
    tx.run(
        "UPDATE batch SET remote_status=?, n_answered=max(n_answered, min(n_calls, ?)), polled_at=?, error=''"
        " WHERE id=? AND state='submitted'",
        (status, answered, at, batch_id),
    )


def troubled(tx: Tx, batch_id: str, error: str) -> None:
    """Say why the provider cannot be asked about it for now."""
    tx.run("UPDATE batch SET error=? WHERE id=? AND state IN ('prepared','submitted')", (error, batch_id))


def end(tx: Tx, batch_id: str, state: BatchState, error: str, at: float) -> None:
    """Nothing of it is open any more; `n_answered` is what was stored."""
    tx.run(
        "UPDATE batch SET state=:s, error=:e, ended_at=:t, n_answered=(SELECT count(*) FROM attempt WHERE batch_id=:b"
        " AND state='settled' AND error_code='') WHERE id=:b AND state IN ('prepared','submitted')",
        {"s": state, "e": error, "t": at, "b": batch_id},
    )


def open_of(tx: Tx, run_id: str) -> list[Batch]:
    """Those of a run that may still bring answers, oldest first."""
    rows = tx.rows("SELECT * FROM batch WHERE run_id=? AND state IN ('prepared','submitted') ORDER BY rowid", (run_id,))
    return [Batch.model_validate(row) for row in rows]


def of_run(tx: Tx, run_id: str, *, size: int = 200) -> list[Batch]:
    """Those of a run, newest first."""
    rows = tx.rows("SELECT * FROM batch WHERE run_id=? ORDER BY rowid DESC LIMIT ?", (run_id, size))
    return [Batch.model_validate(row) for row in rows]


def open_calls(tx: Tx, batch_id: str, attempts: Sequence[int]) -> dict[int, OpenCall]:
    """Those of these attempts that belong to the batch and still wait for an answer, by id."""
    rows = tx.rows(
        "SELECT * FROM attempt WHERE batch_id=? AND state='reserved' AND id IN (SELECT value FROM json_each(?))",
        (batch_id, json.dumps(list(attempts))),
    )
    waiting = [Attempt.model_validate(row) for row in rows]
    asked = tx.rows(
        "SELECT * FROM request WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([attempt.request_id for attempt in waiting]),),
    )
    requests = {row["id"]: Request.model_validate(row) for row in asked}
    return {attempt.id: OpenCall(attempt, requests[attempt.request_id]) for attempt in waiting}


def unanswered(tx: Tx, batch_id: str, size: int) -> list[int]:
    """Attempts of the batch that still wait for an answer."""
    rows = tx.rows("SELECT id FROM attempt WHERE batch_id=? AND state='reserved' ORDER BY id LIMIT ?", (batch_id, size))
    return [row["id"] for row in rows]


def release(tx: Tx, attempts: Sequence[int], *, code: str, error: str, at: float) -> list[str]:
    """Free the money of calls that were certainly not answered and open their requests again; their keys."""
    rows = tx.rows(
        "UPDATE attempt SET state='released', error_code=?, error=?, ended_at=? WHERE state='reserved' AND id IN"
        " (SELECT value FROM json_each(?)) RETURNING request_id",
        (code, error, at, json.dumps(list(attempts))),
    )
    requests = json.dumps([row["request_id"] for row in rows])
    tx.run(
        "UPDATE request SET state='planned', error=? WHERE state='reserved' AND reply IS NULL AND id IN"
        " (SELECT value FROM json_each(?))",
        (error, requests),
    )
    keys = tx.rows("SELECT key FROM request WHERE id IN (SELECT value FROM json_each(?))", (requests,))
    return [row["key"] for row in keys]
