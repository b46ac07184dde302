"""Rows of votes, and which nodes wait for one."""

from __future__ import annotations

from core.domain.taxonomy import Dispute, Node, NodeKind, Verdict, Vote
from core.store import sequences
from core.store.database import Tx

_NEXT_OPEN = (
    "SELECT n.* FROM node n WHERE n.project_id=? AND n.state='proposed' AND n.place > ? AND n.id!=?"
    " AND (? IS NULL OR n.kind=?) AND NOT EXISTS (SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=?"
    " AND v.node_version=n.meaning) ORDER BY n.place LIMIT 1"
)


def cast(tx: Tx, node: Node, person: str, verdict: Verdict, note: str, at: float) -> None:
    """Record a vote on the node's present meaning; a second vote of the same person replaces the first."""
    tx.run(
        "INSERT INTO vote(id, node_id, person, verdict, note, node_version, at) VALUES (?,?,?,?,?,?,?)"
        " ON CONFLICT(node_id, person, node_version) DO UPDATE SET verdict=excluded.verdict, note=excluded.note,"
        " at=excluded.at",
        (sequences.take(tx, "vote"), node.id, person, verdict, note, node.meaning, at),
    )


def of(tx: Tx, node: Node) -> list[Vote]:
    """Votes on the node's present meaning, oldest first."""
    rows = tx.rows("SELECT * FROM vote WHERE node_id=? AND node_version=? ORDER BY id", (node.id, node.meaning))
    return [Vote.model_validate(row) for row in rows]


def set_dispute(tx: Tx, node_id: int, dispute: Dispute) -> None:
    """How far the voters disagree."""
    tx.run("UPDATE node SET dispute=? WHERE id=? AND dispute!=?", (dispute, node_id, dispute))


def next_open(tx: Tx, project_id: str, after: int, kind: NodeKind | None = None, person: str = "") -> Node | None:
    """The next proposed node in reading order after node `after` (0 = from the start), around the end.

    Nodes on whose present meaning `person` has voted are passed over.
    """
    place = tx.value("SELECT place FROM node WHERE id=? AND project_id=?", (after, project_id))
    for low in (place, "") if place else ("",):
        found = tx.row(_NEXT_OPEN, (project_id, low, after, kind, kind, person))
        if found:
            return Node.model_validate(found)
    return None
