"""Texts as numbers: words in reading order, and how varied they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int64]
# Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W{_UNSPACED}]+|[{_UNSPACED}]")
LOOKED_AT = 200


def words_of(text: str) -> list[str]:
    """Runs of letters and digits, case folded; in scripts without spaces each character is a word of its own."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _WORD.findall(plain.casefold())


class Corpus:
    """Texts one behind the other: text `i` is `words[starts[i]:starts[i + 1]]`. Equal words have one number, from 1."""

    def __init__(self, texts: Iterable[str]) -> None:
        numbers: dict[str, int] = {}
        flat: list[int] = []
        starts = [0]
        for text in texts:
            flat += [numbers.setdefault(word, len(numbers) + 1) for word in words_of(text)]
            starts.append(len(flat))
        self.words: Words = np.array(flat, dtype=np.int64)
        self.starts: Words = np.array(starts, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Words:
        """Words of each text."""
        return np.diff(self.starts)

    def text(self, index: int) -> Words:
        """The words of one."""
        return self.words[self.starts[index] : self.starts[index + 1]]


def distinct(corpus: Corpus, chosen: Sequence[int], n: int) -> float | None:
    """Different n-grams over all n-grams of the chosen texts (distinct-n); None if they have none.

    The figure falls with the number of texts, so at most 200 are looked at, spread evenly over the chosen ones.
    """
    step = max(1, -(-len(chosen) // LOOKED_AT))
    seen: set[tuple[int, ...]] = set()
    count = 0
    for index in chosen[::step]:
        words = corpus.text(index).tolist()
        grams = list(zip(*(words[shift:] for shift in range(n)), strict=False))
        seen.update(grams)
        count += len(grams)
    return len(seen) / count if count else None
