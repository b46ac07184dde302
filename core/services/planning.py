"""What a plan stands for: the sources it draws on, its items, its title. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.domain.calls import Call
from core.domain.curriculum import Part, Subject, Syllabus, syllabus_text
from core.domain.plans import Plan, SamplesPlan, SubjectsPlan, SyllabiPlan, TaxonomyPlan
from core.domain.sampling import Difficulty
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import InvalidInputError, NotVerifiedError
from core.generation import steps
from core.generation.drawing import Source, draw
from core.generation.products import Choice
from core.services.growth_items import children_specs, children_title
from core.store import curricula, nodes, proposals, subjects
from core.store.database import Tx

_NOBODY = Choice(model="", temperature=0.0, top_p=1.0, max_tokens=1)
_PART_TITLES = {
    Part.WHOLE: "Syllabi",
    Part.OPENING: "Introduction and objectives",
    Part.SESSIONS: "Class sessions",
    Part.SESSION: "One class session",
}


@dataclass(frozen=True, slots=True)
class SourceView:
    """A discipline to draw from: its path, its verified syllabi, and how many different questions they allow."""

    node: Node
    path: tuple[str, ...]
    sources: tuple[Source, ...]
    unverified: int


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a plan; `texts` maps the hash of a syllabus to its text."""

    specs: list[dict[str, Any]]
    positions: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def first_call(self, index: int) -> Call:
        """The first call of an item, exactly as it would be sent but for the teacher's settings."""
        spec = self.specs[index]
        if spec["kind"] == "samples":
            return steps.question_call(spec, self.texts[spec["syllabus_hash"]])(_NOBODY)
        return steps.FIRST_CALLS[spec["kind"]](spec)(_NOBODY)


def sources_of(
    tx: Tx, project_id: str, *, include_unverified: bool, only: SamplesPlan | None = None
) -> list[SourceView]:
    """Disciplines that have syllabi, in the order of the tree; with `only`, those subjects that the plan names."""
    states = curricula.syllabi(tx, project_id)
    by_node = _by_discipline(tx, project_id, states, only)
    found_nodes = {node.id: node for node in nodes.disciplines(tx, project_id)}
    views = []
    for node in found_nodes.values():
        if node.id not in by_node:
            continue
        path = tuple(ancestor.name for ancestor in nodes.ancestors(tx, node))
        found, left = [], 0
        for subject in by_node[node.id]:
            home = found_nodes.get(subject.node_id)
            places = {node.state, home.state if home else NodeState.REMOVED}
            verified = {*places, subject.state, states[subject.id][0]} == {NodeState.VERIFIED}
            syllabus = curricula.find_syllabus(tx, subject.id) if verified or include_unverified else None
            if syllabus is None:
                left += 1
            else:
                found.append(Source(path, node.id, subject, syllabus))
        views.append(SourceView(node, path, tuple(found), left))
    return views


def _by_discipline(
    tx: Tx, project_id: str, states: Collection[int], only: SamplesPlan | None
) -> dict[int, list[Subject]]:
    """Subjects with a syllabus by the discipline to draw them for.

    A subject that two disciplines share stands below both as long as nothing is chosen. A plan draws it once: for its
    own discipline, or for another that is chosen without its own.
    """
    known = {subject.id: subject for subject in curricula.subjects(tx, project_id) if subject.id in states}
    by_node: dict[int, list[Subject]] = {}
    drawn = set()
    for subject in known.values():
        if only is None or _is_named(subject, only):
            by_node.setdefault(subject.node_id, []).append(subject)
            drawn.add(subject.id)
    for node_id, subject_id in subjects.shares(tx, project_id):
        if subject_id in known and (only is None or (node_id in only.disciplines and subject_id not in drawn)):
            by_node.setdefault(node_id, []).append(known[subject_id])
            drawn.add(subject_id)
    return by_node


def _is_named(subject: Subject, plan: SamplesPlan) -> bool:
    everything = not plan.disciplines and not plan.subjects
    return everything or subject.node_id in plan.disciplines or subject.id in plan.subjects


def wanted(tx: Tx, project_id: str, plan: SamplesPlan) -> list[Source]:
    """The syllabi that a plan draws on; raises NotVerifiedError if there is none."""
    views = sources_of(tx, project_id, include_unverified=plan.include_unverified, only=plan)
    chosen = [source for view in views for source in view.sources]
    if not chosen:
        raise NotVerifiedError(
            "There is no verified syllabus to draw questions from.",
            "Verify a discipline, a subject of it and its syllabus on the Curriculum page.",
        )
    return chosen


def deck_keys(sources: Sequence[Source], seed: int) -> list[str]:
    """The decks of these sources, in a fixed order."""
    return sorted({source.deck_key(difficulty, seed) for source in sources for difficulty in Difficulty})


def items_of(tx: Tx, project_id: str, plan: Plan) -> Items:
    """The items of a plan, for samples with the deck positions after it and the syllabus texts by hash."""
    if isinstance(plan, TaxonomyPlan):
        return Items(*children_specs(tx, project_id, plan))
    if isinstance(plan, SubjectsPlan):
        return Items(_subject_specs(tx, project_id, plan))
    if isinstance(plan, SyllabiPlan):
        return Items(_syllabus_specs(tx, project_id, plan))
    sources = wanted(tx, project_id, plan)
    texts = {source.syllabus.id: source.text for source in sources}
    hashes = {syllabus_id: curricula.snapshot_hash(text) for syllabus_id, text in texts.items()}
    specs, positions = draw(sources, plan.count, plan.challenging_share, plan.random_seed, plan.start)
    for spec in specs:
        spec |= {"syllabus_hash": hashes[spec["syllabus_id"]], "verify": plan.verify}
    return Items(specs, positions, {hashes[syllabus_id]: text for syllabus_id, text in texts.items()})


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
        return f"Subjects of {_and(names)}"
    if isinstance(plan, SyllabiPlan):
        names = [curricula.get_subject(tx, project_id, subject_id).name for subject_id in plan.subjects]
        return f"{_PART_TITLES[plan.part]}: {_and(names)}"
    names = list(dict.fromkeys(source.path[-1] for source in wanted(tx, project_id, plan)))
    return f"{plan.count:,} samples from {_and(names)}"


def _and(names: Sequence[str], most: int = 3) -> str:
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
