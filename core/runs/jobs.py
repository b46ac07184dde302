"""Working on jobs: one at a time, in a thread of the worker beside the runs.

A job is begun anew whenever its worker died or it failed for a reason that may pass, at most three times, so its work
must be the same when it is done again: files get their name from their content, rows their key.
"""

from __future__ import annotations

import logging
import os
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

from core.domain.jobs import TRIES, Job, JobKind
from core.errors import JobCancelledError, LeaseLostError, StudioError
from core.ids import Clock, now
from core.runs.exporting import export
from core.runs.preparing import prepare
from core.runs.work import JobStoppedError, Work
from core.settings import Settings
from core.store import jobs
from core.store.database import DatabaseError, Store
from core.store.space import in_words

__all__ = ["JOBS", "JobThread", "Work", "run_jobs_once"]

JOBS: Mapping[JobKind, Callable[[Work], Mapping[str, object]]] = MappingProxyType(
    {JobKind.EXPORT: export, JobKind.PREPARE: prepare}
)
LOOK_SECONDS = 0.3
AGAIN_SECONDS = (2.0, 15.0)
log = logging.getLogger("studio.jobs")


def run_jobs_once(settings: Settings, store: Store, clock: Clock = now) -> int:
    """Work on everything that waits, in this thread; how many jobs were begun."""
    begun = 0
    while (job := _claim(settings, store, clock, f"once-{os.getpid()}")) is not None:
        _work(Work(store, settings, job, clock))
        begun += 1
    return begun


def _claim(settings: Settings, store: Store, clock: Clock, owner: str) -> Job | None:
    with store.read() as tx:
        if not jobs.waits(tx, clock()):
            return None
    with store.write() as tx:
        return jobs.claim(tx, owner, clock(), settings.lease_seconds)


def _work(work: Work) -> None:
    """Do it, and write down how it ended."""
    job = work.job
    log.info("job %s begun: %s, try %s", job.id, job.kind, job.tries)
    try:
        with work.beating():
            result = JOBS[job.kind](work)
        with work.store.write() as tx:
            jobs.finish(tx, job, result, work.clock())
    except LeaseLostError:
        log.info("job %s: another worker has it", job.id)
    except JobStoppedError:
        with work.store.write() as tx:
            jobs.put_back(tx, job, counts=False)
    except JobCancelledError:
        with work.store.write() as tx:
            jobs.stop(tx, job, work.clock())
    except StudioError as error:
        _fail(work, error.message, error.hint)
    except Exception as error:  # noqa: BLE001 - whatever went wrong over this job, the worker and its runs go on
        log.warning("job %s failed: %s", job.id, traceback.format_exc())
        _try_again(work, error)


def _fail(work: Work, message: str, hint: str) -> None:
    with work.store.write() as tx:
        jobs.fail(tx, work.job, message, hint, work.clock())


def _try_again(work: Work, error: Exception) -> None:
    """What a disk or a lock did may pass; the third time it stays failed."""
    message, hint = _words(error)
    if work.job.tries >= TRIES:
        _fail(work, message, hint)
        return
    after = work.clock() + AGAIN_SECONDS[work.job.tries - 1]
    with work.store.write() as tx:
        jobs.put_back(tx, work.job, error=message, hint=hint, after=after)


def _words(error: Exception) -> tuple[str, str]:
    told = in_words(error)
    if told:
        return told.message, told.hint
    return f"It stopped at an error of the program: {type(error).__name__}.", "The worker's log says more."


class JobThread:
    """Looks for jobs until it is stopped. `busy` says whether one is in hand or can be begun."""

    def __init__(self, settings: Settings, store: Store, owner: str, clock: Clock = now) -> None:
        self._settings, self._store, self._owner, self._clock = settings, store, owner, clock
        self._stopping = threading.Event()
        self._in_hand: Job | None = None
        self._thread = threading.Thread(target=self._serve, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self, seconds: float = 8.0) -> None:
        """Stop after the step in hand; what was begun goes back to be begun again, untried, also from a long step."""
        self._stopping.set()
        self._thread.join(seconds)
        left = self._in_hand
        if self._thread.is_alive() and left is not None:
            with suppress(DatabaseError), self._store.write() as tx:  # without room it counts as tried
                jobs.put_back(tx, left, counts=False)

    @property
    def busy(self) -> bool:
        """The worker neither rests nor ends meanwhile."""
        if self._in_hand is not None:
            return True
        with self._store.read() as tx:
            return bool(jobs.active(tx))

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                job = _claim(self._settings, self._store, self._clock, self._owner)
                if job is not None:
                    self._in_hand = job
                    _work(Work(self._store, self._settings, job, self._clock, self._stopping))
                    continue
            except (DatabaseError, StudioError) as error:  # the disk is full or gone for now
                log.warning("no job can be taken or ended: %s", error)
            finally:
                self._in_hand = None
            self._stopping.wait(LOOK_SECONDS)
