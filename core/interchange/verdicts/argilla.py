"""Exports of Argilla: version 2 (records nested or flat), version 1 (feedback records, and those with `annotation`).

Version 2 nested has `responses` as {question: [{value, user_id}]}, flat has columns `<question>.responses`,
`.responses.users` and `.responses.status`. Version 1 has `responses` as [{user_id, status, values}], or in datasets a
column of [{user_id, value, status}] for each question, and the metadata as JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.interchange.verdicts.model import Heard
from core.interchange.verdicts.plain import joined, listed, opened, person_of

_RESPONSES: Final = ".responses"
_AROUND: Final = frozenset(
    {"id", "external_id", "status", "metadata", "fields", "responses", "suggestions", "vectors", "_server_id", "inputs",
     "annotation", "annotation_agent", "prediction", "prediction_agent", "multi_label", "explanation", "metrics",
     "event_timestamp", "inserted_at", "updated_at", "text", "score"}
)  # fmt: skip
_MARKS: Final = ({"annotation", "annotation_agent"}, {"id", "_server_id"})
"""Columns that every record has, answered or not: in version 1, in version 2."""
_DRAFTS: Final = frozenset({"draft", "pending"})


def unfold(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The records in an object that holds all of them: by id, or as one list for each field."""
    inner = [value for value in row.values() if isinstance(value, Mapping)]
    if inner and len(inner) == len(row) and all(_is_record(key, value) for key, value in row.items()):
        return inner
    lists = {name: value for name, value in row.items() if isinstance(value, list)}
    lengths = {len(value) for value in lists.values()}
    if "id" in lists and len(lengths) == 1 and len(lists) == len(row):
        return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    return [row]


def _is_record(ident: str, record: Mapping[str, Any]) -> bool:
    return str(record.get("id")) == ident or {"fields", "responses"} <= record.keys()


def fits(row: Mapping[str, Any]) -> bool:
    """Is this a record of Argilla?"""
    nested = isinstance(row.get("fields"), Mapping) and isinstance(row.get("responses"), Mapping | list)
    flat = any(name.endswith(_RESPONSES) for name in row)
    whole = any(marks <= row.keys() for marks in _MARKS)
    dataset = "external_id" in row and any(f"{name}-suggestion" in row for name in row)
    return nested or flat or whole or dataset or bool(_columns(row))


def describes(row: Mapping[str, Any]) -> bool:
    """Is this what `to_disk` writes beside the records: the settings of a dataset, or its name and number?"""
    return "guidelines" in row and ("questions" in row or "allow_extra_metadata" in row)


def hear(row: Mapping[str, Any], line: int) -> Iterator[Heard | str]:
    """One for each person who answered; a text is what has to be told of an answer that is left out."""
    about = {**_mapping(row.get("metadata")), **{name: row[name] for name in row.keys() - _AROUND}}
    texts = _mapping(row.get("fields")) or {**_mapping(row.get("inputs")), **_scalars(row)}
    record = str(row.get("external_id") or row.get("id") or "")
    answered = list(_answered(row))
    if isinstance(row.get("responses"), Mapping):
        yield from ("unsaid" for _, _, _, status in answered if not status)
    for person in dict.fromkeys(who for who, _, _, _ in answered):
        own = [(question, value, status) for who, question, value, status in answered if who == person]
        statuses = {status for _, _, status in own}
        if statuses & _DRAFTS:
            yield "draft"
            continue
        answers = {question: value for question, value, _ in own if value and question}
        yield Heard(line, person, answers, texts, about, record, passed_over="discarded" in statuses)


def _answered(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(person, question, value, status) of every answer; a person who discarded the record may have none."""
    given = row.get("responses")
    if isinstance(given, list):
        yield from _of_version_1(given)
    elif isinstance(given, Mapping):
        for question, answers in given.items():
            yield from _each(str(question), answers)
    for name in row:
        if name.endswith(_RESPONSES):
            yield from _of_flat(row, name)
    for question, answers in _columns(row).items():
        yield from _each(question, answers)
    if row.get("annotation") is not None or str(row.get("status")) in {"Validated", "Discarded"}:
        said, discarded = joined(row.get("annotation")), str(row.get("status")) == "Discarded"
        if said or discarded:
            status = "discarded" if discarded else ""
            yield person_of(row.get("annotation_agent")), "annotation", said, status


def _of_version_1(given: list[Any]) -> Iterator[tuple[str, str, str, str]]:
    for response in given:
        if not isinstance(response, Mapping):
            continue
        person, status = person_of(response.get("user_id")), str(response.get("status") or "")
        values = _mapping(response.get("values"))
        for question, value in values.items():
            yield person, str(question), joined(value), status
        if not values:
            yield person, "", "", status


def _of_flat(row: Mapping[str, Any], name: str) -> Iterator[tuple[str, str, str, str]]:
    values, people = listed(row[name]), listed(row.get(f"{name}.users"))
    statuses = listed(row.get(f"{name}.status"))
    for place, value in enumerate(values):
        person = person_of(people[place] if place < len(people) else None)
        status = str(statuses[place] or "") if place < len(statuses) else ""
        yield person, name.removesuffix(_RESPONSES), joined(value), status


def _columns(row: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Questions that are columns: [{user_id, value, status}], or the same as one list for each of them."""
    found: dict[str, list[Any]] = {}
    for name, value in row.items():
        inner = opened(value)
        if isinstance(inner, Mapping) and {"user_id", "value"} <= inner.keys() and isinstance(inner["value"], list):
            keys = [key for key in ("user_id", "value", "status") if isinstance(inner.get(key), list)]
            inner = [dict(zip(keys, each, strict=True)) for each in zip(*(inner[key] for key in keys), strict=False)]
        shaped = isinstance(inner, list) and inner and isinstance(inner[0], Mapping)
        if shaped and name != "responses" and {"user_id", "value"} <= inner[0].keys():
            found[name] = inner
    return found


def _each(question: str, answers: Any) -> Iterator[tuple[str, str, str, str]]:
    for answer in listed(answers):
        if isinstance(answer, Mapping):
            status = str(answer.get("status") or "")
            yield person_of(answer.get("user_id")), question, joined(answer.get("value")), status


def _scalars(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if isinstance(value, str)}


def _mapping(value: Any) -> Mapping[str, Any]:
    found = opened(value)
    return found if isinstance(found, Mapping) else {}
