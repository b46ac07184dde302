"""Rows that a benchmark asks too: the same words, or a long run of the same words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.analysis.quality_words import words_of

RUN: Final = 13


@dataclass(frozen=True, slots=True)
class Hit:
    """A row says what a question of a benchmark says. `row` and `benchmark` are the ids that came in.

    `exact` = the same words in the same order from beginning to end. `share` of the words of the benchmark question
    stand in the row too, within common runs; `words` is the longest of them.
    """

    row: int
    benchmark: int
    exact: bool
    share: float
    words: str


def hits(rows: Iterable[tuple[int, str]], benchmark: Iterable[tuple[int, str]], *, n: int = RUN) -> list[Hit]:
    """All hits in the order of the rows."""
    assert n > 0
    known = {" ".join(words_of(text)): ident for ident, text in benchmark}
    return [
        Hit(row, known[text], True, 1.0, text) for row, words in rows if (text := " ".join(words_of(words))) in known
    ]
