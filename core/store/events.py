"""The append-only history: who did what, when, with the value before and after, chained by hashes."""

from __future__ import annotations

import hashlib
import json

from core.domain.entity import Entity
from core.store.database import Tx

_START = "0" * 64


class Event(Entity):
    """One row of the history; `before` and `after` are JSON texts or None."""

    id: int
    project_id: str
    at: float
    person: str
    kind: str
    entity: str
    entity_id: str
    before: str | None
    after: str | None
    batch: str
    previous: str
    hash: str


_HASHED = ("previous", "project_id", "at", "person", "kind", "entity", "entity_id", "before", "after", "batch")


def _digest(fields: list[object]) -> str:
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def append(
    tx: Tx,
    project_id: str,
    person: str,
    at: float,
    kind: str,
    entity: tuple[str, object],
    *,
    before: object = None,
    after: object = None,
    batch: str = "",
) -> int:
    """Write one event in the caller's transaction; the id of the event."""
    what, ident = entity
    texts = [None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in (before, after)]
    previous = tx.value("SELECT hash FROM event ORDER BY id DESC LIMIT 1") or _START
    fields: list[object] = [previous, project_id, float(at), person, kind, what, str(ident), *texts, batch]
    return tx.insert(
        "INSERT INTO event(previous, project_id, at, person, kind, entity, entity_id, before, after, batch, hash)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        [*fields, _digest(fields)],
    )


def page(
    tx: Tx, project_id: str, *, entity: str = "", entity_id: str = "", below: int = 0, size: int = 50
) -> list[Event]:
    """Newest first, at most `size`, older than event `below` (0 = from the newest)."""
    rows = tx.rows(
        "SELECT * FROM event WHERE project_id=:p AND (:e='' OR (entity=:e AND entity_id=:i)) AND (:b=0 OR id<:b)"
        " ORDER BY id DESC LIMIT :n",
        {"p": project_id, "e": entity, "i": entity_id, "b": below, "n": size},
    )
    return [Event.model_validate(row) for row in rows]


def broken_link(tx: Tx) -> int | None:
    """Id of the first event whose hash does not follow from its content and predecessor, or None."""
    previous = _START
    for row in tx.each("SELECT * FROM event ORDER BY id"):
        if row["previous"] != previous or row["hash"] != _digest([row[name] for name in _HASHED]):
            return int(row["id"])
        previous = row["hash"]
    return None
