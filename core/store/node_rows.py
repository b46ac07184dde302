"""Nodes as lines of a tree: only what a line shows, and places as numbers among siblings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from core.store.database import Tx

_COLUMNS = """
SELECT n.id, n.name, n.kind, n.state, n.n_descendants, n.n_verified, n.dispute, n.times_seen, n.origin, {children},
  (SELECT count(*) FROM vote v WHERE v.node_id=n.id AND v.node_version=n.meaning) AS votes,
  n.state='proposed' AND NOT EXISTS (
    SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=:who AND v.node_version=n.meaning
  ) AS mine
"""
_ROWS = (
    _COLUMNS
    + """FROM (
  SELECT id FROM node INDEXED BY node_child WHERE project_id=:p AND parent_id IS :parent AND {shown}
  ORDER BY position, id LIMIT :limit OFFSET :offset
) page CROSS JOIN node n ON n.id=page.id ORDER BY n.position, n.id"""
)
_SOME = (
    _COLUMNS
    + "FROM (SELECT value AS id FROM json_each(:ids)) some CROSS JOIN node n ON n.id=some.id WHERE project_id=:p"
)
_TOTAL = "SELECT count(*) FROM node INDEXED BY node_child WHERE project_id=? AND parent_id IS ? AND {shown}"
_INDEX = _TOTAL + " AND (position, id) < (?, ?)"
_BELOW = "SELECT count(*) FROM node c WHERE c.project_id=:p AND c.parent_id=n.id AND c.merged_into IS NULL"
_LIVE = {"shown": "state!='removed'", "children": "n.n_children"}
_ALL = {"shown": "merged_into IS NULL", "children": f"({_BELOW}) AS n_children"}


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One line. `n_children` is how many lines opening it shows; `mine`: this person has still to vote."""

    id: int
    name: str
    kind: NodeKind
    state: NodeState
    n_children: int
    n_descendants: int
    n_verified: int
    votes: int
    quorum: int
    mine: bool
    dispute: str
    times_seen: int
    origin: str

    @property
    def has_children(self) -> bool:
        """Can it be opened?"""
        return self.n_children > 0


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some of the children of one node, and how many there are in all."""

    rows: tuple[TreeRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: whose child it is, None at the top, and which one, counted from 0."""

    parent: int | None
    index: int
    node: int


def children(
    tx: Tx, project_id: str, parent_id: int | None, offset: int, limit: int, *, person: str, removed: bool
) -> RowPage:
    """Children from number `offset` on, at most `limit`, in their order."""
    parts = _ALL if removed else _LIVE
    where: dict[str, object] = {"p": project_id, "parent": parent_id, "who": person, "limit": limit, "offset": offset}
    rows = _read(tx, project_id, _ROWS.format(**parts), where)
    return RowPage(rows, _total(tx, project_id, parent_id, removed=removed))


def some(tx: Tx, project_id: str, ids: Iterable[int], *, person: str) -> tuple[TreeRow, ...]:
    """The lines of some nodes, in no order."""
    where: dict[str, object] = {"p": project_id, "ids": json.dumps(list(ids)), "who": person}
    return _read(tx, project_id, _SOME.format(**_LIVE), where)


def _read(tx: Tx, project_id: str, sql: str, where: dict[str, object]) -> tuple[TreeRow, ...]:
    quorum = int(tx.value("SELECT quorum FROM project WHERE id=?", (project_id,)) or 1)
    return tuple(
        TreeRow(
            quorum=quorum,
            kind=NodeKind(row.pop("kind")),
            state=NodeState(row.pop("state")),
            mine=bool(row.pop("mine")),
            **row,
        )
        for row in tx.rows(sql, where)
    )


def _total(tx: Tx, project_id: str, parent_id: int | None, *, removed: bool) -> int:
    if parent_id is not None and not removed:
        return int(tx.value("SELECT n_children FROM node WHERE id=? AND project_id=?", (parent_id, project_id)) or 0)
    shown = (_ALL if removed else _LIVE)["shown"]
    return int(tx.value(_TOTAL.format(shown=shown), (project_id, parent_id)))


def reveal(tx: Tx, project_id: str, node_id: int, *, removed: bool) -> tuple[Place, ...]:
    """Parent and number of the node and of each of its ancestors, from the top; empty if the tree does not show it."""
    node = tx.row("SELECT id, path, merged_into FROM node WHERE id=? AND project_id=?", (node_id, project_id))
    while node and node["merged_into"] is not None:
        node = tx.row("SELECT id, path, merged_into FROM node WHERE id=?", (node["merged_into"],))
    chain = [int(part) for part in node["path"].split("/") if part] if node else []
    places = [_place(tx, project_id, each, removed=removed) for each in chain]
    return tuple(place for place in places if place) if all(places) else ()


def _place(tx: Tx, project_id: str, node_id: int, *, removed: bool) -> Place | None:
    node = tx.row("SELECT parent_id, position, state, merged_into FROM node WHERE id=?", (node_id,))
    if node is None or node["merged_into"] is not None or (node["state"] == NodeState.REMOVED and not removed):
        return None
    shown = (_ALL if removed else _LIVE)["shown"]
    index = tx.value(_INDEX.format(shown=shown), (project_id, node["parent_id"], node["position"], node_id))
    return Place(node["parent_id"], int(index), node_id)
