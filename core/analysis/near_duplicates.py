"""Near duplicates among many texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis import quality_near
from core.analysis.quality_words import Corpus


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their places, and what they share of the word sequences that they hold."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Families:
    """`roots[i]` is the place of the first text of the family of text `i`; its own place where it is alone.

    Examples for judging the threshold, nearest to it first: `above` are together, `below` are not alike enough,
    `told_apart` are alike enough but ask with other numbers, names or signs.
    """

    roots: tuple[int, ...]
    above: tuple[Pair, ...]
    below: tuple[Pair, ...]
    told_apart: tuple[Pair, ...]


def families(texts: Sequence[str], *, threshold: float = 0.7) -> Families:
    """The families of near duplicates."""
    assert threshold > 0
    return Families(tuple(quality_near.families(Corpus(texts)).tolist()), (), (), ())
