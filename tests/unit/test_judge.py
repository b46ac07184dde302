"""The judge's prompt: a rubric is added where the plan has one, and nothing else changes."""

from __future__ import annotations

from core.generation.checks.judge import judge_call
from core.generation.products import Answered, Choice, SampleMade

CHOICE = Choice("m", 0.0, 1.0, 500)
PAIR = SampleMade("What is 2 + 2?", Answered(1, "4"))


def _prompt(made: SampleMade = PAIR, rubric: str = "", **spec: str) -> tuple[str, str]:
    system, user = judge_call(spec, made, rubric)(CHOICE).messages
    return system.content, user.content


def test_without_a_rubric_the_judge_reads_the_pair_and_one_question() -> None:
    system, user = _prompt(discipline="Mathematics")
    assert system.startswith("You are a careful examiner in Mathematics. You solve the question yourself first")
    assert user == (
        "<question>\nWhat is 2 + 2?\n</question>\n\n<answer>\n4\n</answer>\n\n"
        "Is the answer correct and complete? Give the reason in one or two sentences first."
    )


def test_without_a_discipline_the_examiner_has_no_subject() -> None:
    assert _prompt()[0].startswith("You are a careful examiner. You solve")


def test_a_rubric_stands_in_its_own_fence_and_every_point_of_it_counts() -> None:
    system, user = _prompt(rubric="Units are named.")
    assert "<rubric>\nUnits are named.\n</rubric>" in user
    assert "every point of the rubric" in user
    assert system == _prompt()[0]


def test_the_judge_of_a_conversation_reads_the_turns_before() -> None:
    made = SampleMade("And 3 + 3?", Answered(1, "6"), history=(("What is 2 + 2?", "4"),))
    assert "Asked before: What is 2 + 2?\n\nAnswered: 4\n\nAsked now: And 3 + 3?" in _prompt(made)[1]
