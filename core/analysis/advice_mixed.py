"""A mixed plan: how a budget is split over strategies, and what each part buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.advice_facts import STUDIED, Advice, Budget, Candidate, Figures
from core.analysis.advice_ratio import affordable, figures_of
from core.domain.strategies import Strategy

WHOLE = 100


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
    total = sum(max(0, shares.get(c.strategy, 0)) for c in candidates)
    portions = []
    for candidate in candidates:
        weight = max(0, shares.get(candidate.strategy, 0))
        if not weight or candidate.hindrance:
            continue
        part = Budget(_portion(budget.calls, weight, total), _portion(budget.money, weight, total))
        bought = affordable(part, candidate.takes)
        samples = without * weight // total if bought is None else bought
        portions.append(Portion(candidate.strategy, weight, figures_of(candidate.takes, samples)))
    return portions


def _portion(limit: int | None, weight: int, total: int) -> int | None:
    return None if limit is None else limit * weight // total


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
    budget: Budget, share: float, candidates: Sequence[Candidate], *, least: int = 5
) -> dict[Strategy, int]:
    """Samples of each candidate in a pilot: each gets an equal part of a small share of the budget, so that none is
    better known than another; at least a handful, and never more than the budget."""
    chosen = [candidate for candidate in candidates if not candidate.hindrance]
    if not chosen:
        return {}
    small = Budget(
        None if budget.calls is None else int(budget.calls * share),
        None if budget.money is None else int(budget.money * share),
    )
    whole = min((n for c in chosen if (n := affordable(_each(budget, len(chosen)), c.takes)) is not None), default=None)
    each = Budget(_portion(small.calls, 1, len(chosen)), _portion(small.money, 1, len(chosen)))
    counts = {}
    for candidate in chosen:
        bought = affordable(each, candidate.takes)
        wanted = max(least, bought if bought is not None else 4 * least)
        counts[candidate.strategy] = wanted if whole is None else min(wanted, whole)
    return {strategy: count for strategy, count in counts.items() if count}


def _each(budget: Budget, parts: int) -> Budget:
    return Budget(_portion(budget.calls, 1, parts), _portion(budget.money, 1, parts))
