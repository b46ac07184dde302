"""Random histories of two runs under one project: after every step, caps hold and totals equal their rows."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.budget import Spent
from core.errors import BudgetExceededError
from core.store import ledger, runs
from core.store.database import Store, Tx
from tests.unit.conftest import plant_project, plant_request, plant_run, scratch
from tests.unit.test_ledger import RUNS, close, reserve, settle

QUICK = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Books:
    """Random moves over two runs of one project, with a check of every rule after each."""

    def __init__(self, tx: Tx, rng: random.Random, *, caps_shrink: bool) -> None:
        self.tx, self.rng, self.caps_shrink = tx, rng, caps_shrink
        self.caps: dict[str, tuple[int | None, int | None]] = {}
        plant_project(tx, "p1")
        for run in RUNS:
            plant_run(tx, "p1", run)
        self.requests = {run: [plant_request(tx, "p1", run, i) for i in range(4)] for run in RUNS}
        self.epoch = dict.fromkeys(RUNS, 1)
        self.refusals = 0
        for scope in ("p1", *RUNS):
            self._cap(scope, rng.choice([None, rng.randint(0, 200)]), rng.choice([None, rng.randint(1, 12)]))

    def _cap(self, scope: str, cost: int | None, calls: int | None) -> None:
        self.caps[scope] = (cost, calls)
        if scope == "p1":
            self.tx.run("UPDATE project SET cost_cap=?, call_cap=? WHERE id='p1'", (cost, calls))
        else:
            runs.set_caps(self.tx, scope, cost, calls)

    def change_caps(self) -> None:
        scope = self.rng.choice(("p1", *RUNS))
        low = -30 if self.caps_shrink else 0
        cost, calls = self.caps[scope]
        more = None if cost is None else max(0, cost + self.rng.randint(low, 60))
        self._cap(scope, more, None if calls is None else max(1, calls + self.rng.randint(-2 if low else 0, 3)))

    def reserve(self) -> None:
        run = self.rng.choice(RUNS)
        before = self.rows()
        request = self.rng.choice(self.requests[run])
        try:
            reserve(self.tx, request, self.rng.randint(0, 60), run=run, epoch=self.epoch[run])
        except BudgetExceededError:
            self.refusals += 1
            assert self.rows() == before
        else:
            self.check_caps(run)

    def rows(self, *states: str) -> list[dict[str, object]]:
        found = self.tx.rows("SELECT id, state, hold, cost, run_id FROM attempt ORDER BY id")
        return [row for row in found if not states or row["state"] in states]

    def _any(self, *states: str) -> tuple[int, int] | None:
        rows = self.rows(*states)
        row = self.rng.choice(rows) if rows else None
        return (int(str(row["id"])), int(str(row["hold"]))) if row else None

    def settle(self) -> None:
        found = self._any("reserved", "in_doubt", "settled", "released")
        if found:
            settle(self.tx, found[0], self.rng.randint(0, found[1]))

    def close_billed(self) -> None:
        found = self._any("reserved", "in_doubt", "settled")
        if found:
            close(self.tx, found[0], billed=True)

    def close_unbilled(self) -> None:
        found = self._any("reserved", "in_doubt", "settled")
        if found:
            close(self.tx, found[0], billed=False)

    def lose_the_worker(self) -> None:
        run = self.rng.choice(RUNS)
        self.epoch[run] += 1
        self.tx.run("UPDATE run SET epoch=? WHERE id=?", (self.epoch[run], run))
        ledger.mark_in_doubt(self.tx, run, self.epoch[run])
        assert all(row["run_id"] != run for row in self.rows("reserved"))

    def check_caps(self, *scopes: str) -> None:
        for scope in (*scopes, "p1"):
            cost, calls = self.caps[scope]
            spent = ledger.spent(self.tx, "project" if scope == "p1" else "run", scope)
            assert cost is None or spent.settled + spent.held <= cost
            assert calls is None or spent.calls <= calls

    def check(self) -> None:
        if not self.caps_shrink:
            self.check_caps(*RUNS)
        rows = self.rows()
        for scope in ("p1", *RUNS):
            own = [row for row in rows if scope in {"p1", row["run_id"]}]
            held = sum(int(str(row["hold"])) for row in own if row["state"] == "reserved")
            settled = sum(int(str(row["cost"])) for row in own)
            spent = ledger.spent(self.tx, "project" if scope == "p1" else "run", scope)
            assert spent == Spent(settled, held, len(own))
        for row in rows:
            assert 0 <= int(str(row["cost"])) <= int(str(row["hold"]))
            assert row["state"] != "in_doubt" or row["cost"] == row["hold"]
            assert row["state"] not in {"reserved", "released"} or row["cost"] == 0
        assert ledger.drift(self.tx) == []


MOVES = ("reserve", "reserve", "reserve", "settle", "close_billed", "close_unbilled", "lose_the_worker", "change_caps")


@QUICK
@given(st.lists(st.sampled_from(MOVES), min_size=10, max_size=60), st.integers(0, 2**32), st.booleans())
def test_no_order_of_events_breaks_a_cap_or_lets_a_total_drift(
    store: Store, moves: list[str], seed: int, caps_shrink: bool
) -> None:
    with scratch(store) as tx:
        books = Books(tx, random.Random(seed), caps_shrink=caps_shrink)
        for name in moves:
            getattr(books, name)()
            books.check()
