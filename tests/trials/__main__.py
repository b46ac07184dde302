"""`python -m tests.trials [--scale N] [--only D1 ...]`: run the trials and print promise, trials, failures."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time

from tests import trials
from tests.trials.trial import Outcome, Trial

ROW = "{:4} {:66} {:>8} {:>8}  {:44} {:8} {:>6}"


def found() -> list[Trial]:
    """The trials of every module here that has some, by id."""
    modules = (importlib.import_module(f"tests.trials.{info.name}") for info in pkgutil.iter_modules(trials.__path__))
    listed = [trial for module in modules for trial in getattr(module, "TRIALS", ())]
    return sorted(listed, key=lambda trial: (trial.id[0], int(trial.id[1:])))


def shown(trial: Trial, outcome: Outcome, caught: Outcome, seconds: float) -> bool:
    """Print one row and its notes; True when the promise held and the seeded bug was caught."""
    verdict = "caught" if caught.failures else "MISSED"
    cells = (trial.id, trial.promise[:66], outcome.trials, outcome.failures, trial.bug[:44], verdict)
    print(ROW.format(*cells, f"{seconds:.0f} s"), flush=True)
    for note in outcome.notes[:8]:
        print(f"       {note}", flush=True)
    return outcome.trials > 0 and not outcome.failures and bool(caught.failures)


def main() -> int:
    """Exit status 0 when every promise held and every seeded bug was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="how many times the tier of every change (default 1)")
    parser.add_argument("--only", nargs="*", default=[], help="ids of trials, for example D1 B2")
    options = parser.parse_args()
    chosen = [trial for trial in found() if not options.only or trial.id in options.only]
    print(ROW.format("id", "promise", "trials", "failures", "seeded bug", "caught", "time"))
    good = True
    for trial in chosen:
        started = time.monotonic()
        outcome, caught = trial.run(options.scale), trial.seeded()
        good = shown(trial, outcome, caught, time.monotonic() - started) and good
    print("every promise held, every seeded bug was caught" if good else "NOT all promises held")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
