"""Subjects edited several at once: added from lines, changed in a table, put in order, moved to another discipline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.curriculum import Subject
from core.domain.naming import clean_name, name_key, near_key
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.subject_lines import SubjectLine, read_lines
from core.domain.taxonomy import Node, NodeKind, Origin
from core.errors import InvalidInputError, RowsRefusedError, StudioError
from core.services.actions import Actions
from core.services.context import Context
from core.services.curriculum import checked_level, refuse_twin
from core.services.syllabi import checked_lines
from core.store import curricula, nodes, projects, subjects
from core.store.database import Tx

__all__ = ["LinePreview", "SubjectEdit", "SubjectEditor"]


@dataclass(frozen=True, slots=True)
class LinePreview:
    """A line with what would come of it: `known` is a subject that has the name already, `near` one nearly so."""

    line: SubjectLine
    known: Subject | None = None
    near: Subject | None = None

    @property
    def new(self) -> bool:
        """Would it be added?"""
        return not self.line.problem and self.known is None


@dataclass(frozen=True, slots=True)
class SubjectEdit:
    """A row of the table: the subject as it was read, and what it shall say."""

    seen: Subject
    name: str
    level: str
    subtopics: tuple[str, ...]


class SubjectEditor:
    """See the module. Every method is one action that can be undone."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def preview_lines(self, project_id: str, node_id: int, text: str, level: str) -> list[LinePreview]:
        """What adding these lines would do."""
        with self._c.store.read() as tx:
            return _previews(tx, project_id, node_id, text, level)

    def add_lines(
        self, who: Principal, project_id: str, node_id: int, text: str, level: str, *, token: str
    ) -> list[int]:
        """Add the new ones among the lines as proposed, all or none; twice with one token adds once."""
        with self._actions.act(who, project_id, "added") as action:
            tx = action.tx
            if not projects.spend_token(tx, f"subjects:{token}", action.at):
                return []
            previews = _previews(tx, project_id, node_id, text, level)
            wrong = {each.line.number: each.line.problem for each in previews if each.line.problem}
            if wrong:
                number, problem = next(iter(wrong.items()))
                raise RowsRefusedError(f"Line {number}: {problem}", "Mend the line; nothing was added.", rows=wrong)
            made = [
                curricula.insert_subject(
                    tx,
                    project_id,
                    node_id,
                    each.line.name,
                    level=each.line.level,
                    subtopics=each.line.subtopics,
                    origin=Origin.PERSON,
                )
                for each in previews
                if each.new
            ]
            node = nodes.get(tx, project_id, node_id)
            action.title, action.entity = f"Added {len(made):,} subjects to {node.name}", ("node", node_id)
            action.after = {"subjects": made}
            return made

    def reorder(
        self, who: Principal, project_id: str, node_id: int, ids: Sequence[int], before: int | None = None
    ) -> None:
        """Put subjects, in the order given, in front of subject `before` of the discipline, or behind all."""
        with self._actions.act(who, project_id, "reordered") as action:
            there = [subject.id for subject in curricula.subjects(action.tx, project_id, node_id, removed=True)]
            movers = [subject_id for subject_id in dict.fromkeys(ids) if subject_id in there]
            rest = [subject_id for subject_id in there if subject_id not in movers]
            at = rest.index(before) if before in rest else len(rest)
            subjects.put_in_order(action.tx, [*rest[:at], *movers, *rest[at:]])
            node = nodes.get(action.tx, project_id, node_id)
            action.title, action.entity = f"Reordered subjects of {node.name}", ("node", node_id)

    def step(self, who: Principal, project_id: str, node_id: int, ids: Sequence[int], by: int) -> None:
        """Move the subjects up (-1) or down (1), each past the next shown one that does not move with it."""
        with self._c.store.read() as tx:
            shown = [subject.id for subject in curricula.subjects(tx, project_id, node_id)]
        movers = [subject_id for subject_id in shown if subject_id in set(ids)]
        if not movers:
            return
        places = [shown.index(subject_id) for subject_id in movers]
        if by < 0:
            start = max(0, places[0] - 1)
            ahead = [subject_id for subject_id in shown[start:] if subject_id not in movers]
            self.reorder(who, project_id, node_id, movers, ahead[0] if ahead else None)
        else:
            behind = [subject_id for subject_id in shown[places[-1] + 1 :] if subject_id not in movers]
            self.reorder(who, project_id, node_id, movers, behind[1] if len(behind) > 1 else None)

    def save_table(
        self,
        who: Principal,
        project_id: str,
        node_id: int,
        edits: Sequence[SubjectEdit],
        order: Sequence[int] = (),
    ) -> int:
        """Change several subjects, all or none; how many say something else now.

        RowsRefusedError names for each row what is wrong, e.g. that somebody changed it meanwhile. `order` is the new
        order of the discipline, nothing to leave it.
        """
        with self._actions.act(who, project_id, "edited") as action:
            tx = action.tx
            node = nodes.get(tx, project_id, node_id)
            changed = _changed(tx, node, edits)
            for edit in _free_names_first(changed):
                subject, reopened = edit.seen, edit.seen.state is NodeState.VERIFIED
                curricula.edit_subject(
                    tx,
                    subject,
                    name=edit.name,
                    level=edit.level,
                    introduction=subject.introduction,
                    subtopics=edit.subtopics,
                    state=NodeState.PROPOSED if reopened else subject.state,
                )
                if near_key(edit.name) != near_key(subject.name):
                    subjects.add_alias(tx, subject)
            if order:
                there = [subject.id for subject in curricula.subjects(tx, project_id, node_id, removed=True)]
                rest = [subject_id for subject_id in there if subject_id not in set(order)]
                subjects.put_in_order(tx, [*order, *rest])
            action.title = f"Edited {len(changed):,} subjects of {node.name}"
            action.entity = ("node", node_id)
            action.before = [edit.seen.name for edit in changed]
            action.after = [edit.name for edit in changed]
            return len(changed)

    def move_to(self, who: Principal, project_id: str, seen: Sequence[Subject], node_id: int) -> int:
        """Move subjects with syllabi and samples to another discipline; verified ones are proposed again there."""
        with self._actions.act(who, project_id, "moved") as action:
            tx = action.tx
            node = nodes.get(tx, project_id, node_id)
            refuse_place(node)
            present = [subjects.refuse_stale(tx, subject) for subject in seen]
            movers = [subject for subject in present if subject.node_id != node_id]
            for subject in movers:
                twin = curricula.find_subject(tx, node_id, subject.name)
                if twin:
                    refuse_twin(tx, twin, node)
                state = NodeState.PROPOSED if subject.state is NodeState.VERIFIED else subject.state
                subjects.move(tx, subject, node_id, state)
            what = movers[0].name if len(movers) == 1 else f"{len(movers):,} subjects"
            action.title = f"Moved {what} to {node.name}"
            action.entity = ("subject", movers[0].id) if len(movers) == 1 else ("node", node_id)
            return len(movers)


def refuse_place(node: Node) -> None:
    """Raise if no subject can hang from a node."""
    if node.kind is not NodeKind.DISCIPLINE or node.state is NodeState.REMOVED:
        raise InvalidInputError(f"{node.name!r} is no discipline that is taught.", "Choose another discipline.")


def _previews(tx: Tx, project_id: str, node_id: int, text: str, level: str) -> list[LinePreview]:
    refuse_place(nodes.get(tx, project_id, node_id))
    found: list[LinePreview] = []
    earlier: dict[str, int] = {}
    for line in read_lines(text, checked_level(level)):
        first = earlier.setdefault(name_key(line.name), line.number)
        if line.problem:
            found.append(LinePreview(line))
        elif first != line.number:
            found.append(LinePreview(SubjectLine(line.number, line.name, line.level, (), f"The same as line {first}.")))
        else:
            known = curricula.find_subject(tx, node_id, line.name)
            near = None if known else subjects.like(tx, node_id, line.name)
            found.append(LinePreview(line, known, near))
    return found


def _changed(tx: Tx, node: Node, edits: Sequence[SubjectEdit]) -> list[SubjectEdit]:
    """The edits that say something new, checked; RowsRefusedError with what is wrong in which row."""
    wrong: dict[int, str] = {}
    fresh: list[SubjectEdit] = []
    for edit in edits:
        try:
            checked = SubjectEdit(
                subjects.refuse_stale(tx, edit.seen),
                clean_name(edit.name),
                checked_level(edit.level),
                tuple(checked_lines(edit.subtopics, "subtopic")),
            )
        except StudioError as error:
            wrong[edit.seen.id] = error.message
        else:
            there = (checked.seen.name, checked.seen.level, checked.seen.subtopics)
            if there != (checked.name, checked.level, checked.subtopics):
                fresh.append(checked)
    wrong |= _taken_names(tx, node, {edit.seen.id: edit.name for edit in fresh})
    if wrong:
        raise RowsRefusedError(
            f"{len(wrong):,} of {len(edits):,} rows cannot be saved, so none was: {next(iter(wrong.values()))}",
            "Mend these rows or take the present values, then save again.",
            rows=wrong,
        )
    return fresh


def _taken_names(tx: Tx, node: Node, names: Mapping[int, str]) -> dict[int, str]:
    """Row id -> that another subject will have its name."""
    present = curricula.subjects(tx, node.project_id, node.id, removed=True)
    holders: dict[str, list[int]] = {}
    for subject in present:
        holders.setdefault(name_key(names.get(subject.id, subject.name)), []).append(subject.id)
    return {
        subject_id: f"Another subject of {node.name} is named {names[subject_id]!r}."
        for ids in holders.values()
        for subject_id in ids
        if len(ids) > 1 and subject_id in names
    }


def _free_names_first(edits: Sequence[SubjectEdit]) -> list[SubjectEdit]:
    """In an order in which no name is taken before it is free, which undoing walks back."""
    waiting, done = list(edits), []
    while waiting:
        held = {name_key(edit.seen.name): edit.seen.id for edit in waiting}
        free = [edit for edit in waiting if held.get(name_key(edit.name), edit.seen.id) == edit.seen.id]
        if not free:
            names = {edit.seen.id: "Its new name is the present name of another changed row." for edit in waiting}
            raise RowsRefusedError(
                f"{waiting[0].seen.name!r} and {waiting[1].seen.name!r} would swap their names.",
                "Give one of them another name, save, and then the final one.",
                rows=names,
            )
        done += free
        waiting = [edit for edit in waiting if edit not in free]
    return done
