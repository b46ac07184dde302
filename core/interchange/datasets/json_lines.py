"""Formats of one JSON object a line: the full row, or the shape that a trainer reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any

from core.interchange.dataset_rows import Row, line
from core.interchange.datasets.model import Format

Shape = Callable[[Row], Mapping[str, Any]]


def of_lines(
    key: str, title: str, reads: str, words: str, shape: Shape, *, lineage: bool = False, talk_first: bool = False
) -> Format:
    """The format whose lines are what `shape` makes of a row."""

    def write(rows: Iterable[Row], file: IO[bytes]) -> None:
        for row in rows:
            file.write(line(shape(row)))

    def preview(row: Row) -> str:
        return json.dumps(shape(row), ensure_ascii=False, indent=2)

    return Format(
        key, title, reads, words, ".jsonl", "application/jsonl", lineage, write, preview, talk_first=talk_first
    )


JSONL = of_lines(
    "jsonl",
    "JSONL with full lineage",
    "scripts of your own, pandas, jq",
    "One object a row: question, answer, and everything known of them, from the taxonomy path and the syllabus to "
    "models, verification and review. People appear as reviewer 1, 2 and so on. For load_dataset take the folder or "
    "Parquet: it infers types from the first rows, and the lineage differs from row to row.",
    dict,
    lineage=True,
)
