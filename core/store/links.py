"""Relations of a node beside the tree, as a thesaurus has them."""

from __future__ import annotations

from core.domain.taxonomy import NodeLink
from core.store import sequences
from core.store.database import Tx


def of(tx: Tx, node_id: int) -> list[NodeLink]:
    """Links of one node."""
    return [
        NodeLink.model_validate(row)
        for row in tx.rows("SELECT * FROM node_link WHERE node_id=? ORDER BY id", (node_id,))
    ]


def to(tx: Tx, node_id: int) -> list[NodeLink]:
    """Links that lead to a node."""
    rows = tx.rows("SELECT * FROM node_link WHERE target_id=? ORDER BY id", (node_id,))
    return [NodeLink.model_validate(row) for row in rows]


def between(tx: Tx, node_id: int, target_id: int) -> set[str]:
    """The relations that lead from one node to the other."""
    rows = tx.rows("SELECT relation FROM node_link WHERE node_id=? AND target_id=?", (node_id, target_id))
    return {str(row["relation"]) for row in rows}


def find(tx: Tx, project_id: str, link_id: int) -> NodeLink | None:
    """One link, if it is there."""
    row = tx.row("SELECT * FROM node_link WHERE id=? AND project_id=?", (link_id, project_id))
    return NodeLink.model_validate(row) if row else None


def every(tx: Tx, project_id: str) -> list[NodeLink]:
    """Links of a whole project, by node."""
    rows = tx.rows("SELECT * FROM node_link WHERE project_id=? ORDER BY node_id, id", (project_id,))
    return [NodeLink.model_validate(row) for row in rows]


def add(
    tx: Tx, project_id: str, node_id: int, relation: str, *, target_id: int | None = None, target_uri: str = ""
) -> bool:
    """Add a link; False if it is there already."""
    return bool(
        tx.run(
            "INSERT INTO node_link(id, project_id, node_id, relation, target_id, target_uri) VALUES (?,?,?,?,?,?)"
            " ON CONFLICT DO NOTHING",
            (sequences.take(tx, "node_link"), project_id, node_id, relation, target_id, target_uri),
        )
    )


def remove(tx: Tx, link_id: int) -> None:
    """Take a link away."""
    tx.run("DELETE FROM node_link WHERE id=?", (link_id,))
