"""Syllabi as people work on them: write, edit, verify, reopen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.domain.curriculum import SessionDraft, Syllabus, SyllabusDraft, draft_of
from core.domain.naming import clean_name, clean_text
from core.domain.people import Principal
from core.domain.states import NODE_MOVES, NodeState, move
from core.domain.taxonomy import Origin
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.actions import Actions
from core.services.context import Context
from core.store import curricula
from core.store.acting import Open
from core.store.database import Tx

MAX_SESSIONS = 60
MAX_CONCEPTS = 20
MAX_OBJECTIVE = 500


class SyllabusDesk:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def save_syllabus(
        self, who: Principal, project_id: str, subject_id: int, draft: SyllabusDraft, *, based_on: int | None
    ) -> Syllabus:
        """Store an edited or a first syllabus; `based_on` is the version it was edited from. It is proposed again.

        A text that stands there already is not stored twice, so pressing twice is harmless.
        """
        checked = checked_draft(draft)
        with self._actions.act(who, project_id, "edited") as action:
            tx = action.tx
            subject = curricula.get_subject(tx, project_id, subject_id)
            known = curricula.find_syllabus(tx, subject_id)
            if known is not None and draft_of(known) == checked:
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

    def _syllabus(self, tx: Tx, subject_id: int) -> Syllabus:
        syllabus = curricula.find_syllabus(tx, subject_id)
        if syllabus is None:
            raise NotFoundError("This subject has no syllabus yet.", "Generate one, or write it.")
        return syllabus


def checked_lines(values: Sequence[str], what: str, most: int = 60) -> list[str]:
    """Clean names, each once, empty ones left out; InvalidInputError if there are too many."""
    found = list(dict.fromkeys(clean_name(value, what) for value in values if value.strip()))
    if len(found) > most:
        raise InvalidInputError(f"There are {len(found):,} {what}s; {most} are allowed.", "Keep the important ones.")
    return found


def checked_draft(draft: SyllabusDraft) -> SyllabusDraft:
    """A draft with clean names, no empty session, no concept twice in one session."""
    sessions = []
    for number, session in enumerate(draft.sessions, 1):
        concepts = checked_lines(session.concepts, f"session {number} key concept", MAX_CONCEPTS)
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
