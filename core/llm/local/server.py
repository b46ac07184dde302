"""The child process that serves one GGUF model on 127.0.0.1, through llama.cpp's own OpenAI-compatible server.

The key comes as the first line of standard input. One JSON line goes to standard output: {"port": N} when the
server is healthy, {"error": "..."} when it cannot start. The process ends with its parent: at the end of standard
input, or on SIGTERM.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import ModuleType
from typing import cast
from urllib.parse import urlsplit

HOST = "127.0.0.1"
HEALTH_SECONDS = 60.0
PARENT_CHECK_SECONDS = 1.0
ERRORS_ONLY = 1  # llama.cpp's verbosity: nothing about prompts or keys is ever logged


def main(kept: list[object]) -> int:
    """Serve until the parent is gone; `kept` holds the native server beyond the end of this function."""
    parser = argparse.ArgumentParser(prog="python -m core.llm.local.server", description="Serve one local model.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--name", default="local")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ends at once, even inside native code
    parent = os.getppid()
    reports = _keep_stdout_for_reports()
    key = sys.stdin.readline().strip()
    if not key:
        _report(reports, error="no API key came on standard input")
        return 2
    try:
        llama = importlib.import_module("xllamacpp")  # a compiled module without types
        server = llama.Server(_parameters(llama, options, key))
        kept.append(server)
        port = urlsplit(str(server.listening_address)).port
    except (ImportError, RuntimeError) as error:
        _report(reports, error=str(error))
        return 1
    if port is None or not _healthy(port):
        _report(reports, error="the server did not become healthy")
        return 1
    _report(reports, port=port)
    _end_with(parent)
    return 0


def _keep_stdout_for_reports() -> int:
    """Native code may print: from here on its output goes to standard error."""
    reports = os.dup(1)
    os.dup2(2, 1)
    return reports


def _parameters(llama: ModuleType, options: argparse.Namespace, key: str) -> object:
    params = llama.CommonParams()
    params.model.path = str(options.model)
    params.model_alias = {options.name}
    params.hostnames = [HOST]
    params.port = options.port
    params.api_keys = [key]
    params.cors_origins = "null"  # no web page has a reason to call it
    params.cors_credentials = False
    params.n_ctx = options.context
    params.n_parallel = 1  # more slots only share the same processor
    params.cache_ram_mib = 0  # the slot keeps its own prefix; saved prompts would take up to 8 GB
    params.cache_idle_slots = False
    params.fit_params = False
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = ERRORS_ONLY
    return cast("object", params)


def _healthy(port: int) -> bool:
    deadline = time.monotonic() + HEALTH_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        try:
            with opener.open(f"http://{HOST}:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return True
        except OSError:  # not listening yet, or 503 while loading
            time.sleep(0.05)
    return False


def _report(descriptor: int, **fields: str | int) -> None:
    """Raises BrokenPipeError when the parent died while the model was loading: nobody is left to serve."""
    os.write(descriptor, (json.dumps(fields) + "\n").encode())


def _end_with(parent: int) -> None:
    """Return when standard input ends or the parent is another process than at the start."""
    closed = threading.Event()

    def wait_for_end() -> None:
        while sys.stdin.readline():
            pass
        closed.set()

    threading.Thread(target=wait_for_end, name="stdin", daemon=True).start()
    while not closed.wait(PARENT_CHECK_SECONDS) and os.getppid() == parent:
        pass


if __name__ == "__main__":
    native: list[object] = []
    status = 1
    try:
        status = main(native)
    finally:
        os._exit(status)  # an ordinary exit would wait for the native server's threads
