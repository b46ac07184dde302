"""Formats of one JSON object a line: the full row, or the shape that a trainer reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import IO, Any

from core.interchange.dataset_rows import Row, line
from core.interchange.datasets.columns import PATHS, Path, shaped
from core.interchange.datasets.model import Format

Shape = Callable[[Row], Mapping[str, Any]]


def of_lines(
    key: str,
    title: str,
    reads: str,
    words: str,
    shape: Shape,
    *,
    lineage: bool = False,
    early: Collection[Path] = (),
    version: int = 1,
) -> Format:
    """The format whose lines are what `shape` makes of a row.

    The first lines of a file fill each of the fields `early` that any line fills.
    """

    def first(rows: Iterable[tuple[int, Row]]) -> list[int]:
        missing, found = set(early), []
        for number, row in rows:
            made = shape(row)
            filled = {path for path in missing if _fills(made, path)}
            if filled:
                found.append(number)
                missing -= filled
            if not missing:
                break
        return found

    def write(rows: Iterable[Row], file: IO[bytes]) -> None:
        for row in rows:
            file.write(line(shape(row)))

    def preview(row: Row) -> str:
        return json.dumps(shape(row), ensure_ascii=False, indent=2)

    return Format(
        key,
        title,
        reads,
        words,
        ".jsonl",
        "application/jsonl",
        lineage,
        write,
        preview,
        version,
        first if early else None,
    )


def _fills(value: Any, path: Path) -> bool:
    """Is there a value at the end of the path? Lists on the way are looked through."""
    if isinstance(value, list):
        return any(_fills(each, path) for each in value)
    if not path:
        return value is not None
    return isinstance(value, Mapping) and _fills(value.get(path[0]), path[1:])


JSONL = of_lines(
    "jsonl",
    "JSONL with full lineage",
    "scripts of your own, pandas, jq, load_dataset",
    "One object a row: question, answer, and everything known of them, from the taxonomy path and the syllabus to "
    "models, verification and review. People appear as reviewer 1, 2 and so on. Every row has every field, and the "
    "first rows show the type of each, so load_dataset reads a file as it is. A field that only one split fills needs "
    "the splits loaded one by one, or Parquet.",
    shaped,
    lineage=True,
    early=PATHS,
    version=3,
)
