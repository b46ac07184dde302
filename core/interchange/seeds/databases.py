"""SQLite files that queries are run on: checked apart before they are kept."""

from __future__ import annotations

from typing import Final

from core.errors import ImportRejectedError
from core.interchange.apart import Limits, ask

MAX_DATABASE: Final = 50 * 1024 * 1024
_MAGIC: Final = b"SQLite format 3\0"
_JOURNAL: Final = slice(18, 20)  # 1 1 = rollback journal, 2 2 = write-ahead log, which needs files beside it
_ROLLBACK: Final = b"\x01\x01"
_LIMITS: Final = Limits(memory_mb=512, cpu_seconds=30, wall_seconds=120.0)


def as_kept(content: bytes, name: str) -> bytes:
    """The file as it is kept: readable without a log beside it. ImportRejectedError for what is no SQLite file."""
    if len(content) > MAX_DATABASE:
        raise ImportRejectedError(0, f"{name[:120]} is larger than {MAX_DATABASE >> 20} MB.", "Keep fewer rows in it.")
    if not content.startswith(_MAGIC) or len(content) < 512:
        raise ImportRejectedError(0, f"{name[:120]} is no SQLite file.", "Choose a file that SQLite wrote.")
    return content[: _JOURNAL.start] + _ROLLBACK + content[_JOURNAL.stop :]


def schema_of(content: bytes) -> str:
    """Its CREATE statements; ImportRejectedError when it is not sound."""
    advice = "Attach a smaller file."
    return ask("core.interchange.seeds.database_child", {}, content, _LIMITS, advice=advice).decode()
