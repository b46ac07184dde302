"""Formats of datasets: each says what its reader reads, every hostile text comes back as it was."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from openai.types.chat import ChatCompletionMessageParam
from pydantic import TypeAdapter

from core.interchange.dataset_rows import Row
from core.interchange.datasets import csv_table, parquet
from core.interchange.datasets.columns import NAMES, shaped
from core.interchange.datasets.formats import FORMATS
from core.interchange.datasets.parquet import schema
from core.interchange.formulas import guarded, undone
from tests.unit.frozen_rows import CONVERSATION, TEXTS, frozen, opened, plant, written


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The hostile rows as they are frozen."""
    work = opened(tmp_path_factory.mktemp("rows"))
    plant(work)
    found = frozen(work)
    work.close()
    return found


def content(form: str, rows: list[dict[str, Any]]) -> bytes:
    """What the format writes of these rows."""
    file = io.BytesIO()
    FORMATS[form].write(rows, file)
    return file.getvalue()


def objects(form: str, rows: list[dict[str, Any]]) -> list[Any]:
    """The objects of a format of lines, split as the strictest and the loosest reader do."""
    data = content(form, rows)
    lines = data.decode().splitlines()
    assert len(lines) == len(rows) == data.count(b"\n")
    return [json.loads(line) for line in lines]


def pairs(row: Row) -> list[list[str]]:
    return [*row["history"], [row["question"], row["answer"]]]


def test_every_text_is_among_the_rows(rows: list[dict[str, Any]]) -> None:
    assert [(row["question"], row["answer"]) for row in rows] == list(TEXTS)
    assert [row["history"] for row in rows if row["history"]] == [[list(turn) for turn in CONVERSATION]] * 3


def test_jsonl_has_every_field_in_every_row_and_what_there_is_no_field_for(rows: list[dict[str, Any]]) -> None:
    found = objects("jsonl", rows)
    assert found == [shaped(row) for row in rows]
    assert [list(row) for row in found] == [list(NAMES)] * len(rows)


def test_openai_chat_fits_the_types_of_the_openai_package_and_alternates(rows: list[dict[str, Any]]) -> None:
    messages = TypeAdapter(list[ChatCompletionMessageParam])
    for row, found in zip(rows, objects("openai_chat", rows), strict=True):
        assert list(found) == ["messages"]
        messages.validate_python(found["messages"], strict=True)
        told = [message["content"] for message in found["messages"]]
        assert told == [text for turn in pairs(row) for text in turn]
        assert [message["role"] for message in found["messages"]] == ["user", "assistant"] * (len(told) // 2)


def test_sharegpt_lets_human_and_gpt_speak_in_turn(rows: list[dict[str, Any]]) -> None:
    for row, found in zip(rows, objects("sharegpt", rows), strict=True):
        assert set(found) == {"id", "conversations"}
        said = [(turn["from"], turn["value"]) for turn in found["conversations"]]
        assert said == [(who, text) for turn in pairs(row) for who, text in zip(("human", "gpt"), turn, strict=True)]


def test_alpaca_has_every_key_in_every_row_and_the_earlier_turns_as_history(rows: list[dict[str, Any]]) -> None:
    for row, found in zip(rows, objects("alpaca", rows), strict=True):
        assert found == {
            "instruction": row["question"],
            "input": "",
            "output": row["answer"],
            "history": row["history"],
        }


def test_csv_holds_no_cell_that_a_spreadsheet_runs_and_undone_is_what_was_written(rows: list[dict[str, Any]]) -> None:
    data = content("csv", rows)
    assert data.startswith(csv_table.MARK)
    csv.field_size_limit(1_000_000)
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    head, found = table[0], table[1:]
    assert head == list(csv_table.HEADER)
    assert not [cell for row in found for cell in row if cell[:1] in set("=+-@\t\r\n＝＋－＠")]
    for row, cells in zip(rows, found, strict=True):
        told = dict(zip(head, map(undone, cells), strict=True))
        assert (told["question"], told["answer"], int(told["id"])) == (row["question"], row["answer"], row["id"])
        assert json.loads(told["history"] or "[]") == row["history"]
        assert told["taxonomy"] == " > ".join(row["taxonomy"])
        assert told["syllabus_hash"] == (row["syllabus"]["hash"] or "")


@pytest.mark.parametrize("cell", ["=1", "'=1", "''=1", "plain", "'", "''", "'plain", "", "＝1", "\t", "-5", "a=1"])
def test_guarding_a_cell_can_be_undone_exactly(cell: str) -> None:
    assert undone(guarded(cell)) == cell


def test_parquet_is_typed_compressed_and_keeps_every_text(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content("parquet", rows))
    file = pq.ParquetFile(path)
    assert file.schema_arrow.equals(schema())
    assert file.metadata.row_group(0).column(1).compression == "ZSTD"
    found = pq.read_table(path).to_pylist()
    assert [list(row) for row in found] == [list(NAMES)] * len(rows)
    for row, told in zip(rows, found, strict=True):
        for name in ("id", "question", "answer", "history", "taxonomy", "sessions", "content_hash"):
            assert told[name] == row[name], name
        assert row["review"].items() <= told["review"].items()
        assert told["more"] is None or set(json.loads(told["more"])) == {"calls"}
        assert [call["stage"] for call in told["calls"]] == [
            key.removesuffix("_by") for key, made in row.items() if key.endswith("_by") and made
        ]


def test_what_no_column_has_room_for_is_kept_as_json(rows: list[dict[str, Any]]) -> None:
    odd = {**rows[0], "colour": "new", "revision": "three", "syllabus": {**rows[0]["syllabus"], "by": "Ada"}}
    odd["price"] = {"dollars": 10**400}
    told = shaped(odd)
    kept = json.loads(told["more"])
    assert (kept["colour"], kept["revision"], kept["syllabus"]["by"]) == ("new", "three", "Ada")
    assert kept["price"] == odd["price"]
    assert kept["calls"][-1]["price"] == "new"
    assert told["revision"] is None
    assert told["syllabus"]["version"] == rows[0]["syllabus"]["version"]
    assert shaped(rows[1])["more"] is None


def test_a_lineage_of_another_time_is_written_all_the_same(rows: list[dict[str, Any]]) -> None:
    odd = {**rows[0], "taxonomy": ["Mathematics", 7], "evolutions": ["deepen"], "seed": "GSM8K"}
    odd["sessions"] = [{"number": 4, "name": None, "concepts": [3, "trace"]}]
    told = dict(zip(csv_table.HEADER, csv_table.cells(odd), strict=True))
    assert (told["taxonomy"], told["sessions"], told["concepts"]) == ("Mathematics > ", "", " | trace")
    assert json.loads(told["more"]).keys() == {"taxonomy", "evolutions", "seed", "sessions", "calls"}


def test_parquet_begins_a_new_row_group_when_one_is_long_enough(
    rows: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 4)
    monkeypatch.setattr(parquet, "GROUP_LETTERS", len(TEXTS[-1][1]))
    path = tmp_path / "a.parquet"
    path.write_bytes(content("parquet", rows))
    meta = pq.ParquetFile(path).metadata
    sizes = [meta.row_group(number).num_rows for number in range(meta.num_row_groups)]
    assert (sum(sizes), max(sizes)) == (len(rows), 4)
    assert sizes[-1] < 4


def test_long_conversations_make_short_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_LETTERS", 1_000)
    talk = {"id": 1, "question": "And now?", "answer": "4", "history": [["Why?", "x" * 400]] * 2}
    path = tmp_path / "a.parquet"
    path.write_bytes(content("parquet", [talk] * 4))
    meta = pq.ParquetFile(path).metadata
    assert [meta.row_group(number).num_rows for number in range(meta.num_row_groups)] == [2, 2]


@pytest.mark.parametrize("form", list(FORMATS))
def test_the_preview_of_every_format_shows_the_question(form: str, rows: list[dict[str, Any]]) -> None:
    assert rows[0]["question"] in FORMATS[form].preview(rows[0])
    assert FORMATS[form].reads
    assert FORMATS[form].words


@pytest.mark.parametrize("form", [key for key, form in FORMATS.items() if not form.is_folder])
def test_no_rows_make_an_empty_file_that_can_be_read(form: str, tmp_path: Path) -> None:
    data = content(form, [])
    if form == "parquet":
        (tmp_path / "a").write_bytes(data)
        assert pq.read_table(tmp_path / "a").num_rows == 0
    elif form == "csv":
        assert len(data.splitlines()) == 1
    else:
        assert data == b""


def test_the_lineage_is_inside_where_the_format_says_so(tmp_path: Path) -> None:
    work = opened(tmp_path)
    plant(work)
    for key, form in FORMATS.items():
        if not form.is_folder and form.suffix != ".parquet":
            text = written(work, key)["train"].read_text(encoding="utf-8")
            assert ("5" * 64 in text) == form.lineage, key
    work.close()
