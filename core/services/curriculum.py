"""Subjects and syllabi as people work on them: browse, edit, verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.curriculum import SessionDraft, Subject, Syllabus, SyllabusDraft
from core.domain.naming import clean_name, clean_text
from core.domain.people import Principal
from core.domain.states import NODE_MOVES, NodeState, move
from core.domain.taxonomy import Node, Origin
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.llm.builtin import library
from core.services.actions import Actions
from core.services.context import Context
from core.store import curricula, nodes, projects
from core.store.acting import Open
from core.store.database import Tx

LEVELS = ("introductory", "intermediate", "advanced")
MAX_SESSIONS = 60
MAX_CONCEPTS = 20
MAX_OBJECTIVE = 500
_MOVED = {NodeState.REMOVED: "restored", NodeState.VERIFIED: "reopened"}


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject in the list, with what is known of its syllabus; `version` is the syllabus's, 0 without one."""

    subject: Subject
    syllabus: NodeState | None
    sessions: int
    concepts: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class BuiltinCoverage:
    """For how many of the concepts of a source the built-in teacher has problems."""

    known: int
    all: int


class CurriculumService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def subjects(self, project_id: str, node_id: int | None = None, *, removed: bool = False) -> list[SubjectRow]:
        """Subjects of one discipline (or of all) with the state of their syllabus."""
        with self._c.store.read() as tx:
            syllabi = curricula.syllabi(tx, project_id)
            found = curricula.subjects(tx, project_id, node_id, removed=removed)
            versions = curricula.syllabus_versions(tx, project_id)
        rows = []
        for subject in found:
            state, sessions, concepts = syllabi.get(subject.id, (None, 0, 0))
            rows.append(SubjectRow(subject, state, sessions, concepts, versions.get(subject.id, 0)))
        return rows

    def subject(self, project_id: str, subject_id: int) -> tuple[Subject, tuple[Node, ...], Syllabus | None]:
        """A subject with the path of its discipline and its syllabus."""
        with self._c.store.read() as tx:
            subject = curricula.get_subject(tx, project_id, subject_id)
            node = nodes.get(tx, project_id, subject.node_id)
            return subject, tuple(nodes.ancestors(tx, node)), curricula.find_syllabus(tx, subject_id)

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
        cleaned, topics = clean_name(name), _lines(subtopics, "subtopic")
        with self._actions.act(who, project_id, "added") as action:
            tx = action.tx
            node = nodes.get(tx, project_id, node_id)
            known = curricula.find_subject(tx, node_id, cleaned)
            fresh = not token or projects.spend_token(tx, f"subject:{token}", action.at)
            if known and not fresh:
                return known
            if known:
                removed = known.state is NodeState.REMOVED
                raise InvalidInputError(
                    f"{node.name} already has a {'removed ' if removed else ''}subject named {known.name!r}.",
                    "Show removed subjects and restore it." if removed else "Choose another name, or edit that one.",
                )
            subject_id = curricula.insert_subject(
                tx, project_id, node_id, cleaned, level=_level(level), subtopics=topics, origin=Origin.PERSON
            )
            action.title, action.entity = f"Added the subject {cleaned}", ("subject", subject_id)
            action.after = {"name": cleaned}
            return curricula.get_subject(tx, project_id, subject_id)

    def edit_subject(
        self, who: Principal, subject: Subject, *, name: str, level: str, introduction: str, subtopics: Sequence[str]
    ) -> Subject:
        """Change a subject; a verified one becomes proposed again. What says the same already is left alone."""
        cleaned, text, topics = clean_name(name), clean_text(introduction)[:4000], _lines(subtopics, "subtopic")
        with self._actions.act(who, subject.project_id, "edited") as action:
            tx = action.tx
            current = curricula.get_subject(tx, subject.project_id, subject.id)
            there = (current.name, current.level, current.introduction, list(current.subtopics))
            if there == (cleaned, level, text, topics):
                return current
            twin = curricula.find_subject(tx, subject.node_id, cleaned)
            if twin and twin.id != subject.id:
                raise InvalidInputError(f"There is already a subject named {twin.name!r}.", "Choose another name.")
            state = NodeState.PROPOSED if subject.state is NodeState.VERIFIED else subject.state
            curricula.edit_subject(
                tx,
                subject,
                name=cleaned,
                level=_level(level),
                introduction=text,
                subtopics=topics,
                state=state,
            )
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
                move(NODE_MOVES, f"The subject {subject.name!r}", subject.state, state)
                curricula.set_subject_state(action.tx, subject_id, state)
                action.kind = _MOVED[subject.state] if state is NodeState.PROPOSED else state.value
                action.entity, action.before, action.after = ("subject", subject_id), subject.state, state
                moved.append(subject)
            what = moved[0].name if len(moved) == 1 else f"{len(moved):,} subjects"
            action.title = f"{action.kind.capitalize()} {what}"
        return len(moved)

    def save_syllabus(
        self, who: Principal, project_id: str, subject_id: int, draft: SyllabusDraft, *, based_on: int | None
    ) -> Syllabus:
        """Store an edited or a first syllabus; `based_on` is the version it was edited from. It is proposed again.

        A text that stands there already is not stored twice, so pressing twice is harmless.
        """
        checked = _checked(draft)
        with self._actions.act(who, project_id, "edited") as action:
            tx = action.tx
            subject = curricula.get_subject(tx, project_id, subject_id)
            known = curricula.find_syllabus(tx, subject_id)
            if known is not None and _says(known, checked):
                return known
            if known is None:
                state, origin = NodeState.PROPOSED, Origin.PERSON
                curricula.insert_syllabus(tx, project_id, subject_id, checked, state=state, origin=origin)
            else:
                base = known.model_copy(update={"version": based_on if based_on is not None else -1})
                curricula.replace_syllabus(
                    tx, base, checked, state=NodeState.PROPOSED, origin=known.origin, touched=True
                )
            action.title, action.entity = f"Edited the syllabus of {subject.name}", ("syllabus", subject_id)
            action.before, action.after = known.model_dump() if known else None, checked.model_dump()
            after = curricula.find_syllabus(tx, subject_id)
            assert after is not None
            return after

    def verify_syllabus(self, who: Principal, project_id: str, subject_id: int, version: int) -> None:
        """Verify the version that the person has read; its subject is verified with it."""
        self.verify_syllabi(who, project_id, {subject_id: version})

    def verify_syllabi(self, who: Principal, project_id: str, versions: Mapping[int, int]) -> int:
        """Verify the syllabi of these subjects, all or none, each in the version given; how many were not yet."""
        with self._actions.act(who, project_id, "verified") as action:
            fresh = sum(self._verify(action, project_id, s, version) for s, version in versions.items())
            if len(versions) > 1:
                action.title = f"Verified {fresh:,} syllabi"
            return fresh

    def _verify(self, action: Open, project_id: str, subject_id: int, version: int) -> bool:
        tx = action.tx
        subject = curricula.get_subject(tx, project_id, subject_id)
        syllabus = self._syllabus(tx, subject_id)
        if syllabus.version != version:
            raise ConflictError(
                f"The syllabus of {subject.name!r} changed since you opened it.", "Read it again, then verify it."
            )
        fresh = syllabus.state is not NodeState.VERIFIED
        if fresh:
            curricula.set_syllabus_state(tx, syllabus.id, NodeState.VERIFIED)
            action.title, action.entity = f"Verified the syllabus of {subject.name}", ("syllabus", subject_id)
            action.before, action.after = syllabus.state, {"version": version}
        if subject.state is NodeState.PROPOSED:
            curricula.set_subject_state(tx, subject_id, NodeState.VERIFIED)
        return fresh

    def reopen_syllabus(self, who: Principal, project_id: str, subject_id: int) -> None:
        """Take a verification back."""
        with self._actions.act(who, project_id, "reopened") as action:
            tx = action.tx
            subject = curricula.get_subject(tx, project_id, subject_id)
            syllabus = self._syllabus(tx, subject_id)
            move(NODE_MOVES, "The syllabus", syllabus.state, NodeState.PROPOSED)
            curricula.set_syllabus_state(tx, syllabus.id, NodeState.PROPOSED)
            action.title, action.entity = f"Reopened the syllabus of {subject.name}", ("syllabus", subject_id)
            action.before = syllabus.state

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

    def _syllabus(self, tx: Tx, subject_id: int) -> Syllabus:
        syllabus = curricula.find_syllabus(tx, subject_id)
        if syllabus is None:
            raise NotFoundError("This subject has no syllabus yet.", "Generate one, or write it.")
        return syllabus


def _level(level: str) -> str:
    if level not in LEVELS:
        raise InvalidInputError(f"The level {level!r} does not exist.", f"Choose one of {', '.join(LEVELS)}.")
    return level


def _lines(values: Sequence[str], what: str, most: int = 60) -> list[str]:
    found = list(dict.fromkeys(clean_name(value, what) for value in values if value.strip()))
    if len(found) > most:
        raise InvalidInputError(f"There are {len(found):,} {what}s; {most} are allowed.", "Keep the important ones.")
    return found


def _says(syllabus: Syllabus, draft: SyllabusDraft) -> bool:
    sessions = tuple(SessionDraft.model_validate(session.model_dump()) for session in syllabus.sessions)
    there = SyllabusDraft(introduction=syllabus.introduction, objectives=syllabus.objectives, sessions=sessions)
    return there == draft


def _checked(draft: SyllabusDraft) -> SyllabusDraft:
    """A draft with clean names, no empty session, no concept twice in one session."""
    sessions = []
    for number, session in enumerate(draft.sessions, 1):
        concepts = _lines(session.concepts, f"session {number} key concept", MAX_CONCEPTS)
        if not concepts:
            raise InvalidInputError(f"Session {number} has no key concept.", "Add at least one, or delete the session.")
        name = clean_name(session.name, f"name of session {number}")
        sessions.append(
            SessionDraft(name=name, description=clean_text(session.description)[:4000], concepts=tuple(concepts))
        )
    if not sessions:
        raise InvalidInputError("The syllabus has no class session.", "Add at least one.")
    if len(sessions) > MAX_SESSIONS:
        raise InvalidInputError(f"The syllabus has {len(sessions)} sessions; {MAX_SESSIONS} are allowed.", "Split it.")
    objectives = tuple(text for text in map(clean_text, draft.objectives) if text)
    if any(len(objective) > MAX_OBJECTIVE for objective in objectives):
        raise InvalidInputError(f"An objective is longer than {MAX_OBJECTIVE} characters.", "One objective a line.")
    introduction = clean_text(draft.introduction)[:4000]
    return SyllabusDraft(introduction=introduction, objectives=objectives, sessions=tuple(sessions))
