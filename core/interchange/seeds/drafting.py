"""Makes an example of the parts of a row, or says why it cannot be one."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.domain.final_answers import extract
from core.domain.seeds import SeedDraft
from core.domain.strategies import TaskType
from core.interchange.seeds.model import MAX_FIELD
from core.interchange.seeds.values import LETTERS, Options, RowError

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_META_TEXT: Final = 500
_META_FIELDS: Final = 24


@dataclass(slots=True)
class Course:
    """What is known about all rows while they are read.

    `first_place` is what places are counted from, `further` the messages that stand behind a first answer.
    """

    first_place: int = 0
    unsure: bool = False
    further: int = 0


def draft(
    question: str,
    answer: str = "",
    *,
    context: str = "",
    options: tuple[str, ...] = (),
    final: str = "",
    meta: Mapping[str, Any] | None = None,
) -> SeedDraft:
    """The example; raises RowError for an empty question and for texts that are too long or cannot be stored."""
    if not question.strip():
        raise RowError("The question is empty.")
    parts = {"question": question, "answer": answer, "context": context, "final answer": final}
    for name, text in (*parts.items(), *(("option", option) for option in options)):
        _refuse(name, text)
    kept = dict(meta or {})
    told = json.dumps(kept, ensure_ascii=False, default=str)
    _refuse("rest of the row", told.replace(r"\\", "").replace(r"\u0000", "\0"))
    return SeedDraft(question=question, answer=answer, context=context, options=options, final=final, meta=kept)


def _refuse(name: str, text: str) -> None:
    if len(text) > MAX_FIELD:
        raise RowError(f"The {name} has {len(text):,} characters; {MAX_FIELD:,} are allowed.")
    if "\0" in text:
        raise RowError(f"The {name} holds a NUL character.")
    if not text.isascii() and _SURROGATE.search(text):
        raise RowError(f"The {name} holds half a character.")


def chosen(options: Options, right: Any, course: Course, explanation: str = "") -> tuple[str, str]:
    """Answer and final answer of a choice: the letter with its text, or the explanation with the letter behind it."""
    letter = options.letter(right, course.first_place)
    if not letter:
        return explanation, ""
    if explanation.strip():
        return f"{explanation.strip()}\n\nFinal answer: {letter}", letter
    return f"{letter}. {options.texts[LETTERS.index(letter)]}", letter


def rest(row: Mapping[str, Any], used: Collection[str]) -> dict[str, Any]:
    """Short plain values of the fields that were not used: an id, a level, the name of a database."""
    kept = {
        name: value
        for name, value in row.items()
        if name not in used and value not in (None, "") and isinstance(value, str | int | float)
    }
    short = {name: value for name, value in kept.items() if len(str(value)) <= _META_TEXT and len(name) <= 80}
    return dict(list(short.items())[:_META_FIELDS])


def final_of(task: TaskType, answer: str) -> str:
    """The final answer in an answer; "" for open questions, and where there is none."""
    return "" if task is TaskType.OPEN or not answer.strip() else extract(task, answer) or ""
