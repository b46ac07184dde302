"""A file that means harm, or was damaged, is told in one sentence with its line; its good rows stay usable."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import ImportRejectedError
from core.interchange.apart import Limits
from core.interchange.concepts.csv_file import read as read_taxonomy
from core.interchange.seeds.apart import read_apart
from core.interchange.seeds.model import MAX_FIELD, ReadOptions
from core.interchange.seeds.reading import read

GOOD = b'{"question": "Q?", "answer": "A"}'
LONG = json.dumps({"question": "x" * (MAX_FIELD + 1), "answer": ""}).encode()


def table(**columns: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()


def bomb() -> bytes:
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 130, pa.int32()), pa.array(["x" * 1_000_000]))
    return table(question=many)


BAD_ROWS = [
    ("NUL", b'{"question": "a\0b"}', "There is a NUL character here."),
    ("NUL, escaped", rb'{"question": "a\u0000b"}', "The question holds a NUL character."),
    ("NUL in the rest", rb'{"question": "a", "id": "\u0000"}', "The rest of the row holds a NUL character."),
    ("not UTF-8", b'{"question": "\xff"}', "This is not UTF-8 text."),
    ("half a character", rb'{"question": "\ud800"}', "The question holds half a character."),
    ("a key twice", b'{"question": "a", "question": "b"}', "'question' is given twice in one object."),
    ("NaN", b'{"question": NaN}', "NaN is no number."),
    ("an endless number", b'{"question": 1e999}', "1e999 is too large a number."),
    ("many digits", b'{"question": ' + b"9" * 5000 + b"}", "A number has 5,000 digits."),
    ("nesting", b'{"question": ' + b"[" * 200 + b"]" * 200 + b"}", "The file is nested deeper than 64."),
    ("bottomless nesting", b'{"question": ' + b"[" * 90_000, "The file is nested deeper than 64."),
    ("cut off", b'{"question": "a', "This is not JSON: Unterminated string starting at."),
    ("a list", b"[1]", "This is no object with named fields."),
    ("an empty question", b'{"question": " \\n", "answer": "1"}', "The question is empty."),
    ("no question", b'{"answer": "1"}', "The question is empty."),
    ("a long question", LONG, "The question has 64,001 characters; 64,000 are allowed."),
]


@pytest.mark.parametrize(("name", "row", "reason"), BAD_ROWS, ids=[case[0] for case in BAD_ROWS])
def test_a_bad_row_is_told_and_the_others_are_read(name: str, row: bytes, reason: str) -> None:
    file = read(GOOD + b"\r\n\n" + row + b"\n" + GOOD.replace(b"Q", b"R"), "x.jsonl", ReadOptions())
    assert [(bad.line, bad.reason) for bad in file.bad] == [(3, reason)]
    assert file.bad[0].raw != ""
    assert [(line, draft.question) for line, draft in zip(file.lines, file.drafts, strict=True)] == [
        (1, "Q?"),
        (4, "R?"),
    ]


PACKED = "This is a spreadsheet file or an archive."
REFUSED: list[tuple[str, str, bytes | Callable[[], bytes], int, str]] = [
    ("empty", "x.jsonl", b"", 0, "The file is empty."),
    ("only a mark", "x.csv", b"\xef\xbb\xbf \n", 0, "The file is empty."),
    ("UTF-16", "x.csv", "question,answer\nQ?,A\n".encode("utf-16"), 0, "The file is UTF-16 text."),
    ("UTF-16 without mark", "x.jsonl", (GOOD.decode()).encode("utf-16-le"), 0, "The file is UTF-16 text."),
    ("not UTF-8", "x.csv", b"question\nQ?\n\xff\n", 3, "This is not UTF-8 text."),
    ("a spreadsheet", "x.csv", b"PK\x03\x04" + bytes(20), 0, PACKED),
    ("compressed", "x.jsonl.gz", b"\x1f\x8b" + bytes(20), 0, "The file is compressed."),
    ("headers twice", "x.csv", b"question,Question\na,b\n", 1, "The header 'Question' stands twice."),
    ("an open quote", "x.csv", b'question,answer\na,b\n"c,d\n', 3, "This is not CSV: unexpected end of data."),
    ("no rows", "x.csv", b"question,answer\n", 0, "There are no rows in the file."),
    ("only bad rows", "x.jsonl", b"{\n{", 1, "This is not JSON: Expecting property name enclosed in double quotes."),
    ("a broken list", "x.json", b'[{"question": "a"}\n{"question": "b"}]', 2, "A comma or the end of"),
    ("an endless list", "x.json", b'[{"question": "a"},\n', 2, "This is not JSON: Expecting value."),
    ("no Parquet", "x.parquet", b"PAR1" + bytes(40), 0, "This is not a sound Parquet file."),
    ("cut Parquet", "x.parquet", lambda: table(question=["Q?"])[:-9], 0, "This is not a sound Parquet file."),
    ("a Parquet bomb", "x.parquet", bomb, 105, "The file unpacks to more than 100 MB."),
    ("too many rows", "x.csv", b"question\n" + b"a\n" * 200_001, 200_002, "The file has more than 200,000 rows."),
]  # fmt: skip


@pytest.mark.parametrize(("case", "name", "content", "line", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_file_that_is_doubtful_as_a_whole_is_refused(
    case: str, name: str, content: bytes | Callable[[], bytes], line: int, reason: str
) -> None:
    with pytest.raises(ImportRejectedError) as refused:
        read(content if isinstance(content, bytes) else content(), name, ReadOptions())
    assert (refused.value.line, refused.value.hint != "") == (line, True), refused.value.reason
    assert refused.value.reason.startswith(reason)


@pytest.mark.parametrize("content", [b'name\nA\n"B\nC\n', b'name\n"A"b\n', b"name\nA\rB\nC\n"])
@pytest.mark.parametrize("reader", [read_taxonomy, read])
def test_what_is_wrong_with_quotes_of_a_table_is_not_put_down_to_its_separators(
    reader: Callable[..., object], content: bytes
) -> None:
    with pytest.raises(ImportRejectedError) as refused:
        reader(content) if reader is read_taxonomy else reader(content, "x.csv", ReadOptions())
    assert "write a quote inside it twice" in refused.value.hint
    assert "Count" not in refused.value.hint


def test_a_ragged_row_is_bad_and_keeps_its_text() -> None:
    file = read(b'question,answer\nQ?,"two\nlines"\na,b,c\nR?,NA\n', "x.csv", ReadOptions())
    assert [(bad.line, bad.raw) for bad in file.bad] == [(4, "a,b,c")]
    assert [(draft.question, draft.answer) for draft in file.drafts] == [("Q?", "two\nlines"), ("R?", "NA")]


def test_one_column_may_hold_commas() -> None:
    assert [d.question for d in read(b"question\nHow, then?\n", "x.csv", ReadOptions()).drafts] == ["How, then?"]


def test_a_line_ends_at_a_line_feed_and_nowhere_else() -> None:
    (draft,) = read('{"question":\r"a\u2028b\u0085c"}'.encode(), "x.jsonl", ReadOptions()).drafts
    assert draft.question == "a\u2028b\u0085c"


def test_a_file_is_read_apart_as_it_is_here() -> None:
    content = GOOD + b"\n{\n" + GOOD
    options = ReadOptions()
    assert read_apart(content, "x.jsonl", options) == read(content, "x.jsonl", options)


def test_a_parquet_file_is_read_apart() -> None:
    assert [draft.question for draft in read_apart(table(question=["Q?", "R?"]), "x.parquet").drafts] == ["Q?", "R?"]


def test_memory_has_an_end_apart() -> None:
    with pytest.raises(ImportRejectedError, match="more than 96 MB of memory"):
        read_apart((GOOD + b"\n") * 200_000, "x.jsonl", limits=Limits(memory_mb=96))


def test_a_large_file_starts_no_process() -> None:
    with pytest.raises(ImportRejectedError, match="larger than 25 MB"):
        read_apart(bytes(26 << 20), "x.jsonl", limits=Limits(wall_seconds=0))
