"""D9, D10: a worker that stood still too long, wrong clocks, and a worker that is told to end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from core.domain.states import AttemptState, ItemState, RunState
from core.runs.worker import run_once
from core.store.database import OperationalError, Store
from tests.bank import Bank, running
from tests.trials.studio import Studio, audit, call_of, studio
from tests.trials.trial import Outcome, Tally, Trial
from tests.trials.worker_process import end_lease, epoch, lease_is_over, wait_until, worker

AT_ONCE, ITEMS = 10, 60
LATENCY = (0.2, 0.4)
DAY = 86_400.0
LONGEST_END = 10.0


def _finished(made: Studio, run_id: str) -> bool:
    return made.run(run_id).state not in {RunState.QUEUED, RunState.RUNNING}


@contextmanager
def second(made: Studio, run_id: str, ahead: float = 0.0) -> Iterator[list[int]]:
    """Another worker in this process, in a thread; how many runs it worked on is known at the end."""
    worked: list[int] = []

    def work() -> None:
        store = Store(made.settings.database)
        worked.append(asyncio.run(run_once(made.settings, store, clock=lambda: time.time() + ahead, only=run_id)))
        store.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield worked
    finally:
        thread.join()


def _end(process: subprocess.Popen[bytes]) -> list[str]:
    """Tell it to end, and see it do so."""
    process.terminate()
    try:
        code = process.wait(LONGEST_END)
    except subprocess.TimeoutExpired:
        return [f"it did not end within {LONGEST_END:.0f} s"]
    return [f"it ended with {code}"] if code else []


def _freeze(made: Studio, pid: int) -> None:
    """Stop the process at a moment when it is not writing: nobody else could write until it goes on."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        try:
            with made.store.write(patient=False):
                return
        except OperationalError:
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.005)


def _judged(made: Studio, run_id: str, bank: Bank, taken_at: float) -> list[str]:
    """Both sides agree, and whoever lost the run sent nothing after that and kept every answer it paid for."""
    wrong = audit(made, bank.log)
    run, attempts = made.run(run_id), made.attempts(run_id)
    if run.state is not RunState.COMPLETED or set(made.ended(run_id)) != {ItemState.DONE}:
        wrong.append(f"the run is {run.state}, items {dict(made.ended(run_id))}")
    with made.store.read() as tx:
        sql = "SELECT count(*) FROM attempt WHERE run_id=? AND epoch<? AND sent_at>?"
        late = tx.value(sql, (run_id, run.epoch, taken_at))
    wrong += [f"{late} calls left after the run was taken over"] if late else []
    answered = {entry.call for entry in bank.log if entry.answered == "full"}
    lost = [a for a in attempts if call_of(a) in answered and a.state is not AttemptState.SETTLED]
    return wrong + ([f"{len(lost)} paid answers were not kept"] if lost else [])


def stood_still(number: int, bug: str = "none", items: int = ITEMS) -> list[str]:
    """A worker is stopped past its lease, another one takes over, the first one wakes up in the middle.

    With few `items` nobody waits for the end of the lease.
    """
    rng, bank = Random(number), Bank(latency=LATENCY, seed=number)
    with studio() as made, running(bank):
        run_id = made.new_run(made.at_bank(bank, concurrency=AT_ONCE), items)
        many = rng.randint(AT_ONCE, items)
        with worker(made, bug) as first:
            wait_until(lambda: len(bank.log) > many)
            time.sleep(rng.uniform(0, 0.2))
            _freeze(made, first.pid)
            if items < ITEMS:
                end_lease(made, run_id)
            wait_until(lambda: lease_is_over(made, run_id))
            with second(made, run_id):
                wait_until(lambda: epoch(made, run_id) == 2)
                taken_at = time.time()
                time.sleep(rng.uniform(0.3, 0.6))
                os.kill(first.pid, signal.SIGCONT)
            time.sleep(0.5)
            wrong = _end(first)
        return wrong + _judged(made, run_id, bank, taken_at)


def clock_ahead(number: int, bug: str = "none") -> list[str]:
    """The other one's clock is a day ahead: it takes the run from a worker that is alive."""
    bank = Bank(latency=LATENCY, seed=number)
    with studio() as made, running(bank):
        run_id = made.new_run(made.at_bank(bank, concurrency=AT_ONCE), ITEMS)
        with worker(made, bug) as first:
            wait_until(lambda: len(bank.log) > 2 * AT_ONCE)
            with second(made, run_id, DAY):
                wait_until(lambda: epoch(made, run_id) == 2)
                taken_at = time.time()
            time.sleep(0.5)
            wrong = _end(first)
        with made.store.write() as tx:  # its day is not that of the judge
            tx.run("UPDATE attempt SET sent_at=sent_at-? WHERE epoch=2", (DAY,))
        return wrong + _judged(made, run_id, bank, taken_at)


def clock_behind(number: int, bug: str = "none") -> list[str]:
    """The other one's clock is a day behind: it leaves the run to the worker that has it."""
    bank = Bank(latency=LATENCY, seed=number)
    with studio() as made, running(bank):
        run_id = made.new_run(made.at_bank(bank, concurrency=AT_ONCE), ITEMS)
        with worker(made, bug) as first:
            wait_until(lambda: len(bank.log) > 2 * AT_ONCE)
            with second(made, run_id, -DAY) as worked:
                pass
            wait_until(lambda: _finished(made, run_id))
            wrong = _end(first) + (["it took a run that somebody had"] if worked != [0] else [])
        return wrong + _judged(made, run_id, bank, time.time())


def told_to_end(number: int, bug: str = "none") -> list[str]:
    """SIGTERM in the middle of a run: it ends in time, with every answer stored, and the run can be resumed."""
    rng, bank = Random(number), Bank(latency=(0.2, 1.5), seed=number)
    with studio() as made, running(bank):
        run_id = made.new_run(made.at_bank(bank, concurrency=AT_ONCE), ITEMS // 3)
        with worker(made, bug) as process:
            wait_until(lambda: len(bank.log) > rng.randint(AT_ONCE, 3 * AT_ONCE))
            time.sleep(rng.uniform(0, 0.5))
            wrong = _end(process)
        states = {attempt.state for attempt in made.attempts()}
        wrong += [f"calls are {state}" for state in states - {AttemptState.SETTLED}]
        wrong += audit(made, bank.log)
        run = made.run(run_id)
        if run.state is not RunState.INTERRUPTED or not run.reason:
            return [*wrong, f"the run is {run.state}: {run.reason}"]
        bank.latency = 0.0
        made.resume(run_id)
        run = made.work(run_id)
        return wrong if run.state is RunState.COMPLETED else [*wrong, f"after it was resumed the run is {run.state}"]


def each(kinds: list[Callable[[int, str], list[str]]], rounds: int, bug: str = "none") -> Outcome:
    """Each kind so often."""
    tally = Tally()
    for number in range(rounds):
        for kind in kinds:
            tally.add(kind(number, bug), kind.__name__)
    return tally.outcome()


def d9(scale: int) -> Outcome:
    """Three that stood still, and a clock in each direction."""
    tally = Tally()
    for number in range(scale):
        for kind in (stood_still, stood_still, stood_still, clock_ahead, clock_behind):
            tally.add(kind(tally.trials, "none"), f"{kind.__name__} {number}")
    return tally.outcome()


TRIALS = [
    Trial(
        "D9",
        "A worker that lost its run to another settles nothing twice and loses no paid answer",
        d9,
        "a lease without an epoch",
        lambda: each([stood_still], 1, "lease without epoch"),
    ),
    Trial(
        "D10",
        "A worker that is told to end does so within ten seconds, with no call in doubt",
        lambda scale: each([told_to_end], 5 * scale),
        "the signal is not listened to",
        lambda: each([told_to_end], 1, "signal unheard"),
    ),
]
