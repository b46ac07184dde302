"""Files that somebody brought, kept by their hash until they are read and imported, a day at most."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from core.errors import ImportRejectedError, NotFoundError
from core.interchange.concepts.model import MAX_SKOS_BYTES
from core.settings import Settings

_KEPT_SECONDS = 24 * 3600.0
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file; `digest` is the SHA-256 of its content."""

    digest: str
    name: str
    size: int


class Uploads:
    """See the module."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / "uploads"

    def keep(self, content: bytes, name: str) -> Upload:
        """Store a file; one that no format may have is refused. What is older than a day goes."""
        if len(content) > MAX_SKOS_BYTES:
            raise ImportRejectedError(0, f"{name[:120]} is larger than {MAX_SKOS_BYTES >> 20} MB.", "Split it.")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._clean()
        digest = hashlib.sha256(content).hexdigest()
        path = self._folder / digest
        if not path.exists():
            handle, part = tempfile.mkstemp(dir=self._folder, prefix=".writing-")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(part).replace(path)
        else:
            path.touch()
        return Upload(digest, name, len(content))

    def content(self, digest: str) -> bytes:
        """The file of this hash; raises NotFoundError when it is gone."""
        path = self._folder / digest
        if not _HASH.fullmatch(digest) or not path.is_file():
            raise NotFoundError("The file is not kept any more.", "Upload it again.")
        return path.read_bytes()

    def drop(self, digest: str) -> None:
        """It is not needed any more."""
        if _HASH.fullmatch(digest):
            (self._folder / digest).unlink(missing_ok=True)

    def _clean(self) -> None:
        oldest = time.time() - _KEPT_SECONDS
        for path in self._folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
