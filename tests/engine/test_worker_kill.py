"""The worker process, killed without warning: the next one finishes the run and nothing answered is asked again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from core.domain.call_records import Request
from core.domain.states import AttemptState, ItemState, RunState
from core.errors import SettingsError
from core.runs.worker import find_worker, worker_is_alive
from core.settings import ROOT, Settings
from core.store import ledger
from core.workspace import app_open
from tests.engine.conftest import Bench

pytestmark = pytest.mark.alone
ITEMS = 60
AT_ONCE = 3
SECONDS = 45.0


def start(bench: Bench) -> subprocess.Popen[bytes]:
    """A worker of its own process that stays, with a short lease."""
    environ = {**os.environ, "STUDIO_HOME": str(bench.settings.home), "STUDIO_LEASE_SECONDS": "2"}
    environ.pop("STUDIO_DB", None)
    command = [sys.executable, "-m", "core.runs.worker", "--db", str(bench.settings.database), "--stay"]
    with (bench.settings.logs / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Look often; fail with `what` when it takes too long."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def finished(bench: Bench, run_id: str) -> int:
    """Items in a final state."""
    return sum(state is not ItemState.PLANNED for state in bench.states(run_id))


def test_a_run_survives_two_kills_and_pays_no_answer_twice(bench: Bench) -> None:
    bench.now = time.time()
    run_id = bench.samples_run(bench.connect(seconds=0.05, concurrency=AT_ONCE), ITEMS)
    kill_after(bench, run_id, 0.1 * ITEMS)
    kill_after(bench, run_id, 0.4 * ITEMS)
    assert not worker_is_alive(bench.settings)
    worker = start(bench)
    try:
        wait_until(lambda: bench.run(run_id).state is not RunState.RUNNING, "the run ends")
    finally:
        worker.terminate()
        assert worker.wait(20) == 0
    check(bench, run_id)


def kill_after(bench: Bench, run_id: str, items: float) -> None:
    """Start a worker and kill it at a random moment soon after so many items have ended."""
    worker = start(bench)
    try:
        wait_until(lambda: finished(bench, run_id) >= items, "the worker makes progress")
        time.sleep(Random().uniform(0, 0.2))
    finally:
        worker.kill()
        worker.wait()
    assert bench.run(run_id).state is RunState.RUNNING, "it was killed in the middle"


def check(bench: Bench, run_id: str) -> None:
    """Every item ended, every answer is paid once, and the ledger is in order."""
    assert bench.run(run_id).state is RunState.COMPLETED
    assert bench.run(run_id).epoch == 3
    for item in bench.items(run_id):
        assert item.state in {ItemState.DONE, ItemState.FAILED}
        assert item.state is ItemState.DONE or "cut off twice" in item.error
    requests = bench.requests(run_id)
    for request in requests:
        states = [attempt.state for attempt in bench.attempts(request_id=request.id)]
        check_attempts(request, states)
    made = bench.samples()
    assert len({sample.item_idx for sample in made}) == len(made) == bench.states(run_id).count(ItemState.DONE)
    assert len(made) >= ITEMS - 2 * AT_ONCE
    with bench.store.read() as tx:
        calls = ledger.spent(tx, "run", run_id).calls
    assert calls == len(bench.attempts(run_id))
    bench.check_ledger()


def check_attempts(request: Request, states: list[AttemptState]) -> None:
    """One settled attempt for an answer; every other one is in doubt, and there are two of those at most."""
    doubts = states.count(AttemptState.IN_DOUBT)
    assert states.count(AttemptState.SETTLED) == (1 if request.reply is not None else 0)
    assert doubts + states.count(AttemptState.SETTLED) == len(states)
    assert doubts <= (2 if request.reply is None else 1)
    if request.reply is not None:
        assert states[-1] is AttemptState.SETTLED


def test_a_second_worker_on_the_same_database_goes_away_by_itself(bench: Bench) -> None:
    first = start(bench)
    try:
        wait_until(lambda: worker_is_alive(bench.settings), "the first worker holds the lock")
        second = start(bench)
        assert second.wait(20) == 0
        assert first.poll() is None
    finally:
        first.terminate()
        assert first.wait(20) == 0
    assert not worker_is_alive(bench.settings)


def test_an_open_app_replaces_a_worker_that_was_killed(bench: Bench) -> None:
    with app_open({"STUDIO_HOME": str(bench.settings.home)}):
        wait_until(lambda: find_worker(bench.settings) is not None, "a worker starts with the app")
        first = find_worker(bench.settings)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: find_worker(bench.settings) not in {None, first}, "another one takes its place")
    second = find_worker(bench.settings)
    assert second is not None
    os.kill(second, signal.SIGTERM)
    wait_until(lambda: not worker_is_alive(bench.settings), "it stops when it is told to")


@pytest.mark.parametrize("text", ["soon", "0", "1.9", "601", "nan", "inf"])
def test_a_lease_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load({"STUDIO_HOME": str(tmp_path), "STUDIO_LEASE_SECONDS": text})
    assert "STUDIO_LEASE_SECONDS" in caught.value.message


def test_the_lease_is_fifteen_seconds_unless_told_otherwise(tmp_path: Path) -> None:
    home = {"STUDIO_HOME": str(tmp_path)}
    assert Settings.load(home).lease_seconds == 15.0
    assert Settings.load({**home, "STUDIO_LEASE_SECONDS": "2.5"}).lease_seconds == 2.5
