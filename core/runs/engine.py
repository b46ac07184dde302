"""Execute one claimed run: feed its items to the steps, keep what they make, end in exactly one state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random
from typing import Any

from pydantic import TypeAdapter

from core.domain.plans import Plan, PlanKind
from core.domain.records import Item, Run
from core.domain.states import ItemState, RequestState, RunState
from core.errors import (
    BudgetExceededError,
    DroppedError,
    LeaseLostError,
    ProgramError,
    StudioError,
    TeacherError,
    TeacherRejectedError,
    UnusableReplyError,
)
from core.generation.products import Product
from core.generation.steps import STEPS
from core.ids import Clock
from core.runs.asking import NOT_STORED, Asker, Desk, KeyLocks
from core.runs.batching import Rounds
from core.runs.ending import Ending, Shared
from core.runs.filling import Filler
from core.runs.keeping import keep
from core.runs.keeping_repairs import let_go, still_wanted
from core.runs.pool import Pools
from core.runs.seating import Seating, seat_all
from core.runs.seats import Teachers
from core.runs.sending import Sender
from core.runs.traffic import StoppedError
from core.runs.tray import DeferredError
from core.runs.writer import GroupWriter
from core.store import asked, ledger, projects, runs
from core.store.database import Store, Tx
from core.store.space import SpaceGuard

BEAT_SECONDS = 1.0
PAGE = 200
SPARE = 8
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_FINAL = {
    "refused": ItemState.REFUSED,
    "unknown": ItemState.REFUSED,
    "filtered": ItemState.FILTERED,
    "truncated": ItemState.TRUNCATED,
}
log = logging.getLogger("studio.engine")


class Engine:
    """Executes claimed runs of one store. `waiting` are those that only wait for the answers to their batches."""

    def __init__(
        self,
        store: Store,
        writer: GroupWriter,
        teachers: Teachers,
        clock: Clock,
        rng: Random,
        lease: float,
        guard: SpaceGuard | None = None,
        filler: Filler | None = None,
    ) -> None:
        self._store = store
        self._writer = writer
        self._teachers = teachers
        self._clock = clock
        self._rng = rng
        self._lease = lease
        self._guard = guard
        self._locks = KeyLocks()
        self._filler = filler or Filler()
        self._pools = Pools(store, writer)
        self.stopping = asyncio.Event()
        self.waiting: set[str] = set()

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
        self._pools.forget(run)
        if ending is not None:
            await self._end(run, ending)

    async def _end(self, run: Run, ending: Ending) -> None:
        """Write the ending down; calls that an error of the program cut off are in doubt."""
        if run.offline:
            early = ending.state is not RunState.COMPLETED
            reason = f"Reading the stored answers again ended early: {ending.reason}" if early else ending.reason
            ending = Ending(RunState(run.offline), reason)

        def job(tx: Tx) -> None:
            if runs.finish(tx, run, ending.state, self._clock(), ending.reason, ending.hint):
                ledger.mark_in_doubt(tx, run.id, run.epoch + 1)

        await self._writer.run(job)

    async def _work(self, run: Run) -> Ending | None:
        """The ending, or None when another worker has the run now."""
        seating = self._seating(run)
        shared = Shared()
        sender = Sender(run, self._writer, self._clock, self._rng, shared.traffic)
        beat = asyncio.create_task(self._beat(run, shared))
        alarmed = self._guard.alarmed if self._guard else []
        alarmed.append(shared.traffic.hold)
        try:
            if run.batched and not run.offline:
                await self._in_batches(run, seating, sender, shared)
            else:
                await self._pass(run, Desk(run, seating, self._store, sender, self._locks), shared)
        finally:
            beat.cancel()
            alarmed.remove(shared.traffic.hold)
        if shared.lost:
            return None
        return shared.ending or shared.cut_off or Ending(RunState.COMPLETED, *shared.words(run))

    async def _in_batches(self, run: Run, seating: Seating, sender: Sender, shared: Shared) -> None:
        way = (self._writer, self._clock, self._rng, shared.traffic, self.waiting)
        rounds = Rounds(run, seating, self._store, sender, self._locks, *way)
        try:
            await rounds.run(lambda: self._pass(run, rounds.tray, shared))
        except StoppedError:
            if shared.ending and shared.ending.state is RunState.CANCELLED:
                await rounds.cancel()
        except LeaseLostError:
            shared.lose()
        except BudgetExceededError as error:
            shared.stop(Ending(RunState.BUDGET_EXHAUSTED, error.message, error.hint))
        except TeacherError as error:
            shared.stop(Ending(RunState.INTERRUPTED, error.message, error.hint))
        finally:
            await rounds.close()

    async def _pass(self, run: Run, desk: Desk, shared: Shared) -> None:
        """Work on every item that is to do."""
        places = sum({id(seat.pace): seat.pace.most for seat in desk.seating.seats}.values())
        room = asyncio.Semaphore(2 * places + SPARE)  # so many that the end of the run is busy, too
        async with asyncio.TaskGroup() as group:
            async for item in self._items(run, shared):
                await room.acquire()
                if shared.stopped or desk.full:
                    room.release()
                    break
                group.create_task(self._one(run, item, desk, shared, room))

    def _seating(self, run: Run) -> Seating:
        plan = _PLAN.validate_python(run.plan)
        with self._store.read() as tx:
            project = projects.get(tx, run.project_id)
            capped = run.cost_cap is not None or project.cost_cap is not None
            return seat_all(tx, self._teachers, plan, money_capped=capped)

    async def _items(self, run: Run, shared: Shared) -> AsyncIterator[Item]:
        after, state = -1, ItemState.INVALID if run.offline else ItemState.PLANNED
        while not shared.stopped:
            with self._store.read() as tx:
                page = runs.items(tx, run.id, states=(state,), after=after, size=PAGE)
            for item in page:
                yield item
            if len(page) < PAGE:
                return
            after = page[-1].idx
            await asyncio.sleep(0)

    async def _beat(self, run: Run, shared: Shared) -> None:
        while True:
            short = self._guard.short() if self._guard else None
            if short:
                shared.traffic.hold()
            else:
                shared.traffic.go_on()
            now = await self._writer.run(_beating(run, self._clock(), self._lease, short or ""))
            if now is None:
                shared.lose()
                return
            if now.cancel:
                shared.stop(Ending(RunState.CANCELLED, "Cancelled.", "Resume it to make the rest."))
            if self.stopping.is_set():
                shared.stop(Ending(RunState.INTERRUPTED, "The worker was stopped.", "Resume it to make the rest."))
            await asyncio.sleep(BEAT_SECONDS)

    async def _one(self, run: Run, item: Item, desk: Desk, shared: Shared, room: asyncio.Semaphore) -> None:
        asker = Asker(desk, item.idx, item.spec)
        try:
            item = await self._pools.ready(run, item)
            product = await STEPS[item.spec["kind"]](asker, self._filled(item, run))
            await self._keep(run, item, product, asker.used)
            shared.kept += 1
        except (StoppedError, DeferredError):
            pass  # it stays planned
        except LeaseLostError:
            shared.lose()
        except BudgetExceededError as error:
            shared.stop(Ending(RunState.BUDGET_EXHAUSTED, error.message, error.hint))
        except TeacherRejectedError as error:
            shared.stop(Ending(RunState.INTERRUPTED, error.message, error.hint))
        except DroppedError as error:
            await self._drop(run, item, error, asker)
        except StudioError as error:
            await self._fail(run, item, error, asker)
        except Exception as error:
            log.exception("item %s of run %s failed", item.idx, run.id)
            words = f"An error of the program ({type(error).__name__})."
            await self._fail(run, item, ProgramError(words, "Read the stored answers again, or retry."), asker)
        finally:
            room.release()

    def _filled(self, item: Item, run: Run) -> dict[str, Any]:
        with self._store.read() as tx:
            if run.kind is PlanKind.REPAIRS:
                still_wanted(tx, run, item)
            filled = self._filler.fill(tx, run.project_id, item.spec)
        return {**filled, **self._pools.beside(run, item.spec)}

    async def _drop(self, run: Run, item: Item, error: DroppedError, asker: Asker) -> None:
        at = self._clock()

        def job(tx: Tx) -> None:
            runs.must_hold(tx, run)
            asked.mark_parsed(tx, asker.used)
            state, words = ItemState.DROPPED, (error.message, error.hint)
            runs.end_item(tx, run.id, item.idx, state, at, error=words[0], hint=words[1], before=item.state)
            let_go(tx, run, item, state)

        await self._writer.run(job)

    async def _keep(self, run: Run, item: Item, product: Product, used: Sequence[int]) -> None:
        at = self._clock()

        def job(tx: Tx) -> Sequence[int]:
            runs.must_hold(tx, run)
            state, products = keep(tx, run, item, product, at)
            asked.mark_parsed(tx, used)
            runs.end_item(tx, run.id, item.idx, state, at, products=products, before=item.state)
            return products

        self._pools.made(run, item.spec, await self._writer.run(job))

    async def _fail(self, run: Run, item: Item, error: StudioError, asker: Asker) -> None:
        code = error.code if isinstance(error, TeacherError) else ""
        if run.offline:  # it stays as it was
            if code == NOT_STORED:  # but what was read now is not asked for again
                await self._writer.run(lambda tx: asked.mark_parsed(tx, asker.used))
            return
        ours = isinstance(error, ProgramError) and asker.reading is not None  # the answer is there and may be good
        invalid = ItemState.INVALID if ours or isinstance(error, UnusableReplyError) else ItemState.FAILED
        state, at = _FINAL.get(code, invalid), self._clock()
        read = asker.reading if state is not ItemState.FAILED else None

        def job(tx: Tx) -> None:
            asked.mark_parsed(tx, asker.used)
            if read is not None and state is ItemState.INVALID and not ours:
                asked.set_state(tx, read, RequestState.INVALID, error.message)
            runs.end_item(tx, run.id, item.idx, state, at, error=error.message, hint=error.hint, request=read)
            let_go(tx, run, item, state)

        await self._writer.run(job)


def _beating(run: Run, at: float, lease: float, waits_for: str) -> Callable[[Tx], Run | None]:
    return lambda tx: runs.beat(tx, run, at, lease, waits_for)
