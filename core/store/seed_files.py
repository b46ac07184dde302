"""SQLite files that belong to seed sets, kept by their content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from core.errors import NotFoundError
from core.settings import Settings

MAX_DATABASE: Final = 50 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


def database_path(settings: Settings, digest: str) -> Path:
    """Where the file of this SHA-256 lies; raises NotFoundError when the digest is none."""
    if not _DIGEST.fullmatch(digest):
        raise NotFoundError("The seed set has no SQLite file.", "Attach one on the Seeds page.")
    return settings.home / "seed_databases" / f"{digest}.sqlite"
