"""Plain columns: fields by their usual names, or as a person chose them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.domain.seeds import SeedDraft
from core.interchange.seeds.drafting import Course, chosen, draft, rest
from core.interchange.seeds.model import FieldMap
from core.interchange.seeds.values import Fields, Options, RowError, at, made, options_of, text_of

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "question": ("question", "problem", "prompt", "instruction", "query", "task", "input", "text"),
    "answer": ("solution", "answer", "response", "output", "completion", "target", "reply", "label"),
    "context": ("context", "passage", "article", "document", "schema", "input", "system", "background"),
    "final": ("final", "final_answer", "short_answer", "expected_answer", "answer"),
}


def guessed(row: Fields) -> FieldMap:
    """By the names of the fields of the first row; no field is taken twice."""
    taken: dict[str, str] = {}
    for part, names in _NAMES.items():
        free = (found for name in names if (found := row.name(name)) and found not in taken.values())
        taken[part] = next(free, "")
    return FieldMap(taken["question"], taken["answer"], taken["context"], (), taken["final"])


def reason(map_: FieldMap) -> str:
    """Why these fields."""
    if not map_.question:
        return "No field has a name that means a question: choose the one that holds it."
    parts = {"question": map_.question, "answer": map_.answer, "context": map_.context, "final answer": map_.final}
    told = ", ".join(f"{part} from “{name}”" for part, name in parts.items() if name)
    return f"No shape that is known; taken by their names: {told}."


def right(row: Mapping[str, Any], map_: FieldMap) -> tuple[Options, Any] | None:
    """Options and the answer as it stands."""
    options = _options(row, map_)
    return (options, at(row, map_.answer)) if options and map_.answer else None


def read(row: Mapping[str, Any], map_: FieldMap, course: Course) -> list[SeedDraft]:
    """One example."""
    used = {path.split(".")[0] for path in (map_.question, map_.answer, map_.context, map_.final, *map_.options)}
    question, context = text_of(at(row, map_.question)), text_of(at(row, map_.context)) if map_.context else ""
    final = text_of(at(row, map_.final)) if map_.final else ""
    answer = text_of(at(row, map_.answer)) if map_.answer else ""
    options: tuple[str, ...] = ()
    if map_.options:
        found = _options(row, map_)
        if found is None:
            raise RowError("There are no 2 to 26 options in this row.")
        answer, final = chosen(found, at(row, map_.answer) if map_.answer else None, course)
        options = found.texts
    meta = rest(row, used)
    return [draft(question, answer, context=context, options=options, final=final, meta=meta)]


def _options(row: Mapping[str, Any], map_: FieldMap) -> Options | None:
    if len(map_.options) == 1:
        return options_of(at(row, map_.options[0]))
    return made([text_of(at(row, path)) for path in map_.options], ())
