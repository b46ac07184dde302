"""What has to hold of a tree whatever was done to it by whom: derived columns, search index, journal, events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.store import events, node_index, tree
from core.store.database import Store, Tx
from core.store.journal import NODE

_DERIVED = ("path", "place", "n_children", "n_descendants", "n_verified")
_TEXTS = "SELECT id, name, synonyms, notation, labels, description, scope_note FROM node WHERE project_id=? ORDER BY id"
_INDEXED = "SELECT f.rowid AS id, f.name, f.others, t.told FROM node_fts f CROSS JOIN node_told t ON t.rowid=f.rowid"


class _Back(BaseException):
    pass


def unsound(store: Store, project_id: str) -> list[str]:
    """What is wrong, in words."""
    wrong: list[str] = []
    try:
        with store.write() as tx:
            wrong += [*_derived(tx, project_id), *_index(tx, project_id), *_journal(tx, project_id)]
            if events.broken_link(tx) is not None:
                wrong.append("the chain of events is broken")
            raise _Back
    except _Back:
        return wrong


def _live(tx: Tx, project_id: str) -> dict[int, dict[str, Any]]:
    columns = ", ".join(("id", *_DERIVED))
    rows = tx.rows(f"SELECT {columns} FROM node WHERE project_id=? AND state!='removed'", (project_id,))
    return {row["id"]: row for row in rows}


def _derived(tx: Tx, project_id: str) -> Iterator[str]:
    """Paths, order and counts are what a rebuild gives."""
    before = _live(tx, project_id)
    tree.place_all(tx, project_id)
    tree.recount_all(tx, project_id)
    after = _live(tx, project_id)
    yield from (f"node {i} has {before[i]}, should have {after[i]}" for i in before if before[i] != after[i])
    ties = tx.rows(
        "SELECT parent_id FROM node WHERE project_id=? GROUP BY 1, position HAVING count(*)>1", (project_id,)
    )
    yield from (f"children of {row['parent_id']} share a position" for row in ties)
    lost = tx.rows(
        "SELECT c.id FROM node c JOIN node p ON p.id=c.parent_id"
        " WHERE c.project_id=? AND c.state!='removed' AND p.state='removed'",
        (project_id,),
    )
    yield from (f"node {row['id']} stands below a removed one" for row in lost)


def _index(tx: Tx, project_id: str) -> Iterator[str]:
    """The search finds every node by what it is called now, and nothing else."""
    wanted = {}
    for row in tx.rows(_TEXTS, (project_id,)):
        explained = (row["description"], row["scope_note"])
        names, labels = json.loads(row["synonyms"]), json.loads(row["labels"])
        wanted[row["id"]] = node_index.entry(row["name"], names, row["notation"], labels, explained)
    held = {row["id"]: (row["name"], row["others"], row["told"]) for row in tx.rows(_INDEXED)}
    for node_id in wanted.keys() | held.keys():
        if wanted.get(node_id) != held.get(node_id):
            yield f"the index has node {node_id} as {held.get(node_id)}"


def _journal(tx: Tx, project_id: str) -> Iterator[str]:
    """Every row is what the journal says that it became: no change went unrecorded, none was lost."""
    told: dict[int, dict[str, Any] | None] = {}
    for each in tx.rows("SELECT row_id, after FROM change WHERE item='node' ORDER BY id"):
        told[each["row_id"]] = (
            None if each["after"] is None else (told.get(each["row_id"]) or {}) | json.loads(each["after"])
        )
    columns = ", ".join(NODE.editable)
    rows = {row["id"]: row for row in tx.rows(f"SELECT id, {columns} FROM node WHERE project_id=?", (project_id,))}
    for node_id in rows.keys() | told.keys():
        row: dict[str, Any] | None = rows.get(node_id)
        last = told.get(node_id)
        differing = [name for name in NODE.editable if row and last and row[name] != last[name]]
        # Spreading siblings moves positions without being anybody's change.
        if (row is None) != (last is None) or set(differing) - {"position"}:
            yield f"node {node_id} differs from its journal: {differing or 'it is there only once'}"
