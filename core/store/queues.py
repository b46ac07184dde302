"""Rows of queues: who has which sample in hand until when, where each person was, which keys they use."""

from __future__ import annotations

import json
from collections.abc import Mapping

from core.domain.queues import Place
from core.store.database import Tx


def release(tx: Tx, project_id: str, person: str) -> None:
    """End all leases of the person."""
    tx.run("DELETE FROM review_lease WHERE project_id=? AND person=?", (project_id, person))


def place(tx: Tx, project_id: str, person: str) -> Place | None:
    """Where the person was, if it is known."""
    text = tx.value("SELECT place FROM review_place WHERE project_id=? AND person=?", (project_id, person))
    return Place.from_json(text) if text else None


def keep_place(tx: Tx, project_id: str, person: str, kept: Place, at: float) -> None:
    """Remember it."""
    tx.run(
        "INSERT INTO review_place(project_id, person, place, at) VALUES (?,?,?,?)"
        " ON CONFLICT(project_id, person) DO UPDATE SET place=excluded.place, at=excluded.at",
        (project_id, person, kept.as_json(), at),
    )


def keys(tx: Tx, person: str) -> Mapping[str, str]:
    """Wish -> key, as far as the person chose."""
    text = tx.value("SELECT keys FROM review_keys WHERE person=?", (person,))
    return dict(json.loads(text)) if text else {}


def keep_keys(tx: Tx, person: str, chosen: Mapping[str, str]) -> None:
    """Remember them."""
    tx.run(
        "INSERT INTO review_keys(person, keys) VALUES (?,?) ON CONFLICT(person) DO UPDATE SET keys=excluded.keys",
        (person, json.dumps(dict(chosen))),
    )
