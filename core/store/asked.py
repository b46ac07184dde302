"""Requests, each asked once under its key, and what became of their stored answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.call_records import Request
from core.domain.calls import Call
from core.domain.states import RequestState
from core.errors import NotFoundError
from core.store.database import Row, Tx


def get_request(tx: Tx, request_id: int) -> Request:
    """The request; raises NotFoundError."""
    row = tx.row("SELECT * FROM request WHERE id=?", (request_id,))
    if row is None:
        raise NotFoundError(f"There is no request {request_id}.", "Reload the page.")
    return Request.model_validate(row)


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that an item wants answered, under its key; `turn` is when work on the item began."""

    key: str
    item: int
    call: Call
    turn: float = 0.0


def open_request(
    tx: Tx, wish: Wish, *, project_id: str, run_id: str, connection: str, at: float
) -> tuple[int, Row | None]:
    """Insert the request if its key is new. Its id, and state, reply and finish_reason if it was there already."""
    known = tx.row("SELECT id, state, reply, finish_reason FROM request WHERE key=?", (wish.key,))
    if known:
        return known["id"], known
    call = wish.call
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": m.content} for m in call.messages],
        "temperature": call.temperature,
        "top_p": call.top_p,
        "max_tokens": call.max_tokens,
        "sample_index": call.sample_index,
        "schema": call.schema,
    }
    made = tx.insert(
        "INSERT INTO request(key, project_id, run_id, item_idx, stage, connection_id, model, body, template,"
        " template_hash, state, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,'planned',?)",
        (
            wish.key,
            project_id,
            run_id,
            wish.item,
            call.stage,
            connection,
            call.model,
            json.dumps(body, ensure_ascii=False),
            call.template,
            call.template_hash,
            at,
        ),
    )
    return made, None


def find_answer(tx: Tx, key: str) -> Row | None:
    """id, reply and finish_reason of the request with this key if its answer is stored."""
    return tx.row("SELECT id, reply, finish_reason FROM request WHERE key=? AND reply IS NOT NULL", (key,))


def maker_of(tx: Tx, request_id: int) -> Row:
    """Model, sampling and template of a request: what lineage says of it."""
    row = tx.row(
        "SELECT model, reply_model, template, template_hash, json_extract(body, '$.temperature') AS temperature,"
        " json_extract(body, '$.top_p') AS top_p FROM request WHERE id=?",
        (request_id,),
    )
    assert row is not None
    return row


def requests_of_item(tx: Tx, run_id: str, item: int) -> list[Request]:
    """Requests that this item was the first to ask."""
    rows = tx.rows("SELECT * FROM request WHERE run_id=? AND item_idx=? ORDER BY id", (run_id, item))
    return [Request.model_validate(row) for row in rows]


def set_state(tx: Tx, request_id: int, state: RequestState, error: str = "") -> None:
    """Say what became of an answer once it was read."""
    tx.run("UPDATE request SET state=?, error=? WHERE id=?", (state, error, request_id))


def mark_parsed(tx: Tx, request_ids: Sequence[int]) -> None:
    """Stored answers that were read, also those that could not be read before: a called tool stays what it is."""
    for request_id in request_ids:
        tx.run(
            "UPDATE request SET state='parsed', error='' WHERE id=? AND (state='settled' OR (state='invalid' AND"
            " ifnull(finish_reason, '') NOT IN ('tool_calls','function_call')))",
            (request_id,),
        )
