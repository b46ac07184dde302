"""The adviser: the budget ratio decides, every strategy has its reason, a close call is called one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.advice import advise
from core.analysis.advice_doubts import _IN_STUDY
from core.analysis.advice_facts import Budget, Lesson, Region
from core.analysis.advice_ratio import band_of, queries_of
from core.catalogue.load import switch_points
from core.domain.strategies import MADE, Strategy, TaskType
from core.domain.switch_points import Grade, SwitchPoints
from tests.unit.advice_cases import CALL, candidates, situation

POINTS = switch_points()
AA, QR, NQ, GLAN = (
    Strategy.ANSWER_AUGMENTATION,
    Strategy.QUESTION_REPHRASE,
    Strategy.NEW_QUESTION,
    Strategy.GLAN,
)


@pytest.mark.parametrize(
    ("seeds", "calls", "weak", "advised", "word"),
    [
        (100, 500, False, AA, "Fair"),
        (100, 10_000, False, NQ, "Fair"),
        (100, 500, True, AA, "Fair"),
        (100, 10_000, True, QR, "Fair"),
        (100, 2_500, False, AA, "Close call"),
        (100, 3_500, False, AA, "Close call"),
        (100, 4_000, False, NQ, "Close call"),
        (100, 4_000, True, QR, "Close call"),
        (1_000, 10_000, False, AA, "Fair"),
        (1_000, 18_000, False, NQ, "Close call"),
        (1_000, 40_000, False, NQ, "Fair"),
        (50, 400, False, AA, "Tentative"),
        (7_473, 1_000_000, False, AA, "Fair"),
        (None, 500, False, GLAN, "Certain"),
        (None, 500, True, GLAN, "Certain"),
        (100, None, False, AA, "Tentative"),
    ],
)
def test_the_ratio_decides(seeds: int | None, calls: int | None, weak: bool, advised: Strategy, word: str) -> None:
    advice = advise(situation(seeds, calls, weak=weak), POINTS)
    assert (advice.strategy, advice.sureness.word) == (advised, word)


def test_few_and_many_calls_for_the_same_seeds_get_different_advice_that_says_why() -> None:
    few, many = (advise(situation(100, calls), POINTS) for calls in (500, 10_000))
    assert (few.ratio, many.ratio) == (5, 100)
    assert "500 calls for 100 seeds are 5 calls a seed, below the 27 to 51" in few.reason
    assert "10,000 calls for 100 seeds are 100 calls a seed, above the switch at 27 to 51" in many.reason
    assert few.advised is not None
    assert many.advised is not None
    assert (few.advised.figures.samples, many.advised.figures.samples) == (500, 3_333)


@pytest.mark.parametrize(("seeds", "calls"), [(100, 500), (100, 10_000), (100, None), (None, 500), (9_000, 99)])
def test_every_strategy_has_figures_and_a_reason_and_one_is_advised(seeds: int | None, calls: int | None) -> None:
    advice = advise(situation(seeds, calls), POINTS)
    assert [option.strategy for option in advice.options] == list(MADE)
    assert sum(option.advised for option in advice.options) == 1
    assert all(option.why.endswith(".") for option in advice.options)


def test_the_counter_evidence_stands_beside_every_advice_on_seeds() -> None:
    for calls in (500, 10_000):
        against = [note for note in advise(situation(100, calls), POINTS).notes if note.about == "against"]
        assert [note.source for note in against] == ["arXiv 2607.01727, abstract"]
    assert not [note for note in advise(situation(None, 500), POINTS).notes if note.about == "against"]


def test_rephrasing_beyond_its_stall_is_pointed_out() -> None:
    long, short = (advise(situation(100, calls, weak=True), POINTS) for calls in (60_000, 10_000))
    assert any("stalled" in note.says for note in long.notes)
    assert not any("stalled" in note.says for note in short.notes)


def test_without_seeds_and_disciplines_nothing_is_advised_and_it_says_what_to_do() -> None:
    none = replace(situation(None, 500), candidates=candidates(*MADE))
    advice = advise(none, POINTS)
    assert advice.strategy is None
    assert "import seeds" in advice.reason


def test_a_budget_below_one_sample_is_said_to_be_too_small() -> None:
    advice = advise(replace(situation(100, 500), left=Budget(calls=0)), POINTS)
    assert advice.strategy is None
    assert "does not buy one sample" in advice.reason


def test_a_plan_fits_into_what_the_projects_caps_leave() -> None:
    advice = advise(replace(situation(100, 10_000), left=Budget(calls=300)), POINTS)
    assert advice.queries == 300
    assert advice.strategy is AA
    assert any("caps of the project leave 300 calls" in note.says for note in advice.notes)


def test_what_a_pilot_took_is_part_of_the_budget_but_not_of_the_plan() -> None:
    advice = advise(replace(situation(100, 10_000), paid=(1_000, 0)), POINTS)
    assert advice.ratio == 100
    assert advice.advised is not None
    assert advice.advised.figures.samples == 3_000


def test_a_pilot_takes_nothing_of_a_budget_that_limits_nothing() -> None:
    free = replace(situation(100, None, money=5_000_000_000), paid=(70, 0), query_cost=0.0)
    for s in (free, replace(situation(100, None), paid=(70, 0))):
        assert not any("Pilots took" in note.says for note in advise(s, POINTS).notes)


def test_money_becomes_calls_at_the_price_of_an_answer() -> None:
    assert queries_of(Budget(money=500 * CALL), float(CALL)) == 500
    assert queries_of(Budget(calls=200, money=500 * CALL), float(CALL)) == 200
    assert queries_of(Budget(money=500 * CALL), None) is None
    free = advise(replace(situation(100, None, money=500), query_cost=0.0), POINTS)
    assert any("charges nothing" in note.says for note in free.notes)
    assert advise(situation(100, None, money=500 * CALL), POINTS).strategy is AA


def test_the_switch_lies_between_its_neighbours_and_no_further_out_than_was_tried() -> None:
    known = {100: (27, 51), 1_000: (17.6, 17.6), 7_473: (16.4, 16.4)}
    for seeds, (low, high) in known.items():
        band = band_of(seeds, POINTS)
        assert (band.low, band.high, band.how) == (low, high, "published")
    assert (band_of(10, POINTS).low, band_of(10, POINTS).how) == (27, "beyond")
    assert band_of(100_000, POINTS).low == 16.4
    assert band_of(500, POINTS, student="Mistral 7B").low == 12


@settings(max_examples=50)
@given(st.integers(1, 200_000))
def test_the_switch_never_comes_later_with_more_seeds(seeds: int) -> None:
    band, more = band_of(seeds, POINTS), band_of(seeds + seeds // 3 + 1, POINTS)
    assert 16.4 <= more.low <= band.low + 1e-9
    assert more.high <= band.high + 1e-9
    assert band.unsure_low < band.low <= band.high < band.unsure_high


@settings(max_examples=50)
@given(st.integers(1, 7_000), st.integers(1, 10_000_000), st.booleans())
def test_nothing_planned_takes_more_calls_than_the_budget(seeds: int, calls: int, weak: bool) -> None:
    advice = advise(situation(seeds, calls, weak=weak), POINTS)
    assert all(option.figures.calls <= calls for option in advice.options)
    if advice.ratio is not None and advice.band is not None and advice.strategy is not None:
        assert (advice.strategy is AA) or advice.band.region(advice.ratio) is not Region.ANSWERS


@settings(max_examples=50)
@given(st.integers(1, 7_000), st.integers(1, 100_000))
def test_more_calls_never_lead_back_to_new_answers(seeds: int, calls: int) -> None:
    first, later = (advise(situation(seeds, n), POINTS).strategy for n in (calls, 4 * calls))
    assert first is AA or later is not AA


def test_the_weakest_number_grades_the_advice_and_a_projects_own_counts() -> None:
    own = [
        p.model_copy(update={"low": 3.0, "high": 4.0, "grade": Grade.MEASURED}) if p.seeds == 100 else p
        for p in POINTS.points
    ]
    advice = advise(situation(100, 500), SwitchPoints(points=tuple(own), evidence=POINTS.evidence))
    assert (advice.strategy, advice.sureness.word, advice.sureness.grade) == (NQ, "Close call", Grade.MEASURED)
    assert advise(situation(100, 500), POINTS).sureness.grade is Grade.SECOND_HAND


def test_a_task_that_the_study_left_out_makes_the_advice_tentative() -> None:
    assert TaskType.MULTIPLE_CHOICE not in _IN_STUDY
    advice = advise(replace(situation(100, 500), task=TaskType.MULTIPLE_CHOICE), POINTS)
    assert advice.sureness.word == "Tentative"


def test_what_a_pilot_measured_of_the_augmenter_counts_before_what_was_assumed() -> None:
    assumed_weak = replace(situation(100, 10_000, weak=True), lesson=Lesson(weak=False, why="It is not weak."))
    assert advise(assumed_weak, POINTS).strategy is NQ
    assumed_strong = replace(situation(100, 10_000), lesson=Lesson(weak=True, why="It is weak."))
    assert advise(assumed_strong, POINTS).strategy is QR
