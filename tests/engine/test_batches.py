"""Runs in batches: half the price, stage after stage, and every call ends as the provider says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from core.domain.money import Usage, batch_price, cost_of, hold_for
from core.domain.states import AttemptState, BatchState, ItemState, RunState
from core.runs import handing_in, tray
from core.runs.booking import call_of
from tests.bank import Bank, BatchPace, Script, running
from tests.engine.conftest import Bench
from tests.engine.handing_in import PRICE, batches_of, check, connect, cost, execute, orders, samples_run

QUICK = BatchPace(seconds=0.05)


def test_samples_are_made_stage_by_stage_at_half_the_price(bench: Bench) -> None:
    with running(Bank(batches=QUICK)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 6)
        run = execute(bench, run_id)
    assert (run.state, run.reason) == (RunState.COMPLETED, "")
    assert bench.states(run_id) == [ItemState.DONE] * 6
    made = batches_of(bench, run_id)
    assert [(b.state, b.n_calls, b.n_answered) for b in made] == [(BatchState.COLLECTED, 6, 6)] * 2
    assert orders(bank) == 2
    check(bench, bank, run_id)
    assert cost(bench, run_id) == bank.totals()["billed"]
    for attempt in bench.attempts(run_id):
        usage = Usage(attempt.prompt_tokens or 0, attempt.completion_tokens or 0, attempt.cached_tokens or 0)
        assert attempt.cost == -(-cost_of(PRICE, usage) // 2)
        (request,) = [request for request in bench.requests(run_id) if request.id == attempt.request_id]
        asked = call_of(request)
        assert attempt.hold == hold_for(batch_price(PRICE), asked.prompt_bytes, len(asked.messages), 500)
        assert attempt.price_source == "typed in, batch at half price (assumed)"


def test_the_same_plan_at_once_sends_nothing_more(bench: Bench) -> None:
    with running(Bank(batches=QUICK)) as bank:
        connection = connect(bench, bank)
        execute(bench, samples_run(bench, connection, 4))
        sent = len(bank.log)
        again = samples_run(bench, connection, 4, execution="live")
        run = execute(bench, again)
        assert len(bank.log) == sent
    assert run.state is RunState.COMPLETED
    assert bench.states(again) == [ItemState.KNOWN] * 4
    assert bench.attempts(again) == []


def test_a_call_that_two_items_want_is_handed_in_once(bench: Bench) -> None:
    with running(Bank(batches=QUICK)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 1, twins=3)
        run = execute(bench, run_id)
    assert run.state is RunState.COMPLETED
    assert [batch.n_calls for batch in batches_of(bench, run_id)] == [1, 1]
    assert Counter(bench.states(run_id)) == {ItemState.DONE: 1, ItemState.KNOWN: 2}
    check(bench, bank, run_id)


def test_lines_that_fail_are_handed_in_again_and_the_others_are_not(bench: Bench) -> None:
    faults = {"batch line": Script(["ok", "http_500", "ok", "http_503"])}
    with running(Bank(batches=QUICK, also=faults)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 4)
        run = execute(bench, run_id)
    assert run.state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 4
    assert [batch.n_answered for batch in batches_of(bench, run_id)] == [2, 4, 2]
    assert Counter(attempt.state for attempt in bench.attempts(run_id)) == {
        AttemptState.SETTLED: 8,
        AttemptState.RELEASED: 2,
    }
    check(bench, bank, run_id)


def test_a_call_that_fails_in_three_batches_fails_its_item_with_the_reason(bench: Bench) -> None:
    with running(Bank(batches=replace(QUICK, errors=1.0))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 2)
        run = execute(bench, run_id)
    assert run.state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.FAILED] * 2
    assert bench.items(run_id)[0].error.startswith("The teacher answered 500")
    assert len(batches_of(bench, run_id)) == 3
    assert cost(bench, run_id) == 0
    check(bench, bank, run_id)


@pytest.mark.parametrize("mode", ["http_400_context", "http_413", "http_422"])
def test_a_line_that_is_refused_as_such_is_not_handed_in_again(bench: Bench, mode: str) -> None:
    with running(Bank(batches=QUICK, also={"batch line": Script([mode])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        run = execute(bench, run_id)
    assert run.state is RunState.COMPLETED
    assert Counter(bench.states(run_id)) == {ItemState.FAILED: 1, ItemState.DONE: 2}
    assert [batch.n_calls for batch in batches_of(bench, run_id)] == [3, 2]
    check(bench, bank, run_id)


@pytest.mark.parametrize("mode", ["http_401", "http_403", "http_404_model", "http_429_quota"])
def test_a_line_that_only_a_person_can_help_stops_the_run_and_loses_no_answer(bench: Bench, mode: str) -> None:
    with running(Bank(batches=QUICK, also={"batch line": Script([mode])})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        stopped = execute(bench, run_id)
        assert stopped.state is RunState.INTERRUPTED
        assert "The teacher answered 4" in stopped.reason
        bench.check_ledger()
        bench.resume(run_id)
        assert execute(bench, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 3
    assert [batch.n_calls for batch in batches_of(bench, run_id)] == [3, 3, 1]
    check(bench, bank, run_id)


def test_a_field_that_the_server_refuses_is_left_out_in_the_next_batch(bench: Bench) -> None:
    with running(Bank(batches=QUICK, refuses=("temperature",))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        assert execute(bench, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 3
    assert [batch.n_answered for batch in batches_of(bench, run_id)] == [0, 3, 3]
    check(bench, bank, run_id)


def test_an_expired_batch_is_stored_in_part_and_the_rest_is_handed_in_again(bench: Bench) -> None:
    with running(Bank(batches=replace(QUICK, expires=0.5))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 2)
        run = execute(bench, run_id)
    made = batches_of(bench, run_id)
    assert {batch.state for batch in made} == {BatchState.EXPIRED}
    assert (made[0].n_calls, made[0].n_answered) == (2, 1)
    assert run.state is RunState.COMPLETED
    assert "did not answer this call in time" in " ".join(item.error for item in bench.items(run_id))
    check(bench, bank, run_id)


def test_a_batch_that_fails_validation_costs_nothing_and_stops_the_run_with_the_reason(bench: Bench) -> None:
    with running(Bank(batches=replace(QUICK, invalid=True))) as bank:
        run_id = samples_run(bench, connect(bench, bank), 3)
        run = execute(bench, run_id)
    assert run.state is RunState.INTERRUPTED
    assert run.reason == "The provider refused a batch: Enqueued token limit reached."
    assert bench.states(run_id) == [ItemState.PLANNED] * 3
    (batch,) = batches_of(bench, run_id)
    assert (batch.state, batch.error) == (BatchState.FAILED, "Enqueued token limit reached.")
    assert cost(bench, run_id) == 0
    check(bench, bank, run_id)


def test_answers_are_judged_as_those_of_single_calls_are(bench: Bench) -> None:
    modes = ["finish_length", "finish_filter", "usage_missing", "ok"]
    with running(Bank(batches=QUICK, also={"batch line": Script(modes)})) as bank:
        run_id = samples_run(bench, connect(bench, bank), 4)
        assert execute(bench, run_id).state is RunState.COMPLETED
    assert Counter(bench.states(run_id)) == {ItemState.TRUNCATED: 1, ItemState.FILTERED: 1, ItemState.DONE: 2}
    flags = Counter(attempt.flag for attempt in bench.attempts(run_id))
    assert flags == {"": 5, "usage missing": 1}
    bench.check_ledger()


def test_a_run_over_many_calls_is_cut_into_batches(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "MOST_CALLS", 3)
    monkeypatch.setattr(handing_in, "STEP", 2)
    with running(Bank(batches=QUICK)) as bank:
        run_id = samples_run(bench, connect(bench, bank), 8)
        assert execute(bench, run_id).state is RunState.COMPLETED
    assert sorted(batch.n_calls for batch in batches_of(bench, run_id)) == [2, 2, 3, 3, 3, 3]
    check(bench, bank, run_id)
