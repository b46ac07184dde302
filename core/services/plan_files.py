"""Plans to plan files: ids become names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.money import NANO
from core.domain.plans import (
    MixedPlan,
    Plan,
    RepairsPlan,
    SamplesPlan,
    SubjectsPlan,
    SyllabiPlan,
    TaxonomyPlan,
    TeacherChoice,
)
from core.domain.strategies import FROM_SEEDS, Strategy
from core.domain.taxonomy import Node
from core.interchange.plan_shapes import (
    FORMAT,
    MixedFile,
    PartEntry,
    PlanFile,
    RepairsFile,
    SamplesFile,
    SeedsEntry,
    SharedEntry,
    StartEntry,
    SubjectsFile,
    SyllabiFile,
    TaxonomyFile,
    TeacherEntry,
    WeightEntry,
)
from core.store import curricula, nodes, projects, seeds
from core.store.database import Tx

Path = tuple[str, ...]


def file_of(tx: Tx, project_id: str, plan: Plan) -> PlanFile:
    """The plan with names: disciplines and subjects by their path, teachers by their connection, seed sets by name and
    version. A project's own prompts are left out."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "title": plan.title,
        "execution": plan.execution,
        "cost_cap_dollars": None if plan.cost_cap is None else _dollars(plan.cost_cap),
        "call_cap": plan.call_cap,
    }
    if isinstance(plan, MixedPlan):
        parts = tuple(PartEntry(**_part(tx, project_id, part)) for part in plan.parts)
        return MixedFile(**head, purpose=plan.purpose, parts=parts)
    if isinstance(plan, SamplesPlan):
        return SamplesFile(**head, **_part(tx, project_id, plan))
    return _other(tx, project_id, plan, {**head, **_who(tx, plan)})


def _who(tx: Tx, plan: TaxonomyPlan | SubjectsPlan | SyllabiPlan | RepairsPlan | SamplesPlan) -> dict[str, Any]:
    return {
        "include_unverified": plan.include_unverified,
        "teachers": {stage: _entry(tx, choice) for stage, choice in plan.teachers.items()},
    }


def _other(
    tx: Tx, project_id: str, plan: TaxonomyPlan | SubjectsPlan | SyllabiPlan | RepairsPlan, shared: Mapping[str, Any]
) -> PlanFile:
    if isinstance(plan, TaxonomyPlan):
        node = None if plan.node is None else _node_path(tx, nodes.get(tx, project_id, plan.node))
        own = plan.model_dump(include={"child", "scope", "queries", "names", "only_new"})
        return TaxonomyFile(**shared, node=node, nodes=_paths(tx, project_id, plan.nodes), **own)
    if isinstance(plan, SubjectsPlan):
        return SubjectsFile(**shared, disciplines=_paths(tx, project_id, plan.disciplines), queries=plan.queries)
    if isinstance(plan, RepairsPlan):
        return RepairsFile(**shared, wishes=plan.wishes)
    paths, session = _subject_paths(tx, project_id, plan.subjects), _session_name(tx, plan)
    return SyllabiFile(**shared, subjects=paths, part=plan.part, session=session)


def _part(tx: Tx, project_id: str, plan: SamplesPlan) -> dict[str, Any]:
    """What a part says; the same for a plan of one strategy."""
    crew = {
        stage: tuple(SharedEntry(**_entry(tx, each.teacher).model_dump(), share=each.share) for each in shared)
        for stage, shared in plan.crew.items()
    }
    said: dict[str, Any] = {
        **_who(tx, plan),
        "strategy": plan.strategy,
        "samples": plan.count,
        "crew": crew,
        **plan.model_dump(include={"challenging_share", "rounds", "breadth_share", "verify", "random_seed"}),
        "checks": plan.checks,
    }
    if plan.strategy is Strategy.GLAN:
        said |= {
            "disciplines": _paths(tx, project_id, plan.disciplines),
            "subjects": _subject_paths(tx, project_id, plan.subjects),
            "weights": tuple(
                WeightEntry(discipline=path, weight=weight)
                for path, weight in zip(_paths(tx, project_id, tuple(plan.weights)), plan.weights.values(), strict=True)
            ),
            "start": _start_entries(tx, project_id, plan.start),
        }
    elif plan.strategy in FROM_SEEDS:
        said |= {"seeds": _seeds(tx, project_id, plan), "position": _position(plan)}
    else:
        said |= {"runs": plan.parents, "position": _position(plan)}
    return said


def _position(plan: SamplesPlan) -> int | None:
    """Turns through seeds or samples before the plan; None while nothing says where it begins."""
    return next(iter(plan.start.values()), None)


def _seeds(tx: Tx, project_id: str, plan: SamplesPlan) -> SeedsEntry:
    assert plan.seeds is not None
    found = seeds.get(tx, project_id, plan.seeds.seed_set)
    return SeedsEntry(name=found.name, version=found.number, size=plan.seeds.size, random_seed=plan.seeds.random_seed)


def _paths(tx: Tx, project_id: str, node_ids: Sequence[int]) -> tuple[Path, ...]:
    return tuple(_node_path(tx, nodes.get(tx, project_id, node_id)) for node_id in node_ids)


def _dollars(nano: int) -> str:
    """As the file's own reader takes it, every digit kept."""
    return f"{nano // NANO}.{nano % NANO:09d}"


def _entry(tx: Tx, choice: TeacherChoice) -> TeacherEntry:
    name = projects.get_connection(tx, choice.connection).name
    return TeacherEntry(**{**choice.model_dump(), "connection": name})


def _node_path(tx: Tx, node: Node) -> Path:
    return tuple(ancestor.name for ancestor in nodes.ancestors(tx, node))


def _subject_path(tx: Tx, project_id: str, subject_id: int) -> Path:
    subject = curricula.get_subject(tx, project_id, subject_id)
    return (*_node_path(tx, nodes.get(tx, project_id, subject.node_id)), subject.name)


def _subject_paths(tx: Tx, project_id: str, subjects: Sequence[int]) -> tuple[Path, ...]:
    return tuple(_subject_path(tx, project_id, subject_id) for subject_id in subjects)


def _session_name(tx: Tx, plan: SyllabiPlan) -> str:
    """The class session that a plan is about, by name; "" if it is about none."""
    known = curricula.find_syllabus(tx, plan.subjects[0]) if plan.session else None
    return next((each.name for each in known.sessions if each.id == plan.session), "") if known else ""


def _start_entries(tx: Tx, project_id: str, start: Mapping[str, int]) -> tuple[StartEntry, ...]:
    """Deck keys "syllabus:version:difficulty:seed" by syllabus; those whose syllabus is gone are left out."""
    dealt: dict[tuple[int, int], dict[str, int]] = {}
    for key, position in start.items():
        syllabus_id, version, difficulty, _ = key.split(":")
        dealt.setdefault((int(syllabus_id), int(version)), {})[difficulty] = position
    subject_of = curricula.subjects_of_syllabi(tx, project_id)
    return tuple(
        StartEntry(syllabus=_subject_path(tx, project_id, subject_of[syllabus_id]), version=version, **counts)
        for (syllabus_id, version), counts in dealt.items()
        if syllabus_id in subject_of
    )
