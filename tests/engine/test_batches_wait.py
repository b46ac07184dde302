"""A run that only waits for a provider is in nobody's way."""

from __future__ import annotations

import asyncio
import time

import pytest

from core.domain.states import RunState
from core.runs import worker
from tests.bank import Bank, BatchPace, running
from tests.engine.conftest import Bench
from tests.engine.handing_in import batches_of, connect, samples_run

pytestmark = pytest.mark.alone


def test_a_worker_with_one_place_makes_other_runs_while_a_batch_is_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PARALLEL_RUNS", 1)
    ended: dict[str, float] = {}

    async def serve() -> None:
        task = asyncio.create_task(worker.serve(bench.settings, bench.store, until=lambda: True))
        while not task.done():
            for run_id in (slow, quick):
                if bench.run(run_id).state is RunState.COMPLETED:
                    ended.setdefault(run_id, time.monotonic())
            await asyncio.sleep(0.01)
        await task

    with running(Bank(batches=BatchPace(seconds=1.0))) as bank:
        slow = samples_run(bench, connect(bench, bank), 2)
        quick = bench.samples_run(bench.connect(), 2)
        asyncio.run(asyncio.wait_for(serve(), 60))
    assert list(ended) == [quick, slow]
    assert len(batches_of(bench, slow)) == 2
