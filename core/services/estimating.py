"""What a plan will cost: each stage of each part with each of its teachers, from prices, prompts, measured calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.analysis.estimates import BYTES_A_TOKEN, Estimate, Measured, StageEstimate, estimate_stage
from core.domain.calls import Stage
from core.domain.plans import (
    CHECKED_BY,
    Checks,
    MixedPlan,
    Plan,
    SamplesPlan,
    SharedTeacher,
    TeacherChoice,
    parts_of,
    stages_of,
)
from core.domain.strategies import Strategy
from core.generation.strategies.self_instruct import SHOTS
from core.llm.factory import concurrency_of
from core.runs.pricing import price_of
from core.services.planning import Items, items_of
from core.store import call_figures, projects, samples, seeds
from core.store.database import Tx

_TEMPLATE_BYTES = 3000
_FEW = 20
_USUAL = {
    Stage.EXTRACTION: 8000,
    Stage.ANSWER: 1600,
    Stage.AGREEMENT: 1600,
    Stage.QUESTION_CHECK: 1800,
    Stage.VERIFICATION: 3200,
    Stage.REPAIR: 3200,
}
_BEFORE = {
    Stage.EXTRACTION: (Stage.SUBJECTS, Stage.SYLLABUS),
    Stage.QUESTION_CHECK: (Stage.AUGMENT, Stage.AUGMENT),  # an evolution is compared with the one before it
    Stage.ANSWER: (Stage.QUESTION, Stage.AUGMENT),
    Stage.AGREEMENT: (Stage.QUESTION, Stage.AUGMENT, Stage.REPAIR),
    Stage.VERIFICATION: (Stage.QUESTION, Stage.AUGMENT, Stage.ANSWER, Stage.REPAIR),
}


class Estimator:
    """Estimates plans of one project from one snapshot."""

    def __init__(self, tx: Tx, project_id: str) -> None:
        self._tx = tx
        self._project_id = project_id
        self._times = call_figures.times(tx, project_id)
        self._first: tuple[Items | None, list[tuple[Stage, int]]] = (None, [])  # every stage asks for the same sizes

    def estimate(self, plan: Plan) -> Estimate:
        """Calls exactly, tokens and money as far as they can be known."""
        if not isinstance(plan, SamplesPlan | MixedPlan):
            items, batch = items_of(self._tx, self._project_id, plan), plan.execution == "batch"
            stages = [(stage, plan.teachers[stage], _calls(stage, items)) for stage in stages_of(plan)]
            return Estimate(
                tuple(self._stage(batch, plan.teachers, stage, who, calls, items) for stage, who, calls in stages)
            )
        batch = plan.execution == "batch"
        parts = enumerate(parts_of(plan))
        return Estimate(tuple(row for number, part in parts for row in self._part(number, part, batch=batch)))

    def _part(self, number: int, part: SamplesPlan, *, batch: bool) -> list[StageEstimate]:
        few = part.model_copy(update={"count": min(part.count, _FEW)})
        items = items_of(self._tx, self._project_id, few)
        longest = self._longest(part)
        rows = []
        for stage in stages_of(part):
            choices = part.choices(stage)
            for choice, count in zip(choices, _shared(choices, part.count), strict=True):
                calls = count * part.arithmetic.calls[stage]
                row = self._stage(batch, part.teachers, stage, choice.teacher, calls, items, longest)
                rows.append(replace(row, strategy=part.strategy, part=number))
        return rows

    def _longest(self, part: SamplesPlan) -> int:
        """Bytes of the longest source that a prompt can show: seeds, or a conversation with its new turns."""
        if part.seeds is not None:
            longest = seeds.longest(self._tx, part.seeds.seed_set)
            return longest * (SHOTS if part.strategy is Strategy.SELF_INSTRUCT else 1)
        if part.strategy is not Strategy.MULTI_TURN:
            return 0
        turn = sum(part.teachers[s].max_tokens for s in (Stage.AUGMENT, Stage.ANSWER) if s in part.teachers)
        return samples.longest(self._tx, self._project_id) + (part.rounds - 1) * turn * BYTES_A_TOKEN

    def _stage(
        self,
        batch: bool,
        teachers: dict[Stage, TeacherChoice],
        stage: Stage,
        choice: TeacherChoice,
        calls: int,
        items: Items,
        longest: int = 0,
    ) -> StageEstimate:
        connection = projects.get_connection(self._tx, choice.connection)
        return estimate_stage(
            stage,
            connection=connection,
            model=choice.model,
            calls=calls,
            prompt_bytes=(self._usual_bytes(stage, items), self._most_bytes(stage, items, teachers, longest)),
            max_tokens=choice.max_tokens,
            price=price_of(self._tx, connection, choice.model),
            concurrency=concurrency_of(connection),
            measured=self._measured(stage, connection.id, choice.model),
            batch=batch,
        )

    def _measured(self, stage: Stage, connection_id: str, model: str) -> Measured | None:
        wanted = (stage, connection_id, model)
        row: dict[str, Any] | None = next(
            (t for t in self._times if (t["stage"], t["connection_id"], t["model"]) == wanted), None
        )
        if row is None:
            return None
        return Measured(row["calls"], row["prompt_tokens"], row["completion_tokens"], row["latency_ms"])

    def _usual_bytes(self, stage: Stage, items: Items) -> int:
        """Average size of the stage's prompts over the first items; for later stages a usual size."""
        sizes = self._first_sizes(stage, items)
        return sum(sizes) // len(sizes) if sizes else _USUAL.get(stage, 2000)

    def _most_bytes(self, stage: Stage, items: Items, teachers: dict[Stage, TeacherChoice], longest: int) -> int:
        """The largest prompt to expect: the longest source as often as a prompt shows it, and what earlier stages and
        earlier turns wrote, each at its token limit."""
        sizes = self._first_sizes(stage, items)
        written = sum(teachers[s].max_tokens for s in _BEFORE.get(stage, ()) if s in teachers)
        later = _TEMPLATE_BYTES + 2 * longest + written * BYTES_A_TOKEN
        return max(*sizes, _TEMPLATE_BYTES + longest) if sizes else later

    def _first_sizes(self, stage: Stage, items: Items) -> list[int]:
        """Sizes of the first items' first calls, if those are of this stage."""
        if self._first[0] is not items:
            calls = [items.first_call(self._tx, self._project_id, i) for i in range(min(_FEW, len(items.specs)))]
            self._first = (items, [(call.stage, call.prompt_bytes) for call in calls])
        return [size for of, size in self._first[1] if of is stage]


def _calls(stage: Stage, items: Items) -> int:
    """Calls of a stage that every item asks once, or of a check that a repair asks again."""
    if stage not in CHECKED_BY:
        return len(items.specs)
    return sum(Checks(**spec.get("checks", {})).calls.get(stage, 0) for spec in items.specs)


def _shared(choices: tuple[SharedTeacher, ...], count: int) -> list[int]:
    """`count` samples over several teachers by their shares; the first ones get what is left over."""
    total = sum(choice.share for choice in choices)
    parts = [count * choice.share // total for choice in choices]
    for index in range(count - sum(parts)):
        parts[index] += 1
    return parts
