"""What an installation reports to other processes: a small JSON file, and a lock that says whether it is alive."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import ConflictError
from core.llm.local.models import LocalModel


class InstallState(StrEnum):
    """`absent` and `paused` are also concluded by the reader; the others are written by the installer."""

    ABSENT = "absent"
    DOWNLOADING = "downloading"
    ASSEMBLING = "assembling"
    PAUSED = "paused"
    READY = "ready"
    FAILED = "failed"


ACTIVE = frozenset({InstallState.DOWNLOADING, InstallState.ASSEMBLING})
RESUME_HINT = "Start it again: what is already downloaded is kept."


@dataclass(frozen=True, slots=True)
class InstallStatus:
    """One moment of an installation; `updated` is seconds since the epoch."""

    state: InstallState
    done_bytes: int = 0
    total_bytes: int = 0
    message: str = ""
    hint: str = ""
    updated: float = 0.0

    @property
    def fraction(self) -> float:
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else 0.0

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


def status_file(model: LocalModel, models_dir: Path) -> Path:
    return models_dir / f"{model.id}.status.json"


def lock_file(model: LocalModel, models_dir: Path) -> Path:
    return models_dir / f"{model.id}.lock"


def parts_dir(model: LocalModel, models_dir: Path) -> Path:
    """Where finished wheels wait until all are there."""
    return models_dir / f"{model.id}.parts"


def write_status(model: LocalModel, models_dir: Path, status: InstallStatus) -> None:
    """Replaced in one step, so a reader never sees half a file."""
    target = status_file(model, models_dir)
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    fresh.write_text(json.dumps(asdict(status)), encoding="utf-8")
    fresh.replace(target)


def read_status(model: LocalModel, models_dir: Path) -> InstallStatus:
    """The state as it is now: a written 'downloading' whose process is gone reads as paused."""
    total = model.download_bytes
    alive = installer_pid(model, models_dir) is not None
    if not alive and is_installed(model, models_dir):
        return InstallStatus(InstallState.READY, total, total, f"{model.title} is installed.")
    written = _stored(status_file(model, models_dir))
    if written is None:
        starting = InstallState.DOWNLOADING if alive else InstallState.ABSENT
        return InstallStatus(starting, 0, total, "Starting." if alive else f"{model.title} is not installed.")
    if written.state is InstallState.READY and not alive:
        return InstallStatus(InstallState.ABSENT, 0, total, f"The file {model.file_name} is gone.", RESUME_HINT)
    if written.active and not alive:
        return InstallStatus(
            InstallState.PAUSED,
            written.done_bytes if written.state is InstallState.DOWNLOADING else total,
            total,
            f"The installation of {model.title} stopped before its end.",
            RESUME_HINT,
            written.updated,
        )
    return written


def is_installed(model: LocalModel, models_dir: Path) -> bool:
    """The file appears under its name only after its hash was right, so its size is enough here."""
    try:
        return model.path_in(models_dir).stat().st_size == model.file_bytes
    except OSError:
        return False


@contextmanager
def install_lock(model: LocalModel, models_dir: Path, *, patience: float = 1.0) -> Iterator[None]:
    """Held while a model's files change; the system frees it when the process ends in whatever way."""
    path = lock_file(model, models_dir)
    with path.open("a+", encoding="ascii") as stream:
        deadline = time.monotonic() + patience
        while not _try_lock(stream.fileno(), fcntl.LOCK_EX):  # a reader holds it for an instant
            if time.monotonic() >= deadline:
                raise ConflictError(
                    f"{model.title} is being installed by another process.",
                    "Wait until it is done, or stop it first.",
                )
            time.sleep(0.05)
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        try:
            yield
        finally:
            stream.seek(0)
            stream.truncate()


def installer_pid(model: LocalModel, models_dir: Path) -> int | None:
    """The process that is installing this model at the moment, 0 when it has not yet said which."""
    try:
        with lock_file(model, models_dir).open("r", encoding="ascii") as stream:
            if _try_lock(stream.fileno(), fcntl.LOCK_SH):
                return None
            return int(stream.read() or "0")
    except (OSError, ValueError):
        return None


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stored(path: Path) -> InstallStatus | None:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return InstallStatus(
            InstallState(fields["state"]),
            int(fields["done_bytes"]),
            int(fields["total_bytes"]),
            str(fields["message"]),
            str(fields["hint"]),
            float(fields["updated"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
