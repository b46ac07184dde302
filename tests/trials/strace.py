"""System calls of a process: recorded in full, or made to fail at a chosen call."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from core.settings import ROOT
from tests.trials.disk import Change, Deed, Record

CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2"
MISSING = "not run: strace is missing (apt-get install strace)"
ACKS = "acks"
LONGEST_SECONDS = 60
_BEGUN = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)$")
_CALL = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(r'(?:\d+<((?:\\x[0-9a-f]{2})*)>|"((?:\\x[0-9a-f]{2})*)")')


@cache
def ready() -> bool:
    """Is strace there, or could it be installed?"""
    if not shutil.which("strace") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(
            ["apt-get", "install", "-y", "-q", "strace"], capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
    if not shutil.which("strace"):
        return False
    probe = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, timeout=20, check=False)
    return probe.returncode == 0


def traced(options: Sequence[str], module: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run `python -m module arguments` under strace with these options."""
    command = ["strace", "-f", "-qq", *options, sys.executable, "-m", module, *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


def record(module: str, arguments: Sequence[str], home: Path) -> Record:
    """What the process changed below `home`, in order; lines that it wrote to the file `acks` there are its word.

    Raises RuntimeError when the process fails.
    """
    kept = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    trace = home.with_name(f"{home.name}.trace")
    options = ["--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    done = traced(options, module, arguments)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    with trace.open(encoding="ascii") as lines:
        changes = tuple(_changes(lines, home))
    trace.unlink()
    if not any(change.deed is Deed.SAY for change in changes):
        raise RuntimeError(f"nothing was recorded of {module}")
    return Record(kept, changes)


def _whole(lines: Iterable[str], marker: str) -> Iterator[str]:
    """The calls that name a file of interest, each in one line and in the order in which they ended.

    One thread at a time writes to a file here, so nothing slips in between the begin and the end of a sync.
    """
    begun: dict[str, str] = {}
    for line in lines:
        text = line
        if found := _BEGUN.match(line):
            begun[found[1]] = f"{found[1]} {found[2]}"
            continue
        if found := _RESUMED.match(line):
            text = begun.pop(found[1], "") + found[2]
        if marker in text:
            yield text


def _changes(lines: Iterable[str], home: Path) -> Iterator[Change]:
    for line in _whole(lines, "".join(f"\\x{byte:02x}" for byte in os.fsencode(home))):
        found = _CALL.match(line)
        if found and int(found[4]) >= 0 and "(deleted)" not in line:
            yield from _of_call(found[2], found[3], int(found[4]))


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _of_call(name: str, arguments: str, result: int) -> Iterator[Change]:
    texts = [_decoded(first or second) for first, second in _TEXT.findall(arguments)]
    path, last = os.fsdecode(texts[0]), arguments.rpartition(", ")[2]
    if path.endswith("-shm"):  # only memory that processes share: built anew after a power cut
        return
    if name == "openat":
        if "O_CREAT" in arguments:
            yield Change(Deed.MAKE, path)
    elif name == "write":
        assert path.endswith(f"/{ACKS}"), f"nobody knows where in {path} this was written"
        yield Change(Deed.SAY, data=texts[1])
    elif name == "pwrite64":
        yield Change(Deed.WRITE, path, int(last), texts[1][:result])
    elif name == "ftruncate":
        yield Change(Deed.CUT, path, int(last))
    elif name in {"fsync", "fdatasync"}:
        yield Change(Deed.SYNC, path)
    elif name.startswith("rename"):
        yield Change(Deed.RENAME, path, to=os.fsdecode(texts[1]))
    else:
        yield Change(Deed.REMOVE, path)
