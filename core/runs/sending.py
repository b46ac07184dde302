"""One call on its way: wait for a place, reserve, send, settle, try again where that helps.

Order matters and is tested: the reservation is committed before the call leaves, and the raw answer with its cost is
committed before anybody reads it. A place is free again as soon as the answer is with the writer: the call that gets
it is reserved in the commit that settles the one before, or later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from core.domain.calls import Call, Reply
from core.domain.money import ABOVE_BOUND, Charge, assess, prompt_token_ceiling
from core.domain.records import Run
from core.domain.states import RequestState
from core.errors import (
    BudgetExceededError,
    TeacherError,
    TeacherRefusedError,
    TeacherRejectedError,
    TeacherUnavailableError,
    UnusableReplyError,
)
from core.ids import Clock
from core.runs.retry import Patience
from core.runs.seats import Seat
from core.runs.traffic import StoppedError, Traffic
from core.runs.writer import GroupWriter
from core.store import asked, ledger
from core.store.asked import Wish
from core.store.database import Row, Tx

MAX_IN_DOUBT = 2
ROOM_SECONDS = 0.25
MAX_ROOM_SECONDS = 150.0  # longer than a call may take


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer in the store; `finish_reason` says whether it may be read, `new` whether it came just now."""

    request_id: int
    text: str
    finish_reason: str
    new: bool


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What a reservation gave: the attempt (None when all is stored already) and the requests it will answer."""

    attempt: int | None
    open: tuple[tuple[Wish, int], ...]
    stored: dict[str, Stored]


class _ElsewhereError(Exception):
    """Another process waits for the answer to this request at the moment, on behalf of another run."""

    def __init__(self, request_id: int) -> None:
        super().__init__(request_id)
        self.request_id = request_id


class _Reserving:
    """A reservation that is handed to the writer in the moment in which the call gets its place."""

    def __init__(self, writer: GroupWriter, traffic: Traffic, job: Callable[[Tx], _Ticket]) -> None:
        self._writer, self._traffic, self._job = writer, traffic, job
        self._made: asyncio.Future[_Ticket] | None = None

    def begin(self) -> None:
        """The call has its place; nothing is reserved once the run stops or the disk is short of room."""
        if self._traffic.open:
            self._made = self._writer.submit(self._job, urgent=True)

    async def end(self) -> _Ticket:
        """The committed reservation; raises StoppedError if the run stops."""
        if self._made is None:
            await self._traffic.clear()
            self._made = self._writer.submit(self._job, urgent=True)
        return await self._made


class Sender:
    """Sends the calls of one run."""

    def __init__(self, run: Run, writer: GroupWriter, clock: Clock, rng: Random, traffic: Traffic) -> None:
        self._run = run
        self._writer = writer
        self._clock = clock
        self._rng = rng
        self._traffic = traffic

    async def send(self, wishes: Sequence[Wish], seat: Seat) -> dict[str, Stored]:
        """Answers by key, stored or new; fewer than asked for when the server gave fewer.

        All wishes have the same prompt. Raises a TeacherError or BudgetExceededError.
        """
        call = wishes[0].call
        size = call.prompt_bytes
        started = time.monotonic()
        patience = Patience(seat.pace.successes)
        while True:
            if len(wishes) > seat.teacher.answers_at_once:
                wishes = wishes[: seat.teacher.answers_at_once]
            try:
                several = call if len(wishes) == 1 else replace(call, answers=len(wishes))
                return await self._attempt(wishes, several, seat, size)
            except TeacherError as error:
                wait = patience.wait(error, time.monotonic() - started, self._rng, seat.pace.successes)
                if wait is None:
                    raise
                await asyncio.sleep(wait)

    async def _attempt(self, wishes: Sequence[Wish], call: Call, seat: Seat, size: int) -> dict[str, Stored]:
        ticket = await self._place_and_money(wishes, call, seat, size)
        if ticket.attempt is None:
            return ticket.stored
        tokens, attempt = seat.tokens(call, size), ticket.attempt
        if self._traffic.held:
            await self._last_look(attempt, seat)
        call = replace(call, answers=len(ticket.open), client_id=f"{self._run.id}-{attempt}")
        try:
            reply = await seat.teacher.ask(call)
        except TeacherError as error:
            if isinstance(error, TeacherRejectedError):
                self._traffic.stop(error)  # before its place is free for somebody who would be rejected too
            limits = error.limits if isinstance(error, TeacherUnavailableError) else None
            closed = self._close(attempt, error)
            seat.pace.leave(tokens=tokens, error=error, limits=limits)
            await closed
            raise
        except Exception as error:
            unknown = UnusableReplyError(
                f"The teacher failed in an unexpected way ({type(error).__name__}).",
                "The call is charged at its hold; retry the item, and report this if it stays.",
                code="unexpected",
                billed=True,
            )
            closed = self._close(attempt, unknown)
            seat.pace.leave(tokens=tokens, error=error)
            await closed
            raise unknown from error
        except BaseException as error:
            seat.pace.leave(error=error)
            raise
        charge = _charge(seat, call, size, reply)
        breach = _broken_bound(seat, call, charge) if seat.capped and charge.flag == ABOVE_BOUND else None
        if breach:
            self._traffic.stop(breach)
        settled = self._settle(attempt, reply, charge)
        used = reply.usage.prompt + call.max_tokens * call.answers if reply.usage else 0
        seat.pace.leave(tokens=tokens, used=used, limits=reply.limits)
        await settled
        if breach:
            raise breach
        return {**ticket.stored, **_answers(ticket.open, reply)}

    async def _last_look(self, attempt_id: int, seat: Seat) -> None:
        """The disk ran short while the reservation was on its way to it: the call waits, its money held.

        Raises StoppedError if the run stops meanwhile; then the call was never sent and costs nothing.
        """
        try:
            await self._traffic.clear()
        except BaseException as error:
            seat.pace.leave(error=error)
            if isinstance(error, StoppedError):
                unsent = TeacherError("The run stopped before this call was sent.", code="unsent")
                await self._close(attempt_id, unsent)
            raise

    def _settle(self, attempt_id: int, reply: Reply, charge: Charge) -> asyncio.Future[None]:
        """Hand the answer to the writer, before its place is given away: the next call is reserved in the same commit
        or a later one, so that never more calls can be in doubt than were out at once.
        """
        at = self._clock()
        return self._writer.submit(lambda tx: ledger.settle(tx, attempt_id, reply, charge, at), urgent=True)

    async def _place_and_money(self, wishes: Sequence[Wish], call: Call, seat: Seat, size: int) -> _Ticket:
        """A place at the teacher and the attempt on disk; waits for what calls under way still hold of the money."""
        give_up = time.monotonic() + MAX_ROOM_SECONDS
        while True:
            await self._traffic.clear()
            reserving = _Reserving(self._writer, self._traffic, lambda tx: self._reserve(tx, wishes, call, seat, size))
            capped = seat.capped or self._run.call_cap is not None  # only a cap leaves samples half made
            turn = wishes[0].turn if capped else 0.0
            await seat.pace.enter(seat.tokens(call, size), reserving.begin, turn=turn)
            try:
                ticket = await reserving.end()
            except _ElsewhereError as error:
                seat.pace.leave(error=error)
                await self._until_back(error.request_id)
                continue
            except BudgetExceededError as error:
                seat.pace.leave(error=error)
                if not error.passing or time.monotonic() > give_up:
                    raise
            except BaseException as error:
                seat.pace.leave(error=error)
                raise
            else:
                if ticket.attempt is None:
                    seat.pace.leave()
                return ticket
            await asyncio.sleep(ROOM_SECONDS)

    async def _until_back(self, request_id: int) -> None:
        while await self._writer.run(lambda tx: self._elsewhere(tx, request_id)):
            await self._traffic.clear()
            await asyncio.sleep(ROOM_SECONDS)

    def _elsewhere(self, tx: Tx, request_id: int) -> bool:
        return ledger.is_out_for_another(tx, request_id, self._run.id, self._clock())

    def _reserve(self, tx: Tx, wishes: Sequence[Wish], call: Call, seat: Seat, size: int) -> _Ticket:
        at = self._clock()
        place = {"project_id": self._run.project_id, "run_id": self._run.id}
        waiting: list[tuple[Wish, int]] = []
        stored: dict[str, Stored] = {}
        for wish in wishes:
            request_id, known = asked.open_request(tx, wish, **place, connection=seat.connection.id, at=at)
            found = find_stored(tx, known) if known else None
            if found is not None:
                stored[wish.key] = found
            elif known and known["state"] == RequestState.RESERVED and self._elsewhere(tx, request_id):
                raise _ElsewhereError(request_id)
            else:
                waiting.append((wish, request_id))
        if not waiting:
            return _Ticket(None, (), stored)
        attempt = ledger.reserve(
            tx,
            [request_id for _, request_id in waiting],
            **place,
            epoch=self._run.epoch,
            stage=call.stage,
            hold=seat.hold(call, size, len(waiting)),
            price=seat.price,
            at=at,
        )
        return _Ticket(attempt, tuple(waiting), stored)

    def _close(self, attempt_id: int, error: TeacherError) -> asyncio.Future[None]:
        at = self._clock()

        def job(tx: Tx) -> None:
            ledger.close(
                tx, attempt_id, billed=error.billed, code=error.code, error=error.message, raw=error.raw, at=at
            )

        return self._writer.submit(job, urgent=True)


def _charge(seat: Seat, call: Call, size: int, reply: Reply) -> Charge:
    """What the answered call is booked at."""
    return assess(
        seat.price,
        reply.usage,
        hold=seat.hold(call, size, call.answers),
        ceiling=prompt_token_ceiling(size, len(call.messages)),
        max_tokens=call.max_tokens,
        text=reply.written,
        answers=call.answers,
    )


def _broken_bound(seat: Seat, call: Call, charge: Charge) -> TeacherRejectedError:
    """A cost cap holds only with teachers that keep to the token limit: one that does not stops the run."""
    tokens = charge.usage.completion if charge.usage else 0
    return TeacherRejectedError(
        f"{seat.connection.name!r} billed {tokens:,} answer tokens for {call.model!r}, more than the"
        f" {call.max_tokens * call.answers:,} that it was allowed, so the cost cap cannot hold.",
        "What it billed is charged and its answer is kept. Raise the token limit of this stage in a new plan, choose"
        " another model, or remove the cost caps and resume.",
        code="breach",
    )


def find_stored(tx: Tx, known: Row) -> Stored | None:
    """The stored answer of a known request; raises TeacherRefusedError for one that was cut off twice."""
    if known["reply"] is not None:
        return Stored(known["id"], known["reply"], known["finish_reason"] or "", new=False)
    if known["state"] == RequestState.IN_DOUBT and ledger.doubts_of(tx, known["id"]) >= MAX_IN_DOUBT:
        raise TeacherRefusedError(
            "This call was cut off twice before its answer was stored; it is not sent a third time.",
            "Retry the failed items when the cause is gone; the calls in doubt stay charged.",
            code="in_doubt",
        )
    return None


def _answers(waiting: Sequence[tuple[Wish, int]], reply: Reply) -> dict[str, Stored]:
    texts = [
        (reply.text, reply.finish_reason, reply.refusal),
        *((o.text, o.finish_reason, o.refusal) for o in reply.further),
    ]
    return {
        wish.key: Stored(request_id, text, "refusal" if refusal and not text else reason, new=True)
        for (wish, request_id), (text, reason, refusal) in zip(waiting, texts, strict=False)
    }
