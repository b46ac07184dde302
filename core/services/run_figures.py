"""What the screen says of a run: progress, what is left of which cap, what the rest would cost. Pure arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from core.domain.budget import Caps, Spent
from core.domain.plans import SamplesPlan
from core.domain.records import Run
from core.domain.states import ACTIVE, RESUMABLE, WITHOUT_RESULT, ItemState, RunState

_NUMBERED = re.compile(r"\b(?=\w*\d)[\w-]{5,}\b|\d+(?:\.\d+)?(?=\s*(?:ms|s|tokens?)\b)")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the tighter cap, and whose it is: "run" or "project"; None and "" without any."""

    amount: int | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """Items that ended and were worked for, with what all their calls cost: the base of an average."""

    items: int = 0
    cost: int = 0
    calls: int = 0


_NONE_ENDED = Ended()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What finishing would need, by the average of items that ended: an estimate, not a bound.

    `cost_cap` and `call_cap` are caps of the run under which the rest should fit; None where the run has none.
    """

    items: int
    cost: int | None
    calls: int | None
    cost_cap: int | None
    call_cap: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Items that ended without a result for one reason: `words` stand for all `errors`, which differ in numbers."""

    key: str
    state: ItemState
    words: str
    hint: str
    count: int
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a mixed plan as it stands."""

    plan: SamplesPlan
    progress: Mapping[ItemState, int]

    @property
    def made(self) -> int:
        """Items that made a sample, or found it made already."""
        return self.progress.get(ItemState.DONE, 0) + self.progress.get(ItemState.KNOWN, 0)

    @property
    def failed(self) -> int:
        """Items without a result, dropped ones not counted."""
        return sum(self.progress.get(state, 0) for state in WITHOUT_RESULT)


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as it stands; `eta` is in seconds, None while it cannot be told.

    `flags` holds, per flag, the calls that carry it and what they cost; `rejected_by` is id and name of the
    connection whose key, quota or model stopped the run.
    """

    run: Run
    spent: Spent
    project_caps: Caps
    project_spent: Spent
    progress: Mapping[ItemState, int]
    eta: float | None
    seconds: float
    stages: Sequence[Mapping[str, Any]] = ()
    flags: Sequence[Mapping[str, Any]] = ()
    rejected_by: tuple[str, str] | None = None
    dearest_hold: int = 0
    ended: Ended = _NONE_ENDED

    @property
    def finished(self) -> int:
        """Items in a final state."""
        return sum(count for state, count in self.progress.items() if state is not ItemState.PLANNED)

    @property
    def good(self) -> int:
        """Items that made something, or found it made already."""
        return self.progress.get(ItemState.DONE, 0) + self.progress.get(ItemState.KNOWN, 0)

    @property
    def failed(self) -> int:
        """Items that ended without a result; dropped ones are none of them."""
        return self.finished - self.good - self.dropped

    @property
    def dropped(self) -> int:
        """Items that the strategy's own rule left out: an outcome, whose calls are paid."""
        return self.progress.get(ItemState.DROPPED, 0)

    @property
    def left(self) -> int:
        """Items that are still to do."""
        return self.progress.get(ItemState.PLANNED, 0)

    @property
    def active(self) -> bool:
        """Is it queued or running?"""
        return self.run.state in ACTIVE

    @property
    def resumable(self) -> bool:
        """Can it go on?"""
        return self.run.state in RESUMABLE

    @property
    def unmeasured(self) -> int:
        """What of the spending is charged at the hold, because nobody reported what it was."""
        return sum(int(stage["unmeasured"]) for stage in self.stages)

    @property
    def saved_by_cache(self) -> int:
        """Nano-dollars that cached input cost less than fresh input would have."""
        return sum(int(stage["saved"]) for stage in self.stages)

    def total(self, column: str) -> int:
        """The sum of a column over all stages."""
        return sum(int(stage[column]) for stage in self.stages)

    @property
    def money_left(self) -> Left:
        """Of the cost caps."""
        return _tighter(
            (self.run.cost_cap, self.spent.total, "run"), (self.project_caps.cost, self.project_spent.total, "project")
        )

    @property
    def calls_left(self) -> Left:
        """Of the query budgets."""
        return _tighter(
            (self.run.call_cap, self.spent.calls, "run"), (self.project_caps.calls, self.project_spent.calls, "project")
        )

    @property
    def short_of(self) -> str:
        """Whose cap stopped the run: "run" or "project", "" if none did."""
        if self.run.state is not RunState.BUDGET_EXHAUSTED:
            return ""
        of_calls, of_money = self.calls_left, self.money_left
        return of_calls.scope if of_calls.amount == 0 else of_money.scope or of_calls.scope

    @property
    def outlook(self) -> Outlook:
        """What the items that are left would need."""
        if not self.ended.items or not self.left:
            return Outlook(self.left, None, None, self.run.cost_cap, self.run.call_cap)
        cost = -(-self.ended.cost * self.left // self.ended.items)
        calls = -(-self.ended.calls * self.left // self.ended.items)
        cost_cap = self.run.cost_cap
        if cost_cap is not None:
            cost_cap = max(cost_cap, _rounded_up(self.spent.total + cost + self.dearest_hold))
        call_cap = self.run.call_cap
        if call_cap is not None:
            call_cap = max(call_cap, self.spent.calls + calls)
        return Outlook(self.left, cost, calls, cost_cap, call_cap)


def _tighter(*caps: tuple[int | None, int, str]) -> Left:
    known = [Left(max(0, cap - used), scope) for cap, used, scope in caps if cap is not None]
    return min(known, key=lambda left: left.amount or 0, default=Left())


def _rounded_up(amount: int) -> int:
    """To two leading digits: an amount that a person would type."""
    step = int(10 ** max(0, len(str(amount)) - 2))
    return -(-amount // step) * step


def causes_of(rows: Iterable[Mapping[str, Any]]) -> list[Cause]:
    """Group errors that differ only in numbers, such as the id of a request; the most frequent first."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["state"], _NUMBERED.sub("…", row["error"])), []).append(row)
    made = [
        Cause(
            sha256(f"{state}\n{pattern}".encode("utf-8", "replace")).hexdigest()[:10],
            ItemState(state),
            found[0]["error"] if len(found) == 1 else pattern,
            found[0]["hint"],
            sum(row["n"] for row in found),
            tuple(row["error"] for row in found),
        )
        for (state, pattern), found in groups.items()
    ]
    return sorted(made, key=lambda cause: -cause.count)
