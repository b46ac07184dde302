"""Every shape that people have is recognised, says why, and gives question, context, options, answer and final."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from core.domain.strategies import TaskType
from core.interchange.seeds.model import FieldMap, Format, ReadOptions, SeedFile, Shape
from core.interchange.seeds.reading import read

MC, SQL, MATHS, OPEN = TaskType.MULTIPLE_CHOICE, TaskType.TEXT_TO_SQL, TaskType.MATHS, TaskType.OPEN


@dataclass(frozen=True)
class Case:
    """A row, and what becomes of it."""

    name: str
    row: dict[str, Any]
    shape: Shape
    task: TaskType
    question: str
    answer: str
    context: str = ""
    options: tuple[str, ...] = ()
    final: str = ""


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def looked(content: bytes, name: str = "x.jsonl", **options: Any) -> SeedFile:
    return read(content, name, ReadOptions(**options))


TWO = ("red", "blue")
ARC = {"text": ["red", "blue"], "label": ["A", "B"]}
STEM = {"stem": "Q?", "choices": [{"label": "A", "text": "red"}, {"label": "B", "text": "blue"}]}
STEPS = "2+2 = <<2+2=4>>4\n#### 4"
CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "Q?"}]},
    {"role": "assistant", "content": "A."},
]
SAID = [{"from": "human", "value": "Q?"}, {"from": "gpt", "value": "A."}, {"from": "human", "value": "And?"}]
CASES = [
    Case("GSM8K", {"question": "Q?", "answer": STEPS}, Shape.GSM8K, MATHS, "Q?", STEPS, final="4"),
    Case(
        "Self-Instruct",
        {"id": "1", "instruction": "Do", "instances": [{"input": "it", "output": "done"}]},
        Shape.SELF_INSTRUCT,
        OPEN,
        "Do",
        "done",
        "it",
    ),
    Case(
        "ARC", {"id": "1", "question": "Q?", "choices": ARC, "answerKey": "B"}, Shape.MULTIPLE_CHOICE, MC,
        "Q?", "B. blue", "", TWO, "B",
    ),
    Case(
        "ARC with numbers", {"question": "Q?", "choices": {"text": [*TWO], "label": ["1", "2"]}, "answerKey": "1"},
        Shape.MULTIPLE_CHOICE, MC, "Q?", "A. red", "", TWO, "A",
    ),
    Case(
        "CommonsenseQA", {"question": STEM, "answerKey": "A"}, Shape.MULTIPLE_CHOICE, MC, "Q?", "A. red", "", TWO, "A",
    ),
    Case(
        "MMLU", {"question": "Q?", "choices": [*TWO], "answer": 0, "subject": "x"}, Shape.MULTIPLE_CHOICE, MC,
        "Q?", "A. red", "", TWO, "A",
    ),
    Case(
        "columns A to D", {"Question": "Q?", "A": "red", "B": "blue", "C": "", "Answer": "b"},
        Shape.MULTIPLE_CHOICE, MC, "Q?", "B. blue", "", TWO, "B",
    ),
    Case(
        "options by letter",
        {"question": "Q?", "options": {"A": "red", "B": "blue"}, "answer": "blue", "answer_idx": 1},
        Shape.MULTIPLE_CHOICE, MC, "Q?", "B. blue", "", TWO, "B",
    ),
    Case(
        "with a rationale", {"question": "Q?", "options": [*TWO], "answer": "blue", "rationale": "Since."},
        Shape.MULTIPLE_CHOICE, MC, "Q?", "Since.\n\nFinal answer: B", "", TWO, "B",
    ),
    Case(
        "counted from 1", {"sentence": "Q?", "option1": "red", "option2": "blue", "answer": "2"},
        Shape.MULTIPLE_CHOICE, MC, "Q?", "B. blue", "", TWO, "B",
    ),
    Case(
        "options as Python writes them", {"question": "Q?", "options": "['red', 'blue']", "answer": "A"},
        Shape.MULTIPLE_CHOICE, MC, "Q?", "A. red", "", TWO, "A",
    ),
    Case(
        "Spider", {"db_id": "d", "question": "How many?", "query": "SELECT count(*) FROM t", "sql": {"select": []}},
        Shape.TEXT_TO_SQL, SQL, "How many?", "SELECT count(*) FROM t", final="SELECT count(*) FROM t",
    ),
    Case(
        "BIRD", {"db_id": "d", "question": "How many?", "evidence": "t means", "SQL": "SELECT a FROM t"},
        Shape.TEXT_TO_SQL, SQL, "How many?", "SELECT a FROM t", "t means", final="SELECT a FROM t",
    ),
    Case(
        "SQL with a schema", {"question": "How many?", "context": "CREATE TABLE t (a)", "answer": "SELECT a FROM t"},
        Shape.TEXT_TO_SQL, SQL, "How many?", "SELECT a FROM t", "CREATE TABLE t (a)", final="SELECT a FROM t",
    ),
    Case("OpenAI chat", {"messages": CHAT}, Shape.CHAT, OPEN, "Q?", "A.", "Be brief."),
    Case("ShareGPT", {"conversations": SAID}, Shape.SHAREGPT, OPEN, "Q?", "A."),
    Case(
        "Alpaca", {"instruction": "Add", "input": "1 and 2", "output": "Three."}, Shape.ALPACA, OPEN,
        "Add", "Three.", "1 and 2",
    ),
    Case(
        "columns by name", {"problem": "1+1?", "solution": "It is 2.", "answer": "2"}, Shape.COLUMNS, MATHS,
        "1+1?", "It is 2.", final="2",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_known_shape_gives_its_parts(case: Case) -> None:
    file = looked(lines(case.row))
    (draft,) = file.drafts
    assert (file.shape, file.task_type, file.bad) == (case.shape, case.task, ())
    assert (draft.question, draft.answer, draft.context) == (case.question, case.answer, case.context)
    assert (draft.options, draft.final) == (case.options, case.final)
    assert file.reason != ""


def test_every_shape_is_in_the_table() -> None:
    assert {case.shape for case in CASES} == set(Shape) - {Shape.OWN}


@pytest.mark.parametrize("form", [Format.JSON, Format.CSV, Format.PARQUET])
def test_the_same_rows_mean_the_same_in_every_format(form: Format) -> None:
    rows = [{"question": "Wie viele?\nEins", "answer": STEPS}, {"question": 'He said "two", twice', "answer": STEPS}]
    assert looked(written(rows, form), f"x.{form}").drafts == looked(lines(*rows)).drafts


def written(rows: list[dict[str, str]], form: Format) -> bytes:
    if form is Format.JSON:
        return b"\xef\xbb\xbf" + json.dumps({"data": rows}, indent=1).encode()
    if form is Format.CSV:
        out = io.StringIO(newline="")
        sheet = csv.DictWriter(out, rows[0], delimiter=";", lineterminator="\r\n")
        sheet.writeheader()
        sheet.writerows(rows)
        return out.getvalue().encode()
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def test_the_reason_counts_the_rows_that_have_the_shape() -> None:
    rows = [{"question": f"Q{n}?", "answer": "#### 1"} for n in range(19)]
    assert looked(lines(*rows)).reason == "All 19 rows have question and answer, and the answers end in ####."
    mixed = looked(lines(*rows, {"question": "Q?", "answer": "none"}))
    assert (mixed.shape, mixed.reason[:14]) == (Shape.GSM8K, "19 of 20 rows ")


def test_a_task_gives_an_example_for_each_instance() -> None:
    file = looked(
        lines({"instruction": "Do", "instances": [{"input": "a", "output": "b"}, {"input": "c", "output": "d"}]})
    )
    assert [(d.context, d.answer) for d in file.drafts] == [("a", "b"), ("c", "d")]
    assert (file.lines, file.notes) == ((1, 1), ("1 row gives 2 examples.",))


def test_what_a_conversation_goes_on_with_is_counted() -> None:
    assert looked(lines({"conversations": SAID})).notes == ("1 further message behind a first answer left out.",)


def test_places_count_from_what_all_rows_show() -> None:
    rows = [{"question": f"Q{n}?", "choices": ["a", "b", "c"], "answer": n} for n in (1, 2, 3)]
    assert [draft.final for draft in looked(lines(*rows)).drafts] == ["A", "B", "C"]
    assert [draft.final for draft in looked(lines(*rows[:2], {**rows[2], "answer": 0})).drafts] == ["B", "C", "A"]
    assert "count from 0 or from 1" in looked(lines(*rows[:2])).notes[0]


def test_an_answer_that_is_no_option_makes_the_row_bad() -> None:
    (bad,) = looked(
        lines(
            *[{"question": "Q?", "choices": [*TWO], "answer": "A"}] * 9,
            {"question": "Q?", "choices": [*TWO], "answer": "green"},
        )
    ).bad
    assert (bad.line, bad.reason) == (10, "The answer 'green' is none of the 2 options.")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_one_bad_row_of_three_hides_no_shape(at: int) -> None:
    rows: list[object] = [{"question": "Q?", "choices": [*TWO], "answer": "A"}] * 2
    rows.insert(at, {"question": "R?"})
    file = looked(lines(*rows))
    assert (file.shape, len(file.drafts), [bad.line for bad in file.bad]) == (Shape.MULTIPLE_CHOICE, 2, [at + 1])
    assert file.reason.startswith("2 of 3 rows have")


def test_a_shape_that_every_row_has_goes_before_one_that_a_row_lacks() -> None:
    asked = ({"instruction": "Show all", "output": answer} for answer in ("select 1", "select 2", "No idea."))
    file = looked(lines(*asked))
    assert (file.shape, len(file.drafts)) == (Shape.ALPACA, 3)


@pytest.mark.parametrize(
    ("content", "places"),
    [(b'[{"question": "Q?"}, 7, {"question": ""}]\n', ("Row", [2, 3])), (b'[\n{"question": "Q?"},\n7]', ("Line", [3]))],
)
def test_bad_rows_of_a_json_array_are_told_apart(content: bytes, places: tuple[str, list[int]]) -> None:
    file = looked(content, "x.json")
    assert (file.counted, [bad.line for bad in file.bad]) == places


def test_fields_can_be_chosen_for_anything_else() -> None:
    row = {"body": {"text": "Q?", "a": ["red", "blue"]}, "right": "blue", "level": 3}
    file = looked(lines(row), fields=FieldMap("body.text", "right", "", ("body.a",)))
    (draft,) = file.drafts
    assert (draft.question, draft.options, draft.final, draft.meta) == ("Q?", TWO, "B", {"level": 3})
    assert ("body.text", 1, ("Q?",)) in [(offer.name, offer.filled, offer.first) for offer in file.offers]


def test_a_file_without_a_question_offers_its_fields() -> None:
    file = looked(lines({"x": "Q?", "y": "A"}))
    assert (file.drafts, file.bad, [offer.name for offer in file.offers]) == ((), (), ["x", "y"])
    assert "choose the one that holds it" in file.reason


def test_a_task_type_can_be_chosen() -> None:
    (draft,) = looked(lines({"prompt": "Q?", "completion": "So it is 12."}), task_type=MATHS).drafts
    assert draft.final == "12"


def test_repeats_are_shown_by_place() -> None:
    long = "Tom has 3 apples and gives 2 of them to his sister Ann, how many does he keep"
    asked = [f"{long}?", "Other?", f"{long.upper()}?", f"{long} today?", f"{long.replace('3', '4')}?"]
    found = looked(lines(*({"question": text, "answer": "1"} for text in asked))).repeats
    assert (found.exact, [(pair.first, pair.second) for pair in found.near]) == (((0, 2),), [(0, 3)])
    assert [sorted(found.exact_extra), sorted(found.near_extra)] == [[2], [2, 3]]


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.COLUMNS])
def test_a_shape_that_is_chosen_against_the_rows_makes_each_of_them_bad(shape: Shape) -> None:
    file = looked(lines({"x": "Q?"}, {"x": ["R?"]}), shape=shape)
    assert ([row.line for row in file.bad], file.drafts) == ([1, 2], ())
