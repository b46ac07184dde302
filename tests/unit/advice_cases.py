"""Situations for the tests of the adviser."""

from __future__ import annotations

from core.analysis.advice_facts import Augmenter, Budget, Candidate, Situation, Takes
from core.domain.strategies import MADE, Strategy, TaskType, arithmetic

CALL = 1_000_000  # nano-dollars for one call of any stage


def candidates(*impossible: Strategy, price: float | None = CALL) -> tuple[Candidate, ...]:
    """All strategies, each call at one price; `impossible` ones say why."""

    def takes(strategy: Strategy) -> Takes:
        calls = arithmetic(strategy).total
        cost = None if price is None else price * calls
        return Takes(calls, 100.0 * calls, 50.0 * calls, cost, None if cost is None else int(4 * cost), 0.1 * calls)

    return tuple(Candidate(s, takes(s), f"{s.label} is not possible." if s in impossible else "") for s in MADE)


def situation(seeds: int | None, calls: int | None, *, weak: bool = False, money: int | None = None) -> Situation:
    """A plain one: mathematics, every strategy possible that has something to start from."""
    return Situation(
        seeds,
        TaskType.MATHS,
        Budget(calls, money),
        candidates(),
        Augmenter(weak, "It is small." if weak else "It is large."),
        float(CALL),
        disciplines=3,
    )
