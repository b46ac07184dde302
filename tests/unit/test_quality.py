"""Quality in figures: repeats as brute force finds them, a front that nothing beats, coverage of what is taught."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.intervals import wilson
from core.analysis.near_duplicates import ALIKE, jaccard, of_corpus
from core.analysis.quality import Counts, front, next_dollar
from core.analysis.quality_texts import Coverage, Drawn, Marks, Material, use, variety
from core.analysis.quality_words import LOOKED_AT, Corpus, distinct
from core.domain.money import NANO

POINTS = st.lists(st.tuples(st.integers(0, 20).map(float), st.integers(0, 20).map(float)), max_size=30)
WORDS = [f"w{number}" for number in range(400)]


def shingles(text: str) -> frozenset[int]:
    """Three words at a time, as numbers."""
    words = text.split()
    grams = {" ".join(words[place : place + 3]) for place in range(max(1, len(words) - 2))}
    return frozenset(map(hash, grams))


@given(POINTS)
def test_the_front_holds_exactly_what_no_point_beats(points: list[tuple[float, float]]) -> None:
    chosen = [points[index] for index in front(points)]
    for cost, quality in set(points):
        beaten = any(c <= cost and q >= quality and (c, q) != (cost, quality) for c, q in points)
        assert ((cost, quality) in chosen) is not beaten
    assert chosen == sorted(set(chosen))
    assert [quality for _, quality in chosen] == sorted(quality for _, quality in chosen)


def changed(rng: random.Random, text: str, times: int) -> str:
    """The text with some words replaced."""
    words = text.split()
    for _ in range(times):
        words[rng.randrange(len(words))] = rng.choice(WORDS)
    return " ".join(words)


def test_near_duplicates_are_those_of_brute_force_but_for_a_few_missed() -> None:
    rng = random.Random(4)
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(8, 60))) for _ in range(120)]
    texts += [changed(rng, rng.choice(texts[:120]), rng.randint(0, 3)) for _ in range(120)]
    found = of_corpus(Corpus(texts)).roots
    sets = [shingles(text) for text in texts]
    alike = [(a, b) for a, b in combinations(range(len(texts)), 2) if jaccard(sets[a], sets[b]) >= ALIKE]
    assert len(alike) > 60
    met = sum(found[a] == found[b] for a, b in alike)
    assert met >= 0.95 * len(alike)
    linked = {index for pair in alike for index in pair}
    assert all(root == index or {root, index} <= linked for index, root in enumerate(found))


def test_equal_texts_are_one_family_whatever_their_length_or_script() -> None:
    texts = ["", "", "one", "one", "一二三四五六", "一二三四五六", "one two three four", "ONE two, three four!", "five"]
    assert of_corpus(Corpus(texts)).roots == (0, 0, 2, 2, 4, 4, 6, 6, 8)
    assert of_corpus(Corpus([])).roots == ()


def test_a_thousand_equal_texts_are_one_family() -> None:
    assert of_corpus(Corpus(["how many apples are left in the box"] * 1000)).roots == (0,) * 1000


def test_distinct_n_is_the_share_of_different_grams_of_a_bounded_draw() -> None:
    corpus = Corpus(["a b a", "a b c", "d"])
    assert distinct(corpus, [0, 1], 1) == 3 / 6
    assert distinct(corpus, [0, 1], 2) == 3 / 4
    assert distinct(corpus, [2], 2) is None
    many = Corpus(["x y"] * LOOKED_AT * 3)
    assert distinct(many, range(len(many)), 2) == 1 / LOOKED_AT


def test_a_repeat_counts_within_its_group_only() -> None:
    corpus = Corpus(["what is a", "what is a", "what is b", "what is a"])
    marks = [Marks(0, 0, 0, 3, 2), Marks(0, 1, 0, 3, 4), Marks(1, 2, 0, 3, 6), Marks(0, 0, 0, 3, 8)]
    whole = variety(corpus, marks, [0, 1, 2, 3])
    assert (whole.questions, whole.pairs, whole.near) == (0.5, 0.25, 0.75)
    assert (whole.n, whole.words, whole.answer_words) == (4, 3, 5)
    assert variety(corpus, marks, [0, 2]).questions == 0


def test_coverage_counts_what_is_taught_now() -> None:
    taught = frozenset({(1, "s1", "a"), (1, "s1", "b"), (1, "s2", "c"), (2, "t1", "d")})
    material = Material({7: taught, 8: frozenset({(9, "u", "z")})}, {5: 10, 6: 99})
    drawn = [
        Drawn(7, ((1, "s1", "a"), (1, "s1", "gone"))),
        Drawn(7, ((1, "s1", "a"),)),
        Drawn(None, (), 5, 50),
        Drawn(None, (), 5, 50),
        Drawn(None, (), 5, 51),
    ]
    found = use(material, drawn)
    assert (found.concepts, found.sessions, found.seeds) == (Coverage(1, 4), Coverage(1, 3), Coverage(2, 10))
    assert use(material, []).concepts.share is None


def test_the_next_dollar_buys_by_cost_and_acceptance_within_its_interval() -> None:
    counts = Counts(cost=NANO * 2, generated=100, accepted=9, rejected=1)
    found = next_dollar(counts)
    assert found is not None
    assert found.interval is not None
    assert found.generated == 50
    assert found.accepted == pytest.approx(45)
    assert found.interval == pytest.approx(tuple(50 * bound for bound in wilson(9, 10)))
    unjudged = next_dollar(Counts(cost=NANO, generated=10))
    assert unjudged is not None
    assert unjudged.accepted is None
    assert next_dollar(Counts(generated=10)) is None
    assert next_dollar(Counts(cost=5)) is None
