"""Row ids that never come back: undoing deletes rows, and a link or a history must not meet another one later."""

from __future__ import annotations

from core.store.database import Tx


def take(tx: Tx, name: str, count: int = 1) -> int:
    """The first of `count` new ids of a table."""
    last = tx.value("UPDATE sequence SET last=last+? WHERE name=? RETURNING last", (count, name))
    return int(last) - count + 1
