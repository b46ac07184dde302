"""Work on very many rows in slices, each a transaction, so that nobody waits long to write something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Final

from core.store.database import Store, Tx

LOCKED: Final = 0.3
"""Seconds for which a slice should hold the write lock."""
PAUSE: Final = 0.1
"""Seconds between slices: whoever waits to write looks that often whether they can."""
FIRST, LEAST, MOST = 200, 50, 3_000
"""Rows of the first slice, and of the smallest and largest: rows that had nothing to write tell little of the next."""


class Slices:
    """Slices of one piece of work: each has `size` rows at most, by how long the one before took on this machine."""

    def __init__(self, store: Store) -> None:
        self._store, self._begun = store, False
        self.size = min(FIRST, MOST)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """The transaction of one slice; others had time to write before it."""
        sleep(PAUSE if self._begun else 0)
        with self._store.write() as tx:
            began = monotonic()
            yield tx
        self._begun = True
        self.size = sized(self.size, monotonic() - began)


def sized(size: int, seconds: float) -> int:
    """Rows of the next slice, after one of `size` rows held the lock for so long: at most twice as many."""
    wanted = round(size * LOCKED / max(seconds, LOCKED / 2))
    return min(MOST, max(LEAST, wanted))
