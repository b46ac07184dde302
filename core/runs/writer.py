"""One writer that groups what waits into one transaction; each part commits or fails on its own.

A caller gets its result only after the COMMIT, so "reserved" means reserved on disk. The statements run in the event
loop: a thread would have to win the interpreter back after every one of them, which is many times slower. While the
disk is quick (a commit within a few milliseconds) the commit is made there too; a slow disk, or a lock that somebody
else holds, is waited for in a thread, so that the loop never stands still for long.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from core.store.database import Store, Tx, is_disk_trouble, is_locked

T = TypeVar("T")
MAX_GROUP = 128
GATHER_SECONDS = 0.015
MOST_GATHER_SECONDS = 0.02
QUICK_SECONDS = 0.003
TROUBLE_SECONDS = 0.5


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
    """Runs functions of a transaction for many tasks of one event loop; `close` waits for what was submitted.

    A group that meets a full or failing disk is written again until it succeeds; `relief` is called each time, to
    make room. Jobs may therefore run more than once, but are committed once.
    """

    def __init__(self, store: Store, relief: Callable[[], object] | None = None) -> None:
        self._usual = _Lane(store, relief or (lambda: None), GATHER_SECONDS)
        self._urgent = _Lane(store, relief or (lambda: None), 0.0)

    async def run(self, job: Callable[[Tx], T], *, urgent: bool = False) -> T:
        """The job's result once it is committed; its exception if it raised, then nothing of it is kept.

        A cancelled caller does not stop a job that was submitted. An `urgent` one does not wait for others to gather
        and may overtake them: it is for what keeps a teacher waiting. On a slow disk all share their commits.
        """
        return await self.submit(job, urgent=urgent)

    def submit(self, job: Callable[[Tx], T], *, urgent: bool = False) -> asyncio.Future[T]:
        """The same without waiting: the future tells when it is committed."""
        lane = self._urgent if urgent and self._urgent.quick else self._usual
        return lane.submit(job)

    async def close(self) -> None:
        """Finish what is waiting and end the threads; a disk that stays full fails what still waits."""
        await self._urgent.close()
        await self._usual.close()


class _Lane:
    """One queue of jobs with its own groups."""

    def __init__(self, store: Store, relief: Callable[[], object], gather: float) -> None:
        self._store = store
        self._relief = relief
        self._least_gather = gather
        self._closing = False
        self._waiting: list[_Job] = []
        self._working: asyncio.Task[None] | None = None
        self._bell: asyncio.Handle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._disk_seconds = 0.0
        self.quick = True
        self._trouble = False
        self._gather = gather

    def submit(self, job: Callable[[Tx], T]) -> asyncio.Future[T]:
        """Queue the job."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Job(job, future))
        if self._working is None and self._bell is None:
            self._bell = loop.call_later(self._gather, self._ring) if self._gather else loop.call_soon(self._ring)
        return future

    async def close(self) -> None:
        """Finish what is waiting and end the thread."""
        self._closing = True
        if self._bell is not None:
            self._bell.cancel()
            self._ring()
        while self._working is not None:
            await asyncio.wait([self._working])
        self._thread.shutdown()

    def _ring(self) -> None:
        """What has gathered is committed here and now, or else by a task that can wait."""
        self._bell = None
        if not self.quick or not self._commit_here() or self._waiting:
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                if self._trouble:
                    self._trouble = False
                    self._relief()
                    await asyncio.sleep(TROUBLE_SECONDS)
                if not (self.quick and self._commit_here()):
                    await self._commit_there()
        finally:
            self._working = None

    def _commit_here(self) -> bool:
        """Commit in the loop; False, with nothing taken, if somebody else holds the lock."""
        group: list[_Job] = []
        try:
            with self._store.write(patient=False) as tx:
                group = self._take()
                executed = _execute(tx, group)
        except Exception as error:  # noqa: BLE001 - it belongs to the callers
            if not group:
                return False
            self._fail(group, error)
        else:
            self._done(group, executed)
        return True

    async def _commit_there(self) -> None:
        """Wait for lock and disk in the thread; the statements run here all the same."""
        loop, transaction = asyncio.get_running_loop(), self._store.write()
        group: list[_Job] = []
        try:
            tx = await loop.run_in_executor(self._thread, transaction.__enter__)
            group = self._take()
            try:
                executed = _execute(tx, group)
            except Exception as error:
                await loop.run_in_executor(self._thread, transaction.__exit__, type(error), error, None)
                raise
            await loop.run_in_executor(self._thread, transaction.__exit__, None, None, None)
        except BaseException as error:
            self._fail(group or self._take(), error)
            if not isinstance(error, Exception):
                raise
        else:
            self._done(group, executed)

    def _done(self, group: Sequence[_Job], executed: float) -> None:
        """Tell everybody, and remember how long the disk took: a slow one is waited for elsewhere."""
        for job in group:
            job.tell()
        self._disk_seconds += 0.1 * (time.perf_counter() - executed - self._disk_seconds)
        self.quick = self._disk_seconds < QUICK_SECONDS
        self._gather = min(max(self._least_gather, self._disk_seconds if not self.quick else 0.0), MOST_GATHER_SECONDS)

    def _fail(self, group: list[_Job], error: BaseException) -> None:
        """Nothing was committed: everybody has to know, unless the disk may soon work again or the lock be free."""
        if (is_disk_trouble(error) or is_locked(error)) and not self._closing:
            self._trouble = is_disk_trouble(error)
            for job in group:
                job.result = job.error = None
            self._waiting = group + self._waiting
            return
        for job in group:
            job.error = job.error or error
            job.tell()

    def _take(self) -> list[_Job]:
        group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
        return group


def _execute(tx: Tx, group: Sequence[_Job]) -> float:
    """Run each job in a part of its own, and tell when that was done.

    Raises the error that made SQLite give the whole group up, or that speaks of the disk.
    """
    for job in group:
        try:
            with tx.savepoint():
                job.result = job.work(tx)
        except Exception as error:
            job.error = error
            if not tx.connection.in_transaction or is_disk_trouble(error):
                raise
    return time.perf_counter()
