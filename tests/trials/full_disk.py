"""D5: a disk that fills up makes calls wait, loses no answer that was paid for, and work goes on when there is room.

Runs on small file systems in memory, mounted where only the process of the trial sees them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from core.domain.money import Charge, Usage
from core.runs.pricing import NO_PRICE
from core.runs.writer import GroupWriter
from core.settings import Settings
from core.store import ledger
from core.store.database import DatabaseError, Store, Tx
from core.store.migrations import migrate
from core.store.space import MEGABYTE, SpaceGuard
from tests.trials.apart import apart, joined, tell
from tests.trials.storage_bugs import BUGS
from tests.trials.trial import Outcome, Trial
from tests.unit.conftest import T0, make_reply, plant_project, plant_request, plant_run

T = TypeVar("T")
MEGABYTES = (8, 12, 16, 24, 32, 48)
MOMENTS = ("before", "during")
CALLS, AT_ONCE = 60, 6
BALLAST = MEGABYTE
WAITS = 5
TRIES = 12
PAUSE_SECONDS = 0.01
NOT_RUN = "not run: a file system in memory needs the right to mount (root, or user namespaces)"


@cache
def _own_mounts() -> tuple[str, ...] | None:
    """The command that gives a process mounts of its own, None where the system does not allow it."""
    command = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-r", "-m")
    with tempfile.TemporaryDirectory(prefix="studio-full-") as folder:
        probe = [*command, "mount", "-t", "tmpfs", "-o", "size=1m", "none", folder]
        try:
            done = subprocess.run(probe, capture_output=True, timeout=20, check=False)
        except FileNotFoundError:
            return None
    return command if done.returncode == 0 else None


@dataclass
class Desk:
    """Sends calls as the engine has to: none without room, and every answer is stored once it was asked for."""

    settings: Settings
    store: Store
    guard: SpaceGuard
    full_after: int
    writer: GroupWriter = field(init=False)
    sent: int = 0
    unstored: int = 0
    waits: int = 0
    stored: list[int] = field(default_factory=list)

    @property
    def _filler(self) -> Path:
        return self.settings.home / "filler"

    def fill(self) -> None:
        """Somebody else takes all the room there is."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (MEGABYTE, 4096):
                with suppress(OSError):
                    while file.write(bytes(size)):
                        pass

    async def work(self) -> None:
        """All calls, several at once."""
        self.writer = GroupWriter(self.store)
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._call(number, gate) for number in range(1, CALLS + 1)))
        await self.writer.close()

    async def _call(self, request: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            attempt = None
            while attempt is None:
                while self.guard.short():
                    await self._wait()
                attempt = await self._tried(lambda tx: _reserve(tx, request), 1)
                if attempt is None:
                    await self._wait()
            self.sent += 1
            if self.sent == self.full_after:
                self.fill()
            kept = await self._tried(lambda tx: _settle(tx, attempt, request), TRIES)
            self.stored += [request] if kept else []
            self.unstored += not kept

    async def _wait(self) -> None:
        self.waits += 1
        if self.waits == WAITS * AT_ONCE:
            self._filler.unlink(missing_ok=True)
        await asyncio.sleep(PAUSE_SECONDS)

    async def _tried(self, job: Callable[[Tx], T], times: int) -> T | None:
        """The result of the job, with the ballast given up where the disk has no room for it."""
        for _ in range(times):
            try:
                return await self.writer.run(job)
            except DatabaseError:
                self.guard.release()
                await asyncio.sleep(PAUSE_SECONDS)
        return None

    def broken(self) -> list[str]:
        """What is not as promised at the end."""
        wrong = [f"{self.unstored} of {self.sent} answers could not be stored"] if self.unstored else []
        if not self.waits:
            wrong.append("nothing waited for room")
        with self.store.read() as tx:
            if (found := tx.value("PRAGMA integrity_check")) != "ok":
                wrong.append(str(found))
            wrong += [f"the total of {scope} differs" for scope in ledger.drift(tx)]
            states = {row["request_id"]: row["state"] for row in tx.rows("SELECT request_id, state FROM attempt")}
        lost = [request for request in self.stored if states.get(request) != "settled"]
        wrong += [f"{len(lost)} stored answers are lost"] if lost else []
        return wrong + (["work did not go on"] if len(states) != CALLS else [])


def _reserve(tx: Tx, request: int) -> int:
    return ledger.reserve(
        tx, [request], run_id="r", project_id="p", epoch=0, stage="question", hold=9, price=NO_PRICE, at=T0
    )


def _settle(tx: Tx, attempt: int, request: int) -> bool:
    reply = make_reply(f"{request} " * Random(request).randint(300, 3_000))
    ledger.settle(tx, attempt, reply, Charge(5, Usage(10, 5), measured=True), T0 + 1)
    return True


def filled(home: Path, moment: str, seed: int, bug: str) -> Outcome:
    """One run of calls on a disk that is full before it starts or at a random call."""
    settings = Settings.load({"STUDIO_HOME": str(home), "STUDIO_MIN_FREE_MB": "1"})
    store = Store(settings.database)
    migrate(store)
    with store.write() as tx:
        plant_project(tx, "p")
        plant_run(tx, "p", "r", items=CALLS)
        for index in range(CALLS):
            plant_request(tx, "p", "r", index)
    full_after = Random(seed).randint(AT_ONCE, CALLS // 2) if moment == "during" else 0
    desk = Desk(settings, store, SpaceGuard(settings, ballast=BALLAST), full_after)
    desk.guard.short()  # the worker has been up while there was room
    with BUGS[bug]():
        if moment == "before":
            desk.fill()
        asyncio.run(desk.work())
    wrong = desk.broken()
    store.close()
    return Outcome(1, int(bool(wrong)), (f"{desk.sent} calls, {desk.waits} waits", *wrong))


def main(folder: str, megabytes: str, moment: str, seed: str, bug: str) -> int:
    """The process of one trial; what it mounts goes away with it."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], check=True)
    tell(filled(Path(folder), moment, int(seed), bug))
    return 0


def one(number: int, bug: str = "none") -> Outcome:
    """Trial `number`: disks of growing sizes, by turns full before the start and full during the run."""
    prefix = _own_mounts()
    if prefix is None:
        return Outcome(0, 0, (NOT_RUN,))
    size, moment = MEGABYTES[number % len(MEGABYTES)], MOMENTS[number % 2]
    with tempfile.TemporaryDirectory(prefix="studio-full-") as folder:
        found = apart("tests.trials.full_disk", folder, size, moment, number, bug, prefix=prefix)
    return Outcome(found.trials, found.failures, (f"{size} MB, full {moment}: {'; '.join(found.notes)}",))


TRIALS = [
    Trial(
        "D5",
        "A full disk makes calls wait, no answer that was asked for is lost",
        lambda scale: joined([one(number) for number in range(len(MEGABYTES) * scale)]),
        "nobody looks at the free space, and there is no ballast",
        lambda: one(1, "blind"),
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
