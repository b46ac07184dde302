"""Rows of runs and their items: the queue, the lease, the progress."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.plans import PlanKind
from core.domain.records import Item, Run
from core.domain.states import RUN_MOVES, ItemState, RunState, move
from core.errors import LeaseLostError, NotFoundError
from core.store.database import Tx


def packed(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Items as they are stored, worked out before the lock is taken."""
    return [json.dumps(spec, ensure_ascii=False) for spec in specs]


def insert(tx: Tx, run: Mapping[str, Any], specs: Sequence[Mapping[str, Any]], token: str) -> None:
    """The same as `insert_packed` for a few items."""
    insert_packed(tx, run, packed(specs), token)


def insert_packed(tx: Tx, run: Mapping[str, Any], specs: Sequence[str], token: str) -> None:
    """Queue a run with all its items. `run` holds the columns; a used token raises IntegrityError."""
    tx.run(
        "INSERT INTO run(id, project_id, kind, title, plan, preview, state, cost_cap, call_cap, n_items, created_by,"
        " created_at, token) VALUES (:id,:project_id,:kind,:title,:plan,:preview,'queued',:cost_cap,:call_cap,:n,"
        ":created_by,:created_at,:token)",
        {**run, "n": len(specs), "token": token},
    )
    tx.many(
        "INSERT INTO item(run_id, idx, spec, state) VALUES (?,?,?,'planned')",
        [(run["id"], idx, spec) for idx, spec in enumerate(specs)],
    )


def find_by_token(tx: Tx, token: str) -> Run | None:
    """The run that this form already made."""
    row = tx.row("SELECT * FROM run WHERE token=?", (token,))
    return Run.model_validate(row) if row else None


def get(tx: Tx, run_id: str, project_id: str | None = None) -> Run:
    """The run; raises NotFoundError."""
    row = tx.row("SELECT * FROM run WHERE id=? AND (? IS NULL OR project_id=?)", (run_id, project_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no run {run_id} in this project.", "Choose one from the list of runs.")
    return Run.model_validate(row)


def page(tx: Tx, project_id: str, *, before: str = "", size: int = 20, previews: bool = False) -> list[Run]:
    """Newest first, older than run `before`."""
    rows = tx.rows(
        "SELECT * FROM run WHERE project_id=? AND (?='' OR id<?) AND (? OR NOT preview) ORDER BY id DESC LIMIT ?",
        (project_id, before, before, previews, size),
    )
    return [Run.model_validate(row) for row in rows]


def of_kind(tx: Tx, project_id: str, kind: PlanKind, *, size: int) -> list[Run]:
    """The newest runs that make this, newest first."""
    rows = tx.rows("SELECT * FROM run WHERE project_id=? AND kind=? ORDER BY id DESC LIMIT ?", (project_id, kind, size))
    return [Run.model_validate(row) for row in rows]


def active(tx: Tx, project_id: str | None = None) -> list[Run]:
    """Queued and running ones, oldest first."""
    rows = tx.rows(
        "SELECT * FROM run WHERE state IN ('queued','running') AND (? IS NULL OR project_id=?) ORDER BY id",
        (project_id, project_id),
    )
    return [Run.model_validate(row) for row in rows]


def claim(tx: Tx, owner: str, at: float, lease: float, *, only: str = "") -> Run | None:
    """Take the oldest run that waits or whose worker is gone; its epoch grows. None when there is nothing to do."""
    row = tx.row(
        "UPDATE run SET state='running', owner=?, epoch=epoch+1, lease_until=?, started_at=ifnull(started_at, ?),"
        " ended_at=NULL, reason='', hint='' WHERE id=(SELECT id FROM run WHERE (state='queued' OR (state='running' AND"
        " lease_until<?)) AND (?='' OR id=?) ORDER BY preview DESC, id LIMIT 1) RETURNING *",
        (owner, at + lease, at, at, only, only),
    )
    return Run.model_validate(row) if row else None


def release_orphans(tx: Tx, owners_like: str) -> int:
    """End the leases of workers that are known to be dead, so that nobody waits for them to run out; how many."""
    return tx.run("UPDATE run SET lease_until=0 WHERE state='running' AND owner LIKE ?", (owners_like,))


def beat(tx: Tx, run: Run, at: float, lease: float, waits_for: str = "") -> Run | None:
    """Prolong the lease and say what the run waits for; the run as it is now, or None if another worker has it."""
    row = tx.row(
        "UPDATE run SET lease_until=?, reason=? WHERE id=? AND epoch=? AND state='running' RETURNING *",
        (at + lease, waits_for, run.id, run.epoch),
    )
    return Run.model_validate(row) if row else None


def finish(tx: Tx, run: Run, state: RunState, at: float, reason: str = "", hint: str = "") -> bool:
    """End a run that this worker still holds; False if another one has taken it."""
    move(RUN_MOVES, "The run", RunState.RUNNING, state)
    return bool(
        tx.run(
            "UPDATE run SET state=?, ended_at=?, reason=?, hint=?, owner='', lease_until=0, cancel=0, offline=''"
            " WHERE id=? AND epoch=? AND state='running'",
            (state, at, reason, hint, run.id, run.epoch),
        )
    )


def must_hold(tx: Tx, run: Run) -> None:
    """Raise LeaseLostError if another worker has taken the run over: nothing is kept twice."""
    if tx.value("SELECT epoch FROM run WHERE id=?", (run.id,)) != run.epoch:
        raise LeaseLostError("Another worker has taken this run over.", "It goes on there.")


def shift(tx: Tx, run: Run, state: RunState) -> bool:
    """Move a run that no worker holds (resume, cancel while queued); False if it moved meanwhile."""
    move(RUN_MOVES, "The run", run.state, state)
    return bool(tx.run("UPDATE run SET state=?, cancel=0 WHERE id=? AND state=?", (state, run.id, run.state)))


def ask_cancel(tx: Tx, run_id: str) -> None:
    """Tell the worker to stop after the calls under way."""
    tx.run("UPDATE run SET cancel=1 WHERE id=? AND state='running'", (run_id,))


def set_caps(tx: Tx, run_id: str, cost_cap: int | None, call_cap: int | None) -> None:
    """Raise or lower the caps of a run."""
    tx.run("UPDATE run SET cost_cap=?, call_cap=? WHERE id=?", (cost_cap, call_cap, run_id))


def end_item(
    tx: Tx,
    run_id: str,
    idx: int,
    state: ItemState,
    at: float,
    *,
    error: str = "",
    hint: str = "",
    products: Sequence[object] = (),
    before: ItemState = ItemState.PLANNED,
    request: int | None = None,
) -> bool:
    """Give an item its final state once; False if it already has one. `before` is the state it must be in.

    `request` is the one whose answer could not be used.
    """
    return bool(
        tx.run(
            "UPDATE item SET state=?, error=?, hint=?, products=?, ended_at=?, request_id=? WHERE run_id=? AND idx=?"
            " AND state=?",
            (state, error, hint, json.dumps(list(products)), at, request, run_id, idx, before),
        )
    )


def set_spec(tx: Tx, run_id: str, idx: int, spec: Mapping[str, Any]) -> None:
    """Settle what an item left open, before its first call."""
    tx.run(
        "UPDATE item SET spec=? WHERE run_id=? AND idx=? AND state='planned'",
        (json.dumps(spec, ensure_ascii=False), run_id, idx),
    )


def retry_items(tx: Tx, run_id: str, *, states: Sequence[ItemState] = (), errors: Sequence[str] | None = None) -> int:
    """Put items without a result back to planned, all or those in `states` and with one of `errors`; how many.

    An answer that could not be used gives its key free and stays on record, so that it is asked for once more, also
    when another run was the first to ask for it; usable answers of the same items are taken again unpaid.
    """
    rows = tx.rows(
        "UPDATE item SET state='planned', error='', hint='', ended_at=NULL WHERE run_id=:run AND state NOT IN"
        " ('planned','done','known') AND (:states='[]' OR state IN (SELECT value FROM json_each(:states))) AND"
        " (:errors='null' OR error IN (SELECT value FROM json_each(:errors))) RETURNING idx, request_id",
        {"run": run_id, "states": _listed(states), "errors": json.dumps(errors)},
    )
    items, requests = (json.dumps([row[name] for row in rows]) for name in ("idx", "request_id"))
    tx.run(
        "UPDATE request SET key=key || ':' || id WHERE (id IN (SELECT value FROM json_each(:requests)) OR (run_id=:run"
        " AND item_idx IN (SELECT value FROM json_each(:items)))) AND reply IS NOT NULL"
        " AND state IN ('invalid','truncated','refused','filtered') AND instr(key, ':')=0",
        {"run": run_id, "items": items, "requests": requests},
    )
    tx.run(
        "UPDATE request SET state='planned', error='' WHERE reply IS NULL AND state IN ('failed','in_doubt') AND"
        " run_id=:run AND item_idx IN (SELECT value FROM json_each(:items))",
        {"run": run_id, "items": items},
    )
    return len(rows)


def _listed(states: Sequence[ItemState]) -> str:
    return json.dumps([state.value for state in states])


def reasons(tx: Tx, run_id: str, *, size: int) -> list[dict[str, Any]]:
    """Items without a result by state and error, the most frequent first, each group with one of its hints."""
    return tx.rows(
        "SELECT state, error, max(hint) AS hint, count(*) AS n FROM item WHERE run_id=? AND state NOT IN"
        " ('planned','done','known') GROUP BY state, error ORDER BY n DESC, state, error LIMIT ?",
        (run_id, size),
    )


def progress(tx: Tx, run_id: str) -> dict[ItemState, int]:
    """Number of items by state."""
    rows = tx.rows("SELECT state, count(*) AS n FROM item WHERE run_id=? GROUP BY state", (run_id,))
    return {ItemState(row["state"]): row["n"] for row in rows}


def progress_by_part(tx: Tx, run_id: str) -> dict[int, dict[ItemState, int]]:
    """Number of items by part of the plan and state."""
    rows = tx.rows(
        "SELECT ifnull(json_extract(spec, '$.part'), 0) AS part, state, count(*) AS n FROM item WHERE run_id=?"
        " GROUP BY part, state",
        (run_id,),
    )
    found: dict[int, dict[ItemState, int]] = {}
    for row in rows:
        found.setdefault(int(row["part"]), {})[ItemState(row["state"])] = row["n"]
    return found


def items(
    tx: Tx,
    run_id: str,
    *,
    states: Sequence[ItemState] = (),
    errors: Sequence[str] | None = None,
    after: int = -1,
    size: int = 50,
) -> list[Item]:
    """Items by index, filtered by state (empty = all) and by error (None = any)."""
    rows = tx.rows(
        "SELECT * FROM item WHERE run_id=:r AND idx>:a AND (:s='[]' OR state IN (SELECT value FROM json_each(:s)))"
        " AND (:e='null' OR error IN (SELECT value FROM json_each(:e))) ORDER BY idx LIMIT :n",
        {"r": run_id, "a": after, "s": _listed(states), "e": json.dumps(errors), "n": size},
    )
    return [Item.model_validate(row) for row in rows]


def item(tx: Tx, run_id: str, idx: int) -> Item | None:
    """One item."""
    row = tx.row("SELECT * FROM item WHERE run_id=? AND idx=?", (run_id, idx))
    return Item.model_validate(row) if row else None


def read_again(tx: Tx, run: Run) -> bool:
    """Queue an ended run for reading stored answers again; its state is kept to return to. False if it moved."""
    return bool(
        tx.run(
            "UPDATE run SET offline=state, state='queued', cancel=0 WHERE id=? AND state=? AND state NOT IN"
            " ('queued','running')",
            (run.id, run.state),
        )
    )


def leave_unread(tx: Tx, run: Run) -> bool:
    """Take a run that waits for reading out of the queue, back to the state it had; False if a worker has it."""
    return bool(
        tx.run(
            "UPDATE run SET state=offline, offline='', cancel=0 WHERE id=? AND state='queued' AND offline!=''",
            (run.id,),
        )
    )


def reopen(tx: Tx, run_id: str) -> None:
    """Queue a run of any inactive state, because items of it were put back."""
    tx.run("UPDATE run SET state='queued', cancel=0 WHERE id=? AND state NOT IN ('queued','running')", (run_id,))


def interrupt_all(tx: Tx, reason: str, hint: str) -> None:
    """Stop every active run where it stands, after a restore."""
    tx.run(
        "UPDATE run SET state=iif(offline='', 'interrupted', offline), offline='', owner='', lease_until=0, cancel=0,"
        " reason=?, hint=? WHERE state IN ('queued','running')",
        (reason, hint),
    )
