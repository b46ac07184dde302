"""What teachers wrote for syllabi that exist: read as a difference, taken part by part, or dismissed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.curriculum import (
    ProposalState,
    SessionDraft,
    Syllabus,
    SyllabusDraft,
    SyllabusProposal,
    draft_of,
    with_part,
)
from core.domain.naming import MAX_NAME, clean_text
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.syllabus_diff import Unit, differences, take
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.actions import Actions
from core.services.context import Context
from core.services.syllabi import MAX_CONCEPTS, MAX_OBJECTIVE, MAX_SESSIONS, checked_draft
from core.store import curricula, proposals
from core.store.database import Tx

__all__ = ["ProposalService", "ProposalView"]
_MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal against the syllabus as it is now; `changed_since` = people edited it after the teacher read it."""

    proposal: SyllabusProposal
    syllabus: Syllabus
    proposed: SyllabusDraft
    units: tuple[Unit, ...]

    @property
    def present(self) -> SyllabusDraft:
        """What stands there now."""
        return draft_of(self.syllabus)

    @property
    def changed_since(self) -> bool:
        """Is the present syllabus another version than the one that the teacher was shown?"""
        return self.syllabus.version != self.proposal.based_on


class ProposalService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def of_subject(self, subject_id: int) -> list[ProposalView]:
        """The open proposals for the syllabus of a subject, newest first."""
        with self._c.store.read() as tx:
            syllabus = curricula.find_syllabus(tx, subject_id)
            if syllabus is None:
                return []
            return [_view(proposal, syllabus) for proposal in proposals.open_for(tx, subject_id)]

    def of_run(self, run_id: str) -> list[int]:
        """The subjects for which a run made proposals."""
        with self._c.store.read() as tx:
            return proposals.of_run(tx, run_id)

    def take(self, who: Principal, project_id: str, proposal_id: int, keys: Collection[str], *, version: int) -> bool:
        """Take over the differences named; True while others are left to decide on.

        `version` is the syllabus that the difference was shown against; ConflictError if it changed since.
        """
        with self._actions.act(who, project_id, "taken") as action:
            tx = action.tx
            view = _open(tx, project_id, proposal_id)
            if view.syllabus.version != version:
                raise ConflictError(
                    "Somebody changed the syllabus while you were comparing.",
                    "The difference below is against the present one: look again, then take it.",
                    current=view.syllabus,
                )
            chosen = [unit for unit in view.units if unit.key in keys]
            if not chosen:
                raise InvalidInputError("No difference is ticked.", "Tick what to take over, or dismiss the proposal.")
            draft = checked_draft(take(view.present, view.proposed, {unit.key for unit in chosen}))
            curricula.replace_syllabus(
                tx, view.syllabus, draft, state=NodeState.PROPOSED, origin=view.syllabus.origin, touched=True
            )
            left = _left(tx, view)
            if not left:
                proposals.set_state(tx, proposal_id, ProposalState.TAKEN)
            subject = curricula.get_subject(tx, project_id, view.proposal.subject_id)
            action.title = f"Took {len(chosen)} of {len(view.units)} proposed changes into {subject.name}"
            action.entity = ("syllabus", subject.id)
            action.before, action.after = view.present.model_dump(), draft.model_dump()
            return left

    def dismiss(self, who: Principal, project_id: str, proposal_id: int) -> None:
        """Leave the syllabus as it is; the proposal stays in the history."""
        with self._actions.act(who, project_id, "dismissed") as action:
            view = _open(action.tx, project_id, proposal_id)
            proposals.set_state(action.tx, proposal_id, ProposalState.DISMISSED)
            subject = curricula.get_subject(action.tx, project_id, view.proposal.subject_id)
            action.title = f"Dismissed a proposal for the syllabus of {subject.name}"
            action.entity = ("syllabus", subject.id)


def _open(tx: Tx, project_id: str, proposal_id: int) -> ProposalView:
    proposal = proposals.get(tx, project_id, proposal_id)
    if proposal.state is not ProposalState.OPEN:
        raise InvalidTransitionError(f"The proposal is {proposal.state.value} already.", "Reload the subject.")
    syllabus = curricula.find_syllabus(tx, proposal.subject_id)
    if syllabus is None:
        raise InvalidTransitionError("The syllabus that the proposal is for is gone.", "Undo what took it away.")
    return _view(proposal, syllabus)


def _left(tx: Tx, view: ProposalView) -> bool:
    after = curricula.find_syllabus(tx, view.proposal.subject_id)
    assert after is not None
    return bool(_view(view.proposal, after).units)


def _view(proposal: SyllabusProposal, syllabus: Syllabus) -> ProposalView:
    proposed = with_part(syllabus, proposal.part, proposal.session_id, _fitted(proposal.draft))
    return ProposalView(proposal, syllabus, proposed, tuple(differences(draft_of(syllabus), proposed)))


def _fitted(draft: SyllabusDraft) -> SyllabusDraft:
    """Cut to what a syllabus may hold, so that what is shown is what can be taken."""
    sessions = tuple(
        SessionDraft(
            name=" ".join(session.name.split())[:MAX_NAME] or "Session",
            description=clean_text(session.description)[:_MAX_TEXT],
            concepts=_once(session.concepts)[:MAX_CONCEPTS],
        )
        for session in draft.sessions[:MAX_SESSIONS]
        if _once(session.concepts)
    )
    objectives = tuple(text[:MAX_OBJECTIVE] for text in map(clean_text, draft.objectives) if text)
    return SyllabusDraft(
        introduction=clean_text(draft.introduction)[:_MAX_TEXT], objectives=objectives, sessions=sessions
    )


def _once(concepts: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (" ".join(c.split())[:MAX_NAME] for c in concepts) if name))
