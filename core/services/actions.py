"""Actions: how every change of the taxonomy and the curriculum is made, taken back, made again and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.domain.people import Action, Principal
from core.errors import ConflictError, InvalidTransitionError, NotAllowedError
from core.services.context import Context
from core.store import actions, curricula, nodes, projects, terms, tree
from core.store.acting import Open, acting
from core.store.actions import ActionRow, Change, Entry
from core.store.database import IntegrityError, Row, Tx

__all__ = ["ActionRow", "ActionService", "Actions", "Change", "Entry", "Open"]
_MANY = 300
_ITEM_WORDS = {
    "node": "node",
    "vote": "vote",
    "settlement": "decision over the votes",
    "node_link": "link",
    "concept_scheme": "address of the taxonomy",
    "not_alike": "dismissed suggestion",
    "subject": "subject",
    "syllabus": "syllabus",
    "class_session": "class session",
    "subject_alias": "former name",
    "subject_share": "shared subject",
    "syllabus_proposal": "proposal for a syllabus",
    "sample": "sample",
}


class Actions:
    """Opens actions; services that change the taxonomy or the curriculum hold one."""

    def __init__(self, context: Context) -> None:
        self._c = context

    @contextmanager
    def act(self, who: Principal, project_id: str, kind: str) -> Iterator[Open]:
        """One write transaction that can be undone as a whole. Needs the right to edit."""
        who.must(Action.EDIT)
        with self._c.store.write() as tx, acting(tx, project_id, who.name, self._c.clock(), kind) as action:
            yield action


@dataclass(frozen=True, slots=True)
class Choice:
    """What this person could take back or make again now."""

    undo: ActionRow | None
    redo: ActionRow | None


@dataclass(slots=True)
class _Touched:
    nodes: set[int] = field(default_factory=set)
    placed: set[int] = field(default_factory=set)  # those among them whose place changed
    named: set[int] = field(default_factory=set)  # and those whose texts did
    parents: set[int | None] = field(default_factory=set)
    syllabi: set[int] = field(default_factory=set)  # by subject


class ActionService:
    """Undo, redo and histories."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def choice(self, who: Principal, project_id: str) -> Choice:
        """The action that undo would take back and the one that redo would make again."""
        with self._c.store.read() as tx:
            return Choice(actions.undoable(tx, project_id, who.name), actions.redoable(tx, project_id, who.name))

    def page(self, project_id: str, *, below: int = 0, size: int = 50) -> list[ActionRow]:
        """Actions of the project, newest first."""
        with self._c.store.read() as tx:
            return actions.page(tx, project_id, below=below, size=size)

    def undo(self, who: Principal, project_id: str, action_id: int) -> ActionRow:
        """Take an action back, all of it or nothing; the new action that did it.

        ConflictError names what was changed since by somebody else. What the action did not touch stays as it is now.
        """
        return self._reverse(who, project_id, action_id, "undo")

    def redo(self, who: Principal, project_id: str, undo_id: int) -> ActionRow:
        """Make again what the undo took back."""
        return self._reverse(who, project_id, undo_id, "redo")

    def _reverse(self, who: Principal, project_id: str, action_id: int, kind: str) -> ActionRow:
        who.must(Action.EDIT)
        at = self._c.clock()
        with self._c.store.read() as tx:  # what an action changed stays as it is, and reading it takes long: no lock
            actions.get(tx, project_id, action_id)
            net = _net(actions.changes(tx, action_id))[::-1]
        with self._c.store.write() as tx:
            row = actions.get(tx, project_id, action_id)
            _refuse_blind(tx, who, row)
            if row.undone_by is not None or (kind == "undo") != (row.undoes is None):
                raise InvalidTransitionError(f"“{row.title}” was taken back already.", "Reload the history.")
            with acting(tx, project_id, who.name, at, kind, undoes=action_id) as action:
                action.title, action.entity = row.title, (row.entity, row.entity_id)
                self._apply(tx, project_id, row, net)
            actions.mark_undone(tx, action_id, action.id)
            if row.undoes is not None:  # a redo: the first action stands again
                actions.mark_undone(tx, row.undoes, None)
            return actions.get(tx, project_id, action.id)

    def _apply(self, tx: Tx, project_id: str, row: ActionRow, net: Sequence[Change]) -> None:
        touched = _Touched()
        _refuse_if_changed(tx, row, net)
        for change in net:
            _remember(touched, change)
        actions.free_names(tx, net)
        try:
            actions.take_back(tx, net)
        except IntegrityError as error:
            raise ConflictError(
                f"“{row.title}” cannot be taken back: something was built on it since ({_broken(error)}).",
                "Take the later actions back first; the history lists them.",
            ) from error
        lost = nodes.live_below_removed(tx, touched.nodes)
        if lost:
            raise ConflictError(
                f"“{row.title}” cannot be taken back: {lost.name!r} would stand below a node that is removed.",
                "Restore that one, or remove this one, first.",
            )
        _settle(tx, project_id, touched)


def _refuse_blind(tx: Tx, who: Principal, row: ActionRow) -> None:
    """Raise if somebody else's action holds votes that this person must not know yet: what changes would tell them."""
    if row.person == who.name or projects.get(tx, row.project_id).quorum == 1:
        return
    if actions.with_hidden_votes(tx, row.project_id, who.name, [row.id]):
        raise NotAllowedError(
            f"This action of {row.person} holds votes that you see only after your own, so it is not yours to change.",
            f"Vote on these nodes first, or ask {row.person} to do it.",
        )


def _net(changes: Sequence[Change]) -> list[Change]:
    """One change for each row, from its first value to its last: a row changed twice must not look changed since."""
    first: dict[tuple[str, int], Change] = {}
    order: list[tuple[str, int]] = []
    for change in changes:
        key = (change.item, change.row_id)
        known = first.get(key)
        if known is None:
            order.append(key)
            first[key] = change
        else:
            first[key] = known.model_copy(update={"after": _folded(known, change)})
    return [first[key] for key in order if not _is_nothing(first[key])]


def _folded(first: Change, last: Change) -> str | None:
    if last.after is None:
        return None
    if first.after is not None and last.before is not None:  # an update lists fewer columns than an insert
        return actions.merged(first.after, last.after)
    return last.after


def _is_nothing(change: Change) -> bool:
    return change.before is None and change.after is None


def _refuse_if_changed(tx: Tx, row: ActionRow, changes: Sequence[Change]) -> None:
    by_item: dict[str, list[int]] = {}
    for change in changes:
        by_item.setdefault(change.item, []).append(change.row_id)
    now = {item: actions.find_rows(tx, item, ids) for item, ids in by_item.items()}
    for change in changes:
        _refuse_changed(row, change, now[change.item].get(change.row_id))


def _refuse_changed(row: ActionRow, change: Change, now: Row | None) -> None:
    if (now is None) != (change.after is None):
        state = "is gone" if now is None else "is back"
        raise ConflictError(
            f"“{row.title}” cannot be taken back: a {_ITEM_WORDS[change.item]} that it changed {state}.",
            "Take the later actions back first; the history lists them.",
        )
    if now is None:
        return
    became = change.became
    compared = change.changed if change.before is not None else tuple(became)
    differing = [name for name in compared if now.get(name) != became.get(name) and name not in _NO_MATTER]
    if differing:
        name = now.get("name") or became.get("name") or f"{_ITEM_WORDS[change.item]} {change.row_id}"
        raise ConflictError(
            f"“{row.title}” cannot be taken back: {str(name)!r} was changed since ({_in_words(differing)}).",
            "Take the later actions back first, or edit it by hand.",
        )


_FOUND_BY = frozenset({"name", "synonyms", "description", "scope_note", "notation", "labels"})
_INTERNAL = frozenset({"meaning", "name_key", "state_before", "verified_version"})
_NO_MATTER = frozenset({"times_seen", "times_asked", "position", "touched"})


def _in_words(columns: Sequence[str]) -> str:
    """Without what people do not know, unless nothing else differs."""
    known = [name for name in columns if name not in _INTERNAL] or columns
    return ", ".join(name.replace("_", " ") for name in known)


def _broken(error: Exception) -> str:
    return "a name is taken" if "UNIQUE" in str(error) else "it is still referred to"


def _remember(touched: _Touched, change: Change) -> None:
    if change.item == "class_session" or {"introduction", "objectives"} & set(change.changed):
        touched.syllabi.add(change.owner)
    if change.item != "node":
        return
    touched.nodes.add(change.row_id)
    whole, changed = change.before is None or change.after is None, set(change.changed)
    if whole or changed & {"parent_id", "position"}:
        touched.placed.add(change.row_id)
    if whole or changed & _FOUND_BY:
        touched.named.add(change.row_id)
    touched.parents |= {values["parent_id"] for values in (change.was, change.became) if "parent_id" in values}


def _settle(tx: Tx, project_id: str, touched: _Touched) -> None:
    """Bring paths, order, counts and search terms in line with what was written."""
    curricula.raise_versions(tx, touched.syllabi)
    if not touched.nodes:
        return
    _settle_places(tx, project_id, touched)
    if len(touched.nodes) > _MANY:
        tree.recount_all(tx, project_id)
    else:
        concerned = touched.nodes | {parent for parent in touched.parents if parent is not None}
        tree.recount(tx, *nodes.get_many(tx, project_id, concerned))
    terms.refresh(tx, touched.named)


def _settle_places(tx: Tx, project_id: str, touched: _Touched) -> None:
    if len(touched.placed) > _MANY:
        tree.place_all(tx, project_id)
    else:
        for node_id in sorted(touched.placed):
            tree.place_below(tx, project_id, node_id)
    if touched.placed:
        tree.untie(tx, project_id, touched.parents | nodes.parents_of(tx, touched.placed))
