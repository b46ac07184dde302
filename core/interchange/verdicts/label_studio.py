"""Exports of Label Studio: JSON with annotations of tasks, JSON-MIN and CSV with one row for each annotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.interchange.verdicts.model import Heard
from core.interchange.verdicts.plain import joined, listed, opened, person_of

_LISTS: Final = ("annotations", "completions")
_AROUND: Final = frozenset(
    {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement", "history"}
)
_DATA: Final = "_data_"
"""What the table puts before fields of a task that are called as a question is."""


def fits(row: Mapping[str, Any]) -> bool:
    """Is this a task with annotations, or a flat row with one?"""
    nested = isinstance(row.get("data"), Mapping) and any(isinstance(row.get(name), list) for name in _LISTS)
    return nested or {"annotator", "annotation_id"} <= row.keys()


def hear(row: Mapping[str, Any], line: int) -> Iterator[Heard | str]:
    """One for each annotation, in the order they were made; a text is what has to be told of one that is left out."""
    if "annotator" in row and not isinstance(row.get("data"), Mapping):
        yield from _of_table(row, line)
        return
    data = opened(row.get("data"))
    texts = data if isinstance(data, Mapping) else {}
    meta = row.get("meta")
    about = {**texts, **(meta if isinstance(meta, Mapping) else {})}
    yield from ("draft" for draft in listed(row.get("drafts")) if _is_open(draft))
    for annotation in _annotations(row):
        if not isinstance(annotation, Mapping):
            yield "number"
            continue
        if annotation.get("ground_truth"):
            yield "ground truth"
        cancelled = bool(annotation.get("was_cancelled") or annotation.get("skipped"))
        answers = _filled(_answers(annotation.get("result")))
        if answers or cancelled:
            person = person_of(annotation.get("completed_by"))
            yield Heard(line, person, answers, texts, about, str(row.get("id") or ""), passed_over=cancelled)
        else:
            yield "empty"


def _of_table(row: Mapping[str, Any], line: int) -> Iterator[Heard]:
    """Nothing for a task that nobody has annotated: it has a row of its own, without the number of an annotation."""
    if row["annotation_id"] in (None, ""):
        return
    answers = {name: joined(value) for name, value in row.items() if name not in _AROUND and not name.startswith(_DATA)}
    data = {**row, **{name.removeprefix(_DATA): value for name, value in row.items() if name.startswith(_DATA)}}
    yield Heard(line, person_of(row["annotator"]), _filled(answers), data, data, str(row.get("id") or ""))


def _is_open(draft: Any) -> bool:
    """Was it never submitted? Else it is a change of an annotation that is there."""
    return isinstance(draft, Mapping) and not draft.get("annotation")


def _annotations(row: Mapping[str, Any]) -> list[Any]:
    given: list[Any] = next((row[name] for name in _LISTS if isinstance(row.get(name), list)), [])
    return sorted(given, key=_made_at)


def _made_at(annotation: Any) -> str:
    if not isinstance(annotation, Mapping):
        return ""
    return str(annotation.get("updated_at") or annotation.get("created_at") or "")


def _answers(result: Any) -> dict[str, str]:
    """Question -> answer; several results of one question are put together."""
    found: dict[str, list[str]] = {}
    for part in result if isinstance(result, list) else ():
        if isinstance(part, Mapping) and part.get("from_name"):
            found.setdefault(str(part["from_name"]), []).append(joined(part.get("value")))
    return {name: ", ".join(filter(None, values)) for name, values in found.items()}


def _filled(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in answers.items() if value}
