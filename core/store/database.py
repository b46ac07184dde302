"""The only module that opens the database.

One SQLite library is used, the one that sqlite-utils picks (pysqlite3 when it is installed): a second library on the
same file would drop its locks. SQLite from 3.51.3 on runs in WAL mode with synchronous=FULL; older versions, which
can lose pages in WAL mode, run with a rollback journal and synchronous=EXTRA.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one library it picked

from core.errors import StoreError

Row = dict[str, Any]
Params = Sequence[object] | dict[str, object]

APPLICATION_ID = 0x474C414E
SAFE_WAL = (3, 51, 3)
SQLITE_VERSION: str = sqlite3.sqlite_version
LIBRARY: str = sqlite3.__name__
IntegrityError: type[Exception] = sqlite3.IntegrityError
DatabaseError: type[Exception] = sqlite3.DatabaseError
OperationalError: type[Exception] = sqlite3.OperationalError
BUSY_MILLISECONDS = 30_000  # longer than importing or undoing 100,000 nodes holds the lock
_DISK_TROUBLES = ("disk is full", "disk I/O error", "unable to open database file", "readonly database")

_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # so that the deletions inside INSERT OR REPLACE meet the append-only triggers
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA temp_store=MEMORY",
)


def journal_mode(version: str = SQLITE_VERSION) -> tuple[str, str]:
    """(journal mode, synchronous level) that this SQLite version can be trusted with."""
    numbers = tuple(int(part) for part in version.split("."))
    return ("wal", "FULL") if numbers >= SAFE_WAL else ("delete", "EXTRA")


def is_disk_trouble(error: BaseException) -> bool:
    """Is the disk full or failing? It may work again by itself, unlike a broken rule of the data."""
    words = str(error)
    told = isinstance(error, (sqlite3.OperationalError, StoreError))
    return told and any(trouble in words for trouble in _DISK_TROUBLES)


def is_locked(error: BaseException) -> bool:
    """Has somebody else held the write lock for longer than we wait at a time?"""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


class Tx:
    """An open transaction. Rows come back as dicts."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, sql: str, params: Params = ()) -> int:
        """Execute one statement; the number of rows it changed."""
        return int(self.connection.execute(sql, params).rowcount)

    def insert(self, sql: str, params: Params = ()) -> int:
        """Execute one INSERT; the row id it made."""
        return int(self.connection.execute(sql, params).lastrowid)

    def many(self, sql: str, params: Iterable[Params]) -> None:
        """Execute one statement for each of `params`, which must be a list that is already made."""
        self.connection.executemany(sql, list(params))

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """All rows."""
        return list(self.connection.execute(sql, params))

    def row(self, sql: str, params: Params = ()) -> Row | None:
        """The first row or None."""
        found: Row | None = self.connection.execute(sql, params).fetchone()
        return found

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row; None when there is no row."""
        found = self.row(sql, params)
        return next(iter(found.values())) if found else None

    def each(self, sql: str, params: Params = ()) -> Iterator[Row]:
        """Rows one by one, for streams that must not stand in memory."""
        yield from self.connection.execute(sql, params)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone inside a larger transaction."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # some errors end the whole transaction by themselves
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            raise
        self.connection.execute("RELEASE part")


def _dict_row(cursor: Any, values: tuple[object, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


@contextmanager
def rows_as_dicts(connection: Any) -> Iterator[Tx]:
    """The transaction that is open on a connection of sqlite-utils, as the store's own modules use it."""
    factory, connection.row_factory = connection.row_factory, _dict_row
    try:
        yield Tx(connection)
    finally:
        connection.row_factory = factory


def _refuse_foreign(connection: Any, path: Path) -> None:
    """Raise for a file of another program, before the journal mode would be written into it."""
    connection.execute("BEGIN")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("ROLLBACK")
    if application != APPLICATION_ID and (application or objects):
        raise StoreError(f"The file {path} belongs to another program.", "Choose another file with STUDIO_DB or --db.")


def _switch(connection: Any, mode: str) -> None:
    """Set the journal mode. SQLite gives up at once where others hold a lock, so the waiting is done here."""
    give_up = time.monotonic() + 10
    while True:
        with suppress(sqlite3.OperationalError):
            if connection.execute(f"PRAGMA journal_mode={mode}").fetchone() == (mode,):
                return
        if time.monotonic() > give_up:
            raise sqlite3.OperationalError(f"the journal mode {mode} cannot be set")
        time.sleep(0.005)


def connect(path: Path) -> Any:
    """A connection with every pragma set; refuses a file of another program.

    Use `Store`; this is for the store's own modules and for backups.
    """
    connection: Any = None
    try:
        connection = sqlite3.connect(
            str(path), timeout=BUSY_MILLISECONDS / 1000, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        _refuse_foreign(connection, path)
        mode, level = journal_mode()
        _switch(connection, mode)
        connection.execute(f"PRAGMA synchronous={level}")
    except StoreError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        if connection is not None:
            connection.close()
        raise StoreError(
            f"The database {path} cannot be opened: {error}.",
            "Check that it is a studio database on a local disk with free space, or restore a backup.",
        ) from error
    connection.row_factory = _dict_row
    return connection


class Store:
    """Transactions on one database file; safe to use from many threads, each borrowing a connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[Any] = []
        self._lock = threading.Lock()

    @contextmanager
    def _borrow(self) -> Iterator[Any]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or connect(self.path)
        try:
            yield connection
        except BaseException as error:
            if is_disk_trouble(error):
                connection.close()  # after some failures of the disk it would stay read-only
            else:
                self._give_back(connection)
            raise
        else:
            self._give_back(connection)

    def _give_back(self, connection: Any) -> None:
        if connection.in_transaction:
            connection.rollback()
        with self._lock:
            self._idle.append(connection)

    @contextmanager
    def write(self, *, patient: bool = True) -> Iterator[Tx]:
        """BEGIN IMMEDIATE ... COMMIT; rolls back on any exception, script control included. Keep it short.

        Not `patient` raises OperationalError at once if somebody else is writing.
        """
        with self._borrow() as connection:
            if patient:
                connection.execute("BEGIN IMMEDIATE")
            else:
                connection.execute("PRAGMA busy_timeout=0")
                try:
                    connection.execute("BEGIN IMMEDIATE")
                finally:
                    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            try:
                yield Tx(connection)
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One snapshot; nothing written inside survives."""
        with self._borrow() as connection:
            connection.execute("BEGIN")
            try:
                yield Tx(connection)
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def utils(self) -> Iterator[Database]:
        """The same file through sqlite-utils, on a borrowed connection and outside a transaction."""
        with self._borrow() as connection:
            factory, connection.row_factory = connection.row_factory, None
            try:
                yield Database(connection)
            finally:
                connection.row_factory = factory

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
