"""Parquet: typed columns, nested where the lineage is, compressed by zstd, row groups of bounded size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import IO, Any, Final

from core.interchange.dataset_rows import Row, turns
from core.interchange.datasets.columns import COLUMNS, Kind, shaped
from core.interchange.datasets.model import Format

GROUP_ROWS: Final = 5_000
GROUP_LETTERS: Final = 16_000_000


def schema() -> Any:
    """The Arrow schema, the same for every file."""
    pa = import_module("pyarrow")  # it takes half a second, and the worker mostly does without
    leaves = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}

    def typed(kind: Kind) -> Any:
        if isinstance(kind, list):
            return pa.list_(typed(kind[0]))
        if isinstance(kind, dict):
            return pa.struct([(name, typed(inner)) for name, inner in kind.items()])
        return leaves[kind]

    return pa.schema([*((name, typed(kind)) for name, kind in COLUMNS.items()), ("more", pa.string())])


def write(rows: Iterable[Row], file: IO[bytes]) -> None:
    """One row group after the other; an empty table where there is no row."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = schema()
    with pq.ParquetWriter(file, kinds, compression="zstd") as out:
        for group in _groups(rows):
            out.write_table(pa.Table.from_pylist(group, schema=kinds))


def _groups(rows: Iterable[Row]) -> Iterator[list[dict[str, Any]]]:
    """As many rows as fit into a row group, by number and by length."""
    group, letters = list[dict[str, Any]](), 0
    for row in rows:
        group.append(shaped(row))
        letters += sum(len(question) + len(answer) for question, answer in turns(row))
        if len(group) >= GROUP_ROWS or letters >= GROUP_LETTERS:
            yield group
            group, letters = [], 0
    if group:
        yield group


def preview(row: Row) -> str:
    """The columns of one row."""
    return json.dumps(shaped(row), ensure_ascii=False, indent=2)


PARQUET = Format(
    "parquet",
    "Parquet",
    "pandas, DuckDB, Spark, Hugging Face datasets",
    "Typed columns with the whole lineage, nested, compressed: the smallest file and the quickest to read.",
    ".parquet",
    "application/vnd.apache.parquet",
    True,
    write,
    preview,
    version=3,
)
