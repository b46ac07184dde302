"""From a call to a stored answer: look it up, reserve, send, settle, try again where that helps.

Order matters and is tested: the reservation is committed before the call leaves, and the raw answer with its cost is
committed before anybody reads it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from weakref import WeakValueDictionary

from core.domain.calls import Call, Reply, Stage, request_key
from core.domain.money import Price, assess, hold_for, prompt_token_ceiling
from core.domain.records import Connection, Request, Run
from core.domain.states import RequestState
from core.errors import BudgetExceededError, TeacherError, TeacherRefusedError, UnusableReplyError
from core.generation.products import Answered, Choice
from core.ids import Clock
from core.llm.teacher import Teacher
from core.runs.retry import delay
from core.runs.writer import GroupWriter
from core.store import ledger
from core.store.database import Tx

MAX_IN_DOUBT = 2
ROOM_SECONDS = 0.25
MAX_ROOM_SECONDS = 150.0  # longer than a call may take


@dataclass(frozen=True, slots=True)
class Seat:
    """A teacher as chosen for a stage: who answers, at what price, how many at once."""

    connection: Connection
    teacher: Teacher
    choice: Choice
    price: Price
    gate: asyncio.Semaphore


class KeyLocks:
    """One lock per request key, so that equal requests of one process are sent once."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """The lock of this key; keep a reference while using it."""
        return self._locks.setdefault(key, asyncio.Lock())


class Asker:
    """Asks for one item of one run."""

    def __init__(
        self,
        run: Run,
        item: int,
        seats: dict[Stage, Seat],
        writer: GroupWriter,
        locks: KeyLocks,
        clock: Clock,
        rng: Random,
    ) -> None:
        self._run = run
        self._item = item
        self._seats = seats
        self._writer = writer
        self._locks = locks
        self._clock = clock
        self._rng = rng
        self.reused = 0
        self.used: list[int] = []

    async def __call__(self, stage: Stage, build: Callable[[Choice], Call]) -> Answered:
        """The answer to this call, stored or new; raises a TeacherError or BudgetExceededError."""
        seat = self._seats[stage]
        call = build(seat.choice)
        key = request_key(seat.connection.endpoint, call)
        async with self._locks.of(key):
            request = await self._writer.run(lambda tx: self._open(tx, key, seat, call))
            if request.reply is None:
                await self._send(request, seat, call)
                request = await self._writer.run(lambda tx: ledger.get_request(tx, request.id))
            else:
                self.reused += 1
        self.used.append(request.id)
        return await self._judged(request)

    def _open(self, tx: Tx, key: str, seat: Seat, call: Call) -> Request:
        request_id = ledger.open_request(
            tx,
            key,
            project_id=self._run.project_id,
            run_id=self._run.id,
            item=self._item,
            connection=seat.connection.id,
            call=call,
            at=self._clock(),
        )
        return ledger.get_request(tx, request_id)

    async def _send(self, request: Request, seat: Seat, call: Call) -> None:
        started = time.monotonic()
        attempt = 0
        async with seat.gate:
            while True:
                attempt += 1
                try:
                    await self._attempt(request, seat, call)
                except TeacherError as error:
                    wait = delay(attempt, error, time.monotonic() - started, self._rng)
                    if wait is None:
                        raise
                    await asyncio.sleep(wait)
                else:
                    return

    async def _attempt(self, request: Request, seat: Seat, call: Call) -> None:
        hold = hold_for(seat.price, call.prompt_bytes, len(call.messages), call.max_tokens)
        attempt_id = await self._reserved(request, seat, hold)
        try:
            reply = await seat.teacher.ask(call)
        except TeacherError as error:
            await self._close(attempt_id, error)
            raise
        except Exception as error:
            unknown = UnusableReplyError(
                f"The teacher failed in an unexpected way ({type(error).__name__}).",
                "The call is charged at its hold; retry the item, and report this if it stays.",
                code="unexpected",
                billed=True,
            )
            await self._close(attempt_id, unknown)
            raise unknown from error
        await self._settle(attempt_id, seat, call, hold, reply)

    async def _close(self, attempt_id: int, error: TeacherError) -> None:
        def job(tx: Tx) -> None:
            ledger.close(
                tx,
                attempt_id,
                billed=error.billed,
                code=error.code,
                error=error.message,
                raw=error.raw,
                at=self._clock(),
            )

        await self._writer.run(job)

    async def _settle(self, attempt_id: int, seat: Seat, call: Call, hold: int, reply: Reply) -> None:
        ceiling = prompt_token_ceiling(call.prompt_bytes, len(call.messages))
        charge = assess(
            seat.price, reply.usage, hold=hold, ceiling=ceiling, max_tokens=call.max_tokens, text=reply.text
        )
        at = self._clock()
        await self._writer.run(lambda tx: ledger.settle(tx, attempt_id, reply, charge, at))

    async def _reserved(self, request: Request, seat: Seat, hold: int) -> int:
        """The attempt, once the calls under way have given back what it needs of the money they hold."""
        give_up = time.monotonic() + MAX_ROOM_SECONDS
        while True:
            try:
                return await self._writer.run(lambda tx: self._reserve(tx, request, seat, hold))
            except BudgetExceededError as error:
                if not error.passing or time.monotonic() > give_up:
                    raise
            await asyncio.sleep(ROOM_SECONDS)

    def _reserve(self, tx: Tx, request: Request, seat: Seat, hold: int) -> int:
        if request.state is RequestState.IN_DOUBT and ledger.doubts_of(tx, request.id) >= MAX_IN_DOUBT:
            raise TeacherRefusedError(
                "This call was cut off twice before its answer was stored; it is not sent a third time.",
                "Retry the failed items when the cause is gone; the calls in doubt stay charged.",
                code="in_doubt",
            )
        return ledger.reserve(
            tx,
            request.id,
            run_id=self._run.id,
            project_id=self._run.project_id,
            epoch=self._run.epoch,
            stage=request.stage,
            hold=hold,
            price=seat.price,
            at=self._clock(),
        )

    async def _judged(self, request: Request) -> Answered:
        """Look at how the answer ended before anybody reads what it says."""
        problem = verdict(request)
        state = RequestState.PARSED if problem is None else RequestState(problem[0])
        if request.state is not state:
            message = problem[1] if problem else ""
            await self._writer.run(lambda tx: ledger.set_state(tx, request.id, state, message))
        if problem:
            kind = TeacherRefusedError if problem[0] == "refused" else UnusableReplyError
            raise kind(problem[1], problem[2], code=problem[0], billed=True)
        return Answered(request.id, request.reply or "")


def verdict(request: Request) -> tuple[str, str, str] | None:
    """(state, message, hint) of an answer that must not be used, by its finish reason; None if it may be read."""
    reason = request.finish_reason or ""
    if reason == "length":
        return ("truncated", "The answer was cut off at the token limit.", "Raise the token limit of this stage.")
    if reason == "content_filter":
        return ("filtered", "The provider's content filter held the answer back.", "Leave this item out.")
    if reason in {"tool_calls", "function_call"}:
        return ("invalid", "The teacher called a tool instead of answering.", "Choose another model.")
    if reason == "refusal":
        return ("refused", "The teacher refused to answer.", "Leave this item out or choose another teacher.")
    return None
