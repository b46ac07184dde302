"""Room on the disk of the database: no call may be paid for whose answer could not be stored.

Below the minimum of the settings runs wait. When the disk fills up all the same, a ballast file that was made in good
times is given back, so that the answers of calls under way and the ends of their runs can still be written.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from core.errors import StoreError
from core.settings import Settings
from core.store.database import DatabaseError, is_locked

MEGABYTE = 1_000_000
BALLAST_BYTES = 64 * MEGABYTE
ROOM_FOR_BALLAST = 4


def free_bytes(settings: Settings) -> int:
    """What an ordinary user may still write beside the database; raises OSError when its folder is gone."""
    found = os.statvfs(settings.database.parent)
    return found.f_bavail * found.f_frsize


def free_below(settings: Settings, limit: int) -> bool:
    """Is less than this free? False when nobody can tell."""
    try:
        return free_bytes(settings) < limit
    except OSError:
        return False


def shortage(settings: Settings, *, beyond: int = 0) -> str | None:
    """None when the minimum (and `beyond` more bytes) is free, else one sentence with figures and the next step."""
    needed = settings.min_free_mb * MEGABYTE
    if not needed:
        return None
    try:
        free = free_bytes(settings)
    except OSError as error:
        folder = settings.database.parent
        return f"The folder {folder} cannot be looked at ({error.strerror}): bring its disk back."
    missing = needed + beyond - free
    if missing <= 0:
        return None
    return (
        f"Only {free / MEGABYTE:,.0f} MB are free on the disk of {settings.database.name} and"
        f" {(needed + beyond) / MEGABYTE:,.0f} MB must be: free {-(-missing // MEGABYTE):,} MB more."
    )


def in_words(error: Exception) -> StoreError | None:
    """What a disk or a lock did to somebody's work; None if it was neither."""
    if isinstance(error, OSError):
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} or not error.filename
        first = "Free some space" if full else f"Let the studio write to {error.filename}"
        return StoreError(f"A file could not be written: {error.strerror or error}.", f"{first}, then try it again.")
    if isinstance(error, DatabaseError):
        first = "Wait until the other work has ended" if is_locked(error) else "Free some space"
        return StoreError(f"The database did not answer: {error}.", f"{first}, then try it again.")
    return None


class SpaceGuard:
    """Says whether there is room for more calls. A process that stays passes `ballast`, the bytes to keep back.

    Who is in `alarmed` is called as soon as a write finds the disk full, without waiting for the next look.
    """

    def __init__(self, settings: Settings, *, ballast: int = 0) -> None:
        self._settings = settings
        self._ballast = ballast if settings.min_free_mb else 0
        self._given_up = 0
        self.alarmed: list[Callable[[], None]] = []

    def short(self) -> str | None:
        """None when there is room, else the sentence for people. Cheap enough to be asked every second.

        Gives the ballast up when less is free than it holds, and makes it again once there is room; what was given up
        does not count as room.
        """
        held = self._held()
        told = self._shortage(held)
        if told is None:
            self._keep_ballast(held)
        elif held and free_below(self._settings, held) and self.release():
            return self._shortage(0)
        return told

    def alarm(self) -> None:
        """A write found the disk full: give the ballast up at once and tell everybody."""
        self.release()
        for told in self.alarmed:
            told()

    def release(self) -> bool:
        """Give the ballast up; False when there was none."""
        held = self._held()
        try:
            self._settings.ballast.unlink()
        except OSError:
            return False
        self._given_up = held
        return True

    def _held(self) -> int:
        try:
            return self._settings.ballast.stat().st_size
        except OSError:
            return 0

    def _shortage(self, held: int) -> str | None:
        told = shortage(self._settings, beyond=0 if held else self._given_up)
        return f"{told} Work goes on by itself then." if told else None

    def _keep_ballast(self, held: int) -> None:
        size, path = self._ballast, self._settings.ballast
        wanted = max(ROOM_FOR_BALLAST * size, self._settings.min_free_mb * MEGABYTE + size)
        if held >= size or free_below(self._settings, wanted):
            return
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(handle, 0, size)
            finally:
                os.close(handle)
        except OSError:  # somebody else was faster with the last bytes
            path.unlink(missing_ok=True)
