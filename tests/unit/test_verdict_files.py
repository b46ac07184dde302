"""Files of verdicts: every shape is recognised, what is no verdict is told, nothing in a file can harm."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.naming import content_hash
from core.domain.verdict_words import PASSED_OVER, Meaning, guess, guesses
from core.errors import ImportRejectedError
from core.interchange.apart import Limits
from core.interchange.verdicts import wire
from core.interchange.verdicts.apart import read_apart
from core.interchange.verdicts.handing_over import labelling_config
from core.interchange.verdicts.model import ReadOptions, Said, Source, VerdictFile
from core.interchange.verdicts.reading import read

DIGEST = "ab" * 32


def told(file: VerdictFile) -> list[tuple[str, str]]:
    return [(said.person, said.word) for said in file.said]


def of(rows: Sequence[Mapping[str, Any]], **options: Any) -> VerdictFile:
    return read(json.dumps(rows).encode(), "x.json", ReadOptions(**options))


def record(**more: Any) -> dict[str, Any]:
    about = {"sample_id": 7, "content_hash": DIGEST}
    responses = {"verdict": [{"value": "accept", "user_id": "ana"}]}
    return {"id": "1", "fields": {"question": "Q", "answer": "A"}, "metadata": about, "responses": responses, **more}


def task(*annotations: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 1, "data": {"question": "Q", "answer": "A", "sample_id": 7}, "annotations": annotations, **more}


def annotation(word: str, by: Any = 1, **more: Any) -> dict[str, Any]:
    result = [{"from_name": "verdict", "type": "choices", "value": {"choices": [word]}}]
    return {"completed_by": by, "result": result, **more}


def test_a_text_is_named_by_our_id_its_hash_and_what_it_says() -> None:
    (said,) = of([record()]).said
    assert said == Said(1, 1, "ana", "accept", 7, DIGEST, (content_hash("Q", "A"),), "Q")


def test_our_id_and_hash_are_found_in_the_id_of_the_record_where_the_metadata_is_lost() -> None:
    (said,) = of([record(id=f"sample-12-{DIGEST}", metadata={})]).said
    assert (said.sample, said.content) == (12, DIGEST)


def test_records_by_id_and_records_as_columns_are_unfolded() -> None:
    by_id = {"1": record(), "2": record(responses={"verdict": [{"value": "reject", "user_id": "bo"}]})}
    columns = {name: [row[name] for row in by_id.values()] for name in record()}
    for shape in (by_id, columns):
        file = read(json.dumps(shape).encode(), "x.json", ReadOptions())
        assert told(file) == [("ana", "accept"), ("bo", "reject")]


def test_a_dataset_of_the_hub_is_read_from_parquet() -> None:
    buffer = io.BytesIO()
    columns = {"verdict.responses": [["yes", "no"]], "verdict.responses.users": [["ana", "bo"]], "sample_id": [7]}
    pq.write_table(pa.table({"id": ["1"], "question": ["Q"], "answer": ["A"], **columns}), buffer)
    assert told(read(buffer.getvalue(), "x.parquet", ReadOptions())) == [("ana", "yes"), ("bo", "no")]


def test_drafts_are_left_out_and_discarded_records_are_passed_over() -> None:
    responses = [
        {"user_id": "ana", "status": "draft", "values": {"verdict": {"value": "accept"}}},
        {"user_id": "bo", "status": "discarded", "values": {}},
        {"user_id": "cy", "status": "submitted", "values": {"verdict": {"value": "reject"}}},
    ]
    file = of([record(responses=responses)])
    assert told(file) == [("bo", PASSED_OVER), ("cy", "reject")]
    assert file.notes == ("1 draft is left out: nobody submitted it.",)


def test_a_cancelled_annotation_is_passed_over_an_empty_one_told_and_ground_truth_counts_for_its_person() -> None:
    cancelled = {"completed_by": 2, "result": [], "was_cancelled": True}
    empty = {"completed_by": 3, "result": []}
    file = of([task(annotation("accept", {"email": "a@x.y"}, ground_truth=True), cancelled, empty)])
    assert told(file) == [("a@x.y", "accept"), ("2", PASSED_OVER)]
    assert [note.split(" ", 2)[1] for note in file.notes] == ["annotation", "annotation"]


def test_of_two_answers_of_one_person_to_one_record_the_later_counts() -> None:
    late = annotation("reject", created_at="2026-01-02")
    file = of([task(late, annotation("accept", created_at="2026-01-01"))])
    assert told(file) == [("1", "reject")]
    assert file.notes == ("1 person answered a record twice; the last answer counts.",)


def test_predictions_and_suggestions_are_nobodys_verdict() -> None:
    guessed = [{"result": annotation("accept")["result"]}]
    with pytest.raises(ImportRejectedError, match="Nobody has answered"):
        of([task(predictions=guessed)])
    with pytest.raises(ImportRejectedError, match="Nobody has answered"):
        of([record(responses={}, suggestions={"verdict": {"value": "accept"}})])


def test_the_question_with_the_verdict_is_guessed_and_can_be_chosen() -> None:
    responses = {
        "quality": [{"value": "good", "user_id": "ana"}],
        "topic": [{"value": "maths", "user_id": "ana"}],
        "reason": [{"value": ["wrong", "short"], "user_id": "ana"}],
    }
    file = of([record(responses=responses)])
    assert (file.options.verdict, file.said[0].reason) == ("quality", "wrong, short")
    assert told(of([record(responses=responses)], verdict="topic")) == [("ana", "maths")]
    with pytest.raises(ImportRejectedError, match="No question holds a verdict"):
        of([record(responses={"reason": [{"value": "wrong", "user_id": "ana"}]})])


def test_where_no_word_is_known_the_question_with_the_fewest_is_taken_and_its_words_are_asked_about() -> None:
    responses = {
        "stars": [{"value": number, "user_id": f"person {number % 2}"} for number in (1, 5)],
        "topic": [{"value": word, "user_id": person} for word, person in (("sums", "person 1"), ("sets", "person 1"))],
        "words": [{"value": "long " * 50, "user_id": "person 1"}],
    }
    rows = [record(id=str(number), responses={**responses, "topic": [{"value": f"t{number}", "user_id": "person 1"}]})
            for number in range(4)]  # fmt: skip
    file = of(rows)
    assert file.options.verdict == "stars"
    assert {guess(said.word) for said in file.said} == {None}


def test_words_of_other_tools_are_guessed_in_several_languages_and_scales_are_not() -> None:
    assert [guess(word) for word in ("Accepted", "YES ", "Ja", "👍", "1")] == [Meaning.ACCEPT] * 5
    assert [guess(word) for word in ("No", "wrong", "нет", "0")] == [Meaning.REJECT] * 4
    assert [guess(word) for word in ("Да", "Принято", "Accepté", "aceptado", "通过", "承認", "نعم")] == [
        Meaning.ACCEPT
    ] * 7
    assert [guess(word) for word in ("Отклонено", "Refusé", "rechazar", "拒绝", "却下", "لا")] == [Meaning.REJECT] * 6
    assert (guess(PASSED_OVER), guess("banana")) == (Meaning.SKIP, None)
    assert guesses(["1", "0"]) == {"1": Meaning.ACCEPT, "0": Meaning.REJECT}
    assert guesses(["1", "3", "5"]) == {"1": None, "3": None, "5": None}


REFUSED = [
    ("no shape", b'[{"a": 1}]', 1, "Nobody's verdict is recognised in the rows."),
    ("empty", b" ", 0, "The file is empty."),
    ("no JSON", b"[{]", 1, "This is not JSON"),
    ("UTF-16", "person,verdict\na,b".encode("utf-16"), 0, "The file is UTF-16 text."),
    ("packed", b"PK\x03\x04" + bytes(9), 0, "This is a spreadsheet file or an archive."),
    ("headers twice", b"person,Person\na,b\n", 1, "The header 'Person' stands twice."),
]


@pytest.mark.parametrize(("case", "content", "line", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_is_no_file_of_verdicts_is_refused_with_its_place(
    case: str, content: bytes, line: int, reason: str
) -> None:
    with pytest.raises(ImportRejectedError) as refused:
        read_apart(content, f"{case}.txt")
    assert refused.value.line == line
    assert refused.value.reason.startswith(reason)
    assert refused.value.hint


def test_a_bad_row_is_told_with_its_line_and_the_others_are_read() -> None:
    content = b'person,verdict,sample_id\nAna,accept,1\nBo,reject\n"C\ny",reject,3\n'
    file = read(content, "x.csv", ReadOptions())
    assert [(said.line, said.person) for said in file.said] == [(2, "Ana"), (4, "C y")]
    assert [(row.line, row.reason) for row in file.bad] == [(3, "There are 2 fields here and 3 in the first line.")]


def test_hostile_words_come_back_harmless_from_the_process_that_reads() -> None:
    person, word = "\u202eAna\x07\u0000 <script>", "half \ud800 character"
    content = b'{"sample_id": "9999999999999999", "content_hash": "../x", "person": %s, "verdict": %s, "note": %s}'
    parts = [json.dumps(text).encode() for text in (person, word, "n" * 5_000)]
    (said,) = read_apart(content % tuple(parts), "x.jsonl").said
    assert (said.sample, said.content, len(said.note)) == (None, "", 2_000)
    assert "\x07" not in said.person
    assert "\ud800" not in said.word
    said.person.encode()


def test_a_file_that_takes_too_much_is_one_sentence() -> None:
    content = b"person,verdict\n" + b"Ana,accept\n" * 90_000
    with pytest.raises(ImportRejectedError, match=r"takes more than|too much"):
        read_apart(content, "x.csv", limits=Limits(memory_mb=140, cpu_seconds=60))


def test_more_answers_than_can_be_shown_at_once_are_refused() -> None:
    content = b"person,verdict\n" + b"Ana,accept\n" * 100_001
    with pytest.raises(ImportRejectedError, match="more than 100,000 answers"):
        read(content, "x.csv", ReadOptions())


texts = st.text(max_size=12)
rows = st.dictionaries(
    st.sampled_from(["responses", "fields", "metadata", "verdict", "person", "annotations", "data", "annotator",
                     "annotation_id", "annotation", "annotation_agent", "verdict.responses", "status", "id"]),
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | texts,
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(texts | st.sampled_from(["user_id", "value", "values", "result", "completed_by"]), inner),
        max_leaves=6,
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, min_size=1, max_size=3), st.sampled_from([None, *Source]))
def test_any_rows_are_read_or_refused_in_one_sentence(found: list[dict[str, Any]], source: Source | None) -> None:
    with suppress(ImportRejectedError):
        file = read(json.dumps(found).encode(), "x.json", ReadOptions(source=source))
        assert wire.load(wire.dump(file)) == file
        assert all(said.word and said.person for said in file.said)


def test_the_labelling_config_is_sound_whatever_the_reasons_are_called() -> None:
    config = labelling_config(['<wrong> & "bad"', "short's"], "Be 'fair' <b>", conversations=True)
    root = ET.fromstring(config)
    choices = {each.get("name"): [c.get("value") for c in each] for each in root.iter("Choices")}
    assert choices == {"verdict": ["accept", "reject"], "reason": ['<wrong> & "bad"', "short's"]}
    assert [each.get("value") for each in root.iter("Text")] == ["$earlier", "$question", "$answer"]
