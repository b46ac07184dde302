"""Reads a file that somebody brought in a process of its own, so that no file can harm the studio."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import ImportRejectedError
from core.interchange.concepts import formats, wire
from core.interchange.concepts.model import MAX_BYTES, MAX_SKOS_BYTES, ConceptFile, ReadOptions

_ROOT: Final = Path(__file__).resolve().parents[3]
_SKOS = (formats.TURTLE, formats.RDF_XML, formats.JSON_LD)
_KEPT = ("PATH", "LD_LIBRARY_PATH")
_SPLIT = "Split the file, or choose a simpler format such as CSV."


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    memory_mb: int = 512
    cpu_seconds: int = 60
    wall_seconds: float = 180.0


LIMITS: Final = Limits()
"""Enough for 100,000 concepts in every format but SKOS."""
RDF_LIMITS: Final = Limits(memory_mb=1024)
"""100,000 concepts in 25 MB of Turtle take 560 MB and 25 seconds of computing."""


def limits_of(format_: formats.Format) -> Limits:
    """The limits under which a file of this format is read."""
    return RDF_LIMITS if format_ in _SKOS else LIMITS


def read_apart(
    content: bytes,
    name: str,
    options: ReadOptions | None = None,
    *,
    format_: formats.Format | None = None,
    limits: Limits | None = None,
) -> ConceptFile:
    """The file called `name`; raises ImportRejectedError for what cannot be read within the limits."""
    chosen = format_ or formats.guess(name, content)
    allowed = limits or limits_of(chosen)
    most = MAX_SKOS_BYTES if chosen in _SKOS else MAX_BYTES
    if len(content) > most:
        raise ImportRejectedError(0, f"{name[:120]} is larger than {most >> 20} MB.", "Split it.")
    request = {
        "format": chosen.name,
        "options": wire.dump_options(options or ReadOptions()),
        "memory": allowed.memory_mb * 1024 * 1024,
        "seconds": allowed.cpu_seconds,
    }
    head, body = _run(json.dumps(request).encode() + b"\n" + content, allowed)
    if "reason" in head:
        raise ImportRejectedError(head["line"], head["reason"], head["hint"])
    if "memory" in head:
        raise _too_much(f"{allowed.memory_mb:,} MB of memory")
    if "large" in head:
        raise ImportRejectedError(0, "What the file says is too much to be taken over at once.", _SPLIT)
    return wire.load(body)


def _run(request: bytes, allowed: Limits) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-m", "core.interchange.concepts.child"]
    with subprocess.Popen(  # noqa: S603 - an argument list, no shell
        command,
        cwd=_ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", **{k: os.environ[k] for k in _KEPT if k in os.environ}},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            answer, _ = child.communicate(request, timeout=allowed.wall_seconds)
        except subprocess.TimeoutExpired as error:
            raise _too_much(f"{allowed.wall_seconds:,.0f} seconds") from error
        finally:
            child.kill()
    if child.returncode:
        raise _died(child.returncode, allowed)
    head, _, body = answer.partition(b"\n")
    found: dict[str, Any] = json.loads(head)
    return found, body


def _died(code: int, allowed: Limits) -> ImportRejectedError:
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return _too_much(f"{allowed.cpu_seconds:,} seconds of computing")
    if code in {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS}:
        return _too_much(f"{allowed.memory_mb:,} MB of memory")
    return ImportRejectedError(0, "The file could not be read.", "Check that it is in the format chosen.")


def _too_much(limit: str) -> ImportRejectedError:
    return ImportRejectedError(0, f"Reading the file takes more than {limit}.", _SPLIT)
