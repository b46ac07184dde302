"""Contamination: the same question however it is written, long runs of its words, and nothing that only looks so."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.contamination import COMMON, RUN, Hit, hits
from core.analysis.quality_words import words_of

ASKED = (
    "A train leaves the station at nine and drives north at sixty miles an hour while another one leaves an hour later"
)
SHORT = "How many positive divisors does 196 have?"


def test_the_same_words_are_the_same_question_whatever_case_marks_and_spaces() -> None:
    rows = [(7, f"  {ASKED.upper()} ... "), (8, ASKED.replace(" ", ",\n")), (9, "Something else")]
    assert [(hit.row, hit.benchmark, hit.exact, hit.share) for hit in hits(rows, [(40, ASKED)])] == [
        (7, 40, True, 1.0),
        (8, 40, True, 1.0),
    ]


def test_a_common_run_is_a_hit_with_its_words_and_the_share_of_the_question() -> None:
    words = ASKED.lower().split()
    (hit,) = hits([(1, f"Look: {' '.join(words[3:18])} and so on")], [(5, "unrelated"), (6, ASKED)])
    assert hit == Hit(1, 6, False, 15 / len(words), " ".join(words[3:18]))


def test_a_run_of_one_word_less_is_none() -> None:
    words = ASKED.split()
    assert hits([(1, " ".join(words[: RUN - 1]))], [(6, ASKED)]) == []
    assert len(hits([(1, " ".join(words[: RUN - 1]))], [(6, ASKED)], n=RUN - 1)) == 1


def test_two_runs_apart_both_count_for_the_share() -> None:
    words = [f"w{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"] * 2
    asked = [f"{word}{at}" for at, word in enumerate(words)]
    (hit,) = hits([(1, " ".join([*asked[:14], "but", *asked[30:50]]))], [(2, " ".join(asked))])
    assert (hit.share, hit.words) == (34 / 52, " ".join(asked[30:50]))


def test_a_short_question_is_looked_for_as_a_whole() -> None:
    rows = [(1, f"Think first. {SHORT} Explain."), (2, SHORT.replace("196", "197")), (3, "How many positive divisors?")]
    assert [(hit.row, hit.exact, hit.share) for hit in hits(rows, [(9, SHORT)])] == [(1, False, 1.0)]


def test_a_question_of_very_few_words_must_be_the_whole_row() -> None:
    rows = [(1, "What is a cell?"), (2, "What is a cell? And what is a cell wall made of?")]
    assert [hit.row for hit in hits(rows, [(9, "what is a CELL")])] == [1]


def test_wording_that_many_questions_share_is_no_hit() -> None:
    opening = " ".join(words_of(ASKED)[:RUN])
    many = [(number, f"{opening} ending {number}") for number in range(COMMON + 1)]
    assert hits([(1, f"{opening} of our own")], many) == []
    assert len(hits([(1, f"{opening} of our own")], many[:COMMON])) == COMMON
    assert [hit.benchmark for hit in hits([(1, many[3][1])], many)] == [3]


def test_equal_questions_count_once_and_do_not_hide_each_other() -> None:
    found = hits([(1, f"{ASKED} today")], [(number, ASKED) for number in range(COMMON * 3)])
    assert [(hit.benchmark, hit.share) for hit in found] == [(0, 1.0)]


def test_characters_are_words_where_there_are_no_spaces() -> None:
    asked = "小明有三个苹果，他给了小红一个，请问他现在还剩下几个苹果？"
    (hit,) = hits([(1, "题目：小明有三个苹果他给了小红一个！回答。")], [(2, asked)])
    assert (hit.words, hit.exact) == ("小明有三个苹果他给了小红一个", False)


@pytest.mark.parametrize("text", ["", "?!", "\u200b", "   "])
def test_texts_without_words_meet_nothing(text: str) -> None:
    assert hits([(1, text)], [(2, text)]) == []
    assert hits([(1, text)], []) == []


def _naive(rows: Sequence[list[str]], questions: Sequence[list[str]], n: int) -> Iterator[tuple[int, int, float]]:
    """Row, question, share by looking at every pair."""
    for at, row in enumerate(rows):
        whole = next((number for number, asked in enumerate(questions) if asked == row), None)
        if whole is not None:
            yield at, whole, 1.0
            continue
        for number, asked in enumerate(questions):
            size = min(n, len(asked))
            runs = {tuple(row[i : i + size]) for i in range(len(row) - size + 1)}
            covered = {
                place
                for i in range(len(asked) - size + 1)
                if tuple(asked[i : i + size]) in runs
                for place in range(i, i + size)
            }
            if covered and questions.index(asked) == number:
                yield at, number, len(covered) / len(asked)


_ASKED = 5  # words; so many questions that no run of them stands more than COMMON times in all


def _texts(longest: int) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=longest), max_size=6)


@given(_texts(9), _texts(_ASKED), st.integers(1, 4))
def test_hits_are_those_of_comparing_every_row_with_every_question(
    rows: list[list[str]], questions: list[list[str]], n: int
) -> None:
    questions = [asked for asked in questions if len(asked) >= n][: COMMON // _ASKED]
    found = hits(
        [(at, " ".join(row)) for at, row in enumerate(rows)],
        [(at, " ".join(asked)) for at, asked in enumerate(questions)],
        n=n,
    )
    assert [(hit.row, hit.benchmark, hit.share) for hit in found] == list(_naive(rows, questions, n))


def test_runs_whose_hashes_are_equal_by_accident_are_no_hit() -> None:
    """Of these two words, 1,024 in the order of Thue and Morse have the sum of powers of their mirror image."""
    order = [number.bit_count() % 2 for number in range(1_024)]
    one, mirror = (" ".join(("sun", "moon")[(bit + flip) % 2] for bit in order) for flip in (0, 1))
    assert hits([(1, mirror)], [(2, f"{one} rises")], n=1_024) == []
    assert len(hits([(1, one)], [(2, f"{one} rises")], n=1_024)) == 1


def test_rows_beyond_one_portion_are_met_too() -> None:
    rng = random.Random(3)
    filler = " ".join(rng.choices(["sun", "moon", "star"], k=50_000))
    rows = [(number, filler) for number in range(6)] + [(99, f"so: {ASKED}")]
    assert [hit.row for hit in hits(iter(rows), iter([(1, ASKED)]))] == [99]
