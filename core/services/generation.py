"""From a wish to a queued run: sources, estimate, preview, start. Also plan files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.analysis.estimates import Estimate, Measured, StageEstimate, estimate_stage
from core.domain.calls import Call, Stage
from core.domain.people import Action, Principal
from core.domain.plans import Plan, PlanKind, SamplesPlan, SubjectsPlan, SyllabiPlan, TaxonomyPlan, stages_of
from core.domain.records import Run
from core.domain.sampling import Difficulty
from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, Node
from core.errors import InvalidInputError, NotVerifiedError, PriceUnknownError
from core.generation import steps
from core.generation.drawing import Source, draw
from core.generation.products import Choice
from core.ids import new_id
from core.llm.factory import concurrency_of
from core.runs.pricing import price_of
from core.services.context import Context
from core.store import curricula, events, nodes, projects, reports, runs
from core.store.database import Tx

PREVIEW_SIZE = 4
_NOBODY = Choice(model="", temperature=0.0, top_p=1.0, max_tokens=1)
MAX_CHILDREN = 12


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


class GenerationService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def sources(self, project_id: str, *, include_unverified: bool = False) -> list[SourceView]:
        """Disciplines that have syllabi; unverified ones only on the owner's word."""
        with self._c.store.read() as tx:
            return self._sources(tx, project_id, include_unverified=include_unverified)

    def _sources(self, tx: Tx, project_id: str, *, include_unverified: bool) -> list[SourceView]:
        states = curricula.syllabi(tx, project_id)
        by_node: dict[int, list[Any]] = {}
        for subject in curricula.subjects(tx, project_id):
            if subject.id in states:
                by_node.setdefault(subject.node_id, []).append(subject)
        views = []
        for node in nodes.disciplines(tx, project_id):
            if node.id not in by_node:
                continue
            path = tuple(ancestor.name for ancestor in nodes.ancestors(tx, node))
            found, left = [], 0
            for subject in by_node[node.id]:
                verified = {node.state, subject.state, states[subject.id][0]} == {NodeState.VERIFIED}
                syllabus = curricula.find_syllabus(tx, subject.id) if verified or include_unverified else None
                if syllabus is None:
                    left += 1
                else:
                    found.append(Source(path, node.id, subject, syllabus))
            views.append(SourceView(node, path, tuple(found), left))
        return views

    def draft(self, project_id: str, plan: SamplesPlan) -> SamplesPlan:
        """The plan with the present deck positions: from here on it always means the same questions."""
        with self._c.store.read() as tx:
            positions = curricula.deck_positions(tx, project_id)
            keys = {
                source.deck_key(difficulty, plan.random_seed)
                for source in self._wanted(tx, project_id, plan)
                for difficulty in Difficulty
            }
        return plan.model_copy(update={"start": {key: positions[key] for key in sorted(keys) if key in positions}})

    def _wanted(self, tx: Tx, project_id: str, plan: SamplesPlan) -> list[Source]:
        views = self._sources(tx, project_id, include_unverified=plan.include_unverified)
        chosen = [
            source
            for view in views
            for source in view.sources
            if (not plan.disciplines and not plan.subjects)
            or view.node.id in plan.disciplines
            or source.subject.id in plan.subjects
        ]
        if not chosen:
            raise NotVerifiedError(
                "There is no verified syllabus to draw questions from.",
                "Verify a discipline, a subject of it and its syllabus on the Curriculum page.",
            )
        return chosen

    def _items(self, tx: Tx, project_id: str, plan: Plan) -> Items:
        """The items of a plan, for samples with the deck positions after it and the syllabus texts by hash."""
        if isinstance(plan, TaxonomyPlan):
            return Items(self._taxonomy_specs(tx, project_id, plan))
        if isinstance(plan, SubjectsPlan):
            return Items(self._subject_specs(tx, project_id, plan))
        if isinstance(plan, SyllabiPlan):
            return Items(self._syllabus_specs(tx, project_id, plan))
        sources = self._wanted(tx, project_id, plan)
        texts = {source.syllabus.id: source.text for source in sources}
        hashes = {syllabus_id: curricula.snapshot_hash(text) for syllabus_id, text in texts.items()}
        specs, positions = draw(sources, plan.count, plan.challenging_share, plan.random_seed, plan.start)
        for spec in specs:
            spec |= {"syllabus_hash": hashes[spec["syllabus_id"]], "verify": plan.verify}
        return Items(specs, positions, {hashes[syllabus_id]: text for syllabus_id, text in texts.items()})

    def _taxonomy_specs(self, tx: Tx, project_id: str, plan: TaxonomyPlan) -> list[dict[str, Any]]:
        node = nodes.get(tx, project_id, plan.node) if plan.node is not None else None
        kind = CHILD_KIND[node.kind if node else None]
        if kind is None:
            raise InvalidInputError("A discipline has no children; it has subjects.", "Use the Curriculum page.")
        if node and node.state is NodeState.REMOVED:
            raise InvalidInputError(f"{node.name!r} is removed.", "Restore it first.")
        there = [child.name for child in nodes.children(tx, project_id, plan.node, removed=True)]
        names = [ancestor.name for ancestor in nodes.ancestors(tx, node)] if node else []
        return [
            {
                "kind": "taxonomy",
                "node": plan.node,
                "names": names,
                "child": kind.value,
                "existing": there,
                "count": MAX_CHILDREN,
                "query": query,
            }
            for query in range(plan.queries)
        ]

    def _subject_specs(self, tx: Tx, project_id: str, plan: SubjectsPlan) -> list[dict[str, Any]]:
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
                }
                for query in range(plan.queries)
            ]
        return specs

    def _syllabus_specs(self, tx: Tx, project_id: str, plan: SyllabiPlan) -> list[dict[str, Any]]:
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
                    "attempt": known.version if known else 0,
                }
            )
        return specs

    def estimate(self, project_id: str, plan: Plan) -> Estimate:
        """Calls exactly, tokens and money as far as they can be known."""
        few = plan.model_copy(update={"count": min(plan.count, 20)}) if isinstance(plan, SamplesPlan) else plan
        with self._c.store.read() as tx:
            items = self._items(tx, project_id, few)
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
            measured = Measured(row["calls"], row["prompt_tokens"], row["completion_tokens"], row["latency_ms"] or 0)
        return estimate_stage(
            stage,
            teacher=connection.name,
            model=choice.model,
            calls=count,
            prompt_bytes=_prompt_bytes(stage, items),
            max_tokens=choice.max_tokens,
            price=price_of(tx, connection, choice.model),
            concurrency=concurrency_of(connection),
            measured=measured,
            instant=connection.kind in {"builtin", "scripted"},
        )

    def first_prompts(self, project_id: str, plan: Plan, size: int = 1) -> list[Call]:
        """The exact first prompts of a plan, nothing sent."""
        with self._c.store.read() as tx:
            items = self._items(tx, project_id, plan)
        return [items.first_call(index) for index in range(min(size, len(items.specs)))]

    def start(self, who: Principal, project_id: str, plan: Plan, *, token: str, preview: int = 0) -> Run:
        """Queue a run, or with `preview` only its first items. Pressing twice with one token makes one run."""
        who.must(Action.RUN)
        at = self._c.clock()
        with self._c.store.write() as tx:
            known = runs.find_by_token(tx, token)
            if known:
                return known
            self._refuse_blind_cap(tx, project_id, plan)
            items = self._items(tx, project_id, plan)
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
                "title": plan.title or self._title(tx, project_id, plan),
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
                    "Enter the price on the Connections page, or remove the cost caps.",
                )

    def _title(self, tx: Tx, project_id: str, plan: Plan) -> str:
        if isinstance(plan, TaxonomyPlan):
            node = nodes.get(tx, project_id, plan.node) if plan.node is not None else None
            return f"Proposals below {node.name}" if node else "Proposals of fields"
        if isinstance(plan, SubjectsPlan):
            names = [nodes.get(tx, project_id, node_id).name for node_id in plan.disciplines]
            return f"Subjects of {_and(names)}"
        if isinstance(plan, SyllabiPlan):
            names = [curricula.get_subject(tx, project_id, subject_id).name for subject_id in plan.subjects]
            return f"Syllabi: {_and(names)}"
        names = list(dict.fromkeys(source.path[-1] for source in self._wanted(tx, project_id, plan)))
        return f"{plan.count:,} samples from {_and(names)}"


def _prompt_bytes(stage: Stage, items: Items) -> int:
    """Average size of the stage's prompts over the first items; for answers and the like a usual size."""
    usual = {Stage.EXTRACTION: 8000, Stage.ANSWER: 1600, Stage.VERIFICATION: 3200}
    if stage in usual or not items.specs:
        return usual.get(stage, 2000)
    sizes = [items.first_call(index).prompt_bytes for index in range(min(20, len(items.specs)))]
    return sum(sizes) // len(sizes)


def _and(names: Sequence[str], most: int = 3) -> str:
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


KIND_TITLES = {
    PlanKind.TAXONOMY: "Taxonomy proposals",
    PlanKind.SUBJECTS: "Subjects",
    PlanKind.SYLLABI: "Syllabi",
    PlanKind.SAMPLES: "Samples",
}
