"""A job in hand: what its work may use, how it tells how far it is, when it has to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.domain.jobs import Job
from core.errors import JobCancelledError, LeaseLostError
from core.ids import Clock
from core.settings import Settings
from core.store import jobs
from core.store.database import DatabaseError, Store, Tx

BETWEEN_NOTES = 0.25
log = logging.getLogger("studio.jobs")


class JobStoppedError(Exception):
    """The worker has to end: the job goes back and is begun again by the next one."""


@dataclass(slots=True)
class Work:
    """What the work on a job is given. Whoever works calls `progress` often: it is cheap."""

    store: Store
    settings: Settings
    job: Job
    clock: Clock
    stopping: threading.Event = field(default_factory=threading.Event)
    _noted: float = float("-inf")

    def progress(self, done: int, total: int = 0) -> None:
        """Say how far it is and renew the lease.

        Raises JobCancelledError when a person cancelled it, LeaseLostError when another worker has it now and
        JobStoppedError when this worker ends. Nothing but tidying up may be done after that.
        """
        if self.stopping.is_set():
            raise JobStoppedError
        at = time.monotonic()
        if at - self._noted < BETWEEN_NOTES and done != total:
            return
        self._noted = at
        with self.store.write() as tx:
            self._hold(tx, (done, total))

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that only the worker which still holds the job gets, so that nothing is kept twice."""
        with self.store.write() as tx:
            self._hold(tx)
            yield tx

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the lease also while the work says nothing."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(done,), name=f"job {self.job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _hold(self, tx: Tx, progress: tuple[int, int] | None = None) -> None:
        held = jobs.beat(tx, self.job, self.clock(), self.settings.lease_seconds, progress)
        if held is None:
            raise LeaseLostError(f"Another worker has the job {self.job.id} now.")
        if held.cancel:
            raise JobCancelledError("The job was cancelled.", "Order it again when you want it.")

    def _beat(self, done: threading.Event) -> None:
        lease = self.settings.lease_seconds
        while not done.wait(lease / 3):
            try:
                with self.store.write() as tx:
                    jobs.beat(tx, self.job, self.clock(), lease)
            except DatabaseError as error:  # the disk is full or somebody writes for long; the next beat tries again
                log.warning("job %s: the lease was not renewed: %s", self.job.id, error)
