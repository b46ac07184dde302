"""One writer that groups what waits into one transaction; each part commits or fails on its own.

A caller gets its result only after the COMMIT, so "reserved" means reserved on disk. Waiting for the lock and for the
disk happens in a thread of its own, so the event loop never stands still for them; the statements run in the loop,
because a thread that has to win the interpreter back after every one of them is many times slower.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from core.store.database import Store, Tx

T = TypeVar("T")
MAX_GROUP = 128
GATHER_SECONDS = 0.001


@dataclass(slots=True)
class _Job:
    """A function of a transaction, and where its caller waits; `error` is set when it failed."""

    work: Callable[[Tx], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Wake the caller, unless it has stopped waiting."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class GroupWriter:
    """Runs functions of a transaction for many tasks of one event loop; `close` waits for what was submitted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[_Job] = []
        self._working: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def run(self, job: Callable[[Tx], T]) -> T:
        """The job's result once it is committed; its exception if it raised, then nothing of it is kept.

        A cancelled caller does not stop a job that was submitted.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Job(job, future))
        if self._working is None:
            self._working = loop.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Finish what is waiting and end the thread."""
        while self._working is not None:
            await asyncio.wait([self._working])
        self._disk.shutdown()

    async def _work(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GATHER_SECONDS)
                await self._commit()
        finally:
            self._working = None

    async def _commit(self) -> None:
        """One transaction with all that waits when the lock is won."""
        loop, transaction = asyncio.get_running_loop(), self._store.write()
        group: list[_Job] = []
        try:
            tx = await loop.run_in_executor(self._disk, transaction.__enter__)
            group = self._take()
            problem = _execute(tx, group)
            ending = (type(problem), problem, None) if problem else (None, None, None)
            await loop.run_in_executor(self._disk, transaction.__exit__, *ending)
            if problem:
                raise problem
        except BaseException as error:
            for job in group or self._take():  # nothing was committed: everybody has to know
                job.error = job.error or error
                job.tell()
            if not isinstance(error, Exception):
                raise
        else:
            for job in group:
                job.tell()

    def _take(self) -> list[_Job]:
        group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
        return group


def _execute(tx: Tx, group: Sequence[_Job]) -> Exception | None:
    """Run each job in a part of its own; the error that made SQLite give the whole group up, if there was one."""
    for job in group:
        try:
            with tx.savepoint():
                job.result = job.work(tx)
        except Exception as error:
            job.error = error
            if not tx.connection.in_transaction:
                return error
    return None
