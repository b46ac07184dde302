"""Every family of problems poses what it can solve, in words that keep every number."""

from __future__ import annotations

import importlib
import pkgutil
import re
from random import Random

import pytest

import core.llm.builtin.problems as package
from core.llm.builtin.problem import Problem

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _families() -> list[tuple[str, Problem]]:
    found: list[tuple[str, Problem]] = []
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        name = module.name.removeprefix(f"{package.__name__}.")
        problems = getattr(importlib.import_module(module.name), "PROBLEMS", ())
        found += [(f"{name}:{problem.name}", problem) for problem in problems]
    return found


FAMILIES = _families()


@pytest.mark.parametrize("problem", [p for _, p in FAMILIES], ids=[i for i, _ in FAMILIES])
def test_each_wording_is_recognised_and_solved_alike(problem: Problem) -> None:
    for seed in range(12):
        params = problem.draw(Random(seed))
        solution = problem.solve(params)
        assert not any(isinstance(v, str) and re.fullmatch(r"-?\d+", v) for v in params.values())
        assert all(step.strip() for step in solution.steps)
        texts = [problem.pose(params, i) for i in range(len(problem.wordings))]
        assert len(set(texts)) == len(texts)
        for index, text in enumerate(texts):
            assert problem.recognise(text) == (index, params)
            assert sorted(_NUMBER.findall(text)) == sorted(_NUMBER.findall(texts[0])), "a wording drops a number"


def test_names_of_families_are_unique() -> None:
    names = [problem.name for _, problem in FAMILIES]
    assert len(names) == len(set(names))


def test_no_family_takes_the_question_of_another() -> None:
    problems = [problem for _, problem in FAMILIES]
    for problem in problems:
        text = problem.pose(problem.draw(Random(7)))
        takers = [other.name for other in problems if other.recognise(text) is not None]
        assert takers == [problem.name]
