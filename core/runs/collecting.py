"""Look how far the batches of a run are, and store their answers with their cost as soon as there are some."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import ceil

from core.domain.call_records import Batch
from core.domain.records import Run
from core.domain.states import BatchState
from core.errors import TeacherError, TeacherRejectedError, TeacherUnavailableError, UnusableReplyError
from core.ids import Clock
from core.llm.openai_batches import Outcome, Standing
from core.llm.troubles import unavailable
from core.runs.booking import Booking, book
from core.runs.failures import Failures
from core.runs.handing_in import STEP, HandingIn
from core.runs.offices import Offices
from core.runs.traffic import Traffic
from core.runs.writer import GroupWriter
from core.store import batches
from core.store.database import Store, Tx

MOST_READS = 3
NAP_SECONDS = 0.25
_ENDS = {
    "completed": BatchState.COLLECTED,
    "expired": BatchState.EXPIRED,
    "cancelled": BatchState.CANCELLED,
    "failed": BatchState.FAILED,
}
_MISSING = UnusableReplyError(
    "The provider says that it answered this call, but its line is missing.",
    "It is charged at its hold; retry the item to send it again.",
    code="line_missing",
    billed=True,
)
_EXPIRED = unavailable("The provider did not answer this call in time.", code="batch_expired", billed=False)


class Collecting:
    """Collects for one run. `answers` were stored so far; `refusal` and `trouble` say what went wrong meanwhile."""

    def __init__(
        self,
        run: Run,
        store: Store,
        writer: GroupWriter,
        clock: Clock,
        traffic: Traffic,
        failures: Failures,
        offices: Offices,
        handing_in: HandingIn,
    ) -> None:
        self._run = run
        self._store = store
        self._writer = writer
        self._clock = clock
        self._traffic = traffic
        self._failures = failures
        self._offices = offices
        self._handing_in = handing_in
        self._reads: dict[str, int] = {}
        self.answers = 0
        self.refusal: TeacherError | None = None
        self.trouble: TeacherError | None = None

    def open(self) -> list[Batch]:
        """The batches that may still bring answers."""
        with self._store.read() as tx:
            return batches.open_of(tx, self._run.id)

    async def wait(self, *, ours: bool = True) -> None:
        """Until all have ended and are stored; raises StoppedError.

        With `ours` nobody here has asked for their cancellation, so that one which is cancelled stops the run.
        """
        looks = 0
        while waiting := [batch for batch in self.open() if batch.remote_id]:
            for batch in waiting:
                await self.look(batch, ours=ours)
            if self.trouble is not None or not (left := [b for b in self.open() if b.remote_id]):
                return
            await self.pause(min(self._offices.pause(batch.connection_id, looks) for batch in left))
            looks += 1

    async def pause(self, seconds: float) -> None:
        """Sleep, but not past the end of the run; raises StoppedError."""
        naps = ceil(seconds / NAP_SECONDS)
        for _ in range(naps):
            await asyncio.sleep(seconds / naps)
            if self._traffic.stopped:
                break
        await self._traffic.clear()

    async def look(self, batch: Batch, *, ours: bool) -> None:
        """Ask once how far it is, and store what it brought if it has ended; troubles that pass are noted on it."""
        try:
            standing = await self._offices.at(batch.connection_id).look(batch.remote_id)
            at = self._clock()
            await self._writer.run(lambda tx: batches.polled(tx, batch.id, standing.status, standing.answered, at))
            if standing.ended:
                await self._collect(batch, standing)
                self._judge(standing, ours=ours)
        except (TeacherUnavailableError, UnusableReplyError) as error:
            words = error.message
            await self._writer.run(lambda tx: batches.troubled(tx, batch.id, words))
        except TeacherError as error:
            self.trouble = error

    def _judge(self, standing: Standing, *, ours: bool) -> None:
        if standing.status == "failed":
            self.refusal = TeacherRejectedError(
                f"The provider refused a batch: {standing.problem or 'no reason given.'}",
                "Nothing of it was answered or billed. Mend the cause, or wait if it is a limit, then resume.",
                code="batch_refused",
            )
        elif standing.status == "cancelled" and ours:
            self.trouble = TeacherRejectedError(
                "A batch was cancelled at the provider.",
                "What it had answered is stored. Resume to hand the rest in again.",
                code="batch_cancelled",
            )

    # ---- storing ----

    async def _collect(self, batch: Batch, standing: Standing) -> None:
        results = await self._offices.at(batch.connection_id).results(standing)
        self._reads[batch.id] = self._reads.get(batch.id, 0) + 1
        if results.broken and self._reads[batch.id] < MOST_READS:
            raise UnusableReplyError(
                "The file of answers cannot be read in full.", "It is fetched again.", code="unreadable", billed=True
            )
        for start in range(0, len(results.outcomes), STEP):
            await self._book(batch, results.outcomes[start : start + STEP])
        await self._close(batch, standing)

    async def _book(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Store some answers in one transaction; those that are stored already stay as they are."""
        found = {self._attempt_of(outcome): outcome for outcome in outcomes}
        with self._store.read() as tx:
            calls = batches.open_calls(tx, batch.id, list(found))
        teacher = self._offices.teacher(batch.connection_id)
        sent = self._offices.sent(batch.id, batch.connection_id)
        made = [book(call, found[attempt], teacher, sent) for attempt, call in calls.items()]
        bookings = [booking for booking in made if booking is not None]
        at = self._clock()

        def job(tx: Tx) -> None:
            for booking in bookings:
                booking.write(tx, at)

        await self._writer.run(job)
        for booking in bookings:
            self._note(booking)

    def _attempt_of(self, outcome: Outcome) -> int:
        run_id, _, number = outcome.call_id.rpartition("-")
        return int(number) if run_id == self._run.id and number.isdecimal() and len(number) < 19 else 0

    def _note(self, booking: Booking) -> None:
        if booking.error is None:
            self.answers += 1
        elif isinstance(booking.error, TeacherRejectedError):
            self.trouble = booking.error
        else:
            self._failures.note(booking.call.request.key, booking.error)

    async def _close(self, batch: Batch, standing: Standing) -> None:
        """Calls without a line: charged if the provider says that all is done, else free and to be asked again."""
        at = self._clock()
        if standing.status == "completed":
            while await self._writer.run(lambda tx: self._charge_missing(tx, batch)):
                pass
        elif standing.status == "expired":
            while keys := await self._writer.run(lambda tx: self._release_late(tx, batch)):
                for key in keys:
                    self._failures.note(key, _EXPIRED)
        else:
            words = standing.problem or "The batch was cancelled before this call was answered."
            await self._handing_in.give_up(batch.id, _ENDS[standing.status], words)
        await self._writer.run(lambda tx: batches.end(tx, batch.id, _ENDS[standing.status], standing.problem, at))

    def _charge_missing(self, tx: Tx, batch: Batch) -> bool:
        calls = batches.open_calls(tx, batch.id, batches.unanswered(tx, batch.id, STEP))
        for call in calls.values():
            Booking(call, error=_MISSING).write(tx, self._clock())
            self._failures.note(call.request.key, _MISSING)
        return bool(calls)

    def _release_late(self, tx: Tx, batch: Batch) -> list[str]:
        waiting = batches.unanswered(tx, batch.id, STEP)
        return batches.release(tx, waiting, code=_EXPIRED.code, error=_EXPIRED.message, at=self._clock())
