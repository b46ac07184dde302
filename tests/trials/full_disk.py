"""D5: a disk that fills up makes the engine wait, loses no answer, and work goes on alone when there is room.

Runs on small file systems in memory, mounted where only the process of the trial sees them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from core.domain.calls import Call, Reply
from core.domain.states import ItemState, RunState
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher, reply_of
from core.runs import engine as engine_module
from core.runs import writer as writer_module
from core.runs.engine import Engine
from core.runs.pacing import Pace
from core.runs.seats import Teachers
from core.runs.writer import GroupWriter
from core.store import runs
from core.store.space import MEGABYTE, SpaceGuard
from tests.engine.conftest import LEASE, Bench
from tests.trials.apart import apart, joined, tell
from tests.trials.storage_bugs import BUGS, replaced
from tests.trials.trial import Outcome, Trial

MEGABYTES = (8, 12, 16, 24, 32, 48)
MOMENTS = ("before", "during")
ITEMS, AT_ONCE = 30, 6
BALLAST = MEGABYTE
BEAT = 0.02
LONGEST_WAIT = 4.0
QUIET = 0.5
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


class Disk:
    """The room on the file system, which somebody else may take and give back."""

    def __init__(self, home: Path) -> None:
        self._filler = home / "filler"
        self.full = False

    def fill(self) -> None:
        """Take all the room there is."""
        self.full = True
        with self._filler.open("wb", buffering=0) as file:
            for size in (MEGABYTE, 4096):
                with suppress(OSError):
                    while file.write(bytes(size)):
                        pass

    def empty(self) -> None:
        """Give it back."""
        self._filler.unlink(missing_ok=True)
        self.full = False


class Filling(ScriptedTeacher):
    """Answers at some length; the disk is full from its call number `full_at` on."""

    def __init__(self, disk: Disk, full_at: int) -> None:
        super().__init__(seconds=0.05)
        self._disk, self._full_at = disk, full_at
        self.answered = 0

    async def ask(self, call: Call) -> Reply:
        """An answer that needs room."""
        number = len(self.asked) + 1
        if number == self._full_at:
            self._disk.fill()
        await super().ask(call)
        self.answered += 1
        return reply_of(f"{number} " * Random(number).randint(300, 2_000), call)


class Wait:
    """What was seen while the disk was full, and what was wrong about it."""

    def __init__(self, bench: Bench, run_id: str, teacher: Filling, disk: Disk) -> None:
        self.bench, self.run_id, self.teacher, self.disk = bench, run_id, teacher, disk
        self.wrong: list[str] = []

    async def watch(self, task: asyncio.Task[None]) -> None:
        """Once the disk is full: answers come to rest in the store, nothing more is sent, the run says why.

        Then there is room again.
        """
        await _until(lambda: self.disk.full or task.done())
        rested = await _until(
            lambda: self._stored() == self.teacher.answered == len(self.teacher.asked) and self._told()
        )
        asked = len(self.teacher.asked)
        if not rested:
            missing = asked - self._stored()
            self.wrong.append(f"full disk: {missing} answers have no room, the run says {self._reason()!r}")
        await asyncio.sleep(QUIET)
        if len(self.teacher.asked) != asked:
            self.wrong.append(f"{len(self.teacher.asked) - asked} calls left while the disk was full")
        self.disk.empty()

    def _stored(self) -> int:
        with self.bench.store.read() as tx:
            return int(tx.value("SELECT count(*) FROM attempt WHERE state='settled'"))

    def _reason(self) -> str:
        return self.bench.run(self.run_id).reason

    def _told(self) -> bool:
        return "MB are free" in self._reason()


async def _until(condition: Callable[[], object]) -> bool:
    """Wait until it holds, not for ever: False when it took too long. A disk that cannot be read says no."""
    give_up = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < give_up:
        with suppress(Exception):
            if condition():
                return True
        await asyncio.sleep(BEAT)
    return False


async def _work(bench: Bench, run_id: str, teacher: Filling, disk: Disk) -> Wait:
    """The real engine, as the worker makes it."""
    guard = SpaceGuard(bench.settings, ballast=BALLAST)
    guard.short()  # the worker has been up while there was room
    if not teacher._full_at:
        disk.fill()
    writer = GroupWriter(bench.store, guard.alarm)
    teachers = Teachers(KeyFile(bench.settings.keys, {}))
    with bench.store.read() as tx:
        teachers._made[tx.value("SELECT id FROM connection"), 1] = (teacher, Pace(most=AT_ONCE))
    engine = Engine(bench.store, writer, teachers, lambda: bench.now, Random(1), LEASE, guard)

    async def all_of_it() -> None:
        run = await writer.run(lambda tx: runs.claim(tx, "trial", bench.now, LEASE, only=run_id))
        assert run is not None
        await engine.execute(run)

    task = asyncio.create_task(all_of_it())
    wait = Wait(bench, run_id, teacher, disk)
    await wait.watch(task)
    _, unfinished = await asyncio.wait([task], timeout=6 * LONGEST_WAIT)
    if unfinished:
        wait.wrong.append("the run did not go on by itself")
        task.cancel()
    await writer.close()
    return wait


def filled(home: Path, moment: str, seed: int, bug: str) -> Outcome:
    """One run on a disk that is full before it starts or at a random call."""
    bench = Bench(home)
    bench.settings = replace(bench.settings, min_free_mb=1)
    run_id = bench.samples_run(bench.connect(), ITEMS)
    full_at = Random(seed).randint(AT_ONCE, ITEMS) if moment == "during" else 0
    disk = Disk(home)
    teacher = Filling(disk, full_at)
    quick = replaced(engine_module, "BEAT_SECONDS", BEAT), replaced(writer_module, "TROUBLE_SECONDS", 2 * BEAT)
    with BUGS[bug](), quick[0], quick[1]:
        wrong = asyncio.run(_work(bench, run_id, teacher, disk)).wrong
    wrong += broken(bench, run_id, len(teacher.asked))
    bench.store.close()
    return Outcome(1, int(bool(wrong)), (f"{len(teacher.asked)} calls", *wrong))


def broken(bench: Bench, run_id: str, asked: int) -> list[str]:
    """What is not as promised at the end: every call is paid and stored once, every item made its sample."""
    wrong: list[str] = []
    try:
        bench.check_ledger()
    except AssertionError as error:
        wrong.append(f"the ledger: {error}")
    states, run = bench.states(run_id), bench.run(run_id)
    if run.state is not RunState.COMPLETED or states != [ItemState.DONE] * ITEMS:
        wrong.append(f"the run is {run.state}, {states.count(ItemState.DONE)} of {ITEMS} items are done")
    stored = sum(request.reply is not None for request in bench.requests(run_id))
    if not stored == asked == len(bench.attempts(run_id)) == 2 * ITEMS:
        wrong.append(f"{asked} calls for {2 * ITEMS} answers, {stored} are stored")
    return wrong


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
        "nobody looks at the free space, no ballast",
        lambda: one(1, "blind"),
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
