"""From a wish to a queued run: sources, estimate, preview, start. Also plan files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter

from core.analysis.estimates import Estimate, StageEstimate
from core.domain.calls import Call
from core.domain.people import Action, Principal
from core.domain.plans import MixedPlan, Plan, PlanKind, RepairsPlan, SamplesPlan, makes, parts_of, roster
from core.domain.records import Run
from core.domain.sampling import Difficulty
from core.errors import InvalidInputError, PriceUnknownError
from core.generation.drawing import Source
from core.ids import new_id
from core.interchange import plan_file
from core.llm.builtin.homework import knows_question
from core.llm.builtin.library import knows_concept
from core.runs.pricing import price_of
from core.services.batches import refuse_batches
from core.services.context import Context
from core.services.dividing import divided, fitted, resized
from core.services.estimating import Estimator
from core.services.materials import Materials, materials_of
from core.services.plan_files import file_of
from core.services.plan_reading import PlanReader
from core.services.planning import items_of, title_of
from core.services.projects import ProjectService
from core.services.readying import Ready, made_ready, still_ready, wishes_in
from core.services.sample_items import position_keys
from core.services.sources import SourceView, sources_of, wanted
from core.store import curricula, events, projects, prompt_copies, repair_wishes, runs, samples, seeds
from core.store.database import Tx

__all__ = [
    "KIND_TITLES",
    "PREVIEW_SIZE",
    "Estimate",
    "GenerationService",
    "Knowledge",
    "Materials",
    "Reach",
    "SourceView",
    "StageEstimate",
    "resized",
]
PREVIEW_SIZE = 4
_KNOWLEDGE_ITEMS = 500
_KNOWN_SEEDS = 30
_ENOUGH = 0.5
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
Samples = TypeVar("Samples", SamplesPlan, MixedPlan)


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

    def materials(self, project_id: str) -> Materials:
        """What there is to make samples from, and by which strategies."""
        with self._c.store.read() as tx:
            return materials_of(tx, project_id)

    def draft(self, project_id: str, plan: Samples) -> Samples:
        """The plan with a position for each of its decks and seeds: from here on it always means the same questions.

        Positions that the plan has are kept; the others are the present ones.
        """
        with self._c.store.read() as tx:
            present = curricula.deck_positions(tx, project_id)
            parts = [self._drafted(tx, project_id, part, present) for part in parts_of(plan)]
        return plan.model_copy(update={"parts": tuple(parts)}) if isinstance(plan, MixedPlan) else parts[0]

    def _drafted(self, tx: Tx, project_id: str, part: SamplesPlan, present: Mapping[str, int]) -> SamplesPlan:
        keys = position_keys(tx, project_id, part)
        start = {key: part.start.get(key, present.get(key, 0)) for key in keys}
        return part.model_copy(update={"start": start, "prompts": prompt_copies.in_use(tx, project_id)})

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
        if isinstance(plan, MixedPlan):
            return self.draft(project_id, plan)
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

    def seeds_known(self, project_id: str, set_id: int) -> tuple[int, int]:
        """How many of the first seed examples the built-in teacher can answer, and how many were looked at."""
        with self._c.store.read() as tx:
            found = seeds.examples(tx, seeds.get(tx, project_id, set_id).id, size=_KNOWN_SEEDS)
        return sum(knows_question(example.prompt) for example in found), len(found)

    def parents_known(self, project_id: str, run_ids: Sequence[str]) -> tuple[int, int]:
        """The same of the first samples that conversations would go on from."""
        with self._c.store.read() as tx:
            found = samples.by_ids(tx, samples.to_continue(tx, project_id, run_ids)[:_KNOWN_SEEDS])
        return sum(knows_question(sample.question) for sample in found), len(found)

    def estimate(self, project_id: str, plan: Plan) -> Estimate:
        """Calls exactly, tokens and money as far as they can be known."""
        with self._c.store.read() as tx:
            return Estimator(tx, project_id).estimate(plan)

    def divided(
        self,
        project_id: str,
        plan: SamplesPlan | MixedPlan,
        shares: Sequence[int],
        *,
        calls: int | None = None,
        cost: int | None = None,
    ) -> list[int]:
        """Samples that each part of a drafted plan buys with its share of calls or nano-dollars, see `dividing`."""
        with self._c.store.read() as tx:
            return divided(Estimator(tx, project_id), plan, shares, calls=calls, cost=cost)

    def fitted(
        self, project_id: str, plan: SamplesPlan | MixedPlan, *, calls: int | None = None, cost: int | None = None
    ) -> list[int] | None:
        """Samples of each part of a drafted plan that keep these limits even at their longest, see `dividing`."""
        with self._c.store.read() as tx:
            return fitted(Estimator(tx, project_id), plan, calls=calls, cost=cost)

    def first_prompts(self, project_id: str, plan: Plan, size: int = 1) -> list[Call]:
        """The exact first prompts of a plan, nothing sent."""
        with self._c.store.read() as tx:
            items = items_of(tx, project_id, plan)
            return [items.first_call(tx, project_id, index) for index in range(min(size, len(items.specs)))]

    def start(self, who: Principal, project_id: str, plan: Plan, *, token: str, preview: int = 0) -> Run:
        """Queue a run, or with `preview` only its first items, answered at once. Twice with one token makes one run."""
        who.must(Action.RUN)
        if preview and isinstance(plan, RepairsPlan):
            raise InvalidInputError("Repairs have no preview.", "Start a run on one sample to see what comes of it.")
        if preview:
            plan = plan.model_copy(update={"execution": "live"})
        at = self._c.clock()
        with self._c.store.read() as tx:
            if known := runs.find_by_token(tx, token):
                return known
            self._refuse_blind_cap(tx, project_id, plan)
            ready = made_ready(tx, project_id, plan, preview)
        with self._c.store.write() as tx:
            if known := runs.find_by_token(tx, token):
                return known
            self._refuse_blind_cap(tx, project_id, plan)
            refuse_batches(tx, plan)
            if not still_ready(tx, project_id, plan, ready):
                ready = made_ready(tx, project_id, plan, preview)
            _keep_sources(tx, project_id, plan, ready, at)
            run_id = new_id(at)
            row = {
                "id": run_id,
                "project_id": project_id,
                "kind": makes(plan),
                "title": plan.title or title_of(tx, project_id, plan),
                "plan": plan.model_dump_json(),
                "preview": int(bool(preview)),
                "cost_cap": plan.cost_cap,
                "call_cap": plan.call_cap,
                "created_by": who.name,
                "created_at": at,
            }
            runs.insert_packed(tx, row, ready.specs, token)
            if isinstance(plan, RepairsPlan):
                repair_wishes.send(tx, wishes_in(ready.specs), run_id)
            after = {"kind": makes(plan), "items": len(ready.specs), "preview": bool(preview)}
            events.append(tx, project_id, who.name, at, "started", ("run", run_id), after=after)
            return runs.get(tx, run_id)

    def _refuse_blind_cap(self, tx: Tx, project_id: str, plan: Plan) -> None:
        capped = plan.cost_cap is not None or projects.get(tx, project_id).cost_cap is not None
        for choice in roster(plan):
            connection = projects.get_connection(tx, choice.connection)
            if capped and price_of(tx, connection, choice.model) is None:
                raise PriceUnknownError(
                    f"The price of {choice.model!r} at {connection.name!r} is unknown, so a cost cap cannot hold.",
                    "Enter it where the plan shows its cost, or on the Connections page; or remove the cost caps.",
                )


def _keep_sources(tx: Tx, project_id: str, plan: Plan, ready: Ready, at: float) -> None:
    """What the items of the run will be made from stays as it is now."""
    for part in parts_of(plan) if isinstance(plan, SamplesPlan | MixedPlan) else ():
        if part.seeds is not None:
            seeds.freeze(tx, part.seeds.seed_set, at)
    for text in ready.texts.values():
        curricula.keep_snapshot(tx, text)
    for key, position in ready.positions.items():
        curricula.advance_deck(tx, project_id, key, position)


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


KIND_TITLES = {
    PlanKind.TAXONOMY: "Taxonomy proposals",
    PlanKind.SUBJECTS: "Subjects",
    PlanKind.SYLLABI: "Syllabi",
    PlanKind.SAMPLES: "Samples",
    PlanKind.REPAIRS: "Repairs",
}
