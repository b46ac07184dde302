"""CSV for spreadsheets: one row a sample, the lineage flattened, no cell that a spreadsheet would run.

Text cells are guarded with an apostrophe as `interchange/formulas` says, and `undone` takes it away again.
Lists of names are joined by " > " (taxonomy) or " | "; what has more inside is JSON.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from core.interchange.dataset_rows import Row
from core.interchange.datasets.columns import COLUMNS, NAMES, shaped
from core.interchange.datasets.model import Format
from core.interchange.formulas import guarded

_GROUPS: Mapping[str, tuple[str, ...]] = {name: tuple(kind) for name, kind in COLUMNS.items() if isinstance(kind, dict)}
_SESSIONS = ("session_numbers", "sessions", "concepts")


def _headings(name: str) -> tuple[str, ...]:
    if name in _GROUPS:
        return tuple(f"{name}_{inner}" for inner in _GROUPS[name])
    return _SESSIONS if name == "sessions" else (name,)


HEADER = tuple(heading for name in NAMES for heading in _headings(name))
MARK = b"\xef\xbb\xbf"  # without it Excel guesses the encoding


def cells(row: Row) -> list[str]:
    """The row as text cells, guarded."""
    found = _flat(shaped(row))
    return [guarded(_cell(found.get(name))) for name in HEADER]


def _flat(columns: dict[str, Any]) -> dict[str, Any]:
    sessions = columns["sessions"] or []
    told: dict[str, Any] = {
        **columns,
        "taxonomy": " > ".join(name or "" for name in columns["taxonomy"] or []),
        "session_numbers": " | ".join(str(session["number"]) for session in sessions),
        "sessions": " | ".join(session["name"] or "" for session in sessions),
        "concepts": " | ".join(concept or "" for session in sessions for concept in session["concepts"] or []),
    }
    for group, names in _GROUPS.items():
        told |= {f"{group}_{name}": (columns[group] or {}).get(name) for name in names}
    return told


def _cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def write(rows: Iterable[Row], file: IO[bytes]) -> None:
    """A header, then one row each; lines end in a line feed alone."""
    out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    file.write(MARK)
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEADER)
    table.writerows(map(cells, rows))
    out.detach()


def preview(row: Row) -> str:
    """The header and the first row as they stand in the file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER, cells(row)])
    return out.getvalue()


CSV = Format(
    "csv",
    "CSV for spreadsheets",
    "Excel, LibreOffice, Google Sheets",
    "One row a sample with the lineage in columns of its own. A cell that a spreadsheet would run as a formula has an "
    "apostrophe in front: take it away when you read the file by program. Excel cuts texts behind 32,767 characters.",
    ".csv",
    "text/csv",
    True,
    write,
    preview,
    version=3,
)
