"""Checks whether a file can be a GGUF model, before any native code opens it."""

from __future__ import annotations

import struct
from pathlib import Path

from core.errors import SettingsError

MAGIC = b"GGUF"
SUPPORTED_VERSIONS = (2, 3)
SMALLEST_BYTES = 1 << 20  # far below any model that can write a sentence
HEAD_BYTES = 1 << 20  # what a model says of itself comes before its vocabulary
_FIXED = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # value types and their bytes
_TEXT, _ARRAY = 8, 9


def check_model_file(path: Path) -> Path:
    """The absolute path of a file that looks like a model; a SettingsError that says what is wrong otherwise."""
    file = path.expanduser().absolute()
    try:
        if not file.is_file():
            raise SettingsError(
                f"There is no model file at {file}.", "Download the model again, or connect the file where it lies now."
            )
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise SettingsError(
            f"The model file {file} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error
    if head[:4] != MAGIC:
        raise SettingsError(
            f"The file {file.name} is not a GGUF model: it does not begin with the letters GGUF.",
            "Choose a file in GGUF format, usually named *.gguf.",
        )
    version = struct.unpack("<I", head[4:])[0] if len(head) == 8 else 0
    if version not in SUPPORTED_VERSIONS:
        raise SettingsError(
            f"The file {file.name} has GGUF version {version}, which is not supported.",
            "Choose a file in GGUF version 2 or 3.",
        )
    if size < SMALLEST_BYTES:
        raise SettingsError(
            f"The file {file.name} has only {size} bytes, too few for a model.",
            "The download may be incomplete: fetch the file again.",
        )
    return file


def trained_context(file: Path) -> int | None:
    """For how many tokens the model was made, as its head says; None if it does not say."""
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    try:
        return _context_in(head)
    except (
        struct.error,
        KeyError,
        OverflowError,
    ):  # a form that is not known, or nothing found before the end of the head
        return None


def _context_in(head: bytes) -> int | None:
    (entries,) = struct.unpack_from("<Q", head, 16)
    at = 24
    for _ in range(entries):
        start, at = at + 8, _after_text(head, at)
        (kind,) = struct.unpack_from("<I", head, at)
        value, at = at + 4, _after_value(head, at + 4, kind)
        if head[start : value - 4].endswith(b".context_length") and kind in {4, 10}:
            return int.from_bytes(head[value:at], "little") or None
    return None


def _after_text(head: bytes, at: int) -> int:
    (length,) = struct.unpack_from("<Q", head, at)
    return int(at + 8 + length)


def _after_value(head: bytes, at: int, kind: int) -> int:
    if kind == _TEXT:
        return _after_text(head, at)
    if kind != _ARRAY:
        return at + _FIXED[kind]
    inner, length = struct.unpack_from("<IQ", head, at)
    at += 12
    if inner != _TEXT:
        return int(at + length * _FIXED[inner])
    for _ in range(length):
        at = _after_text(head, at)
    return at
