"""The pools of the runs that use Self-Instruct: every item draws from what its run has made, once, and writes it down.

An item is replayed after a crash and must ask the same again. So the tasks that it is shown are drawn when it is first
worked on, and stand in its row before its first call.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from core.domain.records import Item, Run
from core.domain.strategies import Strategy
from core.errors import DroppedError, UnusableReplyError
from core.generation.products import Answered
from core.generation.strategies.self_instruct import task_in
from core.generation.task_pool import TaskPool
from core.runs.filling import Filler
from core.runs.writer import GroupWriter
from core.store import runs, task_pool
from core.store.database import Store, Tx

_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Grown:
    """The pool of a seed set, and the samples that the run has made from the set so far."""

    pool: TaskPool
    made: list[int]


class Pools:
    """The pools of one process; parts of a run that draw on one seed set share a pool.

    It is read from the store, in a thread, when the first of their items comes.
    """

    def __init__(self, store: Store, writer: GroupWriter) -> None:
        self._store = store
        self._writer = writer
        self._grown: dict[_Key, asyncio.Task[_Grown]] = {}

    async def ready(self, run: Run, item: Item) -> Item:
        """The item with its shots settled and stored; raises LeaseLostError."""
        if not _grows(item.spec):
            return item
        key = _key(run.id, item.spec)
        if key not in self._grown:
            self._grown[key] = asyncio.create_task(asyncio.to_thread(self._read, run, item.spec))
        grown = await asyncio.shield(self._grown[key])
        wanted = item.spec.get("made_wanted", 0)
        if not wanted or "made_shots" in item.spec:
            return item
        chosen = Random(f"{run.id}/{item.idx}").sample(grown.made, min(wanted, len(grown.made)))  # noqa: S311 - a draw
        spec = {**item.spec, "made_shots": chosen}

        def job(tx: Tx) -> None:
            runs.must_hold(tx, run)
            runs.set_spec(tx, run.id, item.idx, spec)

        await self._writer.run(job)
        return item.model_copy(update={"spec": spec})

    def beside(self, run: Run, spec: Mapping[str, Any]) -> dict[str, TaskPool]:
        """What is put beside an item that is ready: its pool, where it has one."""
        return {"pool": self._grown[_key(run.id, spec)].result().pool} if _grows(spec) else {}

    def made(self, run: Run, spec: Mapping[str, Any], products: Sequence[int]) -> None:
        """An item was kept: later ones may be shown what it made."""
        if _grows(spec):
            self._grown[_key(run.id, spec)].result().made.extend(products)

    def forget(self, run: Run) -> None:
        """The run has ended."""
        for key in [key for key in self._grown if key[0] == run.id]:
            del self._grown[key]

    def _read(self, run: Run, spec: Mapping[str, Any]) -> _Grown:
        pool, filler = TaskPool(), Filler()
        with self._store.read() as tx:
            for task in task_pool.seed_tasks(tx, spec["seed_set"]):
                pool.add(task)
            for request_id, task in task_pool.made_tasks(tx, run.project_id, spec["seed_set"]):
                pool.add(task, request_id)
            for answering in task_pool.being_answered(tx, run.id, spec["seed_set"]):
                _admit_again(pool, answering, filler.fill(tx, run.project_id, answering.spec))
            return _Grown(pool, task_pool.made_by(tx, run.id, spec["seed_set"]))


def _admit_again(pool: TaskPool, answering: task_pool.Answering, spec: Mapping[str, Any]) -> None:
    """What was paid for an item is not lost to a like task that comes first this time."""
    with contextlib.suppress(DroppedError, UnusableReplyError):  # the item itself will say so
        task = task_in(Answered(answering.request_id, answering.reply), spec)
        pool.add(task.text, task.request_id)


def _grows(spec: Mapping[str, Any]) -> bool:
    return spec.get("strategy") == Strategy.SELF_INSTRUCT.value


def _key(run_id: str, spec: Mapping[str, Any]) -> _Key:
    return run_id, spec["seed_set"]
