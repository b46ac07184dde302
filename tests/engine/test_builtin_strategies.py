"""The built-in teacher makes samples by every strategy, and says which seeds it cannot use."""

from __future__ import annotations

from random import Random

import pytest

from core.domain.plans import Checks, SamplesPlan
from core.domain.states import ItemState, RunState
from core.domain.strategies import FROM_SEEDS, Strategy
from core.llm.builtin import homework
from core.llm.builtin.library import by_domain
from core.store import samples
from tests.engine.conftest import PROJECT, Bench
from tests.engine.seeded import plant_seeds, seeded_plan, seeded_run

ENDED = {ItemState.DONE, ItemState.DROPPED}


def own_questions(count: int) -> list[str]:
    """Questions of many families."""
    rng = Random(5)
    families = [family for domain in ("mathematics", "statistics", "physics") for family in by_domain()[domain]]
    return [family.pose(family.draw(rng)) for family in rng.sample(families, count)]


def plan_of(bench: Bench, strategy: Strategy, seed_set: int, count: int) -> SamplesPlan:
    """A plan whose answers are right and judged."""
    connection = bench.connect("builtin", wrong_share=0.0)
    return seeded_plan(connection, strategy, seed_set, count, rounds=2, checks=Checks(judge=True))


@pytest.mark.parametrize("strategy", FROM_SEEDS)
def test_it_makes_right_samples_by_every_strategy_that_starts_from_seeds(bench: Bench, strategy: Strategy) -> None:
    run_id = seeded_run(bench, plan_of(bench, strategy, plant_seeds(bench, own_questions(12)), 16))
    run = bench.work_off(run_id)
    assert run.state is RunState.COMPLETED, run.reason
    made = bench.samples()
    assert set(bench.states(run_id)) <= ENDED
    assert len(made) >= 12
    assert {sample.verification.value for sample in made} == {"verified"}
    assert all(homework.solve(sample.question) for sample in made)
    bench.check_ledger()


def test_it_carries_conversations_on_and_keeps_their_turns(bench: Bench) -> None:
    seed_set = plant_seeds(bench, own_questions(4))
    first = seeded_run(bench, plan_of(bench, Strategy.ANSWER_AUGMENTATION, seed_set, 4))
    bench.work_off(first)
    with bench.store.read() as tx:
        assert len(samples.to_continue(tx, PROJECT, [first])) == 4
    plan = plan_of(bench, Strategy.MULTI_TURN, seed_set, 6).model_copy(update={"parents": (first,), "seeds": None})
    run_id = seeded_run(bench, plan)
    bench.work_off(run_id)
    assert set(bench.states(run_id)) == {ItemState.DONE}
    made = [sample for sample in bench.samples() if sample.strategy == Strategy.MULTI_TURN]
    assert {len(sample.history) for sample in made} == {2}
    for sample in made:
        asked = [question for question, _ in sample.history] + [sample.question]
        assert len(set(asked)) == 3
        assert sample.answer.endswith(homework.solve(sample.question).answer)  # type: ignore[union-attr]


def test_it_refuses_seeds_that_are_not_its_own_and_says_what_to_do(bench: Bench) -> None:
    seed_set = plant_seeds(bench, ["Natalia sold clips to 48 friends in April. How many clips did she sell?"])
    run_id = seeded_run(bench, plan_of(bench, Strategy.NEW_QUESTION, seed_set, 2))
    bench.work_off(run_id)
    for item in bench.items(run_id):
        assert item.state is ItemState.REFUSED
        assert item.error.startswith("The built-in teacher only answers")
        assert "built-in seed set" in item.hint
