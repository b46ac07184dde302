"""Near duplicates among many texts, in time that grows with their number and not with its square.

Two texts are near duplicates when their sets of three-word shingles have a Jaccard similarity of at least 0.7. Pairs
worth a look are found by MinHash signatures of 100 values in 20 bands of 5 (two texts at 0.7 meet with a probability
of 0.97, at 0.8 of 0.999); within a bucket each text is compared with the first and with the one before it, and a pair
counts only when the exact similarity confirms it. What hangs together by such pairs is one family. So nothing is
called a near duplicate that has none, while a few pairs may be missed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.analysis.quality_words import Corpus

SHINGLE = 3
ALIKE = 0.7
_ROUGHLY = 0.55  # by signature; its standard error at 0.7 is 0.046
_HASHES, _BANDS = 100, 20
_ROWS = _HASHES // _BANDS
_CHUNK = 2048
_PAIRS = 200_000

Numbers = NDArray[np.uint64]
Signatures = NDArray[np.uint32]


def families(corpus: Corpus) -> NDArray[np.int64]:
    """For each text the first one that it is, over any number of steps, a near duplicate of; itself if of none."""
    shingles, starts = _shingles(corpus)
    signed = _signatures(shingles, starts)
    joined = _Joined(len(corpus))
    sets: dict[int, frozenset[int]] = {}

    def shingles_of(index: int) -> frozenset[int]:
        if index not in sets:
            sets[index] = frozenset(shingles[starts[index] : starts[index + 1]].tolist())
        return sets[index]

    for one, other in _candidates(signed):
        if joined.root(one) != joined.root(other) and jaccard(shingles_of(one), shingles_of(other)) >= ALIKE:
            joined.join(one, other)
    return np.array([joined.root(index) for index in range(len(corpus))], dtype=np.int64)


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """What two sets share of all they hold."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0


def _shingles(corpus: Corpus) -> tuple[Numbers, NDArray[np.int64]]:
    """Hashes of the shingles of all texts, and where each text begins; a text of few words is one shingle."""
    size = np.maximum(corpus.lengths - SHINGLE + 1, 1)
    starts = np.concatenate(([0], np.cumsum(size)))
    place = np.repeat(corpus.starts[:-1], size) + np.arange(starts[-1]) - np.repeat(starts[:-1], size)
    end = np.repeat(corpus.starts[1:], size)
    hashed = np.zeros(len(place), dtype=np.uint64)
    padded = np.append(corpus.words, np.zeros(SHINGLE, dtype=np.int64)).astype(np.uint64)
    for shift in range(SHINGLE):
        word = np.where(place + shift < end, padded[place + shift], np.uint64(0))
        hashed = _mixed(hashed * np.uint64(0x9E3779B97F4A7C15) + word + np.uint64(1))
    return hashed, starts


def _mixed(values: Numbers) -> Numbers:
    """Every bit of the result hangs on every bit of the value (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _signatures(shingles: Numbers, starts: NDArray[np.int64]) -> Signatures:
    """For each text the least value of each of the hash functions over its shingles."""
    rng = np.random.default_rng(20240930)
    factors = rng.integers(0, 2**63, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    offsets = rng.integers(0, 2**63, _HASHES, dtype=np.uint64)
    texts = len(starts) - 1
    signed = np.empty((texts, _HASHES), dtype=np.uint32)
    for first in range(0, texts, _CHUNK):
        last = min(texts, first + _CHUNK)
        part = shingles[starts[first] : starts[last]]
        cuts = starts[first:last] - starts[first]
        for number in range(_HASHES):
            values = ((part * factors[number] + offsets[number]) >> np.uint64(32)).astype(np.uint32)
            signed[first:last, number] = np.minimum.reduceat(values, cuts)
    return signed


def _candidates(signed: Signatures) -> Iterator[tuple[int, int]]:
    """Pairs that share a band and whose signatures agree roughly, each once."""
    if len(signed) < 2:
        return
    pairs = np.unique(np.concatenate([_met(signed, band) for band in range(_BANDS)]))
    for first in range(0, len(pairs), _PAIRS):
        part = pairs[first : first + _PAIRS]
        one, other = (part >> 32).astype(np.int64), (part & 0xFFFFFFFF).astype(np.int64)
        alike = (signed[one] == signed[other]).mean(axis=1) >= _ROUGHLY
        yield from zip(one[alike].tolist(), other[alike].tolist(), strict=True)


def _met(signed: Signatures, band: int) -> NDArray[np.int64]:
    """Pairs in one bucket of a band, as one number each: every text with the first there and with the one before it."""
    keys = np.zeros(len(signed), dtype=np.uint64)
    for row in range(band * _ROWS, (band + 1) * _ROWS):
        keys = _mixed(keys + signed[:, row].astype(np.uint64) + np.uint64(1))
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    at = np.arange(1, len(order))
    begins = np.maximum.accumulate(np.where(np.concatenate(([True], ~same)), np.arange(len(order)), 0))
    later, before, first = order[at[same]], order[at[same] - 1], order[begins[at[same]]]
    return np.concatenate([(before << 32) | later, (first << 32) | later])


class _Joined:
    """Sets that grow together; the root of each is its least member."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, index: int) -> int:
        above = self._above
        while above[index] != index:
            above[index] = above[above[index]]
            index = above[index]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low
