"""Seed sets on a bench, and runs of plans that draw on them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.domain.calls import Stage
from core.domain.plans import SamplesPlan, SeedChoice, TeacherChoice
from core.domain.seeds import SeedDraft
from core.domain.strategies import Strategy, TaskType
from core.services.sample_items import sample_specs
from core.store import runs, seeds
from tests.engine.conftest import PROJECT, Bench


def plant_seeds(bench: Bench, questions: Sequence[str], task_type: TaskType = TaskType.MATHS) -> int:
    """A seed set with these questions; its id."""
    row = {"project_id": PROJECT, "name": "Seeds", "task_type": task_type, "source": "", "lineage": {}, "database": ""}
    more = {"created_by": "Ada", "created_at": bench.now, "token": None}
    with bench.store.write() as tx:
        return seeds.insert(tx, {**row, **more}, [SeedDraft(question=question) for question in questions])


def seeded_plan(connection: str, strategy: Strategy, seed_set: int, count: int, **more: object) -> SamplesPlan:
    """A plan on all examples of the set, every stage by one teacher."""
    choice = TeacherChoice(connection=connection, model="m", max_tokens=500)
    return SamplesPlan(
        strategy=strategy,
        teachers=dict.fromkeys(Stage, choice),
        seeds=SeedChoice(seed_set=seed_set),
        count=count,
        **more,  # type: ignore[arg-type]
    )


def seeded_run(bench: Bench, plan: SamplesPlan, *, first: int | None = None, preview: bool = False) -> str:
    """A queued run of the plan's items, or of its first ones."""
    with bench.store.read() as tx:
        specs, _, _ = sample_specs(tx, PROJECT, [plan])
    return bench.run_of(plan, specs[:first], preview=int(preview))


def retry_all(bench: Bench, run_id: str) -> None:
    """Put back every item without a result and queue the run."""
    with bench.store.write() as tx:
        runs.retry_items(tx, run_id)
        runs.reopen(tx, run_id)


def verdict(template: str, *, good: bool = True) -> str:
    """What a check of questions says."""
    if template == "evolution_check":
        return json.dumps({"reason": "Scripted.", "different": good, "answerable": True})
    return json.dumps({"reason": "Scripted.", "fit": good})
