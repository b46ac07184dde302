"""Questions in teachers' texts: what is around them is cut off, what is none is dropped, nothing else changes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import DroppedError, UnusableReplyError
from core.generation.lost_numbers import lost_number
from core.generation.products import Answered
from core.generation.wording import MOST, bare, question_in

QUESTION = "How many apples are left when Ann eats 3 of 10?"
AROUND = [
    "{}",
    "  \n{}\n ",
    "Question: {}",
    "Q: {}",
    "**Question:** {}",
    "**Question**: {}",
    "### New question\n\n{}",
    "Question 3: {}",
    "Rewritten question: {}",
    "The rephrased question is: {}",
    "Here is the rewritten question:\n\n{}",
    "Sure! Here's a new question based on the example:\n\n{}",
    "Certainly, here is one more exercise of the kind:\n**Problem:** {}",
    "User: {}",
    "Person: {}",
    '"{}"',
    "“{}”",
    "**{}**",
    'Question: "{}"',
    '"Question: {}"',
    "```\n{}\n```",
    "```text\nQuestion: {}\n```",
    "<question>\n{}\n</question>",
    "<example>{}",
    "{}\n</question>",
    "<example>{}</example>",
]


@pytest.mark.parametrize("around", AROUND)
def test_labels_quotes_tags_and_fences_around_a_question_are_cut_off(around: str) -> None:
    assert question_in(Answered(5, around.format(QUESTION)), "What else?") == Answered(5, QUESTION)


SOLUTIONS = [
    "Answer: 7",
    "**Final Answer:** 7",
    "Solution: 10 - 3 = 7",
    "> Correct answer: B",
    "#### 7",
    "Teacher: It is 7.",
]


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_a_solution_that_is_written_along_does_not_become_part_of_the_question(solution: str) -> None:
    assert question_in(Answered(1, f"{QUESTION}\n\n{solution}\nmore"), "What else?").text == QUESTION


def test_a_line_that_looks_like_a_solution_stays_where_the_question_before_has_the_like() -> None:
    text = "Complete the dialogue.\nTeacher: Why?\nPupil: ..."
    assert question_in(Answered(1, text), "Continue.\nTeacher: Who?").text == text


@pytest.mark.parametrize(
    "text",
    [
        'Compare "to" and "too"',
        "**One** or **two**?",
        "Here is a table of prices:\na: 1\nb: 2\nWhich is higher?",
        "The problem is hard: why?",
        "Questions: how many are too many?",
        "<b>Bold</b> or <b>thin</b>?",
        "```sql\nSELECT 1\n```\nWhat does it give?",
        "I'm sorry to ask again: why is it 7?",
        "I can't see where the 3 comes from. Why is it subtracted?",
        "¿Cuántas manzanas quedan?",
        "2 + 2 = ?",
        "数学とは何ですか",
    ],
)
def test_a_question_with_nothing_around_it_stays_as_it_is(text: str) -> None:
    assert question_in(Answered(1, text), "What else?").text == text


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I am sorry, I cannot rewrite this question.",
        "Sorry, I’m unable to generate a new question from this.",
        "As an AI language model, I have no apples.",
    ],
)
def test_a_teacher_that_declines_has_written_no_question(text: str) -> None:
    with pytest.raises(DroppedError, match="declined"):
        question_in(Answered(1, text), QUESTION)


@pytest.mark.parametrize("text", ["Answer: 7", "???", "```\n```", "**", "Question:", "Final answer: 7\nBecause."])
def test_what_holds_no_question_is_dropped(text: str) -> None:
    with pytest.raises(DroppedError, match="no question"):
        question_in(Answered(1, text), QUESTION)


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01"])
def test_an_empty_reply_is_unusable(text: str) -> None:
    with pytest.raises(UnusableReplyError, match="empty"):
        question_in(Answered(1, text), QUESTION)


def test_a_huge_reply_is_dropped_and_says_how_long_it_is() -> None:
    for length in (MOST + 1, 4 * MOST + 1, 1_000_000):
        with pytest.raises(DroppedError, match=f"{length:,} characters where"):
            question_in(Answered(1, "a" * length), QUESTION)


def test_a_question_is_compared_with_each_of_those_before() -> None:
    with pytest.raises(DroppedError, match="says the same"):
        question_in(Answered(1, f"Question: {QUESTION.upper()}"), "First?", QUESTION, "Third?")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("48 friends and half as many", "half as many as 48"),
        ("She earns $12 an hour for 50 minutes.", "For fifty minutes at 12 dollars an hour"),
        ("1,200 km in 2 hours", "In two hours 1200 km"),
        ("1/2 of it, 0.25 of that", "a quarter of half of it"),
        ("1. Add 3.\n2. Take 3.", "First add 3, then take 3."),
        ("no numbers", ""),
        ("12 eggs", "a dozen eggs"),
    ],
)
def test_a_number_may_be_written_in_another_way(before: str, after: str) -> None:
    assert lost_number(before, after) == ""


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [("48 and 7", "7 and 84", "48"), ("2.5 km", "25 km", "2.5"), ("50% of 8", "some of 8", "50%"), ("3 of 4", "", "3")],
)
def test_a_number_that_is_nowhere_any_more_is_lost(before: str, after: str, lost: str) -> None:
    assert lost_number(before, after) == lost


@given(st.text(), st.text())
@example("Q:" * 5000, "")
@example('"' * 5000, "")
@example("\n" * 5000 + "x" + "\n" * 5000 + "#" * 5000, "")
@example("```\n" * 5000, "")
@example("<a>" * 3000 + "</a>" * 3000, "")
@example("sorry " * 3000, "")
def test_whatever_is_written_ends_as_a_question_or_with_a_reason(text: str, before: str) -> None:
    with contextlib.suppress(DroppedError, UnusableReplyError):
        found = question_in(Answered(1, text), before).text
        assert found == found.strip() != ""
        assert len(found) <= MOST
        assert bare(text).startswith(found)
