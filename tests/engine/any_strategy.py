"""A plan of any strategy on a bench, with what it draws on, and a teacher that never says the same twice."""

from __future__ import annotations

import hashlib
import json

from core.domain.calls import Call, Stage
from core.domain.plans import SamplesPlan, TeacherChoice
from core.domain.strategies import FROM_SEEDS, Strategy
from core.llm.scripted import ScriptedTeacher
from core.services.sample_items import sample_specs
from core.store import curricula
from tests.engine.conftest import PROJECT, Bench
from tests.engine.seeded import plant_seeds, seeded_plan

SEEDS = (
    "How many apples are left when Ann eats three of ten?",
    "What do four tickets cost at six euros each?",
    "A train takes two hours to the sea; how long does it take there and back?",
    "Half of a class sings; how many do not?",
)


def distinct(call: Call, _: int) -> str:
    """A valid answer to any stage of any strategy that depends on the call alone and shares no words with another."""
    if call.schema is not None:
        verdicts = {"reason": "Scripted.", "correct": True, "fit": True, "different": True, "answerable": True}
        return json.dumps({field: verdicts[field] for field in call.schema["properties"]})
    digest = hashlib.sha256(f"{call.stage}{call.sample_index}{call.messages}".encode()).hexdigest()
    return f"Explain {' '.join(digest[i : i + 7] for i in range(0, 56, 7))} in full?"


def plan_of(bench: Bench, connection: str, strategy: Strategy, count: int, **more: object) -> SamplesPlan:
    """A plan of one strategy; seeds, or samples to go on from, are planted for it."""
    if strategy in FROM_SEEDS:
        return seeded_plan(connection, strategy, plant_seeds(bench, SEEDS), count, **more)
    if strategy is Strategy.MULTI_TURN:
        parents = bench.samples_run(connection, 4)
        bench.execute(ScriptedTeacher(distinct), parents)
        more["parents"] = (parents,)
    teachers = dict.fromkeys(Stage, TeacherChoice(connection=connection, model="m", max_tokens=500))
    return SamplesPlan.model_validate({"teachers": teachers, "strategy": strategy, "count": count, **more})


def start(bench: Bench, plan: SamplesPlan) -> tuple[str, SamplesPlan]:
    """A queued run of the plan's items, and the same plan going on where this one ends."""
    with bench.store.write() as tx:
        specs, positions, texts = sample_specs(tx, PROJECT, [plan])
        for text in texts.values():
            curricula.keep_snapshot(tx, text)
    return bench.run_of(plan, specs), plan.model_copy(update={"start": positions})
