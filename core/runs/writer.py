"""One writing thread that groups what waits into one transaction; each part commits or fails on its own.

A caller gets its result only after the COMMIT, so "reserved" means reserved on disk. The thread waits a moment before
it commits: what arrives meanwhile shares the commit, and all callers of a group are woken by one signal.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
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
    loop: asyncio.AbstractEventLoop
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
    """Runs functions of a transaction for many tasks; `close` waits for what was submitted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[Tx], T]) -> T:
        """The job's result once it is committed; its exception if it raised, then nothing of it is kept.

        A cancelled caller does not stop a job that was submitted.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(job, future, loop))
        return await future

    def close(self) -> None:
        """Finish what is waiting and end the thread."""
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def _work(self) -> None:
        while True:
            first = self._jobs.get()
            if first is None:
                return
            time.sleep(GATHER_SECONDS)
            group, last = self._gather(first)
            self._commit(group)
            self._tell(group)
            if last:
                return

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group, False
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: Sequence[_Job]) -> None:
        try:
            with self._store.write() as tx:
                for job in group:
                    try:
                        with tx.savepoint():
                            job.result = job.work(tx)
                    except Exception as error:
                        job.error = error
                        if not tx.connection.in_transaction:  # SQLite gave the whole group up
                            raise
        except BaseException as error:  # noqa: BLE001 - the commit itself failed: everybody has to know
            for job in group:
                job.error = job.error or error

    def _tell(self, group: Sequence[_Job]) -> None:
        for loop in {job.loop for job in group}:
            waiting = [job for job in group if job.loop is loop]
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_tell_all, waiting)


def _tell_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.tell()
