"""A plain client for tests of the bank: one request at a time, and the very bytes that come back."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.bank.bank import Bank

Body = dict[str, Any]


def question(text: str = "Why?", **more: Any) -> Body:
    """A request for a completion."""
    return {"model": "bank-1", "messages": [{"role": "user", "content": text}], "max_tokens": 2000, **more}


def post(bank: Bank, body: Body, *, call: str = "") -> httpx2.Response:
    """Send it on a connection of its own."""
    headers = {"X-Client-Request-Id": call, "Authorization": "Bearer sk-12345678"}
    url = f"{bank.base_url}/chat/completions"
    return httpx2.post(url, content=json.dumps(body).encode(), headers=headers, timeout=60)


def said(answer: Body) -> Any:
    """The content of the first choice."""
    return answer["choices"][0]["message"]["content"]


def text_of(response: httpx2.Response) -> str:
    """The first answer, which is text."""
    content = said(response.json())
    assert isinstance(content, str)
    return content


def promised(head: bytes) -> int:
    """The length that the headers announce; -1 when they do not."""
    return int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0] or -1)


def on_the_wire(bank: Bank, body: Body, patience: float = 60.0) -> tuple[bytes, bytes, str]:
    """Head and body as they come, and how it ends: whole (all that was promised is there), quiet, closed or reset."""
    raw = json.dumps(body).encode()
    request = f"POST /v1/chat/completions HTTP/1.1\r\nHost: bank\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
    address = urlsplit(bank.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=patience) as plug:
        plug.sendall(request + raw)
        return _received(plug)


def _received(plug: socket.socket) -> tuple[bytes, bytes, str]:
    got, end = bytearray(), "closed"
    try:
        while piece := plug.recv(65_536):
            got += piece
            head, found, body = got.partition(b"\r\n\r\n")
            if found and len(body) == promised(bytes(head)):
                end = "whole"
                break
    except TimeoutError:
        end = "quiet"
    except ConnectionResetError:
        end = "reset"
    head, _, body = got.partition(b"\r\n\r\n")
    return bytes(head), bytes(body), end


def until(done: Callable[[], bool]) -> None:
    """Wait, not for ever."""
    for _ in range(6000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")
