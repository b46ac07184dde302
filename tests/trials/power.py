"""D3: whatever the disk holds after a power cut, nothing acknowledged is lost and nothing is half done."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from tests.trials import strace
from tests.trials.apart import joined
from tests.trials.disk import Deed, Record, State
from tests.trials.disk_work import WORKS, broken, prepare
from tests.trials.trial import Outcome, Trial

STATES = 1_000
MEMORY = Path("/dev/shm")


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that is as quick as this machine has one: what is tried here is the model of a disk, not the disk."""
    return tempfile.TemporaryDirectory(prefix="studio-power-", dir=MEMORY if MEMORY.is_dir() else None)


def cuts(kind: str, count: int, seed: int, bug: str = "none") -> Outcome:
    """Record the work once and cut the power at so many random moments."""
    if not strace.ready():
        return Outcome(0, 0, (strace.MISSING,))
    rng, found = Random(seed), Counter[str]()
    with scratch_folder() as folder:
        home = Path(folder) / "home"
        prepare(kind, home, bug)
        record = strace.record("tests.trials.disk_work", (kind, str(home), bug), home)
        for _ in range(count):
            state = record.after_cut(_moment(record, rng), rng)
            found.update({problem.split(":")[0] for problem in after(kind, home, state)} or {"held"})
    failures = count - found.pop("held", 0)
    what = ", ".join(f"{name} in {times}" for name, times in found.items()) or "none lost, none damaged, none half done"
    return Outcome(count, failures, (f"{kind}: {count:,} states of {len(record.changes):,} changes: {what}",))


def _moment(record: Record, rng: Random) -> int:
    """Any change, or, every second time, one of the first after something was promised."""
    if rng.random() < 0.5:
        return rng.randint(0, len(record.changes))
    promises = [index for index, change in enumerate(record.changes) if change.deed is Deed.SAY]
    return min(len(record.changes), rng.choice(promises) + rng.randint(1, 4))


def after(kind: str, home: Path, state: State) -> list[str]:
    """What is broken when the studio starts again from this state of the disk."""
    shutil.rmtree(home)
    home.mkdir()
    for path, content in state.files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)
    return broken(kind, home, state.said)


def run(scale: int) -> Outcome:
    """Every kind of work."""
    return joined([cuts(kind, STATES * scale, scale) for kind in WORKS])


def calibrated(count: int = 60) -> Outcome:
    """Without a sync at each commit something acknowledged is lost; without a journal the file is damaged too."""
    parts = [cuts("calls", count, 1, bug) for bug in ("normal", "off")]
    both = joined(parts)
    return both if all(part.failures for part in parts) else Outcome(both.trials, 0, both.notes)


TRIALS = [
    Trial(
        "D3",
        "After a power cut all that was saved is there, nothing is half done",
        run,
        "synchronous=NORMAL; journal_mode=OFF",
        calibrated,
    )
]
