"""Previews, pilots, retries and several runs of plans of all strategies: no question is paid twice, none is skipped."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from core.domain.calls import Call, Stage
from core.domain.people import Principal
from core.domain.plans import Checks, MixedPlan, SamplesPlan
from core.domain.records import Run
from core.domain.seeds import SeedDraft
from core.domain.states import ItemState, RunState
from core.domain.strategies import FROM_SEEDS, MADE, Strategy
from core.errors import FrozenError, InvalidInputError, UnusableReplyError
from core.generation.calls import Spec
from core.generation.products import Ask, Product
from core.generation.steps import STEPS, make_sample
from core.ids import new_id
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.runs import sending
from core.runs.engine import Engine
from core.services.context import Context
from core.services.generation import GenerationService
from core.services.prompts import Body, PromptService
from core.services.runs import RunService
from core.services.seeds import SeedService
from core.store.runs import claim
from tests.engine.any_strategy import SEEDS, distinct, plan_of
from tests.engine.conftest import LEASE, PROJECT, Bench
from tests.engine.seeded import plant_seeds, seeded_plan

ME = Principal("Ada")
FINISHED = {ItemState.DONE, ItemState.KNOWN}


class Desk:
    """The services of a bench, and runs made the way the screens make them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.context = Context(bench.store, bench.settings, KeyFile(bench.settings.keys, {}), {}, lambda: bench.now)
        self.plans, self.runs = GenerationService(self.context), RunService(self.context)

    def start(self, plan: SamplesPlan | MixedPlan, preview: int = 0) -> Run:
        return self.plans.start(ME, PROJECT, plan, token=new_id(self.bench.now), preview=preview)

    def work(self, plan: SamplesPlan | MixedPlan, preview: int = 0) -> tuple[Run, list[Call]]:
        """A started run, worked off, and the calls that it cost."""
        teacher = ScriptedTeacher(distinct)
        run = self.bench.execute(teacher, self.start(plan, preview).id)
        assert run.state is RunState.COMPLETED
        return run, teacher.asked

    def states(self, run: Run) -> Counter[ItemState]:
        return Counter(self.bench.states(run.id))


@pytest.fixture
def desk(bench: Bench) -> Desk:
    """One of a bench."""
    return Desk(bench)


def seeded_parts(bench: Bench, counts: Sequence[int], **more: object) -> tuple[SamplesPlan, ...]:
    """A part of every strategy that draws on seeds."""
    connection, seed_set = bench.connect(), plant_seeds(bench, SEEDS)
    return tuple(
        seeded_plan(connection, strategy, seed_set, count, **more)
        for strategy, count in zip(FROM_SEEDS, counts, strict=True)
    )


@pytest.mark.parametrize("strategy", MADE)
def test_a_preview_and_the_run_behind_it_cost_what_the_run_alone_costs(desk: Desk, strategy: Strategy) -> None:
    plan = desk.plans.draft(PROJECT, plan_of(desk.bench, desk.bench.connect(), strategy, 10))
    first, shown = desk.work(plan, preview=4)
    second, asked = desk.work(plan)
    assert desk.states(first) == {ItemState.DONE: 4}
    assert sum(desk.states(second)[state] for state in FINISHED) == 10
    assert len(shown) + len(asked) == 10 * plan.arithmetic.total
    assert {sample.run_id for sample in desk.bench.samples()} >= {second.id}


def test_a_plan_behind_a_pilot_asks_other_questions_and_a_second_run_of_it_asks_nothing(desk: Desk) -> None:
    parts = seeded_parts(desk.bench, [3] * len(FROM_SEEDS))
    pilot = desk.plans.draft(PROJECT, MixedPlan(parts=parts, purpose="pilot"))
    _, shown = desk.work(pilot, preview=6)
    _, paid = desk.work(pilot)
    later = desk.plans.draft(PROJECT, MixedPlan(parts=parts))
    _, asked = desk.work(later)
    assert len(shown) + len(paid) == len(asked) == 3 * sum(part.arithmetic.total for part in parts)
    again, nothing = desk.work(pilot)
    assert nothing == []
    assert set(desk.states(again)) == {ItemState.KNOWN}


def everything(bench: Bench, count: int) -> MixedPlan:
    """All strategies that draw on seeds, every answer judged and compared with two others; Self-Instruct twice."""
    parts = seeded_parts(bench, [count] * len(FROM_SEEDS), checks=Checks(judge=True, agreement=3))
    more = next(part for part in parts if part.strategy is Strategy.SELF_INSTRUCT).model_copy(update={"random_seed": 1})
    return MixedPlan(parts=(*parts, more))


def test_what_failed_anywhere_on_the_way_is_retried_without_paying_for_what_was_answered(desk: Desk) -> None:
    plan = desk.plans.draft(PROJECT, everything(desk.bench, 9))
    run = desk.start(plan)
    refused: set[str] = set()

    def moody(call: Call, number: int) -> str:
        key = f"{call.messages}{call.sample_index}{call.stage}"
        if number % 4 == 0 and key not in refused:
            refused.add(key)
            return ""
        return distinct(call, number)

    desk.bench.execute(ScriptedTeacher(moody), run.id)
    assert desk.states(run)[ItemState.INVALID] > 10
    kept = {sample.id for sample in desk.bench.samples()}
    before = {request.key: request.reply for request in desk.bench.requests(run.id) if request.reply}
    desk.runs.retry_failed(ME, PROJECT, run.id)
    teacher = ScriptedTeacher(distinct)
    desk.bench.execute(teacher, run.id)
    assert desk.states(run) == {ItemState.DONE: plan.count}
    assert kept < {sample.id for sample in desk.bench.samples()}
    after = {request.key: request.reply for request in desk.bench.requests(run.id)}
    assert before.items() <= after.items()
    desk.bench.check_ledger()


def test_answers_of_every_strategy_that_can_be_read_now_become_samples_without_a_call(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbling(ask: Ask, spec: Spec) -> Product:
        await make_sample(ask, spec)
        raise UnusableReplyError("The old reader gave up.", "Wait for a better one.", code="empty", billed=True)

    plan = desk.plans.draft(PROJECT, everything(desk.bench, 9))
    with monkeypatch.context() as patch:
        patch.setitem(STEPS, "samples", stumbling)
        run, asked = desk.work(plan)
    assert desk.states(run) == {ItemState.INVALID: plan.count}
    assert desk.runs.reparse(ME, PROJECT, run.id) == plan.count
    silent = ScriptedTeacher(distinct)
    desk.bench.execute(silent, run.id)
    assert desk.states(run)[ItemState.INVALID] == 0
    assert sum(desk.states(run)[state] for state in FINISHED) == plan.count
    assert asked
    assert silent.asked == []


def test_two_runs_of_one_plan_at_once_pay_every_question_once(desk: Desk) -> None:
    plan = desk.plans.draft(PROJECT, everything(desk.bench, 4))
    teacher = ScriptedTeacher(distinct, seconds=0.002)
    runs = [desk.start(plan) for _ in range(2)]

    async def side_by_side() -> None:
        async def second(engine: Engine, _: object) -> None:
            other = await engine._writer.run(lambda tx: claim(tx, "test", desk.bench.now, LEASE, only=runs[1].id))
            assert other is not None
            await engine.execute(other)

        await desk.bench.executing(teacher, runs[0].id, during=second)

    asyncio.run(side_by_side())
    assert [desk.bench.run(run.id).state for run in runs] == [RunState.COMPLETED] * 2
    states = desk.states(runs[0]) + desk.states(runs[1])
    assert states == {ItemState.DONE: plan.count, ItemState.KNOWN: plan.count}
    assert set(Counter((call.stage, call.messages, call.sample_index) for call in teacher.asked).values()) == {1}
    assert len(desk.bench.samples()) == plan.count
    desk.bench.check_ledger()


def test_equal_parts_of_one_plan_go_on_behind_each_other(desk: Desk) -> None:
    parts = seeded_parts(desk.bench, [2] * len(FROM_SEEDS))
    run, _ = desk.work(desk.plans.draft(PROJECT, MixedPlan(parts=(*parts, *parts))))
    assert desk.states(run) == {ItemState.DONE: 4 * len(FROM_SEEDS)}
    later, _ = desk.work(desk.plans.draft(PROJECT, MixedPlan(parts=parts)))
    assert desk.states(later) == {ItemState.DONE: 2 * len(FROM_SEEDS)}


def test_a_run_starts_with_the_seeds_as_they_are_then_and_nobody_changes_them_behind_it(desk: Desk) -> None:
    seeds = SeedService(desk.context)
    (part, *_) = seeded_parts(desk.bench, [6] * len(FROM_SEEDS))
    assert part.seeds is not None
    set_id = part.seeds.seed_set
    plan = desk.plans.draft(PROJECT, part)
    first, second = seeds.page(PROJECT, set_id).examples[:2]
    edited = SeedDraft.model_validate({**first.model_dump(include=set(SeedDraft.model_fields)), "question": "Why?"})
    seeds.edit(ME, PROJECT, first, edited)
    seeds.remove_example(ME, PROJECT, second.id)
    run = desk.start(plan)
    with pytest.raises(FrozenError):
        seeds.remove_example(ME, PROJECT, first.id)
    with pytest.raises(FrozenError):
        seeds.remove(ME, PROJECT, set_id)
    teacher = ScriptedTeacher(distinct)
    desk.bench.execute(teacher, run.id)
    assert desk.states(run) == {ItemState.DONE: 6}
    assert {sample.lineage["seed_question"] for sample in desk.bench.samples()} == {"Why?", *SEEDS[2:]}


def test_a_plan_whose_seeds_were_removed_meanwhile_does_not_start(desk: Desk) -> None:
    seeds = SeedService(desk.context)
    plan = desk.plans.draft(PROJECT, MixedPlan(parts=seeded_parts(desk.bench, [2] * len(FROM_SEEDS))))
    seeds.remove(ME, PROJECT, seeds.sets(PROJECT)[0].set.id)
    with pytest.raises(InvalidInputError, match="no examples to use"):
        desk.start(plan)


def test_a_run_keeps_the_wording_it_was_planned_with(desk: Desk) -> None:
    prompts = PromptService(desk.context)
    part = next(p for p in seeded_parts(desk.bench, [4] * len(FROM_SEEDS)) if p.strategy is Strategy.QUESTION_REPHRASE)
    body = prompts.view(PROJECT, "rephrase").body
    prompts.save(ME, PROJECT, "rephrase", Body(body.system, f"{body.user} Rhyme it."))
    plan = desk.plans.draft(PROJECT, part)
    _, shown = desk.work(plan, preview=2)
    queued = desk.start(plan)
    prompts.save(ME, PROJECT, "rephrase", Body(body.system, f"{body.user} Sing it."))
    teacher = ScriptedTeacher(distinct)
    desk.bench.execute(teacher, queued.id)
    rephrased = [call.messages[-1].content for call in shown + teacher.asked if call.stage is Stage.AUGMENT]
    assert len(rephrased) == 4
    assert all(text.endswith("Rhyme it.") for text in rephrased)
    _, anew = desk.work(desk.plans.draft(PROJECT, part.model_copy(update={"start": plan.start})))
    assert sum(call.messages[-1].content.endswith("Sing it.") for call in anew) == 4


def test_two_workers_with_the_same_plan_pay_every_question_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ROOM_SECONDS", 0.01)
    plan = desk.plans.draft(PROJECT, everything(desk.bench, 4))
    teacher = ScriptedTeacher(distinct, seconds=0.01)
    runs = [desk.start(plan) for _ in range(2)]

    async def side_by_side() -> None:
        await asyncio.gather(*(desk.bench.executing(teacher, run.id) for run in runs))

    asyncio.run(side_by_side())
    assert [desk.bench.run(run.id).state for run in runs] == [RunState.COMPLETED] * 2
    assert set(Counter((call.stage, call.messages, call.sample_index) for call in teacher.asked).values()) == {1}
    assert len(desk.bench.samples()) == plan.count
    desk.bench.check_ledger()
