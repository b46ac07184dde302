"""`make bench-engine`: the engine with everything on against a bare asyncio loop, both against the bank."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bank.bank import Bank
from tests.bank.log import CHAT
from tests.bank.process import FarBank, bank_process

LATENCY = 0.2
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of one side; `window` is from the first request to the last answer as the bank saw them."""

    wall: float
    window: float
    cpu: float
    peak: float


def measure(side: str, bank: FarBank, calls: int, at_once: int) -> Figures:
    """Run a side in a process of its own, and ask the bank what it saw."""
    bank.clear()
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "tests.bench.sides", side, bank.base_url, str(calls), str(at_once), home]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    seen = [entry for entry in bank.log if entry.route == CHAT]
    assert len(seen) == calls, f"{side}: the bank saw {len(seen)} calls, not {calls}"
    assert all(entry.answered == "full" for entry in seen)
    window = max(entry.finished or 0.0 for entry in seen) - min(entry.arrived for entry in seen)
    return Figures(told["wall"], window, told["cpu"], told["peak"])


def table(calls: int, at_once: int) -> None:
    """Print one table."""
    limit = calls * LATENCY / at_once
    print(f"\n{calls:,} calls, {at_once} at once, {LATENCY * 1000:.0f} ms each: at best {limit:.1f} s")
    print(f"{'':30}{'wall':>9}{'window':>9}{'limit/window':>14}{'calls/s':>9}{'CPU s/1,000':>13}{'peak MB':>9}")
    print(f"{'theoretical limit':30}{limit:>8.2f}s{limit:>8.2f}s{1:>14.3f}{calls / limit:>9.0f}{'':>13}{'':>9}")
    shown: dict[str, Figures] = {}
    with bank_process(Bank(latency=LATENCY)) as bank:
        for side, name in (("bare", "bare AsyncOpenAI loop, no store"), ("studio", "studio, everything on")):
            f = shown[side] = measure(side, bank, calls, at_once)
            per = f.cpu / calls * 1000
            rate = calls / f.window
            print(
                f"{name[:30]:30}{f.wall:>8.2f}s{f.window:>8.2f}s{limit / f.window:>14.3f}{rate:>9.0f}"
                f"{per:>13.2f}{f.peak:>9.0f}",
                flush=True,
            )
    ours, floor = shown["studio"], shown["bare"]
    print(
        f"studio against bare: {ours.window / floor.window:.2f} x window, {ours.cpu / floor.cpu:.2f} x CPU,"
        f" {ours.peak / floor.peak:.2f} x memory"
    )


def main() -> None:
    """One table for each number of calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", type=int, nargs="*", default=[2000, 20000])
    parser.add_argument("--at-once", type=int, default=100)
    options = parser.parse_args()
    for calls in options.calls:
        table(calls, options.at_once)


if __name__ == "__main__":
    main()
