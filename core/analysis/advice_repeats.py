"""Samples of a pilot that repeat an earlier one: word for word, or with nearly the same question."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.near_duplicates import families
from core.domain.naming import name_key

NEAR = 0.5  # about one word in ten may differ


def exact_repeats(pairs: Sequence[tuple[str, str]]) -> int:
    """Pairs of question and answer that an earlier pair says already; case and spaces do not count."""
    return len(pairs) - len({(name_key(question), name_key(answer)) for question, answer in pairs})


def near_repeats(questions: Sequence[str]) -> int:
    """Questions nearly equal to an earlier one; equal ones count too.

    Other numbers in the same story make another problem, but look alike: a sign to look at, no proof.
    """
    return len(questions) - len(set(families(questions, threshold=NEAR, tell_apart=False).roots))
