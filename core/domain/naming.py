"""Names: how they are cleaned, and when two count as the same."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence

from core.errors import InvalidInputError

MAX_NAME = 200
_INVISIBLE = re.compile(  # what Unicode calls default ignorable: joiners, directions, fillers, variations, tags
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """`text` in NFC without control characters or lone surrogates, outer white space removed."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text).replace("\r\n", "\n")).strip()


def clean_name(text: str, what: str = "name") -> str:
    """A one-line name of 1 to 200 characters; raises InvalidInputError with the reason."""
    name = _SPACE.sub(" ", clean_text(_INVISIBLE.sub("", text)))
    if not name:
        raise InvalidInputError(f"The {what} is empty.", f"Type a {what} with at least one visible character.")
    if len(name) > MAX_NAME:
        raise InvalidInputError(
            f"The {what} has {len(name):,} characters; {MAX_NAME} are allowed.", f"Shorten the {what}."
        )
    return name


def name_key(name: str) -> str:
    """Two names with the same key are the same to a person: case, spaces, Unicode form and invisibles ignored."""
    if name.isascii():
        return _SPACE.sub(" ", name.lower()).strip().rstrip(". ")
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", name)).casefold()
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", folded)).strip().rstrip(". ")


_WORD = re.compile(r"[^\W_]+")
_MINOR = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "to"})


def near_key(name: str) -> str:
    """Two names with the same near key probably mean the same: accents, plurals, little words and order ignored.

    "Statistics & Probability" and "probability and statistic" share one. English plurals only; names of other
    scripts keep their words.
    """
    words = [_singular(word) for word in _WORD.findall(sort_key(name)) if word not in _MINOR]
    return " ".join(sorted(words)) or name_key(name)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def sort_key(name: str) -> str:
    """Names sorted by this key stand in alphabetical order: case and accents ignored."""
    plain = name_key(name)
    if plain.isascii():
        return plain
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))


def content_hash(question: str, answer: str, history: Sequence[Sequence[str]] = ()) -> str:
    """SHA-256 over a sample's text, earlier turns included; acceptance belongs to this hash."""
    turns = json.dumps([list(turn) for turn in history], ensure_ascii=False) if history else ""
    return hashlib.sha256(f"{turns}{len(question)}\n{question}\n{answer}".encode()).hexdigest()


def slug(name: str, fallback: str = "dataset") -> str:
    """A short ASCII file-name part made of letters, digits and hyphens."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:40].strip("-") or fallback
