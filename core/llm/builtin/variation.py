"""How the built-in teacher makes questions from questions: new ones, harder ones, others of their domain, next turns.

It knows families of problems and nothing else. So an evolution in depth adds a part, whichever operation is asked for,
and a next turn gives the same problem other numbers. A question of no family gives None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from core.domain.naming import name_key
from core.llm.builtin.homework import AGAIN, LETTERS, joined, parts_of, solve
from core.llm.builtin.library import by_concept, by_domain, domain_of, recognise
from core.llm.builtin.problem import Problem

TRIES = 40


def new_question(question: str, rng: Random) -> str | None:
    """A question of the same family or of one that practises the same concept, with another final answer."""
    families, old = _families_of(question), solve(question)
    if not families or old is None:
        return None
    for _ in range(TRIES):
        made = joined([_posed(rng.choice([family, *_siblings([family])]), rng) for family in families])
        solved = solve(made)
        if solved and solved.answer != old.answer:
            return made
    return None


def task_beside(shots: Sequence[str], rng: Random) -> str | None:
    """A task of a discipline of the shots, of a family that is not among them."""
    known = [family for shot in shots for family in _families_of(shot)]
    return _pose_one(_others(known), rng)


def deepened(question: str, rng: Random) -> str | None:
    """The question with a further part, on the same concepts if there is another family for them."""
    families = _families_of(question)
    parts = parts_of(question)
    added = _pose_one(_siblings(families) or _others(families), rng) if len(parts) < len(LETTERS) else None
    return joined([*parts, added]) if added else None


def broadened(question: str, rng: Random) -> str | None:
    """A question of the same discipline on none of the same concepts."""
    families = _families_of(question)
    near = {family.name for family in _siblings(families)}
    return _pose_one([family for family in _others(families) if family.name not in near], rng)


def follow_up(asked: Sequence[str], rng: Random) -> str | None:
    """The last question once more, with numbers that did not come up."""
    families = _families_of(asked[-1])
    before = {tuple(parts_of(question)) for question in asked}
    for _ in range(TRIES if families else 0):
        parts = [_posed(family, rng) for family in families]
        if tuple(parts) not in before:
            return AGAIN + joined(parts)
    return None


def _families_of(question: str) -> list[Problem]:
    """The family of each part; empty if one of them is of none."""
    found = [recognise(part) for part in parts_of(question)]
    return [each[0] for each in found if each] if all(found) else []


def _siblings(families: Sequence[Problem]) -> list[Problem]:
    """Other families that practise one of their concepts."""
    keys = sorted({name_key(concept) for family in families for concept in family.concepts})
    return _without(families, (sibling for key in keys for sibling in by_concept()[key]))


def _others(families: Sequence[Problem]) -> list[Problem]:
    """Other families of their disciplines."""
    domains = sorted({domain_of(family.name) for family in families})
    return _without(families, (other for domain in domains for other in by_domain()[domain]))


def _without(families: Sequence[Problem], found: Iterable[Problem]) -> list[Problem]:
    taken = {family.name for family in families}
    return list({problem.name: problem for problem in found if problem.name not in taken}.values())


def _pose_one(families: Sequence[Problem], rng: Random) -> str | None:
    return _posed(rng.choice(families), rng) if families else None


def _posed(family: Problem, rng: Random) -> str:
    return family.pose(family.draw(rng), rng.randrange(len(family.wordings)))
