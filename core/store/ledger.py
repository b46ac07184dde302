"""Requests and their attempts: reserve before sending, settle before parsing, totals that cannot drift.

An attempt row is written and committed before its call leaves. `ledger_total` is kept by triggers in the same
transaction as the attempt it sums up; `drift` proves that it equals the sum over the ledger.
"""

from __future__ import annotations

import json
from typing import Any

from core.domain.budget import Caps, Spent, check
from core.domain.calls import Call, Reply
from core.domain.money import Charge, Price
from core.domain.records import Attempt, Request
from core.domain.states import AttemptState, RequestState
from core.errors import NotFoundError
from core.store.database import Tx


def find_request(tx: Tx, key: str) -> Request | None:
    """The request with this key, whoever asked it first."""
    row = tx.row("SELECT * FROM request WHERE key=?", (key,))
    return Request.model_validate(row) if row else None


def get_request(tx: Tx, request_id: int) -> Request:
    """The request; raises NotFoundError."""
    row = tx.row("SELECT * FROM request WHERE id=?", (request_id,))
    if row is None:
        raise NotFoundError(f"There is no request {request_id}.", "Reload the page.")
    return Request.model_validate(row)


def open_request(
    tx: Tx, key: str, *, project_id: str, run_id: str, item: int, connection: str, call: Call, at: float
) -> int:
    """Insert the request if its key is new; its id either way."""
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": m.content} for m in call.messages],
        "temperature": call.temperature,
        "top_p": call.top_p,
        "max_tokens": call.max_tokens,
        "sample_index": call.sample_index,
        "schema": call.schema,
    }
    tx.run(
        "INSERT INTO request(key, project_id, run_id, item_idx, stage, connection_id, model, body, template,"
        " template_hash, state, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,'planned',?) ON CONFLICT(key) DO NOTHING",
        (
            key,
            project_id,
            run_id,
            item,
            call.stage,
            connection,
            call.model,
            json.dumps(body, ensure_ascii=False),
            call.template,
            call.template_hash,
            at,
        ),
    )
    return int(tx.value("SELECT id FROM request WHERE key=?", (key,)))


def spent(tx: Tx, scope: str, scope_id: str) -> Spent:
    """Settled, held and calls of a run or a project."""
    row = tx.row("SELECT * FROM ledger_total WHERE scope=? AND scope_id=?", (scope, scope_id))
    return Spent(row["settled"], row["held"], row["calls"]) if row else Spent()


def reserve(
    tx: Tx, request_id: int, *, run_id: str, project_id: str, epoch: int, stage: str, hold: int, price: Price, at: float
) -> int:
    """Hold the money for one call at every level and write its attempt; raises BudgetExceededError.

    The caps are read here, inside the transaction that spends from them.
    """
    for scope, scope_id in (("run", run_id), ("project", project_id)):
        row = tx.row(f"SELECT cost_cap, call_cap FROM {scope} WHERE id=?", (scope_id,))  # noqa: S608 - closed set above
        assert row is not None
        check(scope, Caps(row["cost_cap"], row["call_cap"]), spent(tx, scope, scope_id), hold)
    tx.run("UPDATE request SET state='reserved', error='' WHERE id=?", (request_id,))
    return tx.insert(
        "INSERT INTO attempt(request_id, run_id, project_id, stage, epoch, state, hold, price_input, price_output,"
        " price_cached, price_model, price_source, sent_at) VALUES (?,?,?,?,?,'reserved',?,?,?,?,?,?,?)",
        (
            request_id,
            run_id,
            project_id,
            stage,
            epoch,
            hold,
            price.input,
            price.output,
            price.cached,
            price.matched,
            price.source,
            at,
        ),
    )


def settle(tx: Tx, attempt_id: int, reply: Reply, charge: Charge, at: float) -> None:
    """Store the answer and its cost and free the hold. A late answer of an attempt in doubt settles it too."""
    usage = charge.usage
    changed = tx.run(
        "UPDATE attempt SET state='settled', cost=?, prompt_tokens=?, completion_tokens=?, cached_tokens=?, measured=?,"
        " flag=?, ended_at=?, latency_ms=? WHERE id=? AND state IN ('reserved','in_doubt')",
        (
            charge.cost,
            usage.prompt if usage else None,
            usage.completion if usage else None,
            usage.cached if usage else None,
            int(charge.measured),
            charge.flag,
            at,
            reply.latency_ms,
            attempt_id,
        ),
    )
    if changed:
        tx.run(
            "UPDATE request SET state='settled', reply=?, finish_reason=?, reply_model=?, raw=?, settled_at=?, error=''"
            " WHERE id=(SELECT request_id FROM attempt WHERE id=?) AND reply IS NULL",
            (
                reply.text,
                "refusal" if reply.refusal and not reply.text else reply.finish_reason,
                reply.model,
                reply.raw,
                at,
                attempt_id,
            ),
        )


def close(tx: Tx, attempt_id: int, *, billed: bool, code: str, error: str, raw: str, at: float) -> None:
    """End an attempt without a usable answer: what may have been billed stays charged at the hold."""
    tx.run(
        "UPDATE attempt SET state=?, cost=iif(?, hold, 0), error_code=?, error=?, ended_at=?, flag=iif(?, 'charged at"
        " the hold', '') WHERE id=? AND state='reserved'",
        (AttemptState.SETTLED if billed else AttemptState.RELEASED, billed, code, error, at, billed, attempt_id),
    )
    tx.run(
        "UPDATE request SET state='failed', error=?, raw=ifnull(nullif(?, ''), raw) WHERE id=(SELECT request_id FROM"
        " attempt WHERE id=?) AND reply IS NULL",
        (error, raw, attempt_id),
    )


def mark_in_doubt(tx: Tx, run_id: str, before_epoch: int) -> int:
    """Book calls that an earlier worker sent and never settled at their full hold; how many."""
    tx.run(
        "UPDATE request SET state='in_doubt' WHERE reply IS NULL AND id IN (SELECT request_id FROM attempt"
        " WHERE run_id=? AND state='reserved' AND epoch<?)",
        (run_id, before_epoch),
    )
    return tx.run(
        "UPDATE attempt SET state='in_doubt', cost=hold, flag='in doubt'"
        " WHERE run_id=? AND state='reserved' AND epoch<?",
        (run_id, before_epoch),
    )


def set_state(tx: Tx, request_id: int, state: RequestState, error: str = "") -> None:
    """Say what became of an answer once it was read."""
    tx.run("UPDATE request SET state=?, error=? WHERE id=?", (state, error, request_id))


def doubts_of(tx: Tx, request_id: int) -> int:
    """How many attempts of the request are in doubt."""
    return int(tx.value("SELECT count(*) FROM attempt WHERE request_id=? AND state='in_doubt'", (request_id,)))


def attempts(
    tx: Tx, *, run_id: str = "", request_id: int = 0, state: AttemptState | None = None, limit: int = 500
) -> list[Attempt]:
    """Ledger rows of a run or of a request, newest first; with `state` only those in it."""
    rows = tx.rows(
        "SELECT * FROM attempt WHERE (:r='' OR run_id=:r) AND (:q=0 OR request_id=:q) AND (:s IS NULL OR state=:s)"
        " ORDER BY id DESC LIMIT :n",
        {"r": run_id, "q": request_id, "s": state, "n": limit},
    )
    return [Attempt.model_validate(row) for row in rows]


def requests_of_item(tx: Tx, run_id: str, item: int) -> list[Request]:
    """Requests that this item was the first to ask."""
    rows = tx.rows("SELECT * FROM request WHERE run_id=? AND item_idx=? ORDER BY id", (run_id, item))
    return [Request.model_validate(row) for row in rows]


def drift(tx: Tx) -> list[str]:
    """Scopes whose cached total differs from the sum over the ledger; empty when all is well."""
    wrong: list[str] = []
    for scope in ("run", "project"):
        rows = tx.rows(
            f"SELECT {scope}_id AS id, sum(cost) AS settled, sum(iif(state='reserved', hold, 0)) AS held,"  # noqa: S608
            f" count(*) AS calls FROM attempt GROUP BY {scope}_id"
        )
        wrong += [
            f"{scope} {row['id']}"
            for row in rows
            if spent(tx, scope, row["id"]) != Spent(row["settled"], row["held"], row["calls"])
        ]
    return wrong
