"""Who did what, for one node and for the whole project, without a word on votes that are still blind.

Here is the one place that keeps histories blind: while a person may still vote on what a node means now, neither the
changes nor the titles of actions tell how others voted on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.people import Principal
from core.domain.taxonomy import Node
from core.services.context import Context
from core.store import actions, nodes, projects
from core.store.actions import ActionRow, Change, Entry
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change with the name of the node or subject that it belongs to."""

    change: Change
    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An action with some of its changes; `hidden` of them are votes that this person may not see yet.

    `after` leads to the next ones, 0 when these were the last.
    """

    action: ActionRow
    changes: tuple[NamedChange, ...]
    hidden: int
    after: int


class HistoryService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def of_node(self, who: Principal, project_id: str, node_id: int, *, below: int = 0, size: int = 50) -> list[Entry]:
        """Changes of a node and of what was merged into it, newest first, older than change `below`."""
        with self._c.store.read() as tx:
            return entries_of(tx, who, nodes.get(tx, project_id, node_id), below=below, size=size)

    def page(
        self, who: Principal, project_id: str, *, below: int = 0, size: int = 50, person: str = "", kind: str = ""
    ) -> list[ActionRow]:
        """Actions of the project, newest first, older than action `below`; of one person or one kind if named."""
        with self._c.store.read() as tx:
            found = actions.page(tx, project_id, below=below, size=size, person=person, kind=kind)
            return _blinded(tx, who, project_id, found)

    def choices(self, project_id: str) -> tuple[list[str], list[str]]:
        """The people and the kinds of actions that a history can be narrowed to."""
        with self._c.store.read() as tx:
            return actions.people(tx, project_id), actions.kinds(tx, project_id)

    def opened(self, who: Principal, project_id: str, action_id: int, *, after: int = 0, size: int = 100) -> Opened:
        """What an action changed, row by row."""
        with self._c.store.read() as tx:
            [action] = _blinded(tx, who, project_id, [actions.get(tx, project_id, action_id)])
            found = actions.some_changes(tx, action_id, after=after, size=size)
            hidden = _hidden(tx, who, project_id, [change.id for change in found])
            shown = [change for change in found if change.id not in hidden]
            last = found[-1].id if len(found) == size else 0
            return Opened(action, tuple(_named(tx, shown)), len(hidden), last)


def entries_of(tx: Tx, who: Principal, node: Node, *, below: int, size: int) -> list[Entry]:
    """The history of a node as this person may see it."""
    owners = nodes.merged_ids(tx, node.id)
    found = actions.history(tx, node.project_id, owners, actions.NODE_ITEMS, below=below, size=size)
    hidden = _hidden(tx, who, node.project_id, [entry.change.id for entry in found])
    return [entry for entry in found if entry.change.id not in hidden]


def _hidden(tx: Tx, who: Principal, project_id: str, change_ids: Sequence[int]) -> set[int]:
    if projects.get(tx, project_id).quorum == 1:
        return set()
    return actions.hidden_votes(tx, project_id, who.name, change_ids)


def _blinded(tx: Tx, who: Principal, project_id: str, found: Sequence[ActionRow]) -> list[ActionRow]:
    """The actions, those that tell of blind votes under another title."""
    if projects.get(tx, project_id).quorum == 1:
        return list(found)
    telling = actions.with_hidden_votes(tx, project_id, who.name, [action.id for action in found])
    return [_untold(tx, action) if action.id in telling else action for action in found]


def _untold(tx: Tx, action: ActionRow) -> ActionRow:
    node = nodes.find(tx, action.project_id, int(action.entity_id)) if action.entity == "node" else None
    kind = action.kind if action.kind in {"undo", "redo"} else "voted"
    return action.model_copy(update={"title": f"Voted on {node.name}" if node else "Voted", "kind": kind})


def _named(tx: Tx, changes: Sequence[Change]) -> list[NamedChange]:
    of_subject = {change.owner for change in changes if change.item in actions.SUBJECT_ITEMS}
    subjects = actions.owner_names(tx, "subject", of_subject)
    named = actions.owner_names(tx, "node", {change.owner for change in changes if change.item in actions.NODE_ITEMS})
    found = []
    for change in changes:
        own = str(change.became.get("name") or change.was.get("name") or "")
        known = subjects if change.item in actions.SUBJECT_ITEMS else named
        found.append(NamedChange(change, known.get(change.owner, own) if change.item != "class_session" else own))
    return found
