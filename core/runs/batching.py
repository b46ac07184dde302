"""A run whose calls go out as batches: rounds over its items, each gathering what they ask, until none asks any more.

An item is replayed in every round and gets one stage further, since its earlier answers are stored by then. All
batches of a round are stored before the next round begins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

from core.domain.records import Run
from core.errors import TeacherError
from core.ids import Clock
from core.runs.asking import KeyLocks
from core.runs.collecting import Collecting
from core.runs.failures import Failures
from core.runs.handing_in import HandingIn
from core.runs.offices import FIRST_PAUSE, Offices
from core.runs.seating import Seating
from core.runs.sending import MAX_ROOM_SECONDS, Sender
from core.runs.traffic import Traffic
from core.runs.tray import Tray
from core.runs.writer import GroupWriter
from core.store.database import Store

CANCEL_SECONDS = 30.0
OnePass = Callable[[], Awaitable[None]]


class Rounds:
    """Executes the calls of one run in batches; `tray` is the desk of its items.

    While it only waits for a provider, the run's id stands in `waiting`.
    """

    def __init__(
        self,
        run: Run,
        seating: Seating,
        store: Store,
        sender: Sender,
        locks: KeyLocks,
        writer: GroupWriter,
        clock: Clock,
        rng: Random,
        traffic: Traffic,
        waiting: set[str],
    ) -> None:
        failures = Failures()
        self._run = run
        self._traffic = traffic
        self._waiting = waiting
        self._offices = Offices(seating.seats)
        self._handing_in = HandingIn(run, writer, clock, rng, traffic, failures, self._offices)
        self._collecting = Collecting(run, store, writer, clock, traffic, failures, self._offices, self._handing_in)
        self.tray = Tray(run, seating, store, sender, locks, self._handing_in, failures)

    async def run(self, one_pass: OnePass) -> None:
        """Round after round until a pass defers nothing; raises what ends the run before that, or StoppedError."""
        await self._recover()
        room_left = MAX_ROOM_SECONDS
        while True:
            calls = self._handing_in.calls
            await self._round(one_pass)
            if not self.tray.deferred:
                return
            budget, self._handing_in.budget = self._handing_in.budget, None
            if budget is None or (budget.passing and self._handing_in.calls > calls):
                continue
            if not budget.passing or room_left <= 0:
                await self._keep_what_came(one_pass)
                raise budget
            room_left -= FIRST_PAUSE
            await self._collecting.pause(FIRST_PAUSE)  # other runs hold the money

    async def cancel(self) -> None:
        """Cancel the batches at the provider and store what they have answered, as far as that comes soon.

        What comes later is stored when the run is worked on again.
        """
        with suppress(TimeoutError, TeacherError):
            async with asyncio.timeout(CANCEL_SECONDS):
                for batch in self._collecting.open():
                    if batch.remote_id:
                        with suppress(TeacherError):  # it may have ended just now
                            await self._offices.at(batch.connection_id).cancel(batch.remote_id)
                while waiting := [batch for batch in self._collecting.open() if batch.remote_id]:
                    for batch in waiting:
                        await self._collecting.look(batch, ours=False)
                    if self._collecting.trouble is not None:
                        return
                    await asyncio.sleep(min(self._offices.pause(batch.connection_id) for batch in waiting))

    async def close(self) -> None:
        """Close its sockets."""
        await self._offices.close()

    async def _recover(self) -> None:
        """Take over what earlier workers left: find out whether it was taken, and wait for what was."""
        for batch in self._collecting.open():
            if not batch.remote_id:
                await self._handing_in.find(batch)
        await self._collect(ours=False)
        self._collecting.refusal = None  # it was of an earlier day

    async def _round(self, one_pass: OnePass) -> None:
        answers = self._collecting.answers
        self.tray.start_round()
        await one_pass()
        await self._traffic.clear()
        await self.tray.hand_in_rest()
        await self._collect(ours=True)
        refusal, self._collecting.refusal = self._collecting.refusal, None
        if refusal is not None and self._collecting.answers == answers:
            raise refusal
        if self._handing_in.trouble is not None:
            raise self._handing_in.trouble

    async def _collect(self, *, ours: bool) -> None:
        self._waiting.add(self._run.id)
        try:
            await self._collecting.wait(ours=ours)
        finally:
            self._waiting.discard(self._run.id)
        if self._collecting.trouble is not None:
            raise self._collecting.trouble

    async def _keep_what_came(self, one_pass: OnePass) -> None:
        """No more calls: items whose answers are all stored are kept all the same."""
        self.tray.closed = True
        self.tray.start_round()
        await one_pass()
