"""Formats of one JSON object a line: the full row, or the shape that a trainer reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any

from core.interchange.dataset_rows import Row, line
from core.interchange.datasets.model import Format

Shape = Callable[[Row], Mapping[str, Any]]


def of_lines(key: str, title: str, reads: str, words: str, shape: Shape, *, lineage: bool = False) -> Format:
    """The format whose lines are what `shape` makes of a row."""

    def write(rows: Iterable[Row], file: IO[bytes]) -> None:
        for row in rows:
            file.write(line(shape(row)))

    def preview(row: Row) -> str:
        return json.dumps(shape(row), ensure_ascii=False, indent=2)

    return Format(key, title, reads, words, ".jsonl", "application/jsonl", lineage, write, preview)


JSONL = of_lines(
    "jsonl",
    "JSONL with full lineage",
    "Hugging Face datasets, pandas, DuckDB, scripts of your own",
    "One object a row: question, answer, and everything known of them, from the taxonomy path and the syllabus to "
    "models, verification and review. People appear as reviewer 1, 2 and so on.",
    dict,
    lineage=True,
)
