"""Reading stored answers again after the program learnt to read them: nothing is sent, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import pytest

from core.domain.calls import Call, Stage
from core.domain.money import Price
from core.domain.people import Principal
from core.domain.states import ItemState, RequestState, RunState
from core.errors import InvalidTransitionError, TeacherRefusedError, UnusableReplyError
from core.generation.products import Answered
from core.generation.strategies import glan
from core.ids import now
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher, plain_script
from core.runs.engine import Engine
from core.services.context import Context
from core.services.runs import RunService
from core.store import runs
from core.store.database import Tx
from tests.engine.conftest import PROJECT, Bench, until

ME = Principal("Ada")
PRICE = Price(10**9, 10**9, 10**9)
Reader = Callable[[Answered, str], Answered]


def service(bench: Bench) -> RunService:
    """The runs as a person has them in hand."""
    return RunService(Context(bench.store, bench.settings, KeyFile(bench.settings.keys, {}), {}, now))


def fussy(answered: Answered, what: str) -> Answered:
    """A reader that cannot read any answer."""
    if what == "answer":
        raise UnusableReplyError("The old reader gave up.", "Wait for a better one.", code="empty", billed=True)
    return answered


def plain(answered: Answered, what: str) -> Answered:
    """A reader that reads everything, slowly enough to be interrupted."""
    time.sleep(0.002)
    return answered


def unreadable_run(bench: Bench, monkeypatch: pytest.MonkeyPatch, count: int, reader: Reader = fussy) -> str:
    """A completed run in which no answer could be read."""
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), count)
    with monkeypatch.context() as patch:
        patch.setattr(glan, "usable", reader)
        assert bench.execute(ScriptedTeacher(), run_id, at_once=16).state is RunState.COMPLETED
    return run_id


def test_answers_that_can_be_read_now_become_samples_without_a_call(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = unreadable_run(bench, monkeypatch, 5)
    before = bench.attempts(run_id)
    assert set(bench.states(run_id)) == {ItemState.INVALID}
    assert service(bench).reparse(ME, PROJECT, run_id) == 5
    teacher = ScriptedTeacher()
    run = bench.execute(teacher, run_id)
    assert (run.state, run.offline) == (RunState.COMPLETED, "")
    assert "5 more items" in run.reason
    assert teacher.asked == []
    assert bench.attempts(run_id) == before
    assert bench.states(run_id) == [ItemState.DONE] * 5
    assert [item.error for item in bench.items(run_id)] == [""] * 5
    assert len(bench.samples()) == 5
    assert {(request.state, request.error) for request in bench.requests(run_id)} == {(RequestState.PARSED, "")}
    bench.check_ledger()


def test_what_still_cannot_be_read_keeps_its_error(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = unreadable_run(bench, monkeypatch, 3)
    before = bench.items(run_id)

    def other(answered: Answered, what: str) -> Answered:
        raise UnusableReplyError("A new complaint.", "Another hint.", code="empty", billed=True)

    service(bench).reparse(ME, PROJECT, run_id)
    monkeypatch.setattr(glan, "usable", other)
    run = bench.execute(ScriptedTeacher(), run_id)
    assert run.state is RunState.COMPLETED
    assert "0 more items" in run.reason
    assert bench.items(run_id) == before
    assert before[0].error == "The old reader gave up."


def test_an_item_that_needs_a_further_call_waits_for_a_retry_that_sends_only_that(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_question(answered: Answered, what: str) -> Answered:
        raise UnusableReplyError("No question in it.", "Retry.", code="empty", billed=True)

    run_id = unreadable_run(bench, monkeypatch, 2, no_question)
    service(bench).reparse(ME, PROJECT, run_id)
    teacher = ScriptedTeacher()
    bench.execute(teacher, run_id)
    assert teacher.asked == []
    assert [(item.state, item.error) for item in bench.items(run_id)] == [(ItemState.INVALID, "No question in it.")] * 2
    assert service(bench).retry_failed(ME, PROJECT, run_id) == 2
    bench.execute(teacher, run_id)
    assert [call.stage for call in teacher.asked] == [Stage.ANSWER] * 2
    assert bench.states(run_id) == [ItemState.DONE] * 2


def test_a_retry_after_the_reading_pays_for_nothing_that_was_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = unreadable_run(bench, monkeypatch, 2)
    service(bench).reparse(ME, PROJECT, run_id)
    bench.execute(ScriptedTeacher(), run_id)
    assert service(bench).retry_failed(ME, PROJECT, run_id) == 0
    again = bench.samples_run(bench.requests(run_id)[0].connection_id, 2)
    teacher = ScriptedTeacher()
    bench.execute(teacher, again)
    assert teacher.asked == []


@pytest.mark.parametrize(
    "ended", [RunState.COMPLETED, RunState.BUDGET_EXHAUSTED, RunState.CANCELLED, RunState.FAILED, RunState.INTERRUPTED]
)
def test_the_run_returns_to_the_state_it_had(bench: Bench, monkeypatch: pytest.MonkeyPatch, ended: RunState) -> None:
    run_id = unreadable_run(bench, monkeypatch, 1)
    with bench.store.write() as tx:
        tx.run("UPDATE run SET state=? WHERE id=?", (ended, run_id))
    service(bench).reparse(ME, PROJECT, run_id)
    assert bench.run(run_id).state is RunState.QUEUED
    assert bench.execute(ScriptedTeacher(), run_id).state is ended
    assert bench.states(run_id) == [ItemState.DONE]


def test_items_that_are_to_do_are_left_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = bench.samples_run(bench.connect(), 6, call_cap=9)
    with monkeypatch.context() as patch:
        patch.setattr(glan, "usable", fussy)
        assert bench.execute(ScriptedTeacher(), run_id, at_once=1).state is RunState.BUDGET_EXHAUSTED
    left = Counter(bench.states(run_id))
    assert left[ItemState.INVALID]
    service(bench).reparse(ME, PROJECT, run_id)
    teacher = ScriptedTeacher()
    assert bench.execute(teacher, run_id).state is RunState.BUDGET_EXHAUSTED
    assert teacher.asked == []
    assert Counter(bench.states(run_id)) == {
        ItemState.DONE: left[ItemState.INVALID],
        ItemState.PLANNED: left[ItemState.PLANNED],
    }
    bench.set_caps(run_id)
    bench.resume(run_id)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 6


def test_a_worker_that_dies_while_reading_is_followed_by_one_that_reads_the_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = unreadable_run(bench, monkeypatch, 120)
    service(bench).reparse(ME, PROJECT, run_id)
    monkeypatch.setattr(glan, "usable", plain)
    teacher = ScriptedTeacher()

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: ItemState.DONE in bench.states(run_id))
        task.cancel()

    asyncio.run(bench.executing(teacher, run_id, during=during, at_once=1))
    run = bench.run(run_id)
    assert (run.state, run.offline) == (RunState.RUNNING, "completed")
    assert ItemState.INVALID in bench.states(run_id)
    bench.now += 60
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert teacher.asked == []
    assert bench.states(run_id) == [ItemState.DONE] * 120
    assert len(bench.samples()) == 120
    bench.check_ledger()


def test_a_reading_that_is_cancelled_returns_to_the_state_it_had(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = unreadable_run(bench, monkeypatch, 200)
    service(bench).reparse(ME, PROJECT, run_id)
    monkeypatch.setattr(glan, "usable", plain)

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: ItemState.DONE in bench.states(run_id))
        await asyncio.to_thread(service(bench).cancel, ME, PROJECT, run_id)

    asyncio.run(bench.executing(ScriptedTeacher(), run_id, during=during, at_once=1))
    run = bench.run(run_id)
    assert (run.state, run.offline, run.cancel) == (RunState.COMPLETED, "", False)
    assert set(bench.states(run_id)) == {ItemState.DONE, ItemState.INVALID}
    assert (run.reason, run.hint) == ("Reading the stored answers again ended early: Cancelled.", "")
    service(bench).reparse(ME, PROJECT, run_id)
    bench.execute(ScriptedTeacher(), run_id)
    assert bench.states(run_id) == [ItemState.DONE] * 200


def test_a_reading_that_is_cancelled_before_it_began_leaves_the_run_as_it_was(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = unreadable_run(bench, monkeypatch, 1)
    before = bench.run(run_id)
    service(bench).reparse(ME, PROJECT, run_id)
    service(bench).cancel(ME, PROJECT, run_id)
    assert bench.run(run_id) == before


def test_a_restored_run_that_was_being_read_returns_to_the_state_it_had(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = unreadable_run(bench, monkeypatch, 1)
    service(bench).reparse(ME, PROJECT, run_id)
    with bench.store.write() as tx:
        runs.interrupt_all(tx, "Restored.", "Resume.")
    run = bench.run(run_id)
    assert (run.state, run.offline) == (RunState.COMPLETED, "")


def test_only_a_resting_run_with_invalid_items_is_read_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def script(call: Call, number: int) -> str:
        if number == 1:
            raise TeacherRefusedError("No.", "x.", code="refused")
        return plain_script(call, number)

    good = bench.samples_run(bench.connect(), 2)
    bench.execute(ScriptedTeacher(script), good)
    assert service(bench).reparse(ME, PROJECT, good) == 0
    assert bench.run(good).state is RunState.COMPLETED
    waiting = bench.samples_run(bench.connect(), 1, seed=1)
    with pytest.raises(InvalidTransitionError, match="active"):
        service(bench).reparse(ME, PROJECT, waiting)


def test_who_had_it_read_again_is_on_record(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = unreadable_run(bench, monkeypatch, 1)
    service(bench).reparse(ME, PROJECT, run_id)

    def kinds(tx: Tx) -> list[object]:
        return [row["kind"] for row in tx.rows("SELECT kind FROM event WHERE entity_id=? AND person='Ada'", (run_id,))]

    with bench.store.read() as tx:
        assert kinds(tx) == ["reread"]
