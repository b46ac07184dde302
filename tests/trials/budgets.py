"""B1, B2, B5: no cap is ever passed, by any order of events, any number of processes, any number of calls at once."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from core.domain.money import Price, Usage, cost_of, hold_for
from core.domain.states import ItemState, RunState
from core.errors import BudgetExceededError
from core.store.database import Store
from core.store.migrations import migrate
from tests.bank import Bank, bank_process
from tests.bank.process import FarBank
from tests.trials.apart import apart, tell
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.studio import Studio, audit, quick, studio_and_bank
from tests.trials.trial import Outcome, Tally, Trial
from tests.unit.conftest import scratch
from tests.unit.test_ledger import RUNS, reserve, settle
from tests.unit.test_ledger_caps import MOVES, Books

STEPS = 50
PROCESSES = 8
ITEMS = 6


# ---- B1 ----


class PricedBooks(Books):
    """The same random history, with holds and costs that come from a price which changes in between."""

    price = Price(7_000_000, 9_000_000, 3_000_000, source="typed in")

    def change_price(self) -> None:
        """Holds that stand keep the price that they were made at."""
        self.price = Price(self.rng.randint(0, 9_000_000), self.rng.randint(0, 12_000_000), 0, source="typed in")

    def reserve(self) -> None:
        """A call of some size at the price of the moment."""
        run = self.rng.choice(RUNS)
        size, most = self.rng.randint(0, 3), self.rng.randint(1, 3)
        before, request = self.rows(), self.rng.choice(self.requests[run])
        hold = hold_for(self.price, size, 1, most) % 60
        try:
            attempt = reserve(self.tx, request, hold, run=run, epoch=self.epoch[run])
        except BudgetExceededError:
            self.refusals += 1
            assert self.rows() == before
            return
        self.check_caps(run)
        if self.rng.random() < 0.3:
            settle(self.tx, attempt, min(hold, cost_of(self.price, Usage(size, most))))


def histories(count: int, seed: int, bug: str = "none") -> Outcome:
    """Random histories of two runs under one project, every rule checked after every step."""
    tally, refusals = Tally(), 0
    with tempfile.TemporaryDirectory(prefix="studio-books-") as folder, CALL_BUGS[bug]():
        store = Store(Path(folder) / "books.db")
        migrate(store)
        for number in range(count):
            rng = random.Random(seed * 1_000_003 + number)
            moves = rng.choices((*MOVES, "change_price"), k=STEPS)
            wrong: list[str] = []
            with scratch(store) as tx:
                books = PricedBooks(tx, rng, caps_shrink=bool(number % 2))
                try:
                    for move in moves:
                        getattr(books, move)()
                        books.check()
                except AssertionError:
                    wrong = [line for line in traceback.format_exc().split("\n") if "assert" in line][-1:]
                refusals += books.refusals
            tally.add(wrong, f"history {number}")
        store.close()
    return tally.outcome(f"{count} histories of {STEPS} steps, {refusals:,} calls were refused")


# ---- B2 ----


@contextmanager
def _workers(made: Studio, run_ids: Sequence[str]) -> Iterator[list[int]]:
    """A process for each run, which works on it with an engine of its own; forked, so there must be one thread."""
    pids = []
    for run_id in run_ids:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                made.store = Store(made.settings.database)
                status = int(made.work(run_id).state is RunState.FAILED)
            finally:
                os._exit(status)
        pids.append(pid)
    statuses: list[int] = []
    yield statuses
    statuses += [os.waitpid(pid, 0)[1] for pid in pids]


def tight(bank: FarBank, number: int) -> list[str]:
    """Processes that share one budget, and learn what a call costs only from its answer."""
    rng = Random(number)
    with tempfile.TemporaryDirectory(prefix="studio-budget-") as folder, quick():
        made = Studio(Path(folder))
        name = made.at_bank(bank, concurrency=4)
        run_ids = [made.new_run(name, ITEMS) for _ in range(PROCESSES)]
        cap = rng.randint(1_000_000, 6_000_000)
        made.cap_project(cap)
        made.store.close()
        made.store = Store(made.settings.database)
        bank.clear()
        with _workers(made, run_ids) as statuses:
            pass
        made.store = Store(made.settings.database)
        wrong = audit(made, bank.log) + [f"a process ended with {status}" for status in statuses if status]
        bill, holds = sum(entry.billed for entry in bank.log), [a.hold for a in made.attempts()]
        if bill > cap:
            wrong.append(f"the bank's bill of {bill:,} is above the cap of {cap:,}")
        starved = any(made.run(run_id).state is RunState.BUDGET_EXHAUSTED for run_id in run_ids)
        if starved and cap - bill >= 2 * max(holds, default=cap):
            wrong.append(f"{cap - bill:,} of {cap:,} were not spent although work was left")
        made.store.close()
    return wrong


def tight_budgets(count: int, bug: str) -> Outcome:
    """So many budgets, in a process with one thread."""
    tally, shares = Tally(), 0
    with bank_process(Bank(latency=(0.0, 0.05))) as bank, CALL_BUGS[bug]():
        for number in range(count):
            tally.add(tight(bank, number), f"budget {number}")
            shares += len(bank.log)
    return tally.outcome(f"{PROCESSES} processes on each budget, {shares:,} calls")


def main(count: str, bug: str) -> int:
    """The process of B2."""
    tell(tight_budgets(int(count), bug))
    return 0


# ---- B5 ----


def queries(cap: int, at_once: int, bug: str = "none") -> list[str]:
    """A query budget with far more to do: the bank sees exactly that many calls."""
    with studio_and_bank(Bank(latency=(0.0, 0.01))) as (made, bank), CALL_BUGS[bug]():
        run_id = made.new_run(made.at_bank(bank, concurrency=at_once), cap // 2 + at_once + 10, call_cap=cap)
        run = made.work(run_id)
        wrong = audit(made, bank.log)
        if len(bank.log) != cap:
            wrong.append(f"the bank saw {len(bank.log)} calls")
        if run.state is not RunState.BUDGET_EXHAUSTED or not made.ended(run_id)[ItemState.PLANNED]:
            wrong.append(f"the run is {run.state}: {run.reason}")
    return wrong


def query_budgets(caps: Sequence[int], bug: str = "none") -> Outcome:
    """Each of them with 64 calls at once."""
    tally = Tally()
    for cap in caps:
        tally.add(queries(cap, 64, bug), f"{cap:,} calls")
    return tally.outcome()


TRIALS = [
    Trial(
        "B1",
        "At every step of any history settled and held money stay under every cap",
        lambda scale: histories(300 * scale, scale),
        "money that is held does not count",
        lambda: histories(20, 1, "holds do not count"),
    ),
    Trial(
        "B2",
        "Processes that share a tight budget never let the bill pass it, nor leave it unspent",
        lambda scale: apart("tests.trials.budgets", 10 * scale, "none"),
        "money that is held does not count",
        lambda: apart("tests.trials.budgets", 2, "holds do not count"),
    ),
    Trial(
        "B5",
        "A query budget is used to the last call and never passed",
        lambda scale: query_budgets([1, 1, 1, 7, 7, 7, 7, 100, 100, 1000] * scale),
        "calls under way do not count",
        lambda: query_budgets([7], "calls under way do not count"),
    ),
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
