"""Seeded bugs of exports, each in a worker that reads small pieces slowly, so that a kill comes in the middle."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from core.interchange.dataset_rows import full_row
from core.runs import exporting
from core.store import exports, samples
from core.store.database import Tx
from tests.trials.storage_bugs import replaced

PIECE, PAUSE = 20, 0.004
_numbers = itertools.count()


def _slowly(tx: Tx, dataset_id: str, split: str, *, after: int, size: int) -> list[tuple[int, dict[str, Any]]]:
    time.sleep(PAUSE)
    return exports.rows(tx, dataset_id, split, after=after, size=size)


class _Slow:
    """The store's module with slow rows."""

    rows = staticmethod(_slowly)

    def __getattr__(self, name: str) -> Any:
        return getattr(exports, name)


class _Live(_Slow):
    """Rows as the samples are now, not as they were frozen."""

    @staticmethod
    def rows(tx: Tx, dataset_id: str, split: str, *, after: int, size: int) -> list[tuple[int, dict[str, Any]]]:
        project = str(tx.value("SELECT project_id FROM dataset WHERE id=?", (dataset_id,)))
        found = _slowly(tx, dataset_id, split, after=after, size=size)
        live = [(place, samples.get(tx, project, row["id"]), row) for place, row in found]
        return [(place, {**full_row(sample, None, "", []), "review": row["review"]}) for place, sample, row in live]


def _straight(writing: Any) -> Path:
    """The name that a file of this version had before: what is written there is half of it for a while."""
    folder: Path = writing.work.settings.exports
    earlier = sorted(each for each in folder.iterdir() if each.suffix in {".jsonl", ".parquet"})
    return earlier[0] if earlier else folder / f"straight-{next(_numbers)}.jsonl"


@contextmanager
def _with(**patches: Any) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(replaced(exporting, "ROWS_AT_ONCE", PIECE))
        stack.enter_context(replaced(exporting, "exports", patches.pop("rows", _Slow())))
        for name, new in patches.items():
            stack.enter_context(replaced(exporting._Writing, name, new))
        yield


EXPORT_BUGS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "slow": _with,
    "live": lambda: _with(rows=_Live()),
    "straight": lambda: _with(_temporary=_straight),
}
