"""Parquet: rows are taken in small batches, since a few kilobytes of it may stand for gigabytes of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from core.domain.seeds import MAX_EXAMPLES
from core.errors import ImportRejectedError

_BATCH: Final = 200


def rows(content: bytes) -> Iterator[dict[str, Any]]:
    """All rows as plain values."""
    pa.set_cpu_count(1)
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        if file.metadata.num_rows > MAX_EXAMPLES:
            raise ImportRejectedError(0, f"The file has more than {MAX_EXAMPLES:,} rows.", "Split it.")
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            yield from ({name: _plain(value) for name, value in row.items()} for row in batch.to_pylist())
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ImportRejectedError(0, "This is not a sound Parquet file.", "Save it again, or as JSON lines.") from error


def _plain(value: Any) -> Any:
    """Numbers that are none become nothing; bytes become text where they are."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - this is how one tells NaN
        return None
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
