"""Exports of Label Studio: JSON with annotations of tasks, JSON-MIN and CSV with one row for each annotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.interchange.verdicts.model import Heard
from core.interchange.verdicts.plain import joined, opened, person_of

_LISTS: Final = ("annotations", "completions")
_AROUND: Final = frozenset(
    {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement", "history"}
)


def fits(row: Mapping[str, Any]) -> bool:
    """Is this a task with annotations, or a flat row with one?"""
    nested = isinstance(row.get("data"), Mapping) and any(isinstance(row.get(name), list) for name in _LISTS)
    return nested or {"annotator", "annotation_id"} <= row.keys()


def hear(row: Mapping[str, Any], line: int) -> Iterator[Heard | str]:
    """One for each annotation, in the order they were made; a text is what has to be told of one that is left out."""
    if "annotator" in row and not isinstance(row.get("data"), Mapping):
        answers = {name: joined(value) for name, value in row.items() if name not in _AROUND}
        yield Heard(line, person_of(row["annotator"]), _filled(answers), row, row, str(row.get("id") or ""))
        return
    data = opened(row.get("data"))
    texts = data if isinstance(data, Mapping) else {}
    meta = row.get("meta")
    about = {**texts, **(meta if isinstance(meta, Mapping) else {})}
    for annotation in _annotations(row):
        if annotation.get("ground_truth"):
            yield "ground truth"
        cancelled = bool(annotation.get("was_cancelled") or annotation.get("skipped"))
        answers = _filled(_answers(annotation.get("result")))
        if answers or cancelled:
            person = person_of(annotation.get("completed_by"))
            yield Heard(line, person, answers, texts, about, str(row.get("id") or ""), passed_over=cancelled)
        else:
            yield "empty"


def _annotations(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given: list[Any] = next((row[name] for name in _LISTS if isinstance(row.get(name), list)), [])
    found = [annotation for annotation in given if isinstance(annotation, Mapping)]
    return sorted(found, key=lambda annotation: str(annotation.get("updated_at") or annotation.get("created_at") or ""))


def _answers(result: Any) -> dict[str, str]:
    """Question -> answer; several results of one question are put together."""
    found: dict[str, list[str]] = {}
    for part in result if isinstance(result, list) else ():
        if isinstance(part, Mapping) and part.get("from_name"):
            found.setdefault(str(part["from_name"]), []).append(joined(part.get("value")))
    return {name: ", ".join(filter(None, values)) for name, values in found.items()}


def _filled(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in answers.items() if value}
