"""Copies of the live database: made and put back by SQLite's own backup, never by copying the file."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from core.disk import sync_folder
from core.errors import StoreError
from core.store.database import DatabaseError, Store, connect

KEEP = 30


def make(store: Store, folder: Path, name: str) -> Path:
    """Write `<name>.db` into the folder: copy, quick check, fsync, rename. Older ones beyond 30 are deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".backup-")
    os.close(handle)
    part = Path(temporary)
    try:
        _copy(store.path, part)
        _check(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        target = folder / f"{name}.db"
        part.replace(target)
        sync_folder(folder)
    finally:
        for leftover in (part, Path(f"{part}-wal"), Path(f"{part}-shm"), Path(f"{part}-journal")):
            leftover.unlink(missing_ok=True)
    for old in sorted(folder.glob("*.db"))[:-KEEP]:
        old.unlink(missing_ok=True)
    return target


def before_update(store: Store, folder: Path, at: float) -> Path:
    """What is made before migrations change a file, whichever process comes first."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%d-%H%M%S")
    return make(store, folder, f"studio-{stamp}-before-update")


def put_back(store: Store, backup: Path) -> None:
    """Replace the content of the live database by the backup's, in one transaction of the live file."""
    _check(backup)
    _copy(backup, store.path)


def _copy(source: Path, target: Path) -> None:
    origin, destination = connect(source), connect(target)
    try:
        origin.backup(destination)
        if target.name.startswith("."):
            destination.execute("PRAGMA journal_mode=DELETE")
    finally:
        destination.close()
        origin.close()


def _check(path: Path) -> None:
    connection = None
    try:
        connection = connect(path)
        found = connection.execute("PRAGMA quick_check").fetchone()
        if found["quick_check"] != "ok":
            raise StoreError(f"{path.name} is damaged: {found['quick_check']}.", "Use another backup.")
    except DatabaseError as error:
        raise StoreError(f"{path.name} is damaged: {error}.", "Use another backup.") from error
    finally:
        if connection is not None:
            connection.close()
