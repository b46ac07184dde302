"""Batches and everything that interrupts them: kills at any point, lost answers, caps, cancelling, a stopped worker."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from random import Random

import httpx2
import pytest

from core.domain.records import Run
from core.domain.states import BatchState, ItemState, RunState
from core.runs import batching
from core.runs.engine import Engine
from core.store import ledger, runs
from tests.bank import Bank, BatchPace, Chance, Script, running
from tests.engine.conftest import LEASE, PROJECT, Bench, until
from tests.engine.handing_in import (
    asked,
    batches_of,
    check,
    connect,
    cost,
    execute,
    executing,
    kill,
    orders,
    samples_run,
)

QUICK = BatchPace(seconds=0.05)
UPLOAD, ORDER, LOOK, FETCH = (
    "POST /v1/files",
    "POST /v1/batches",
    "GET /v1/batches/batch_000001",
    "GET /v1/files/file-000002/content",
)


def finish(bench: Bench, run_id: str) -> Run:
    """Work on the run until it is completed."""
    run = execute(bench, run_id)
    assert (run.state, run.reason) == (RunState.COMPLETED, "")
    assert set(bench.states(run_id)) == {ItemState.DONE}
    return run


def test_an_order_whose_answer_is_lost_is_found_by_its_metadata(bench: Bench) -> None:
    with running(Bank(batches=QUICK, also={ORDER: Script(["reset_before"])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        finish(bench, run_id)
        assert orders(bank) == 2
    assert [batch.n_calls for batch in batches_of(bench, run_id)] == [3, 3]
    check(bench, bank, run_id)


@pytest.mark.parametrize("mode", ["http_500", "http_504", "http_429"])
def test_an_order_that_was_not_taken_is_made_again(bench: Bench, mode: str) -> None:
    with running(Bank(batches=QUICK, also={ORDER: Script([mode])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


@pytest.mark.parametrize(
    ("route", "batches"),
    [(UPLOAD, [3, 3, 3]), (ORDER, [3, 3]), (LOOK, [3, 3]), (FETCH, [3, 3])],
    ids=["before the order", "before the order is noted", "while waiting", "while collecting"],
)
def test_a_worker_that_dies_costs_nothing_twice(bench: Bench, route: str, batches: list[int]) -> None:
    with running(Bank(batches=QUICK, also={route: Script(["hang_before"])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        kill(bench, run_id, asked(bank, route))
        assert bench.run(run_id).state is RunState.RUNNING
        finish(bench, run_id)
        assert orders(bank) == 2
    assert [batch.n_calls for batch in batches_of(bench, run_id)] == batches
    check(bench, bank, run_id)


def test_a_worker_that_dies_while_it_stores_answers_leaves_none_behind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.collecting.STEP", 1)
    with running(Bank(batches=QUICK)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 12)
        kill(bench, run_id, lambda: cost(bench, run_id))
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


@pytest.mark.parametrize("seed", range(5))
def test_kills_at_any_moment_leave_the_ledger_equal_to_the_bill(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    for small in ("core.runs.collecting.STEP", "core.runs.handing_in.STEP", "core.runs.tray.MOST_CALLS"):
        monkeypatch.setattr(small, 3)
    moments = Random(seed)

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await asyncio.sleep(moments.uniform(0.005, 0.25))
        task.cancel()

    faults = Chance(0.1, ("http_500", "reset_before"), seed)
    with running(Bank(seed=seed, batches=BatchPace(0.03, errors=0.05), also={UPLOAD: faults, ORDER: faults})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 10)
        for _ in range(4):
            if execute(bench, run_id, during).state is RunState.COMPLETED:
                break
            bench.now += LEASE + 1
        else:
            execute(bench, run_id)
    assert bench.run(run_id).state is RunState.COMPLETED
    check(bench, bank, run_id)


def test_a_batch_goes_on_while_no_worker_is_there(bench: Bench) -> None:
    with running(Bank(batches=BatchPace(seconds=0.4))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        kill(bench, run_id, lambda: [b for b in batches_of(bench, run_id) if b.remote_id])
        with bench.store.read() as tx:
            assert ledger.spent(tx, "run", run_id).held > 0
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


@pytest.mark.parametrize("route", [UPLOAD, LOOK, FETCH])
@pytest.mark.parametrize("mode", ["http_500", "reset_before", "http_429"])
def test_a_provider_that_is_away_for_a_moment_only_delays(bench: Bench, route: str, mode: str) -> None:
    with running(Bank(batches=QUICK, also={route: Script([mode, mode])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


@pytest.mark.parametrize("route", [UPLOAD, ORDER, LOOK, FETCH])
def test_a_wrong_key_stops_the_run_and_a_right_one_lets_it_go_on(bench: Bench, route: str) -> None:
    with running(Bank(batches=QUICK, also={route: Script(["http_401"])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        stopped = execute(bench, run_id)
        assert (stopped.state, "401" in stopped.reason) == (RunState.INTERRUPTED, True)
        bench.resume(run_id)
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


def test_a_file_of_answers_that_is_cut_is_fetched_again(bench: Bench) -> None:
    with running(Bank(batches=QUICK, also={FETCH: Script(["short_length"])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 5)
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


def test_a_line_that_stays_unreadable_is_charged_at_its_hold_and_fails_its_item_only(bench: Bench) -> None:
    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        files = bank._orders.files
        await until(lambda: files.find("file-000002"))
        file = files._kept["file-000002"]
        files._kept[file.id] = replace(file, content=file.content[:-9])

    with running(Bank(batches=BatchPace(seconds=0.2))) as bank:
        run_id = samples_run(bench, connect(bench, bank, poll_seconds=0.6), 3)
        run = execute(bench, run_id, during)
    assert run.state is RunState.COMPLETED
    assert Counter(bench.states(run_id)) == {ItemState.DONE: 2, ItemState.INVALID: 1}
    assert sum(entry.route == FETCH for entry in bank.log) == 3
    (lost,) = [attempt for attempt in bench.attempts(run_id) if attempt.error_code]
    assert (lost.error_code, lost.cost, lost.flag) == ("line_missing", lost.hold, "charged at the hold")
    assert cost(bench, run_id) >= bank.totals()["billed"]
    bench.check_ledger()


# ---- caps ----


def test_a_query_budget_that_ends_inside_a_batch_hands_in_what_it_allows(bench: Bench) -> None:
    with running(Bank(batches=QUICK)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 4, call_cap=6)
        run = execute(bench, run_id)
        assert run.state is RunState.BUDGET_EXHAUSTED
        assert Counter(bench.states(run_id)) == {ItemState.DONE: 2, ItemState.PLANNED: 2}
        assert [batch.n_calls for batch in batches_of(bench, run_id)] == [4, 2]
        bench.set_caps(run_id)
        bench.resume(run_id)
        finish(bench, run_id)
    check(bench, bank, run_id)


def test_a_cost_cap_is_never_passed_and_held_money_is_waited_for(bench: Bench) -> None:
    with running(Bank(batches=QUICK)) as bank:
        connection = connect(bench, bank)
        probe = samples_run(bench, connection, 1)
        execute(bench, probe)
        hold = max(attempt.hold for attempt in bench.attempts(probe))
        bank.clear()
        cap = 3 * hold
        run_id = samples_run(bench, connection, 6, cost_cap=cap)
        run = execute(bench, run_id)
    sizes = [batch.n_calls for batch in batches_of(bench, run_id)]
    assert max(sizes) <= 3
    assert len(sizes) > 2
    assert cost(bench, run_id) <= cap
    assert run.state is RunState.COMPLETED or cost(bench, run_id) + hold > cap
    check(bench, bank, run_id)


def test_money_that_another_run_holds_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "FIRST_PAUSE", 0.05)
    with running(Bank(batches=BatchPace(seconds=0.3))) as bank:
        connection = connect(bench, bank)
        first, second = samples_run(bench, connection, 4), samples_run(bench, connection, 1, seed=1)
        kill(bench, first, lambda: handed_in(bench, first))
        with bench.store.write() as tx:
            held = ledger.spent(tx, "project", PROJECT).held
            tx.run("UPDATE project SET cost_cap=?", (held + 1,))

        async def during(engine: Engine, task: asyncio.Task[None]) -> None:
            await asyncio.sleep(0.2)
            assert bench.attempts(second) == []
            await executing(bench, first)

        run = execute(bench, second, during)
    assert (run.state, run.reason) == (RunState.COMPLETED, "")
    assert bench.run(first).state is RunState.COMPLETED
    bench.check_ledger()
    assert cost(bench, first) + cost(bench, second) == bank.totals()["billed"]


def test_a_cap_that_allows_nothing_hands_nothing_in(bench: Bench) -> None:
    with running(Bank(batches=QUICK)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 2, cost_cap=1)
        run = execute(bench, run_id)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert (batches_of(bench, run_id), bench.attempts(run_id), bank.log) == ([], [], [])


# ---- stopping ----


def handed_in(bench: Bench, run_id: str) -> bool:
    """Has the provider a batch of the run?"""
    return any(batch.remote_id for batch in batches_of(bench, run_id))


def cancel(bench: Bench, run_id: str) -> Run:
    """Execute the run and cancel it as soon as it waits for its batch."""

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: handed_in(bench, run_id) and run_id in engine.waiting)
        with bench.store.write() as tx:
            runs.ask_cancel(tx, run_id)

    return execute(bench, run_id, during)


def test_a_cancelled_run_cancels_its_batch_and_a_resumed_one_makes_the_rest(bench: Bench) -> None:
    with running(Bank(batches=BatchPace(seconds=1.0))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 16)
        run = cancel(bench, run_id)
        (batch,) = batches_of(bench, run_id)
        assert (run.state, batch.state) == (RunState.CANCELLED, BatchState.CANCELLED)
        assert batch.n_answered < 16
        bench.check_ledger()
        bench.resume(run_id)
        finish(bench, run_id)
    check(bench, bank, run_id)


def test_a_batch_that_does_not_end_in_time_is_stored_when_the_run_is_resumed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "CANCEL_SECONDS", 0.05)
    with running(Bank(batches=BatchPace(seconds=2.0))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 16)
        assert cancel(bench, run_id).state is RunState.CANCELLED
        (batch,) = batches_of(bench, run_id)
        assert batch.state is BatchState.SUBMITTED
        bench.resume(run_id)
        finish(bench, run_id)
        assert batches_of(bench, run_id)[0].state is BatchState.CANCELLED
    check(bench, bank, run_id)


def test_a_stopped_worker_leaves_the_batch_and_the_next_one_collects_it(bench: Bench) -> None:
    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: handed_in(bench, run_id) and run_id in engine.waiting)
        engine.stopping.set()

    with running(Bank(batches=BatchPace(seconds=0.6))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        run = execute(bench, run_id, during)
        assert (run.state, run.reason) == (RunState.INTERRUPTED, "The worker was stopped.")
        assert batches_of(bench, run_id)[0].state is BatchState.SUBMITTED
        bench.resume(run_id)
        finish(bench, run_id)
        assert orders(bank) == 2
    check(bench, bank, run_id)


def test_a_batch_that_somebody_cancels_at_the_provider_stops_the_run(bench: Bench) -> None:
    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: handed_in(bench, run_id))
        async with httpx2.AsyncClient() as client:
            await client.post(f"{bank.base_url}/batches/{batches_of(bench, run_id)[0].remote_id}/cancel")

    with running(Bank(batches=BatchPace(seconds=1.0))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 16)
        run = execute(bench, run_id, during)
        assert (run.state, run.reason) == (RunState.INTERRUPTED, "A batch was cancelled at the provider.")
        bench.resume(run_id)
        finish(bench, run_id)
    check(bench, bank, run_id)


def test_a_teacher_without_batches_stops_the_run_before_anything_is_held(bench: Bench) -> None:
    run_id = samples_run(bench, bench.connect(), 2)
    run = execute(bench, run_id)
    assert run.state is RunState.INTERRUPTED
    assert "takes no batches" in run.reason
    assert bench.attempts(run_id) == []
