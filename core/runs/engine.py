"""Execute one claimed run: feed its items to the steps, keep what they make, end in exactly one state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import TypeAdapter

from core.domain.calls import Stage
from core.domain.plans import Plan, TeacherChoice, stages_of
from core.domain.records import Item, Run
from core.domain.states import ItemState, RequestState, RunState
from core.errors import (
    BudgetExceededError,
    PriceUnknownError,
    StudioError,
    TeacherError,
    TeacherRejectedError,
    UnusableReplyError,
)
from core.generation.products import Choice, Product
from core.generation.steps import STEPS
from core.ids import Clock
from core.llm.factory import concurrency_of, make_teacher
from core.llm.keys import KeyFile
from core.llm.teacher import Teacher
from core.runs.asking import Asker, KeyLocks, Seat
from core.runs.keeping import keep
from core.runs.pricing import NO_PRICE, price_of
from core.runs.writer import GroupWriter
from core.store import curricula, ledger, projects, runs
from core.store.database import Store, Tx

BEAT_SECONDS = 1.0
PAGE = 200
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_FINAL = {
    "refused": ItemState.REFUSED,
    "unknown": ItemState.REFUSED,
    "filtered": ItemState.FILTERED,
    "truncated": ItemState.TRUNCATED,
}
log = logging.getLogger("studio.engine")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run stops before its items are all done."""

    state: RunState
    reason: str = ""
    hint: str = ""


class Teachers:
    """The teachers of this process, one per connection version, shared by its runs."""

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys
        self._made: dict[tuple[str, int], tuple[Teacher, asyncio.Semaphore]] = {}

    def seat(self, tx: Tx, choice: TeacherChoice, *, money_capped: bool) -> Seat:
        """The seat for a choice; raises SettingsError, NotFoundError, or PriceUnknownError under a money cap."""
        connection = projects.get_connection(tx, choice.connection)
        price = price_of(tx, connection, choice.model)
        if price is None and money_capped:
            raise PriceUnknownError(
                f"Nobody has entered a price for {choice.model!r} at {connection.name!r}, so a cost cap cannot hold.",
                "Enter its price on the Connections page, or remove the cost caps of run and project.",
            )
        key = (connection.id, connection.version)
        if key not in self._made:
            gate = asyncio.Semaphore(concurrency_of(connection))
            self._made[key] = (make_teacher(connection, self._keys), gate)
        teacher, gate = self._made[key]
        sampling = Choice(choice.model, choice.temperature, choice.top_p, choice.max_tokens)
        return Seat(connection, teacher, sampling, price or NO_PRICE, gate)

    async def close(self) -> None:
        """Close all of them."""
        for teacher, _ in self._made.values():
            await teacher.close()
        self._made.clear()


class Engine:
    """Executes claimed runs of one store."""

    def __init__(
        self, store: Store, writer: GroupWriter, teachers: Teachers, clock: Clock, rng: Random, lease: float
    ) -> None:
        self._store = store
        self._writer = writer
        self._teachers = teachers
        self._clock = clock
        self._rng = rng
        self._lease = lease
        self._locks = KeyLocks()
        self.stopping = asyncio.Event()

    async def execute(self, run: Run) -> None:
        """Work on the run until it ends, is cancelled, is taken over, or this process is told to stop."""
        await self._writer.run(lambda tx: ledger.mark_in_doubt(tx, run.id, run.epoch))
        try:
            ending = await self._work(run)
        except StudioError as error:
            ending = Ending(RunState.INTERRUPTED, error.message, error.hint)
        except Exception:
            log.exception("run %s failed", run.id)
            reason = "The run met an error of the program; the worker's log has the details."
            ending = Ending(RunState.FAILED, reason, "Resume it; if it fails again, report it with the log.")
        if ending is not None:
            await self._end(run, ending)

    async def _end(self, run: Run, ending: Ending) -> None:
        """Write the ending down; calls that an error of the program cut off are in doubt."""

        def job(tx: Tx) -> None:
            if runs.finish(tx, run, ending.state, self._clock(), ending.reason, ending.hint):
                ledger.mark_in_doubt(tx, run.id, run.epoch + 1)

        await self._writer.run(job)

    async def _work(self, run: Run) -> Ending | None:
        """The ending, or None when another worker has the run now."""
        seats = self._seats(run)
        shared = _Shared()
        beat = asyncio.create_task(self._beat(run, shared))
        width = max(4, sum({id(seat.gate): concurrency_of(seat.connection) for seat in seats.values()}.values()))
        room = asyncio.Semaphore(width)
        try:
            async with asyncio.TaskGroup() as group:
                async for item in self._items(run, shared):
                    await room.acquire()
                    if shared.stopped:
                        room.release()
                        break
                    group.create_task(self._one(run, item, seats, shared, room))
        finally:
            beat.cancel()
        if shared.lost:
            return None
        return shared.ending or Ending(RunState.COMPLETED)

    def _seats(self, run: Run) -> dict[Stage, Seat]:
        plan = _PLAN.validate_python(run.plan)
        with self._store.read() as tx:
            project = projects.get(tx, run.project_id)
            capped = run.cost_cap is not None or project.cost_cap is not None
            return {
                stage: self._teachers.seat(tx, plan.teachers[stage], money_capped=capped) for stage in stages_of(plan)
            }

    async def _items(self, run: Run, shared: _Shared) -> AsyncIterator[Item]:
        after = -1
        while not shared.stopped:
            with self._store.read() as tx:
                page = runs.planned(tx, run.id, after, PAGE)
            for item in page:
                yield item
            if len(page) < PAGE:
                return
            after = page[-1].idx
            await asyncio.sleep(0)

    async def _beat(self, run: Run, shared: _Shared) -> None:
        while True:
            now = await self._writer.run(lambda tx: runs.beat(tx, run, self._clock(), self._lease))
            if now is None:
                shared.lost = True
                return
            if now.cancel:
                shared.stop(Ending(RunState.CANCELLED, "Cancelled.", "Resume it to make the rest."))
            if self.stopping.is_set():
                shared.stop(Ending(RunState.INTERRUPTED, "The worker was stopped.", "Resume it to make the rest."))
            await asyncio.sleep(BEAT_SECONDS)

    async def _one(
        self, run: Run, item: Item, seats: dict[Stage, Seat], shared: _Shared, room: asyncio.Semaphore
    ) -> None:
        asker = Asker(run, item.idx, seats, self._writer, self._locks, self._clock, self._rng)
        try:
            product = await STEPS[item.spec["kind"]](asker, self._full_spec(item))
            await self._keep(run, item, product)
        except BudgetExceededError as error:
            shared.stop(Ending(RunState.BUDGET_EXHAUSTED, error.message, error.hint))
        except TeacherRejectedError as error:
            shared.stop(Ending(RunState.INTERRUPTED, error.message, error.hint))
        except StudioError as error:
            await self._fail(run, item, error, asker.used[-1] if asker.used else None)
        except Exception as error:
            log.exception("item %s of run %s failed", item.idx, run.id)
            await self._fail(run, item, StudioError(f"An error of the program ({type(error).__name__})."), None)
        finally:
            room.release()

    def _full_spec(self, item: Item) -> dict[str, Any]:
        if "syllabus_hash" not in item.spec:
            return item.spec
        with self._store.read() as tx:
            return {**item.spec, "syllabus_text": curricula.get_snapshot(tx, item.spec["syllabus_hash"])}

    async def _keep(self, run: Run, item: Item, product: Product) -> None:
        at = self._clock()

        def job(tx: Tx) -> None:
            state, products = keep(tx, run, item, product, at)
            runs.end_item(tx, run.id, item.idx, state, at, products=products)

        await self._writer.run(job)

    async def _fail(self, run: Run, item: Item, error: StudioError, last: int | None) -> None:
        code = error.code if isinstance(error, TeacherError) else ""
        invalid = ItemState.INVALID if isinstance(error, UnusableReplyError) else ItemState.FAILED
        state, at = _FINAL.get(code, invalid), self._clock()

        def job(tx: Tx) -> None:
            if last is not None and state is ItemState.INVALID:
                ledger.set_state(tx, last, RequestState.INVALID, error.message)
            runs.end_item(tx, run.id, item.idx, state, at, error=error.message, hint=error.hint)

        await self._writer.run(job)


class _Shared:
    """What the tasks of one run tell each other."""

    def __init__(self) -> None:
        self.ending: Ending | None = None
        self.lost = False

    @property
    def stopped(self) -> bool:
        return self.lost or self.ending is not None

    def stop(self, ending: Ending) -> None:
        """The first reason counts."""
        self.ending = self.ending or ending
