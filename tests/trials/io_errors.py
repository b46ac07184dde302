"""D4: when any one call to the disk fails, that is told, the state is before or after, and the next try works."""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from tests.trials import kills, strace
from tests.trials.io_work import PLACE, SAVES
from tests.trials.trial import Outcome, Trial

FAULTS = 30
CALLS = ("pwrite64", "fdatasync", "fsync", "openat", "ftruncate", "unlink")
ERRORS = ("EIO", "ENOSPC")
WORK = "tests.trials.io_work"


def faults(count: int) -> list[tuple[str, int, str]]:
    """(call, its number, error) of so many faults, spread over the calls of a run that goes well, early ones more."""
    with tempfile.TemporaryDirectory(prefix="studio-io-") as folder:
        prepared(Path(folder))
        made_by = {call: len(traced(Path(folder), call, [])[1]) for call in CALLS}
    per_call = {call: made for call, made in made_by.items() if made}  # a SQLite has fsync or fdatasync
    each = -(-count // len(per_call))
    chosen = []
    for call, made in per_call.items():
        numbers = sorted({1 + made * step * step // (each * each) for step in range(min(each, made))})
        chosen += [(call, number, ERRORS[place % 2]) for place, number in enumerate(numbers)]
    return chosen


def prepared(folder: Path) -> None:
    """A store with accounts, and a folder for backups."""
    (folder / "backups").mkdir()
    kills.make(folder / "studio.db")


def traced(
    folder: Path, call: str, inject: list[str], bug: str = "none"
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The process when it has ended, and the calls of this name that it made on the store's files."""
    trace = folder / "trace"
    options = ["--seccomp-bpf", "-o", str(trace), "-e", f"trace={call}", *inject]
    if call == "openat":  # an interpreter opens much else
        for name in ("studio.db", "studio.db-wal", "studio.db-shm", "backups"):
            options += ["-P", str(folder / name)]
    done = strace.traced(options, WORK, (str(folder), bug))
    return done, [line for line in trace.read_text(encoding="utf-8").splitlines() if f" {call}(" in line]


def one(call: str, number: int, error: str, bug: str) -> tuple[list[str], list[str], bool]:
    """(what is not as promised, kinds of errors that were told, whether the fault came to pass)."""
    with tempfile.TemporaryDirectory(prefix="studio-io-") as name:
        folder = Path(name)
        prepared(folder)
        done, lines = traced(folder, call, ["-e", f"inject={call}:error={error}:when={number}"], bug)
        said = done.stdout.splitlines()
        saved = sum(line.startswith("saved") for line in said)
        wrong = kills.broken(folder / "studio.db", {PLACE: saved})
        if done.returncode or said[-1:] != ["end"]:
            wrong.append(f"ended with {done.returncode}: {done.stderr.strip()[-200:]}")
        wrong += [line for line in said if line.startswith("gave up")]
        if not wrong and saved != SAVES:
            wrong.append(f"only {saved} of {SAVES} were saved")
        for line in said:
            if line.startswith("backup ") and not sound(folder / "backups" / line.split()[1]):
                wrong.append(f"{line} is not there or damaged")
        told = [line.split(": ")[0].removeprefix("told ") for line in said if line.startswith("told ")]
        return wrong, told, any("(INJECTED)" in line for line in lines)


def sound(path: Path) -> bool:
    """Is there a whole copy of the store?"""
    return path.is_file() and not kills.broken(path, {})


def run(count: int, bug: str = "none", calls: tuple[str, ...] = CALLS) -> Outcome:
    """So many faults, one in each process."""
    if not strace.ready():
        return Outcome(0, 0, (strace.MISSING,))
    trials, failures, notes, told = 0, 0, [], Counter[str]()
    for call, number, error in faults(count):
        if call not in calls:
            continue
        wrong, words, happened = one(call, number, error, bug)
        trials += happened
        failures += bool(wrong)
        told.update(words)
        notes += [f"{call} {number} {error}: {'; '.join(wrong[:3])}"] if wrong else []
    return Outcome(trials, failures, (f"told: {', '.join(f'{word} ({n})' for word, n in told.items())}", *notes))


TRIALS = [
    Trial(
        "D4",
        "A failing disk call is told, the state is before or after, the next try works",
        lambda scale: run(FAULTS * scale),
        "an error at COMMIT is not listened to",
        lambda: run(30, "deaf", ("fsync", "fdatasync")),
    )
]
