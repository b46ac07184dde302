"""The pool of Self-Instruct: nearness is ROUGE-L over words, admission is one step, rules follow the seeds."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.strategies.self_instruct import bare_task
from core.generation.strategies.task_rules import RULES, broken_rule
from core.generation.task_pool import NEAR, TaskPool, words_of

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), min_size=1, max_size=9).map(" ".join)


def admitted(pool: TaskPool, task: str, request: int = 1) -> str | None:
    """What the pool says of a task."""
    return asyncio.run(pool.admit(task, request))


def rouge_l(one: str, other: str) -> float:
    """The F-measure by its definition."""
    a, b = one.split(), other.split()
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    common = table[-1][-1]
    precision, recall = common / len(a), common / len(b)
    return 2 * precision * recall / (precision + recall) if common else 0.0


@given(TEXTS, TEXTS)
def test_a_task_is_turned_away_exactly_above_the_rouge_l_of_the_paper(one: str, other: str) -> None:
    pool = TaskPool()
    pool.add(one)
    assert (admitted(pool, other) == one) == (rouge_l(one, other) > NEAR + 1e-9)


def test_case_punctuation_and_unspaced_scripts_do_not_hide_a_duplicate() -> None:
    pool = TaskPool()
    pool.add("Name three rivers of Peru.")
    pool.add("秘鲁有哪三条主要河流")
    assert admitted(pool, "NAME: three rivers (of Peru)!") == "Name three rivers of Peru."
    assert admitted(pool, "秘鲁有哪三条河流") == "秘鲁有哪三条主要河流"
    assert words_of("Ωmega_3 ΣΑΣ") == words_of("ωMEGA 3 σας")


def test_of_two_equal_tasks_at_the_same_moment_one_is_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.generation.task_pool._SLICE", 2)
    pool = TaskPool()
    for n in range(9):
        pool.add(f"x{n} y{n} z{n}")

    async def both() -> list[str | None]:
        return list(await asyncio.gather(pool.admit("one new task", 1), pool.admit("one new task", 2)))

    assert asyncio.run(both()) == [None, "one new task"]
    assert len(pool) == 10


def test_a_request_is_judged_once_and_never_against_itself() -> None:
    pool = TaskPool()
    assert [admitted(pool, "one new task", 7) for _ in range(2)] == [None, None]
    assert len(pool) == 1


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("Add the numbers.", "too short"),
        ("word " * 151, "too long"),
        ("Describe what this image shows us.", "beyond text"),
        ("Plot the function of the table.", "beyond text"),
        ("Write a program that adds numbers.", "program"),
        ("- Name three rivers of Peru.", "punctuation first"),
        ("Éclair or cake, which is sweeter?", "another script"),
    ],
)
def test_each_rule_turns_its_case_away_unless_the_seeds_do_the_same(task: str, name: str) -> None:
    rule = broken_rule(task, ["Name three rivers of Peru."])
    assert rule is not None
    assert rule.name == name
    assert broken_rule(task, ["Name three rivers of Peru.", task]) is None


def test_words_that_only_contain_a_forbidden_one_are_allowed_and_every_rule_has_its_name() -> None:
    assert broken_rule("Explain photography and the imagery of mapping.", ["Name three rivers of Peru."]) is None
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Task: Sort these words.\n\nInput: pear, fig", "Sort these words.\n\npear, fig"),
        ("9. Sort these words.\nInput: <noinput>", "Sort these words."),
        ("Task 9: Sort these words.\nInput:\npear\nfig", "Sort these words.\n\npear\nfig"),
        ("3.5 kg of flour cost 7 euros. What does 1 kg cost?", "3.5 kg of flour cost 7 euros. What does 1 kg cost?"),
        ("What does input: mean here?", "What does input: mean here?"),
    ],
)
def test_labels_and_numbers_around_a_task_are_taken_off(text: str, task: str) -> None:
    assert bare_task(text) == task
