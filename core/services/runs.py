"""Runs as people watch them: progress, spend, errors; cancel, resume, raise caps, retry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.budget import Spent
from core.domain.people import Action, Principal
from core.domain.records import Attempt, Item, Request, Run, Sample
from core.domain.states import ACTIVE, RESUMABLE, AttemptState, ItemState, RunState
from core.errors import InvalidTransitionError, NotFoundError
from core.services.context import Context
from core.store import events, ledger, reports, runs, samples

ETA_WINDOW_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as it stands; `eta` is in seconds, None while it cannot be told."""

    run: Run
    spent: Spent
    progress: Mapping[ItemState, int]
    stages: Sequence[Mapping[str, Any]]
    eta: float | None
    seconds: float

    @property
    def finished(self) -> int:
        """Items in a final state."""
        return sum(count for state, count in self.progress.items() if state is not ItemState.PLANNED)

    @property
    def good(self) -> int:
        """Items that made something, or found it made already."""
        return self.progress.get(ItemState.DONE, 0) + self.progress.get(ItemState.KNOWN, 0)

    @property
    def failed(self) -> int:
        """Items that ended without a result."""
        return self.finished - self.good

    @property
    def active(self) -> bool:
        """Is it queued or running?"""
        return self.run.state in ACTIVE

    @property
    def resumable(self) -> bool:
        """Can it go on?"""
        return self.run.state in RESUMABLE


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item with what it made, every request behind it, and what they cost in this run and before."""

    item: Item
    sample: Sample | None
    requests: tuple[Request, ...]
    checks: tuple[Mapping[str, Any], ...]
    calls: int
    cost: int


class RunService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def page(self, project_id: str, *, before: str = "", size: int = 20, previews: bool = False) -> list[RunView]:
        """Newest first."""
        with self._c.store.read() as tx:
            found = runs.page(tx, project_id, before=before, size=size, previews=previews)
        return [self.view(project_id, run.id) for run in found]

    def view(self, project_id: str, run_id: str) -> RunView:
        """All figures of one run from one snapshot."""
        now = self._c.clock()
        with self._c.store.read() as tx:
            run = runs.get(tx, run_id, project_id)
            progress = runs.progress(tx, run_id)
            lately = reports.finished_since(tx, run_id, now - ETA_WINDOW_SECONDS) if run.state in ACTIVE else 0
            spent = ledger.spent(tx, "run", run_id)
            stages = reports.spend_by_stage(tx, project_id, run_id)
        left = progress.get(ItemState.PLANNED, 0)
        window = min(ETA_WINDOW_SECONDS, max(1.0, now - (run.started_at or now)))
        eta = left / (lately / window) if lately and run.state is RunState.RUNNING else None
        seconds = (run.ended_at or now) - run.started_at if run.started_at else 0.0
        return RunView(run, spent, progress, stages, eta, seconds)

    def active(self, project_id: str) -> list[Run]:
        """Queued and running ones."""
        with self._c.store.read() as tx:
            return runs.active(tx, project_id)

    def cancel(self, who: Principal, project_id: str, run_id: str) -> None:
        """Stop after the calls under way; a queued run stops at once."""
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            if run.state is RunState.QUEUED:
                runs.shift(tx, run, RunState.CANCELLED)
            elif run.state is RunState.RUNNING:
                runs.ask_cancel(tx, run_id)
            else:
                raise InvalidTransitionError(f"The run is {run.state.value} already.", "Nothing is left to cancel.")
            events.append(tx, project_id, who.name, self._c.clock(), "cancelled", ("run", run_id))

    def resume(self, who: Principal, project_id: str, run_id: str) -> None:
        """Queue the rest of a stopped run; answers that are stored are not paid again."""
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            runs.shift(tx, run, RunState.QUEUED)
            events.append(tx, project_id, who.name, self._c.clock(), "resumed", ("run", run_id), before=run.state)

    def set_caps(
        self, who: Principal, project_id: str, run_id: str, cost_cap: int | None, call_cap: int | None
    ) -> None:
        """Raise or lower the caps of a run, also while it runs."""
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            runs.set_caps(tx, run_id, cost_cap, call_cap)
            before = {"cost": run.cost_cap, "calls": run.call_cap}
            after = {"cost": cost_cap, "calls": call_cap}
            at = self._c.clock()
            events.append(tx, project_id, who.name, at, "capped", ("run", run_id), before=before, after=after)

    def retry_failed(self, who: Principal, project_id: str, run_id: str) -> int:
        """Put failed items back and queue the run; how many. A completed run with failures is reopened."""
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            if run.state in ACTIVE:
                raise InvalidTransitionError("The run is active.", "Wait until it ends, or cancel it first.")
            count = runs.retry_items(tx, run_id)
            if count:
                runs.reopen(tx, run_id)
                at, after = self._c.clock(), {"items": count}
                events.append(tx, project_id, who.name, at, "retried", ("run", run_id), after=after)
            return count

    def items(
        self, project_id: str, run_id: str, *, states: Sequence[ItemState] = (), after: int = -1, size: int = 50
    ) -> list[Item]:
        """Items of the run by index."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return runs.items(tx, run_id, states=states, after=after, size=size)

    def made(self, project_id: str, run_id: str, size: int = 20) -> list[tuple[Item, Sample | None]]:
        """Items with the sample each made, for previews."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            items = runs.items(tx, run_id, size=size)
            found = {s.id: s for s in samples.by_ids(tx, [i for item in items for i in item.products])}
        return [(item, found.get(item.products[0]) if item.products else None) for item in items]

    def requests(self, project_id: str, run_id: str, item: int) -> list[Request]:
        """The requests that an item was the first to ask, with raw answers."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return ledger.requests_of_item(tx, run_id, item)

    def evidence(self, project_id: str, run_id: str, item: int) -> Evidence:
        """The item, its sample, and the requests it asked or found answered already."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            found = next(iter(runs.items(tx, run_id, after=item - 1, size=1)), None)
            if found is None or found.idx != item:
                raise NotFoundError(f"The run has no item {item}.", "Choose one from its list.")
            made = samples.by_ids(tx, list(found.products[:1])) if found.spec["kind"] == "samples" else []
            sample = made[0] if made else None
            checks = samples.verifications(tx, sample.id) if sample else []
            asked = {request.id: request for request in ledger.requests_of_item(tx, run_id, item)}
            used = [sample.question_request, sample.answer_request] if sample else []
            for request_id in [*used, *(check["request_id"] for check in checks)]:
                if request_id and request_id not in asked:
                    asked[request_id] = ledger.get_request(tx, request_id)
            calls = [attempt for request_id in asked for attempt in ledger.attempts(tx, request_id=request_id)]
        ordered = tuple(asked[request_id] for request_id in sorted(asked))
        return Evidence(found, sample, ordered, tuple(checks), len(calls), sum(call.cost for call in calls))

    def in_doubt(self, project_id: str, run_id: str, *, limit: int = 200) -> list[Attempt]:
        """Calls that were sent and whose answer was never stored, newest first."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return ledger.attempts(tx, run_id=run_id, state=AttemptState.IN_DOUBT, limit=limit)

    def request(self, project_id: str, request_id: int) -> Request:
        """One request with its stored answer."""
        with self._c.store.read() as tx:
            request = ledger.get_request(tx, request_id)
            runs.get(tx, request.run_id, project_id)
            return request

    def attempts(self, project_id: str, run_id: str, *, limit: int = 100) -> list[Attempt]:
        """Ledger rows of the run, newest first."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return ledger.attempts(tx, run_id=run_id, limit=limit)
