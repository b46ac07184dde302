"""Subjects and syllabi as people work on them: browse, edit, verify. `subject_edits` does what needs several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.domain.curriculum import Subject, Syllabus
from core.domain.naming import clean_name, clean_text, name_key, near_key
from core.domain.people import Principal
from core.domain.states import NODE_MOVES, NodeState, move
from core.domain.subject_lines import LEVELS
from core.domain.taxonomy import Node, Origin
from core.errors import InvalidInputError, InvalidTransitionError
from core.llm.builtin import library
from core.services.actions import Entry
from core.services.syllabi import SyllabusDesk, checked_lines
from core.services.taxonomy import paths_of
from core.store import actions, curricula, nodes, projects, proposals, subjects
from core.store.database import Tx

MOST_CHOICES = 200
_MOVED = {NodeState.REMOVED: "restored", NodeState.VERIFIED: "reopened"}


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject in the list, with what is known of its syllabus; `version` is the syllabus's, 0 without one.

    `home` is the discipline that it is shared from, None for a subject of the listed discipline itself; `proposals`
    is how many proposals for its syllabus wait for a person.
    """

    subject: Subject
    syllabus: NodeState | None
    sessions: int
    concepts: int
    version: int = 0
    home: Node | None = None
    proposals: int = 0


@dataclass(frozen=True, slots=True)
class DisciplineList:
    """Some disciplines by their path, verified ones first; `busy` have subjects, `total` is how many there are."""

    paths: tuple[tuple[Node, ...], ...]
    busy: frozenset[int]
    total: int


@dataclass(frozen=True, slots=True)
class BuiltinCoverage:
    """For how many of the concepts of a source the built-in teacher has problems."""

    known: int
    all: int


class CurriculumService(SyllabusDesk):
    """See the module; the syllabi are part of it."""

    def subjects(self, project_id: str, node_id: int | None = None, *, removed: bool = False) -> list[SubjectRow]:
        """Subjects of one discipline (or of all) with the state of their syllabus, then those that it shares."""
        with self._c.store.read() as tx:
            syllabi = curricula.syllabi(tx, project_id, node_id)
            versions = curricula.syllabus_versions(tx, project_id)
            waiting = proposals.counts(tx, project_id)
            found: list[tuple[Subject, Node | None]] = [
                (subject, None) for subject in curricula.subjects(tx, project_id, node_id, removed=removed)
            ]
            shared = subjects.shared_with(tx, node_id) if node_id is not None else []
            found += [(subject, nodes.get(tx, project_id, subject.node_id)) for subject in shared]
        rows = []
        for subject, home in found:
            state, sessions, concepts = syllabi.get(subject.id, (None, 0, 0))
            version = versions.get(subject.id, 0)
            rows.append(SubjectRow(subject, state, sessions, concepts, version, home, waiting.get(subject.id, 0)))
        return rows

    def subject(self, project_id: str, subject_id: int) -> tuple[Subject, tuple[Node, ...], Syllabus | None]:
        """A subject with the path of its discipline and its syllabus."""
        with self._c.store.read() as tx:
            subject = curricula.get_subject(tx, project_id, subject_id)
            node = nodes.get(tx, project_id, subject.node_id)
            return subject, tuple(nodes.ancestors(tx, node)), curricula.find_syllabus(tx, subject_id)

    def disciplines(
        self, project_id: str, *, text: str = "", include: Collection[int] = (), most: int = MOST_CHOICES
    ) -> DisciplineList:
        """Disciplines to choose from: those wanted, with subjects and verified ones first; found by a part of the name.

        A large taxonomy has more than a list can show; `text` finds the others.
        """
        with self._c.store.read() as tx:
            found, total = subjects.disciplines(tx, project_id, name_key(text), include, most)
            busy = {node.id for node in found if subjects.any_in(tx, node.id)}
            found.sort(key=lambda node: (node.state is not NodeState.VERIFIED, node.place))
            return DisciplineList(tuple(paths_of(tx, project_id, found)), frozenset(busy), total)

    def names_of(self, project_id: str, node_ids: Collection[int]) -> dict[int, str]:
        """Names of disciplines, removed ones included; unknown ids are left out."""
        with self._c.store.read() as tx:
            found = (nodes.find(tx, project_id, node_id) for node_id in node_ids)
            return {node.id: node.name for node in found if node}

    def history(self, project_id: str, subject_id: int, *, below: int = 0, size: int = 200) -> list[Entry]:
        """Changes of a subject, its syllabus and its class sessions, newest first, older than change `below`."""
        with self._c.store.read() as tx:
            return actions.history(tx, project_id, [subject_id], actions.SUBJECT_ITEMS, below=below, size=size)

    def add_subject(
        self,
        who: Principal,
        project_id: str,
        node_id: int,
        name: str,
        level: str,
        subtopics: Sequence[str],
        *,
        token: str = "",
    ) -> Subject:
        """A subject typed in by a person; it is proposed. Pressing twice with one token makes one."""
        cleaned, topics = clean_name(name), checked_lines(subtopics, "subtopic")
        with self._actions.act(who, project_id, "added") as action:
            tx = action.tx
            node = nodes.get(tx, project_id, node_id)
            known = curricula.find_subject(tx, node_id, cleaned)
            fresh = not token or projects.spend_token(tx, f"subject:{token}", action.at)
            if known and not fresh:
                return known
            if known:
                refuse_twin(tx, known, node)
            subject_id = curricula.insert_subject(
                tx, project_id, node_id, cleaned, level=checked_level(level), subtopics=topics, origin=Origin.PERSON
            )
            action.title, action.entity = f"Added the subject {cleaned}", ("subject", subject_id)
            action.after = {"name": cleaned}
            return curricula.get_subject(tx, project_id, subject_id)

    def edit_subject(
        self, who: Principal, subject: Subject, *, name: str, level: str, introduction: str, subtopics: Sequence[str]
    ) -> Subject:
        """Change a subject; a verified one becomes proposed again. What says the same already is left alone."""
        cleaned, text, topics = clean_name(name), clean_text(introduction)[:4000], checked_lines(subtopics, "subtopic")
        with self._actions.act(who, subject.project_id, "edited") as action:
            tx = action.tx
            current = curricula.get_subject(tx, subject.project_id, subject.id)
            there = (current.name, current.level, current.introduction, list(current.subtopics))
            if there == (cleaned, level, text, topics):
                return current
            twin = curricula.find_subject(tx, subject.node_id, cleaned)
            if twin and twin.id != subject.id:
                refuse_twin(tx, twin, nodes.get(tx, subject.project_id, subject.node_id))
            state = NodeState.PROPOSED if subject.state is NodeState.VERIFIED else subject.state
            curricula.edit_subject(
                tx,
                subject,
                name=cleaned,
                level=checked_level(level),
                introduction=text,
                subtopics=topics,
                state=state,
            )
            if near_key(cleaned) != near_key(subject.name):
                subjects.add_alias(tx, subject)
            after = curricula.get_subject(tx, subject.project_id, subject.id)
            kept = {"name", "level", "introduction", "subtopics", "state"}
            before, now = subject.model_dump(include=kept), after.model_dump(include=kept)
            action.title, action.entity = f"Edited the subject {subject.name}", ("subject", subject.id)
            action.before, action.after = before, now
            return after

    def move_subjects(self, who: Principal, project_id: str, subject_ids: Sequence[int], state: NodeState) -> int:
        """Verify, remove or reopen subjects together; those that are there already are left; how many moved."""
        moved: list[Subject] = []
        with self._actions.act(who, project_id, state.value) as action:
            for subject_id in subject_ids:
                subject = curricula.get_subject(action.tx, project_id, subject_id)
                if subject.state is state:
                    continue
                _refuse_merged(action.tx, subject)
                move(NODE_MOVES, f"The subject {subject.name!r}", subject.state, state)
                curricula.set_subject_state(action.tx, subject_id, state)
                action.kind = _MOVED[subject.state] if state is NodeState.PROPOSED else state.value
                action.entity, action.before, action.after = ("subject", subject_id), subject.state, state
                moved.append(subject)
            what = moved[0].name if len(moved) == 1 else f"{len(moved):,} subjects"
            action.title = f"{action.kind.capitalize()} {what}"
        return len(moved)

    def coverage(self, syllabi: Sequence[Syllabus]) -> BuiltinCoverage:
        """How many of the concepts the built-in teacher can pose problems on."""
        concepts = [c for syllabus in syllabi for session in syllabus.sessions for c in session.concepts]
        return BuiltinCoverage(sum(library.knows_concept(concept) for concept in concepts), len(concepts))

    def builtin_knows(self, discipline: str) -> bool:
        """Does the built-in teacher have a curriculum of this discipline?"""
        return library.curriculum(discipline) is not None

    def builtin_disciplines(self) -> tuple[str, ...]:
        """The disciplines whose subjects the built-in teacher can list."""
        return library.disciplines()

    def builtin_designs(self, discipline: str, subject: str) -> bool:
        """Can the built-in teacher design the syllabus of this subject?"""
        entry = library.subject(discipline, subject)
        return entry is not None and entry.syllabus is not None


def checked_level(level: str) -> str:
    """A level that exists, or InvalidInputError."""
    if level not in LEVELS:
        raise InvalidInputError(f"The level {level!r} does not exist.", f"Choose one of {', '.join(LEVELS)}.")
    return level


def refuse_twin(tx: Tx, known: Subject, node: Node) -> None:
    """Raise: the discipline has a subject whose name counts as the same."""
    _refuse_merged(tx, known)
    removed = known.state is NodeState.REMOVED
    raise InvalidInputError(
        f"{node.name} already has a {'removed ' if removed else ''}subject named {known.name!r}.",
        "Show removed subjects and restore it." if removed else "Choose another name, edit that one, or merge both.",
    )


def _refuse_merged(tx: Tx, subject: Subject) -> None:
    if subject.merged_into is not None:
        into = subjects.standing(tx, subject)
        raise InvalidTransitionError(
            f"The subject {subject.name!r} was merged into {into.name!r}.", "Use that one, or undo the merge."
        )
