"""The names and synonyms of every node under their near keys: what probably means the same is found by index.

`refresh` brings everything up to date that nodes are found by, the index of `node_index` too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from core.domain.naming import near_key
from core.domain.taxonomy import Node
from core.store import node_index
from core.store.database import Tx

_CHUNK = 500


def fill(tx: Tx) -> None:
    """Write the terms of every project anew, for a migration; `refresh` is for everything else."""
    tx.run("DELETE FROM node_term")
    _insert(tx, tx.rows("SELECT id, project_id, name, synonyms FROM node"))


def refresh(tx: Tx, node_ids: Iterable[int]) -> None:
    """Write anew what these nodes are found by; nodes that are gone have nothing."""
    wanted = list(node_ids)
    node_index.refresh(tx, wanted)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        tx.run(f"DELETE FROM node_term WHERE node_id IN ({marks})", part)  # noqa: S608 - marks only
        _insert(tx, tx.rows(f"SELECT id, project_id, name, synonyms FROM node WHERE id IN ({marks})", part))  # noqa: S608


def add(tx: Tx, project_id: str, named: Iterable[tuple[int, str, Sequence[str]]]) -> None:
    """Write the terms of nodes that have none yet: (id, name, synonyms)."""
    pairs = {(near_key(word), node_id) for node_id, name, synonyms in named for word in (name, *synonyms)}
    tx.many(
        "INSERT INTO node_term(project_id, key, node_id) VALUES (?,?,?)",
        [(project_id, *pair) for pair in sorted(pairs)],
    )


def _insert(tx: Tx, rows: Iterable[dict[str, object]]) -> None:
    named: dict[str, list[tuple[int, str, Sequence[str]]]] = {}
    for row in rows:
        node_id = int(str(row["id"]))
        named.setdefault(str(row["project_id"]), []).append(
            (node_id, str(row["name"]), json.loads(str(row["synonyms"])))
        )
    for project_id, part in named.items():
        add(tx, project_id, part)


def child_like(tx: Tx, project_id: str, parent_id: int | None, name: str) -> Node | None:
    """The child of `parent_id`, removed ones too, of which a name or synonym has the same near key as `name`."""
    row = tx.row(
        "SELECT n.* FROM node_term t JOIN node n ON n.id=t.node_id WHERE t.project_id=? AND t.key=?"
        " AND n.parent_id IS ? ORDER BY n.state='removed', n.id LIMIT 1",
        (project_id, near_key(name), parent_id),
    )
    return Node.model_validate(row) if row else None
