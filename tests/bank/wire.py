"""HTTP/1.1 over asyncio, close enough to the bytes that every way of breaking an answer can be played."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

MOST_BYTES = 256 * 1024 * 1024
_LINGER_ZERO = struct.pack("ii", 1, 0)
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}


@dataclass(slots=True)
class Incoming:
    """A request; header names are in small letters."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """Without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """Parameters behind the question mark."""
        return dict(parse_qsl(urlsplit(self.target).query))


@dataclass(frozen=True, slots=True)
class Response:
    """What is to be sent."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"

    def head(self, *framing: tuple[str, str]) -> bytes:
        """Status line and headers; the body is announced by its length unless `framing` says otherwise."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Other')}", f"Content-Type: {self.content_type}"]
        for name, value in (*self.headers, *(framing or (("Content-Length", str(len(self.body))),))):
            lines.append(f"{name}: {value}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class BadRequestError(ValueError):
    """The client does not speak HTTP as we know it."""


class Connection(asyncio.Protocol):
    """One client connection: hands on one request at a time and the next only after its answer."""

    def __init__(self, receive: Callable[[Incoming, Connection], None], everyone: set[Connection]) -> None:
        self._receive, self._everyone = receive, everyone
        self._buffer = bytearray()
        self._head: Incoming | None = None
        self._busy = self._reading = False
        self._room: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self.on_lost: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._everyone.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever was still answering."""
        self._everyone.discard(self)
        self.resume_writing()
        if self.on_lost is not None:
            self.on_lost()

    def pause_writing(self) -> None:
        """The client reads more slowly than we write."""
        self._room = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """There is room again."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    async def drained(self) -> None:
        """Wait until there is room to write, or the client has gone."""
        await asyncio.sleep(0)
        if self._room is not None:
            await self._room

    def data_received(self, data: bytes) -> None:
        """Collect bytes until they make a request."""
        self._buffer += data
        self._read()

    def write(self, data: bytes) -> bool:
        """Put bytes on the wire; False when the client has gone."""
        if self._transport is None or self._transport.is_closing():
            return False
        self._transport.write(data)
        return True

    def ready(self) -> None:
        """The answer is complete: the next request may come."""
        self.on_lost, self._busy = None, False
        self._read()

    def close(self) -> None:
        """End the connection in an orderly way."""
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """End the connection with a reset packet."""
        if self._transport is not None:
            held: socket.socket = self._transport.get_extra_info("socket")
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
            self._transport.abort()

    def _read(self) -> None:
        if self._reading:
            return
        self._reading = True
        try:
            while not self._busy and (incoming := self._take()) is not None:
                self._busy = True
                self._receive(incoming, self)
        except BadRequestError:
            self.close()
        finally:
            self._reading = False

    def _take(self) -> Incoming | None:
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._head = _head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            if "expect" in self._head.headers:
                self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        taken = _body(self._head, self._buffer)
        if taken is None:
            return None
        incoming, self._head = self._head, None
        incoming.body = taken[0]
        del self._buffer[: taken[1]]
        return incoming


def _head(raw: bytes) -> Incoming:
    first, *lines = raw.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        raise BadRequestError(first)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Incoming(parts[0], parts[1], headers)


def _body(head: Incoming, buffer: bytearray) -> tuple[bytes, int] | None:
    """The body and how many bytes it took, None while it is not all there."""
    if head.headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(buffer)
    length = head.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise BadRequestError(length)
    size = int(length)
    return (bytes(buffer[:size]), size) if len(buffer) >= size else None


def _chunks(buffer: bytearray) -> tuple[bytes, int] | None:
    parts, at = [], 0
    while True:
        end = buffer.find(b"\r\n", at)
        if end < 0:
            return None
        try:
            size = int(bytes(buffer[at:end]).partition(b";")[0], 16)
        except ValueError as error:
            raise BadRequestError("chunk size") from error
        start, at = end + 2, end + 2 + size + 2
        if len(buffer) < at or at > MOST_BYTES:
            return None
        parts.append(bytes(buffer[start : start + size]))
        if size == 0:
            return b"".join(parts), at
