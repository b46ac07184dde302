"""What strategies draw on, planted on a bench: a seed set, samples to go on from, and a teacher that never repeats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from core.domain.calls import Call, Stage
from core.domain.plans import SamplesPlan, SeedChoice, TeacherChoice
from core.domain.seeds import SeedDraft
from core.domain.strategies import FROM_SEEDS, Strategy, TaskType
from core.llm.scripted import ScriptedTeacher
from core.services.sample_items import sample_specs
from core.store import curricula, seeds
from tests.engine.conftest import PROJECT, Bench

SEEDS = tuple(
    SeedDraft(question=question, answer=f"{secret} #### {final}", final=final)
    for question, secret, final in (
        ("How many apples are left when Ann eats 3 of 10?", "Ten less three.", "7"),
        ("What do 4 tickets cost at 6 euros each?", "Four sixes.", "24"),
        ("A train takes 2 hours for 180 km; what is its speed?", "Divide.", "90"),
        ("Half of a class of 28 sings; how many do not?", "The other half.", "14"),
    )
)


def distinct(call: Call, _: int) -> str:
    """A valid answer to any stage of any strategy that depends on the call alone and shares no words with another."""
    if call.schema_name:
        verdicts = {"reason": "Scripted.", "correct": True, "fit": True, "different": True, "answerable": True}
        assert call.schema is not None
        return json.dumps({field: verdicts[field] for field in call.schema["properties"]})
    digest = hashlib.sha256(f"{call.stage}{call.sample_index}{call.messages}".encode()).hexdigest()
    return f"Explain {' '.join(digest[i : i + 7] for i in range(0, 56, 7))} in full?"


def plant_seeds(bench: Bench, drafts: Sequence[SeedDraft] = SEEDS, task: TaskType = TaskType.MATHS) -> int:
    """A seed set of the project; its id."""
    row = {"project_id": PROJECT, "name": "Seeds", "task_type": task, "source": "typed in", "lineage": {}}
    with bench.store.write() as tx:
        return seeds.insert(
            tx, {**row, "database": "", "created_by": "Ada", "created_at": bench.now, "token": "t"}, drafts
        )


def plant_parents(bench: Bench, connection: str, count: int = 4) -> str:
    """A finished run whose samples can be gone on from; its id."""
    run_id = bench.samples_run(connection, count)
    bench.execute(ScriptedTeacher(distinct), run_id)
    return run_id


def plan_of(bench: Bench, connection: str, strategy: Strategy, count: int, **more: object) -> SamplesPlan:
    """A plan of one strategy; seeds or parents are planted for it."""
    choice = TeacherChoice(connection=connection, model="m", max_tokens=500)
    if strategy in FROM_SEEDS and "seeds" not in more:
        more["seeds"] = SeedChoice(seed_set=plant_seeds(bench))
    if strategy is Strategy.MULTI_TURN and "parents" not in more:
        more["parents"] = (plant_parents(bench, connection),)
    return SamplesPlan.model_validate(
        {"teachers": dict.fromkeys(Stage, choice), "strategy": strategy, "count": count, **more}
    )


def start(bench: Bench, plan: SamplesPlan, **caps: int) -> tuple[str, SamplesPlan]:
    """A queued run of the plan's items, and the same plan going on where this one ends."""
    with bench.store.write() as tx:
        specs, positions, texts = sample_specs(tx, PROJECT, [plan])
        for text in texts.values():
            curricula.keep_snapshot(tx, text)
    return bench.run_of(plan, specs, **caps), plan.model_copy(update={"start": positions})
