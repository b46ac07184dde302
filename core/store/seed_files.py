"""SQLite files that belong to seed sets, kept by their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from core.disk import sync_folder
from core.errors import NotFoundError
from core.settings import Settings

_DIGEST = re.compile(r"[0-9a-f]{64}")


def database_path(settings: Settings, digest: str) -> Path:
    """Where the file of this SHA-256 lies; raises NotFoundError when the digest is none."""
    if not _DIGEST.fullmatch(digest):
        raise NotFoundError("The seed set has no SQLite file.", "Attach one on the Seeds page.")
    return settings.home / "seed_databases" / f"{digest}.sqlite"


def keep(settings: Settings, content: bytes) -> str:
    """Store the file, whole or not at all; its digest."""
    digest = hashlib.sha256(content).hexdigest()
    path = database_path(settings, digest)
    if path.exists():
        return digest
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o400)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return digest


def content(settings: Settings, digest: str) -> bytes:
    """The file; raises NotFoundError when it is gone."""
    path = database_path(settings, digest)
    if not path.is_file():
        raise NotFoundError("The SQLite file of the seed set is gone.", "Attach it again to a new version.")
    return path.read_bytes()


def size(settings: Settings, digest: str) -> int:
    """Bytes of the file, 0 without one."""
    path = database_path(settings, digest) if digest else None
    return path.stat().st_size if path and path.is_file() else 0
