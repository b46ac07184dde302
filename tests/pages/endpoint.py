"""An OpenAI-compatible server on a free loopback port, in a thread: it answers at once and notes what reached it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Server:
    """How it behaves, and what it has seen."""

    models: Sequence[str] = ("small-1", "large-2")
    key: str = ""
    usage: bool = True
    lists: bool = True
    batches: bool = False
    broken: int = 0
    base_url: str = ""
    keys_seen: set[str] = field(default_factory=set)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def listing(self) -> tuple[int, dict[str, Any]]:
        """The names of the models."""
        if not self.lists:
            return 404, {"error": {"message": "There is nothing here"}}
        return 200, {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One completion with as many choices as were asked for."""
        self.bodies.append(body)
        if body["model"] not in self.models:
            return 404, {"error": {"message": "No such model", "code": "model_not_found"}}
        choice = {"message": {"role": "assistant", "content": self._text(body)}, "finish_reason": "stop"}
        choices = [{"index": index, **choice} for index in range(body.get("n") or 1)]
        usage = {"prompt_tokens": 120, "completion_tokens": 40, "total_tokens": 160} if self.usage else None
        more = {"model": body["model"], "choices": choices, "usage": usage}
        return 200, {"id": "c", "object": "chat.completion", **more}

    def _text(self, body: dict[str, Any]) -> str:
        form = body.get("response_format") or {}
        if "word" in json.dumps(form):
            return '{"word": "ready"}'
        if form:
            return json.dumps({"reason": "The steps hold.", "correct": len(self.bodies) % 4 != 0})
        return f"Text number {len(self.bodies)}."

    def refusal(self, sent_key: str) -> tuple[int, str] | None:
        """Status and message when it does not answer."""
        if self.broken:
            return self.broken, "The server is out of order"
        if self.key and sent_key != self.key:
            return 401, "Incorrect API key provided"
        return None


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self._refused():
                return
            if "/batches" in self.path:
                found = (200, {"object": "list", "data": []}) if server.batches else (404, {"error": {"message": "No"}})
                self._send(*found)
            else:
                self._send(*server.listing())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self._refused():
                self._send(*server.answer(body))

        def _refused(self) -> bool:
            key = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            server.keys_seen.add(key)
            trouble = server.refusal(key)
            if trouble:
                self._send(trouble[0], {"error": {"message": trouble[1], "code": "invalid_api_key"}})
            return trouble is not None

        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    return Handler


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the usual 5 a busy machine turns connections away, and calls are made twice


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server while the block runs."""
    http = _Http(("127.0.0.1", 0), _handler(server))
    server.base_url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
