"""Rows of the taxonomy: nodes with id path and counts, votes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.domain.naming import MAX_NAME, clean_text, name_key
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Origin, Verdict, Vote
from core.errors import ConflictError, NotFoundError
from core.store.database import Tx

_RECOUNT = """
UPDATE node SET
  n_children = (SELECT count(*) FROM node c WHERE c.project_id=node.project_id AND c.parent_id=node.id
    AND c.state!='removed'),
  n_descendants = (SELECT ifnull(sum(1 + c.n_descendants), 0) FROM node c WHERE c.project_id=node.project_id
    AND c.parent_id=node.id AND c.state!='removed'),
  n_verified = (SELECT ifnull(sum((c.state='verified') + c.n_verified), 0) FROM node c
    WHERE c.project_id=node.project_id AND c.parent_id=node.id AND c.state!='removed')
WHERE id=?"""


def insert(
    tx: Tx,
    project_id: str,
    parent: Node | None,
    kind: NodeKind,
    name: str,
    *,
    description: str = "",
    synonyms: Sequence[str] = (),
    state: NodeState = NodeState.PROPOSED,
    origin: Origin = Origin.PERSON,
    times_seen: int = 0,
) -> int:
    """Add a node behind its siblings; the caller recounts. The unique index refuses a sibling with the same key."""
    parent_id = parent.id if parent else None
    position = tx.value(
        "SELECT ifnull(max(position), 0) + 1 FROM node WHERE project_id=? AND parent_id IS ?", (project_id, parent_id)
    )
    node_id = tx.insert(
        "INSERT INTO node(project_id, parent_id, kind, name, name_key, description, synonyms, position, path, state,"
        " origin, touched, times_seen) VALUES (?,?,?,?,?,?,?,?,'',?,?,?,?)",
        (
            project_id,
            parent_id,
            kind,
            name,
            name_key(name),
            description,
            json.dumps(list(synonyms), ensure_ascii=False),
            position,
            state,
            origin,
            int(origin is Origin.PERSON),
            times_seen,
        ),
    )
    tx.run("UPDATE node SET path=? WHERE id=?", (f"{parent.path if parent else '/'}{node_id}/", node_id))
    return node_id


def get(tx: Tx, project_id: str, node_id: int) -> Node:
    """The node; raises NotFoundError."""
    row = tx.row("SELECT * FROM node WHERE id=? AND project_id=?", (node_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no node {node_id} in this project.", "Reload the taxonomy.")
    return Node.model_validate(row)


def find_sibling(tx: Tx, project_id: str, parent_id: int | None, name: str) -> Node | None:
    """The child of `parent_id` whose name counts as the same, removed ones included."""
    row = tx.row(
        "SELECT * FROM node WHERE project_id=? AND parent_id IS ? AND name_key=?",
        (project_id, parent_id, name_key(name)),
    )
    return Node.model_validate(row) if row else None


def children(tx: Tx, project_id: str, parent_id: int | None, *, removed: bool = False) -> list[Node]:
    """Children in order; None = the fields."""
    rows = tx.rows(
        "SELECT * FROM node WHERE project_id=? AND parent_id IS ? AND (? OR state!='removed') ORDER BY position, id",
        (project_id, parent_id, removed),
    )
    return [Node.model_validate(row) for row in rows]


def ancestors(tx: Tx, node: Node) -> list[Node]:
    """From the field down to the node itself."""
    ids = [int(part) for part in node.path.split("/") if part]
    marks = ",".join("?" * len(ids))
    rows = tx.rows(f"SELECT * FROM node WHERE id IN ({marks}) ORDER BY length(path)", ids)  # noqa: S608 - marks only
    return [Node.model_validate(row) for row in rows]


def subtree(tx: Tx, node: Node) -> list[Node]:
    """The node and all descendants, parents first."""
    rows = tx.rows(
        "SELECT * FROM node WHERE project_id=? AND path>=? AND path<? ORDER BY length(path), path",
        (node.project_id, node.path, node.path[:-1] + "0"),
    )
    return [Node.model_validate(row) for row in rows]


def disciplines(tx: Tx, project_id: str, *, verified_only: bool = False) -> list[Node]:
    """All disciplines not removed, in the order of the tree."""
    rows = tx.rows(
        "SELECT d.* FROM node d JOIN node s ON s.id=d.parent_id JOIN node f ON f.id=s.parent_id"
        " WHERE d.project_id=? AND d.kind='discipline' AND d.state!='removed' AND (NOT ? OR d.state='verified')"
        " ORDER BY f.position, s.position, d.position",
        (project_id, verified_only),
    )
    return [Node.model_validate(row) for row in rows]


def search(tx: Tx, project_id: str, text: str, *, limit: int = 50) -> list[Node]:
    """Nodes whose name, synonyms or description hold `text`; from three characters on by the trigram index."""
    text = clean_text(text)[:MAX_NAME]
    if len(text) >= 3:
        quoted = '"' + text.replace('"', '""') + '"'
        sql = (
            "SELECT n.* FROM node_fts f JOIN node n ON n.id=f.rowid WHERE node_fts MATCH :q AND n.project_id=:p"
            " AND n.state!='removed' ORDER BY n.name NOT LIKE :like ESCAPE '!', length(n.path), n.name LIMIT :n"
        )
    else:
        quoted = ""
        sql = (
            "SELECT n.* FROM node n WHERE n.project_id=:p AND n.state!='removed' AND n.name LIKE :like ESCAPE '!'"
            " ORDER BY length(n.path), n.name LIMIT :n"
        )
    like = "%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    rows = tx.rows(sql, {"q": quoted, "p": project_id, "like": like, "n": limit})
    return [Node.model_validate(row) for row in rows]


def edit(tx: Tx, node: Node, *, name: str, description: str, synonyms: Sequence[str], state: NodeState) -> None:
    """Write the editable fields if text and state are still those of `node` as it was read; else ConflictError."""
    changed = tx.run(
        "UPDATE node SET name=?, name_key=?, description=?, synonyms=?, state=?, touched=1, version=version+1"
        " WHERE id=? AND version=? AND state=?",
        (
            name,
            name_key(name),
            description,
            json.dumps(list(synonyms), ensure_ascii=False),
            state,
            node.id,
            node.version,
            node.state,
        ),
    )
    if not changed:
        current = get(tx, node.project_id, node.id)
        raise ConflictError(
            f"Somebody changed {node.name!r} while you were editing it; it is now {current.state.value} and reads"
            f" {current.name!r}.",
            "Compare both and save again.",
            current=current,
        )


def set_state(tx: Tx, node: Node, state: NodeState, person: str, at: float) -> None:
    """Move one node; a verification records who, when and the version it was given for."""
    verified = state is NodeState.VERIFIED
    tx.run(
        "UPDATE node SET state=?, verified_by=?, verified_at=?, verified_version=?, removed_with=NULL,"
        " touched=1 WHERE id=?",
        (state, person if verified else None, at if verified else None, node.version if verified else None, node.id),
    )


def remove_subtree(tx: Tx, node: Node) -> int:
    """Mark the node and its live descendants removed, remembering what they were; how many."""
    return tx.run(
        "UPDATE node SET state_before=state, state='removed', removed_with=?, n_children=0, n_descendants=0,"
        " n_verified=0 WHERE project_id=? AND path>=? AND path<? AND state!='removed'",
        (node.id, node.project_id, node.path, node.path[:-1] + "0"),
    )


def restore_subtree(tx: Tx, node: Node) -> int:
    """Undo `remove_subtree` of this node: everything that went with it gets its state back; how many."""
    count = tx.run(
        "UPDATE node SET state=state_before, state_before=NULL, removed_with=NULL"
        " WHERE project_id=? AND removed_with=?",
        (node.project_id, node.id),
    )
    for child in reversed(subtree(tx, node)):
        tx.run(_RECOUNT, (child.id,))
    return count


def recount(tx: Tx, node: Node) -> None:
    """Bring the counts of the node and its ancestors up to date, from below."""
    for part in reversed([part for part in node.path.split("/") if part]):
        tx.run(_RECOUNT, (int(part),))


def recount_all(tx: Tx, project_id: str) -> None:
    """The same for a whole project, after a bulk load."""
    for row in tx.rows("SELECT id FROM node WHERE project_id=? ORDER BY length(path) DESC, path DESC", (project_id,)):
        tx.run(_RECOUNT, (row["id"],))


def cast(tx: Tx, node: Node, person: str, verdict: Verdict, note: str, at: float) -> None:
    """Record a vote on the node's present version; a second vote of the same person replaces the first."""
    tx.run(
        "INSERT INTO vote(node_id, person, verdict, note, node_version, at) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT(node_id, person, node_version) DO UPDATE SET verdict=excluded.verdict, note=excluded.note,"
        " at=excluded.at",
        (node.id, person, verdict, note, node.version, at),
    )


def votes(tx: Tx, node: Node) -> list[Vote]:
    """Votes on the node's present version, oldest first."""
    rows = tx.rows("SELECT * FROM vote WHERE node_id=? AND node_version=? ORDER BY id", (node.id, node.version))
    return [Vote.model_validate(row) for row in rows]


def counts(tx: Tx, project_id: str) -> dict[tuple[str, str], int]:
    """(kind, state) -> number of nodes."""
    rows = tx.rows("SELECT kind, state, count(*) AS n FROM node WHERE project_id=? GROUP BY kind, state", (project_id,))
    return {(row["kind"], row["state"]): row["n"] for row in rows}


_PLACE = (
    "coalesce(g.position, p.position, n.position), iif(n.kind='discipline', p.position, iif(n.kind='field', 0,"
    " n.position)), iif(n.kind='discipline', n.position, 0)"
)
_PLACED = "FROM node n LEFT JOIN node p ON p.id=n.parent_id LEFT JOIN node g ON g.id=p.parent_id"
_NEXT_OPEN = (
    f"SELECT n.* {_PLACED} WHERE n.project_id=? AND n.state='proposed' AND ({_PLACE}) > (?,?,?) AND n.id!=?"  # noqa: S608 - constants only
    " AND (? IS NULL OR n.kind=?) AND NOT EXISTS (SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=?"
    f" AND v.node_version=n.version) ORDER BY {_PLACE} LIMIT 1"
)


def next_open(tx: Tx, project_id: str, after: int, kind: NodeKind | None = None, person: str = "") -> Node | None:
    """The next proposed node in the order of the tree after node `after` (0 = from the start), around the end.

    Nodes on whose present version `person` has voted are passed over.
    """
    row = tx.row(f"SELECT {_PLACE} {_PLACED} WHERE n.id=? AND n.project_id=?", (after, project_id))
    for low in ([tuple(row.values())] if row else []) + [(0, 0, 0)]:
        found = tx.row(_NEXT_OPEN, (project_id, *low, after, kind, kind, person))
        if found:
            return Node.model_validate(found)
    return None


def live(tx: Tx, project_id: str) -> list[Node]:
    """Every node that is not removed, siblings in order."""
    rows = tx.rows("SELECT * FROM node WHERE project_id=? AND state!='removed' ORDER BY position, id", (project_id,))
    return [Node.model_validate(row) for row in rows]


def count(tx: Tx, project_id: str) -> int:
    """All nodes, removed ones too."""
    return int(tx.value("SELECT count(*) FROM node WHERE project_id=?", (project_id,)))


def start_anew(tx: Tx, node: Node) -> None:
    """A new version of the same text: earlier votes no longer count."""
    tx.run("UPDATE node SET version=version+1 WHERE id=?", (node.id,))


def seen(tx: Tx, node_id: int) -> None:
    """A teacher named it once more; nothing else of it changes."""
    tx.run("UPDATE node SET times_seen=times_seen+1 WHERE id=?", (node_id,))
