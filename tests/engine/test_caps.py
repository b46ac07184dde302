"""Caps hold at every moment; a run that meets one ends cleanly and goes on when it is raised."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from core.domain.calls import Call, Reply
from core.domain.money import Price, Usage
from core.domain.states import ItemState, RunState
from core.errors import TeacherUnavailableError
from core.llm.scripted import ScriptedTeacher, plain_script, reply_of
from core.runs import sending
from core.store import ledger
from core.store.database import Store
from tests.engine.conftest import PROJECT, Bench, Hanging

PRICE = Price(1_000_000_000, 2_000_000_000, 500_000_000, source="typed in")


class Watching(ScriptedTeacher):
    """Looks at the totals of run and project whenever it is asked."""

    def __init__(self, bench: Bench, run_id: str, seconds: float = 0.0) -> None:
        super().__init__(self._look, seconds=seconds)
        self._bench, self._run = bench, run_id
        self.most_money, self.most_calls = 0, 0

    def _look(self, call: Call, number: int) -> str:
        other = Store(self._bench.store.path)
        with other.read() as tx:
            spent = [ledger.spent(tx, "run", self._run), ledger.spent(tx, "project", PROJECT)]
        other.close()
        self.most_money = max(self.most_money, *(s.total for s in spent))
        self.most_calls = max(self.most_calls, *(s.calls for s in spent))
        return plain_script(call, number)


def paid(bench: Bench, run_id: str) -> Counter[int]:
    """Request -> number of attempts."""
    return Counter(attempt.request_id for attempt in bench.attempts(run_id))


def test_the_query_budget_ends_a_run_and_raising_it_finishes_without_paying_twice(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 10, call_cap=7)
    teacher = Watching(bench, run_id, seconds=0.005)
    run = bench.execute(teacher, run_id)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert "7 of 7 calls" in run.reason
    assert "resume" in run.hint
    assert len(teacher.asked) == teacher.most_calls == 7
    states = Counter(bench.states(run_id))
    assert set(states) <= {ItemState.PLANNED, ItemState.DONE}
    assert states[ItemState.PLANNED] >= 6
    bench.check_ledger()

    bench.set_caps(run_id, calls=100)
    bench.resume(run_id)
    rest = ScriptedTeacher()
    run = bench.execute(rest, run_id)
    assert (run.state, run.reason) == (RunState.COMPLETED, "")
    assert bench.states(run_id) == [ItemState.DONE] * 10
    assert len(rest.asked) == 13
    assert set(paid(bench, run_id).values()) == {1}
    bench.check_ledger()


def test_a_query_budget_that_ends_in_between_leaves_few_samples_half_made(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 40, verify=True, call_cap=24)
    bench.execute(ScriptedTeacher(seconds=0.002), run_id, at_once=4)
    assert len(bench.attempts(run_id)) == 24
    assert Counter(bench.states(run_id))[ItemState.DONE] >= (24 - 2 * 4) // 3


def test_the_cost_cap_is_never_passed_and_raising_it_finishes_the_run(bench: Bench) -> None:
    connection = bench.connect("openai", price=PRICE)
    probe = bench.samples_run(connection, 1, seed=9)
    bench.execute(ScriptedTeacher(), probe)
    calls = bench.attempts(probe)
    hold, cost = max(call.hold for call in calls), max(call.cost for call in calls)
    cap = hold + 5 * cost

    run_id = bench.samples_run(connection, 10, cost_cap=cap)
    teacher = Watching(bench, run_id, seconds=0.005)
    run = bench.execute(teacher, run_id)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert "cost cap of this run" in run.reason
    assert 0 < len(teacher.asked) < 20
    with bench.store.read() as tx:
        assert ledger.spent(tx, "run", run_id).total <= cap
    bench.check_ledger()

    before = paid(bench, run_id)
    bench.set_caps(run_id, cost=1000 * hold)
    bench.resume(run_id)
    assert bench.execute(ScriptedTeacher(), run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 10
    after = paid(bench, run_id)
    assert set(after.values()) == {1}
    assert before.keys() <= after.keys()


def test_money_that_is_only_held_counts_against_the_cap(bench: Bench) -> None:
    connection = bench.connect("openai", price=PRICE)
    probe = bench.samples_run(connection, 1, seed=9)
    bench.execute(ScriptedTeacher(), probe)
    hold = max(attempt.hold for attempt in bench.attempts(probe))
    run_id = bench.samples_run(connection, 8, cost_cap=2 * hold + hold // 2)
    out, most = 0, 0

    def script(call: Call, number: int) -> str:
        nonlocal out
        out -= 1
        return plain_script(call, number)

    class Counting(ScriptedTeacher):
        async def ask(self, call: Call) -> Reply:
            nonlocal out, most
            out += 1
            most = max(most, out)
            return await super().ask(call)

    bench.execute(Counting(script, seconds=0.05), run_id, at_once=8)
    assert most == 2


def test_a_run_ends_at_its_cap_by_what_was_spent_and_not_by_what_was_held(bench: Bench) -> None:
    connection = bench.connect("openai", price=PRICE)
    probe = bench.samples_run(connection, 1, seed=9)
    bench.execute(ScriptedTeacher(), probe)
    calls = bench.attempts(probe)
    hold, cost = max(call.hold for call in calls), max(call.cost for call in calls)
    assert 2 * cost < hold

    run_id = bench.samples_run(connection, 20, cost_cap=hold + 4 * cost)
    run = bench.execute(ScriptedTeacher(seconds=0.01), run_id, at_once=8)
    with bench.store.read() as tx:
        spent = ledger.spent(tx, "run", run_id)
    assert (run.state, spent.held) == (RunState.BUDGET_EXHAUSTED, 0)
    assert 3 * cost < spent.settled <= hold + 4 * cost
    assert spent.calls >= 4
    bench.check_ledger()


def test_money_that_stays_held_is_not_waited_for_for_ever(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MAX_ROOM_SECONDS", 0.1)
    connection = bench.connect("openai", price=PRICE)
    dead = bench.samples_run(connection, 1)
    bench.crash(Hanging(), dead)
    with bench.store.write() as tx:
        held = ledger.spent(tx, "project", PROJECT).held
        assert held
        tx.run("UPDATE project SET cost_cap=? WHERE id=?", (held + held // 2, PROJECT))
    run = bench.execute(ScriptedTeacher(), bench.samples_run(connection, 1, seed=1))
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert "held" in run.reason


@pytest.mark.parametrize("column", ["call_cap", "cost_cap"])
def test_the_caps_of_the_project_hold_for_its_runs_together(bench: Bench, column: str) -> None:
    connection = bench.connect("openai", price=PRICE)
    first = bench.samples_run(connection, 2)
    bench.execute(ScriptedTeacher(), first)
    with bench.store.write() as tx:
        spent = ledger.spent(tx, "project", PROJECT)
        cap = spent.calls + 3 if column == "call_cap" else spent.settled + 1
        tx.run(f"UPDATE project SET {column}=? WHERE id=?", (cap, PROJECT))
    second = bench.samples_run(connection, 5, seed=1)
    run = bench.execute(ScriptedTeacher(), second)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert "of this project" in run.reason
    assert len(bench.attempts(second)) == (3 if column == "call_cap" else 0)


def test_retries_count_as_calls(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        raise TeacherUnavailableError("Busy.", "Wait.", code="http_503")

    run_id = bench.samples_run(bench.connect(), 4, call_cap=3)
    run = bench.execute(ScriptedTeacher(script), run_id, at_once=1)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert len(bench.attempts(run_id)) == 3
    assert bench.states(run_id) == [ItemState.PLANNED] * 4


def test_a_cost_cap_without_a_price_is_refused_before_anything_is_sent(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai"), 2, cost_cap=10**12)
    teacher = ScriptedTeacher()
    run = bench.execute(teacher, run_id)
    assert run.state is RunState.INTERRUPTED
    assert "price" in run.reason
    assert teacher.asked == []
    assert bench.states(run_id) == [ItemState.PLANNED] * 2


def test_without_a_cap_an_unknown_price_is_written_down_as_unknown(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai"), 1)
    assert bench.execute(ScriptedTeacher(), run_id).state is RunState.COMPLETED
    assert {(a.cost, a.price_source) for a in bench.attempts(run_id)} == {(0, "price unknown")}


def test_the_price_of_the_moment_is_copied_into_every_attempt(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), 1)
    bench.execute(ScriptedTeacher(), run_id)
    for attempt in bench.attempts(run_id):
        assert (attempt.price_input, attempt.price_output, attempt.price_cached) == (
            PRICE.input,
            PRICE.output,
            PRICE.cached,
        )
        assert (attempt.price_model, attempt.price_source) == ("m", "typed in")
        assert attempt.measured
        assert attempt.prompt_tokens is not None
        assert attempt.completion_tokens is not None
        assert attempt.cost == attempt.prompt_tokens * 1000 + attempt.completion_tokens * 2000


@pytest.mark.parametrize("capped", [True, False])
def test_a_teacher_that_bills_more_than_it_was_allowed_stops_a_run_under_a_cost_cap(bench: Bench, capped: bool) -> None:
    def greedy(call: Call, number: int) -> Reply:
        made = reply_of("A long answer.", call)
        return replace(made, usage=Usage(prompt=100, completion=call.max_tokens + 1))

    connection = bench.connect("openai", price=PRICE)
    run_id = bench.samples_run(connection, 40, cost_cap=10**15) if capped else bench.samples_run(connection, 40)
    teacher = ScriptedTeacher(greedy, seconds=0.01)
    run = bench.execute(teacher, run_id, at_once=4)
    if not capped:
        assert run.state is RunState.COMPLETED
        return
    assert run.state is RunState.INTERRUPTED
    assert "501 answer tokens" in run.reason
    assert "cost cap cannot hold" in run.reason
    assert len(teacher.asked) <= 4
    assert {a.flag for a in bench.attempts(run_id)} == {"usage above the bound"}
    assert all(request.reply for request in bench.requests(run_id)), "what was paid is kept"
    bench.check_ledger()
