"""What a sample cost: one number on the card, in the exported row and in the report, and all of them are the ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.calls import Call, Stage
from core.domain.plans import Checks
from core.domain.strategies import MADE, Strategy
from core.llm.scripted import ScriptedTeacher
from core.services.insights_costs import read_costs
from core.services.sample_views import views_of
from core.store import dataset_material, ledger
from core.store.database import Tx
from tests.bank import Bank, running
from tests.engine.any_strategy import SEEDS, distinct, plan_of, start
from tests.engine.conftest import PROJECT, Bench
from tests.engine.mending import ADA, Desk
from tests.engine.seeded import plant_seeds, seeded_plan, seeded_run
from tests.engine.test_repairs import say
from tests.engine.test_shared_calls import BILL, PRICE

CHECKS = Checks(judge=True, agreement=3)


def price_of(tx: Tx, sample: int) -> tuple[int, tuple[str, ...]]:
    """In nano-dollars with the stages, as the card and the exported row say it alike."""
    (material,) = dataset_material.slice_of(tx, [sample])
    (view,) = views_of(tx, [material.sample])
    assert material.price is not None
    cost = material.price.nano_dollars
    assert cost is not None
    assert view.cost == cost
    return cost, material.price.stages


def prices_of(tx: Tx) -> dict[int, int]:
    """Of every sample, previews too."""
    ids = [row["id"] for row in tx.rows("SELECT id FROM sample ORDER BY id")]
    assert len(dataset_material.slice_of(tx, ids)) == len(ids)
    return {sample: price_of(tx, sample)[0] for sample in ids}


def settled(tx: Tx) -> int:
    return ledger.spent(tx, "project", PROJECT).settled


def final(call: Call, number: int) -> str:
    """Answers that can be compared."""
    told = distinct(call, number)
    return f"{told}\nFinal answer: 5" if call.stage in {Stage.ANSWER, Stage.AGREEMENT} else told


def bill(bench: Bench) -> None:
    """Let every call have cost an amount of its own, no sum of which is another's."""
    with bench.store.write() as tx:
        tx.run("UPDATE attempt SET cost=(1 << id) * 3 + 1")


@pytest.mark.parametrize("strategy", MADE)
def test_the_prices_of_all_samples_are_what_the_ledger_settled(bench: Bench, strategy: Strategy) -> None:
    run_id, _ = start(bench, plan_of(bench, bench.connect(), strategy, 4, rounds=2, checks=CHECKS))
    bench.execute(ScriptedTeacher(final), run_id)
    bill(bench)
    made = next(each for each in bench.samples() if each.run_id == run_id)
    asked = [each for each in bench.requests(run_id) if each.item_idx == made.item_idx]
    cost = sum(bench.attempts(request_id=each.id)[0].cost for each in asked)
    open_questions = strategy in {Strategy.GLAN, Strategy.MULTI_TURN}  # are not compared
    assert sum(each.stage == Stage.AGREEMENT for each in asked) == (0 if open_questions else CHECKS.agreement - 1)
    with bench.store.read() as tx:
        assert sum(prices_of(tx).values()) == settled(tx) == read_costs(tx, PROJECT).total.cost > 0
        assert price_of(tx, made.id) == (cost, tuple(dict.fromkeys(each.stage for each in asked)))


def test_a_repaired_sample_cost_also_each_try_to_mend_it_and_to_check_that(bench: Bench) -> None:
    connection, seeds = bench.connect(), plant_seeds(bench, ["What is 2 + 3?"])
    desk = Desk(bench, connection, 1)
    run_id, _ = start(bench, seeded_plan(connection, Strategy.ANSWER_AUGMENTATION, seeds, 1, checks=CHECKS))
    bench.execute(ScriptedTeacher(say), run_id)
    wrong = next(each for each in bench.samples() if each.run_id == run_id)
    desk.reject(wrong)
    bench.execute(ScriptedTeacher(lambda *_: "Nothing."), desk.start().id)
    plan = desk.plan()
    checking = {Stage.VERIFICATION: plan.teachers[Stage.REPAIR]}
    plan = plan.model_copy(update={"teachers": {**plan.teachers, **checking}})
    bench.execute(ScriptedTeacher(say), desk.repairs.start(ADA, PROJECT, plan, token=desk.token()).id)
    bill(bench)
    assert desk.present(wrong).revision == 2
    with bench.store.read() as tx:
        stages = price_of(tx, wrong.id)[1]
        paid = prices_of(tx)
        assert sum(paid.values()) == settled(tx)
        own = {each.id for each in bench.attempts() if each.run_id != desk.made[0].run_id}
        assert paid[wrong.id] == sum(each.cost for each in bench.attempts() if each.id in own)
    assert set(stages) == {"answer", "agreement", "verification", "repair"}


def test_a_call_for_several_answers_is_shared_by_their_samples_to_the_last_nano_dollar(bench: Bench) -> None:
    seeds = plant_seeds(bench, ["What is two and two?", "What is two and three?"])
    with running(Bank(prices=BILL)) as bank:
        connection = bench.connect("openai", price=PRICE, base_url=bank.base_url)
        run_id = seeded_run(bench, seeded_plan(connection, Strategy.ANSWER_AUGMENTATION, seeds, 14))
        bench.work_off(run_id)
    assert max(attempt.answers for attempt in bench.attempts(run_id)) > 2
    with bench.store.write() as tx:
        tx.run("UPDATE attempt SET cost=1000003")
        paid = prices_of(tx)
        sizes = [attempt.answers for attempt in bench.attempts(run_id)]
        shares = [1_000_003 // size + (place == 0) * (1_000_003 % size) for size in sizes for place in range(size)]
        assert sorted(paid.values()) == sorted(shares)
        assert sum(shares) == settled(tx)


def test_what_a_preview_paid_counts_with_the_sample_that_is_made_of_it(bench: Bench) -> None:
    plan = seeded_plan(bench.connect(), Strategy.QUESTION_REPHRASE, plant_seeds(bench, SEEDS), 4)
    bench.execute(ScriptedTeacher(distinct), seeded_run(bench, plan, first=2, preview=True))
    bench.execute(ScriptedTeacher(distinct), seeded_run(bench, plan))
    bill(bench)
    with bench.store.read() as tx:
        paid = prices_of(tx)
        assert len(paid) == 4
        assert all(paid.values())
        assert sum(paid.values()) == settled(tx)


def test_a_question_of_an_item_that_came_to_nothing_counts_once_with_the_first_sample_made_of_it(bench: Bench) -> None:
    connection, seeds = bench.connect(), plant_seeds(bench, SEEDS[:1])

    def without_answer(call: Call, number: int) -> str:
        return "" if call.stage is Stage.ANSWER else distinct(call, number)

    def run(tokens: int, script: Callable[[Call, int], str]) -> str:
        plan = seeded_plan(connection, Strategy.QUESTION_REPHRASE, seeds, 1)
        answering = plan.teachers[Stage.ANSWER].model_copy(update={"max_tokens": tokens})
        plan = plan.model_copy(update={"teachers": {**plan.teachers, Stage.ANSWER: answering}})
        run_id = seeded_run(bench, plan)
        bench.execute(ScriptedTeacher(script), run_id)
        return run_id

    failed, first, second = run(500, without_answer), run(501, distinct), run(502, distinct)
    bill(bench)
    one, other = bench.samples()
    assert (one.run_id, other.run_id, one.question_request) == (first, second, other.question_request)
    spent = {run_id: sum(each.cost for each in bench.attempts(run_id)) for run_id in (failed, first, second)}
    with bench.store.read() as tx:
        assert prices_of(tx) == {one.id: spent[failed] + spent[first], other.id: spent[second]}


def test_what_made_nothing_is_the_rest_of_the_ledger(bench: Bench) -> None:
    def some(call: Call, number: int) -> str:
        return "" if call.stage is Stage.ANSWER and number % 3 == 0 else distinct(call, number)

    run_id, _ = start(bench, plan_of(bench, bench.connect(), Strategy.GLAN, 9, checks=CHECKS))
    bench.execute(ScriptedTeacher(some), run_id, at_once=1)
    bill(bench)
    empty = {item.idx for item in bench.items(run_id) if not item.products}
    asked = {request.id for request in bench.requests(run_id) if request.item_idx in empty}
    assert empty
    nothing = sum(attempt.cost for attempt in bench.attempts() if attempt.request_id in asked)
    with bench.store.read() as tx:
        assert sum(prices_of(tx).values()) + nothing == settled(tx)
