"""Caps and what is left of them. The one rule: settled + held + new hold never exceeds a cap."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.money import money
from core.errors import BudgetExceededError


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits; None = no limit. `cost` in nano-dollars, `calls` counts HTTP calls, retries included."""

    cost: int | None = None
    calls: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Sums over the ledger: nano-dollars settled, nano-dollars held for calls under way, calls sent."""

    settled: int = 0
    held: int = 0
    calls: int = 0

    @property
    def total(self) -> int:
        """What counts against the cap."""
        return self.settled + self.held


def check(scope: str, caps: Caps, spent: Spent, hold: int) -> None:
    """Raise BudgetExceededError if one more call with this hold would break a cap of `scope`."""
    if caps.cost is not None and spent.total + hold > caps.cost:
        raise BudgetExceededError(
            f"The cost cap of this {scope} is reached: {money(spent.settled)} spent and {money(spent.held)} held "
            f"of {money(caps.cost)}; the next call could cost up to {money(hold)}.",
            scope=scope,
            limit=caps.cost,
            spent=spent.total,
            requested=hold,
            passing=spent.settled + hold <= caps.cost,
        )
    if caps.calls is not None and spent.calls + 1 > caps.calls:
        raise BudgetExceededError(
            f"The query budget of this {scope} is used up: {spent.calls:,} of {caps.calls:,} calls sent.",
            scope=scope,
            limit=caps.calls,
            spent=spent.calls,
            requested=1,
        )
