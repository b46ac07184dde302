"""Seeded bugs of the storage: each breaks one promise on purpose, so that its trial can be seen to fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from core.store import database
from core.store.database import DatabaseError, Store, Tx
from core.store.space import SpaceGuard


@contextmanager
def replaced(owner: object, name: str, new: object) -> Iterator[None]:
    """Another value under a name of a module or class, as long as it lasts."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, old)


def _mode(mode: str, level: str) -> Callable[[], Any]:
    return lambda: replaced(database, "journal_mode", lambda *_: (mode, level))


@contextmanager
def _late_write(store: Store, *, patient: bool = True) -> Iterator[Tx]:
    """Every fourth transaction commits, the three before it only say so."""
    if not hasattr(store, "late"):
        connection = database.connect(store.path)
        store.late = connection, itertools.count(1)  # type: ignore[attr-defined]
    connection, numbers = store.late  # type: ignore[attr-defined]
    if not connection.in_transaction:
        connection.execute("BEGIN IMMEDIATE")
    yield Tx(connection)
    if next(numbers) % 4 == 0:
        connection.execute("COMMIT")


@contextmanager
def _deaf_write(store: Store) -> Iterator[Tx]:
    """What the disk says at the COMMIT is not listened to."""
    with store._borrow() as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield Tx(connection)
        with suppress(DatabaseError):
            connection.execute("COMMIT")


@contextmanager
def _blind() -> Iterator[None]:
    """Nobody looks at the free space, and nothing is given up for an answer."""
    with replaced(SpaceGuard, "short", lambda _: None), replaced(SpaceGuard, "release", lambda _: False):
        yield


BUGS: dict[str, Callable[[], Any]] = {
    "none": nullcontext,
    "normal": _mode("wal", "NORMAL"),
    "off": _mode("off", "OFF"),
    "late": lambda: replaced(Store, "write", _late_write),
    "deaf": lambda: replaced(Store, "write", _deaf_write),
    "blind": _blind,
}
