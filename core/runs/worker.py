"""The worker: a process of its own that executes runs, so that closing a tab or the app stops nothing.

Jobs on datasets are done in a thread beside the runs. One worker serves a database (a file lock sees to it). It ends by
itself when no app is open and neither a run nor a job is active.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import IO, Any, TypeVar

from core.ids import Clock, new_id, now
from core.llm.keys import KeyFile
from core.runs.engine import Engine
from core.runs.filling import Filler
from core.runs.jobs import JobThread
from core.runs.seats import Teachers
from core.runs.writer import GroupWriter
from core.settings import ROOT, Settings
from core.store import backups, jobs, runs
from core.store.database import Store
from core.store.migrations import migrate
from core.store.space import BALLAST_BYTES, SpaceGuard

PARALLEL_RUNS = 4
POLL_SECONDS = 0.15
GRACE_SECONDS = 10.0
KEEP_SECONDS = 2.0
LONGEST_KEEP_SECONDS = 60.0
REST_SECONDS = 60.0
SERVING = "worker-"
T = TypeVar("T")
log = logging.getLogger("studio.worker")
_started: list[subprocess.Popen[bytes]] = []  # kept until they have ended, so that the system can forget them


def _lock_path(settings: Settings, what: str) -> Path:
    return settings.database.with_name(f"{settings.database.name}.{what}.lock")


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[IO[bytes] | None]:
    """The open lock file while the lock is held, None if somebody else holds it."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def _sign(lock: IO[bytes]) -> None:
    """Leave the process id in the held lock file, for whoever wants to stop this worker."""
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n".encode())
    lock.flush()


def hold_app_lock(settings: Settings) -> IO[bytes]:
    """Say that an app is open; the lock ends with the process. The caller keeps the file."""
    file = _lock_path(settings, "app").open("ab")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def app_is_open(settings: Settings) -> bool:
    """Does any app hold the lock?"""
    with _locked(_lock_path(settings, "app"), fcntl.LOCK_EX) as free:
        return free is None


def worker_is_alive(settings: Settings) -> bool:
    """Does a worker serve this database?"""
    with _locked(_lock_path(settings, "worker"), fcntl.LOCK_EX) as free:
        return free is None


def find_worker(settings: Settings) -> int | None:
    """The process id of the worker that serves this database, None without one."""
    path = _lock_path(settings, "worker")
    written = path.read_text() if path.exists() and worker_is_alive(settings) else ""
    return int(written) if written.strip().isdecimal() else None


def ensure_worker(settings: Settings) -> None:
    """Start a worker unless one is alive. Its output goes to `logs/worker.log`."""
    if not settings.starts_worker or worker_is_alive(settings):
        return
    environ = {**os.environ, "STUDIO_HOME": str(settings.home), "STUDIO_DB": str(settings.database)}
    _started[:] = [child for child in _started if child.poll() is None]
    with (settings.logs / "worker.log").open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "core.runs.worker"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _started.append(child)


def keep_worker(settings: Settings, closing: threading.Event) -> None:
    """Start a worker, and another whenever it died, until `closing`; one that cannot stay is tried less and less."""
    wait = KEEP_SECONDS
    while True:
        try:
            if worker_is_alive(settings):
                wait = KEEP_SECONDS
            else:
                ensure_worker(settings)
                wait = min(2 * wait, LONGEST_KEEP_SECONDS)
        except OSError as error:  # the disk is full or gone for now
            log.warning("the worker cannot be started: %s", error)
        if closing.wait(wait):
            return


def quick_process() -> None:
    """Settings for a process that sends calls: few pauses for rubbish, short turns for the writing thread."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    sys.setswitchinterval(0.001)


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in the quickest event loop there is."""
    if find_spec("uvloop") is None:  # there is none for Windows
        return asyncio.run(work)
    uvloop = import_module("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def run_once(settings: Settings, store: Store, *, clock: Clock = now, only: str = "") -> int:
    """Execute everything that is queued (or one run), in this process; how many runs were worked on."""
    guard = SpaceGuard(settings)
    writer = GroupWriter(store, guard.alarm)
    teachers = Teachers(KeyFile(settings.keys, os.environ))
    lease = settings.lease_seconds
    filler = Filler(settings=settings)
    engine = Engine(store, writer, teachers, clock, Random(), lease, guard, filler)  # noqa: S311 - jitter
    done = 0
    try:
        while True:
            run = await writer.run(lambda tx: runs.claim(tx, f"once-{os.getpid()}", clock(), lease, only=only))
            if run is None:
                return done
            await engine.execute(run)
            done += 1
    finally:
        await teachers.close()
        await writer.close()


def heed_signals(engine: Engine) -> None:
    """Told to end, the worker stops its runs after the calls under way."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, engine.stopping.set)


async def serve(settings: Settings, store: Store, *, until: Callable[[], bool]) -> None:
    """Claim and execute runs until `until()` says so while nothing is active, or a signal comes."""
    guard = SpaceGuard(settings, ballast=BALLAST_BYTES)
    writer = GroupWriter(store, guard.alarm)
    teachers = Teachers(KeyFile(settings.keys, os.environ))
    lease = settings.lease_seconds
    filler = Filler(settings=settings)
    engine = Engine(store, writer, teachers, now, Random(), lease, guard, filler)  # noqa: S311 - jitter
    owner = f"{SERVING}{os.getpid()}-{new_id()}"
    heed_signals(engine)
    beside = JobThread(settings, store, owner)
    beside.start()
    active: set[asyncio.Task[None]] = set()
    busy_at = time.monotonic()
    try:
        while not engine.stopping.is_set():
            active = {task for task in active if not task.done()}
            if active:
                busy_at = time.monotonic()
            elif time.monotonic() - busy_at > REST_SECONDS:
                await teachers.close()  # a local model gives its memory back; the next run loads it again
                busy_at = time.monotonic()
            run = None
            if len(active) - len(engine.waiting) < PARALLEL_RUNS:
                run = await writer.run(lambda tx: runs.claim(tx, owner, now(), lease))
            if run is not None:
                log.info("run %s claimed, epoch %s", run.id, run.epoch)
                active.add(asyncio.create_task(engine.execute(run)))
                continue
            if not active and until() and not beside.busy:
                return
            await asyncio.sleep(POLL_SECONDS)
        if active:
            await asyncio.wait(active, timeout=9)
    finally:
        await asyncio.to_thread(beside.stop)
        await teachers.close()
        await writer.close()


def _idle_and_alone(settings: Settings) -> Callable[[], bool]:
    """True once no app has been open for the grace time."""
    last_seen = time.monotonic()

    def check() -> bool:
        nonlocal last_seen
        if app_is_open(settings):
            last_seen = time.monotonic()
        return time.monotonic() - last_seen > GRACE_SECONDS

    return check


def main(arguments: list[str] | None = None) -> int:
    """The process. Exit status 0, also when another worker already serves the database."""
    parser = argparse.ArgumentParser(prog="python -m core.runs.worker", description=__doc__)
    parser.add_argument("--db", type=Path, help="database file (default: STUDIO_DB, else var/studio.db)")
    parser.add_argument("--stay", action="store_true", help="stay until stopped, also without an app")
    options = parser.parse_args(arguments)
    settings = Settings.load(os.environ)
    if options.db:
        settings = replace(settings, database=options.db.resolve())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # no line for every call: the ledger has them
    with _locked(_lock_path(settings, "worker"), fcntl.LOCK_EX) as lock:
        if lock is None:
            log.info("another worker serves %s", settings.database)
            return 0
        _sign(lock)
        store = Store(settings.database)
        migrate(store, lambda: backups.before_update(store, settings.backups, now()))
        with store.write() as tx:
            runs.release_orphans(tx, f"{SERVING}%")  # the lock says that no other worker lives
            jobs.release_orphans(tx, f"{SERVING}%")
        quick_process()
        until = (lambda: False) if options.stay else _idle_and_alone(settings)
        run_loop(serve(settings, store, until=until))
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
