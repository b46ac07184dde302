"""The worker does jobs beside its runs: it ends only when none is left, and each is done by one worker alone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from core.domain.jobs import JobState
from core.runs import worker
from core.runs.jobs import JobThread
from tests.unit.frozen_rows import ADA, PROJECT, opened, plant


def test_a_worker_that_may_end_does_its_jobs_first(tmp_path: Path) -> None:
    work = opened(tmp_path)
    plant(work)
    ordered = [work.exports.order(ADA, PROJECT, "d1", form, token=form) for form in ("jsonl", "csv")]
    asyncio.run(worker.serve(work.settings, work.context.store, until=lambda: True))
    assert [work.exports.progress(PROJECT, job.id).state for job in ordered] == [JobState.DONE, JobState.DONE]
    assert len(work.exports.files(PROJECT, "d1")) == 4
    work.close()


def test_two_workers_do_every_job_once(tmp_path: Path) -> None:
    work = opened(tmp_path)
    plant(work)
    for number in range(6):
        work.exports.order(ADA, PROJECT, "d1", "jsonl", token=f"{number}")
    threads = [JobThread(work.settings, work.context.store, f"worker-{number}") for number in range(2)]
    for thread in threads:
        thread.start()
    while any(job.is_active for job in work.exports.jobs(PROJECT, "d1")):
        time.sleep(0.02)
    for thread in threads:
        thread.stop()
    jobs = work.exports.jobs(PROJECT, "d1")
    assert [(job.state, job.tries) for job in jobs] == [(JobState.DONE, 1)] * 6
    assert len(work.exports.files(PROJECT, "d1")) == 2
    work.close()
