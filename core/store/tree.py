"""The columns of a node that follow from its place: id path, reading order, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.domain.taxonomy import Node
from core.store.database import Tx

STEP = 1024  # between the positions of siblings, so that one can be put between two
_PLACES = """
WITH RECURSIVE t(id, path, place) AS (
  SELECT id, '/' || id || '/', printf('%08x', position) FROM node
    WHERE parent_id IS NULL AND (:p IS NULL OR project_id=:p)
  UNION ALL
  SELECT c.id, t.path || c.id || '/', t.place || printf('%08x', c.position)
    FROM t JOIN node n ON n.id=t.id JOIN node c ON c.project_id=n.project_id AND c.parent_id=n.id
)
UPDATE node SET path=t.path, place=t.place FROM t WHERE node.id=t.id AND (node.path!=t.path OR node.place!=t.place)"""
_PLACES_BELOW = """
WITH RECURSIVE t(id, path, place) AS (
  SELECT n.id, ifnull(p.path, '/') || n.id || '/', ifnull(p.place, '') || printf('%08x', n.position)
    FROM node n LEFT JOIN node p ON p.id=n.parent_id WHERE n.id=:id
  UNION ALL
  SELECT c.id, t.path || c.id || '/', t.place || printf('%08x', c.position)
    FROM t JOIN node c ON c.project_id=:p AND c.parent_id=t.id
)
UPDATE node SET path=t.path, place=t.place FROM t WHERE node.id=t.id AND (node.path!=t.path OR node.place!=t.place)"""
_COUNTS = """
UPDATE node SET n_children=c.n, n_descendants=c.d, n_verified=c.v FROM (
  SELECT n.id, count(k.id) AS n, ifnull(sum(1 + k.n_descendants), 0) AS d,
    ifnull(sum((k.state='verified') + k.n_verified), 0) AS v
  FROM node n LEFT JOIN node k ON k.project_id=n.project_id AND k.parent_id=n.id AND k.state!='removed'
  WHERE n.{which} GROUP BY n.id
) c WHERE node.id=c.id AND (node.n_children!=c.n OR node.n_descendants!=c.d OR node.n_verified!=c.v)"""
_COUNTS_OF_ONE = _COUNTS.format(which="id=:id")
_COUNTS_OF_LEVEL = _COUNTS.format(which="project_id=:p AND length(n.place)=:width")


def place_all(tx: Tx, project_id: str | None = None) -> None:
    """Write path and reading order of a whole project, or of every project, from parents and positions."""
    tx.run(_PLACES, {"p": project_id})


def place_below(tx: Tx, project_id: str, node_id: int) -> None:
    """The same for one node and all below it."""
    tx.run(_PLACES_BELOW, {"p": project_id, "id": node_id})


def recount(tx: Tx, *nodes: Node) -> None:
    """Bring the counts of these nodes and their ancestors up to date, from below."""
    recount_ids(tx, {int(part) for node in nodes for part in node.path.split("/") if part})


def recount_ids(tx: Tx, node_ids: Iterable[int]) -> None:
    """The same for given nodes alone, the deepest first."""
    marked = [(int(node_id),) for node_id in node_ids]
    depths = {i: tx.value("SELECT length(place) FROM node WHERE id=?", (i,)) or 0 for (i,) in marked}
    for node_id in sorted(depths, key=lambda i: -depths[i]):
        tx.run(_COUNTS_OF_ONE, {"id": node_id})


def recount_all(tx: Tx, project_id: str) -> None:
    """The same for a whole project, after a bulk change."""
    deepest = tx.value("SELECT max(length(place)) FROM node WHERE project_id=?", (project_id,)) or 0
    for width in range(int(deepest), 0, -8):
        tx.run(_COUNTS_OF_LEVEL, {"p": project_id, "width": width})


def position_for(tx: Tx, project_id: str, parent_id: int | None, before: int | None = None) -> int:
    """A free position among the children of `parent_id`: in front of node `before`, or behind all.

    Where there is no gap the siblings are spread first, which moves nothing on screen.
    """
    if before is None:
        last = tx.value(
            "SELECT ifnull(max(position), 0) FROM node WHERE project_id=? AND parent_id IS ?", (project_id, parent_id)
        )
        return int(last) + STEP
    low, high = _gap(tx, project_id, parent_id, before)
    if high - low < 2:
        _spread(tx, project_id, parent_id)
        low, high = _gap(tx, project_id, parent_id, before)
    return (low + high) // 2


def _gap(tx: Tx, project_id: str, parent_id: int | None, before: int) -> tuple[int, int]:
    high = int(tx.value("SELECT position FROM node WHERE id=?", (before,)))
    low = tx.value(
        "SELECT ifnull(max(position), 0) FROM node WHERE project_id=? AND parent_id IS ? AND position<?",
        (project_id, parent_id, high),
    )
    return int(low), high


def height(tx: Tx, node: Node) -> int:
    """How many levels there are below the node, removed nodes too."""
    longest = tx.value(
        "SELECT max(length(place)) FROM node WHERE project_id=? AND path>=? AND path<?",
        (node.project_id, node.path, node.path[:-1] + "0"),
    )
    return (int(longest) - len(node.place)) // 8


def reorder(tx: Tx, project_id: str, parent_id: int | None, wanted: Sequence[Node]) -> int:
    """Give the children of `parent_id` the order of `wanted`, which holds them all; how many change their position."""
    moved = [(at * STEP, node.id) for at, node in enumerate(wanted, 1) if node.position != at * STEP]
    tx.many("UPDATE node SET position=? WHERE id=?", moved)
    if parent_id is None:
        place_all(tx, project_id)
    else:
        place_below(tx, project_id, parent_id)
    return len(moved)


def untie(tx: Tx, project_id: str) -> None:
    """Give siblings that share a position, which undoing can lead to, different ones."""
    for row in tx.rows(
        "SELECT DISTINCT parent_id FROM (SELECT parent_id FROM node WHERE project_id=? GROUP BY parent_id, position"
        " HAVING count(*) > 1)",
        (project_id,),
    ):
        _spread(tx, project_id, row["parent_id"])


def _spread(tx: Tx, project_id: str, parent_id: int | None) -> None:
    """New positions in the same order; that is no change to anybody, so the journal looks away."""
    acting = tx.value("SELECT action_id FROM acting")
    tx.run("DELETE FROM acting")
    rows = tx.rows(
        "SELECT id FROM node WHERE project_id=? AND parent_id IS ? ORDER BY position, id", (project_id, parent_id)
    )
    tx.many("UPDATE node SET position=? WHERE id=?", [(number * STEP, row["id"]) for number, row in enumerate(rows, 1)])
    if acting is not None:
        tx.run("INSERT INTO acting(one, action_id) VALUES (1, ?)", (acting,))
    if parent_id is None:
        place_all(tx, project_id)
    else:
        place_below(tx, project_id, parent_id)
