"""Runs as people watch them: progress, spend, errors; cancel, resume, raise caps, retry, read answers again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from core.domain.people import Action, Principal
from core.domain.plans import MixedPlan
from core.domain.records import Item, Run, Sample
from core.domain.states import ACTIVE, WITHOUT_RESULT, ItemState, RunState
from core.errors import InvalidTransitionError, NotFoundError
from core.services.call_book import CallBook, CallFilter, Doubt, Evidence, LedgerCall
from core.services.run_figures import Cause, Ended, PartView, RunView, causes_of
from core.store import calls, events, ledger, projects, reports, runs, samples
from core.store.database import Tx

__all__ = ["CallFilter", "Cause", "Doubt", "Evidence", "LedgerCall", "PartView", "RunService", "RunView"]
ETA_WINDOW_SECONDS = 30.0
MOST_MESSAGES = 2000
AVERAGED_ITEMS = 500


class RunService(CallBook):
    """See the module; what a run asked and what came back is part of it."""

    def page(self, project_id: str, *, before: str = "", size: int = 20, previews: bool = False) -> list[RunView]:
        """Newest first, from one snapshot; without what only the page of one run shows."""
        with self._c.store.read() as tx:
            found = runs.page(tx, project_id, before=before, size=size, previews=previews)
            return [self._view(tx, run) for run in found]

    def view(self, project_id: str, run_id: str) -> RunView:
        """All figures of one run from one snapshot."""
        with self._c.store.read() as tx:
            brief = self._view(tx, runs.get(tx, run_id, project_id))
            stopped = bool(brief.left) and not brief.active
            return replace(
                brief,
                stages=reports.spend_by_stage(tx, project_id, run_id),
                flags=calls.flags(tx, run_id),
                rejected_by=calls.rejected_by(tx, run_id) if brief.run.state is RunState.INTERRUPTED else None,
                dearest_hold=calls.dearest_hold(tx, run_id) if stopped else 0,
                ended=Ended(**calls.average(tx, run_id, size=AVERAGED_ITEMS)) if stopped else brief.ended,
            )

    def _view(self, tx: Tx, run: Run) -> RunView:
        now, progress = self._c.clock(), runs.progress(tx, run.id)
        return RunView(
            run=run,
            spent=ledger.spent(tx, "run", run.id),
            project_caps=projects.get(tx, run.project_id).caps,
            project_spent=ledger.spent(tx, "project", run.project_id),
            progress=progress,
            eta=_eta(tx, run, progress.get(ItemState.PLANNED, 0), now),
            seconds=(run.ended_at or now) - run.started_at if run.started_at else 0.0,
        )

    def active(self, project_id: str) -> list[Run]:
        """Queued and running ones."""
        with self._c.store.read() as tx:
            return runs.active(tx, project_id)

    def cancel(self, who: Principal, project_id: str, run_id: str) -> None:
        """Stop after the calls under way; a queued run stops at once."""
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            if run.state is RunState.QUEUED and run.offline:
                runs.leave_unread(tx, run)
            elif run.state is RunState.QUEUED:
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

    def retry_failed(
        self, who: Principal, project_id: str, run_id: str, *, states: Sequence[ItemState] = (), cause: str = ""
    ) -> int:
        """Put failed items back and queue the run; how many. A completed run with failures is reopened.

        `states` and `cause` (the key of one) say which; without them all are put back but the dropped ones, which their
        strategy would drop again.
        """
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            _must_rest(run)
            count = runs.retry_items(tx, run_id, **_chosen(tx, run_id, states or WITHOUT_RESULT, cause))
            if count:
                runs.reopen(tx, run_id)
                at, after = self._c.clock(), {"items": count}
                events.append(tx, project_id, who.name, at, "retried", ("run", run_id), after=after)
            return count

    def reparse(self, who: Principal, project_id: str, run_id: str) -> int:
        """Queue the run for reading its stored answers again; how many items are looked at. Nothing is sent.

        It returns to the state it has now; items that still cannot be read keep their error.
        """
        who.must(Action.RUN)
        with self._c.store.write() as tx:
            run = runs.get(tx, run_id, project_id)
            _must_rest(run)
            count = runs.progress(tx, run_id).get(ItemState.INVALID, 0)
            if count:
                runs.read_again(tx, run)
                at, before = self._c.clock(), {"state": run.state, "reason": run.reason, "hint": run.hint}
                after = {"items": count}
                events.append(tx, project_id, who.name, at, "reread", ("run", run_id), before=before, after=after)
            return count

    def causes(self, project_id: str, run_id: str) -> list[Cause]:
        """Why items of the run ended without a result or were dropped, the most frequent reason first."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return causes_of(runs.reasons(tx, run_id, size=MOST_MESSAGES))

    def parts(self, project_id: str, run_id: str) -> list[PartView]:
        """Items of a mixed plan by part and state; no parts for other runs."""
        with self._c.store.read() as tx:
            run = runs.get(tx, run_id, project_id)
            if run.plan.get("kind") != "mixed":
                return []
            found = runs.progress_by_part(tx, run_id)
            plan = MixedPlan.model_validate(run.plan)
        return [PartView(part, found.get(number, {})) for number, part in enumerate(plan.parts)]

    def items(
        self,
        project_id: str,
        run_id: str,
        *,
        states: Sequence[ItemState] = (),
        cause: str = "",
        after: int = -1,
        size: int = 50,
    ) -> list[Item]:
        """Items of the run by index, of these states or of one cause."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return runs.items(tx, run_id, after=after, size=size, **_chosen(tx, run_id, states, cause))

    def made(self, project_id: str, run_id: str, size: int = 20) -> list[tuple[Item, Sample | None]]:
        """Items with the sample each made, for previews."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            items = runs.items(tx, run_id, size=size)
            found = {s.id: s for s in samples.by_ids(tx, [i for item in items for i in item.products])}
        return [(item, found.get(item.products[0]) if item.products else None) for item in items]


class _Chosen(TypedDict):
    states: Sequence[ItemState]
    errors: Sequence[str] | None


def _chosen(tx: Tx, run_id: str, states: Sequence[ItemState], cause: str) -> _Chosen:
    """States and errors that select the items of `cause`, or of `states`; raises NotFoundError."""
    if not cause:
        return {"states": states, "errors": None}
    for found in causes_of(runs.reasons(tx, run_id, size=MOST_MESSAGES)):
        if found.key == cause:
            return {"states": (found.state,), "errors": found.errors}
    raise NotFoundError("No item ended for this reason any more.", "Choose one from the list as it stands now.")


def _must_rest(run: Run) -> None:
    if run.state in ACTIVE:
        raise InvalidTransitionError("The run is active.", "Wait until it ends, or cancel it first.")


def _eta(tx: Tx, run: Run, left: int, now: float) -> float | None:
    """Seconds until the rest is done at the pace of the last half minute."""
    if run.state is not RunState.RUNNING:
        return None
    lately = reports.finished_since(tx, run.id, now - ETA_WINDOW_SECONDS)
    window = min(ETA_WINDOW_SECONDS, max(1.0, now - (run.started_at or now)))
    return left / (lately / window) if lately else None
