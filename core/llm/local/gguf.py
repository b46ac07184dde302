"""Checks whether a file can be a GGUF model, before any native code opens it."""

from __future__ import annotations

import struct
from pathlib import Path

from core.errors import SettingsError

MAGIC = b"GGUF"
SUPPORTED_VERSIONS = (2, 3)
SMALLEST_BYTES = 1 << 20  # far below any model that can write a sentence


def check_model_file(path: Path) -> Path:
    """The absolute path of a file that looks like a model; a SettingsError that says what is wrong otherwise."""
    file = path.expanduser().absolute()
    try:
        if not file.is_file():
            raise SettingsError(
                f"There is no model file at {file}.", "Install a local model, or correct the path in the settings."
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
