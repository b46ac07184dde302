"""Pilots and mixed plans: what was measured moves the switch, with intervals; no split is above its budget."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.advice import advise
from core.analysis.advice_facts import Budget, Lesson
from core.analysis.advice_mixed import pilot_counts, split, sum_of, usual_shares
from core.analysis.advice_pilot import Arm, comparable, learn, more_needed
from core.analysis.advice_ratio import band_of
from core.analysis.advice_repeats import exact_repeats, near_repeats
from core.catalogue.load import switch_points
from core.domain.strategies import Strategy
from tests.unit.advice_cases import CALL, candidates, situation

POINTS = switch_points()
AA, QR, NQ = Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE, Strategy.NEW_QUESTION


def arm(strategy: Strategy, nominal: int, items: int, made: int, passed: int | None = None) -> Arm:
    """An arm that paid for every item; `passed` of its samples passed verification."""
    checked = 0 if passed is None else made
    return Arm(strategy, nominal, items, made, items - made, calls=items * nominal, passed=passed or 0, checked=checked)


def test_a_pilot_that_loses_many_new_questions_moves_the_switch_and_changes_the_advice() -> None:
    before = situation(100, 10_000)
    lesson = learn([arm(AA, 1, 400, 380), arm(NQ, 3, 400, 100)], weak=False, weak_loss=15)
    after = replace(before, lesson=lesson)
    assert lesson.factor is not None
    least, expected, most = lesson.factor
    assert least < expected < most
    assert expected == pytest.approx(3.8)
    band = band_of(100, POINTS, lesson=lesson)
    assert band.low == pytest.approx(27 * expected)
    assert band.high == pytest.approx(51 * expected)
    assert (advise(before, POINTS).strategy, advise(after, POINTS).strategy) == (NQ, AA)
    assert advise(after, POINTS).sureness.word == "Close call"


def test_the_augmenter_is_told_weak_or_strong_only_where_intervals_are_apart() -> None:
    def told(rephrased: int, new: int, items: int = 200) -> bool | None:
        return learn([arm(QR, 2, items, rephrased), arm(NQ, 3, items, new)], weak=False, weak_loss=15).weak

    assert told(190, 90) is True
    assert told(150, 195) is False
    assert told(190, 175) is None
    assert told(18, 17, items=20) is None


def test_a_pilot_without_samples_teaches_nothing() -> None:
    lesson = learn([arm(AA, 1, 50, 0), arm(QR, 2, 50, 0), arm(NQ, 3, 50, 0)], weak=False, weak_loss=15)
    assert (lesson.factor, lesson.weak) == (None, None)
    assert learn([], weak=True, weak_loss=15) == Lesson(None, None, lesson.why, {})


def test_verdicts_of_people_count_before_verification_and_all_arms_are_measured_alike() -> None:
    judged = replace(arm(AA, 1, 50, 50, passed=10), decided=20, accepted=18)
    assert judged.basis == "accepted by people"
    assert judged.kept[1] == pytest.approx(0.9, abs=0.05)
    only_checked = arm(NQ, 3, 50, 50, passed=40)
    same = comparable([judged, only_checked])
    assert {each.basis for each in same} == {"passed verification"}
    unchecked = arm(QR, 2, 50, 50)
    assert all(each.good is None for each in comparable([judged, only_checked, unchecked]))
    empty = arm(QR, 2, 50, 0)
    assert comparable([judged, empty])[0].decided == 20


def test_a_kept_sample_takes_what_its_lost_siblings_took() -> None:
    low, middle, high = arm(NQ, 3, 100, 50).calls_per_kept
    assert middle == 6
    assert 4.5 < low < 6 < high < 8
    reused = replace(arm(NQ, 3, 100, 50), calls=0)
    assert reused.calls_per_kept[1] == 6


def test_it_says_how_many_samples_would_decide_and_that_more_shrink_the_number() -> None:
    def wanted(items: int) -> int:
        arms = [arm(AA, 1, items, items * 9 // 10), arm(NQ, 3, items, items * 6 // 10)]
        lesson = learn(arms, weak=False, weak_loss=15)
        band = band_of(100, POINTS, lesson=lesson)
        more = more_needed(arms, 100.0, band, weak=False)
        return more.samples if more else 0

    assert wanted(20) > wanted(50) > 0
    assert wanted(2_000) == 0


def test_inside_the_published_range_no_number_of_samples_decides() -> None:
    arms = [arm(AA, 1, 20, 20), arm(NQ, 3, 20, 20)]
    band = band_of(100, POINTS, lesson=learn(arms, weak=False, weak_loss=15))
    assert band.close(35.0)
    assert more_needed(arms, 35.0, band, weak=False) is None


def test_repeats_are_counted_word_for_word_and_near() -> None:
    pairs = [("How many?", "3"), ("how  many?", "3"), ("How many?", "4")]
    assert exact_repeats(pairs) == 1
    alike = ["Ann has 3 apples and eats 1. How many are left?", "Ann has 4 apples and eats 1. How many are left?"]
    assert near_repeats([*alike, "A train leaves at noon."]) == 1


@pytest.mark.parametrize(
    ("calls", "shares"),
    [(500, {AA: 100}), (10_000, {AA: 27, NQ: 73}), (3_000, {AA: 50, NQ: 50}), (6_000, {AA: 45, NQ: 55})],
)
def test_the_suggested_split_follows_the_rule(calls: int, shares: dict[Strategy, int]) -> None:
    assert usual_shares(advise(situation(100, calls), POINTS)) == shares


@settings(max_examples=50)
@given(
    st.integers(0, 100_000),
    st.none() | st.integers(0, 10_000 * CALL),
    st.dictionaries(st.sampled_from([AA, QR, NQ, Strategy.GLAN]), st.integers(0, 100)),
)
def test_a_mixed_plan_is_never_above_its_budget(calls: int, money: int | None, shares: dict[Strategy, int]) -> None:
    portions = split(Budget(calls, money), candidates(), shares, without=20)
    whole = sum_of(portions)
    assert whole.calls <= calls
    assert money is None or (whole.cost or 0) <= money
    assert {portion.strategy for portion in portions} == {s for s, share in shares.items() if share}


@settings(max_examples=50)
@given(st.integers(1, 100_000), st.floats(0.01, 0.5))
def test_a_pilot_gives_every_candidate_as_many_samples_and_never_passes_the_budget(calls: int, share: float) -> None:
    chosen = [c for c in candidates() if c.strategy in {AA, QR, NQ}]
    counts = pilot_counts(Budget(calls=calls), share, chosen)
    assert len(set(counts.values())) <= 1
    taken = sum(counts[c.strategy] * c.takes.calls for c in chosen if c.strategy in counts)
    assert taken <= calls
    assert taken <= max(calls * share, 5 * 6)
