"""Near duplicates: what another number or name tells apart, what a changed word does not, and at what threshold."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis import near_duplicates
from core.analysis.near_duplicates import (
    ALIKE,
    EXAMPLES,
    Families,
    families,
    jaccard,
    of_corpus,
    tellings,
)
from core.analysis.quality_words import Corpus
from core.analysis.signatures import HASHES, band_rows
from core.analysis.telling import telling

STORY = "Ann has 3 red apples in her basket and gives one of them to Bob before they walk home from the market together"
WORDS = [f"word{letter}{other}" for letter in "abcdefghijklmno" for other in "abcdefghijklmno"]


def together(one: str, other: str, threshold: float = 0.5) -> bool:
    return families([one, other], threshold=threshold).roots == (0, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STORY, STORY.replace("red", "green")),
        (STORY, STORY.upper()),
        (STORY, f"{STORY}!"),
        (STORY, STORY.replace("home from", "back from")),
        ("What Is Photosynthesis In Green Plants?", "what is photosynthesis in green plants"),
        ("How far is it from Ａｎｎ to １２ Bob?", "How far is it from Ann to 12 Bob?"),
        ("他有3个苹果，给了小明一个，还剩几个？", "他有3个苹果，给了小明一个，还剩下几个？"),
    ],
)
def test_case_marks_and_a_changed_word_make_no_other_question(one: str, other: str) -> None:
    assert together(one, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [("3", "4"), ("3", "1,300"), ("one of", "two of"), ("Bob", "Carl"), ("has", "has not"), ("has 3", "has -3")],
)
def test_another_number_name_or_negation_makes_another_question(old: str, new: str) -> None:
    assert old in STORY
    assert not together(STORY, STORY.replace(old, new))
    assert families([STORY, STORY.replace(old, new)], threshold=0.5, tell_apart=False).roots == (0, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is 3 + 4?", "What is 3 - 4?"),
        ("Solve x + y = 2.", "Solve x - y = 2."),
        ("What is 12/4?", "What is 12*4?"),
        ("有三个苹果", "有四个苹果"),
        ("Which of them is a prime?", "Which of them isn't a prime?"),
        ("Is p ∧ q a tautology?", "Is p ∨ q a tautology?"),
        ("Does ∀x ∃y P(x, y) hold?", "Does ∃x ∀y P(x, y) hold?"),
        ("Which set is A ∪ B?", "Which set is A ∩ B?"),
        ("Is it p → ¬q?", "Is it p → q?"),
        ("What is n! here?", "What is n here?"),
        ("When is a != b?", "When is a = b?"),
        ("What does 😀 mean?", "What does 🎉 mean?"),
        ("What does a && b give?", "What does a || b give?"),
        ("What is 他不是学生 in English?", "What is 他是学生 in English?"),
    ],
)
def test_signs_and_number_words_tell_apart_texts_of_few_words(one: str, other: str) -> None:
    assert not together(one, other, threshold=0.1)


def test_a_name_that_only_stands_elsewhere_in_the_other_text_tells_nothing_apart() -> None:
    assert telling("Ann saw Paris.").names == ("paris",)
    walk = "Ann walks along the river in the early morning, says"
    assert together(f"{walk} Ann", f"{walk} she")
    assert not together(f"{walk} Ann", f"{walk} Carl")


def test_the_example_pairs_stand_nearest_to_the_threshold_on_their_side_and_only_once_a_family() -> None:
    rng = random.Random(1)
    texts = []
    for number in range(300):
        words = rng.sample(WORDS, 40)
        changed = list(words)
        for place in rng.sample(range(40), number % 12):
            changed[place] = rng.choice(WORDS)
        texts += [" ".join(words), " ".join(changed)]
    found = families(texts)
    assert len(found.above) == len(found.below) == EXAMPLES
    for pair in found.above:
        assert found.roots[pair.first] == found.roots[pair.second]
        assert ALIKE <= pair.similarity < ALIKE + 0.1
    for pair in found.below:
        assert found.roots[pair.first] != found.roots[pair.second]
        assert ALIKE - 0.1 < pair.similarity < ALIKE
    for pairs in (found.above, found.below):
        assert [abs(p.similarity - ALIKE) for p in pairs] == sorted(abs(p.similarity - ALIKE) for p in pairs)
        places = [place for pair in pairs for place in (found.roots[pair.first], found.roots[pair.second])]
        assert len(set(places)) == (EXAMPLES if pairs is found.above else 2 * EXAMPLES)
    assert families(texts) == found


def test_pairs_that_only_a_number_or_a_name_tells_apart_are_shown_as_such() -> None:
    found = families([STORY, STORY.replace("3", "4"), STORY.replace("Bob", "Carl")], threshold=0.5)
    assert found.roots == (0, 1, 2)
    assert {(pair.first, pair.second) for pair in found.told_apart} <= {(0, 1), (0, 2), (1, 2)}
    assert found.told_apart
    assert found.above == found.below == ()


def test_repeats_among_thousands_made_after_one_template_are_found() -> None:
    texts = [STORY.replace("3", str(number)) for number in range(3_000)]
    again = [text.replace("red", "green") for text in texts[:300]]
    found = families([*texts, *again], threshold=0.6)
    assert found.roots == (*range(3_000), *range(300))


def test_of_many_versions_of_one_text_every_pair_above_the_threshold_is_together() -> None:
    rng = random.Random(1)
    texts = []
    for _ in range(40):
        text = rng.choices(WORDS, k=45)
        for _ in range(12):
            version = list(text)
            for place in rng.choices(range(45), k=rng.randint(1, 5)):
                version[place] = rng.choice(WORDS)
            texts.append(version)
    rng.shuffle(texts)
    sets = [frozenset(zip(text, text[1:], text[2:], strict=False)) for text in texts]
    roots = families([" ".join(text) for text in texts]).roots
    alike = [(a, b) for a, b in combinations(range(len(texts)), 2) if jaccard(sets[a], sets[b]) >= ALIKE]
    assert len(alike) > 100
    assert sum(roots[a] == roots[b] for a, b in alike) >= 0.99 * len(alike)


def test_planted_repeats_are_found_and_nothing_else_is() -> None:
    rng = random.Random(7)
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(20, 60))) for _ in range(2_000)]
    planted = rng.sample(range(2_000), 200)
    for place in planted:
        words = texts[place].split()
        words.insert(rng.randrange(len(words)), rng.choice(WORDS))
        texts.append(" ".join(words))
    roots = families(texts).roots
    assert sum(roots[2_000 + at] == place for at, place in enumerate(planted)) >= 196
    assert all(roots[place] == place for place in range(2_000))


@given(st.lists(st.text(alphabet="ab 1.Ä一", max_size=12), max_size=12), st.sampled_from([0.3, 0.7, 1.0]))
def test_a_root_is_the_first_of_its_family_and_equal_texts_share_one(texts: list[str], threshold: float) -> None:
    roots = families(texts, threshold=threshold).roots
    assert all(roots[root] == root <= place for place, root in enumerate(roots))
    assert all(roots[a] == roots[b] for a, b in combinations(range(len(texts)), 2) if texts[a] == texts[b])


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.95])
def test_texts_that_meet_no_other_need_no_look_at_what_tells_them_apart(threshold: float) -> None:
    rng = random.Random(7)
    texts = [" ".join(rng.choices(WORDS, k=20)) + f" {number}" for number in range(60)]
    for _ in range(60):
        words = rng.choice(texts).split()
        words[rng.randrange(len(words))] = rng.choice([*WORDS, "7", "Ann"])
        texts.append(" ".join(words))
    corpus = Corpus(texts)
    some, every = tellings(texts, corpus, threshold), [telling(text) for text in texts]
    assert 0 < sum(one != other for one, other in zip(some, every, strict=True)) < len(texts)
    assert of_corpus(corpus, some, threshold=threshold) == of_corpus(corpus, every, threshold=threshold)


def test_no_texts_have_no_families() -> None:
    assert families([]) == Families(())


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.95])
def test_bands_are_cut_so_that_pairs_at_the_threshold_meet(threshold: float) -> None:
    rows = band_rows(threshold)
    assert 1 - (1 - threshold**rows) ** (HASHES // rows) >= 0.99
    assert 1 - (1 - threshold ** (rows + 1)) ** (HASHES // (rows + 1)) < 0.99 or rows == 16


def test_of_long_texts_only_so_many_are_held_as_sets_as_memory_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "_HELD", 300)
    rng = random.Random(3)
    corpus = Corpus([" ".join(rng.choices(WORDS, k=100)) for _ in range(20)])
    search = near_duplicates._Search(near_duplicates._Texts(corpus, None), 0.7)
    held = 0
    for one in range(19):
        search.compare(one, one + 1)
        held = max(held, sum(map(len, search._sets.values())))
    assert 98 < held <= 300
