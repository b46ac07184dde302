"""Exports as Argilla and Label Studio really write them, down to the fields that say nothing of a verdict."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.domain.naming import content_hash
from core.domain.verdict_words import PASSED_OVER
from core.errors import ImportRejectedError
from core.interchange.verdicts.model import ReadOptions, Source, VerdictFile
from core.interchange.verdicts.reading import read

ANA, BO = "6a1fb5a4-4d8f-4a53-9d0c-0f4d5a2f7c11", "d3c2b1a0-9e8f-4c7b-8a6d-5e4f3c2b1a09"
DIGEST = "cd" * 32
TEXTS = {"question": "Wie viel ist 2+2?", "answer": "Vier."}
ABOUT = {"sample_id": 7, "content_hash": DIGEST}
HASH = content_hash(*TEXTS.values())


def of(content: object, name: str = "x.json") -> VerdictFile:
    return read(content if isinstance(content, bytes) else json.dumps(content).encode(), name, ReadOptions())


def told(file: VerdictFile) -> list[tuple[str, str, int | None]]:
    """Every verdict, which must be about the text that was shown."""
    assert all(HASH in said.texts for said in file.said)
    return [(said.person, said.word, said.sample) for said in file.said]


# ---- Argilla 2 ----


def nested(**more: Any) -> dict[str, Any]:
    """A record of `records.to_json` and of records.json in a folder of `to_disk`: no answer says its status."""
    suggestion = {"verdict": {"value": "accept", "score": 0.9, "agent": "model"}}
    answers = [{"value": "accept", "user_id": ANA}, {"value": "reject", "user_id": BO}]
    head = {"id": "rec-1", "fields": TEXTS, "metadata": ABOUT, "suggestions": suggestion}
    return {**head, "responses": {"verdict": answers}, "vectors": {}, "status": "completed", "_server_id": ANA, **more}


def flat(**more: Any) -> dict[str, Any]:
    """A record of `to_list(flatten=True)` and of a dataset on the Hub."""
    answers = {
        "verdict.responses": ["accept", "reject", "accept"],
        "verdict.responses.users": [ANA, BO, "late"],
        "verdict.responses.status": ["submitted", "discarded", "draft"],
        "verdict.suggestion": "accept",
        "verdict.suggestion.score": None,
        "verdict.suggestion.agent": None,
    }
    return {"id": "rec-1", "status": "completed", "_server_id": ANA, **TEXTS, **ABOUT, **answers, **more}


def unanswered() -> dict[str, Any]:
    """As flat records are that nobody has answered: with the columns of the others, empty."""
    return flat(id="rec-2") | {name: None for name in flat() if name.startswith("verdict")}


def test_nested_records_count_as_submitted_and_it_is_told_that_they_do_not_say_so() -> None:
    file = of([nested()])
    assert told(file) == [(ANA, "accept", 7), (BO, "reject", 7)]
    (note,) = file.notes
    assert note.startswith("2 answers do not say whether they were submitted, drafts or discarded, and count as")


def test_flat_records_say_what_was_submitted() -> None:
    file = of([flat(), unanswered()])
    assert told(file) == [(ANA, "accept", 7), (BO, PASSED_OVER, 7)]
    assert file.notes == ("1 draft is left out: nobody submitted it.",)
    assert not file.bad


@pytest.mark.parametrize("rows", [[nested()], [nested(), nested(id="rec-2", responses={})]])
def test_records_by_their_id_are_read_however_few(rows: list[dict[str, Any]]) -> None:
    assert told(of({row["id"]: row for row in rows})) == [(ANA, "accept", 7), (BO, "reject", 7)]


def test_flat_records_by_their_id_are_read_also_where_unanswered_ones_lack_the_columns() -> None:
    bare = {name: value for name, value in unanswered().items() if not name.startswith("verdict")}
    file = of({"rec-1": flat(), "rec-2": bare})
    assert told(file) == [(ANA, "accept", 7), (BO, PASSED_OVER, 7)]
    assert not file.bad


def test_records_as_columns_are_read() -> None:
    rows = [flat(), unanswered()]
    assert len(told(of({name: [row[name] for row in rows] for name in rows[0]}))) == 2


def test_records_of_the_server_are_read_out_of_their_page() -> None:
    response = {"id": BO, "values": {"verdict": {"value": "accept"}}, "status": "submitted", "user_id": ANA}
    record = {"id": BO, "external_id": "1", "fields": TEXTS, "metadata": ABOUT, "responses": [response]}
    assert told(of({"items": [record], "total": 1})) == [(ANA, "accept", 7)]


@pytest.mark.parametrize(
    "beside",
    [
        {"guidelines": None, "questions": [{"name": "verdict"}], "fields": [{"name": "question"}], "metadata": []},
        {"id": ANA, "name": "d", "status": "ready", "guidelines": None, "allow_extra_metadata": True},
    ],
)
def test_the_files_beside_records_json_are_named_for_what_they_are(beside: dict[str, Any]) -> None:
    with pytest.raises(ImportRejectedError, match="describes a dataset of Argilla") as met:
        of(beside)
    assert met.value.hint == "Choose records.json beside it."


# ---- Argilla 1 ----


def of_version_1(**more: Any) -> dict[str, Any]:
    """A row of a feedback dataset on the Hub: people without an answer have none, metadata are text."""
    around = {"verdict-suggestion": None, "verdict-suggestion-metadata": {"type": None, "score": None, "agent": None}}
    return {**TEXTS, "verdict": [], **around, "external_id": None, "metadata": json.dumps(ABOUT), **more}


def test_rows_that_nobody_has_answered_are_no_bad_rows() -> None:
    answers = [{"user_id": ANA, "value": "accept", "status": "submitted"}]
    file = of([of_version_1(), of_version_1(verdict=answers), of_version_1(verdict=None)])
    assert told(file) == [(ANA, "accept", 7)]
    assert not file.bad


def test_answers_of_version_1_are_read_from_parquet() -> None:
    answers = [{"user_id": ANA, "value": "accept", "status": "submitted"}]
    columns: dict[str, Any] = {name: [value, value] for name, value in of_version_1().items()}
    table = pa.table({**columns, "verdict": [answers, []]})
    out = io.BytesIO()
    pq.write_table(table, out)
    file = of(out.getvalue(), "train.parquet")
    assert (told(file), file.bad) == ([(ANA, "accept", 7)], ())


def test_feedback_records_of_version_1_say_who_discarded() -> None:
    responses = [
        {"user_id": ANA, "values": {"verdict": {"value": "accept"}, "stars": {"value": 4}}, "status": "submitted"},
        {"user_id": BO, "values": None, "status": "discarded"},
    ]
    file = of([{"fields": TEXTS, "metadata": ABOUT, "responses": responses, "suggestions": [], "external_id": None}])
    assert told(file) == [(ANA, "accept", 7), (BO, PASSED_OVER, 7)]


# ---- Label Studio ----


def region(name: str, kind: str, value: object) -> dict[str, Any]:
    return {"id": "x", "from_name": name, "to_name": "answer", "type": kind, "value": {kind: value}, "origin": "manual"}


def annotation(by: object, *result: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    times = {"created_at": "2026-01-01T00:00:00.000000Z", "updated_at": "2026-01-01T00:00:00.000000Z"}
    flags = {"was_cancelled": False, "ground_truth": False, "result_count": len(result), "lead_time": 3.2}
    return {"id": 5, "completed_by": by, "result": result, **times, **flags, "prediction": {}, "unique_id": "u", **more}


def task(*annotations: object, **more: Any) -> dict[str, Any]:
    counts = {"total_annotations": len(annotations), "cancelled_annotations": 0, "total_predictions": 0}
    data = {**TEXTS, **ABOUT}
    return {"id": 1, "annotations": annotations, "drafts": [], "predictions": [], "data": data, "meta": {}, **counts,
            "file_upload": "tasks.json", "inner_id": 1, "project": 1, "comment_authors": [], **more}  # fmt: skip


ACCEPT = region("verdict", "choices", ["accept"])


def test_people_are_told_by_number_or_as_an_object_with_their_address() -> None:
    bo = {"id": 2, "email": "bo@example.org", "first_name": "", "last_name": ""}
    reject = region("verdict", "choices", ["reject"])
    reasons, note = region("reason", "choices", ["wrong", "short"]), region("note", "text", ["Recheck."])
    file = of([task(annotation(1, ACCEPT), annotation(bo, reject, reasons, note))])
    assert told(file) == [("1", "accept", 7), ("bo@example.org", "reject", 7)]
    assert (file.said[1].reason, file.said[1].note) == ("wrong, short", "Recheck.")


def test_stars_and_pairs_are_words_whose_meaning_is_asked() -> None:
    rows = [task(annotation(by, region("stars", "rating", number))) for by, number in ((1, 5), (2, 1))]
    assert [word for _, word, _ in told(of(rows))] == ["5", "1"]
    assert [word for _, word, _ in told(of([task(annotation(1, region("verdict", "selected", "left")))]))] == ["left"]


def test_drafts_are_told_but_not_those_of_annotations_that_are_there() -> None:
    drafts = [{"id": 1, "user": "cy", "result": [ACCEPT], "annotation": None}, {"id": 2, "annotation": 5}]
    file = of([task(annotation(1, ACCEPT), drafts=drafts)])
    assert file.notes == ("1 draft is left out: nobody submitted it.",)
    with pytest.raises(ImportRejectedError, match="There are only drafts") as met:
        of([task(drafts=drafts)])
    assert met.value.hint == "Submit them, then export again."


def test_annotations_that_are_only_numbers_are_said_to_be() -> None:
    with pytest.raises(ImportRejectedError, match="only named by their numbers") as met:
        of([task(5, 6)])
    assert met.value.hint == "Export whole annotations, as JSON."
    assert of([task(5, annotation(1, ACCEPT))]).notes[0].startswith("1 annotation is only named by its number")


def test_one_task_alone_is_read() -> None:
    assert told(of(task(annotation(1, ACCEPT)))) == [("1", "accept", 7)]


def row(**more: Any) -> dict[str, Any]:
    """What JSON-MIN and the table hold of an annotation."""
    around = {"annotator": 1, "annotation_id": 5, "created_at": "2026", "updated_at": "2026", "lead_time": 3.2}
    return {**TEXTS, **ABOUT, "id": 1, "verdict": "accept", **around, **more}


def without_annotation() -> dict[str, Any]:
    """A task that nobody has annotated has a row too."""
    empty = dict.fromkeys(("annotator", "annotation_id", "created_at", "updated_at", "lead_time"))
    return {name: value for name, value in row(**empty).items() if name != "verdict"}


def table(rows: Sequence[Mapping[str, Any]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    names = sorted({name for each in rows for name in each})
    writer = csv.DictWriter(out, names, quoting=csv.QUOTE_NONNUMERIC, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def written(rows: Sequence[Mapping[str, Any]], name: str) -> bytes:
    return json.dumps(rows).encode() if name == "x.json" else table(rows, "\t" if name == "x.tsv" else ",")


@pytest.mark.parametrize("name", ["x.json", "x.csv", "x.tsv"])
def test_tasks_that_nobody_has_annotated_say_nothing(name: str) -> None:
    rows = [row(reason=json.dumps({"choices": ["wrong", "short"]})), without_annotation()]
    file = of(written(rows, name), name)
    assert (told(file), file.notes, file.bad) == ([("1", "accept", 7)], (), ())
    assert (file.source, file.said[0].reason) == (Source.LABEL_STUDIO, "wrong, short")
    with pytest.raises(ImportRejectedError, match="Nobody has answered in this file"):
        of(written([without_annotation()], name), name)


def test_fields_of_a_task_that_are_called_as_a_question_stand_apart_in_the_table() -> None:
    """The table renames the field of the task, not the question."""
    file = of(table([row(answer="Typed by Ana.", _data_answer=TEXTS["answer"], _data_verdict="reject")]), "x.csv")
    assert told(file) == [("1", "accept", 7)]
    assert "_data_verdict" not in {asked.name for asked in file.asked}
