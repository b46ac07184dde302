"""Connections that are handled badly. The answer was computed, so it is billed, however little of it arrives."""

from __future__ import annotations

import asyncio
from random import Random

from tests.bank.exchange import Exchange
from tests.bank.modes.mode import transport
from tests.bank.wire import Response

_ARRIVES = 0.02
_PIECE = b" " * 65_536


def _half(response: Response) -> bytes:
    return response.body[: len(response.body) // 2]


@transport
async def slow(exchange: Exchange, response: Response) -> None:
    """The honest answer, late."""
    await asyncio.sleep(exchange.pace.slow)
    exchange.send(response)


@transport
async def hang_before(exchange: Exchange, response: Response) -> None:
    """Takes the request and never says anything."""
    await asyncio.sleep(exchange.pace.hang)


@transport
async def hang_after_headers(exchange: Exchange, response: Response) -> None:
    """Sends the headers, then nothing."""
    exchange.put(response.head(), response.status)
    await asyncio.sleep(exchange.pace.hang)


@transport
async def hang_mid(exchange: Exchange, response: Response) -> None:
    """Sends half of the body, then nothing."""
    exchange.put(response.head() + _half(response), response.status)
    await asyncio.sleep(exchange.pace.hang)


@transport
async def drip(exchange: Exchange, response: Response) -> None:
    """Sends the body byte by byte, so that no single wait is long."""
    exchange.put(response.head(), response.status)
    for at in range(len(response.body)):
        await asyncio.sleep(exchange.pace.drip)
        exchange.put(response.body[at : at + 1])
    exchange.whole()


@transport
async def close_before(exchange: Exchange, response: Response) -> None:
    """Closes the connection in an orderly way without a word."""
    exchange.close()


@transport
async def reset_before(exchange: Exchange, response: Response) -> None:
    """Resets the connection without a word."""
    exchange.reset()


@transport
async def reset_after_headers(exchange: Exchange, response: Response) -> None:
    """Resets the connection after the headers."""
    exchange.put(response.head(), response.status)
    await asyncio.sleep(_ARRIVES)
    exchange.reset()


@transport
async def reset_mid(exchange: Exchange, response: Response) -> None:
    """Resets the connection in the middle of the body."""
    exchange.put(response.head() + _half(response), response.status)
    await asyncio.sleep(_ARRIVES)
    exchange.reset()


@transport
async def short_length(exchange: Exchange, response: Response) -> None:
    """Promises a hundred bytes more than it sends, then closes."""
    length = ("Content-Length", str(len(response.body) + 100))
    exchange.put(response.head(length) + response.body, response.status)


@transport
async def broken_chunks(exchange: Exchange, response: Response) -> None:
    """Chunked encoding whose second chunk has no size."""
    half = _half(response)
    first = f"{len(half):x}\r\n".encode() + half + b"\r\n"
    head = response.head(("Transfer-Encoding", "chunked"))
    exchange.put(head + first + b"size?\r\n" + response.body[len(half) :], response.status)


@transport
async def wrong_content_type(exchange: Exchange, response: Response) -> None:
    """The honest answer, labelled as a picture."""
    exchange.send(Response(response.status, response.body, response.headers, "image/png"))


@transport
async def gzip_garbage(exchange: Exchange, response: Response) -> None:
    """Says that the body is packed, and sends noise."""
    noise = Random(exchange.entry.number).randbytes(len(response.body))
    exchange.send(Response(response.status, noise, (("Content-Encoding", "gzip"),)))


@transport
async def huge_body(exchange: Exchange, response: Response) -> None:
    """The honest answer, followed by blanks without end."""
    left = max(0, exchange.pace.huge - len(response.body))
    length = ("Content-Length", str(len(response.body) + left))
    exchange.put(response.head(length) + response.body, response.status)
    while left:
        piece = _PIECE[:left]
        exchange.put(piece)
        left -= len(piece)
        await exchange.drained()
    exchange.whole()
