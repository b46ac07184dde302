"""One request and what is done about it: the hand that a transport fault plays with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bank.log import Entry
from tests.bank.wire import Connection, Response


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and sizes of the faults that take time."""

    slow: float = 1.0
    hang: float = 120.0
    drip: float = 0.2
    huge: int = 200_000_000


USUAL_PACE = Pace()
Play = Callable[["Exchange", Response], Awaitable[None]]


class Exchange:
    """Writes the answer to one request and keeps its log entry true, also when the client goes away."""

    __slots__ = ("_connection", "_ended", "_on_end", "_task", "_timer", "entry", "pace")

    def __init__(self, connection: Connection, entry: Entry, pace: Pace, on_end: Callable[[Entry], None]) -> None:
        self._connection, self._on_end = connection, on_end
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._ended = False
        self.entry, self.pace = entry, pace
        connection.on_lost = self._lost

    def send(self, response: Response) -> None:
        """The whole answer."""
        written = self._connection.write(response.head() + response.body)
        if written:
            self.entry.status = response.status
        self._end("full" if written else "none")

    def send_after(self, seconds: float, response: Response) -> None:
        """The whole answer, later."""
        if seconds <= 0:
            self.send(response)
        else:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.send, response)

    def play_after(self, seconds: float, play: Play, response: Response) -> None:
        """Let a transport fault do the answering; what it leaves open is closed."""
        self._task = asyncio.get_running_loop().create_task(self._played(seconds, play, response))

    async def _played(self, seconds: float, play: Play, response: Response) -> None:
        await asyncio.sleep(seconds)
        await play(self, response)
        if not self._ended:
            self.close()

    def put(self, data: bytes, status: int = 0) -> None:
        """A part of the answer."""
        if self._connection.write(data):
            self.entry.status = status or self.entry.status
            self.entry.answered = "partial"

    async def drained(self) -> None:
        """Wait until the client has taken most of what was put."""
        await self._connection.drained()

    def whole(self) -> None:
        """All that was promised has been put; the connection stays open."""
        self._end("full")

    def close(self) -> None:
        """End the connection in an orderly way."""
        self._connection.on_lost = None
        self._end(self.entry.answered, go_on=False)
        self._connection.close()

    def reset(self) -> None:
        """End the connection with a reset packet."""
        self._connection.on_lost = None
        self._end(self.entry.answered, go_on=False)
        self._connection.reset()

    def _end(self, answered: str, *, go_on: bool = True) -> None:
        if self._ended:
            return
        self._ended = True
        self.entry.answered = answered
        self.entry.finished = time.time()
        self._on_end(self.entry)
        if go_on:
            self._connection.ready()

    def _lost(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        self._end(self.entry.answered, go_on=False)
