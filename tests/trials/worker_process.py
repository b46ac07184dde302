"""A worker as a process of its own beside a bank: to be killed, stopped, and told to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.settings import ROOT
from core.workspace import Workspace
from tests.trials.studio import Studio

LEASE_SECONDS = 2.0
LONGEST_SECONDS = 90.0


def start(made: Studio | Workspace, bug: str = "none") -> subprocess.Popen[bytes]:
    """A worker that stays, with a short lease; the caller ends it."""
    environ = {**os.environ, "STUDIO_HOME": str(made.settings.home), "STUDIO_LEASE_SECONDS": str(LEASE_SECONDS)}
    environ.pop("STUDIO_DB", None)
    module = ["core.runs.worker"] if bug == "none" else ["tests.trials.bugged", bug]
    command = [sys.executable, "-m", *module, "--db", str(made.settings.database), "--stay"]
    with (made.settings.logs / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


@contextmanager
def worker(made: Studio | Workspace, bug: str = "none") -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is gone afterwards, whatever happened."""
    process = start(made, bug)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until(condition: Callable[[], object], seconds: float = LONGEST_SECONDS) -> bool:
    """Look often; False when it took too long."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.02)
    return False


def epoch(made: Studio, run_id: str) -> int:
    """How often the run was claimed."""
    return made.run(run_id).epoch


def lease_is_over(made: Studio, run_id: str) -> bool:
    """May another worker take the run?"""
    with made.store.read() as tx:
        return bool(tx.value("SELECT lease_until FROM run WHERE id=?", (run_id,)) < time.time())


def end_lease(made: Studio, run_id: str) -> None:
    """As if its time had passed."""
    with made.store.write() as tx:
        tx.run("UPDATE run SET lease_until=0 WHERE id=? AND state='running'", (run_id,))
