"""Rows that say what a benchmark asks: the same words from beginning to end, or a long run of the same words.

Words are compared without case, punctuation and white space, in NFKC; in scripts without spaces a character is a word.
A run has 13 words, as in the decontamination published with GPT-3; a shorter question of at least 6 words is looked
for as a whole, one that is shorter still must be the whole row. As published there, too, a run that the benchmark says
more than 10 times is taken for wording that belongs to nobody. The runs of the benchmark are held as hashes, the rows
pass by once, and what meets by hash counts when its words are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.quality_words import Hashes, Words, mixed, spelled, words_of

RUN: Final = 13
SHORTEST: Final = 6
COMMON: Final = 10
_SHOWN = 60
_CHUNK = 200_000  # words
_BASE = 0x9E3779B97F4A7C15
_BACK = pow(_BASE, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Hit:
    """A row says what a question of a benchmark says. `row` and `benchmark` are the ids that came in.

    `exact`: the same words from beginning to end. `share` of the words of the benchmark question stand in the row too,
    within common runs; `words` is the longest such part, cut.
    """

    row: int
    benchmark: int
    exact: bool
    share: float
    words: str


def hits(rows: Iterable[tuple[int, str]], benchmark: Iterable[tuple[int, str]], *, n: int = RUN) -> list[Hit]:
    """All hits in the order of the rows; a row that is a question is told of that question alone.

    Ids may be any numbers. Of equal questions the first stands for all.
    """
    assert n >= 1, "words of a run"
    known = _Benchmark(benchmark, n)
    return [hit for chunk in _chunks(rows) for hit in known.met(chunk)]


def _chunks(rows: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, list[str]]]]:
    chunk: list[tuple[int, list[str]]] = []
    held = 0
    for ident, text in rows:
        words = words_of(text)
        chunk.append((ident, words))
        held += len(words)
        if held >= _CHUNK:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


@dataclass(frozen=True, slots=True)
class _Runs:
    """Hashes of all runs of one length, sorted, and where each begins among the words of the benchmark."""

    hashes: Hashes
    places: Words


class _Benchmark:
    def __init__(self, questions: Iterable[tuple[int, str]], n: int) -> None:
        self._numbers: dict[str, int] = {}
        self._whole: dict[bytes, int] = {}
        self._ids: list[int] = []
        texts: list[Words] = []
        for ident, text in questions:
            words = [self._numbers.setdefault(word, len(self._numbers) + 1) for word in words_of(text)]
            numbered = np.array(words, dtype=np.int64)
            if words and self._whole.setdefault(numbered.tobytes(), len(texts)) == len(texts):
                self._ids.append(ident)
                texts.append(numbered)
        self._spelled = ["", *self._numbers]
        self._lengths: Words = np.array([len(text) for text in texts], dtype=np.int64)
        self._starts: Words = np.concatenate(([0], np.cumsum(self._lengths))).astype(np.int64)
        self._words: Words = np.concatenate(texts) if texts else np.zeros(0, dtype=np.int64)
        short = {length for length in self._lengths.tolist() if min(SHORTEST, n) <= length < n}
        self._runs = {length: self._runs_of(length, whole=length < n) for length in sorted({*short, n})}

    def _runs_of(self, length: int, *, whole: bool) -> _Runs:
        places = _windows(self._starts, length)
        if whole:
            places = self._starts[:-1][self._lengths == length]
        hashes = _hashed(self._words, places, length)
        order = np.argsort(hashes, kind="stable")
        often = np.unique(hashes, return_counts=True)[1]
        rare = np.repeat(often <= COMMON, often)
        return _Runs(hashes[order][rare], places[order][rare])

    def met(self, chunk: Sequence[tuple[int, list[str]]]) -> Iterator[Hit]:
        """The hits of these rows."""
        numbered = [np.array([self._numbers.get(w, 0) for w in words], dtype=np.int64) for _, words in chunk]
        same = [self._whole.get(words.tobytes()) if len(words) else None for words in numbered]
        parts = self._parts(
            [words if known is None else words[:0] for words, known in zip(numbered, same, strict=True)]
        )
        for at, (ident, _) in enumerate(chunk):
            if (known := same[at]) is not None:
                yield self._hit(ident, known, [(0, int(self._lengths[known]))], exact=True)
            for question, found in sorted(parts.get(at, {}).items()):
                yield self._hit(ident, question, _united(found), exact=False)

    def _parts(self, texts: Sequence[Words]) -> dict[int, dict[int, list[tuple[int, int]]]]:
        """Row -> question -> parts of the question that stand in the row: from, to."""
        starts = np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.int64)
        words: Words = np.concatenate(texts) if texts else np.zeros(0, dtype=np.int64)
        found: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for length, runs in self._runs.items():
            here, there = _meetings(words, starts, length, runs)
            sure = _equal(words, here, self._words, there, length)
            rows = np.searchsorted(starts, here[sure], side="right") - 1
            questions = np.searchsorted(self._starts, there[sure], side="right") - 1
            begins = there[sure] - self._starts[questions]
            for row, question, begin in zip(rows.tolist(), questions.tolist(), begins.tolist(), strict=True):
                found[row][question].append((begin, begin + length))
        return found

    def _hit(self, row: int, question: int, parts: Sequence[tuple[int, int]], *, exact: bool) -> Hit:
        begin, end = max(parts, key=lambda part: part[1] - part[0])
        first = int(self._starts[question])
        told = self._words[first + begin : first + min(end, begin + _SHOWN)].tolist()
        more = " …" if end - begin > _SHOWN else ""
        share = sum(end - begin for begin, end in parts) / int(self._lengths[question])
        return Hit(row, self._ids[question], exact, share, spelled(self._spelled[word] for word in told) + more)


def _windows(starts: Words, length: int) -> Words:
    """Where a run of this length can begin so that it ends within its text."""
    size = np.maximum(np.diff(starts) - length + 1, 0)
    offsets = np.concatenate(([0], np.cumsum(size)))
    return np.repeat(starts[:-1] - offsets[:-1], size) + np.arange(offsets[-1])


def _hashed(words: Words, places: Words, length: int) -> Hashes:
    """The hash of the run at each place: sums of powers, so that any length costs the same."""
    powers = np.full(len(words), _BASE, dtype=np.uint64).cumprod(dtype=np.uint64)
    back = np.full(len(words), _BACK, dtype=np.uint64).cumprod(dtype=np.uint64)
    terms = mixed(words.astype(np.uint64) + np.uint64(1)) * powers
    sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64)))
    return mixed((sums[places + length] - sums[places]) * back[places])


def _meetings(words: Words, starts: Words, length: int, runs: _Runs) -> tuple[Words, Words]:
    """Places here and there whose runs have the same hash; a run with a word that no benchmark has meets nothing."""
    places = _windows(starts, length)
    strange = np.concatenate(([0], np.cumsum(words == 0)))
    places = places[strange[places + length] == strange[places]]
    hashes = _hashed(words, places, length)
    low = np.searchsorted(runs.hashes, hashes, side="left")
    many = np.searchsorted(runs.hashes, hashes, side="right") - low
    offsets = np.concatenate(([0], np.cumsum(many)))
    return np.repeat(places, many), runs.places[np.repeat(low - offsets[:-1], many) + np.arange(offsets[-1])]


def _equal(words: Words, here: Words, others: Words, there: Words, length: int) -> NDArray[np.bool_]:
    sure = np.ones(len(here), dtype=np.bool_)
    for shift in range(length):
        sure &= words[here + shift] == others[there + shift]
    return sure


def _united(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts that overlap or touch as one."""
    whole: list[tuple[int, int]] = []
    for begin, end in sorted(parts):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return whole
