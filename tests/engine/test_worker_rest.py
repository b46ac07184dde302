"""A worker without work gives back what its teachers hold: a local model is gigabytes of memory."""

from __future__ import annotations

import asyncio
import time

import pytest

from core.runs import worker
from core.runs.seats import Teachers
from tests.engine.conftest import Bench

pytestmark = pytest.mark.alone


@pytest.fixture
def closings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moments at which the worker closed its teachers."""
    moments: list[float] = []

    class Watched(Teachers):
        async def close(self) -> None:
            moments.append(time.monotonic())
            await super().close()

    monkeypatch.setattr(worker, "Teachers", Watched)
    return moments


@pytest.mark.parametrize(("rest", "least", "most"), [(0.1, 3, 9), (60.0, 1, 1)])
def test_an_idle_worker_closes_its_teachers_after_the_rest_time(
    bench: Bench,
    closings: list[float],
    monkeypatch: pytest.MonkeyPatch,
    rest: float,
    least: int,
    most: int,
) -> None:
    monkeypatch.setattr(worker, "REST_SECONDS", rest)
    end = time.monotonic() + 1.2
    asyncio.run(worker.serve(bench.settings, bench.store, until=lambda: time.monotonic() > end))
    assert least <= len(closings) <= most
