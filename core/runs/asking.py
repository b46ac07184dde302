"""From a call to a readable answer: look it up, else have it sent, then see how it ended before it is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from weakref import WeakValueDictionary

from core.domain.calls import Call, Stage, flaw_of, prompt_key, request_key
from core.domain.records import Run
from core.errors import TeacherRefusedError, UnusableReplyError
from core.generation.products import Answered, Choice
from core.runs.seating import Seating
from core.runs.seats import Seat
from core.runs.sending import Sender, Stored
from core.store import asked
from core.store.asked import Wish
from core.store.database import Store

GATHER_SECONDS = 0.03
NOT_STORED = "not_stored"


class KeyLocks:
    """One lock per request key, so that equal requests of one process are sent once."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """The lock of this key; keep a reference while using it."""
        return self._locks.setdefault(key, asyncio.Lock())


@dataclass(slots=True)
class _Table:
    """Wishes with one prompt that go out as one call."""

    wishes: list[Wish] = field(default_factory=list)
    sent: asyncio.Future[dict[str, Stored]] | None = None


class Desk:
    """What the items of one run share: seats, the way to the store, and the calls that are being gathered.

    A `full` desk takes no more calls for now, so that no further items need to come to it.
    """

    full = False

    def __init__(self, run: Run, seating: Seating, store: Store, sender: Sender, locks: KeyLocks) -> None:
        self.run = run
        self.seating = seating
        self.locks = locks
        self._store = store
        self._sender = sender
        self._tables: dict[str, _Table] = {}

    def find(self, key: str) -> Stored | None:
        """The stored answer to this key."""
        with self._store.read() as tx:
            row = asked.find_answer(tx, key)
        return Stored(row["id"], row["reply"], row["finish_reason"] or "", new=False) if row else None

    async def fetch(self, wish: Wish, seat: Seat) -> Stored:
        """Have it sent: alone, or together with others that ask the same prompt for more answers."""
        answers: dict[str, Stored] = {}
        if wish.call.copies > 1 and seat.teacher.answers_at_once > 1:
            answers = await self._together(wish, seat)
        while wish.key not in answers:
            answers = await self._sender.send([wish], seat)
        return answers[wish.key]

    async def _together(self, wish: Wish, seat: Seat) -> dict[str, Stored]:
        """The first to come waits a moment for the others and sends for all of them."""
        prompt = prompt_key(seat.connection.endpoint, wish.call)
        table = self._tables.get(prompt)
        if table is not None and len(table.wishes) < seat.teacher.answers_at_once:
            table.wishes.append(wish)
            assert table.sent is not None
            return await asyncio.shield(table.sent)
        table = self._tables[prompt] = _Table([wish], asyncio.get_running_loop().create_future())
        assert table.sent is not None
        await asyncio.sleep(GATHER_SECONDS)
        if self._tables.get(prompt) is table:
            del self._tables[prompt]
        return await self._send_all(table.wishes, table.sent, seat)

    async def _send_all(
        self, wishes: Sequence[Wish], sent: asyncio.Future[dict[str, Stored]], seat: Seat
    ) -> dict[str, Stored]:
        try:
            answers = await self._sender.send(wishes, seat)
        except BaseException as error:
            sent.set_exception(error if isinstance(error, Exception) else RuntimeError("the call was cancelled"))
            sent.exception()  # looked at: nobody else may be waiting
            raise
        sent.set_result(answers)
        return answers


class Asker:
    """Asks for one item of one run.

    `reused` counts answers that were stored already, `used` lists the requests; `reading` is the one whose answer is
    being read, None while a call is on its way.
    """

    def __init__(self, desk: Desk, item: int, spec: Mapping[str, object] = MappingProxyType({})) -> None:
        self._desk = desk
        self._item = item
        self._spec = spec
        self._turn = time.monotonic()
        self.reused = 0
        self.used: list[int] = []
        self.reading: int | None = None

    async def __call__(self, stage: Stage, build: Callable[[Choice], Call]) -> Answered:
        """The answer to this call, stored or new; raises a TeacherError or BudgetExceededError."""
        self.reading = None
        seat, choice = self._desk.seating.of(self._spec, stage)
        call = build(choice)
        key = request_key(seat.connection.endpoint, call)
        async with self._desk.locks.of(key):
            stored = self._desk.find(key) or await self._missing(Wish(key, self._item, call, self._turn), seat)
        self.reused += not stored.new
        self.used.append(stored.request_id)
        self.reading = stored.request_id
        return _readable(stored)

    async def _missing(self, wish: Wish, seat: Seat) -> Stored:
        if self._desk.run.offline:
            raise UnusableReplyError(
                "A call that is needed now has no stored answer, and nothing is sent while stored answers are read.",
                "Retry the item to send it.",
                code=NOT_STORED,
            )
        return await self._desk.fetch(wish, seat)


def _readable(stored: Stored) -> Answered:
    """Look at how the answer ended before anybody reads what it says."""
    flaw = flaw_of(stored.finish_reason)
    if flaw:
        kind = TeacherRefusedError if flaw.state == "refused" else UnusableReplyError
        raise kind(flaw.message, flaw.hint, code=flaw.state, billed=True)
    return Answered(stored.request_id, stored.text)
