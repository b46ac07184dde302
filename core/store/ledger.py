"""Attempts at requests: reserve before sending, settle before parsing, totals that cannot drift.

An attempt row is written and committed before its call leaves. `ledger_total` is kept by triggers in the same
transaction as the attempt it sums up; `drift` proves that it equals the sum over the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.domain.budget import Caps, Spent, check
from core.domain.call_records import Attempt
from core.domain.calls import Further, Reply, flaw_of
from core.domain.money import Charge, Price
from core.domain.states import AttemptState
from core.errors import LeaseLostError
from core.store.database import Tx


def spent(tx: Tx, scope: str, scope_id: str) -> Spent:
    """Settled, held and calls of a run or a project."""
    row = tx.row("SELECT * FROM ledger_total WHERE scope=? AND scope_id=?", (scope, scope_id))
    return Spent(row["settled"], row["held"], row["calls"]) if row else Spent()


def check_caps(tx: Tx, run_id: str, project_id: str, epoch: int, hold: int) -> None:
    """Raise BudgetExceededError if a call with this hold would break a cap, LeaseLostError for a stale worker.

    The caps are read here, inside the transaction that spends from them.
    """
    row = tx.row(
        "SELECT r.epoch, r.cost_cap AS run_cost, r.call_cap AS run_calls, p.cost_cap, p.call_cap,"
        " ifnull(a.settled, 0) AS run_settled, ifnull(a.held, 0) AS run_held, ifnull(a.calls, 0) AS run_sent,"
        " ifnull(b.settled, 0) AS settled, ifnull(b.held, 0) AS held, ifnull(b.calls, 0) AS sent"
        " FROM run r JOIN project p ON p.id=:project"
        " LEFT JOIN ledger_total a ON a.scope='run' AND a.scope_id=r.id"
        " LEFT JOIN ledger_total b ON b.scope='project' AND b.scope_id=p.id WHERE r.id=:run",
        {"run": run_id, "project": project_id},
    )
    assert row is not None
    if row["epoch"] != epoch:
        raise LeaseLostError("Another worker has taken this run over.", "It goes on there.")
    of_run = Spent(row["run_settled"], row["run_held"], row["run_sent"])
    check("run", Caps(row["run_cost"], row["run_calls"]), of_run, hold)
    check("project", Caps(row["cost_cap"], row["call_cap"]), Spent(row["settled"], row["held"], row["sent"]), hold)


def reserve(
    tx: Tx,
    requests: Sequence[int],
    *,
    run_id: str,
    project_id: str,
    epoch: int,
    stage: str,
    hold: int,
    price: Price,
    at: float,
    batch_id: str | None = None,
) -> int:
    """Hold the money for one call at every level and write its attempt; raises BudgetExceededError.

    A call that fetches several answers serves several requests; the first of them stands in the attempt.
    """
    check_caps(tx, run_id, project_id, epoch, hold)
    for request_id in requests:
        tx.run("UPDATE request SET state='reserved', error='' WHERE id=?", (request_id,))
    attempt_id = tx.insert(
        "INSERT INTO attempt(request_id, run_id, project_id, stage, epoch, state, hold, price_input, price_output,"
        " price_cached, price_reasoning, price_model, price_source, sent_at, answers, batch_id)"
        " VALUES (?,?,?,?,?,'reserved',?,?,?,?,?,?,?,?,?,?)",
        (
            requests[0],
            run_id,
            project_id,
            stage,
            epoch,
            hold,
            price.input,
            price.output,
            price.cached,
            price.reasoning,
            price.matched,
            price.source,
            at,
            len(requests),
            batch_id,
        ),
    )
    for position, request_id in enumerate(requests[1:], start=1):
        tx.run("INSERT INTO attempt_share VALUES (?,?,?)", (attempt_id, request_id, position))
    return attempt_id


def requests_of(tx: Tx, attempt_id: int) -> list[int]:
    """The requests that an attempt serves, in the order of its answers."""
    rows = tx.rows(
        "SELECT request_id, 0 AS position FROM attempt WHERE id=:a UNION ALL"
        " SELECT request_id, position FROM attempt_share WHERE attempt_id=:a ORDER BY position",
        {"a": attempt_id},
    )
    return [row["request_id"] for row in rows]


def settle(tx: Tx, attempt_id: int, reply: Reply, charge: Charge, at: float) -> None:
    """Store the answers and their cost and free the hold. A late answer of an attempt in doubt settles it too.

    How an answer ended decides the state of its request here, before anybody reads what it says.
    """
    usage = charge.usage
    row = tx.row(
        "UPDATE attempt SET state='settled', cost=?, prompt_tokens=?, completion_tokens=?, cached_tokens=?,"
        " reasoning_tokens=?, measured=?, flag=iif(?='' AND state='in_doubt', 'answered late', ?), ended_at=?,"
        " latency_ms=?, error_code='', error=''"
        " WHERE id=? AND state IN ('reserved','in_doubt') RETURNING request_id, answers",
        (
            charge.cost,
            usage.prompt if usage else None,
            usage.completion if usage else None,
            usage.cached if usage else None,
            usage.reasoning if usage else None,
            int(charge.measured),
            charge.flag,
            charge.flag,
            at,
            reply.latency_ms,
            attempt_id,
        ),
    )
    if row is None:
        return
    _store_answer(tx, row["request_id"], Further(reply.text, reply.finish_reason, reply.refusal), reply, reply.raw, at)
    if row["answers"] > 1:
        for request_id, answer in zip(requests_of(tx, attempt_id)[1:], reply.further, strict=False):
            _store_answer(tx, request_id, answer, reply, "", at)
        _free_unanswered(tx, attempt_id)


def _store_answer(tx: Tx, request_id: int, answer: Further, reply: Reply, raw: str, at: float) -> None:
    reason = "refusal" if answer.refusal and not answer.text else answer.finish_reason
    flaw = flaw_of(reason)
    state, error = (flaw.state, flaw.message) if flaw else ("settled", "")
    tx.run(
        "UPDATE request SET state=?, reply=?, finish_reason=?, reply_model=?, raw=?, settled_at=?, error=?"
        " WHERE id=? AND reply IS NULL",
        (state, answer.text, reason, reply.model, raw, at, error, request_id),
    )


def _free_unanswered(tx: Tx, attempt_id: int) -> None:
    """Requests for which a shared call brought no answer are open again."""
    tx.run(
        "UPDATE request SET state='planned' WHERE state='reserved' AND reply IS NULL AND id IN"
        " (SELECT request_id FROM attempt_share WHERE attempt_id=?)",
        (attempt_id,),
    )


def close(tx: Tx, attempt_id: int, *, billed: bool, code: str, error: str, raw: str, at: float) -> None:
    """End an attempt without a usable answer: what may have been billed stays charged at the hold."""
    row = tx.row(
        "UPDATE attempt SET state=?, cost=iif(?, hold, 0), error_code=?, error=?, ended_at=?, flag=iif(?, 'charged at"
        " the hold', '') WHERE id=? AND state='reserved' RETURNING request_id",
        (AttemptState.SETTLED if billed else AttemptState.RELEASED, billed, code, error, at, billed, attempt_id),
    )
    if row is None:
        return
    tx.run(
        "UPDATE request SET state='failed', error=?, raw=ifnull(nullif(?, ''), raw) WHERE id=? AND reply IS NULL",
        (error, raw, row["request_id"]),
    )
    _free_unanswered(tx, attempt_id)


def mark_in_doubt(tx: Tx, run_id: str, before_epoch: int) -> int:
    """Book calls that an earlier worker sent and never settled at their full hold; how many.

    Calls of a batch are not in doubt: the provider keeps its answers for whoever asks for the batch.
    """
    rows = tx.rows(
        "UPDATE attempt SET state='in_doubt', cost=hold, flag='in doubt'"
        " WHERE run_id=? AND state='reserved' AND epoch<? AND batch_id IS NULL RETURNING id",
        (run_id, before_epoch),
    )
    lost = json.dumps([row["id"] for row in rows])
    tx.run(
        "UPDATE request SET state='in_doubt' WHERE reply IS NULL AND id IN ("
        "SELECT request_id FROM attempt WHERE id IN (SELECT value FROM json_each(:lost)) UNION "
        "SELECT request_id FROM attempt_share WHERE attempt_id IN (SELECT value FROM json_each(:lost)))",
        {"lost": lost},
    )
    return len(rows)


def doubts_of(tx: Tx, request_id: int) -> int:
    """How many attempts of the request are in doubt."""
    return int(
        tx.value(
            "SELECT count(*) FROM attempt WHERE state='in_doubt' AND (request_id=:r OR id IN"
            " (SELECT attempt_id FROM attempt_share WHERE request_id=:r))",
            {"r": request_id},
        )
    )


def is_out_for_another(tx: Tx, request_id: int, run_id: str, at: float) -> bool:
    """Does a worker that is alive wait for the answer on behalf of another run? Batches do not count: they may take
    a day."""
    found = tx.value(
        "SELECT count(*) FROM attempt a JOIN run r ON r.id=a.run_id WHERE a.id IN (SELECT id FROM attempt WHERE"
        " request_id=:request UNION SELECT attempt_id FROM attempt_share WHERE request_id=:request) AND"
        " a.state='reserved' AND a.batch_id IS NULL AND a.epoch=r.epoch AND r.id<>:run AND r.state='running' AND"
        " r.lease_until>:at",
        {"request": request_id, "run": run_id, "at": at},
    )
    return bool(found)


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
