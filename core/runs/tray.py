"""The desk of a run that hands its calls in as batches: a call without a stored answer waits, and so does its item."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core.domain.records import Run
from core.errors import TeacherError
from core.llm.openai_batches import MOST_BYTES, MOST_CALLS, encoded
from core.llm.openai_teacher import OpenAITeacher
from core.runs.asking import Desk, KeyLocks
from core.runs.failures import Failures
from core.runs.seating import Seating
from core.runs.seats import Seat
from core.runs.sending import Sender, Stored
from core.store.asked import Wish
from core.store.database import Store

LINE_BYTES = 200  # what a line of the file has beside the body


class DeferredError(Exception):
    """The answer will come with a batch: the item stays planned until then."""


@dataclass(slots=True)
class Load:
    """Calls of one model at one connection that become one batch, each with its body as it will be sent."""

    seat: Seat
    teacher: OpenAITeacher
    calls: list[tuple[Wish, bytes]] = field(default_factory=list)
    size: int = 0


class Tray(Desk):
    """Gathers what the items of one round ask; each key once. A full load is handed in at once."""

    def __init__(
        self,
        run: Run,
        seating: Seating,
        store: Store,
        sender: Sender,
        locks: KeyLocks,
        hand_in: Callable[[Load], Awaitable[bool]],
        failures: Failures,
    ) -> None:
        """`hand_in` gets every full load and says whether it takes more."""
        super().__init__(run, seating, store, sender, locks)
        self._hand_in = hand_in
        self._failures = failures
        self._loads: dict[tuple[str, str], Load] = {}
        self._waiting: set[str] = set()
        self.deferred = False
        self.closed = False

    def start_round(self) -> None:
        """Nothing waits yet."""
        self._loads.clear()
        self._waiting.clear()
        self.deferred = self.full = False

    async def fetch(self, wish: Wish, seat: Seat) -> Stored:
        """Put it on the tray and raise DeferredError, or the error with which it failed for good."""
        error: TeacherError | None = self._failures.verdict(wish.key)
        if error is not None:
            raise error
        self.deferred = True
        if wish.key not in self._waiting and not self.closed:
            self._waiting.add(wish.key)
            await self._put(wish, seat)
        raise DeferredError

    async def _put(self, wish: Wish, seat: Seat) -> None:
        assert isinstance(seat.teacher, OpenAITeacher)
        body = encoded(seat.teacher.body(wish.call))
        kind = (seat.connection.id, wish.call.model)
        load = self._loads.get(kind)
        size = len(body) + LINE_BYTES
        if load is not None and (len(load.calls) >= MOST_CALLS or load.size + size > MOST_BYTES):
            del self._loads[kind]
            self._loads[kind] = Load(seat, seat.teacher, [(wish, body)], size)
            self.full = not await self._hand_in(load)
            return
        load = self._loads.setdefault(kind, Load(seat, seat.teacher))
        load.calls.append((wish, body))
        load.size += size

    async def hand_in_rest(self) -> None:
        """The round is over: hand in what is left."""
        for kind in list(self._loads):
            await self._hand_in(self._loads.pop(kind))
