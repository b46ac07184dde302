"""MinHash signatures of texts, made by rensa: two texts agree in as large a share of them as their shingles do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from core.analysis.quality_words import Corpus, Hashes, mixed

SHINGLE: Final = 3
HASHES: Final = 128
_MEET = 0.99
_SEED = 20240930
_CHUNK = 4096

Signatures = NDArray[np.uint16]
Places = NDArray[np.int64]
Tell = Callable[[float], None]


def silent(_share: float) -> None:
    """Nobody asks how much is done."""


def signatures(corpus: Corpus, chosen: Places, tell: Tell = silent) -> Signatures:
    """The MinHash of each text; of each value the 16 low bits, which are as good as all for saying that two differ."""
    signed = np.empty((len(chosen), HASHES), dtype=np.uint16)
    for first in range(0, len(chosen), _CHUNK):
        tell(first / len(chosen))
        shingles, starts = _shingles(corpus, chosen[first : first + _CHUNK])
        cuts = starts.astype(np.uint64)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, cuts, HASHES, _SEED)
        signed[first : first + _CHUNK] = np.array(matrix.to_rows(), dtype=np.uint32) & np.uint32(0xFFFF)
    return signed


def _shingles(corpus: Corpus, chosen: Places) -> tuple[Hashes, Places]:
    """Hashes of the shingles of the chosen texts, and where each begins; a text of few words is one shingle."""
    begin, end = corpus.starts[chosen], corpus.starts[chosen + 1]
    size = np.maximum(end - begin - SHINGLE + 1, 1)
    starts = np.concatenate(([0], np.cumsum(size)))
    place = np.repeat(begin - starts[:-1], size) + np.arange(starts[-1])
    last = np.repeat(end, size)
    words = corpus.words if len(corpus.words) else np.zeros(1, dtype=np.int64)
    hashed = np.zeros(len(place), dtype=np.uint64)
    for shift in range(SHINGLE):
        word = np.where(place + shift < last, words.take(place + shift, mode="clip"), 0).astype(np.uint64)
        hashed = mixed(hashed * np.uint64(0x9E3779B97F4A7C15) + word + np.uint64(1))
    return hashed, starts


def band_rows(threshold: float) -> int:
    """Values of a signature in one band: the most with which two texts at the threshold nearly always meet."""
    fitting = (rows for rows in range(16, 1, -1) if 1 - (1 - threshold**rows) ** (HASHES // rows) >= _MEET)
    return next(fitting, 1)


def band_keys(band: Signatures) -> Hashes:
    """One number for the values of each text in a band."""
    keys = np.zeros(len(band), dtype=np.uint64)
    for values in band.T:
        keys = mixed(keys + values.astype(np.uint64) + np.uint64(1))
    return keys
