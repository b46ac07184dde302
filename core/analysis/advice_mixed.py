"""A mixed plan: how a budget is split over strategies, and what each part buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from core.analysis import splitting
from core.analysis.advice_facts import STUDIED, Advice, Budget, Candidate, Figures, Takes
from core.analysis.advice_ratio import affordable, figures_of
from core.domain.strategies import Strategy

WHOLE = 100
LEAST_PILOT = 5


@dataclass(frozen=True, slots=True)
class Portion:
    """One part of a mixed plan: its share of the budget in percent, and what that buys."""

    strategy: Strategy
    share: int
    figures: Figures


def usual_shares(advice: Advice) -> dict[Strategy, int]:
    """Where the sliders begin, in percent of the budget.

    New answers pay best while each seed has few of them: they get the budget up to the switch, the advised strategy
    gets what lies above. Inside the switch both ways get half. This split is our own reading of the rule.
    """
    chosen = advice.strategy
    if chosen is None:
        return {}
    if chosen not in STUDIED or advice.ratio is None or advice.band is None:
        return {chosen: WHOLE}
    if chosen is Strategy.ANSWER_AUGMENTATION:
        other = next((o.strategy for o in advice.options if o.strategy is Strategy.NEW_QUESTION and o.possible), None)
        if other is None or not advice.band.close(advice.ratio):
            return {chosen: WHOLE}
        return {chosen: WHOLE // 2, other: WHOLE - WHOLE // 2}
    if not any(o.strategy is Strategy.ANSWER_AUGMENTATION and o.possible for o in advice.options):
        return {chosen: WHOLE}
    first = min(WHOLE // 2, round(WHOLE * advice.band.low / advice.ratio))
    return {Strategy.ANSWER_AUGMENTATION: first, chosen: WHOLE - first}


def split(
    budget: Budget, candidates: Sequence[Candidate], shares: Mapping[Strategy, int], *, without: int
) -> list[Portion]:
    """The parts of a mixed plan. All together never take more than the budget; a share that buys no sample makes none.

    Shares are weights: they need not add up. `without` samples in all are made where no limit is named.
    """
    chosen = [c for c in candidates if shares.get(c.strategy, 0) > 0 and not c.hindrance]
    weights = [shares[c.strategy] for c in chosen]
    counts = _counts(budget, chosen, weights)
    if counts is None:
        counts = [without * weight // sum(weights) for weight in weights]
    return [
        Portion(c.strategy, weight, figures_of(c.takes, count))
        for c, weight, count in zip(chosen, weights, counts, strict=True)
    ]


def _counts(budget: Budget, chosen: Sequence[Candidate], weights: Sequence[int]) -> list[int] | None:
    """Samples of each part under every limit that there is; None without any. What is free takes no money."""
    found = []
    if budget.calls is not None:
        found.append(splitting.split(budget.calls, weights, [c.takes.calls for c in chosen]))
    if budget.money is not None and all(c.takes.cost for c in chosen):
        found.append(splitting.split(budget.money, weights, [ceil(c.takes.cost or 1) for c in chosen]))
    return [min(counts) for counts in zip(*found, strict=True)] if found else None


def sum_of(portions: Sequence[Portion]) -> Figures:
    """All parts together; parts run side by side, so times of one teacher add up."""
    figures = [portion.figures for portion in portions]
    costs, bounds = [f.cost for f in figures], [f.bound for f in figures]
    return Figures(
        sum(f.samples for f in figures),
        sum(f.calls for f in figures),
        sum(f.tokens_in for f in figures),
        sum(f.tokens_out for f in figures),
        None if None in costs else sum(cost or 0 for cost in costs),
        None if None in bounds else sum(bound or 0 for bound in bounds),
        sum(f.seconds for f in figures),
    )


def pilot_counts(
    budget: Budget, share: float, candidates: Sequence[Candidate], *, least: int = LEAST_PILOT
) -> dict[Strategy, int]:
    """Samples of each candidate in a pilot: equally many, so that none is better known than another.

    Together they take this share of the budget, at least a handful each, and never more than the budget.
    """
    chosen = [candidate for candidate in candidates if not candidate.hindrance]
    together = Takes(sum(c.takes.calls for c in chosen), cost=sum(c.takes.cost or 0 for c in chosen))
    small = Budget(
        None if budget.calls is None else int(budget.calls * share),
        None if budget.money is None else int(budget.money * share),
    )
    wanted, most = affordable(small, together), affordable(budget, together)
    count = max(least, 4 * least if wanted is None else wanted)
    count = count if most is None else min(count, most)
    return {candidate.strategy: count for candidate in chosen if count}
