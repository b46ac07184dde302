"""Trials in a process of their own, where a seeded bug, a fork, a limit or a mount touches nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from core.settings import ROOT
from tests.trials.trial import Outcome

LONGEST_SECONDS = 600


def apart(module: str, *arguments: object, prefix: Sequence[str] = ()) -> Outcome:
    """Run `python -m module arguments` behind `prefix`, whose last line of output must come from `tell`.

    A process that dies without telling an outcome tried nothing: no promise is held and no seeded bug caught by that.
    """
    command = [*prefix, sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    try:
        told = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return Outcome(0, 0, (f"{module} ended with {done.returncode}: {done.stderr.strip()[-300:]}",))
    return Outcome(told["trials"], told["failures"], tuple(told["notes"]))


def tell(outcome: Outcome) -> None:
    """Print the outcome for the process that started this one."""
    told = {"trials": outcome.trials, "failures": outcome.failures, "notes": outcome.notes}
    print(json.dumps(told), flush=True)


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Several outcomes as one."""
    notes = tuple(note for part in parts for note in part.notes)
    return Outcome(sum(part.trials for part in parts), sum(part.failures for part in parts), notes)
