"""The upper bound of a plan: no prompt may be larger than what it was reckoned with."""

from __future__ import annotations

import pytest

from core.domain.calls import Stage
from core.domain.people import Principal
from core.domain.plans import SamplesPlan, SeedChoice
from core.domain.price_entry import PriceEntry
from core.domain.seeds import SeedDraft
from core.domain.strategies import FROM_SEEDS, Strategy
from core.services.estimating import Estimator
from core.services.projects import choice_for
from core.store import seeds
from core.workspace import Workspace

ME = Principal("Ana")
SCHEMA = "CREATE TABLE t (" + ", ".join(f"c{n} TEXT" for n in range(3000)) + ");"


def bound(work: Workspace, strategy: Strategy, context: str) -> dict[Stage, int]:
    """Nano-dollars at most by stage, of one sample from a set whose last example has this context."""
    project = work.projects.create(ME, f"{strategy}{len(context)}", starter=False, token=f"{strategy}{len(context)}")
    drafts = [SeedDraft(question=f"How many rows has table {n}?", answer="SELECT 1") for n in range(40)]
    drafts.append(SeedDraft(question="And this one?", context=context, answer="SELECT 1"))
    row = {"name": "S", "task_type": "text_to_sql", "source": "", "lineage": {}, "database": "", "token": project.id}
    with work.context.store.write() as tx:
        set_id = seeds.insert(tx, {**row, "project_id": project.id, "created_by": "Ana", "created_at": 1.0}, drafts)
    paid = work.connections.add(ME, name=project.name, base_url="http://127.0.0.1:9/v1", models=["m"])
    work.connections.set_price(ME, paid.id, "m", PriceEntry("1", "0"), sure=True)
    teachers = {stage: choice_for(stage, paid.id, "m") for stage in work.projects.teachers(project.id)}
    plan = SamplesPlan(strategy=strategy, teachers=teachers, seeds=SeedChoice(seed_set=set_id), count=1)
    with work.context.store.read() as tx:
        stages = Estimator(tx, project.id).estimate(plan).stages
    return {row.stage: row.bound or 0 for row in stages}


@pytest.mark.parametrize("strategy", FROM_SEEDS)
def test_the_longest_seed_counts_at_every_stage_wherever_it_stands(work: Workspace, strategy: Strategy) -> None:
    short, long = bound(work, strategy, ""), bound(work, strategy, SCHEMA)
    for stage, amount in long.items():
        assert amount - short[stage] >= len(SCHEMA) // 4 * 1000, stage
