"""How many samples of each part a budget buys, and the smaller plan that fits one. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.estimates import Estimate
from core.analysis.splitting import fit, split
from core.domain.plans import MixedPlan, SamplesPlan, parts_of
from core.errors import InvalidInputError
from core.services.estimating import Estimator

_TRIES = 4  # a few samples more or less go to the dear one of several teachers, so averages miss by a little


def resized(plan: SamplesPlan | MixedPlan, counts: Sequence[int]) -> SamplesPlan | MixedPlan:
    """The plan with these numbers of samples, one for each part, each 1 or more."""
    parts = [part.model_copy(update={"count": count}) for part, count in zip(parts_of(plan), counts, strict=True)]
    return plan.model_copy(update={"parts": tuple(parts)}) if isinstance(plan, MixedPlan) else parts[0]


def divided(
    estimator: Estimator,
    plan: SamplesPlan | MixedPlan,
    shares: Sequence[int],
    *,
    calls: int | None = None,
    cost: int | None = None,
) -> list[int]:
    """Samples that each part buys with its share of `calls`, or of `cost` at the prices to expect; 0 = not one.

    Raises InvalidInputError where a part has no price, so that money cannot be shared out.
    """
    parts = parts_of(plan)
    if calls is not None:
        return split(calls, shares, [part.arithmetic.total for part in parts])
    estimate, prices = estimator.estimate(plan), []
    for number, part in enumerate(parts):
        expected = estimate.of_part(number).cost
        if not expected:
            words = "costs nothing" if expected == 0 else "has a teacher without a price"
            raise InvalidInputError(
                f"Part {number + 1} ({part.strategy.label}) {words}, so money cannot be shared out.",
                "Share out calls instead, or type the number of samples.",
            )
        prices.append(-(-expected // part.count))
    return split(cost or 0, shares, prices)


def fitted(
    estimator: Estimator, plan: SamplesPlan | MixedPlan, *, calls: int | None = None, cost: int | None = None
) -> list[int] | None:
    """Samples of each part, in the same proportions, whose calls and upper bound keep these limits; None if even one
    sample of each part is too much, or if a cost is limited and a price unknown."""
    estimate, parts = estimator.estimate(plan), parts_of(plan)
    if cost is not None and estimate.bound is None:
        return None
    counts = [part.count for part in parts]
    of_parts = [estimate.of_part(number) for number in range(len(parts))]
    each = [part.arithmetic.total for part in parts]
    average = [-(-(rows.bound or 0) // part.count) for rows, part in zip(of_parts, parts, strict=True)]
    limit = cost
    for _ in range(_TRIES):
        found = fit(counts, list(zip(each, average, strict=True)), (calls, limit))
        if found is None or cost is None or limit is None:
            return found
        over = (estimator.estimate(resized(plan, found)).bound or 0) - cost
        if over <= 0:
            return found
        limit -= over
    dearest = [_dearest(rows, part) for rows, part in zip(of_parts, parts, strict=True)]
    return fit(counts, list(zip(each, dearest, strict=True)), (calls, cost))


def _dearest(estimate: Estimate, part: SamplesPlan) -> int:
    """The most that one sample can cost when the dearest teacher of every stage answers."""
    dearest: dict[str, int] = {}
    for row in estimate.stages:
        if row.calls:
            a_call = -(-(row.bound or 0) // row.calls)
            dearest[row.stage] = max(dearest.get(row.stage, 0), a_call * part.arithmetic.calls[row.stage])
    return sum(dearest.values())
