"""Near duplicates among many texts, in time that grows with their number and not with its square.

Two texts are near duplicates when their sets of three-word shingles have a Jaccard similarity of at least the
threshold and both ask with the same numbers, signs and names (`telling`). Texts of equal words are one to begin with.
Of the others, pairs worth a look are found by MinHash: signatures of 128 values, made by rensa, in as few bands as two
texts at the threshold need to meet in one with a probability of 0.99. Within a bucket each text is compared with the
one before it and with the first, those with the same numbers and names side by side, so the work stays in proportion
to the number of texts however many are made after one template. A pair counts only when the exact similarity confirms
it; what hangs together by such pairs is one family. So nothing is called a near duplicate that has none, while a few
pairs may be missed. The same texts in the same order give the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.analysis.quality_words import Corpus, mixed
from core.analysis.signatures import HASHES, SHINGLE, Places, Signatures, Tell, band_keys, band_rows, signatures, silent
from core.analysis.telling import Telling, telling

ALIKE: Final = 0.7
EXAMPLES: Final = 5
_ROUGHLY = 0.15  # how far a signature may lie below the threshold; at 0.7 that is 3.7 standard errors
_NOTED, _PAIRS = 4096, 50_000
_HELD = 1_500_000  # shingles in sets at a time, about 250 MB
_TOLD_APART = 5_000
_NOTHING = Telling((), ())

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their places, and the Jaccard similarity of their shingles."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Families:
    """`roots[i]` is the place of the first text of the family of text `i`; its own place where it is alone.

    Examples for judging the threshold, the nearest to it first, of a family one at most: `above` are together, `below`
    are not alike enough, `told_apart` are alike enough but ask with other numbers, signs or names.
    """

    roots: tuple[int, ...]
    above: tuple[Pair, ...] = ()
    below: tuple[Pair, ...] = ()
    told_apart: tuple[Pair, ...] = ()


def families(texts: Sequence[str], *, threshold: float = ALIKE, tell_apart: bool = True) -> Families:
    """See the module. Without `tell_apart` other numbers and names make no other question."""
    corpus = Corpus(texts)
    return of_corpus(corpus, tellings(texts, corpus, threshold) if tell_apart else None, threshold=threshold)


def tellings(texts: Iterable[str], corpus: Corpus, threshold: float, tell: Tell = silent) -> list[Telling]:
    """What tells texts apart that may be alike, for `of_corpus`; texts that meet no other are not looked at for it.

    `tell` hears which share of it is done before the texts are read, and may raise to stop.
    """
    signed, rows = signatures(corpus, np.arange(len(corpus)), tell), band_rows(threshold)
    meets = np.zeros(len(corpus), dtype=np.bool_)
    for first in range(0, HASHES - rows + 1, rows):
        _, place, times = np.unique(band_keys(signed[:, first : first + rows]), return_inverse=True, return_counts=True)
        meets |= times[place] > 1
    return [telling(text) if met else _NOTHING for text, met in zip(texts, meets.tolist(), strict=True)]


def of_corpus(
    corpus: Corpus, told: Sequence[Telling] | None = None, *, threshold: float = ALIKE, tell: Tell = silent
) -> Families:
    """The same for texts that were taken apart already; without `told` nothing tells texts apart but their words.

    `tell` hears which share of it is done, and may raise to stop.
    """
    assert 0 < threshold <= 1, "a share of shingles"
    words = _Texts(corpus, told)
    signed = signatures(corpus, words.single, lambda share: tell(share / 2))
    search = _Search(words, threshold)
    for one, other in _candidates(signed, words, threshold, tell):
        search.compare(one, other)
    if told is not None:
        for one, other in _apart(signed, words, threshold):
            search.tell_apart(one, other)
    return search.found()


def jaccard(one: frozenset[T], other: frozenset[T]) -> float:
    """What two sets share of all they hold."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0


class _Texts:
    """The texts whose words and figures no earlier one has (`single`, by place), and what tells each of them apart."""

    def __init__(self, corpus: Corpus, told: Sequence[Telling] | None) -> None:
        self._corpus, self._told = corpus, told
        keys: dict[bytes, int] = {}
        self.same = [keys.setdefault(self._key(place), place) for place in range(len(corpus))]
        self.single: Places = np.array(sorted(keys.values()), dtype=np.int64)
        self.figures = _numbered(told[place].figures if told else () for place in self.single)
        self.names = _numbered(told[place].names if told else () for place in self.single)

    def _key(self, place: int) -> bytes:
        figures = " ".join(self._told[place].figures) if self._told else ""
        return blake2b(self._corpus.text(place).tobytes() + figures.encode(), digest_size=16).digest()

    def other_names(self, one: int, other: int) -> bool:
        """Whether one of two single texts holds a name that the other does not mention."""
        if self.names[one] == self.names[other]:
            return False
        return self._unknown(one, other) or self._unknown(other, one)

    def shingles(self, index: int) -> frozenset[tuple[int, ...]]:
        """The word sequences of a single text; one of few words is one sequence."""
        words = self._corpus.text(int(self.single[index])).tolist()
        return frozenset(zip(*(words[shift:] for shift in range(SHINGLE)), strict=False)) or frozenset({tuple(words)})

    def _unknown(self, one: int, other: int) -> bool:
        assert self._told is not None, "without it all names are equal"
        names = self._told[self.single[one]].names
        return not self._corpus.numbers_of(names) <= set(self._corpus.text(int(self.single[other])).tolist())


def _numbered(keys: Iterable[object]) -> Places:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


class _Search:
    """Families that grow pair by pair, and the pairs nearest to the threshold on both sides of it."""

    def __init__(self, words: _Texts, threshold: float) -> None:
        self._words, self._threshold = words, threshold
        self._above = list(range(len(words.single)))
        self._sets: dict[int, frozenset[tuple[int, ...]]] = {}
        self._held = 0
        self._pairs: dict[str, list[tuple[float, int, int, float]]] = {"above": [], "below": [], "told_apart": []}

    def _root(self, index: int) -> int:
        above = self._above
        while above[index] != index:
            above[index] = above[above[index]]
            index = above[index]
        return index

    def compare(self, one: int, other: int) -> None:
        """Two texts with the same figures: together, if they are alike enough and no name tells them apart."""
        low, high = sorted((self._root(one), self._root(other)))
        if low == high:
            return
        similarity = self._similarity(one, other)
        if similarity < self._threshold:
            self._note("below", one, other, similarity)
        elif self._words.other_names(one, other):
            self._note("told_apart", one, other, similarity)
        else:
            self._above[high] = low
            self._note("above", one, other, similarity)

    def tell_apart(self, one: int, other: int) -> None:
        """Two texts with other figures: an example, if they are alike enough."""
        similarity = self._similarity(one, other)
        if similarity >= self._threshold:
            self._note("told_apart", one, other, similarity)

    def _similarity(self, one: int, other: int) -> float:
        return jaccard(self._set(one), self._set(other))

    def _set(self, index: int) -> frozenset[tuple[int, ...]]:
        if index not in self._sets:
            found = self._words.shingles(index)
            if self._held + len(found) > _HELD:
                self._sets.clear()
                self._held = 0
            self._sets[index] = found
            self._held += len(found)
        return self._sets[index]

    def _note(self, side: str, one: int, other: int, similarity: float) -> None:
        nearest = self._pairs[side]
        nearest.append((abs(similarity - self._threshold), min(one, other), max(one, other), similarity))
        if len(nearest) > _NOTED:
            nearest.sort()
            del nearest[_NOTED // 2 :]

    def found(self) -> Families:
        """What came of it, by the places of all texts."""
        single = self._words.single.tolist()
        rank = {place: index for index, place in enumerate(single)}
        roots = tuple(single[self._root(rank[first])] for first in self._words.same)
        return Families(roots, *(self._examples(side, single) for side in ("above", "below", "told_apart")))

    def _examples(self, side: str, single: Sequence[int]) -> tuple[Pair, ...]:
        shown: list[Pair] = []
        used: set[int] = set()
        for _, one, other, similarity in sorted(set(self._pairs[side])):
            roots = {self._root(one), self._root(other)}
            if roots & used or (len(roots) == 1) is not (side == "above"):
                continue
            used |= roots
            shown.append(Pair(single[one], single[other], similarity))
            if len(shown) == EXAMPLES:
                break
        return tuple(shown)


def _candidates(signed: Signatures, words: _Texts, threshold: float, tell: Tell) -> Iterator[tuple[int, int]]:
    """Pairs with equal figures that share a band and whose signatures agree roughly, each once."""
    rows, met = band_rows(threshold), list[Places]()
    for first in range(0, HASHES - rows + 1, rows):
        tell(0.5)
        met.append(_met(signed[:, first : first + rows], words))
    yield from _roughly(np.unique(np.concatenate(met)), signed, threshold, lambda share: tell((1 + share) / 2))


def _roughly(pairs: Places, signed: Signatures, threshold: float, tell: Tell = silent) -> Iterator[tuple[int, int]]:
    for first in range(0, len(pairs), _PAIRS):
        tell(first / len(pairs))
        part = pairs[first : first + _PAIRS]
        one, other = part >> 32, part & 0xFFFFFFFF
        alike = (signed[one] == signed[other]).mean(axis=1) >= threshold - _ROUGHLY
        yield from zip(one[alike].tolist(), other[alike].tolist(), strict=True)


def _met(band: Signatures, words: _Texts) -> Places:
    """Pairs in one bucket, as one number each: every text with the one before it, and with the first of its names."""
    keys = mixed(band_keys(band) + words.figures.astype(np.uint64) + np.uint64(1))
    order = np.lexsort((words.names, keys))
    same = keys[order][1:] == keys[order][:-1]
    named = same & (words.names[order][1:] == words.names[order][:-1])
    return np.concatenate((_with_first(order, same), _with_first(order, named), _with_previous(order, same)))


def _with_previous(order: Places, same: NDArray[np.bool_]) -> Places:
    return _packed(order[:-1][same], order[1:][same])


def _with_first(order: Places, same: NDArray[np.bool_]) -> Places:
    begins = np.maximum.accumulate(np.where(np.concatenate(([True], ~same))[: len(order)], np.arange(len(order)), 0))
    return _packed(order[begins[1:][same]], order[1:][same])


def _packed(one: Places, other: Places) -> Places:
    return (np.minimum(one, other) << 32) | np.maximum(one, other)


def _apart(signed: Signatures, words: _Texts, threshold: float) -> Iterator[tuple[int, int]]:
    """Pairs that look alike and have other figures, a bounded number spread over all of them."""
    rows, met = band_rows(threshold), list[Places]()
    for first in range(0, HASHES - rows + 1, rows * 4):
        keys = band_keys(signed[:, first : first + rows])
        order = np.argsort(keys, kind="stable")
        other = words.figures[order][1:] != words.figures[order][:-1]
        met.append(_with_previous(order, (keys[order][1:] == keys[order][:-1]) & other))
    pairs = np.unique(np.concatenate(met))
    yield from _roughly(pairs[:: -(-len(pairs) // _TOLD_APART) or 1], signed, threshold)
