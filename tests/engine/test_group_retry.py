"""Putting back a group of items without a result: of one state, of one cause; nobody else is touched or paid again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from core.domain.calls import Call, Reply, Stage
from core.domain.people import Principal
from core.domain.states import ItemState, RunState
from core.errors import NotFoundError, TeacherRefusedError
from core.ids import now
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher, plain_script, reply_of
from core.services.context import Context
from core.services.runs import RunService
from tests.engine.conftest import PROJECT, Bench

ME = Principal("Ada")


def service(bench: Bench) -> RunService:
    """The runs as a person has them in hand."""
    return RunService(Context(bench.store, bench.settings, KeyFile(bench.settings.keys, {}), {}, now))


def mixed() -> Callable[[Call, int], Reply | str]:
    """Of nine answers, three are cut off and three are refused with an id of their own."""
    answers = count()

    def script(call: Call, number: int) -> Reply | str:
        turn = next(answers) % 3 if call.stage is Stage.ANSWER else 2
        if turn == 0:
            return reply_of("Half of", call, "length")
        if turn == 1:
            raise TeacherRefusedError(f"No, says request req_{number:08}.", "Choose another.", code="refused")
        return plain_script(call, number)

    return script


@pytest.fixture
def ended(bench: Bench) -> str:
    """A run with three items truncated, three refused, three done."""
    run_id = bench.samples_run(bench.connect(), 9)
    bench.execute(ScriptedTeacher(mixed()), run_id, at_once=1)
    assert Counter(bench.states(run_id)) == {ItemState.TRUNCATED: 3, ItemState.REFUSED: 3, ItemState.DONE: 3}
    return run_id


def test_a_state_is_put_back_and_the_others_stay(bench: Bench, ended: str) -> None:
    assert service(bench).retry_failed(ME, PROJECT, ended, states=[ItemState.TRUNCATED]) == 3
    teacher = ScriptedTeacher()
    assert bench.execute(teacher, ended).state is RunState.COMPLETED
    assert Counter(bench.states(ended)) == {ItemState.DONE: 6, ItemState.REFUSED: 3}
    assert [call.stage for call in teacher.asked] == [Stage.ANSWER] * 3


def test_a_cause_is_put_back_whatever_numbers_its_messages_hold(bench: Bench, ended: str) -> None:
    (refused,) = [cause for cause in service(bench).causes(PROJECT, ended) if cause.state is ItemState.REFUSED]
    assert refused.count == 3
    assert "req_" not in refused.words
    found = service(bench).items(PROJECT, ended, cause=refused.key)
    assert [item.state for item in found] == [ItemState.REFUSED] * 3
    assert service(bench).retry_failed(ME, PROJECT, ended, cause=refused.key) == 3
    assert Counter(bench.states(ended))[ItemState.TRUNCATED] == 3


def test_a_cause_that_is_gone_is_explained_and_nothing_is_put_back(bench: Bench, ended: str) -> None:
    before = bench.items(ended)
    with pytest.raises(NotFoundError, match="any more"):
        service(bench).retry_failed(ME, PROJECT, ended, cause="0123456789")
    assert bench.items(ended) == before


def test_a_group_without_items_leaves_the_run_as_it_is(bench: Bench, ended: str) -> None:
    assert service(bench).retry_failed(ME, PROJECT, ended, states=[ItemState.FILTERED]) == 0
    assert bench.run(ended).state is RunState.COMPLETED


def test_an_unusable_answer_that_another_run_asked_for_first_is_asked_for_again(bench: Bench) -> None:
    connection = bench.connect()
    first, second = bench.samples_run(connection, 2), bench.samples_run(connection, 2)
    cut = ScriptedTeacher(lambda call, number: reply_of("Half of", call, "length"))
    bench.execute(cut, first)
    teacher = ScriptedTeacher()
    bench.execute(teacher, second)
    assert bench.states(second) == [ItemState.TRUNCATED] * 2
    assert teacher.asked == []
    assert service(bench).retry_failed(ME, PROJECT, second) == 2
    bench.execute(teacher, second)
    assert bench.states(second) == [ItemState.DONE] * 2
    assert bench.states(first) == [ItemState.TRUNCATED] * 2


def test_the_item_names_the_answer_that_ended_it(bench: Bench, ended: str) -> None:
    requests = {request.id: request for request in bench.requests(ended)}
    for item in bench.items(ended):
        if item.state is ItemState.TRUNCATED:
            assert item.request_id is not None
            assert requests[item.request_id].finish_reason == "length"
