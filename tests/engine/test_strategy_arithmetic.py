"""Every strategy takes exactly the calls that its arithmetic says, asks nothing twice and goes on where it ended."""

from __future__ import annotations

from collections import Counter

import pytest

from core.domain.calls import Call, Reply, Stage, request_key
from core.domain.plans import Checks
from core.domain.states import ItemState, RunState
from core.domain.strategies import MADE, Strategy, arithmetic
from core.generation.strategies.registry import METHODS
from core.llm.scripted import ScriptedTeacher
from core.services.sample_items import position_keys, sample_specs
from tests.engine.any_strategy import distinct, plan_of, start
from tests.engine.conftest import PROJECT, Bench, Hanging

ITEMS = 10
CASES = [(strategy, 1) for strategy in MADE] + [(Strategy.EVOL_INSTRUCT, 3), (Strategy.MULTI_TURN, 3)]
every_strategy = pytest.mark.parametrize(("strategy", "rounds"), CASES)


class Dying(Hanging):
    """Answers so many calls and then no more."""

    def __init__(self, answers: int) -> None:
        super().__init__(distinct)
        self.left = answers
        self.answered: list[Call] = []

    async def ask(self, call: Call) -> Reply:
        """An answer, or none for ever."""
        if len(self.answered) == self.left:
            return await super().ask(call)
        self.answered.append(call)
        return await ScriptedTeacher.ask(self, call)


def test_every_strategy_that_makes_samples_is_there() -> None:
    assert set(METHODS) == set(MADE)
    assert all(strategy is method.strategy for strategy, method in METHODS.items())


@every_strategy
@pytest.mark.parametrize("judge", [False, True])
def test_calls_by_stage_are_the_arithmetic_times_the_items(
    bench: Bench, strategy: Strategy, rounds: int, judge: bool
) -> None:
    plan = plan_of(bench, bench.connect(), strategy, ITEMS, rounds=rounds, checks=Checks(judge=judge))
    run_id, _ = start(bench, plan)
    teacher = ScriptedTeacher(distinct)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * ITEMS
    expected = arithmetic(strategy, rounds=rounds).plus({Stage.VERIFICATION: 1} if judge else {})
    assert plan.arithmetic == expected
    assert Counter(call.stage for call in teacher.asked) == {stage: n * ITEMS for stage, n in expected.calls.items()}
    assert len(bench.requests(run_id)) == len(bench.attempts(run_id)) == ITEMS * expected.total
    bench.check_ledger()


@every_strategy
def test_the_lineage_of_a_sample_names_every_request_behind_it(bench: Bench, strategy: Strategy, rounds: int) -> None:
    plan = plan_of(bench, bench.connect(), strategy, 3, rounds=rounds)
    run_id, _ = start(bench, plan)
    bench.execute(ScriptedTeacher(distinct), run_id)
    made = [sample for sample in bench.samples() if sample.run_id == run_id]
    named = [
        (entry["request"], entry["model"], entry["template"])
        for sample in made
        for key, entry in sample.lineage.items()
        if key.endswith("_by")
    ]
    assert sorted(named) == [(r.id, r.model, r.template) for r in bench.requests(run_id)]
    assert {sample.strategy for sample in made} == {strategy.value}
    asked = {request.id: request for request in bench.requests(run_id)}
    assert all(asked[s.answer_request].reply == s.answer for s in made if s.answer_request)
    assert all(asked[s.question_request].reply == s.question for s in made if s.question_request)


@every_strategy
@pytest.mark.parametrize("answers", [1, 3])
def test_what_was_answered_before_a_crash_is_not_asked_again(
    bench: Bench, strategy: Strategy, rounds: int, answers: int
) -> None:
    plan = plan_of(bench, bench.connect(), strategy, 4, rounds=rounds)
    run_id, _ = start(bench, plan)
    dying, teacher = Dying(answers), ScriptedTeacher(distinct)
    bench.crash(dying, run_id, calls_out=answers + 1)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 4
    first, second = ([request_key("e", call) for call in asked] for asked in (dying.answered, teacher.asked))
    assert not set(first) & set(second)
    assert len(first) + len(second) == len({*first, *second}) == 4 * plan.arithmetic.total
    bench.check_ledger()


@every_strategy
def test_a_second_plan_goes_on_behind_the_first(bench: Bench, strategy: Strategy, rounds: int) -> None:
    plan = plan_of(bench, bench.connect(), strategy, 6, rounds=rounds)
    first, later = start(bench, plan)
    with bench.store.read() as tx:
        assert set(position_keys(tx, PROJECT, plan)) >= set(later.start)
    second, _ = start(bench, later)
    for run_id in (first, second):
        bench.execute(ScriptedTeacher(distinct), run_id)
        assert bench.states(run_id) == [ItemState.DONE] * 6
        assert len(bench.requests(run_id)) == 6 * plan.arithmetic.total


@pytest.mark.parametrize("strategy", MADE)
@pytest.mark.parametrize("first", [1, 5, 6])
def test_the_first_items_of_a_plan_are_the_same_without_the_others(
    bench: Bench, strategy: Strategy, first: int
) -> None:
    plan = plan_of(bench, bench.connect(), strategy, 23, rounds=2, challenging_share=0.3)
    parts = [plan, plan.model_copy(update={"count": 9, "random_seed": 1})]
    with bench.store.read() as tx:
        whole, positions, texts = sample_specs(tx, PROJECT, parts)
        few, *rest = sample_specs(tx, PROJECT, parts, first)
    assert rest == [positions, texts]
    for number in (0, 1):
        of_part = [spec for spec in whole if spec["part"] == number]
        assert [spec for spec in few if spec["part"] == number] == of_part[:first]
    assert few[:first] == whole[:first]
