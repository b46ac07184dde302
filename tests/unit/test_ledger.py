"""The ledger: no order of events spends more than a cap, and totals are the sum of their rows."""

from __future__ import annotations

import random
import threading

import pytest

from core.domain.budget import Spent
from core.domain.money import Charge, Price, Usage
from core.domain.states import AttemptState, RequestState
from core.errors import BudgetExceededError, NotFoundError
from core.store import asked, ledger, projects, runs
from core.store.database import IntegrityError, Store, Tx
from tests.unit.conftest import T0, World, make_reply, plant_project, plant_request, plant_run, scratch

PRICE = Price(2_000_000_000, 8_000_000_000, 1_000_000_000, matched="teacher-1", source="typed in")
RUNS = ("r1", "r2")


def reserve(tx: Tx, request: int, hold: int, *, run: str = "r1", project: str = "p1", epoch: int = 1) -> int:
    """Reserve for one call, as the worker that has the run."""
    tx.run("UPDATE run SET epoch=? WHERE id=?", (epoch, run))
    return ledger.reserve(
        tx, [request], run_id=run, project_id=project, epoch=epoch, stage="question", hold=hold, price=PRICE, at=T0
    )


def settle(tx: Tx, attempt: int, cost: int, text: str = "An answer.") -> None:
    """Settle one call at this cost."""
    ledger.settle(tx, attempt, make_reply(text), Charge(cost, Usage(10, 5), measured=True), T0 + 1)


def close(tx: Tx, attempt: int, *, billed: bool) -> None:
    """End one call without an answer."""
    ledger.close(tx, attempt, billed=billed, code="timeout", error="It took too long.", raw="", at=T0 + 1)


@pytest.mark.parametrize("scope", ["run", "project"])
def test_a_reservation_never_breaks_a_cap(store: Store, scope: str) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p1", cost_cap=100 if scope == "project" else None)
        plant_run(tx, "p1", "r1", cost_cap=100 if scope == "run" else None)
        request = plant_request(tx, "p1", "r1")
        settle(tx, reserve(tx, request, 50), 30)
        reserve(tx, request, 60)
        reserve(tx, request, 10)
        with pytest.raises(BudgetExceededError) as stop:
            reserve(tx, request, 1)
        assert (stop.value.scope, stop.value.limit, stop.value.spent, stop.value.requested) == (scope, 100, 100, 1)
        assert ledger.spent(tx, scope, "r1" if scope == "run" else "p1") == Spent(30, 70, 3)


@pytest.mark.parametrize("scope", ["run", "project"])
def test_a_query_budget_counts_every_call_retries_and_free_ones_included(store: Store, scope: str) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p1", call_cap=3 if scope == "project" else None)
        plant_run(tx, "p1", "r1", call_cap=3 if scope == "run" else None)
        request = plant_request(tx, "p1", "r1")
        close(tx, reserve(tx, request, 0), billed=False)
        close(tx, reserve(tx, request, 0), billed=False)
        settle(tx, reserve(tx, request, 0), 0)
        with pytest.raises(BudgetExceededError, match="3 of 3 calls") as stop:
            reserve(tx, request, 0)
        assert stop.value.scope == scope


def test_two_runs_share_the_cap_of_their_project(store: Store) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p1", cost_cap=100)
        for run in RUNS:
            plant_run(tx, "p1", run, cost_cap=80)
        one, two = (plant_request(tx, "p1", run) for run in RUNS)
        reserve(tx, one, 70, run="r1")
        with pytest.raises(BudgetExceededError, match="project"):
            reserve(tx, two, 31, run="r2")
        reserve(tx, two, 30, run="r2")


def test_a_refused_reservation_writes_nothing(store: Store) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p1")
        plant_run(tx, "p1", "r1", cost_cap=5)
        request = plant_request(tx, "p1", "r1")
        with pytest.raises(BudgetExceededError):
            reserve(tx, request, 6)
        assert asked.get_request(tx, request).state is RequestState.PLANNED
        assert ledger.attempts(tx, request_id=request) == []


def test_eight_threads_on_a_tight_budget_never_overspend(store: Store) -> None:
    with store.write() as tx:
        plant_project(tx, "p1", cost_cap=1000)
        plant_run(tx, "p1", "r1", cost_cap=700, call_cap=60)
        plant_run(tx, "p1", "r2", cost_cap=900)
        requests = {run: plant_request(tx, "p1", run) for run in RUNS}
    bill: list[int] = []
    failed: list[Exception] = []
    barrier = threading.Barrier(8)

    def work(number: int) -> None:
        rng, run = random.Random(number), RUNS[number % 2]
        barrier.wait()
        try:
            while True:
                hold = rng.randint(10, 30)
                with store.write() as tx:
                    attempt = reserve(tx, requests[run], hold, run=run)
                bill.append(cost := rng.randint(hold // 2, hold))
                with store.write() as tx:
                    settle(tx, attempt, cost)
        except BudgetExceededError:
            pass
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.read() as tx:
        total = ledger.spent(tx, "project", "p1")
        assert total == Spent(sum(bill), 0, len(bill))
        assert 1000 - 60 < total.settled <= 1000
        assert ledger.spent(tx, "run", "r1").settled <= 700
        assert ledger.drift(tx) == []


def test_a_settled_call_frees_its_hold_and_keeps_the_answer(world: World) -> None:
    with world.store.write() as tx:
        attempt = reserve(tx, world.request, 900)
        assert asked.get_request(tx, world.request).state is RequestState.RESERVED
        settle(tx, attempt, 400)
        request, row = asked.get_request(tx, world.request), ledger.attempts(tx, request_id=world.request)[0]
        assert (request.state, request.reply, request.raw) == (RequestState.SETTLED, "An answer.", '{"raw": true}')
        assert (row.state, row.hold, row.cost, row.measured) == (AttemptState.SETTLED, 900, 400, True)
        assert (row.price_input, row.price_output, row.price_source) == (PRICE.input, PRICE.output, PRICE.source)
        assert ledger.spent(tx, "run", "r1") == Spent(400, 0, 1)


def test_a_call_is_never_settled_twice(world: World) -> None:
    with world.store.write() as tx:
        attempt = reserve(tx, world.request, 900)
        settle(tx, attempt, 400, "first")
        settle(tx, attempt, 700, "second")
        close(tx, attempt, billed=True)
        assert asked.get_request(tx, world.request).reply == "first"
        assert asked.get_request(tx, world.request).state is RequestState.SETTLED
        assert ledger.spent(tx, "project", "p1") == Spent(400, 0, 1)


def test_what_may_have_been_billed_stays_charged_and_the_rest_is_released(world: World) -> None:
    with world.store.write() as tx:
        close(tx, reserve(tx, world.request, 500), billed=True)
        close(tx, reserve(tx, world.request, 70), billed=False)
        billed, released = reversed(ledger.attempts(tx, request_id=world.request))
        assert (billed.state, billed.cost, billed.flag) == (AttemptState.SETTLED, 500, "charged at the hold")
        assert (released.state, released.cost, released.flag) == (AttemptState.RELEASED, 0, "")
        assert ledger.spent(tx, "run", "r1") == Spent(500, 0, 2)
        assert asked.get_request(tx, world.request).state is RequestState.FAILED


def test_a_call_in_doubt_is_charged_in_full_until_its_late_answer_says_less(world: World) -> None:
    with world.store.write() as tx:
        attempt = reserve(tx, world.request, 900, epoch=1)
        assert ledger.mark_in_doubt(tx, "r1", 1) == 0
        assert ledger.mark_in_doubt(tx, "r1", 2) == 1
        assert ledger.doubts_of(tx, world.request) == 1
        assert asked.get_request(tx, world.request).state is RequestState.IN_DOUBT
        assert ledger.spent(tx, "run", "r1") == Spent(900, 0, 1)
        close(tx, attempt, billed=False)
        assert ledger.spent(tx, "run", "r1") == Spent(900, 0, 1)
        settle(tx, attempt, 300)
        assert ledger.spent(tx, "run", "r1") == Spent(300, 0, 1)
        assert asked.get_request(tx, world.request).reply == "An answer."
        assert ledger.drift(tx) == []


def test_usage_above_the_hold_is_charged_and_stops_what_comes_next(store: Store) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p1")
        plant_run(tx, "p1", "r1", cost_cap=100)
        request = plant_request(tx, "p1", "r1")
        attempt = reserve(tx, request, 60)
        charge = Charge(130, Usage(10, 500), measured=True, flag="usage above the bound")
        ledger.settle(tx, attempt, make_reply(), charge, T0)
        assert ledger.attempts(tx, request_id=request)[0].flag == "usage above the bound"
        with pytest.raises(BudgetExceededError):
            reserve(tx, request, 0)


def test_raising_a_cap_lets_a_stopped_run_go_on(store: Store) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p1")
        plant_run(tx, "p1", "r1", cost_cap=5)
        request = plant_request(tx, "p1", "r1")
        with pytest.raises(BudgetExceededError) as stop:
            reserve(tx, request, 6)
        runs.set_caps(tx, "r1", 6, None)
        reserve(tx, request, 6)
        assert stop.value.hint.startswith("Raise the cap")


def test_an_equal_question_is_one_request_whoever_asks(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2")
        assert plant_request(tx, "p1", "r1") == world.request
        assert plant_request(tx, "p1", "r1", index=1) != world.request
        assert [request.id for request in asked.requests_of_item(tx, "r1", 0)] == [world.request, world.request + 1]
        with pytest.raises(NotFoundError):
            asked.get_request(tx, 999)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM attempt",
        "UPDATE attempt SET cost=-1",
        "UPDATE attempt SET hold=-1",
        "UPDATE attempt SET cost=0.5",
        "UPDATE attempt SET state='forgotten'",
        "INSERT OR REPLACE INTO attempt SELECT * FROM attempt",
    ],
)
def test_the_file_itself_refuses_a_ledger_row_that_cannot_be(world: World, sql: str) -> None:
    with world.store.write() as tx:
        reserve(tx, world.request, 10)
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.run(sql)
    with world.store.read() as tx:
        assert ledger.spent(tx, "run", "r1") == Spent(0, 10, 1)
        assert ledger.drift(tx) == []


@pytest.mark.parametrize("column", ["settled", "held", "calls"])
def test_a_total_that_differs_from_its_rows_is_found(world: World, column: str) -> None:
    with scratch(world.store) as tx:
        reserve(tx, world.request, 10)
        tx.run(f"UPDATE ledger_total SET {column}={column}+1 WHERE scope='run'")
        assert ledger.drift(tx) == ["run r1"]


def test_a_price_typed_later_is_the_one_that_counts(world: World) -> None:
    with world.store.write() as tx:
        row = {"id": "c1", "name": "Teacher", "kind": "openai", "base_url": "https://teacher.example/v1"}
        projects.insert_connection(tx, {**row, "key_source": "", "settings": {}, "models": [], "created_at": T0})
        assert projects.find_price(tx, "c1", "teacher-1") is None
        projects.insert_price(tx, "c1", "teacher-1", PRICE, T0)
        projects.insert_price(tx, "c1", "teacher-1", Price(1, 2, 3, source="corrected"), T0)
        assert projects.find_price(tx, "c1", "teacher-1") == Price(1, 2, 3, matched="teacher-1", source="corrected")
