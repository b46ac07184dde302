"""A plan of every strategy at a priced teacher under a cost cap that runs out: the bank's own bill keeps it."""

from __future__ import annotations

from collections import Counter

from core.domain.states import ItemState, RunState
from tests.bank import Bank
from tests.trials.mixed import mixed_run
from tests.trials.studio import audit, studio_and_bank

AT_ONCE, ITEMS = 20, 24
LATENCY = (0.0, 0.004)


def _bill() -> int:
    """What the plan costs where nothing stops it."""
    with studio_and_bank(Bank(latency=LATENCY)) as (made, bank):
        run = made.work(mixed_run(made, made.at_bank(bank, concurrency=AT_ONCE), ITEMS))
        assert run.state is RunState.COMPLETED
        return sum(entry.billed for entry in bank.log)


def test_a_mixed_plan_under_half_its_bill_stays_below_the_cap_and_ends_in_full_once_it_is_raised() -> None:
    cap = _bill() // 2
    with studio_and_bank(Bank(latency=LATENCY)) as (made, bank):
        run_id = mixed_run(made, made.at_bank(bank, concurrency=AT_ONCE), ITEMS, cost_cap=cap)
        assert made.work(run_id).state is RunState.BUDGET_EXHAUSTED
        hold = max(attempt.hold for attempt in made.attempts(run_id))
        assert cap - 2 * hold < sum(entry.billed for entry in bank.log) <= cap
        assert audit(made, bank.log) == []

        made.set_caps(run_id, cost=10 * cap)
        made.resume(run_id)
        assert made.work(run_id).state is RunState.COMPLETED
        assert ItemState.PLANNED not in made.states(run_id)
        assert audit(made, bank.log) == []
        assert set(Counter(request for requests in made.served().values() for request in requests).values()) == {1}
