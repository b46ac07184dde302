"""Reads what somebody brought in a process of its own, so that no file can harm the studio: the studio's side.

The other side is `confined`. A request is one line of JSON and then the file; the answer is one line of JSON (what
went wrong, or nothing) and then whatever the reader found, as JSON, since it must not be able to run anything here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import ImportRejectedError

_ROOT: Final = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LD_LIBRARY_PATH")
_SET = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    memory_mb: int = 512
    cpu_seconds: int = 60
    wall_seconds: float = 180.0


def ask(module: str, request: Mapping[str, Any], content: bytes, limits: Limits, *, advice: str) -> bytes:
    """What the reader in `module` found; ImportRejectedError, with `advice` where a limit was met."""
    head = {**request, "memory": limits.memory_mb * 1024 * 1024, "seconds": limits.cpu_seconds}
    told, body = _run(module, json.dumps(head).encode() + b"\n" + content, limits, advice)
    if "reason" in told:
        raise ImportRejectedError(told["line"], told["reason"], told["hint"])
    if "memory" in told:
        raise _too_much(f"{limits.memory_mb:,} MB of memory", advice)
    if "large" in told:
        raise ImportRejectedError(0, "What the file says is too much to be taken over at once.", advice)
    return body


def _run(module: str, request: bytes, limits: Limits, advice: str) -> tuple[dict[str, Any], bytes]:
    with subprocess.Popen(  # noqa: S603 - an argument list, no shell
        [sys.executable, "-m", module],
        cwd=_ROOT,
        env={**_SET, **{name: os.environ[name] for name in _KEPT if name in os.environ}},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            answer, _ = child.communicate(request, timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired as error:
            raise _too_much(f"{limits.wall_seconds:,.0f} seconds", advice) from error
        finally:
            child.kill()
    if child.returncode:
        raise _died(child.returncode, limits, advice)
    head, _, body = answer.partition(b"\n")
    found: dict[str, Any] = json.loads(head)
    return found, body


def _died(code: int, limits: Limits, advice: str) -> ImportRejectedError:
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return _too_much(f"{limits.cpu_seconds:,} seconds of computing", advice)
    if code in {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS}:
        return _too_much(f"{limits.memory_mb:,} MB of memory", advice)
    return ImportRejectedError(0, "The file could not be read.", "Check that it is in the format chosen.")


def _too_much(limit: str, advice: str) -> ImportRejectedError:
    return ImportRejectedError(0, f"Reading the file takes more than {limit}.", advice)
