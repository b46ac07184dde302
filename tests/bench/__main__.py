"""`make bench`: the engine with everything on against a bare asyncio loop with the same teacher, in one table."""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from core.domain.calls import Call, Message, Stage
from core.domain.people import Principal
from core.domain.plans import SamplesPlan
from core.llm.scripted import ScriptedTeacher
from core.runs.worker import run_once
from core.settings import Settings
from core.store import projects
from core.workspace import Workspace

CALLS = int(os.environ.get("CALLS", "2000"))
WIDTH = 100
LATENCY = 0.2
ME = Principal("bench")


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


async def bare() -> None:
    """As many calls, no store, no ledger: the floor."""
    teacher, room = ScriptedTeacher(seconds=LATENCY), asyncio.Semaphore(WIDTH)
    call = Call(Stage.ANSWER, "m", (Message("user", "x" * 2000),), 0.7, 0.95, 512, "bench", "bench")

    async def one() -> None:
        async with room:
            await teacher.ask(call)

    await asyncio.gather(*(one() for _ in range(CALLS)))


def studio(home: Path) -> tuple[Workspace, Callable[[], None]]:
    """A run of CALLS/2 samples: two calls each, reserved, settled and kept."""
    environ = {"STUDIO_HOME": str(home), "STUDIO_WORKER": "off"}
    work = Workspace.open(Settings.load(environ), environ)
    project = work.projects.open_demo(ME)
    with work.context.store.write() as tx:
        row = {"id": "bench", "name": "bench", "kind": "scripted", "base_url": "", "key_source": "", "models": ["m"]}
        settings = {"seconds": LATENCY, "concurrency": WIDTH}
        projects.insert_connection(tx, {**row, "settings": settings, "created_at": 0.0})
    choice = {"connection": "bench", "model": "m"}
    teachers = dict.fromkeys((Stage.QUESTION, Stage.ANSWER), choice)
    plan = SamplesPlan.model_validate({"teachers": teachers, "count": CALLS // 2})
    run = work.generation.start(ME, project.id, plan, token="bench")

    def execute() -> None:
        asyncio.run(run_once(work.settings, work.context.store, only=run.id))
        view = work.runs.view(project.id, run.id)
        assert (view.finished, view.spent.calls) == (CALLS // 2, CALLS), view

    return work, execute


def main() -> None:
    """Print the table."""
    limit = CALLS * LATENCY / WIDTH
    floor_wall, floor_cpu = measured(lambda: asyncio.run(bare()))
    with tempfile.TemporaryDirectory() as folder:
        work, execute = studio(Path(folder))
        wall, cpu = measured(execute)
        work.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{CALLS:,} calls, {WIDTH} at once, {LATENCY * 1000:.0f} ms each; the latency limit is {limit:.1f} s")
    print(f"{'':28}{'wall / limit':>14}{'CPU s per 1,000':>18}")
    for name, seconds, busy in (("bare loop, no store", floor_wall, floor_cpu), ("studio, everything on", wall, cpu)):
        print(f"{name:28}{seconds / limit:>14.2f}{busy / CALLS * 1000:>18.2f}")
    print(f"studio against bare loop: {wall / floor_wall:.2f} x wall; peak memory {memory:.0f} MB")


if __name__ == "__main__":
    main()
