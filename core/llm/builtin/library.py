"""What the built-in teacher knows: problem families by key concept, curricula by discipline."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import core.llm.builtin.problems as package
from core.catalogue.load import curricula
from core.catalogue.models import CurriculumFile, SubjectEntry
from core.domain.naming import name_key
from core.llm.builtin.problem import Params, Problem


@cache
def families() -> tuple[Problem, ...]:
    """All problem families, in a fixed order."""
    return tuple(problem for problems in by_domain().values() for problem in problems)


@cache
def by_domain() -> dict[str, tuple[Problem, ...]]:
    """Families of each discipline, under the name that their modules share."""
    found: dict[str, list[Problem]] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        problems = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "PROBLEMS", ())
        if problems:
            found.setdefault(module.name.rpartition("_")[0], []).extend(problems)
    return {domain: tuple(problems) for domain, problems in found.items()}


@cache
def domain_of(name: str) -> str:
    """The discipline of a family, by the family's name."""
    return next(domain for domain, problems in by_domain().items() if any(p.name == name for p in problems))


@cache
def by_concept() -> dict[str, tuple[Problem, ...]]:
    """Key of a concept's name -> families that practise it."""
    index: dict[str, list[Problem]] = {}
    for problem in families():
        for concept in problem.concepts:
            index.setdefault(name_key(concept), []).append(problem)
    return {key: tuple(problems) for key, problems in index.items()}


def knows_concept(concept: str) -> bool:
    """Is there a problem for this concept?"""
    return name_key(concept) in by_concept()


def disciplines() -> tuple[str, ...]:
    """Names of the disciplines that have a curriculum, in order."""
    return tuple(sorted(known.discipline for known in _curricula().values()))


@cache
def _curricula() -> dict[str, CurriculumFile]:
    return {name_key(name): curriculum for name, curriculum in curricula().items()}


def curriculum(discipline: str) -> CurriculumFile | None:
    """What is known about a discipline, by name."""
    return _curricula().get(name_key(discipline))


def subject(discipline: str, name: str) -> SubjectEntry | None:
    """One subject of a discipline, by name."""
    known = curriculum(discipline)
    entries = known.subjects if known else ()
    return next((entry for entry in entries if name_key(entry.name) == name_key(name)), None)


def recognise(text: str) -> tuple[Problem, int, Params] | None:
    """The family, wording and parameters behind a question text."""
    for problem in families():
        found = problem.recognise(text)
        if found:
            return problem, *found
    return None
