"""How the built-in teacher poses, rephrases, solves and checks homework; harder questions join several parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from core.domain.naming import name_key
from core.llm.builtin.library import by_concept, recognise
from core.llm.builtin.problem import Problem, Solution

_JOINED = re.compile(r"Solve (?:both|all) parts\.(?=\n\n\(a\) )")
_PART = re.compile(r"\n\n\(([a-z])\) ")
FINAL = "Final answer:"
AGAIN = "And with other numbers? "
LETTERS = "abcdefghijklmnopqrstuvwxyz"


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
    return joined([p.pose(p.draw(rng), rng.randrange(len(p.wordings))) for p in problems if p is not None])


def joined(parts: Sequence[str]) -> str:
    """One question of several parts; a single one stays as it is."""
    if len(parts) == 1:
        return parts[0]
    lettered = "".join(f"\n\n({letter}) {part}" for letter, part in zip(LETTERS, parts, strict=False))
    return f"Solve {'both' if len(parts) == 2 else 'all'} parts.{lettered}"


def parts_of(question: str) -> list[str]:
    """The parts of a joined question, or the question alone; what leads over from an earlier turn is left out."""
    text = question.strip().removeprefix(AGAIN)
    head = _JOINED.match(text)
    if head is None:
        return [text]
    _, *found = _PART.split(text[head.end() :])
    letters, parts = found[::2], found[1::2]
    return parts if "".join(letters) == LETTERS[: len(letters)] else [text]


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
    parts = [_solve(part) for part in parts_of(question)]
    solved = [part for part in parts if part is not None]
    if len(solved) < len(parts):
        return None
    if len(solved) == 1:
        return solved[0]
    *firsts, last = solved
    return Solved(
        "\n\n".join(f"({letter}) {part.reasoning}" for letter, part in zip(LETTERS, solved, strict=False)),
        _lettered([part.answer for part in solved]),
        tuple(_lettered([*(part.answer for part in firsts), slip]) for slip in last.slips),
    )


def _lettered(answers: Sequence[str]) -> str:
    return "; ".join(f"({letter}) {answer}" for letter, answer in zip(LETTERS, answers, strict=False))


def _solve(question: str) -> Solved | None:
    found = recognise(question)
    if found is None:
        return None
    problem, _, params = found
    solution: Solution = problem.solve(params)
    return Solved("\n\n".join(solution.steps), solution.answer, solution.slips)


def knows_question(question: str) -> bool:
    """Can the built-in teacher answer this?"""
    return solve(question) is not None


def rephrase(question: str, rng: Random) -> str | None:
    """The same problem in another wording, every number kept; None if it does not know it."""
    parts = [_rephrase(part, rng) for part in parts_of(question)]
    worded = [part for part in parts if part is not None]
    return joined(worded) if len(worded) == len(parts) else None


def _rephrase(question: str, rng: Random) -> str | None:
    found = recognise(question)
    if found is None:
        return None
    problem, wording, params = found
    other = (wording + 1 + rng.randrange(len(problem.wordings) - 1)) % len(problem.wordings)
    return problem.pose(params, other)


def final_answer(answer: str) -> str:
    """What stands after the last "Final answer:", in one line; empty if there is none."""
    _, found, rest = answer.rpartition(FINAL)
    return " ".join(rest.split()).strip("* ") if found else ""
