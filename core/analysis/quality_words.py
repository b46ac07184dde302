"""Texts as numbers: words in reading order, and how varied they are."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int64]
Hashes = NDArray[np.uint64]
# Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W{_UNSPACED}]+|[{_UNSPACED}]")
_CHARACTER = re.compile(f"[{_UNSPACED}]")
LOOKED_AT = 200


def words_of(text: str) -> list[str]:
    """Runs of letters and digits, case folded; in scripts without spaces each character is a word of its own."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _WORD.findall(plain.casefold())


def spelled(words: Iterable[str]) -> str:
    """Words as a text again, with spaces where their script has them."""
    text = ""
    for word in words:
        tight = text and _CHARACTER.fullmatch(text[-1]) and _CHARACTER.fullmatch(word)
        text += word if tight or not text else f" {word}"
    return text


class Corpus:
    """Texts one behind the other: text `i` is `words[starts[i]:starts[i + 1]]`. Equal words have one number, from 1."""

    def __init__(self, texts: Iterable[str]) -> None:
        numbers: dict[str, int] = {}
        flat = array("q")
        starts = [0]
        for text in texts:
            flat.extend([numbers.setdefault(word, len(numbers) + 1) for word in words_of(text)])
            starts.append(len(flat))
        self._numbers = numbers
        self.words: Words = np.array(flat, dtype=np.int64)
        self.starts: Words = np.array(starts, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Words:
        """Words of each text."""
        return np.diff(self.starts)

    def numbers_of(self, texts: Iterable[str]) -> set[int]:
        """The numbers of the words in these texts; 0 for words that stand nowhere."""
        return {self._numbers.get(word, 0) for text in texts for word in words_of(text)}

    def text(self, index: int) -> Words:
        """The words of one."""
        return self.words[self.starts[index] : self.starts[index + 1]]


def mixed(values: Hashes) -> Hashes:
    """Every bit of the result hangs on every bit of the value (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


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
