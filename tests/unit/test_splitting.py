"""A budget over the parts of a plan: never above it, in proportion to the shares, as much as fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.splitting import fit, split

PRICES = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 10**9)), min_size=1, max_size=12)
NEEDS = st.lists(
    st.tuples(st.integers(1, 5000), st.tuples(st.integers(1, 11), st.integers(0, 10**9))), min_size=1, max_size=12
)


@given(st.integers(0, 10**13), PRICES)
def test_a_split_never_spends_more_than_the_budget_and_gives_nothing_without_a_share(
    budget: int, parts: list[tuple[int, int]]
) -> None:
    shares, prices = [share for share, _ in parts], [price for _, price in parts]
    bought = split(budget, shares, prices)
    assert sum(n * price for n, price in zip(bought, prices, strict=True)) <= budget
    assert all(n == 0 for n, share in zip(bought, shares, strict=True) if not share)


@given(st.integers(0, 10**5), PRICES)
def test_every_part_gets_at_least_what_its_share_buys(budget: int, parts: list[tuple[int, int]]) -> None:
    shares, prices = [share for share, _ in parts], [price for _, price in parts]
    for n, share, price in zip(split(budget, shares, prices), shares, prices, strict=True):
        assert n >= (budget * share // (sum(shares) * price) if sum(shares) else 0)


@given(NEEDS, st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**12))
def test_a_plan_that_is_made_to_fit_keeps_every_limit_and_no_part_grows(
    parts: list[tuple[int, tuple[int, int]]], calls: int | None, cost: int | None
) -> None:
    counts, prices, limits = [count for count, _ in parts], [price for _, price in parts], (calls, cost)

    def within(samples: list[int]) -> bool:
        return all(
            limit is None or sum(n * price[k] for n, price in zip(samples, prices, strict=True)) <= limit
            for k, limit in enumerate(limits)
        )

    fitted = fit(counts, prices, limits)
    if fitted is None:
        assert not within([1] * len(counts))
        return
    assert within(fitted)
    assert all(1 <= n <= count for n, count in zip(fitted, counts, strict=True))
    if within(counts):
        assert fitted == counts


@pytest.mark.parametrize(
    ("budget", "shares", "prices", "bought"),
    [
        (500, [100], [1], [500]),
        (500, [50, 50], [1, 3], [251, 83]),
        (10, [1, 1, 1], [3, 3, 3], [1, 1, 1]),
        (2, [1, 1], [3, 3], [0, 0]),
        (100, [0, 7], [1, 2], [0, 50]),
    ],
)
def test_a_budget_of_calls_buys_what_the_calls_of_a_sample_allow(
    budget: int, shares: list[int], prices: list[int], bought: list[int]
) -> None:
    assert split(budget, shares, prices) == bought


def test_a_part_that_costs_nothing_cannot_be_split_by_its_price() -> None:
    with pytest.raises(ValueError, match="costs nothing"):
        split(10, [1, 1], [1, 0])


def test_a_smaller_plan_keeps_the_proportions() -> None:
    assert fit([100, 300], [(2, 0), (3, 0)], (110, None)) == [10, 30]
    assert fit([100, 1], [(1, 0), (1, 0)], (11, None)) == [10, 1]
    assert fit([5, 5], [(1, 0), (1, 0)], (1, None)) is None
