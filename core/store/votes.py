"""Rows of votes and of decisions over them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.taxonomy import Dispute, Node, NodeKind, Settlement, Verdict, Vote
from core.store import sequences
from core.store.database import Tx

_NEXT_OPEN = (
    "SELECT n.* FROM node n WHERE n.project_id=? AND n.state='proposed' AND n.place > ? AND n.id!=?"
    " AND (? IS NULL OR n.kind=?) AND NOT EXISTS (SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=?"
    " AND v.node_version=n.meaning) ORDER BY n.place LIMIT 1"
)
_CAST = (
    "INSERT INTO vote(id, node_id, person, verdict, note, node_version, at) {values}"
    " ON CONFLICT(node_id, person, node_version) DO UPDATE SET verdict=excluded.verdict, note=excluded.note,"
    " at=excluded.at"
)
_CAST_ONE = _CAST.format(values="VALUES (?,?,?,?,?,?,?)")
_CAST_MANY = _CAST.format(
    values="SELECT :first + j.key, n.id, :person, :verdict, '', n.meaning, :at"
    " FROM json_each(:ids) j JOIN node n ON n.id=j.value WHERE true"
)
_TALLIES = (
    "SELECT n.id, n.state, n.dispute, n.path, sum(v.verdict='keep') AS keeps, sum(v.verdict='remove') AS removes"
    " FROM node n JOIN vote v ON v.node_id=n.id AND v.node_version=n.meaning"
    " WHERE n.project_id=:p AND n.state!='removed' AND n.merged_into IS NULL AND {which} AND NOT EXISTS"
    " (SELECT 1 FROM settlement s WHERE s.node_id=n.id AND s.node_version=n.meaning) GROUP BY n.id ORDER BY n.path"
)
_TALLIES_OF_ALL = _TALLIES.format(which="true")
_TALLIES_OF_SOME = _TALLIES.format(which="n.id IN (SELECT value FROM json_each(:ids))")


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on the present meaning of a node that is not removed and that nobody settled."""

    node_id: int
    state: str
    dispute: str
    path: str
    keeps: int
    removes: int


def cast(tx: Tx, node: Node, person: str, verdict: Verdict, note: str, at: float) -> None:
    """Record a vote on the node's present meaning; a second vote of the same person replaces the first."""
    tx.run(_CAST_ONE, (sequences.take(tx, "vote"), node.id, person, verdict, note, node.meaning, at))


def cast_many(tx: Tx, node_ids: Sequence[int], person: str, verdict: Verdict, at: float) -> None:
    """The same for many nodes at once, without a note."""
    if node_ids:
        first = sequences.take(tx, "vote", len(node_ids))
        row = {"first": first, "person": person, "verdict": verdict, "at": float(at), "ids": json.dumps(list(node_ids))}
        tx.run(_CAST_MANY, row)


def of(tx: Tx, node: Node) -> list[Vote]:
    """Votes on the node's present meaning, oldest first."""
    rows = tx.rows("SELECT * FROM vote WHERE node_id=? AND node_version=? ORDER BY id", (node.id, node.meaning))
    return [Vote.model_validate(row) for row in rows]


def tallies(tx: Tx, project_id: str, node_ids: Sequence[int] | None = None) -> list[Tally]:
    """How the votes stand on these nodes, or on all that have any; parents first."""
    if node_ids is None:
        rows = tx.rows(_TALLIES_OF_ALL, {"p": project_id})
    else:
        rows = tx.rows(_TALLIES_OF_SOME, {"p": project_id, "ids": json.dumps(list(node_ids))})
    return [Tally(r["id"], r["state"], r["dispute"], r["path"], r["keeps"], r["removes"]) for r in rows]


def set_dispute(tx: Tx, node_id: int, dispute: Dispute) -> None:
    """How far the voters disagree."""
    tx.run("UPDATE node SET dispute=? WHERE id=? AND dispute!=?", (dispute, node_id, dispute))


def settlement(tx: Tx, node: Node) -> Settlement | None:
    """The decision over the votes on the node's present meaning, if there is one."""
    row = tx.row("SELECT * FROM settlement WHERE node_id=? AND node_version=?", (node.id, node.meaning))
    return Settlement.model_validate(row) if row else None


def settle(tx: Tx, node: Node, person: str, verdict: Verdict, note: str, at: float) -> None:
    """Record the decision; it takes the place of an earlier one."""
    unsettle(tx, node)
    tx.run(
        "INSERT INTO settlement(id, node_id, person, verdict, note, node_version, at) VALUES (?,?,?,?,?,?,?)",
        (sequences.take(tx, "settlement"), node.id, person, verdict, note, node.meaning, float(at)),
    )


def unsettle(tx: Tx, node: Node) -> None:
    """The votes say something else by now: the decision over them is void."""
    tx.run("DELETE FROM settlement WHERE node_id=? AND node_version=?", (node.id, node.meaning))


def unsettle_many(tx: Tx, node_ids: Sequence[int]) -> None:
    """The same for many nodes at once."""
    tx.run(
        "DELETE FROM settlement WHERE node_id IN (SELECT value FROM json_each(?))"
        " AND node_version=(SELECT meaning FROM node WHERE id=node_id)",
        (json.dumps(list(node_ids)),),
    )


def set_disputes(tx: Tx, node_ids: Sequence[int], dispute: Dispute) -> None:
    """`set_dispute` for many nodes at once."""
    tx.run(
        "UPDATE node SET dispute=? WHERE id IN (SELECT value FROM json_each(?)) AND dispute!=?",
        (dispute, json.dumps(list(node_ids)), dispute),
    )


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
