"""Runs the local model's server as a child: starts it on first use, restarts it after a crash, surely ends it."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from core.errors import TeacherRejectedError, TeacherUnavailableError
from core.llm.local.gguf import check_model_file

HOST = "127.0.0.1"
MAX_RESTARTS = 3
FORGET_CRASH_SECONDS = 600.0  # a server that ran this long since has earned a fresh count
STOP_SECONDS = 3.0
WAIT_STEP_SECONDS = 0.1
REPO_ROOT = Path(__file__).resolve().parents[3]


def default_threads() -> int:
    """The processors this process may use; beyond eight, memory is the limit."""
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS has no such call
        usable = os.cpu_count() or 1
    return max(1, min(8, usable))


class LocalServer:
    """One model served on this machine. Safe to share between threads; port and key survive a restart.

    `ensure()` before each use is cheap while the child lives. It raises SettingsError for an unusable file,
    TeacherRejectedError when the model cannot be loaded or crashed too often, TeacherUnavailableError when
    it took too long to start.
    """

    def __init__(
        self,
        model_file: Path,
        *,
        model_name: str = "",
        context: int = 4096,
        threads: int | None = None,
        start_seconds: float = 120.0,
    ) -> None:
        self.model_file = model_file
        self.model_name = model_name or model_file.stem
        self.context = context
        self.threads = threads or default_threads()
        self.start_seconds = start_seconds
        self.api_key = secrets.token_urlsafe(32)
        self._port = 0
        self._child: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._crashes: list[float] = []
        self._last_words = ""

    @property
    def running(self) -> bool:
        child = self._child
        return child is not None and child.poll() is None

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    @property
    def base_url(self) -> str:
        """Where the OpenAI-compatible interface is; starts the server when it does not run."""
        self.ensure()
        return f"http://{HOST}:{self._port}/v1"

    def ensure(self) -> None:
        """The server runs and is healthy when this returns."""
        with self._lock:
            self._stopping.clear()
            if self.running:
                return
            if self._child is not None:
                self._note_crash(self._child.returncode)
            self._refuse_after_crashes()
            self._start_on_same_port()

    async def ensure_async(self) -> str:
        """`ensure()` without blocking the event loop; gives the base URL."""
        return await asyncio.to_thread(lambda: self.base_url)

    def stop(self) -> None:
        """End the child and forget its crashes; the next use starts it again."""
        self._stopping.set()  # a start in another thread gives up, so the lock comes free
        with self._lock:
            self._end_child()
            self._crashes.clear()

    async def stop_async(self) -> None:
        await asyncio.to_thread(self.stop)

    def __enter__(self) -> Self:
        self.ensure()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _note_crash(self, code: int) -> None:
        self._crashes.append(time.monotonic())
        self._last_words = f"last exit status {code}{self._complaint()}"
        self._end_child()

    def _refuse_after_crashes(self) -> None:
        oldest = time.monotonic() - FORGET_CRASH_SECONDS
        self._crashes = [moment for moment in self._crashes if moment > oldest]
        if len(self._crashes) > MAX_RESTARTS:
            raise TeacherRejectedError(
                f"The local model {self.model_name} crashed {len(self._crashes)} times and is not started again"
                f" ({self._last_words}).",
                "It may need more memory than is free: close other programs or use a smaller model, then resume.",
                code="local_model_crashed",
            )

    def _start_on_same_port(self) -> None:
        """Clients keep their address after a crash, unless another program has taken the port meanwhile."""
        if self._port:
            try:
                self._start()
            except TeacherRejectedError:
                self._port = 0
            else:
                return
        self._start()

    def _start(self) -> None:
        path = check_model_file(self.model_file)
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._child = child = subprocess.Popen(  # noqa: S603 - an argument list, no shell
            self._command(path),
            cwd=REPO_ROOT,
            env={name: value for name, value in os.environ.items() if not name.endswith("_KEY")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        try:
            self._port = self._handshake(child)
        except BaseException:
            self._end_child()
            raise

    def _command(self, path: Path) -> list[str]:
        command = [sys.executable, "-m", "core.llm.local.server", "--model", str(path)]
        command += ["--name", self.model_name, "--port", str(self._port)]
        return [*command, "--context", str(self.context), "--threads", str(self.threads)]

    def _handshake(self, child: subprocess.Popen[str]) -> int:
        """Hand over the key, wait for the line that names the port."""
        assert child.stdin is not None
        assert child.stdout is not None
        first_line: queue.SimpleQueue[str] = queue.SimpleQueue()
        output = child.stdout
        reader = threading.Thread(target=lambda: first_line.put(output.readline()), daemon=True)
        reader.start()
        try:
            child.stdin.write(f"{self.api_key}\n")
            child.stdin.flush()
        except BrokenPipeError:  # it died at once: its empty line says so below
            pass
        line = self._wait_for(first_line)
        report = json.loads(line) if line.startswith("{") else {}
        if "port" not in report:
            raise self._cannot_start(child, str(report.get("error", "")))
        return int(report["port"])

    def _wait_for(self, first_line: queue.SimpleQueue[str]) -> str:
        deadline = time.monotonic() + self.start_seconds
        while True:
            try:
                return first_line.get(timeout=WAIT_STEP_SECONDS)
            except queue.Empty:
                if self._stopping.is_set():
                    raise TeacherUnavailableError(
                        f"The local model {self.model_name} was stopped while it was starting.",
                        "Start it again when it is needed.",
                        code="local_model_stopped",
                    ) from None
                if time.monotonic() >= deadline:
                    raise TeacherUnavailableError(
                        f"The local model {self.model_name} was not ready after {self.start_seconds:.0f} seconds.",
                        "The machine may be busy: it is tried again; a smaller model starts faster.",
                        code="local_model_slow",
                    ) from None

    def _cannot_start(self, child: subprocess.Popen[str], said: str) -> TeacherRejectedError:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
        reason = self._complaint() or (f": {said}" if said else f" (exit status {child.returncode})")
        return TeacherRejectedError(
            f"The local model {self.model_name} could not be started{reason}.",
            "The file may be incomplete or of an unsupported kind: install the model again or choose another.",
            code="local_model_failed",
        )

    def _complaint(self) -> str:
        """The first error that llama.cpp wrote, as ': reason', or nothing."""
        if self._log is None:
            return ""
        self._log.seek(0)
        lines = self._log.read(20_000).splitlines()
        told = [line.partition(" E ")[2] for line in lines if " E " in line] or lines[-1:]
        reason = told[0].removeprefix("llama_model_load:").strip().removeprefix("error loading model:") if told else ""
        return f": {reason.strip()[:300]}" if reason.strip() else ""

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            for stream in (child.stdin, child.stdout):
                _close(stream)
        log, self._log = self._log, None
        _close(log)


def _close(stream: IO[str] | None) -> None:
    if stream is None:
        return
    try:
        stream.close()
    except BrokenPipeError:  # the child is gone, and with it the reader of what was still buffered
        return
