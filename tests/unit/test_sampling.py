"""Drawing sessions and concepts: the paper's counts, both sessions, no card twice, every part its even share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.calls import Stage
from core.domain.curriculum import ClassSession, Subject, Syllabus
from core.domain.plans import SamplesPlan, TeacherChoice
from core.domain.sampling import (
    MAX_CONCEPTS,
    Card,
    Deck,
    Difficulty,
    basic_sets,
    challenging_sets,
    in_proportion,
)
from core.domain.states import NodeState
from core.domain.taxonomy import Origin
from core.errors import InvalidInputError
from core.generation.drawing import Source, challenging_flags, draw
from core.generation.strategies import glan
from core.generation.strategies.method import Material

QUICK = settings(max_examples=150)
SIZES = st.lists(st.integers(0, 5), min_size=0, max_size=4).map(tuple)
DIFFICULTY = st.sampled_from(Difficulty)
SHARE = st.floats(0, 1)


def _subsets(items: Sequence[tuple[int, int]], least: int) -> set[frozenset[tuple[int, int]]]:
    return {frozenset(some) for k in range(least, MAX_CONCEPTS + 1) for some in combinations(items, k)}


def _every_allowed_card(sizes: tuple[int, ...], difficulty: Difficulty) -> set[frozenset[tuple[int, int]]]:
    """All (session, concept) sets, written down without any of the code under test."""
    sessions = [[(s, c) for c in range(size)] for s, size in enumerate(sizes)]
    if difficulty is Difficulty.BASIC:
        return set().union(*(_subsets(session, 1) for session in sessions))
    pairs = combinations(sessions, 2)
    both = (found for a, b in pairs for found in _subsets([*a, *b], 2) if len({s for s, _ in found}) == 2)
    return set(both)


def _as_set(card: Card) -> frozenset[tuple[int, int]]:
    return frozenset((s, c) for s, chosen in zip(card.sessions, card.concepts, strict=True) for c in chosen)


def test_the_published_numbers_of_sets_come_out() -> None:
    assert basic_sets(5) == Deck((5,), Difficulty.BASIC, "s").size == 31
    assert challenging_sets(5, 5) == Deck((5, 5), Difficulty.CHALLENGING, "s").size == 575
    assert challenging_sets(3, 4) == Deck((3, 4), Difficulty.CHALLENGING, "s").size == 97


@QUICK
@given(SIZES, DIFFICULTY)
def test_a_deck_holds_every_allowed_set_and_no_card_twice_before_it_is_used_up(
    sizes: tuple[int, ...], difficulty: Difficulty
) -> None:
    deck = Deck(sizes, difficulty, "seed")
    dealt = [_as_set(card) for card in deck.deal(0, deck.size)] if deck.size else []
    assert len(dealt) == len(set(dealt)) == deck.size
    assert set(dealt) == _every_allowed_card(sizes, difficulty)


@QUICK
@given(st.lists(st.integers(0, 12), min_size=2, max_size=30).map(tuple), st.integers(0, 10**6), DIFFICULTY)
def test_a_challenging_card_uses_both_sessions_and_a_basic_one_a_single_session(
    sizes: tuple[int, ...], start: int, difficulty: Difficulty
) -> None:
    deck = Deck(sizes, difficulty, "seed")
    for card in deck.deal(start, 5) if deck.size else []:
        assert len(card.sessions) == len(card.concepts) == (1 if difficulty is Difficulty.BASIC else 2)
        assert list(card.sessions) == sorted(set(card.sessions))
        assert all(card.concepts)
        assert 1 <= sum(map(len, card.concepts)) <= MAX_CONCEPTS
        for session, chosen in zip(card.sessions, card.concepts, strict=True):
            assert list(chosen) == sorted(set(chosen))
            assert 0 <= chosen[0] <= chosen[-1] < sizes[session]


@QUICK
@given(st.integers(0, 3000), st.integers(1, 40), st.integers(0, 39), DIFFICULTY)
def test_a_position_always_means_the_same_card(start: int, count: int, ahead: int, difficulty: Difficulty) -> None:
    sizes = (4, 3, 5)
    at_once = Deck(sizes, difficulty, "seed").deal(start, count)
    ahead %= count
    assert Deck(sizes, difficulty, "seed").deal(start + ahead, 1) == [at_once[ahead]]


@pytest.mark.parametrize("difficulty", Difficulty)
def test_a_used_up_deck_is_dealt_again_in_another_order(difficulty: Difficulty) -> None:
    deck = Deck((3, 4), difficulty, "seed")
    rounds = [deck.deal(lap * deck.size, deck.size) for lap in range(3)]
    assert {frozenset(cards) for cards in rounds} == {frozenset(rounds[0])}
    assert rounds[0] != rounds[1] != rounds[2]


def test_another_seed_deals_another_order_of_the_same_cards() -> None:
    one, two = (Deck((5, 5), Difficulty.CHALLENGING, seed).deal(0, 575) for seed in ("1", "2"))
    assert one != two
    assert set(one) == set(two)


def test_a_deck_of_one_card_deals_it_for_ever() -> None:
    deck = Deck((1, 1), Difficulty.CHALLENGING, "seed")
    assert set(deck.deal(0, 5)) == {Card((0, 1), ((0,), (0,)))}


@pytest.mark.parametrize("sizes", [(), (0, 0)])
@pytest.mark.parametrize("difficulty", Difficulty)
def test_a_deck_without_cards_says_so(sizes: tuple[int, ...], difficulty: Difficulty) -> None:
    with pytest.raises(ValueError, match="no set of concepts"):
        Deck(sizes, difficulty, "seed").deal(0, 1)


def test_early_cards_come_from_all_over_the_syllabus() -> None:
    pairs = Counter(card.sessions for card in Deck((5,) * 10, Difficulty.CHALLENGING, "seed").deal(0, 450))
    assert len(pairs) == 45
    assert max(pairs.values()) <= 30


@QUICK
@given(st.lists(st.integers(0, 1000), max_size=8), st.integers(0, 300), st.integers(0, 300))
def test_every_beginning_holds_each_part_in_proportion_to_its_weight_to_less_than_one(
    weights: list[int], count: int, fewer: int
) -> None:
    order = in_proportion(weights, count)
    assert len(order) == (count if any(weights) else 0)
    given: Counter[int] = Counter()
    for k, index in enumerate(order, 1):
        given[index] += 1
        assert all(abs(given[i] * sum(weights) - k * weight) < sum(weights) for i, weight in enumerate(weights))
    assert in_proportion(weights, min(fewer, count)) == order[:fewer]


def test_equal_weights_take_turns() -> None:
    assert in_proportion([1, 1, 1], 7) == in_proportion([9, 9, 9], 7) == [0, 1, 2, 0, 1, 2, 0]


@QUICK
@given(st.integers(0, 400), SHARE)
def test_the_challenging_share_is_exact_and_even_in_every_prefix(count: int, share: float) -> None:
    flags = challenging_flags(count, share)
    assert len(flags) == count
    for k in range(count + 1):
        assert abs(sum(flags[:k]) - k * share) <= 0.5 + 1e-9


def _source(number: int, discipline: int, sessions: int = 3, concepts: int = 4) -> Source:
    subject = Subject(
        id=number,
        project_id="p",
        node_id=discipline,
        name=f"Subject {number}",
        level="introductory",
        introduction="",
        subtopics=(),
        position=number,
        state=NodeState.VERIFIED,
        origin=Origin.PERSON,
        touched=True,
        times_seen=0,
        times_asked=0,
        version=1,
    )
    made = tuple(
        ClassSession(
            id=number * 100 + s,
            syllabus_id=number,
            position=s + 1,
            name=f"Session {number}.{s}",
            description="",
            concepts=tuple(f"{number}.{s}.{c}" for c in range(concepts)),
        )
        for s in range(sessions)
    )
    syllabus = Syllabus(
        id=number,
        project_id="p",
        subject_id=number,
        introduction="",
        objectives=(),
        state=NodeState.VERIFIED,
        origin=Origin.PERSON,
        touched=True,
        version=2,
        sessions=made,
    )
    return Source(("Field", "Sub-field", f"Discipline {discipline}"), discipline, subject, syllabus)


def _sources(shape: Sequence[int]) -> list[Source]:
    """`shape[d]` subjects in discipline d."""
    numbers = [d for d, n in enumerate(shape) for _ in range(n)]
    return [_source(number, discipline) for number, discipline in enumerate(numbers, 1)]


SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@QUICK
@given(SHAPES, st.integers(1, 80), SHARE)
def test_any_prefix_of_a_run_covers_disciplines_and_their_subjects_evenly(
    shape: list[int], count: int, share: float
) -> None:
    specs, _ = draw(_sources(shape), count, share, 7, {})
    assert len(specs) == count
    by_discipline: Counter[int] = Counter(dict.fromkeys(range(len(shape)), 0))
    by_subject = {d: Counter({s.subject.id: 0 for s in _sources(shape) if s.node_id == d}) for d in range(len(shape))}
    for spec in specs:
        by_discipline[spec["node_id"]] += 1
        by_subject[spec["node_id"]][spec["subject_id"]] += 1
        for tally in (by_discipline, by_subject[spec["node_id"]]):
            assert max(tally.values()) - min(tally.values()) <= 1


@QUICK
@given(SHAPES, st.integers(1, 80), SHARE)
def test_a_run_has_exactly_the_challenging_share_and_every_subject_its_part(
    shape: list[int], count: int, share: float
) -> None:
    specs, _ = draw(_sources(shape), count, share, 7, {})
    assert sum(s["difficulty"] == "challenging" for s in specs) == int(count * share + 0.5)
    flags: dict[int, list[bool]] = defaultdict(list)
    for spec in specs:
        flags[spec["subject_id"]].append(spec["difficulty"] == "challenging")
    for own in flags.values():
        for k in range(len(own) + 1):
            assert abs(sum(own[:k]) - k * share) <= 1 + 1e-9


@QUICK
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=5).filter(any), st.integers(1, 120))
def test_any_prefix_of_a_weighted_run_keeps_to_the_shares_of_its_disciplines(weights: list[int], count: int) -> None:
    by_node = dict(enumerate(weights))
    specs, positions = draw(_sources([2] * len(weights)), count, 0.5, 7, {}, by_node)
    assert len(specs) == count
    done: Counter[int] = Counter()
    for k, spec in enumerate(specs, 1):
        done[spec["node_id"]] += 1
        assert all(abs(done[n] * sum(weights) - k * weight) < sum(weights) for n, weight in by_node.items())
    questions = [_question(spec) for spec in [*specs, *draw(_sources([2] * len(weights)), 30, 0.5, 7, positions)[0]]]
    assert len(questions) == len(set(questions))


def test_a_plan_of_glan_is_drawn_by_its_weights() -> None:
    choice = TeacherChoice(connection="c", model="m")
    plan = SamplesPlan(count=8, weights={0: 3, 1: 1}, teachers=dict.fromkeys(Stage, choice))
    specs = glan.METHOD.plan(plan, Material(sources=_sources([2, 2]))).specs
    assert Counter(spec["node_id"] for spec in specs) == {0: 6, 1: 2}
    assert {spec["strategy"] for spec in specs} == {"glan"}


def test_a_discipline_without_a_weight_counts_as_one_and_weights_of_nothing_but_zero_are_refused() -> None:
    specs, _ = draw(_sources([1, 1]), 8, 0.5, 7, {}, {0: 3})
    assert Counter(spec["node_id"] for spec in specs) == {0: 6, 1: 2}
    with pytest.raises(InvalidInputError, match="No discipline"):
        draw(_sources([1, 1]), 8, 0.5, 7, {}, {0: 0, 1: 0})


def _question(spec: dict[str, Any]) -> str:
    return repr((spec["syllabus_id"], spec["session_numbers"], spec["groups"], spec["index"]))


@QUICK
@given(st.integers(0, 60), st.integers(0, 60), SHARE, st.integers(0, 5))
def test_a_new_plan_goes_on_where_the_last_one_ended(first: int, second: int, share: float, seed: int) -> None:
    sources = [_source(1, 0, 2, 2), _source(2, 0, 2, 3), _source(3, 1, 1, 2)]
    early, positions = draw(sources, first, share, seed, {})
    late, _ = draw(sources, second, share, seed, positions)
    questions = [_question(spec) for spec in [*early, *late]]
    assert len(questions) == len(set(questions))


def test_the_same_plan_always_means_the_same_questions() -> None:
    sources = _sources([2, 3])
    assert draw(sources, 40, 0.5, 3, {}) == draw(sources, 40, 0.5, 3, {})
    assert draw(sources, 40, 0.5, 3, {}) != draw(sources, 40, 0.5, 4, {})


def test_an_edited_syllabus_starts_a_deck_of_its_own() -> None:
    source = _source(1, 0)
    edited = Source(source.path, 0, source.subject, source.syllabus.model_copy(update={"version": 3}))
    keys = {s.deck_key(Difficulty.BASIC, 0) for s in (source, edited)}
    assert len(keys) == 2


def test_a_syllabus_of_one_session_gives_basic_questions_only() -> None:
    specs, positions = draw([_source(1, 0, sessions=1)], 10, 1.0, 0, {})
    assert {spec["difficulty"] for spec in specs} == {"basic"}
    assert positions == {"1:2:basic:0": 10}


def test_what_is_asked_for_stands_in_the_named_sessions() -> None:
    specs, _ = draw(_sources([2]), 30, 0.5, 0, {})
    for spec in specs:
        assert len(spec["sessions"]) == len(spec["groups"]) == (2 if spec["difficulty"] == "challenging" else 1)
        for name, number, group in zip(spec["sessions"], spec["session_numbers"], spec["groups"], strict=True):
            assert name == f"Session {spec['subject_id']}.{number - 1}"
            assert group
            assert all(concept.startswith(f"{spec['subject_id']}.{number - 1}.") for concept in group)


def test_a_second_round_is_asked_under_another_index() -> None:
    specs, _ = draw([_source(1, 0, sessions=1, concepts=2)], 7, 0, 0, {})
    assert [spec["index"] for spec in specs] == [0, 0, 0, 1, 1, 1, 2]
