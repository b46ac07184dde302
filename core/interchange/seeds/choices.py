"""Multiple choice: options as a list, an object, objects with labels or columns; answers as letter, place or text."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase
from typing import Any, Final

from core.domain.seeds import SeedDraft
from core.interchange.seeds.drafting import Course, chosen, draft, rest
from core.interchange.seeds.values import Fields, Options, RowError, made, options_of, text_of

_ASKED: Final = ("question", "question_stem", "stem", "ctx", "sentence", "query", "input", "prompt", "problem")
_LISTS: Final = ("choices", "options", "endings", "candidates")
_COLUMNS: Final = ("{}", "option_{}", "option{}", "choice_{}", "choice{}", "op{}", "ending{}", "ending_{}")
_RIGHT: Final = (
    *("answerkey", "answer_key", "answer_idx", "answer_index", "answer_letter", "correct_option", "correct_answer"),
    *("correct", "cop", "gold", "label", "answer", "target"),
)
_WHY: Final = ("explanation", "rationale", "solution", "exp", "reasoning")
_BESIDE: Final = ("context", "passage", "article", "fact1", "hint")


def fits(row: Fields) -> bool:
    """Whether the row has a question and options."""
    asked, options, _ = _parts(row)
    return bool(asked.strip()) and options is not None


def right(row: Fields) -> tuple[Options, Any] | None:
    """Options and the answer as it stands, for finding out what places are counted from."""
    options = _parts(row)[1]
    return (options, _answer(row)) if options else None


def read(row: Fields, course: Course) -> list[SeedDraft]:
    """One example."""
    asked, options, used = _parts(row)
    if options is None:
        raise RowError("There are no 2 to 26 options in this row.")
    answer, final = chosen(options, _answer(row), course, row.text(*_WHY))
    beside = row.text(*_BESIDE)
    known = {*used, *(row.name(name) for name in (*_RIGHT, *_WHY, *_BESIDE))}
    meta = rest(row.row, known)
    return [draft(asked, answer, context=beside, options=options.texts, final=final, meta=meta)]


def _answer(row: Fields) -> Any:
    return next((row.get(name) for name in _RIGHT if row.get(name) not in (None, "")), None)


def _parts(row: Fields) -> tuple[str, Options | None, set[str]]:
    """Question, options and the fields they came from."""
    nested = row.get("question")
    if isinstance(nested, Mapping):
        options = next((found for name in _LISTS if (found := options_of(nested.get(name)))), None)
        return text_of(nested.get("stem") or nested.get("text")), options, {row.name("question")}
    asked = next((name for name in _ASKED if row.text(name).strip()), "")
    for name in _LISTS:
        if listed := options_of(row.get(name)):
            return row.text(asked), listed, {row.name(asked), row.name(name)}
    columns: list[str] = next((run for pattern in _COLUMNS if len(run := _run(row, pattern)) > 1), [])
    return row.text(asked), _filled(row, columns), {row.name(asked), *map(row.name, columns)}


def _run(row: Fields, pattern: str) -> list[str]:
    """Fields a, b, c, ... or 1, 2, 3, ... or 0, 1, 2, ... by this pattern, as far as they go."""
    for marks in (ascii_lowercase, [str(n) for n in range(1, 27)], [str(n) for n in range(26)]):
        found: list[str] = []
        for mark in marks:
            if not row.name(pattern.format(mark)):
                break
            found.append(pattern.format(mark))
        if len(found) > 1:
            return found
    return []


def _filled(row: Fields, columns: list[str]) -> Options | None:
    """Empty ones at the end are none."""
    texts = [text_of(row.get(name)) for name in columns]
    while texts and not texts[-1].strip():
        texts.pop()
    return made(texts, ()) if texts and all(text.strip() for text in texts) else None
