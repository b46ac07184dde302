"""Self-Instruct in a run: the pool grows, items ask the same again after a crash, near duplicates are not answered."""

from __future__ import annotations

from core.domain.calls import Call, Reply, Stage
from core.domain.plans import MixedPlan
from core.domain.states import ItemState, RunState
from core.domain.strategies import Strategy
from core.llm.scripted import ScriptedTeacher
from core.services.sample_items import sample_specs
from tests.engine.conftest import PROJECT, Bench, Hanging, until
from tests.engine.seeded import plant_seeds, retry_all, seeded_plan, seeded_run

WORDS = [
    "oak",
    "elm",
    "ash",
    "fir",
    "yew",
    "box",
    "bay",
    "fig",
    "sun",
    "sea",
    "ice",
    "fog",
    "dew",
    "mud",
    "ore",
    "tin",
    "zinc",
    "gold",
    "iron",
    "lead",
    "salt",
    "sand",
    "silt",
    "clay",
]
SEEDS = [f"How many {word}s are on hill number {n}, and why so many there?" for n, word in enumerate(WORDS[:12])]


def fresh(call: Call, number: int) -> str:
    """A task that is like no other, or an answer."""
    if call.stage is Stage.AUGMENT:
        return " ".join(f"{word}{number}" for word in WORDS[:9])
    return "An answer."


def test_items_behind_the_first_round_are_shown_what_the_run_has_made(bench: Bench) -> None:
    plan = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 26)
    run_id = seeded_run(bench, plan)
    teacher = ScriptedTeacher(fresh)
    assert bench.execute(teacher, run_id, at_once=1).state is RunState.COMPLETED
    items = bench.items(run_id)
    assert {item.state for item in items} == {ItemState.DONE}
    drawn = [item.spec.get("made_shots") for item in items]
    assert drawn[:8] == [None] * 8
    assert [len(ids or ()) for ids in drawn[-6:]] == [2] * 6
    made = {sample.id: sample for sample in bench.samples()}
    last = made[items[-1].products[0]]
    assert last.lineage["made_shots"] == drawn[-1]
    assert len(last.lineage["shots"]) == 6
    prompts = [call.messages[-1].content for call in teacher.asked if call.stage is Stage.AUGMENT]
    assert sum(made[last.lineage["made_shots"][0]].question in prompt for prompt in prompts) >= 1
    assert {sample.lineage["augment_by"]["template"] for sample in made.values()} == {"self_instruct"}


def test_an_item_asks_the_same_again_after_a_crash_and_pays_no_answer_twice(bench: Bench) -> None:
    plan = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 24)
    run_id = seeded_run(bench, plan)
    bench.execute(ScriptedTeacher(fresh), seeded_run(bench, plan, first=10))
    hanging = Hanging()
    bench.crash(hanging, run_id)
    drawn = {item.idx: item.spec["made_shots"] for item in bench.items(run_id) if "made_shots" in item.spec}
    assert drawn
    teacher = ScriptedTeacher(fresh)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert {item.idx: item.spec["made_shots"] for item in bench.items(run_id) if item.idx in drawn} == drawn
    asked = {call.messages for call in teacher.asked}
    assert {call.messages for call in hanging.asked if call.stage is Stage.AUGMENT} <= asked
    keys = [request.key for request in bench.requests(run_id)]
    assert len(keys) == len(set(keys))
    bench.check_ledger()


def test_a_near_duplicate_of_a_seed_or_of_a_task_is_dropped_before_its_answer_is_paid(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if call.stage is Stage.ANSWER:
            return "An answer."
        return SEEDS[3].replace("why", "say why") if call.sample_index % 2 else "Which rivers run north all year round?"

    plan = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 6)
    run_id = seeded_run(bench, plan)
    teacher = ScriptedTeacher(script)
    bench.execute(teacher, run_id)
    items = bench.items(run_id)
    assert [item.state for item in items].count(ItemState.DONE) == 1
    dropped = [item for item in items if item.state is ItemState.DROPPED]
    assert {SEEDS[3] in item.error or "rivers run north" in item.error for item in dropped} == {True}
    assert sum(call.stage is Stage.ANSWER for call in teacher.asked) == 1


def test_parts_of_one_run_that_share_a_seed_set_share_its_pool(bench: Bench) -> None:
    seed_set = plant_seeds(bench, SEEDS)
    part = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, seed_set, 1)
    parts = (part, part.model_copy(update={"random_seed": 1}))
    with bench.store.read() as tx:
        specs, _, _ = sample_specs(tx, PROJECT, parts)
    run_id = bench.run_of(MixedPlan(parts=parts), specs)
    bench.execute(ScriptedTeacher(lambda call, number: "Which rivers run north all year round?"), run_id)
    assert sorted(bench.states(run_id)) == [ItemState.DONE, ItemState.DROPPED]


def test_a_dropped_item_that_is_put_back_is_not_paid_again(bench: Bench) -> None:
    plan = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 3)
    run_id = seeded_run(bench, plan)
    bench.execute(ScriptedTeacher(lambda call, number: SEEDS[0]), run_id)
    retry_all(bench, run_id)
    teacher = ScriptedTeacher(fresh)
    bench.execute(teacher, run_id)
    assert set(bench.states(run_id)) == {ItemState.DROPPED}
    assert teacher.asked == []


def test_what_a_preview_made_is_what_the_run_makes_and_is_not_its_own_duplicate(bench: Bench) -> None:
    plan = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 20)
    bench.execute(ScriptedTeacher(fresh), seeded_run(bench, plan, first=8, preview=True))
    teacher = ScriptedTeacher(lambda call, number: fresh(call, number + 1000))
    run_id = seeded_run(bench, plan)
    bench.execute(teacher, run_id)
    assert set(bench.states(run_id)) == {ItemState.DONE}
    assert len(teacher.asked) == 2 * 12


def test_a_second_run_of_one_plan_knows_its_samples_instead_of_dropping_them(bench: Bench) -> None:
    plan = seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 8)
    bench.execute(ScriptedTeacher(fresh), seeded_run(bench, plan))
    again = seeded_run(bench, plan)
    bench.execute(ScriptedTeacher(fresh), again)
    assert set(bench.states(again)) == {ItemState.KNOWN}


def test_a_task_whose_answer_was_asked_for_is_not_dropped_for_a_like_one_that_comes_first_the_next_time(
    bench: Bench,
) -> None:
    class SecondItemFirst(ScriptedTeacher):
        async def ask(self, call: Call) -> Reply:
            if call.stage is Stage.AUGMENT and call.sample_index == 0:
                await until(lambda: any(asked.stage is Stage.ANSWER for asked in self.asked))
            return await super().ask(call)

    def script(call: Call, number: int) -> str:
        if call.stage is Stage.ANSWER:
            return "" if silent else "An answer."
        return f"Which rivers run north all year round{' here' * (1 - call.sample_index)}?"

    run_id = seeded_run(bench, seeded_plan(bench.connect(), Strategy.SELF_INSTRUCT, plant_seeds(bench, SEEDS), 2))
    silent = True
    bench.execute(SecondItemFirst(script), run_id)
    assert bench.states(run_id) == [ItemState.DROPPED, ItemState.INVALID]
    retry_all(bench, run_id)
    silent, teacher = False, ScriptedTeacher(script)
    bench.execute(teacher, run_id)
    assert bench.states(run_id) == [ItemState.DROPPED, ItemState.DONE]
    assert [call.stage for call in teacher.asked] == [Stage.ANSWER]
    bench.check_ledger()
