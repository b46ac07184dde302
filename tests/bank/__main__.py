"""`python -m tests.bank --port 0 --latency 0.2 --faults 0.2 --modes http_500,reset_mid --seed 1 --log FILE`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from tests.bank.modes import MODES
from tests.bank.plans import ByBody, Chance, Script, as_dict
from tests.bank.process import bank_from
from tests.bank.serving import serve


def options() -> argparse.Namespace:
    """The command line."""
    listed = "\n".join(f"  {mode.name:26}{mode.about}" for mode in MODES.values())
    parser = argparse.ArgumentParser(
        prog="python -m tests.bank",
        description="A teacher that fails on purpose and keeps the bill. Prints its base URL first.",
        epilog=f"modes:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", help="seconds before each answer, or a range such as 0.1-0.5")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that meet a fault")
    parser.add_argument("--by-body", action="store_true", help="the same bodies always meet the fault")
    parser.add_argument("--modes", default="", help="names with commas between; without --faults: one after the other")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", default="", help="file that every request is appended to, as JSONL")
    parser.add_argument("--settings", type=json.loads, default={}, help="any setting of Bank, as JSON")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


def settings(chosen: argparse.Namespace) -> dict[str, object]:
    """The settings of the bank: the JSON, overruled by what was given one by one."""
    told: dict[str, object] = dict(chosen.settings)
    modes = [name for name in chosen.modes.split(",") if name]
    if modes and chosen.faults:
        told["faults"] = as_dict((ByBody if chosen.by_body else Chance)(chosen.faults, modes, chosen.seed))
    elif modes:
        told["faults"] = as_dict(Script(modes))
    if chosen.latency:
        ends = [float(end) for end in chosen.latency.split("-")]
        told["latency"] = ends[0] if len(ends) == 1 else ends
    given = {"seed": chosen.seed, "log_file": chosen.log}
    return told | {name: value for name, value in given.items() if value}


async def main(chosen: argparse.Namespace) -> None:
    """Serve until interrupted, terminated, or left alone."""
    bank, stop, loop = bank_from(settings(chosen)), asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if chosen.with_parent:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    await serve(bank, chosen.port, lambda: print(bank.base_url, flush=True), stop)


if __name__ == "__main__":
    asyncio.run(main(options()))
