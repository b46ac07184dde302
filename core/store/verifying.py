"""Reads for those who verify: what comes next, what is disputed, how far each field is, who voted what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.domain.taxonomy import Node, NodeKind, Scope, Waiting
from core.store.database import Row, Tx

_WAITING = {
    Waiting.MINE: "n.state='proposed' AND NOT EXISTS (SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=:who"
    " AND v.node_version=n.meaning)",
    Waiting.OPEN: "n.state='proposed'",
    Waiting.DISPUTED: "n.dispute!='' AND n.state!='removed'",
}
_IN_SCOPE = (
    " FROM node n WHERE n.project_id=:p AND n.place>=:low AND n.place<:high AND (:kind IS NULL OR n.kind=:kind) AND "
)
_DISPUTED = (
    "SELECT n.* FROM node n WHERE n.project_id=? AND n.dispute!='' AND n.place>? AND n.merged_into IS NULL"
    " AND (n.state!='removed' OR n.removed_with=n.id) ORDER BY n.place LIMIT ?"
)
_END = "g"  # behind every hexadecimal digit


def ahead(tx: Tx, project_id: str, scope: Scope, person: str, after: int, size: int) -> list[Node]:
    """The next nodes of the scope in reading order behind node `after` (0 = from the start), around the end."""
    place = _place(tx, project_id, after)
    bounds = _bounds(tx, project_id, scope, person)
    sql = f"SELECT n.*{_IN_SCOPE}{_WAITING[scope.waiting]} ORDER BY n.place LIMIT :size"
    behind = bounds | {"low": max(str(bounds["low"]), f"{place}!")} if place else bounds
    rows = tx.rows(sql, behind | {"size": size})
    if place and len(rows) < size:
        around = bounds | {"high": min(str(bounds["high"]), f"{place}!"), "size": size - len(rows)}
        rows += tx.rows(sql, around)
    return [Node.model_validate(row) for row in rows]


def left(tx: Tx, project_id: str, scope: Scope, person: str, most: int) -> int:
    """How many nodes are in the scope, counted up to `most`."""
    sql = f"SELECT count(*) FROM (SELECT 1{_IN_SCOPE}{_WAITING[scope.waiting]} LIMIT :most)"  # noqa: S608 - the same
    return int(tx.value(sql, _bounds(tx, project_id, scope, person) | {"most": most}))


def _bounds(tx: Tx, project_id: str, scope: Scope, person: str) -> dict[str, object]:
    low = _place(tx, project_id, scope.branch or 0)
    return {"p": project_id, "low": low, "high": f"{low}{_END}", "kind": scope.kind, "who": person}


def _place(tx: Tx, project_id: str, node_id: int) -> str:
    return str(tx.value("SELECT place FROM node WHERE id=? AND project_id=?", (node_id, project_id)) or "")


def disputed(tx: Tx, project_id: str, after: int, size: int) -> list[Node]:
    """Ties and narrow decisions in reading order, behind node `after`."""
    rows = tx.rows(_DISPUTED, (project_id, _place(tx, project_id, after), size))
    return [Node.model_validate(row) for row in rows]


def count_disputed(tx: Tx, project_id: str) -> int:
    """How many there are."""
    return int(
        tx.value(
            "SELECT count(*) FROM node WHERE project_id=? AND dispute!='' AND merged_into IS NULL"
            " AND (state!='removed' OR removed_with=id)",
            (project_id,),
        )
    )


def names_below(tx: Tx, node: Node, size: int) -> list[str]:
    """Names of the first children that are not removed."""
    return _names(tx, node.project_id, node.id, 0, size)


def names_beside(tx: Tx, node: Node, size: int) -> list[str]:
    """Names of the first siblings that are not removed."""
    return _names(tx, node.project_id, node.parent_id, node.id, size)


def _names(tx: Tx, project_id: str, parent_id: int | None, but: int, size: int) -> list[str]:
    rows = tx.rows(
        "SELECT name FROM node WHERE project_id=? AND parent_id IS ? AND state!='removed' AND id!=?"
        " ORDER BY position, id LIMIT ?",
        (project_id, parent_id, but, size),
    )
    return [row["name"] for row in rows]


def by_field(tx: Tx, project_id: str) -> list[Row]:
    """(place of a field, kind, state) -> number of nodes n of its branch."""
    return tx.rows(
        "SELECT substr(place, 1, 8) AS top, kind, state, count(*) AS n FROM node INDEXED BY node_progress"
        " WHERE project_id=? AND merged_into IS NULL GROUP BY substr(place, 1, 8), kind, state",
        (project_id,),
    )


def voted_by_field(tx: Tx, project_id: str, person: str) -> Mapping[str, int]:
    """Place of a field -> proposed nodes of its branch on which this person has voted."""
    rows = tx.rows(
        "SELECT substr(n.place, 1, 8) AS top, count(*) AS n FROM vote v JOIN node n ON n.id=v.node_id"
        " AND n.meaning=v.node_version WHERE v.person=? AND n.project_id=? AND n.state='proposed' GROUP BY 1",
        (person, project_id),
    )
    return {row["top"]: row["n"] for row in rows}


def disputed_by_field(tx: Tx, project_id: str) -> Mapping[str, int]:
    """Place of a field -> ties and narrow decisions in its branch."""
    rows = tx.rows(
        "SELECT substr(place, 1, 8) AS top, count(*) AS n FROM node WHERE project_id=? AND dispute!=''"
        " AND merged_into IS NULL AND (state!='removed' OR removed_with=id) GROUP BY 1",
        (project_id,),
    )
    return {row["top"]: row["n"] for row in rows}


def level(tx: Tx, project_id: str, parent_ids: str) -> list[Row]:
    """Live children of the given parents (a JSON list of ids; "" = the fields): what a drawing needs, in order."""
    which = "parent_id IN (SELECT value FROM json_each(:ids))" if parent_ids else "parent_id IS NULL"
    return tx.rows(
        "SELECT id, parent_id, name, kind, state, n_descendants, n_verified FROM node"  # noqa: S608 - own constants
        f" WHERE project_id=:p AND {which} AND state!='removed' ORDER BY parent_id, position, id",
        {"p": project_id, "ids": parent_ids},
    )


def ballots(tx: Tx, project_id: str) -> list[tuple[str, int, NodeKind, str, bool]]:
    """(person, node, its level, verdict, still open) for every vote on a present meaning that is not alone."""
    rows: list[dict[str, Any]] = tx.rows(
        "SELECT v.person, n.id, n.kind, v.verdict, n.state='proposed' AS open FROM vote v JOIN node n ON n.id=v.node_id"
        " AND n.meaning=v.node_version WHERE n.project_id=? AND n.merged_into IS NULL AND EXISTS (SELECT 1 FROM vote w"
        " WHERE w.node_id=n.id AND w.node_version=n.meaning AND w.person!=v.person) ORDER BY v.id",
        (project_id,),
    )
    return [(r["person"], r["id"], NodeKind(r["kind"]), r["verdict"], bool(r["open"])) for r in rows]


def people(tx: Tx, project_id: str) -> list[str]:
    """Everybody who changed or voted on something in this project."""
    rows = tx.rows(
        "SELECT person FROM action WHERE project_id=:p UNION SELECT v.person FROM vote v JOIN node n ON n.id=v.node_id"
        " WHERE n.project_id=:p ORDER BY 1",
        {"p": project_id},
    )
    return [row["person"] for row in rows]
