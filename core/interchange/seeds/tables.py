"""The rows of a file: JSON lines, JSON, CSV with any usual delimiter, Parquet.

A row that cannot be read is told with its line, its reason and its text, and the others are read on; what makes every
row doubtful, such as a quote that is never closed, refuses the file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from core.domain.seeds import MAX_EXAMPLES
from core.errors import ImportRejectedError
from core.interchange.decoding import BOM, QUOTING, decode, delimiter_of, refuse_other
from core.interchange.seeds.model import MAX_RAW, BadRow, Format
from core.interchange.strict_json import loads, too_deep

_NOWHERE: Final = "\x1f"
_MOST_TEXT: Final = 100 * 1024 * 1024
_ROWS_IN: Final = ("data", "rows", "examples", "questions", "train", "test", "instances", "items")


@dataclass(frozen=True, slots=True)
class Row:
    """An object of the file; `line` counts what `counted` says."""

    line: int
    fields: dict[str, Any]
    raw: str


Rows = Iterator[Row | BadRow]


def guess(name: str, content: bytes) -> Format:
    """By the first bytes, then by the ending of the file name."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if content.startswith(b"PAR1") or ending == ".parquet":
        return Format.PARQUET
    head = content[:65_536].removeprefix(BOM).lstrip()
    if head.startswith(b"["):
        return Format.JSON
    if head.startswith(b"{"):
        return Format.JSONL if ending == ".jsonl" or _whole(head.split(b"\n", 1)[0]) else Format.JSON
    return {".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".json": Format.JSON}.get(ending, Format.CSV)


def _whole(line: bytes) -> bool:
    """Whether the first line is an object of its own, and not one that holds all rows."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and _inner(found) is None


def rows(content: bytes, format_: Format, delimiter: str = "") -> Rows:
    """All rows in order; ImportRejectedError for a file that is none of this format or has too many."""
    _refuse_packed(content)
    for number, row in enumerate(_READERS[format_](content, delimiter), 1):
        if number > MAX_EXAMPLES:
            raise ImportRejectedError(row.line, f"The file has more than {MAX_EXAMPLES:,} rows.", "Split it.")
        yield row


def counted(content: bytes, format_: Format) -> str:
    """What tells rows of the file apart: their lines, or their numbers where lines do not."""
    text = content.removeprefix(BOM).strip()
    in_lines = format_ in {Format.JSONL, Format.CSV} or (
        format_ is Format.JSON and text.startswith(b"[") and b"\n" in text
    )
    return "Line" if in_lines else "Row"


def _refuse_packed(content: bytes) -> None:
    if content.startswith(b"PK\x03\x04"):
        raise ImportRejectedError(0, "This is a spreadsheet file or an archive.", "Save the table as CSV.")
    if content.startswith((b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ")):
        raise ImportRejectedError(0, "The file is compressed.", "Unpack it first.")


def cut(raw: str) -> str:
    """The text of a row as it is shown and given back."""
    return raw if len(raw) <= MAX_RAW else f"{raw[:MAX_RAW]}…"


def _jsonl(content: bytes, _: str) -> Rows:
    refuse_other(content)
    for number, line in enumerate(content.removeprefix(BOM).split(b"\n"), 1):
        bare = line.removesuffix(b"\r")
        if not bare.strip():
            continue
        try:
            text = bare.decode()
        except UnicodeDecodeError:
            yield BadRow(number, "This is not UTF-8 text.", cut(bare.decode(errors="replace")))
            continue
        yield BadRow(number, "There is a NUL character here.", cut(text)) if "\0" in text else _row(text, number)


def _row(text: str, line: int) -> Row | BadRow:
    """The object in `text`, strictly."""
    try:
        value = loads(text, line)
    except ImportRejectedError as error:
        return BadRow(line, error.reason, cut(text))
    if not isinstance(value, dict):
        return BadRow(line, "This is no object with named fields.", cut(text))
    return Row(line, value, text)


def _json(content: bytes, _: str) -> Rows:
    text = decode(content)
    start = len(text) - len(text.lstrip())
    if text[start] == "[":
        yield from _elements(text, start + 1)
        return
    whole = loads(text)
    inner = _inner(whole) if isinstance(whole, dict) else None
    found = inner if inner is not None else [whole]
    for number, value in enumerate(found, 1):
        raw = json.dumps(value, ensure_ascii=False)
        is_row = isinstance(value, dict)
        yield Row(number, value, raw) if is_row else BadRow(number, "This is no object with named fields.", cut(raw))


def _inner(whole: dict[str, Any]) -> list[Any] | None:
    """The list of rows inside an object, such as {"data": [...]}."""
    lists = {name: v for name, v in whole.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    named = next((name for name in _ROWS_IN if name in lists), None)
    others = [value for name, value in whole.items() if name not in lists]
    if named is None or len(lists) > 1 or len(others) > 3 or {"instruction", "question", "prompt"} & set(whole):
        return None
    return list(lists[named])


def _elements(text: str, at: int) -> Rows:
    """The elements of the array that begins before `at`, each with its line; with its number where all is one line."""
    lenient = json.JSONDecoder(parse_int=str, parse_float=str)
    seen, line, number = 0, 1, 0
    single = "\n" not in text.strip()
    at = _skip(text, at)
    while text[at : at + 1] != "]":
        line, seen, number = line + text.count("\n", seen, at), at, number + 1
        try:
            _, end = lenient.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise _broken(text, error.pos, f"This is not JSON: {error.msg}.") from error
        except RecursionError as error:
            raise too_deep() from error
        yield _row(text[at:end], number if single else line)
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise _broken(text, at, "A comma or the end of the list is missing here.")
    if text[at + 1 :].strip():
        raise _broken(text, at, "Something stands behind the end of the list.")


def _broken(text: str, at: int, reason: str) -> ImportRejectedError:
    return ImportRejectedError(text.count("\n", 0, at) + 1, reason, "Mend it and try again.")


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in {" ", "\t", "\n", "\r"}:
        at += 1
    return at


def _csv(content: bytes, delimiter: str) -> Rows:
    text = decode(content)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # the limit is one of the whole process
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter or _separator(text), strict=True)
    lines, begins, headers = text.split("\n"), 1, None
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ImportRejectedError(begins, f"This is not CSV: {error}.", QUOTING) from error
        if cells is None:
            return
        line, begins = begins, reader.line_num + 1
        if not any(cells):
            continue
        raw = "\n".join(lines[line - 1 : begins - 1]).removesuffix("\r")
        if headers is None:
            headers = _headers(cells)
        elif len(cells) != len(headers):
            reason = f"There are {len(cells):,} fields here and {len(headers):,} in the first line."
            yield BadRow(line, reason, cut(raw))
        else:
            yield Row(line, dict(zip(headers, cells, strict=True)), raw)


def _separator(text: str) -> str:
    """What separates columns; a character that no text has where there is only one column."""
    found = delimiter_of(text)
    return found if found in text.partition("\n")[0] else _NOWHERE


def _headers(cells: list[str]) -> list[str]:
    names = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, 1)]
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise ImportRejectedError(1, f"The header {name[:80]!r} stands twice.", "Rename one of the columns.")
        seen.add(name.casefold())
    return names


def _parquet(content: bytes, _: str) -> Rows:
    from core.interchange.seeds import parquet  # noqa: PLC0415 - pyarrow takes half a second

    unpacked = 0
    for number, fields in enumerate(parquet.rows(content), 1):
        raw = json.dumps(fields, ensure_ascii=False, default=str)
        unpacked += len(raw)
        if unpacked > _MOST_TEXT:
            raise ImportRejectedError(number, f"The file unpacks to more than {_MOST_TEXT >> 20} MB.", "Split it.")
        yield Row(number, fields, raw)


_READERS: dict[Format, Callable[[bytes, str], Rows]] = {
    Format.JSONL: _jsonl,
    Format.JSON: _json,
    Format.CSV: _csv,
    Format.PARQUET: _parquet,
}
