"""What a plan stands for: the sources it draws on, its items, its title. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.domain.calls import Call
from core.domain.curriculum import Part, Subject, Syllabus, syllabus_text
from core.domain.plans import Plan, RepairsPlan, SubjectsPlan, SyllabiPlan, TaxonomyPlan, parts_of
from core.domain.states import NodeState
from core.errors import InvalidInputError, NotVerifiedError
from core.generation import steps
from core.generation.products import Choice
from core.prompts.rendering import SHIPPED, PromptBook
from core.runs.filling import Filler
from core.runs.seating import book_of
from core.services.growth_items import children_specs, children_title
from core.services.repair_items import repair_specs, repairs_title
from core.services.sample_items import and_words, sample_specs, samples_title
from core.store import curricula, nodes, proposals
from core.store.database import Tx

_NOBODY = Choice(model="", temperature=0.0, top_p=1.0, max_tokens=1)
_PART_TITLES = {
    Part.WHOLE: "Syllabi",
    Part.OPENING: "Introduction and objectives",
    Part.SESSIONS: "Class sessions",
    Part.SESSION: "One class session",
}


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a plan; `texts` maps the hash of a syllabus to its text, `books` are the prompts of each part."""

    specs: list[dict[str, Any]]
    positions: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    books: Sequence[PromptBook] = ()

    def first_call(self, tx: Tx, project_id: str, index: int) -> Call:
        """The first call of an item, exactly as it would be sent but for the teacher's settings."""
        spec = self.specs[index]
        full = Filler(self.texts).fill(tx, project_id, spec)
        book = self.books[spec.get("part", 0)] if self.books else SHIPPED
        return steps.FIRST_CALLS[spec["kind"]](full)(replace(_NOBODY, prompts=book))


def items_of(tx: Tx, project_id: str, plan: Plan, first: int | None = None) -> Items:
    """The items of a plan, for samples with the deck positions after it and the syllabus texts by hash.

    With `first`, of each part of a plan for samples only so many items, its first ones.
    """
    if isinstance(plan, TaxonomyPlan):
        return Items(*children_specs(tx, project_id, plan))
    if isinstance(plan, SubjectsPlan):
        return Items(_subject_specs(tx, project_id, plan))
    if isinstance(plan, SyllabiPlan):
        return Items(_syllabus_specs(tx, project_id, plan))
    if isinstance(plan, RepairsPlan):
        return Items(repair_specs(tx, project_id, plan))
    parts = parts_of(plan)
    return Items(*sample_specs(tx, project_id, parts, first), [book_of(tx, part) for part in parts])


def _subject_specs(tx: Tx, project_id: str, plan: SubjectsPlan) -> list[dict[str, Any]]:
    specs = []
    for node_id in plan.disciplines:
        node = nodes.get(tx, project_id, node_id)
        if node.state is not NodeState.VERIFIED and not plan.include_unverified:
            raise NotVerifiedError(
                f"{node.name!r} is not verified.", "Vote keep on it first, or include unverified for this run."
            )
        path = " > ".join(ancestor.name for ancestor in nodes.ancestors(tx, node))
        asked = curricula.times_asked(tx, node_id)
        specs += [
            {
                "kind": "subjects",
                "node": node_id,
                "discipline": node.name,
                "description": node.description,
                "path": path,
                "query": asked + query,
                "copies": plan.queries,
            }
            for query in range(plan.queries)
        ]
    return specs


def _syllabus_specs(tx: Tx, project_id: str, plan: SyllabiPlan) -> list[dict[str, Any]]:
    specs = []
    for subject_id in plan.subjects:
        subject = curricula.get_subject(tx, project_id, subject_id)
        if subject.state is not NodeState.VERIFIED and not plan.include_unverified:
            raise NotVerifiedError(
                f"The subject {subject.name!r} is not verified.", "Verify it, or include unverified for this run."
            )
        known = curricula.find_syllabus(tx, subject_id)
        specs.append(
            {
                "kind": "syllabi",
                "subject_id": subject_id,
                "discipline": nodes.get(tx, project_id, subject.node_id).name,
                "subject": subject.name,
                "level": subject.level,
                "subtopics": list(subject.subtopics),
                "attempt": (known.version if known else 0) + proposals.made(tx, subject_id),
                "based_on": known.version if known else 0,
                **_part_of(subject, known, plan),
            }
        )
    return specs


def _part_of(subject: Subject, known: Syllabus | None, plan: SyllabiPlan) -> dict[str, Any]:
    """What the teacher of a part is shown; nothing for a whole syllabus."""
    if plan.part is Part.WHOLE:
        return {}
    if known is None:
        raise InvalidInputError(
            f"{subject.name!r} has no syllabus of which a part could be written anew.", "Design a whole one first."
        )
    wanted = plan.session if plan.part is Part.SESSION else 0
    session = next((each for each in known.sessions if each.id == wanted), None)
    if plan.part is Part.SESSION and session is None:
        raise InvalidInputError(
            f"The class session is not in the syllabus of {subject.name!r} any more.", "Choose another one."
        )
    return {
        "part": plan.part.value,
        "syllabus": syllabus_text(subject.name, subject.level, known),
        "session_id": session.id if session else None,
        "session": session.name if session else "",
    }


def title_of(tx: Tx, project_id: str, plan: Plan) -> str:
    """What a run of the plan is called unless somebody names it."""
    if isinstance(plan, TaxonomyPlan):
        return children_title(tx, project_id, plan)
    if isinstance(plan, SubjectsPlan):
        names = [nodes.get(tx, project_id, node_id).name for node_id in plan.disciplines]
        return f"Subjects of {and_words(names)}"
    if isinstance(plan, SyllabiPlan):
        names = [curricula.get_subject(tx, project_id, subject_id).name for subject_id in plan.subjects]
        return f"{_PART_TITLES[plan.part]}: {and_words(names)}"
    if isinstance(plan, RepairsPlan):
        return repairs_title(tx, project_id, plan)
    return samples_title(tx, project_id, plan)
