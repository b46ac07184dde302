"""Jobs: claimed by one, begun again when their worker died, cancelled at the next step, failed after three tries."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pytest

from core.domain.jobs import Job, JobKind, JobState
from core.errors import InvalidInputError, LeaseLostError
from core.runs import jobs as running
from core.runs.jobs import Work, run_jobs_once
from core.settings import Settings
from core.store import jobs
from core.store.database import Store
from tests.unit.conftest import T0, plant_project


@dataclass
class Bench:
    """A store with one project, a clock that is set by hand, and what the next jobs do."""

    store: Store
    settings: Settings
    at: float = T0

    def clock(self) -> float:
        return self.at

    def order(self, token: str = "t") -> Job:
        with self.store.write() as tx:
            return jobs.add(tx, "p1", JobKind.EXPORT, None, {"a": "ä"}, person="Ada", at=self.at, token=token)

    def now(self, job: Job) -> Job:
        with self.store.read() as tx:
            return jobs.get(tx, job.id)

    def once(self) -> int:
        return run_jobs_once(self.settings, self.store, self.clock)


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    with store.write() as tx:
        plant_project(tx, "p1")
    return Bench(store, replace(Settings.load({"STUDIO_HOME": str(tmp_path)}), database=store.path))


class Doing:
    """Stands for the work of a job: one function after the other, the last one for good."""

    def __init__(self, *steps: object) -> None:
        self.steps = list(steps)
        self.begun = 0

    def __call__(self, work: Work) -> Mapping[str, object]:
        step = self.steps[min(self.begun, len(self.steps) - 1)]
        self.begun += 1
        if isinstance(step, Exception):
            raise step
        assert callable(step)
        found: Mapping[str, object] = step(work) or {}
        return found


@pytest.fixture
def doing(monkeypatch: pytest.MonkeyPatch) -> type[Doing]:
    class Placed(Doing):
        def __init__(self, *steps: object) -> None:
            super().__init__(*steps)
            monkeypatch.setattr(running, "JOBS", MappingProxyType({JobKind.EXPORT: self}))

    return Placed


def test_a_job_is_done_once_and_keeps_what_came_of_it(bench: Bench, doing: type[Doing]) -> None:
    work = doing(lambda work: work.progress(3, 3) or {"files": ["ä.jsonl"]})
    job = bench.order()
    assert bench.once() == 1
    assert bench.once() == 0
    ended = bench.now(job)
    assert (ended.state, ended.result, ended.done, ended.total) == (JobState.DONE, {"files": ["ä.jsonl"]}, 3, 3)
    assert work.begun == 1


def test_one_token_makes_one_job(bench: Bench) -> None:
    assert bench.order("same").id == bench.order("same").id
    assert bench.order("other").id != bench.order("same").id


def test_jobs_are_done_in_the_order_they_were_ordered(bench: Bench, doing: type[Doing]) -> None:
    seen: list[str] = []
    doing(lambda work: seen.append(work.job.id))
    ordered = []
    for number in range(4):
        bench.at += 1
        ordered.append(bench.order(f"{number}").id)
    assert bench.once() == 4
    assert seen == ordered


def test_what_may_pass_is_tried_three_times_and_then_stays_failed_with_its_reason(
    bench: Bench, doing: type[Doing]
) -> None:
    work = doing(OSError(28, "No space left on device"))
    job = bench.order()
    for tries in (1, 2):
        assert bench.once() == 1
        waiting = bench.now(job)
        assert (waiting.state, waiting.tries) == (JobState.QUEUED, tries)
        assert bench.once() == 0  # not at once
        bench.at += 60
    bench.once()
    ended = bench.now(job)
    assert ended.state is JobState.FAILED
    assert "No space left" in ended.error
    assert ended.hint
    bench.at += 1e6
    assert bench.once() == 0
    assert work.begun == 3


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (OSError(28, "No space left on device", "/exports/a"), "Free some space"),
        (PermissionError(13, "Permission denied", "/exports/a"), "Let the studio write to /exports/a"),
    ],
)
def test_the_next_step_of_a_job_that_could_not_write_is_the_one_that_helps(
    bench: Bench, doing: type[Doing], error: OSError, hint: str
) -> None:
    doing(error)
    job = bench.order()
    bench.once()
    assert bench.now(job).hint.startswith(hint)


def test_a_job_that_failed_once_can_still_be_done(bench: Bench, doing: type[Doing]) -> None:
    doing(RuntimeError("odd"), lambda work: {"fine": True})
    job = bench.order()
    bench.once()
    assert "RuntimeError" in bench.now(job).error
    bench.at += 60
    bench.once()
    ended = bench.now(job)
    assert (ended.state, ended.error, ended.result) == (JobState.DONE, "", {"fine": True})


def test_what_a_person_has_to_change_fails_at_once_with_sentence_and_next_step(
    bench: Bench, doing: type[Doing]
) -> None:
    doing(InvalidInputError("It is a draft.", "Freeze it."))
    job = bench.order()
    bench.once()
    ended = bench.now(job)
    assert (ended.state, ended.error, ended.hint) == (JobState.FAILED, "It is a draft.", "Freeze it.")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    bench: Bench, doing: type[Doing]
) -> None:
    def cancel(work: Work) -> None:
        with bench.store.write() as tx:
            jobs.cancel(tx, work.job.id, bench.at)
        work.progress(1, 1)
        pytest.fail("a cancelled job went on")

    doing(cancel)
    waiting, running_one = bench.order("1"), bench.order("2")
    with bench.store.write() as tx:
        jobs.cancel(tx, waiting.id, bench.at)
    assert bench.now(waiting).state is JobState.CANCELLED
    assert bench.once() == 1
    assert bench.now(running_one).state is JobState.CANCELLED


def test_what_is_done_cannot_be_cancelled(bench: Bench, doing: type[Doing]) -> None:
    doing(lambda work: {})
    job = bench.order()
    bench.once()
    with bench.store.write() as tx:
        jobs.cancel(tx, job.id, bench.at)
    assert bench.now(job).state is JobState.DONE


def test_the_job_of_a_dead_worker_is_begun_again_and_three_deaths_end_it(bench: Bench, doing: type[Doing]) -> None:
    doing(lambda work: {})
    job = bench.order()
    for epoch in (1, 2, 3):
        with bench.store.write() as tx:
            taken = jobs.claim(tx, "worker-9", bench.at, 15)
            assert taken is not None
            assert taken.epoch == epoch
            assert jobs.claim(tx, "worker-8", bench.at + 14, 15) is None
            jobs.release_orphans(tx, "worker-%")
    assert bench.once() == 0
    ended = bench.now(job)
    assert ended.state is JobState.FAILED
    assert "died" in ended.error


def test_a_worker_that_lost_the_job_keeps_nothing(bench: Bench, doing: type[Doing]) -> None:
    def lose(work: Work) -> None:
        with bench.store.write() as tx:
            taken = jobs.claim(tx, "worker-2", bench.at + 1000, 1e6)
        assert taken is not None
        with pytest.raises(LeaseLostError), work.write():
            pytest.fail("two workers write")
        work.progress(1, 1)

    doing(lose)
    job = bench.order()
    bench.once()
    held = bench.now(job)
    assert (held.state, held.owner, held.epoch) == (JobState.RUNNING, "worker-2", 2)


def test_the_lease_is_renewed_while_the_work_says_nothing(bench: Bench, doing: type[Doing]) -> None:
    beaten = threading.Event()
    bench.settings = replace(bench.settings, lease_seconds=0.03)

    def silent(work: Work) -> None:
        with bench.store.read() as tx:
            before = tx.value("SELECT lease_until FROM job WHERE id=?", (work.job.id,))
        bench.at += 500
        while not beaten.wait(0.01):
            with bench.store.read() as tx:
                if tx.value("SELECT lease_until FROM job WHERE id=?", (work.job.id,)) > before + 499:
                    beaten.set()

    doing(silent)
    job = bench.order()
    bench.once()
    assert beaten.is_set()
    assert bench.now(job).state is JobState.DONE


def test_a_worker_that_is_told_to_end_puts_its_job_back_untried(bench: Bench, doing: type[Doing]) -> None:
    def forever(work: Work) -> None:
        begun.set()
        while True:
            work.progress(1, 2)

    begun = threading.Event()
    doing(forever)
    job = bench.order()
    thread = running.JobThread(bench.settings, bench.store, "worker-1", bench.clock)
    assert thread.busy
    thread.start()
    assert begun.wait(30)
    thread.stop(30)
    waiting = bench.now(job)
    assert (waiting.state, waiting.tries, waiting.error) == (JobState.QUEUED, 0, "")


def test_a_worker_that_cannot_wait_for_a_long_step_puts_its_job_back_untried_all_the_same(
    bench: Bench, doing: type[Doing]
) -> None:
    def long(work: Work) -> None:
        begun.set()
        assert may_end.wait(30)
        work.progress(2, 2)

    begun, may_end = threading.Event(), threading.Event()
    doing(long)
    job = bench.order()
    thread = running.JobThread(bench.settings, bench.store, "worker-1", bench.clock)
    thread.start()
    assert begun.wait(30)
    thread.stop(0.01)
    waiting = bench.now(job)
    may_end.set()
    thread.stop(30)
    assert (waiting.state, waiting.tries, waiting.error) == (JobState.QUEUED, 0, "")
    assert bench.now(job) == waiting
