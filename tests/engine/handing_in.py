"""Runs in batches against a bank, executed by the engine with the real client; a worker can be killed half-way."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from core.domain.call_records import Batch
from core.domain.calls import Stage
from core.domain.money import Price
from core.domain.plans import SamplesPlan, TeacherChoice
from core.domain.records import Run
from core.domain.states import AttemptState
from core.generation.drawing import draw
from core.llm.keys import KeyFile
from core.runs.engine import Engine
from core.runs.seats import Teachers
from core.runs.writer import GroupWriter
from core.store import batches, curricula, projects, runs
from tests.bank import Bank
from tests.bank.log import billed_by_call, calls, requests_by_call
from tests.engine.conftest import LEASE, Bench, Impatient, until

MODEL = "bank-1"
PRICE = Price(150_000_000, 600_000_000, 75_000_000, matched=MODEL, source="typed in")
During = Callable[[Engine, "asyncio.Task[None]"], Awaitable[None]]


def connect(bench: Bench, bank: Bank, **settings: object) -> str:
    """A connection to the bank at the bank's prices, asked every few milliseconds."""
    name = f"bank{len(bank.base_url)}{id(bank)}"
    row = {"id": name, "name": name, "kind": "openai", "base_url": bank.base_url, "key_source": "", "models": [MODEL]}
    with bench.store.write() as tx:
        settings = {"poll_seconds": 0.02, **settings}
        projects.insert_connection(tx, {**row, "settings": settings, "created_at": bench.now})
        projects.insert_price(tx, name, MODEL, PRICE, bench.now)
    return name


def samples_run(
    bench: Bench, connection: str, count: int, *, execution: str = "batch", twins: int = 1, seed: int = 0, **caps: int
) -> str:
    """A queued run of `count` samples, each `twins` times; equal arguments mean equal questions."""
    choice = TeacherChoice(connection=connection, model=MODEL, max_tokens=500)
    plan = SamplesPlan.model_validate(
        {"teachers": dict.fromkeys((Stage.QUESTION, Stage.ANSWER), choice), "count": count, "execution": execution}
    )
    source = bench.source()
    specs, _ = draw([source], count, 0.5, seed, {})
    with bench.store.write() as tx:
        digest = curricula.keep_snapshot(tx, source.text)
    items = [{**spec, "syllabus_hash": digest, "verify": False} for spec in specs for _ in range(twins)]
    return bench.run_of(plan, items, **caps)


async def executing(bench: Bench, run_id: str, during: During | None = None) -> None:
    """Claim the run and execute it to its end; `during` may act meanwhile."""
    writer = GroupWriter(bench.store)
    teachers = Teachers(KeyFile(bench.settings.keys, os.environ))
    engine = Engine(bench.store, writer, teachers, lambda: bench.now, Impatient(), LEASE)
    try:
        run = await writer.run(lambda tx: runs.claim(tx, "test", bench.now, LEASE, only=run_id))
        assert run is not None
        task = asyncio.create_task(engine.execute(run))
        if during is not None:
            await during(engine, task)
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()
        assert not engine.waiting
    finally:
        await teachers.close()
        await writer.close()


def execute(bench: Bench, run_id: str, during: During | None = None) -> Run:
    """The run as it stands when it has ended."""
    asyncio.run(asyncio.wait_for(executing(bench, run_id, during), 60))
    return bench.run(run_id)


def kill(bench: Bench, run_id: str, moment: Callable[[], object]) -> None:
    """A worker that dies when `moment` has come; afterwards its lease has run out."""

    async def during(engine: Engine, task: asyncio.Task[None]) -> None:
        await until(moment)
        task.cancel()

    execute(bench, run_id, during)
    bench.now += LEASE + 1


def batches_of(bench: Bench, run_id: str) -> list[Batch]:
    """Oldest first."""
    with bench.store.read() as tx:
        return batches.of_run(tx, run_id)[::-1]


def orders(bank: Bank) -> int:
    """How many batches the bank answered lines of."""
    return len({entry.batch for entry in bank.log if entry.batch})


def asked(bank: Bank, route: str) -> Callable[[], bool]:
    """Has such a request reached the bank?"""
    return lambda: any(entry.route == route for entry in bank.log)


def cost(bench: Bench, run_id: str) -> int:
    """Nano-dollars that the ledger has for the run."""
    return sum(attempt.cost for attempt in bench.attempts(run_id))


def in_doubt(bench: Bench, run_id: str) -> int:
    """Calls in doubt."""
    return sum(attempt.state is AttemptState.IN_DOUBT for attempt in bench.attempts(run_id))


def check(bench: Bench, bank: Bank, run_id: str) -> None:
    """The ledger equals the bank's books call by call; nothing was sent twice, nothing is held or in doubt."""
    bench.check_ledger()
    billed = billed_by_call(bank.log)
    ledger = {f"{run_id}-{attempt.id}": attempt.cost for attempt in bench.attempts(run_id) if attempt.cost}
    assert {call: amount for call, amount in billed.items() if amount} == ledger
    assert set(requests_by_call(bank.log).values()) <= {1}
    paid = [entry.body for entry in calls(bank.log) if entry.billed]
    assert len(paid) == len(set(paid))
    assert in_doubt(bench, run_id) == 0
