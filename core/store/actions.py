"""What people did, change by change: the journal behind undo, redo and the histories on screen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from pydantic_core import from_json

from core.domain.entity import Entity
from core.errors import NotFoundError
from core.store import node_index
from core.store.database import Row, Tx
from core.store.journal import JOURNALED

NODE_ITEMS = ("node", "vote", "settlement", "node_link")
SUBJECT_ITEMS = ("subject", "syllabus", "class_session", "subject_share", "syllabus_proposal")
_NO_LIMIT = 2**62
_BUMPED = {"node", "subject"}


class ActionRow(Entity):
    """One action. `undoes` is the action that it took back; `undone_by` the one that took it back."""

    id: int
    project_id: str
    person: str
    at: float
    kind: str
    title: str
    entity: str
    entity_id: str
    changes: int
    undoes: int | None
    undone_by: int | None


class Change(Entity):
    """One changed row; `before` None = it was added, `after` None = it was deleted. Both hold journaled columns."""

    id: int
    action_id: int
    item: str
    row_id: int
    owner: int
    before: str | None
    after: str | None

    @cached_property
    def was(self) -> dict[str, Any]:
        """The values before."""
        return from_json(self.before) if self.before else {}

    @cached_property
    def became(self) -> dict[str, Any]:
        """The values after."""
        return from_json(self.after) if self.after else {}

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """Names of the columns whose value differs."""
        was, became = self.was, self.became
        return tuple(name for name in {**was, **became} if was.get(name) != became.get(name))


class Entry(Entity):
    """A change with the action it belongs to, for a history."""

    change: Change
    action: ActionRow


def begin(tx: Tx, project_id: str, person: str, at: float, kind: str, undoes: int | None = None) -> int:
    """Open an action: until `end`, every change of a journaled table belongs to it."""
    action_id = tx.insert(
        "INSERT INTO action(project_id, person, at, kind, title, entity, entity_id, changes, undoes)"
        " VALUES (?,?,?,?,'','','',0,?)",
        (project_id, person, float(at), kind, undoes),
    )
    tx.run("INSERT INTO acting(one, action_id) VALUES (1, ?)", (action_id,))
    return action_id


def end(tx: Tx, action_id: int, kind: str, title: str, entity: tuple[str, object]) -> tuple[int, str]:
    """Close it; (number of changes, SHA-256 over them). An action that changed nothing leaves no row."""
    tx.run("DELETE FROM acting")
    digest, count = hashlib.sha256(), 0
    for row in tx.each("SELECT item, row_id, before, after FROM change WHERE action_id=? ORDER BY id", (action_id,)):
        digest.update(json.dumps(list(row.values()), ensure_ascii=False).encode("utf-8", "replace"))
        count += 1
    if count:
        tx.run(
            "UPDATE action SET kind=?, title=?, entity=?, entity_id=?, changes=? WHERE id=?",
            (kind, title, entity[0], str(entity[1]), count, action_id),
        )
    else:
        tx.run("DELETE FROM action WHERE id=?", (action_id,))
    return count, digest.hexdigest()


def get(tx: Tx, project_id: str, action_id: int) -> ActionRow:
    """The action; raises NotFoundError."""
    row = tx.row("SELECT * FROM action WHERE id=? AND project_id=?", (action_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no action {action_id} in this project.", "Reload the history.")
    return ActionRow.model_validate(row)


def changes(tx: Tx, action_id: int) -> list[Change]:
    """All changes of an action in their order."""
    rows = tx.rows("SELECT * FROM change WHERE action_id=? ORDER BY id", (action_id,))
    return [Change.model_validate(row) for row in rows]


def page(
    tx: Tx, project_id: str, *, below: int = 0, size: int = 50, person: str = "", kind: str = ""
) -> list[ActionRow]:
    """Newest first, at most `size`, older than action `below` (0 = from the newest), by one person, of one kind."""
    by = " AND person=:who" if person else ""
    of = " AND kind=:kind" if kind else ""
    rows = tx.rows(
        f"SELECT * FROM action WHERE project_id=:p AND id<:b{by}{of} ORDER BY id DESC LIMIT :n",
        {"p": project_id, "b": below or _NO_LIMIT, "n": size, "who": person, "kind": kind},
    )
    return [ActionRow.model_validate(row) for row in rows]


def people(tx: Tx, project_id: str) -> list[str]:
    """Everybody who did something, by name."""
    rows = tx.rows("SELECT DISTINCT person FROM action WHERE project_id=? ORDER BY person", (project_id,))
    return [str(row["person"]) for row in rows]


def kinds(tx: Tx, project_id: str) -> list[str]:
    """The kinds of actions that there are."""
    rows = tx.rows("SELECT DISTINCT kind FROM action WHERE project_id=? ORDER BY kind", (project_id,))
    return [str(row["kind"]) for row in rows]


def some_changes(tx: Tx, action_id: int, *, after: int = 0, size: int = 100) -> list[Change]:
    """Changes of an action in their order, behind change `after`, at most `size`."""
    rows = tx.rows("SELECT * FROM change WHERE action_id=? AND id>? ORDER BY id LIMIT ?", (action_id, after, size))
    return [Change.model_validate(row) for row in rows]


def owner_names(tx: Tx, table: str, owners: Iterable[int]) -> dict[int, str]:
    """Names of the nodes or subjects of these ids, as far as they are there."""
    assert table in {"node", "subject"}
    wanted = sorted(set(owners))
    marks = ",".join("?" * len(wanted))
    return {row["id"]: row["name"] for row in tx.rows(f"SELECT id, name FROM {table} WHERE id IN ({marks})", wanted)}


_HIDDEN = """
SELECT {what} FROM change c JOIN node n ON n.id=c.owner LEFT JOIN vote v ON v.id=c.row_id
WHERE c.item='vote' AND c.{column} IN ({marks}) AND n.project_id=? AND n.state='proposed'
  AND ifnull(v.node_version, n.meaning)=n.meaning
  AND ifnull(v.person, json_extract(ifnull(c.after, c.before), '$.person')) IS NOT ?
  AND NOT EXISTS (SELECT 1 FROM vote own WHERE own.node_id=n.id AND own.person=? AND own.node_version=n.meaning)"""


def hidden_votes(tx: Tx, project_id: str, person: str, change_ids: Sequence[int]) -> set[int]:
    """Those of the changes that would tell this person how others voted before the person has."""
    sql = _HIDDEN.format(what="c.id", column="id", marks=",".join("?" * len(change_ids)))
    return {row["id"] for row in tx.rows(sql, [*change_ids, project_id, person, person])}


def with_hidden_votes(tx: Tx, project_id: str, person: str, action_ids: Sequence[int]) -> set[int]:
    """Those of the actions that hold such a change."""
    sql = _HIDDEN.format(what="DISTINCT c.action_id", column="action_id", marks=",".join("?" * len(action_ids)))
    return {row["action_id"] for row in tx.rows(sql, [*action_ids, project_id, person, person])}


def history(
    tx: Tx, project_id: str, owners: Sequence[int], items: Sequence[str], *, below: int = 0, size: int = 50
) -> list[Entry]:
    """Changes of the rows that belong to `owners`, newest first, older than change `below` (0 = from the newest)."""
    marks, kinds = ",".join("?" * len(owners)), ",".join("?" * len(items))
    rows = tx.rows(
        "SELECT c.id AS change_id, a.* , c.item, c.row_id, c.owner, c.before, c.after FROM change c"
        " CROSS JOIN action a ON a.id=c.action_id WHERE a.project_id=?"  # never by way of the project's actions
        f" AND c.item IN ({kinds}) AND c.owner IN ({marks}) AND (?=0 OR c.id<?) ORDER BY c.id DESC LIMIT ?",
        [project_id, *items, *owners, below, below, size],
    )
    return [
        Entry(
            change=Change.model_validate({**row, "id": row["change_id"], "action_id": row["id"]}),
            action=ActionRow.model_validate(row),
        )
        for row in rows
    ]


def undoable(tx: Tx, project_id: str, person: str) -> ActionRow | None:
    """The newest action of this person that stands and is not itself an undo."""
    row = tx.row(
        "SELECT * FROM action WHERE project_id=? AND person=? AND undone_by IS NULL AND undoes IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (project_id, person),
    )
    return ActionRow.model_validate(row) if row else None


def redoable(tx: Tx, project_id: str, person: str) -> ActionRow | None:
    """The newest undo of this person that stands, unless the person did something new since."""
    row = tx.row(
        "SELECT * FROM action WHERE project_id=:p AND person=:who AND undone_by IS NULL AND kind='undo'"
        " AND id > ifnull((SELECT max(id) FROM action WHERE project_id=:p AND person=:who AND undoes IS NULL), 0)"
        " ORDER BY id DESC LIMIT 1",
        {"p": project_id, "who": person},
    )
    return ActionRow.model_validate(row) if row else None


def merged(first: str, last: str) -> str:
    """The values of two texts of the journal in one, the later ones counting."""
    return json.dumps({**json.loads(first), **json.loads(last)}, ensure_ascii=False)


def mark_undone(tx: Tx, action_id: int, by: int | None) -> None:
    """`by` took it back; None = it stands again."""
    tx.run("UPDATE action SET undone_by=? WHERE id=?", (by, action_id))


def revision(tx: Tx, project_id: str) -> int:
    """Grows with every action."""
    return int(tx.value("SELECT max(id) FROM action WHERE project_id=?", (project_id,)) or 0)


def find_rows(tx: Tx, item: str, row_ids: Sequence[int]) -> dict[int, Row]:
    """Row id -> the journaled columns of those rows that are there."""
    columns, found = ", ".join(JOURNALED[item].columns), dict[int, Row]()
    for start in range(0, len(row_ids), 500):
        part = row_ids[start : start + 500]
        marks = ",".join("?" * len(part))
        found |= {row["id"]: row for row in tx.rows(f"SELECT {columns} FROM {item} WHERE id IN ({marks})", part)}
    return found


def free_names(tx: Tx, found: Sequence[Change]) -> None:
    """Rows whose names are to be written back let go of them first: two that swapped them must not meet on the way."""
    for item in _BUMPED:
        updates = (change for change in found if change.item == item and change.before and change.after)
        renamed = [(change.row_id,) for change in updates if "name_key" in change.changed]
        if len(renamed) > 1:
            tx.many(f"UPDATE {item} SET name_key=char(1) || id WHERE id=?", renamed)


def take_back(tx: Tx, changes: Sequence[Change]) -> None:
    """Write the values before the changes, in the order given; like ones that follow each other go together.

    The caller has checked that the rows are still as the changes left them.
    """
    for (item, how, columns), group in groupby(changes, key=_way):
        rows = list(group)
        if how == "delete":
            if item == "node":
                node_index.forget(tx, [change.row_id for change in rows])
            tx.many(f"DELETE FROM {item} WHERE id=?", [(change.row_id,) for change in rows])
        elif how == "insert":
            _put_back(tx, item, [change.was for change in rows])
        elif columns:
            sets = ", ".join(f"{name}=:{name}" for name in columns)
            bump = ", version=version+1" if item in _BUMPED else ""
            values = [{**change.was, "id": change.row_id} for change in rows]
            tx.many(f"UPDATE {item} SET {sets}{bump} WHERE id=:id", values)


def _way(change: Change) -> tuple[str, str, tuple[str, ...]]:
    if change.before is None:
        return change.item, "delete", ()
    if change.after is None:
        return change.item, "insert", ()
    return change.item, "update", change.changed


def _put_back(tx: Tx, table: str, rows: Sequence[dict[str, Any]]) -> None:
    extra: dict[str, object] = {}
    if table == "node":
        extra["path"] = ""
    if table in {*_BUMPED, "syllabus"}:  # newer than any form that was open on the row that went
        extra["version"] = 2 + (tx.value("SELECT max(id) FROM action") or 0)
    names = (*rows[0], *extra)
    marks = ", ".join(f":{name}" for name in names)
    tx.many(f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks})", [{**row, **extra} for row in rows])
