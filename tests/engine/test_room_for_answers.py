"""No call leaves while there is no room for its answer, not even one whose reservation was on its way to the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from core.domain.plans import TeacherChoice
from core.domain.states import AttemptState, ItemState
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.runs import engine as engine_module
from core.runs.engine import Engine
from core.runs.pacing import Pace
from core.runs.seats import Seat, Teachers
from core.runs.sending import Sender, Stored
from core.runs.traffic import StoppedError, Traffic
from core.runs.writer import GroupWriter
from core.store.asked import Wish
from core.store.database import Tx
from core.store.space import SpaceGuard
from tests.engine.conftest import Bench, Impatient, until
from tests.unit.conftest import make_call

T = TypeVar("T")


class Late(GroupWriter):
    """The disk is found short just after a reservation was handed in."""

    def __init__(self, bench: Bench, traffic: Traffic) -> None:
        super().__init__(bench.store)
        self._traffic = traffic

    def submit(self, job: Callable[[Tx], T], *, urgent: bool = False) -> asyncio.Future[T]:
        """Hand the job in, then close the gate."""
        future = super().submit(job, urgent=urgent)
        self._traffic.hold()
        return future


class Scene:
    """One call on its way through the real sender."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.teacher, self.traffic = bench, ScriptedTeacher(), Traffic()
        name = bench.connect()
        self.run = bench.run(bench.samples_run(name, 1))
        with bench.store.read() as tx:
            teachers = Teachers(KeyFile(bench.settings.keys, {}))
            teachers._made[name, 1] = (self.teacher, Pace(most=1))
            self.seat: Seat = teachers.seat(tx, TeacherChoice(connection=name, model="m"), money_capped=False)

    async def play(self, then: Callable[[Traffic], Any]) -> dict[str, Stored]:
        """Send; once the reservation is on the disk and the gate is closed, see that it waits; then go on."""
        writer = Late(self.bench, self.traffic)
        sender = Sender(self.run, writer, lambda: self.bench.now, Impatient(), self.traffic)
        try:
            task = asyncio.create_task(sender.send([Wish("key", 0, make_call())], self.seat))
            await until(self.bench.attempts)
            await asyncio.sleep(0.1)
            assert self.teacher.asked == []
            then(self.traffic)
            return await task
        finally:
            await writer.close()


def test_a_call_that_was_reserved_when_the_disk_ran_short_waits_for_room(bench: Bench) -> None:
    scene = Scene(bench)
    answers = asyncio.run(scene.play(Traffic.go_on))
    assert list(answers) == ["key"]
    assert len(scene.teacher.asked) == 1
    assert [attempt.state for attempt in bench.attempts()] == [AttemptState.SETTLED]
    bench.check_ledger()


def test_a_call_that_waits_for_room_when_the_run_stops_costs_nothing_and_can_be_asked_later(bench: Bench) -> None:
    scene = Scene(bench)
    with pytest.raises(StoppedError):
        asyncio.run(scene.play(Traffic.stop))
    (attempt,) = bench.attempts()
    assert (attempt.state, attempt.cost, attempt.error_code) == (AttemptState.RELEASED, 0, "unsent")
    assert scene.seat.pace.busy == 0
    bench.check_ledger()
    scene.traffic = Traffic()
    assert list(asyncio.run(scene.play(Traffic.go_on))) == ["key"]
    assert len(scene.teacher.asked) == 1


def test_a_write_that_finds_the_disk_full_stops_all_calls_before_the_next_look(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BEAT_SECONDS", 0.5)
    run_id = bench.samples_run(bench.connect(), 40)
    teacher = ScriptedTeacher(seconds=0.005)
    looks: list[int] = []  # how many calls had been sent at each
    left: list[int] = []

    class Watched(SpaceGuard):
        def short(self) -> str | None:
            looks.append(len(teacher.asked))
            return super().short()

    guard = Watched(bench.settings)

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: len(teacher.asked) > 8)
        guard.alarm()
        before, looked = len(teacher.asked), len(looks)
        await until(lambda: len(looks) > looked)
        left.append(looks[looked] - before)

    asyncio.run(bench.executing(teacher, run_id, during=during, guard=guard))
    assert left == [0]
    assert bench.states(run_id) == [ItemState.DONE] * 40
    assert guard.alarmed == []
