"""From a wish to a queued run: sources, estimate, preview, start. Also plan files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from core.analysis.estimates import BYTES_A_TOKEN, Estimate, Measured, StageEstimate, estimate_stage
from core.domain.calls import Call, Stage
from core.domain.people import Action, Principal
from core.domain.plans import Plan, PlanKind, SamplesPlan, stages_of
from core.domain.records import Run
from core.domain.sampling import Difficulty
from core.errors import PriceUnknownError
from core.generation.drawing import Source
from core.ids import new_id
from core.interchange import plan_file
from core.llm.builtin.library import knows_concept
from core.llm.factory import concurrency_of
from core.runs.pricing import price_of
from core.services.batches import refuse_batches
from core.services.context import Context
from core.services.plan_files import PlanReader, file_of
from core.services.planning import Items, SourceView, deck_keys, items_of, sources_of, title_of, wanted
from core.services.projects import ProjectService
from core.store import curricula, events, projects, reports, runs
from core.store.database import Tx

__all__ = [
    "KIND_TITLES",
    "PREVIEW_SIZE",
    "Estimate",
    "GenerationService",
    "Knowledge",
    "Reach",
    "SourceView",
    "StageEstimate",
]
PREVIEW_SIZE = 4
_KNOWLEDGE_ITEMS = 500
_TEMPLATE_BYTES = 3000
_ENOUGH = 0.5
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the built-in teacher knows of a plan: of its key concepts, and of its first `items` questions."""

    concepts: int
    known: int
    items: int
    posable: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What one syllabus of a plan allows: its size, its different questions, and how many come before the plan."""

    discipline: str
    subject: str
    level: str
    sessions: int
    concepts: int
    basic: int
    challenging: int
    dealt: int


class GenerationService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def sources(self, project_id: str, *, include_unverified: bool = False) -> list[SourceView]:
        """Disciplines that have syllabi; unverified ones only on the owner's word."""
        with self._c.store.read() as tx:
            return sources_of(tx, project_id, include_unverified=include_unverified)

    def draft(self, project_id: str, plan: SamplesPlan) -> SamplesPlan:
        """The plan with a position for each of its decks: from here on it always means the same questions.

        Positions that the plan has are kept; the others are the present ones.
        """
        with self._c.store.read() as tx:
            present = curricula.deck_positions(tx, project_id)
            keys = deck_keys(wanted(tx, project_id, plan), plan.random_seed)
        return plan.model_copy(update={"start": {key: plan.start.get(key, present.get(key, 0)) for key in keys}})

    def plan_of(self, run: Run) -> Plan:
        """What a run was started with."""
        return _PLAN.validate_python(run.plan)

    def plan_to_file(self, project_id: str, plan: Plan) -> bytes:
        """The plan as YAML, with names instead of ids; `plan_from_file` reads it back."""
        with self._c.store.read() as tx:
            return plan_file.write(file_of(tx, project_id, plan))

    def plan_from_file(self, project_id: str, content: bytes, name: str) -> Plan:
        """The plan in a YAML file; what it leaves out is as the project has it. ImportRejectedError names the place."""
        file, places = plan_file.read(content, name)
        teachers = ProjectService(self._c).teachers(project_id)
        with self._c.store.read() as tx:
            plan = PlanReader(tx, project_id, places, teachers).plan(file)
        return self.draft(project_id, plan) if isinstance(plan, SamplesPlan) else plan

    def reach(self, project_id: str, plan: SamplesPlan) -> list[Reach]:
        """How many different questions each syllabus of a drafted plan allows."""
        with self._c.store.read() as tx:
            return [_reach(source, plan) for source in wanted(tx, project_id, plan)]

    def builtin_disciplines(self, project_id: str) -> list[int]:
        """Verified disciplines of which the built-in teacher has problems for at least half of the key concepts."""
        with self._c.store.read() as tx:
            views = sources_of(tx, project_id, include_unverified=False)
        return [view.node.id for view in views if view.sources and _known_share(view.sources) >= _ENOUGH]

    def knowledge(self, project_id: str, plan: SamplesPlan) -> Knowledge:
        """For how much of the plan the built-in teacher has problems."""
        few = plan.model_copy(update={"count": min(plan.count, _KNOWLEDGE_ITEMS)})
        with self._c.store.read() as tx:
            sources = wanted(tx, project_id, plan)
            specs = items_of(tx, project_id, few).specs
        concepts = _concepts(sources)
        known = {concept for concept in concepts if knows_concept(concept)}
        posable = sum(all(known.intersection(group) for group in spec["groups"]) for spec in specs)
        return Knowledge(len(concepts), len(known), len(specs), posable)

    def estimate(self, project_id: str, plan: Plan) -> Estimate:
        """Calls exactly, tokens and money as far as they can be known."""
        few = plan.model_copy(update={"count": min(plan.count, 20)}) if isinstance(plan, SamplesPlan) else plan
        with self._c.store.read() as tx:
            items = items_of(tx, project_id, few)
            times = reports.times_of_calls(tx, project_id)
            count = plan.count if isinstance(plan, SamplesPlan) else len(items.specs)
            return Estimate(tuple(self._stage(tx, plan, stage, items, count, times) for stage in stages_of(plan)))

    def _stage(
        self, tx: Tx, plan: Plan, stage: Stage, items: Items, count: int, times: list[dict[str, Any]]
    ) -> StageEstimate:
        choice = plan.teachers[stage]
        connection = projects.get_connection(tx, choice.connection)
        wanted = (stage, connection.id, choice.model)
        row = next((t for t in times if (t["stage"], t["connection_id"], t["model"]) == wanted), None)
        measured = None
        if row:
            measured = Measured(row["calls"], row["prompt_tokens"], row["completion_tokens"], row["latency_ms"])
        return estimate_stage(
            stage,
            connection=connection,
            model=choice.model,
            calls=count,
            prompt_bytes=(_prompt_bytes(stage, items), _most_bytes(stage, items, plan)),
            max_tokens=choice.max_tokens,
            price=price_of(tx, connection, choice.model),
            concurrency=concurrency_of(connection),
            measured=measured,
            batch=plan.execution == "batch",
        )

    def first_prompts(self, project_id: str, plan: Plan, size: int = 1) -> list[Call]:
        """The exact first prompts of a plan, nothing sent."""
        with self._c.store.read() as tx:
            items = items_of(tx, project_id, plan)
        return [items.first_call(index) for index in range(min(size, len(items.specs)))]

    def start(self, who: Principal, project_id: str, plan: Plan, *, token: str, preview: int = 0) -> Run:
        """Queue a run, or with `preview` only its first items, answered at once. Twice with one token makes one run."""
        who.must(Action.RUN)
        if preview:
            plan = plan.model_copy(update={"execution": "live"})
        at = self._c.clock()
        with self._c.store.write() as tx:
            known = runs.find_by_token(tx, token)
            if known:
                return known
            self._refuse_blind_cap(tx, project_id, plan)
            refuse_batches(tx, plan)
            items = items_of(tx, project_id, plan)
            for text in items.texts.values():
                curricula.keep_snapshot(tx, text)
            if not preview:
                for key, position in items.positions.items():
                    curricula.advance_deck(tx, project_id, key, position)
            specs = items.specs[:preview] if preview else items.specs
            run_id = new_id(at)
            row = {
                "id": run_id,
                "project_id": project_id,
                "kind": plan.kind,
                "title": plan.title or title_of(tx, project_id, plan),
                "plan": plan.model_dump_json(),
                "preview": int(bool(preview)),
                "cost_cap": plan.cost_cap,
                "call_cap": plan.call_cap,
                "created_by": who.name,
                "created_at": at,
            }
            runs.insert(tx, row, specs, token)
            after = {"kind": plan.kind, "items": len(specs), "preview": bool(preview)}
            events.append(tx, project_id, who.name, at, "started", ("run", run_id), after=after)
            return runs.get(tx, run_id)

    def _refuse_blind_cap(self, tx: Tx, project_id: str, plan: Plan) -> None:
        capped = plan.cost_cap is not None or projects.get(tx, project_id).cost_cap is not None
        for stage in stages_of(plan):
            choice = plan.teachers[stage]
            connection = projects.get_connection(tx, choice.connection)
            if capped and price_of(tx, connection, choice.model) is None:
                raise PriceUnknownError(
                    f"The price of {choice.model!r} at {connection.name!r} is unknown, so a cost cap cannot hold.",
                    "Enter it where the plan shows its cost, or on the Connections page; or remove the cost caps.",
                )


def _reach(source: Source, plan: SamplesPlan) -> Reach:
    sessions, seed = source.syllabus.sessions, plan.random_seed
    return Reach(
        discipline=source.path[-1],
        subject=source.subject.name,
        level=source.subject.level,
        sessions=len(sessions),
        concepts=sum(len(session.concepts) for session in sessions),
        basic=source.deck(Difficulty.BASIC, seed).size,
        challenging=source.deck(Difficulty.CHALLENGING, seed).size,
        dealt=sum(plan.start.get(source.deck_key(difficulty, seed), 0) for difficulty in Difficulty),
    )


def _concepts(sources: Sequence[Source]) -> set[str]:
    return {concept for source in sources for session in source.syllabus.sessions for concept in session.concepts}


def _known_share(sources: Sequence[Source]) -> float:
    concepts = _concepts(sources)
    return sum(map(knows_concept, concepts)) / len(concepts) if concepts else 0.0


def _prompt_bytes(stage: Stage, items: Items) -> int:
    """Average size of the stage's prompts over the first items; for answers and the like a usual size."""
    usual = {Stage.EXTRACTION: 8000, Stage.ANSWER: 1600, Stage.VERIFICATION: 3200}
    if stage in usual or not items.specs:
        return usual.get(stage, 2000)
    sizes = _first_sizes(items)
    return sum(sizes) // len(sizes)


def _first_sizes(items: Items) -> list[int]:
    return [items.first_call(index).prompt_bytes for index in range(min(20, len(items.specs)))]


def _most_bytes(stage: Stage, items: Items, plan: Plan) -> int:
    """The largest prompt to expect: later stages get what earlier ones wrote, each at its token limit."""
    before = {
        Stage.EXTRACTION: (Stage.SUBJECTS, Stage.SYLLABUS),
        Stage.ANSWER: (Stage.QUESTION,),
        Stage.VERIFICATION: (Stage.QUESTION, Stage.ANSWER),
    }
    if stage not in before:
        return max(_first_sizes(items), default=2000)
    written = sum(plan.teachers[s].max_tokens for s in before[stage] if s in plan.teachers)
    return _TEMPLATE_BYTES + written * BYTES_A_TOKEN


KIND_TITLES = {
    PlanKind.TAXONOMY: "Taxonomy proposals",
    PlanKind.SUBJECTS: "Subjects",
    PlanKind.SYLLABI: "Syllabi",
    PlanKind.SAMPLES: "Samples",
}
