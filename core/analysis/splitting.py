"""A budget split over the parts of a plan: how many samples each part gets. Whole numbers, never above the budget."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.plans import MAX_SAMPLES


def split(budget: int, shares: Sequence[int], prices: Sequence[int]) -> list[int]:
    """Samples of each part when it may spend its share of the budget at `prices` for one sample, calls or nano-dollars.

    What the shares leave over buys one more sample each for the parts that miss the least of one, as long as it lasts.
    A part with a share of 0 gets none. Prices are 1 or more; raises ValueError for others.
    """
    if any(price < 1 for price in prices):
        raise ValueError("a part that costs nothing has no share of a budget")
    whole = sum(shares)
    if whole <= 0 or budget <= 0:
        return [0 for _ in shares]
    bought = [min(MAX_SAMPLES, budget * share // (whole * price)) for share, price in zip(shares, prices, strict=True)]
    left = budget - _spent(bought, prices)
    for index in sorted(range(len(shares)), key=lambda i: (-(budget * shares[i] % (whole * prices[i])) / prices[i], i)):
        if shares[index] and prices[index] <= left and bought[index] < MAX_SAMPLES:
            bought[index] += 1
            left -= prices[index]
    return bought


def fit(counts: Sequence[int], prices: Sequence[Sequence[int]], limits: Sequence[int | None]) -> list[int] | None:
    """The largest plan of these proportions that keeps every limit; None if one sample of each part is too much.

    `prices` holds, for each part, what one sample takes of each resource; `limits` what there is of it, None = plenty.
    No part grows, and none is left out.
    """
    whole = sum(counts)

    def scaled(size: int) -> list[int]:
        return [max(1, count * size // whole) for count in counts]

    def fits(samples: Sequence[int]) -> bool:
        return all(
            limit is None or _spent(samples, [of_part[k] for of_part in prices]) <= limit
            for k, limit in enumerate(limits)
        )

    if not fits(scaled(0)):
        return None
    low, high = 0, whole
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(scaled(middle)) else (low, middle - 1)
    samples = scaled(low)
    for index in sorted(range(len(counts)), key=lambda i: (-(counts[i] * low % whole), i)):
        more = [count + (i == index) for i, count in enumerate(samples)]
        if samples[index] < counts[index] and fits(more):
            samples = more
    return samples


def _spent(samples: Sequence[int], prices: Sequence[int]) -> int:
    return sum(count * price for count, price in zip(samples, prices, strict=True))
