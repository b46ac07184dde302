"""Balance: caps and ratios hold, nothing is left out that could stay, chance hangs on the seed alone."""

from __future__ import annotations

from collections import Counter
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.balancing import Balance, Balanced, BalanceRow, LeftOut, balanced
from core.domain.sampling import Difficulty
from core.errors import InvalidInputError

KINDS = st.tuples(
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from(["glan", "rephrase"]),
    st.booleans(),
    st.sampled_from([None, *Difficulty]),
    st.one_of(st.none(), st.integers(1, 6)),
)
ROWS = st.lists(KINDS, max_size=40).map(lambda kinds: [BalanceRow(n, *kind) for n, kind in enumerate(kinds)])
CAPS = st.one_of(st.none(), st.integers(0, 12))
RATIOS = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0, 1.5, 4.0, 1e308]))
WISHES = st.builds(
    Balance,
    CAPS,
    st.dictionaries(st.integers(1, 3), st.integers(0, 12)),
    CAPS,
    st.dictionaries(st.just("glan"), st.integers(0, 12)),
    RATIOS,
    RATIOS,
)


def broken(rows: list[BalanceRow], wish: Balance) -> set[LeftOut]:
    """The rules that these rows do not keep, counted the plain way."""
    found = set()
    for discipline, n in Counter(row.discipline for row in rows if row.discipline is not None).items():
        cap = wish.disciplines.get(discipline, wish.per_discipline)
        found |= {LeftOut.DISCIPLINE} if cap is not None and n > cap else set()
    for strategy, n in Counter(row.strategy for row in rows).items():
        cap = wish.strategies.get(strategy, wish.per_strategy)
        found |= {LeftOut.STRATEGY} if cap is not None and n > cap else set()
    human = sum(row.human for row in rows)
    if wish.generated_per_human is not None and len(rows) - human > wish.generated_per_human * human:
        found.add(LeftOut.GENERATED)
    hard = sum(row.difficulty is Difficulty.CHALLENGING for row in rows)
    basic = sum(row.difficulty is Difficulty.BASIC for row in rows)
    if wish.basic_per_challenging is not None and basic > wish.basic_per_challenging * hard:
        found.add(LeftOut.BASIC)
    return found


def stay(rows: list[BalanceRow], found: Balanced) -> list[BalanceRow]:
    return [row for row in rows if row.id in found.kept]


@given(ROWS, WISHES, st.integers(0, 3))
def test_the_rules_hold_and_no_row_could_be_put_back(rows: list[BalanceRow], wish: Balance, seed: int) -> None:
    found = balanced(rows, wish, seed)
    kept = stay(rows, found)
    assert not broken(kept, wish)
    assert found.kept | found.left.keys() == {row.id for row in rows}
    for row in rows:
        if row.id not in found.kept:
            assert found.left[row.id] in broken([*kept, row], wish)


@given(ROWS, WISHES, st.integers(0, 3), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[BalanceRow], wish: Balance, seed: int, rng: object) -> None:
    turned = list(rows)
    rng.shuffle(turned)  # type: ignore[attr-defined]
    assert balanced(turned, wish, seed) == balanced(rows, wish, seed)


@given(ROWS, st.integers(0, 12), st.sampled_from([0.0, 0.5, 2.0]))
def test_one_rule_alone_leaves_out_no_more_than_it_says(rows: list[BalanceRow], cap: int, ratio: float) -> None:
    by_discipline = Counter(row.discipline for row in rows)
    kept = Counter(row.discipline for row in stay(rows, balanced(rows, Balance(per_discipline=cap), 0)))
    assert all(kept[name] == (n if name is None else min(n, cap)) for name, n in by_discipline.items())
    human = sum(row.human for row in rows)
    found = balanced(rows, Balance(generated_per_human=ratio), 0)
    assert len(found.kept) == human + min(len(rows) - human, int(ratio * human))
    hard = sum(row.difficulty is Difficulty.CHALLENGING for row in rows)
    basic = sum(row.difficulty is Difficulty.BASIC for row in rows)
    found = balanced(rows, Balance(basic_per_challenging=ratio), 0)
    assert len(found.kept) == len(rows) - basic + min(basic, int(ratio * hard))


@pytest.mark.parametrize("cap", [1, 13, 40, 72, 99])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_cap_cuts_through_one_family_of_a_discipline_at_most(cap: int, seed: int) -> None:
    rows = [BalanceRow(n, n % 2, "glan", human=False, difficulty=None, family=n % 2 + 2 * (n % 20)) for n in range(200)]
    kept = stay(rows, balanced(rows, Balance(per_discipline=cap), seed))
    whole = Counter((row.discipline, row.family) for row in rows)
    cut = [key for key, n in Counter((row.discipline, row.family) for row in kept).items() if n < whole[key]]
    assert len(kept) == 2 * cap
    assert max(Counter(discipline for discipline, _ in cut).values(), default=0) <= 1


@given(ROWS)
def test_without_a_rule_every_row_stays(rows: list[BalanceRow]) -> None:
    assert balanced(rows, Balance(), 1) == Balanced(frozenset(row.id for row in rows), {})


def test_another_seed_draws_other_rows_and_the_same_one_the_same() -> None:
    rows = [BalanceRow(n, 1, "glan", human=False, difficulty=None) for n in range(60)]
    drawn = [balanced(rows, Balance(per_discipline=30), seed).kept for seed in (1, 2, 1)]
    assert drawn[0] == drawn[2] != drawn[1]


def test_what_people_wrote_goes_last_when_basic_rows_must_go() -> None:
    rows = [BalanceRow(n, None, "human", human=n < 4, difficulty=Difficulty.BASIC) for n in range(40)]
    hard = [BalanceRow(100 + n, None, "glan", human=False, difficulty=Difficulty.CHALLENGING) for n in range(6)]
    kept = stay([*rows, *hard], balanced([*rows, *hard], Balance(basic_per_challenging=1), 3))
    assert (len(kept), sum(row.human for row in kept)) == (12, 4)


@pytest.mark.parametrize("seed", range(8))
def test_a_row_comes_back_when_the_other_ratio_made_room_for_it(seed: int) -> None:
    """Too many generated rows: a challenging one may go, then basic ones must, and there is room for it again."""
    people = [BalanceRow(n, None, "human", human=True, difficulty=None) for n in range(2)]
    basic = [BalanceRow(n, None, "glan", human=False, difficulty=Difficulty.BASIC) for n in range(2, 6)]
    hard = BalanceRow(6, None, "glan", human=False, difficulty=Difficulty.CHALLENGING)
    found = balanced([*people, *basic, hard], Balance(generated_per_human=1, basic_per_challenging=1), seed)
    assert (hard.id in found.kept, len(found.kept)) == (True, 4)


@pytest.mark.parametrize(
    "wish",
    [
        Balance(per_discipline=-1),
        Balance(disciplines={1: -1}),
        Balance(strategies={"glan": -1}),
        Balance(generated_per_human=inf),
        Balance(basic_per_challenging=nan),
    ],
)
def test_a_number_below_nought_or_without_end_is_refused(wish: Balance) -> None:
    with pytest.raises(InvalidInputError):
        balanced([], wish, 0)
