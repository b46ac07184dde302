"""The names and synonyms of every node under their near keys: what probably means the same is found by index.

`refresh` brings everything up to date that nodes are found by, the index of `node_index` too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from core.domain import finding
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
    add_keys(tx, project_id, [(near_key(word), i) for i, name, synonyms in named for word in (name, *synonyms)])


def add_keys(tx: Tx, project_id: str, pairs: Iterable[tuple[str, int]]) -> None:
    """The same for near keys that are known already: (key, id)."""
    tx.many(
        "INSERT INTO node_term(project_id, key, node_id) VALUES (?,?,?)",
        [(project_id, *pair) for pair in sorted(set(pairs))],
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


def children_like(tx: Tx, project_id: str, parent_id: int | None, name: str) -> list[Node]:
    """The live children of `parent_id` of which a name or synonym has the same near key as `name`."""
    rows = tx.rows(
        "SELECT n.* FROM node_term t JOIN node n ON n.id=t.node_id WHERE t.project_id=? AND t.key=?"
        " AND n.parent_id IS ? AND n.state!='removed' ORDER BY n.position, n.id",
        (project_id, near_key(name), parent_id),
    )
    return [Node.model_validate(row) for row in rows]


def shared_keys(tx: Tx, project_id: str, after: str, size: int) -> list[str]:
    """Near keys that more than one node has, behind `after`, at most `size`; the nodes may be removed ones."""
    rows = tx.rows(
        "SELECT key FROM node_term WHERE project_id=? AND key>? GROUP BY key HAVING count(*)>1 ORDER BY key LIMIT ?",
        (project_id, after, size),
    )
    return [str(row["key"]) for row in rows]


def live_with(tx: Tx, project_id: str, key: str, limit: int) -> list[Node]:
    """Live nodes with this near key in reading order, at most `limit`."""
    rows = tx.rows(
        "SELECT n.* FROM node_term t JOIN node n ON n.id=t.node_id WHERE t.project_id=? AND t.key=?"
        " AND n.state!='removed' ORDER BY n.place LIMIT ?",
        (project_id, key, limit),
    )
    return [Node.model_validate(row) for row in rows]


def with_piece(tx: Tx, project_id: str, piece: str, limit: int) -> dict[int, tuple[str, ...]]:
    """Names and synonyms of live nodes, at most `limit`, of which one holds `piece`, of three letters or more."""
    quoted = '"' + finding.within(piece).replace('"', '""') + '"'
    rows = tx.rows(
        "SELECT n.id, n.name, n.synonyms FROM node_fts f CROSS JOIN node n ON n.id=f.rowid"
        " WHERE node_fts MATCH ? AND n.project_id=? AND n.state!='removed' LIMIT ?",
        (quoted, project_id, limit),
    )
    return {int(row["id"]): (str(row["name"]), *json.loads(str(row["synonyms"]))) for row in rows}


def told_apart(tx: Tx, node_ids: Sequence[int]) -> set[tuple[int, int]]:
    """The pairs among these nodes that somebody told to be different, the smaller id first."""
    marks = ",".join("?" * len(node_ids))
    rows = tx.rows(f"SELECT one, other FROM not_alike WHERE one IN ({marks})", list(node_ids))  # noqa: S608 - marks only
    chosen = set(node_ids)
    return {(row["one"], row["other"]) for row in rows if row["other"] in chosen}


def child_like(tx: Tx, project_id: str, parent_id: int | None, name: str) -> Node | None:
    """The child of `parent_id`, removed ones too, of which a name or synonym has the same near key as `name`."""
    row = tx.row(
        "SELECT n.* FROM node_term t JOIN node n ON n.id=t.node_id WHERE t.project_id=? AND t.key=?"
        " AND n.parent_id IS ? ORDER BY n.state='removed', n.id LIMIT 1",
        (project_id, near_key(name), parent_id),
    )
    return Node.model_validate(row) if row else None
