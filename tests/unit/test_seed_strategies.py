"""Question rephrase and new question: what is shown, what is paid, what is left out, what the sample says of itself."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.domain.calls import Stage, request_key
from core.domain.plans import SamplesPlan, SeedChoice, TeacherChoice
from core.domain.seeds import SeedSet
from core.domain.strategies import Strategy, TaskType
from core.errors import DroppedError, UnusableReplyError
from core.generation.strategies.answer_augmentation import TOGETHER
from core.generation.strategies.method import Material
from core.generation.strategies.registry import METHODS
from tests.unit.asking import Asking, item, seed

FIT = json.dumps({"reason": "All is given.", "fit": True})
UNFIT = json.dumps({"reason": "The price is missing.", "fit": False})
CHOICE = seed("Which is even?", options=("3", "4"), final="B")
QUERY = seed("How many singers are there?", context="CREATE TABLE singer (id INTEGER);", final="SELECT 1")


def test_a_rephrased_question_keeps_what_belongs_to_it_and_says_what_its_answer_should_be() -> None:
    asking = Asking(augment="Which of these numbers is even?", answer="Final answer: B")
    made = asking.make(item(Strategy.QUESTION_REPHRASE, CHOICE, TaskType.MULTIPLE_CHOICE))
    assert made.question == "Which of these numbers is even?\n\nA. 3\nB. 4"
    assert (made.answer.text, made.question_request) == ("Final answer: B", 1)
    assert made.requests == ((Stage.AUGMENT, 1), (Stage.ANSWER, 2))
    assert made.lineage["expected_final"] == "B"
    assert made.lineage["seed_question"] == "Which is even?\n\nA. 3\nB. 4"
    first, second = asking.calls
    assert "<material>\nA. 3\nB. 4\n</material>" in first.messages[-1].content
    assert made.question in second.messages[-1].content
    assert second.template == "solve"


@pytest.mark.parametrize(
    "text", ["What is 2 + 2?", " what  IS 2 + 2? ", "Rewritten question: What is 2 + 2?", '"What is 2 + 2?"']
)
@pytest.mark.parametrize("strategy", [Strategy.QUESTION_REPHRASE, Strategy.NEW_QUESTION])
def test_a_question_that_comes_back_unchanged_is_dropped_before_anything_more_is_paid(
    strategy: Strategy, text: str
) -> None:
    asking = Asking(augment=text, answer="4")
    with pytest.raises(DroppedError, match="says the same"):
        asking.make(item(strategy, seed()))
    assert asking.stages == {Stage.AUGMENT: 1}


def test_a_rephrasing_many_times_longer_than_its_question_is_dropped() -> None:
    with pytest.raises(DroppedError, match="1,000 characters where 456"):
        Asking(augment="word " * 199 + "words", answer="4").make(item(Strategy.QUESTION_REPHRASE, seed()))


def test_a_rephrasing_that_has_lost_a_number_is_dropped_before_its_answer_is_paid() -> None:
    asking = Asking(augment="What is the sum of two and another one?", answer="4")
    with pytest.raises(DroppedError, match="lost the number 48"):
        asking.make(item(Strategy.QUESTION_REPHRASE, seed("What is 2 + 48?")))
    assert asking.stages == {Stage.AUGMENT: 1}


def test_a_new_question_is_checked_before_it_is_answered_and_expects_no_final_answer() -> None:
    asking = Asking(augment="What is 3 + 4?", question_check=FIT, answer="Final answer: 7")
    made = asking.make(item(Strategy.NEW_QUESTION, seed()))
    assert (made.question, made.answer.text) == ("What is 3 + 4?", "Final answer: 7")
    assert made.requests == ((Stage.AUGMENT, 1), (Stage.QUESTION_CHECK, 2), (Stage.ANSWER, 3))
    assert "expected_final" not in made.lineage
    assert all("<question>\nWhat is 3 + 4?\n</question>" in call.messages[-1].content for call in asking.calls[1:])


def test_an_unfit_question_is_dropped_with_the_reason_before_its_answer_is_paid() -> None:
    asking = Asking(augment="What does a ticket cost?", question_check=UNFIT, answer="4")
    with pytest.raises(DroppedError, match="not fit to be asked: The price is missing"):
        asking.make(item(Strategy.NEW_QUESTION, seed()))
    assert asking.stages == {Stage.AUGMENT: 1, Stage.QUESTION_CHECK: 1}


def test_an_unreadable_verdict_is_repaired_once_and_the_repair_is_in_the_lineage() -> None:
    asking = Asking(augment="What is 3 + 4?", question_check=["It is fine.", FIT], answer="7")
    made = asking.make(item(Strategy.NEW_QUESTION, seed()))
    assert [stage for stage, _ in made.requests] == [call.stage for call in asking.calls]
    assert [call.template for call in asking.calls] == ["new_question", "question_check", "repair", "solve"]
    hopeless = Asking(augment="What is 3 + 4?", question_check="It is fine.", answer="7")
    with pytest.raises(UnusableReplyError):
        hopeless.make(item(Strategy.NEW_QUESTION, seed()))
    assert hopeless.stages == {Stage.AUGMENT: 1, Stage.QUESTION_CHECK: 2}


def test_a_verdict_that_came_back_empty_is_not_made_up_by_a_repair() -> None:
    asking = Asking(augment="What is 3 + 4?", question_check=[" ", FIT], answer="7")
    with pytest.raises(UnusableReplyError, match="came back empty"):
        asking.make(item(Strategy.NEW_QUESTION, seed()))
    assert asking.stages == {Stage.AUGMENT: 1, Stage.QUESTION_CHECK: 1}


def test_a_new_query_is_asked_of_the_tables_of_its_seed() -> None:
    asking = Asking(augment="How many singers are over 30?", question_check=FIT, answer="```sql\nSELECT 1\n```")
    made = asking.make(item(Strategy.NEW_QUESTION, QUERY, TaskType.TEXT_TO_SQL))
    assert made.question == f"How many singers are over 30?\n\n{QUERY.context}"
    assert asking.calls[0].messages[-1].content.count(QUERY.context) == 1


@pytest.mark.parametrize("task", TaskType)
def test_no_teacher_sees_the_answer_of_the_seed(task: TaskType) -> None:
    for strategy in (Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE, Strategy.NEW_QUESTION):
        asking = Asking(augment="What do 2 and 2 make?", question_check=FIT, answer="7")
        asking.make(item(strategy, seed(answer="SECRET"), task))
        assert "SECRET" not in asking.written
        assert "SECRET" not in str([call.context for call in asking.calls])


@pytest.mark.parametrize("strategy", [Strategy.QUESTION_REPHRASE, Strategy.NEW_QUESTION])
def test_every_round_over_the_seeds_asks_anew(strategy: Strategy) -> None:
    keys = set()
    for index in range(3):
        asking = Asking(augment="What do 2 and 2 make?", question_check=FIT, answer="7")
        asking.make(item(strategy, seed(), index=index))
        keys |= {request_key("e", call) for call in asking.calls}
    assert len(keys) == 3 * len(asking.calls)


# ---- rounds ----

SEED_SET = {"id": 1, "project_id": "p", "name": "Seeds", "number": 1, "task_type": "maths", "source": "", "lineage": {}}
MORE = {"database": "", "n_examples": 3, "frozen_at": None, "removed": 0, "created_by": "Ada", "created_at": 0.0}
MATERIAL = Material(
    seed_set=SeedSet.model_validate({**SEED_SET, **MORE, "version": 1}), examples=((0, 10), (1, 11), (2, 12))
)


def _planned(strategy: Strategy, count: int, start: int = 0) -> list[tuple[int, int, int]]:
    """(seed example, round, copies) of each item."""
    plan = SamplesPlan(
        strategy=strategy,
        seeds=SeedChoice(seed_set=1),
        count=count,
        start={f"seeds:{strategy.value}:1:all:0": start},
        teachers=dict.fromkeys(Stage, TeacherChoice(connection="c", model="m")),
    )
    specs = METHODS[strategy].plan(plan, MATERIAL).specs
    return [(spec["seed_example"], spec["index"], spec.get("copies", 1)) for spec in specs]


@pytest.mark.parametrize("strategy", [Strategy.QUESTION_REPHRASE, Strategy.NEW_QUESTION])
def test_any_prefix_covers_the_seeds_evenly(strategy: Strategy) -> None:
    done: Counter[int] = Counter({10: 0, 11: 0, 12: 0})
    for example, lap, _ in _planned(strategy, 20):
        assert lap == done[example]
        done[example] += 1
        assert max(done.values()) - min(done.values()) <= 1


def test_answers_come_for_every_seed_first_and_then_four_together() -> None:
    planned = _planned(Strategy.ANSWER_AUGMENTATION, 3 + 12 + 6)
    assert planned[:3] == [(10, 0, 1), (11, 0, 1), (12, 0, 1)]
    assert planned[3:8] == [(10, 1, 4), (10, 2, 4), (10, 3, 4), (10, 4, 4), (11, 1, 4)]
    assert planned[15:] == [(10, 5, 4), (10, 6, 4), (10, 7, 4), (10, 8, 4), (11, 5, 2), (11, 6, 2)]
    done: Counter[int] = Counter({10: 0, 11: 0, 12: 0})
    for example, lap, _ in planned:
        assert lap == done[example]
        done[example] += 1
        assert max(done.values()) - min(done.values()) <= TOGETHER


@pytest.mark.parametrize("first", range(1, 20))
def test_a_plan_cut_anywhere_and_gone_on_asks_the_same_as_one_plan(first: int) -> None:
    whole = [(example, lap) for example, lap, _ in _planned(Strategy.ANSWER_AUGMENTATION, 20)]
    parts = [*_planned(Strategy.ANSWER_AUGMENTATION, first), *_planned(Strategy.ANSWER_AUGMENTATION, 20 - first, first)]
    assert [(example, lap) for example, lap, _ in parts] == whole
    assert len(set(whole)) == 20
