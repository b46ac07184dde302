"""What the built-in teacher makes of its own questions: it can solve whatever it writes, and no two are alike."""

from __future__ import annotations

from random import Random

import pytest

from core.domain.calls import Stage
from core.domain.naming import name_key
from core.generation.calls import build
from core.generation.strategies.evol_instruct import check_call
from core.llm.builtin import homework, variation
from core.llm.builtin.library import by_domain, recognise
from core.llm.builtin.problem import Problem
from core.prompts.replies import EvolutionReply, parse
from tests.unit import teacher_contract as contract
from tests.unit.test_teacher_contract import ask

EVERY = 8


def family_of(question: str) -> Problem:
    """The family of a question of one part."""
    found = recognise(question)
    assert found, question
    return found[0]


def posed(family: Problem, rng: Random) -> str:
    """A question of the family."""
    return family.pose(family.draw(rng), rng.randrange(len(family.wordings)))


@pytest.mark.parametrize("domain", by_domain())
def test_it_varies_deepens_broadens_and_goes_on_from_questions_of_every_discipline(domain: str) -> None:
    rng = Random(domain)
    for family in by_domain()[domain][::EVERY]:
        question = posed(family, rng)
        solved = homework.solve(question)
        made = variation.new_question(question, rng)
        assert solved
        assert made
        other = homework.solve(made)
        assert other
        assert other.answer != solved.answer
        concepts = {name_key(concept) for concept in family.concepts}
        broad = variation.broadened(question, rng)
        assert broad
        assert homework.solve(broad)
        assert not concepts & {name_key(concept) for concept in family_of(broad).concepts}
        then = variation.follow_up([question], rng)
        assert then
        assert homework.parts_of(then) != homework.parts_of(question)
        assert homework.solve(then)


@pytest.mark.parametrize("domain", by_domain())
def test_each_evolution_in_depth_adds_one_part_of_another_family_and_keeps_the_others(domain: str) -> None:
    rng = Random(domain)
    question = posed(by_domain()[domain][3], rng)
    for number in range(2, 7):
        deeper = variation.deepened(question, rng)
        assert deeper
        parts = homework.parts_of(deeper)
        assert parts[:-1] == homework.parts_of(question)
        assert len({family_of(part).name for part in parts}) == number
        solved = homework.solve(deeper)
        assert solved
        assert solved.answer.startswith("(a) ")
        assert f"; ({homework.LETTERS[number - 1]}) " in solved.answer
        question = deeper


def test_a_new_task_is_of_a_family_that_none_of_the_shots_has() -> None:
    rng = Random(1)
    shots = [posed(family, rng) for family in by_domain()["logic"][:8]]
    taken = {family_of(shot).name for shot in shots}
    for _ in range(60):
        task = variation.task_beside(shots, rng)
        assert task
        assert family_of(task).name not in taken
        assert family_of(task) in by_domain()["logic"]


def test_questions_of_other_people_are_never_varied() -> None:
    rng, foreign = Random(1), "Natalia sold clips to 48 of her friends in April. How many did she sell?"
    ways = (variation.new_question, variation.deepened, variation.broadened, homework.rephrase)
    assert [way(foreign, rng) for way in ways] == [None] * 4
    assert variation.follow_up([foreign], rng) is None
    assert variation.task_beside([foreign], rng) is None


def test_further_answers_to_compare_with_are_draws_of_their_own_some_of_them_wrong() -> None:
    question = posed(by_domain()["statistics"][0], Random(1))
    right = homework.solve(question)
    assert right
    facts = {"question": question, "task": "maths"}
    calls = [build(Stage.AGREEMENT, "solve", facts, facts, 2_000_000 + n) for n in range(40)]
    finals = [homework.final_answer(ask(call, 0.3).text) for call in calls]
    assert 20 <= finals.count(right.answer) <= 36


def test_it_calls_an_evolution_that_says_the_same_no_evolution() -> None:
    question = posed(by_domain()["statistics"][0], Random(1))
    deeper = variation.deepened(question, Random(1))
    assert deeper
    for after, different in ((question, False), (deeper, True)):
        reply = ask(check_call(contract.from_seed(question), question, after)).text
        assert parse(EvolutionReply, reply).different is different
