"""One writing thread that groups what waits into one transaction; each part commits or fails on its own.

A caller gets its result only after the COMMIT, so "reserved" means reserved on disk.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from core.store.database import Store, Tx

T = TypeVar("T")
_Job = tuple[Callable[[Tx], Any], "Future[Any]"]
MAX_GROUP = 64


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
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return await asyncio.shield(asyncio.wrap_future(future))

    def close(self) -> None:
        """Finish what is waiting and end the thread."""
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def _work(self) -> None:
        while True:
            first = self._jobs.get()
            if first is None:
                return
            group, last = self._gather(first)
            self._commit(group)
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

    def _commit(self, group: list[_Job]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        failed: list[tuple[Future[Any], BaseException]] = []
        try:
            with self._store.write() as tx:
                for job, future in group:
                    try:
                        with tx.savepoint():
                            done.append((future, job(tx)))
                    except Exception as error:
                        failed.append((future, error))
                        if not tx.connection.in_transaction:  # SQLite gave the whole group up
                            raise
        except BaseException as error:  # noqa: BLE001 - the commit itself failed: everybody has to know
            done = []
            known = {id(future) for future, _ in failed}
            failed += [(future, error) for _, future in group if id(future) not in known]
        for future, result in done:
            future.set_result(result)
        for future, problem in failed:
            future.set_exception(problem)
