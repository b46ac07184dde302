"""All samples in parts, by id: a statement that changes every one of them at once keeps what it changes in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.store.database import Tx

_PART: Final = 5_000


def id_ranges(tx: Tx) -> Iterator[tuple[int, int]]:
    """(first, last) of each part, both included."""
    last = int(tx.value("SELECT ifnull(max(id), 0) FROM sample"))
    for first in range(1, last + 1, _PART):
        yield first, min(first + _PART - 1, last)
