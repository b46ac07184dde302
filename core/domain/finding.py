"""How names are written down so that they are found by their beginnings, and what a typed text looks for.

Case, accents and Unicode forms do not matter. Every word is written behind a mark, the first word of a name behind
another one, so that an index of three-character pieces also knows where words and names begin. Scripts without spaces
between words count each character as one, so two Chinese characters are found wherever they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.domain.naming import clean_text, name_key

Labels = Mapping[str, Mapping[str, object]]  # see `Node.labels`
_WORD, _START, _END = "\x01", "\x02", "\x03"  # never part of a clean text
PIECE = 3  # the index holds pieces of so many characters
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+|[^\w\s]|_")
_MARKED = f"{_WORD}{_WORD}\\g<0>"
_VOICED = frozenset("\u3099\u309a")  # without them it would be another syllable
_NAMES = ("name", "others")
_LONGEST = 200
_MOST_WORDS = 8


def folded(text: str) -> str:
    """`text` without case, accents and doubled spaces."""
    key = name_key(text)
    if key.isascii():
        return key
    letters = unicodedata.normalize("NFKD", key)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c in _VOICED or not unicodedata.combining(c)))


def indexed(names: Iterable[str]) -> str:
    """Names as the index holds them: every word marked, beginning and end too."""
    return "".join(f"{_START}{_START}{inner}{_END}" for name in names if (inner := _inner(folded(name))))


def _inner(text: str) -> str:
    """A folded text with its words marked, all but the first."""
    return _TOKEN.sub(_MARKED, text)[2:]


@dataclass(frozen=True, slots=True)
class Need:
    """One of `phrases` has to stand in one of the columns of the index."""

    columns: tuple[str, ...]
    phrases: tuple[str, ...]

    @property
    def short(self) -> bool:
        """Too short for the index."""
        return min(map(len, self.phrases)) < PIECE

    def met(self, entry: Mapping[str, str]) -> bool:
        """Does it?"""
        return any(phrase in entry[column] for column in self.columns for phrase in self.phrases)


Rank = tuple[Need, ...]


def ranks(text: str) -> list[Rank]:
    """What the index has to hold for the best hits, for the next best, and so on; empty if nothing can be looked for.

    Whole names, beginnings of names, beginnings of words in names, in other names too, anywhere in names, anywhere.
    """
    words = folded(clean_text(text[: 4 * _LONGEST]))[:_LONGEST].split()[:_MOST_WORDS]
    if not words:
        return []
    start = _led(_START, _inner(" ".join(words)))
    inner = [_inner(word) for word in words]
    found: list[Rank] = [
        (Need(("name",), (start + _END,)),),
        (Need(("name",), (start,)),),
        tuple(Need(("name",), _beginnings(word)) for word in inner),
        tuple(Need(_NAMES, _beginnings(word)) for word in inner),
    ]
    if any(len(word) >= PIECE for word in inner):
        found += [
            tuple(Need(_NAMES, (word,) if len(word) >= PIECE else _beginnings(word)) for word in inner),
            tuple(Need(("told",), (word if len(word) >= PIECE else f" {word}",)) for word in words),
        ]
    return found


def _beginnings(inner: str) -> tuple[str, str]:
    """What a name has of which a word begins so: a later one, or the first."""
    return _led(_WORD, inner), _led(_START, inner)


def _led(mark: str, inner: str) -> str:
    return mark * max(1, PIECE - len(inner)) + inner


def told_by(texts: Iterable[str]) -> str:
    """Running texts as the index holds them, each behind a space."""
    return "".join(f" {text}" for text in map(folded, texts) if text)


def label_names(labels: Labels) -> Iterator[str]:
    """Names in other languages."""
    yield from _texts(labels, ("preferred", "alternatives"))


def label_texts(labels: Labels) -> Iterator[str]:
    """Explanations in other languages."""
    yield from _texts(labels, ("definition", "scope_note"))


def _texts(labels: Labels, parts: Iterable[str]) -> Iterator[str]:
    for language in labels.values():
        for part in parts:
            value = language.get(part) or ()
            yield from (
                (value,) if isinstance(value, str) else map(str, value if isinstance(value, (list, tuple)) else ())
            )
