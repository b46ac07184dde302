"""Many nodes edited in one table: all of the rows or none, and everything that stands in the way at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.naming import name_key
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import InvalidInputError, StudioError
from core.services.actions import Actions
from core.services.context import Context
from core.services.tree_checks import checked_texts
from core.store import node_changes, nodes, tree
from core.store.database import Tx
from core.store.node_changes import Texts

MAX_ROWS = 2000


@dataclass(frozen=True, slots=True)
class RowConflict:
    """A row that somebody changed since it was read: as it was read, what this person wrote, what stands there now."""

    seen: Node
    mine: Texts
    current: Node


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be saved as it is."""

    seen: Node
    message: str


@dataclass(slots=True)
class BulkReport:
    """How a bulk edit went: with conflicts or problems nothing was saved."""

    saved: int = 0
    reopened: int = 0
    conflicts: list[RowConflict] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Was nothing saved, because of these rows?"""
        return bool(self.conflicts or self.problems)


class BulkEditor:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def edit_many(self, who: Principal, rows: Sequence[tuple[Node, Texts]]) -> BulkReport:
        """Write the texts of many nodes in one action; rows whose texts are the same are left out."""
        if len(rows) > MAX_ROWS:
            raise InvalidInputError(f"{len(rows):,} rows are changed; {MAX_ROWS:,} are allowed.", "Save in parts.")
        report = BulkReport()
        wanted = _checked(rows, report)
        if not wanted and not report.problems:
            return report
        project_id = rows[0][0].project_id
        with self._actions.act(who, project_id, "edited") as action:
            current = _unchanged(action.tx, wanted, report)
            _refuse_twins(action.tx, project_id, wanted, report)
            if report.refused:
                return report
            _write(action.tx, current, wanted, report)
            names = wanted[0][0].name if len(wanted) == 1 else f"{len(wanted):,} nodes"
            action.title = f"Edited {names}"
            action.entity = ("node", wanted[0][0].id) if len(wanted) == 1 else ("project", project_id)
            return report


_Rows = Sequence[tuple[Node, Texts]]


def _checked(rows: _Rows, report: BulkReport) -> list[tuple[Node, Texts]]:
    wanted = []
    for node, texts in rows:
        try:
            cleaned = checked_texts(texts)
        except StudioError as error:
            report.problems.append(RowProblem(node, error.message))
            continue
        if cleaned != Texts.of(node):
            wanted.append((node, cleaned))
    return wanted


def _unchanged(tx: Tx, wanted: _Rows, report: BulkReport) -> dict[int, Node]:
    """The nodes as they are now; what was changed since, or is gone, goes into the report."""
    project_id = wanted[0][0].project_id if wanted else ""
    current = {node.id: node for node in nodes.get_many(tx, project_id, {node.id for node, _ in wanted})}
    for seen, texts in wanted:
        now = current.get(seen.id)
        if now is None:
            report.problems.append(RowProblem(seen, f"{seen.name!r} is gone."))
        elif (now.version, now.state) != (seen.version, seen.state):
            report.conflicts.append(RowConflict(seen, texts, now))
        elif now.state is NodeState.REMOVED:
            report.problems.append(RowProblem(seen, f"{seen.name!r} is removed."))
    return current


def _refuse_twins(tx: Tx, project_id: str, wanted: _Rows, report: BulkReport) -> None:
    """Names that would be there twice below one parent, in what the table would leave behind."""
    edited = {node.id for node, _ in wanted}
    taken: dict[tuple[int | None, str], Node] = {}
    for node, texts in wanted:
        place = (node.parent_id, name_key(texts.name))
        twin = taken.get(place) or nodes.find_sibling(tx, project_id, node.parent_id, texts.name)
        if twin and twin.id != node.id and (place in taken or twin.id not in edited):
            state = "a removed" if twin.state is NodeState.REMOVED else "another"
            report.problems.append(RowProblem(node, f"There is {state} {texts.name!r} at the same place."))
        taken.setdefault(place, node)


def _write(tx: Tx, current: dict[int, Node], wanted: _Rows, report: BulkReport) -> None:
    holders = {(node.parent_id, name_key(node.name)): node.id for node, _ in wanted}
    for node, texts in wanted:  # names that change places must not meet on the way
        holder = holders.get((node.parent_id, name_key(texts.name)), node.id)
        if holder != node.id:
            node_changes.clear_key(tx, holder)
    for node, texts in wanted:
        node_changes.edit(tx, current[node.id], texts)
        reopened = node.state is NodeState.VERIFIED and texts.meaning != Texts.of(node).meaning
        report.reopened += reopened
    tree.recount(tx, *[current[node.id] for node, _ in wanted])
    report.saved = len(wanted)
