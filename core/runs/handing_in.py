"""Hand a load of calls in as one batch: hold the money, send the file, order it, and know whether it was taken.

The batch and its calls are on disk before the provider hears of them, under a name that the order carries. Whoever
finds a batch that was prepared and has no order looks for that name: what is there goes on, what is not there was
certainly never accepted, and its money is free again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from core.domain.call_records import Batch
from core.domain.money import batch_price
from core.domain.records import Run
from core.domain.states import BatchState
from core.errors import (
    BudgetExceededError,
    LeaseLostError,
    TeacherError,
    TeacherRefusedError,
    TeacherUnavailableError,
    UnusableReplyError,
)
from core.ids import Clock, new_id
from core.llm.openai_batches import Standing, line_of
from core.runs.failures import Failures
from core.runs.offices import Offices
from core.runs.retry import delay
from core.runs.sending import find_stored
from core.runs.traffic import StoppedError, Traffic
from core.runs.tray import Load
from core.runs.writer import GroupWriter
from core.store import asked, batches, ledger, runs
from core.store.asked import Wish
from core.store.database import Tx

T = TypeVar("T")
STEP = 200  # calls in one transaction
LOOKS = 3
NEVER_ARRIVED = frozenset({"connect", "http_429"})
NEVER_TAKEN = "The provider never took it; its calls go out in a new batch."


@dataclass(frozen=True, slots=True)
class _Reserved:
    """What one transaction held money for: lines of the file; calls that must not be sent; the cap in the way."""

    lines: tuple[bytes, ...]
    refused: tuple[tuple[str, TeacherError], ...]
    budget: BudgetExceededError | None


class HandingIn:
    """Hands in for one run. `calls` were handed in so far; `budget` and `trouble` say why no more can be."""

    def __init__(
        self,
        run: Run,
        writer: GroupWriter,
        clock: Clock,
        rng: Random,
        traffic: Traffic,
        failures: Failures,
        offices: Offices,
    ) -> None:
        self._run = run
        self._writer = writer
        self._clock = clock
        self._rng = rng
        self._traffic = traffic
        self._failures = failures
        self._offices = offices
        self.calls = 0
        self.budget: BudgetExceededError | None = None
        self.trouble: TeacherError | None = None

    async def __call__(self, load: Load) -> bool:
        """Hand the load in as far as the caps allow; may more come? Raises StoppedError or LeaseLostError."""
        if self.budget is None and self.trouble is None:
            await self._traffic.clear()
            batch_id = new_id(self._clock())
            lines = await self._prepare(batch_id, load)
            if lines:
                self._offices.remember(batch_id, load.seat.connection.id)
                self.calls += len(lines)
                try:
                    await self._order(batch_id, load.seat.connection.id, lines)
                except TeacherError as error:
                    self.trouble = error
        return self.budget is None and self.trouble is None

    async def find(self, batch: Batch) -> None:
        """See what became of a batch that an earlier worker prepared."""
        standing = await self._look_for(batch.connection_id, batch.id)
        if standing is None:
            await self.give_up(batch.id, BatchState.FAILED, NEVER_TAKEN)
        else:
            await self._keep_order(batch.connection_id, batch.id, standing)

    async def give_up(self, batch_id: str, state: BatchState, reason: str) -> None:
        """Free the money of every call of the batch that has no answer, and end it."""
        while await self._writer.run(lambda tx: self._release(tx, batch_id, state.value, reason)):
            pass
        at = self._clock()
        await self._writer.run(lambda tx: batches.end(tx, batch_id, state, reason, at))

    def _release(self, tx: Tx, batch_id: str, code: str, reason: str) -> bool:
        waiting = batches.unanswered(tx, batch_id, STEP)
        batches.release(tx, waiting, code=f"batch_{code}", error=reason, at=self._clock())
        return bool(waiting)

    # ---- before the provider hears of it ----

    async def _prepare(self, batch_id: str, load: Load) -> list[bytes]:
        lines: list[bytes] = []
        for start in range(0, len(load.calls), STEP):
            part = load.calls[start : start + STEP]
            done = await self._writer.run(_reserving(self._reserve, batch_id, load, part))
            lines += done.lines
            for key, error in done.refused:
                self._failures.note(key, error)
            if done.budget is not None:
                self.budget = done.budget
                break
        return lines

    def _reserve(self, tx: Tx, batch_id: str, load: Load, part: Sequence[tuple[Wish, bytes]]) -> _Reserved:
        seat, at = load.seat, self._clock()
        place = {"project_id": self._run.project_id, "run_id": self._run.id}
        model, connection = part[0][0].call.model, seat.connection.id
        batches.prepare(tx, batch_id, run_id=self._run.id, connection=connection, model=model, at=at)
        lines: list[bytes] = []
        refused: list[tuple[str, TeacherError]] = []
        budget: BudgetExceededError | None = None
        for wish, body in part:
            request_id, known = asked.open_request(tx, wish, **place, connection=connection, at=at)
            try:
                if known and find_stored(tx, known):
                    continue  # somebody else got it meanwhile
                attempt = ledger.reserve(
                    tx,
                    [request_id],
                    **place,
                    epoch=self._run.epoch,
                    stage=wish.call.stage,
                    hold=seat.hold(wish.call, wish.call.prompt_bytes, batch=True),
                    price=batch_price(seat.price),
                    at=at,
                    batch_id=batch_id,
                )
            except TeacherRefusedError as error:
                refused.append((wish.key, error))
            except BudgetExceededError as error:
                budget = error
                break
            else:
                lines.append(line_of(f"{self._run.id}-{attempt}", body))
        batches.count_calls(tx, batch_id)
        return _Reserved(tuple(lines), tuple(refused), budget)

    # ---- at the provider ----

    async def _order(self, batch_id: str, connection: str, lines: Sequence[bytes]) -> None:
        office = self._offices.at(connection)
        try:
            await self._traffic.clear()
            file_id = await self._patiently(lambda: office.upload(batch_id, lines))
            await self._traffic.clear()
            await self._writer.run(lambda tx: runs.must_hold(tx, self._run))
        except StoppedError:
            await self.give_up(batch_id, BatchState.CANCELLED, "The run was stopped before it was handed in.")
            raise
        except TeacherError as error:
            await self.give_up(batch_id, BatchState.FAILED, error.message)
            raise
        try:
            standing = await self._patiently(lambda: self._create(connection, file_id, batch_id))
        except (TeacherUnavailableError, UnusableReplyError) as error:
            reason = error.message
            await self._writer.run(lambda tx: batches.troubled(tx, batch_id, reason))
            raise  # it may have been taken all the same: the next worker looks again
        except TeacherError as error:
            await self.give_up(batch_id, BatchState.FAILED, error.message)
            raise
        await self._keep_order(connection, batch_id, standing)

    async def _create(self, connection: str, file_id: str, batch_id: str) -> Standing:
        """Order it; when the provider's answer got lost, see whether it was taken."""
        try:
            return await self._offices.at(connection).order(file_id, batch_id)
        except (TeacherUnavailableError, UnusableReplyError) as error:
            never = error.code in NEVER_ARRIVED
            found = None if never else await self._look_for(connection, batch_id)
            if found is None:
                raise
            return found

    async def _look_for(self, connection: str, batch_id: str) -> Standing | None:
        """Look several times: a new order may take a moment to appear in the provider's list."""
        for look in range(LOOKS):
            if look:
                await asyncio.sleep(self._offices.pause(connection))
            found = await self._patiently(lambda: self._offices.at(connection).find(batch_id))
            if found is not None:
                return found
        return None

    async def _keep_order(self, connection: str, batch_id: str, standing: Standing) -> None:
        at = self._clock()
        if not await self._writer.run(lambda tx: batches.submitted(tx, batch_id, standing.id, standing.status, at)):
            await self._offices.at(connection).cancel(standing.id)
            raise LeaseLostError("Another worker has given this batch up.", "It goes on there.")

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Try again what may work later, as often as a single call is."""
        started, attempt = time.monotonic(), 0
        while True:
            attempt += 1
            try:
                return await work()
            except TeacherUnavailableError as error:
                wait = delay(attempt, error, time.monotonic() - started, self._rng)
                if wait is None:
                    raise
                await asyncio.sleep(wait)


def _reserving(
    reserve: Callable[[Tx, str, Load, Sequence[tuple[Wish, bytes]]], _Reserved],
    batch_id: str,
    load: Load,
    part: Sequence[tuple[Wish, bytes]],
) -> Callable[[Tx], _Reserved]:
    return lambda tx: reserve(tx, batch_id, load, part)
