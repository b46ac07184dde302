"""Files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.disk import sync_folder

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file."""

    path: Path
    lines: int
    bytes: int
    sha256: str


def write_lines(folder: Path, stem: str, suffix: str, lines: Iterable[str]) -> Written:
    """Stream lines to `<stem>-<first 10 of the hash><suffix>`: temporary file, fsync, rename, fsync of the folder.

    The content hash is part of the name, so two different contents never share a file name.
    """
    return write_parts(folder, stem, suffix, (f"{line}\n".encode() for line in lines))


def write_parts(folder: Path, stem: str, suffix: str, parts: Iterable[bytes]) -> Written:
    """The same for content in any parts; `lines` counts them."""
    digest, count, size = hashlib.sha256(), 0, 0
    handle, name = tempfile.mkstemp(dir=folder, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            for data in parts:
                file.write(data)
                digest.update(data)
                count, size = count + 1, size + len(data)
            file.flush()
            os.fsync(file.fileno())
        path = folder / f"{stem}-{digest.hexdigest()[:10]}{suffix}"
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return Written(path, count, size, digest.hexdigest())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that a person named: what stood there stays until all of it is written. A pipe is written to."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        place(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def fingerprint(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def unpacked_as(archive: Path, folder: Path) -> bool:
    """Does the folder hold the files of this zip file's one folder, each with its content, and no others?

    Hidden files are passed over: tools leave them, and nobody who loads a dataset reads them.
    """
    with zipfile.ZipFile(archive) as packed:
        inside = {info.filename.partition("/")[2]: info for info in packed.infolist()}
        found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
        if {name for name in found if not _hidden(name)} != set(inside):
            return False
        return all(_same(packed, info, found[name]) for name, info in inside.items())


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _same(packed: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bool:
    if not path.is_file() or path.stat().st_size != info.file_size:
        return False
    with packed.open(info) as wanted, path.open("rb") as file:
        return all(wanted.read(_PIECE) == piece for piece in iter(partial(file.read, _PIECE), b""))


def place(temporary: Path, path: Path) -> None:
    """Let a finished file, or a folder whose files are synced, appear under its name; durable when this returns."""
    if temporary.is_file():
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
    temporary.replace(path)
    sync_folder(path.parent)
