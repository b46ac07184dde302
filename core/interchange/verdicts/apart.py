"""Reads a file of verdicts that somebody brought in a process of its own."""

from __future__ import annotations

from typing import Final

from core.errors import ImportRejectedError
from core.interchange.apart import Limits, ask
from core.interchange.decoding import MAX_BYTES
from core.interchange.verdicts import wire
from core.interchange.verdicts.model import ReadOptions, VerdictFile

LIMITS: Final = Limits(memory_mb=1024)


def read_apart(
    content: bytes, name: str, options: ReadOptions | None = None, *, limits: Limits = LIMITS
) -> VerdictFile:
    """The file called `name`; raises ImportRejectedError for what cannot be read within the limits."""
    if len(content) > MAX_BYTES:
        raise ImportRejectedError(0, f"{name[:120]} is larger than {MAX_BYTES >> 20} MB.", "Split it.")
    request = {"name": name[-200:], "options": wire.dump_options(options or ReadOptions())}
    return wire.load(ask("core.interchange.verdicts.child", request, content, limits, advice="Split the file."))
