"""Stopping a run: cancelled, told to stop, or brought down; it says why and loses nothing."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from core.domain.states import ItemState, RunState
from core.errors import StudioError
from core.llm.scripted import ScriptedTeacher
from core.runs.engine import Engine
from core.store import runs
from tests.engine.conftest import PROJECT, Bench, until


def test_a_cancelled_run_stops_after_the_calls_under_way_and_resumes(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 120)

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: ItemState.DONE in bench.states(run_id))
        with bench.store.write() as tx:
            runs.ask_cancel(tx, run_id)

    teacher = ScriptedTeacher(seconds=0.005)
    asyncio.run(bench.executing(teacher, run_id, during=during))
    run = bench.run(run_id)
    assert (run.state, run.cancel, run.owner) == (RunState.CANCELLED, False, "")
    assert set(bench.states(run_id)) == {ItemState.PLANNED, ItemState.DONE}
    bench.check_ledger()
    bench.resume(run_id)
    bench.execute(ScriptedTeacher(), run_id, at_once=16)
    assert Counter(bench.states(run_id)) == {ItemState.DONE: 120}
    with bench.store.read() as tx:
        assert tx.value("SELECT max(n) FROM (SELECT count(*) AS n FROM attempt GROUP BY request_id)") == 1


def test_a_worker_that_is_told_to_stop_interrupts_its_run(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 120)

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(lambda: bench.attempts(run_id))
        engine.stopping.set()

    asyncio.run(bench.executing(ScriptedTeacher(seconds=0.005), run_id, during=during))
    run = bench.run(run_id)
    assert (run.state, run.reason) == (RunState.INTERRUPTED, "The worker was stopped.")


def test_an_error_of_the_program_fails_the_run_and_says_what_to_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = bench.samples_run(bench.connect(), 1)
    with bench.store.write() as tx:
        tx.run("UPDATE run SET plan='{}' WHERE id=?", (run_id,))
    run = bench.execute(ScriptedTeacher(), run_id)
    assert run.state is RunState.FAILED
    assert "error of the program" in run.reason
    assert "Resume" in run.hint
    assert run_id in caplog.text


def test_an_item_whose_source_is_gone_fails_alone(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 2)
    with bench.store.write() as tx:
        tx.run("UPDATE item SET spec=json_set(spec, '$.syllabus_hash', 'gone') WHERE run_id=? AND idx=0", (run_id,))
    assert bench.execute(ScriptedTeacher(), run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.FAILED, ItemState.DONE]
    assert "snapshot" in bench.items(run_id)[0].error


def test_what_a_run_makes_belongs_to_its_project(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 1)
    bench.execute(ScriptedTeacher(), run_id)
    (sample,) = bench.samples()
    assert (sample.project_id, sample.run_id, sample.node_id) == (PROJECT, run_id, bench.discipline)
    with bench.store.read() as tx, pytest.raises(StudioError):
        runs.get(tx, run_id, "another project")
