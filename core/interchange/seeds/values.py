"""Values of a row: found by name, as text, as options."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import ImportRejectedError
from core.interchange.strict_json import loads

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TEXTS = ("text", "texts", "value", "content", "option")
_LABELS = ("label", "labels", "key", "letter")


class RowError(Exception):
    """Why a row cannot be used, in one sentence."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A row whose fields are found whatever their case, and whether a space or a line stands between words."""

    row: Mapping[str, Any]
    places: Mapping[str, str]

    @staticmethod
    def of(row: Mapping[str, Any]) -> Fields:
        """The row."""
        return Fields(row, {folded(name): name for name in reversed(tuple(row))})

    def name(self, *names: str) -> str:
        """The first of these fields that the row has, as it writes it; "" for none."""
        return next((self.places[name] for name in names if name in self.places), "")

    def get(self, *names: str) -> Any:
        """Its value; None for none."""
        found = self.name(*names)
        return self.row[found] if found else None

    def text(self, *names: str) -> str:
        """The first of these fields that holds a text, "" for none."""
        return next((value for name in names if isinstance(value := self.get(name), str)), "")


def folded(name: str) -> str:
    """Equal for "Answer Key", "answer_key" and "answer-key"."""
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def at(row: Mapping[str, Any], path: str) -> Any:
    """The value of a field; dots lead into nested objects and lists. None where there is nothing."""
    if path in row:
        return row[path]
    value: Any = row
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def text_of(value: Any) -> str:
    """A value as text: a list of one text is that text, other lists and objects are JSON."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen from, and what the row calls each: A, B, ... where it says nothing."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    def letter(self, answer: Any, first: int) -> str:
        """The letter of the right one; an answer is a label, a place counted from `first`, or the text itself."""
        word = text_of(answer).strip()
        if not word:
            return ""
        for place in (self._by_label(word, answer), self._by_place(word, first), self._by_text(word)):
            if place is not None:
                return LETTERS[place]
        raise RowError(f"The answer {word[:80]!r} is none of the {len(self.texts)} options.")

    def _by_label(self, word: str, answer: Any) -> int | None:
        bare = word.strip("().: ").casefold()
        labels = [label.casefold() for label in self.labels]
        if isinstance(answer, int) and labels[:1] == ["a"]:
            return None
        return labels.index(bare) if bare in labels else None

    def _by_place(self, word: str, first: int) -> int | None:
        if not (word.isascii() and word.isdigit()) or word in self.texts:
            return None
        place = int(word[:4]) - first
        return place if 0 <= place < len(self.texts) else None

    def _by_text(self, word: str) -> int | None:
        texts = [text.strip().casefold() for text in self.texts]
        return texts.index(word.casefold()) if texts.count(word.casefold()) == 1 else None


def options_of(value: Any) -> Options | None:
    """Options from a list of texts or objects, an object by letter, or one list each of texts and labels."""
    found = _unpacked(value)
    if isinstance(found, Mapping):
        texts = next((found[name] for name in _TEXTS if isinstance(found.get(name), list)), None)
        labels = next((found[name] for name in _LABELS if isinstance(found.get(name), list)), ())
        if texts is not None:
            return made(texts, labels)
        return made(found.values(), found.keys())
    if isinstance(found, list) and found and all(isinstance(entry, Mapping) for entry in found):
        texts = [next((entry[name] for name in _TEXTS if name in entry), None) for entry in found]
        labels = [next((entry[name] for name in _LABELS if name in entry), "") for entry in found]
        return made(texts, labels)
    return made(found, ()) if isinstance(found, list) else None


def made(texts: Iterable[Any], labels: Iterable[Any]) -> Options | None:
    """None unless there are 2 to 26 options that are all texts or numbers."""
    values, words = list(texts), [text_of(label).strip() for label in labels]
    usable = 2 <= len(values) <= len(LETTERS) and all(isinstance(v, str | int | float) for v in values)
    if not usable:
        return None
    named = words if len(words) == len(values) and all(words) else list(LETTERS[: len(values)])
    return Options(tuple(text_of(value) for value in values), tuple(named))


def _unpacked(value: Any) -> Any:
    """A list or an object that a table holds as text, in JSON or as Python writes it."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")) or len(value) > 64_000:
        return value
    try:
        return loads(value)
    except ImportRejectedError:
        pass
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value


def first_place(found: Sequence[tuple[Options, Any]]) -> tuple[int, bool]:
    """What places are counted from over all rows, and whether that is sure: 0 shows up, or the number of options."""
    numbers = [
        (int(word[:4]), len(o.texts)) for o, a in found if (word := text_of(a).strip()).isascii() and word.isdigit()
    ]
    if any(number == 0 for number, _ in numbers):
        return 0, True
    return (1, True) if any(number == count for number, count in numbers) else (0, not numbers)
