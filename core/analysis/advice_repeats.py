"""Samples of a pilot that repeat an earlier one: word for word, or with nearly the same question."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from core.domain.naming import name_key

NEAR = 90.0  # of 100, words in any order
_COMPARED = 300


def exact_repeats(pairs: Sequence[tuple[str, str]]) -> int:
    """Pairs of question and answer that an earlier pair says already; case and spaces do not count."""
    return len(pairs) - len({(name_key(question), name_key(answer)) for question, answer in pairs})


def near_repeats(questions: Sequence[str]) -> int:
    """Questions nearly equal to an earlier one, among the first few hundred; equal ones count too.

    Other numbers in the same story make another problem, but look alike: a sign to look at, no proof.
    """
    seen: list[str] = []
    found = 0
    for question in questions[:_COMPARED]:
        key = " ".join(sorted(name_key(question).split()))
        if any(fuzz.ratio(key, other, score_cutoff=NEAR) for other in seen):
            found += 1
        else:
            seen.append(key)
    return found
