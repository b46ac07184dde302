"""The two sides of the engine benchmark, each run in a process of its own: `python -m tests.bench.sides SIDE ...`."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from pathlib import Path

import openai

from core.domain.calls import Stage
from core.domain.people import Principal
from core.domain.plans import SamplesPlan
from core.domain.price_entry import PriceEntry
from core.runs.worker import quick_process, run_loop, run_once
from core.settings import Settings
from core.store import projects
from core.workspace import Workspace

MAX_TOKENS = 512
ME = Principal("bench")
_SYSTEM = "You are an experienced teacher and write homework for this course. " + "It has many parts. " * 180
_USER = "Write one homework question on this class session. It must use the key concepts below. " * 6


async def bare(base_url: str, calls: int, at_once: int) -> None:
    """The floor: AsyncOpenAI with the same transport, a semaphore, no store, answers thrown away."""
    client = openai.AsyncOpenAI(
        base_url=base_url, api_key="none", max_retries=0, http_client=openai.DefaultAioHttpClient()
    )
    room = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        messages: list[openai.types.chat.ChatCompletionMessageParam] = [
            {"role": "system", "content": _SYSTEM},
            {"role": "user", "content": f"{_USER}\n{number}"},
        ]
        async with room:
            await client.chat.completions.create(
                model="bank-1", messages=messages, max_tokens=MAX_TOKENS, temperature=0.7, top_p=0.95
            )

    await asyncio.gather(*(one(number) for number in range(calls)))
    await client.close()


def prepare(home: Path, base_url: str, calls: int, at_once: int) -> tuple[Workspace, str]:
    """A run of half as many samples, of two calls each, priced and under caps at both levels."""
    environ = {"STUDIO_HOME": str(home), "STUDIO_WORKER": "off"}
    work = Workspace.open(Settings.load(environ), environ)
    project = work.projects.open_demo(ME)
    connection = work.connections.add(ME, name="bank", base_url=base_url, models=["bank-1"])
    with work.context.store.write() as tx:
        found = projects.get_connection(tx, connection.id)
        projects.save_connection(
            tx,
            found,
            name=found.name,
            base_url=found.base_url,
            key_source=found.key_source,
            settings={"concurrency": at_once},
        )
    work.connections.set_price(ME, connection.id, "bank-1", PriceEntry(fresh="0.15", output="0.60"), sure=True)
    choice = {"connection": connection.id, "model": "bank-1", "max_tokens": MAX_TOKENS}
    plan = SamplesPlan.model_validate(
        {
            "teachers": dict.fromkeys((Stage.QUESTION, Stage.ANSWER), choice),
            "count": calls // 2,
            "cost_cap": 10**13,
            "call_cap": calls * 2,
        }
    )
    return work, work.generation.start(ME, project.id, plan, token="bench").id


def studio(work: Workspace, run_id: str) -> None:
    """Everything on: reservations, raw answers, settlement, samples with lineage, durable commits."""
    run_loop(run_once(work.settings, work.context.store, only=run_id))


def main() -> None:
    """Print wall and CPU seconds, peak memory, and how many calls were answered, as JSON."""
    side, base_url, calls, at_once, home = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    if side == "studio":
        work, run_id = prepare(Path(home), base_url, calls, at_once)
        quick_process()
    else:
        gc.freeze()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, cpu = time.perf_counter(), time.process_time()
    if side == "studio":
        studio(work, run_id)
    else:
        run_loop(bare(base_url, calls, at_once))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if side == "studio":
        view = work.runs.view(work.projects.all()[0].id, run_id)
        assert view.run.state == "completed", (view.run.state, view.run.reason)
        assert (view.good, view.spent.held) == (calls // 2, 0), view
        work.close()
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "before": before}))


if __name__ == "__main__":
    main()
