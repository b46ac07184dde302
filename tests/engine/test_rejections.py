"""No money, no key, no such model: what one call is told holds for all, so no other is sent after it."""

from __future__ import annotations

import pytest

from core.domain.calls import Call
from core.domain.states import ItemState, RunState
from core.errors import TeacherRejectedError
from core.llm.scripted import ScriptedTeacher
from tests.engine.conftest import Bench


@pytest.mark.parametrize("at_once", [1, 3])
def test_after_a_rejection_only_the_calls_under_way_meet_it_too(bench: Bench, at_once: int) -> None:
    def script(call: Call, number: int) -> str:
        raise TeacherRejectedError("The teacher answered 401: wrong key.", "Check the key.", code="key")

    run_id = bench.samples_run(bench.connect(), 12)
    teacher = ScriptedTeacher(script)
    run = bench.execute(teacher, run_id, at_once=at_once)
    assert (run.state, run.hint) == (RunState.INTERRUPTED, "Check the key.")
    assert len(teacher.asked) <= at_once
    assert set(bench.states(run_id)) == {ItemState.PLANNED}
