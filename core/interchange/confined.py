"""The process in which a file is read: little memory, little time, no network, no other files.

A module that reads is run as `python -m <module> < request > answer` and calls `serve`; see `apart` for both texts.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ImportRejectedError

_NETWORK = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "ssl.")
_PROCESSES = ("subprocess.", "os.exec", "os.system", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "os.startfile")
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.")
_FORBIDDEN = (*_NETWORK, *_PROCESSES, *_CHANGES)
MAX_ANSWER = 128 * 1024 * 1024

Reader = Callable[[bytes], bytes]


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def shut() -> None:
    """From here on nothing but Python's own modules can be opened, and no connection made."""
    ours = Path(__file__).resolve().parents[2]
    given = [sys.prefix, sys.base_prefix, str(ours / "core"), *filter(None, sys.path[1:])]
    roots = tuple({f"{root}{os.sep}" for path in given for root in (path, str(Path(path).resolve()))})

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is not allowed here")
        if event == "open" and isinstance(args[0], str | bytes) and not _module(args):
            raise PermissionError("no other file may be opened here")

    def _module(args: tuple[Any, ...]) -> bool:
        path, mode = args[0] if isinstance(args[0], str) else args[0].decode(errors="replace"), args[1]
        return (mode is None or "r" in str(mode)) and "+" not in str(mode) and path.startswith(roots)

    sys.addaudithook(watch)


def serve(prepare: Callable[[dict[str, Any]], Reader]) -> None:
    """Read one request and answer it. `prepare` loads what the reader needs; nothing can be reached after it."""
    request = json.loads(sys.stdin.buffer.readline())
    _limit(request["memory"], request["seconds"])
    gc.disable()  # the process ends before garbage could matter
    try:
        reader = prepare(request)
        shut()
        head, body = {}, reader(sys.stdin.buffer.read())
    except ImportRejectedError as error:
        head, body = {"line": error.line, "reason": error.reason, "hint": error.hint}, b""
    except MemoryError:
        head, body = {"memory": True}, b""
    if len(body) > MAX_ANSWER:
        head, body = {"large": True}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()
