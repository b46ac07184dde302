"""When a failed call is tried again, how long that waits, and that every try is a ledger row of its own."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calls import Call, Stage
from core.domain.money import Price
from core.domain.states import AttemptState, ItemState, RunState
from core.errors import (
    TeacherError,
    TeacherRefusedError,
    TeacherRejectedError,
    TeacherUnavailableError,
    UnusableReplyError,
)
from core.llm.scripted import ScriptedTeacher, plain_script
from core.runs.retry import MAX_ATTEMPTS, MAX_SECONDS, delay
from tests.engine.conftest import Bench


def busy(retry_after: float | None = None, *, billed: bool = False) -> TeacherUnavailableError:
    """A server that may answer later."""
    error = TeacherUnavailableError("Busy.", "It is tried again.", code="http_503", billed=billed)
    error.retry_after = retry_after
    return error


# ---- the policy ----


@pytest.mark.parametrize("kind", [TeacherRefusedError, TeacherRejectedError, UnusableReplyError])
def test_only_unavailability_is_tried_again(kind: type[TeacherError]) -> None:
    assert delay(1, kind("No.", code="x"), 0.0, Random(1)) is None


def test_the_fifth_attempt_is_the_last() -> None:
    assert MAX_ATTEMPTS == 5
    assert delay(4, busy(), 0.0, Random(1)) is not None
    assert delay(5, busy(), 0.0, Random(1)) is None
    assert delay(5, busy(0.0), 0.0, Random(1)) is None


@given(st.integers(1, 4), st.integers())
def test_the_wait_is_jittered_and_doubles_at_most(attempt: int, seed: int) -> None:
    wait = delay(attempt, busy(), 0.0, Random(seed))
    assert wait is not None
    assert 0 <= wait <= 0.5 * 2 ** (attempt - 1)


def test_two_callers_do_not_come_back_at_the_same_moment() -> None:
    assert len({delay(3, busy(), 0.0, Random(seed)) for seed in range(50)}) == 50


def test_retry_after_is_obeyed_when_it_asks_for_more() -> None:
    assert delay(1, busy(20.0), 0.0, Random(1)) == 20.0
    assert delay(1, busy(0.0001), 0.0, Random(1)) == delay(1, busy(), 0.0, Random(1))


def test_a_request_that_was_only_adapted_is_sent_again_at_once() -> None:
    assert delay(1, busy(0.0), 0.0, Random(1)) == 0.0


@given(st.floats(0, 2 * MAX_SECONDS), st.floats(0.001, 300))
def test_nobody_waits_beyond_ten_minutes_in_all(elapsed: float, wish: float) -> None:
    wait = delay(1, busy(wish), elapsed, Random(1))
    assert wait is None or elapsed + wait <= MAX_SECONDS
    assert (wait is None) == (elapsed + max(wish, delay(1, busy(), 0.0, Random(1)) or 0.0) > MAX_SECONDS)


# ---- the engine obeys it ----


def test_every_try_is_a_row_and_only_what_may_have_been_billed_is_charged(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if number <= 3:
            raise busy(billed=number == 2)
        return plain_script(call, number)

    price = Price(1_000_000, 1_000_000, 1_000_000, source="typed in")
    run_id = bench.samples_run(bench.connect("openai", price=price), 1)
    assert bench.execute(ScriptedTeacher(script), run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE]
    first, second, third, good, answer = bench.attempts(run_id)
    assert [a.state for a in (first, third)] == [AttemptState.RELEASED] * 2
    assert [a.cost for a in (first, third)] == [0, 0]
    assert (second.state, second.cost, second.flag) == (AttemptState.SETTLED, second.hold, "charged at the hold")
    assert {a.error_code for a in (first, second, third)} == {"http_503"}
    assert len({a.request_id for a in (first, second, third, good)}) == 1
    assert answer.stage == Stage.ANSWER
    bench.check_ledger()


def test_after_five_tries_the_item_fails(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        raise busy()

    run_id = bench.samples_run(bench.connect(), 2)
    teacher = ScriptedTeacher(script)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.FAILED] * 2
    assert len(teacher.asked) == 10


def test_the_same_error_three_times_while_others_succeed_is_final_for_its_item(bench: Bench) -> None:
    doomed: list[str] = []

    def script(call: Call, number: int) -> str:
        content = call.messages[1].content
        doomed.append(content)
        if content == doomed[0]:
            raise busy()
        return plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 4)
    teacher = ScriptedTeacher(script)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert sorted(bench.states(run_id)) == [ItemState.DONE] * 3 + [ItemState.FAILED]
    assert sum(call.messages[1].content == doomed[0] for call in teacher.asked) == 3
    bench.check_ledger()


def test_a_refusal_is_not_tried_again(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        raise TeacherRefusedError("No.", "x.", code="refused")

    teacher = ScriptedTeacher(script)
    bench.execute(teacher, bench.samples_run(bench.connect(), 3))
    assert len(teacher.asked) == 3
