"""What makes another question of the same words: other numbers, signs, negations, names.

"Ann has 3 apples" and "Ann has 4 apples" look alike and ask for different answers. Numbers and signs are compared in
their order. Names (words that begin with a capital letter within a sentence) must stand somewhere in the other text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from sys import intern

_CAPITALS = "".join(chr(code) for code in range(0x2000) if chr(code).isupper())
_ENDS = r".!?:;…。！？\n"  # what begins with a capital letter behind these need not be a name
_NAME = re.compile(rf"[{_ENDS}][^\w{_ENDS}]*+[{_CAPITALS}]\w*+|\b([{_CAPITALS}]\w*+)")
_FIGURE = re.compile(
    r"\d[\d.,]*|[+=<>^%&¬±×÷·\u2190-\u2bff\U0001f000-\U0001faff]|\|\|"  # arrows, logic, sets, pictures
    r"|[零一二三四五六七八九十百千万两不没沒无無非未]|!(?:(?==)|(?<=[\d)].)|(?<=\b[a-z].))"  # also of != and n!
    r"|[-−–*/](?:(?<=[\d)].)|(?<=[\d)]\s.)|(?=\s?[\d(])|(?<=\b[a-z]\s.)(?=\s[a-z]\b))"  # not hyphens and bullets
)
_WORD = re.compile(r"[a-z]+(?:['’]t\b)?")
_AMOUNTS = frozenset(
    (
        *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        *("twenty", "thirty", "forty", "fifty", "hundred", "thousand", "million", "half", "third", "quarter"),
        *("twice", "double", "triple", "dozen", "first", "second", "last"),
        *("no", "not", "never", "none", "without", "except"),
    )
)
_NEGATED = ("'t", "’t")
_PRONOUN = "I"


@dataclass(frozen=True, slots=True)
class Telling:
    """`figures` are numbers and signs in their order, then number words and negations; `names` are sorted."""

    figures: tuple[str, ...]
    names: tuple[str, ...]


def telling(text: str) -> Telling:
    """What tells this text from one that looks like it."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    folded = plain.casefold()
    figures = [figure.replace(",", "").rstrip(".") for figure in _FIGURE.findall(folded)]
    figures += [word for word in _WORD.findall(folded) if word in _AMOUNTS or word[-2:] in _NEGATED]
    return Telling(tuple(map(intern, figures)), () if plain.isupper() else _names(plain))


def _names(text: str) -> tuple[str, ...]:
    found = _NAME.findall(f". {text}")  # a text begins as a sentence does
    return tuple(sorted({intern(name.casefold()) for name in found if name and name != _PRONOUN}))
