"""How the built-in teacher poses, rephrases, solves and checks homework; challenging questions join two parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from core.domain.naming import name_key
from core.llm.builtin.library import by_concept, recognise
from core.llm.builtin.problem import Problem, Solution

_JOINED = re.compile(r"Solve both parts\.\n\n\(a\) (?P<a>.+)\n\n\(b\) (?P<b>.+)", re.DOTALL)
FINAL = "Final answer:"


@dataclass(frozen=True, slots=True)
class Solved:
    """A question worked out: text of the reasoning, right final answer, plausible wrong ones."""

    reasoning: str
    answer: str
    slips: tuple[str, ...]


def pose(groups: Sequence[Sequence[str]], rng: Random) -> str | None:
    """A question on concepts, one group per session; None if a session has no concept with a problem."""
    problems = [_choose(group, rng) for group in groups]
    if not problems or any(problem is None for problem in problems):
        return None
    both = {name_key(concept) for group in groups for concept in group}
    joint = [p for p in problems if p is not None and all(_touches(p, group) for group in groups)]
    if len(groups) == 1 or joint:
        problem = joint[0] if joint else problems[0]
        assert problem is not None
        return problem.pose(problem.draw(rng), rng.randrange(len(problem.wordings)))
    assert both
    parts = [p.pose(p.draw(rng), rng.randrange(len(p.wordings))) for p in problems if p is not None]
    return f"Solve both parts.\n\n(a) {parts[0]}\n\n(b) {parts[1]}"


def _touches(problem: Problem, concepts: Sequence[str]) -> bool:
    mine = {name_key(concept) for concept in problem.concepts}
    return any(name_key(concept) in mine for concept in concepts)


def _choose(concepts: Sequence[str], rng: Random) -> Problem | None:
    wanted = {name_key(concept) for concept in concepts}
    candidates = sorted({p.name: p for key in wanted for p in by_concept().get(key, ())}.items())
    if not candidates:
        return None
    fits = {name: len(wanted & {name_key(c) for c in problem.concepts}) for name, problem in candidates}
    best = max(fits.values())
    return rng.choice([problem for name, problem in candidates if fits[name] == best])


def solve(question: str) -> Solved | None:
    """Work out a question that this teacher posed, in any of its wordings; None if it does not know it."""
    joined = _JOINED.fullmatch(question.strip())
    if joined:
        parts = [solve(joined["a"]), solve(joined["b"])]
        first, second = parts
        if first is None or second is None:
            return None
        return Solved(
            f"(a) {first.reasoning}\n\n(b) {second.reasoning}",
            f"(a) {first.answer}; (b) {second.answer}",
            tuple(f"(a) {first.answer}; (b) {slip}" for slip in second.slips),
        )
    found = recognise(question.strip())
    if found is None:
        return None
    problem, _, params = found
    solution: Solution = problem.solve(params)
    return Solved("\n\n".join(solution.steps), solution.answer, solution.slips)


def rephrase(question: str, rng: Random) -> str | None:
    """The same problem in another wording, every number kept; None if it does not know it."""
    joined = _JOINED.fullmatch(question.strip())
    if joined:
        first, second = rephrase(joined["a"], rng), rephrase(joined["b"], rng)
        return None if first is None or second is None else f"Solve both parts.\n\n(a) {first}\n\n(b) {second}"
    found = recognise(question.strip())
    if found is None:
        return None
    problem, wording, params = found
    other = (wording + 1 + rng.randrange(len(problem.wordings) - 1)) % len(problem.wordings)
    return problem.pose(params, other)


def final_answer(answer: str) -> str:
    """What stands after the last "Final answer:", in one line; empty if there is none."""
    _, found, rest = answer.rpartition(FINAL)
    return " ".join(rest.split()).strip("* ") if found else ""
