"""Rows of the taxonomy: add and read nodes. `node_changes` writes them, `tree` keeps what follows from their place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from core.domain.naming import name_key
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Origin
from core.errors import NotFoundError
from core.store import sequences, terms, tree
from core.store.database import Tx

MOST_COUNTED = 15_000


def insert(
    tx: Tx,
    project_id: str,
    parent: Node | None,
    kind: NodeKind,
    name: str,
    *,
    description: str = "",
    synonyms: Sequence[str] = (),
    origin: Origin = Origin.PERSON,
    seen: tuple[int, int] = (0, 0),
    at: float = 0.0,
) -> int:
    """Add a node behind its siblings; the caller recounts. The unique index refuses a sibling with the same key.

    `seen` = (times seen, times asked).
    """
    parent_id = parent.id if parent else None
    position, node_id = tree.position_for(tx, project_id, parent_id), sequences.take(tx, "node")
    tx.run(
        "INSERT INTO node(id, project_id, parent_id, kind, name, name_key, description, synonyms, position, path,"
        " place, state, origin, touched, times_seen, times_asked, created_at)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            node_id,
            project_id,
            parent_id,
            kind,
            name,
            name_key(name),
            description,
            json.dumps(list(synonyms), ensure_ascii=False),
            position,
            f"{parent.path if parent else '/'}{node_id}/",
            f"{parent.place if parent else ''}{position:08x}",
            NodeState.PROPOSED,
            origin,
            int(origin is Origin.PERSON),
            *seen,
            at,
        ),
    )
    terms.refresh(tx, [node_id])
    return node_id


def find(tx: Tx, project_id: str, node_id: int) -> Node | None:
    """The node, if it is there."""
    row = tx.row("SELECT * FROM node WHERE id=? AND project_id=?", (node_id, project_id))
    return Node.model_validate(row) if row else None


def get(tx: Tx, project_id: str, node_id: int) -> Node:
    """The node; raises NotFoundError."""
    node = find(tx, project_id, node_id)
    if node is None:
        raise NotFoundError(f"There is no node {node_id} in this project.", "Reload the taxonomy.")
    return node


def get_many(tx: Tx, project_id: str, node_ids: Iterable[int]) -> list[Node]:
    """Those of the nodes that are there, in no order."""
    wanted, found = sorted(node_ids), list[Node]()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        rows = tx.rows(f"SELECT * FROM node WHERE project_id=? AND id IN ({marks})", [project_id, *part])  # noqa: S608 - marks only
        found += [Node.model_validate(row) for row in rows]
    return found


def parents_of(tx: Tx, node_ids: Iterable[int]) -> set[int | None]:
    """Parents of those of the nodes that are there; None = the top."""
    wanted = json.dumps(sorted(node_ids))
    rows = tx.rows("SELECT DISTINCT parent_id FROM node WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
    return {row["parent_id"] for row in rows}


def find_sibling(tx: Tx, project_id: str, parent_id: int | None, name: str) -> Node | None:
    """The child of `parent_id` whose name counts as the same, removed ones included."""
    row = tx.row(
        "SELECT * FROM node WHERE project_id=? AND parent_id IS ? AND name_key=?",
        (project_id, parent_id, name_key(name)),
    )
    return Node.model_validate(row) if row else None


def children(
    tx: Tx, project_id: str, parent_id: int | None, *, removed: bool = False, merged: bool = False
) -> list[Node]:
    """Children in order; None = the fields. On request with removed ones, and those merged into others."""
    rows = tx.rows(
        "SELECT * FROM node WHERE project_id=? AND parent_id IS ? AND (? OR state!='removed')"
        " AND (? OR merged_into IS NULL) ORDER BY position, id",
        (project_id, parent_id, removed, merged),
    )
    return [Node.model_validate(row) for row in rows]


def labels(tx: Tx, project_id: str, node_ids: Iterable[int]) -> dict[int, str]:
    """Id -> name of those of the nodes that are there, no two alike.

    Where several have one name it is the path down to each; where a removed one stood at the same place, with the id.
    """
    found = get_many(tx, project_id, node_ids)
    names = Counter(node.name for node in found)
    told = {node.id: node.name for node in found if names[node.name] == 1}
    paths = {node.id: " > ".join(above.name for above in ancestors(tx, node)) for node in found if node.id not in told}
    places = Counter(paths.values())
    return told | {each: path if places[path] == 1 else f"{path} ({each})" for each, path in paths.items()}


def ancestors(tx: Tx, node: Node) -> list[Node]:
    """From the field down to the node itself."""
    ids = [int(part) for part in node.path.split("/") if part]
    marks = ",".join("?" * len(ids))
    rows = tx.rows(f"SELECT * FROM node WHERE id IN ({marks}) ORDER BY length(path)", ids)  # noqa: S608 - marks only
    return [Node.model_validate(row) for row in rows]


def subtree(tx: Tx, node: Node) -> list[Node]:
    """The node and all descendants in reading order, parents first."""
    rows = tx.rows(
        "SELECT * FROM node WHERE project_id=? AND path>=? AND path<? ORDER BY place",
        (node.project_id, node.path, node.path[:-1] + "0"),
    )
    return [Node.model_validate(row) for row in rows]


def proposed_ids(tx: Tx, node: Node) -> list[int]:
    """Ids of what is proposed among the node, its ancestors and its descendants, parents first."""
    rows = tx.rows(
        "SELECT id FROM node WHERE project_id=:p AND state='proposed' AND ((path>=:low AND path<:high)"
        " OR id IN (SELECT value FROM json_each(:above))) ORDER BY path",
        {
            "p": node.project_id,
            "low": node.path,
            "high": node.path[:-1] + "0",
            "above": json.dumps([int(part) for part in node.path.split("/") if part]),
        },
    )
    return [int(row["id"]) for row in rows]


def disciplines(tx: Tx, project_id: str, *, verified_only: bool = False) -> list[Node]:
    """All disciplines not removed, in the order of the tree."""
    rows = tx.rows(
        "SELECT * FROM node WHERE project_id=? AND kind='discipline' AND state!='removed'"
        " AND (NOT ? OR state='verified') ORDER BY place",
        (project_id, verified_only),
    )
    return [Node.model_validate(row) for row in rows]


def merged_ids(tx: Tx, node_id: int) -> list[int]:
    """The node and all that were merged into it, directly or through others."""
    rows = tx.rows(
        "WITH RECURSIVE m(id) AS (SELECT ? UNION SELECT n.id FROM node n JOIN m ON n.merged_into=m.id)"
        " SELECT id FROM m",
        (node_id,),
    )
    return [int(row["id"]) for row in rows]


def counts(tx: Tx, project_id: str) -> dict[tuple[str, str], int]:
    """(kind, state) -> number of nodes, merged ones left out.

    All are counted from an index alone, then the few merged ones taken off.
    """
    merged = (
        "SELECT kind, state, count(*) AS n FROM node INDEXED BY node_merged WHERE project_id=? AND merged_into>0"
        " GROUP BY kind, state"
    )
    every = "SELECT kind, state, count(*) AS n FROM node WHERE project_id=? GROUP BY state, kind"
    less = {(row["kind"], row["state"]): row["n"] for row in tx.rows(merged, (project_id,))}
    found = {(row["kind"], row["state"]): row["n"] for row in tx.rows(every, (project_id,))}
    return {key: number - less.get(key, 0) for key, number in found.items() if number > less.get(key, 0)}


def kinds_below(tx: Tx, node: Node) -> dict[NodeKind, int]:
    """How many of each kind stand below a node, removed ones left out; kinds of which there are none are missing.

    Empty where more stand below than can be counted at once: those of a field can, from an index alone.
    """
    if not node.n_descendants or (node.parent_id is not None and node.n_descendants > MOST_COUNTED):
        return {}
    params: tuple[str | int, ...]
    if node.parent_id is None:
        where, params = "substr(place, 1, 8)=? AND merged_into IS NULL AND id!=?", (node.place, node.id)
    else:
        where, params = "place>? AND place<? || 'g'", (node.place, node.place)  # "g" sorts behind every digit
    rows = tx.rows(
        f"SELECT kind, count(*) AS n FROM node WHERE project_id=? AND {where} AND state!='removed' GROUP BY kind",  # noqa: S608 - own constants
        (node.project_id, *params),
    )
    found = {row["kind"]: int(row["n"]) for row in rows}
    return {kind: found[kind] for kind in NodeKind if kind in found}


def live(tx: Tx, project_id: str) -> list[Node]:
    """Every node that is not removed, in reading order."""
    rows = tx.rows("SELECT * FROM node WHERE project_id=? AND state!='removed' ORDER BY place", (project_id,))
    return [Node.model_validate(row) for row in rows]


def count(tx: Tx, project_id: str) -> int:
    """All nodes, removed ones too."""
    return int(tx.value("SELECT count(*) FROM node WHERE project_id=?", (project_id,)))


def live_below_removed(tx: Tx, node_ids: Iterable[int]) -> Node | None:
    """One of these nodes, or a child of one, that stands although what it stands below is removed."""
    wanted = sorted(node_ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ",".join("?" * len(part))
        for own in ("c.id", "c.parent_id"):
            row = tx.row(
                "SELECT c.* FROM node c JOIN node p ON p.id=c.parent_id"  # noqa: S608 - marks and names of our own only
                f" WHERE {own} IN ({marks}) AND c.state!='removed' AND p.state='removed' LIMIT 1",
                part,
            )
            if row:
                return Node.model_validate(row)
    return None
