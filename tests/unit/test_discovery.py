"""Finding endpoints that are already there, and what a test of one shows; against a real server on loopback."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core.llm import discovery
from core.llm.discovery import Found, look_around, manners_of, probe
from core.llm.openai_teacher import Manners

Body = dict[str, Any]


class Server(ThreadingHTTPServer):
    """An endpoint whose abilities a test sets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.models: object = {"object": "list", "data": [{"id": "tiny-2"}, {"id": "tiny-1"}]}
        self.models_status = 200
        self.refused: tuple[str, ...] = ()
        self.usage: Body | None = {"prompt_tokens": 5, "completion_tokens": 1}
        self.key = ""
        self.several = True
        self.batches = False
        self.asked: list[Body] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    """Lists models and answers chat completions."""

    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Quiet."""

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _allowed(self) -> bool:
        if self.server.key and self.headers["Authorization"] != f"Bearer {self.server.key}":
            self._send(401, {"error": {"message": "Wrong key."}})
            return False
        return True

    def do_GET(self) -> None:
        """The list of models."""
        if not self._allowed():
            return
        if self.path.startswith("/v1/batches"):
            self._send(200 if self.server.batches else 404, {"object": "list", "data": []})
        else:
            self._send(self.server.models_status, self.server.models)

    def do_POST(self) -> None:
        """One completion, or several."""
        body: Body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        if not self._allowed():
            return
        kind = body.get("response_format", {}).get("type", "text")
        if kind in self.server.refused:
            self._send(400, {"error": {"message": f"response_format {kind} is not supported"}})
            return
        choice = {"message": {"content": "ready"}, "finish_reason": "stop"}
        count = body.get("n", 1) if self.server.several else 1
        self._send(200, {"model": body["model"], "choices": [choice] * count, "usage": self.server.usage})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def closed_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# ---- looking around ----


def around(monkeypatch: pytest.MonkeyPatch, *urls: str, taken: frozenset[str] = frozenset(), **env: str) -> list[Found]:
    monkeypatch.setattr(discovery, "_USUAL", tuple((f"Server {n}", url) for n, url in enumerate(urls, 1)))
    return asyncio.run(look_around(env, taken))


def test_a_server_on_a_usual_port_is_found_with_its_models(
    server: Server, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = around(monkeypatch, f"http://127.0.0.1:{closed_port}/v1", server.url)
    assert found == [Found("Server 2", server.url, "", ("tiny-2", "tiny-1"))]


def test_a_server_without_models_is_found_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.models = {"data": []}
    assert around(monkeypatch, server.url) == [Found("Server 1", server.url, "", ())]


@pytest.mark.parametrize("body", [[], "hello", None, {"data": None}, {"data": ["a"]}, {"models": []}])
def test_a_stranger_on_a_usual_port_is_left_alone(
    body: object, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.models = body
    assert around(monkeypatch, server.url) == []


def test_what_is_connected_already_is_not_offered_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = frozenset({server.url, discovery.OPENAI_URL})
    assert around(monkeypatch, server.url, taken=taken, OPENAI_API_KEY="sk-1") == []


def test_a_key_in_the_environment_offers_its_endpoint_without_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    assert around(monkeypatch, OPENAI_API_KEY="sk-1") == [Found("OpenAI", discovery.OPENAI_URL, "env:OPENAI_API_KEY")]
    base = "https://gateway.example/v1"
    assert around(monkeypatch, OPENAI_API_KEY="sk-1", OPENAI_BASE_URL=base)[0].base_url == base
    assert around(monkeypatch, OPENAI_API_KEY="  ") == []


def test_only_loopback_is_looked_at() -> None:
    assert all(url.startswith("http://127.0.0.1:") for _, url in discovery._USUAL)


# ---- probing ----


def test_a_probe_tells_models_times_and_abilities(server: Server) -> None:
    shown = asyncio.run(probe(server.url, ""))
    assert (shown.problem, shown.models, shown.model) == ("", ("tiny-1", "tiny-2"), "tiny-1")
    assert (shown.schema, shown.several, shown.usage) == ("json_schema", True, True)
    assert shown.list_ms >= 0
    assert shown.answer_ms >= 0
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("refused", "schema"), [(("json_schema",), "json_object"), (("json_schema", "json_object"), "text")]
)
def test_a_probe_finds_the_best_form_that_the_server_takes(
    server: Server, refused: tuple[str, ...], schema: str
) -> None:
    server.refused = refused
    shown = asyncio.run(probe(server.url, ""))
    assert (shown.problem, shown.schema) == ("", schema)
    assert manners_of({"schema": shown.schema}) == Manners(schema=schema)


def test_a_probe_sees_what_a_small_server_leaves_out(server: Server) -> None:
    server.usage, server.several = None, False
    shown = asyncio.run(probe(server.url, "", "tiny-2"))
    assert (shown.model, shown.several, shown.usage) == ("tiny-2", False, False)


@pytest.mark.parametrize("batches", [True, False])
def test_a_probe_sees_whether_there_is_a_batch_api(server: Server, batches: bool) -> None:
    server.batches = batches
    assert asyncio.run(probe(server.url, "")).batches is batches


def test_a_wrong_key_is_the_problem_and_the_right_one_is_sent(server: Server) -> None:
    server.key = "sk-right"
    wrong = asyncio.run(probe(server.url, "sk-wrong"))
    assert "401" in wrong.problem
    assert "key" in wrong.hint
    assert asyncio.run(probe(server.url, "sk-right")).problem == ""


def test_nobody_there_is_the_problem(closed_port: int) -> None:
    shown = asyncio.run(probe(f"http://127.0.0.1:{closed_port}/v1", ""))
    assert shown.problem == "The teacher cannot be reached."
    assert shown.hint


@pytest.mark.parametrize("models", [{"data": []}, {"data": None}])
def test_an_endpoint_without_a_model_says_so_unless_one_is_typed_in(server: Server, models: Body) -> None:
    server.models = models
    assert asyncio.run(probe(server.url, "")).problem == "The endpoint lists no model."
    assert asyncio.run(probe(server.url, "", "typed")).problem == ""


def test_an_endpoint_that_lists_nothing_can_be_used_with_a_typed_model(server: Server) -> None:
    server.models_status = 404
    shown = asyncio.run(probe(server.url, "", "typed"))
    assert (shown.problem, shown.model, shown.notes) == ("", "typed", ("The endpoint does not list its models.",))
    assert "404" in asyncio.run(probe(server.url, "")).problem


def test_manners_without_a_probe_are_the_default() -> None:
    assert manners_of({}) == Manners()
    assert manners_of({"schema": ""}) == Manners()
