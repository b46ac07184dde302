"""What a run asked and what came back: its calls on the ledger, their exact requests, the evidence of one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.call_records import Attempt, Request
from core.domain.lineage import requests_behind
from core.domain.records import Item, Sample
from core.errors import NotFoundError
from core.services.context import Context
from core.store import asked, calls, ledger, runs, samples, verifications
from core.store.calls import CallFilter, Doubt, LedgerCall

__all__ = ["CallBook", "CallFilter", "Doubt", "Evidence", "LedgerCall"]
MOST_DOUBTS = 2000


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item with what it made, every request behind it, and what they cost in this run and before."""

    item: Item
    sample: Sample | None
    requests: tuple[Request, ...]
    checks: tuple[Mapping[str, Any], ...]
    calls: int
    cost: int


class CallBook:
    """See the module. Everything is read from one snapshot and only for a run of the project."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def requests(self, project_id: str, run_id: str, item: int) -> list[Request]:
        """The requests that an item was the first to ask, with raw answers."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return asked.requests_of_item(tx, run_id, item)

    def evidence(self, project_id: str, run_id: str, item: int) -> Evidence:
        """The item, its sample, and the requests it asked or found answered already."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            found = next(iter(runs.items(tx, run_id, after=item - 1, size=1)), None)
            if found is None or found.idx != item:
                raise NotFoundError(f"The run has no item {item}.", "Choose one from its list.")
            made = samples.by_ids(tx, list(found.products[:1])) if found.spec["kind"] in {"samples", "repairs"} else []
            sample = made[0] if made else None
            checks = verifications.of_sample(tx, sample.id) if sample else []
            behind = {request.id: request for request in asked.requests_of_item(tx, run_id, item)}
            made_here = sample if found.spec["kind"] == "samples" else None  # a repair is one call of several
            used = requests_behind(made_here) if made_here else [found.request_id]
            for request_id in [*used, *(check["request_id"] for check in checks)]:
                if request_id and request_id not in behind:
                    behind[request_id] = asked.get_request(tx, request_id)
            sent = [attempt for request_id in behind for attempt in ledger.attempts(tx, request_id=request_id)]
        ordered = tuple(behind[request_id] for request_id in sorted(behind))
        return Evidence(found, sample, ordered, tuple(checks), len(sent), sum(call.cost for call in sent))

    def doubts(self, project_id: str, run_id: str, *, size: int = MOST_DOUBTS) -> list[Doubt]:
        """Calls whose answer was not stored when their worker ended, newest first, each with what became of it."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return calls.doubts(tx, run_id, size=size)

    def request(self, project_id: str, request_id: int) -> Request:
        """One request with its stored answer."""
        with self._c.store.read() as tx:
            request = asked.get_request(tx, request_id)
            runs.get(tx, request.run_id, project_id)
            return request

    def attempts(self, project_id: str, run_id: str, *, limit: int = 100) -> list[Attempt]:
        """Ledger rows of the run, newest first."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return ledger.attempts(tx, run_id=run_id, limit=limit)

    def calls(
        self, project_id: str, run_id: str, wanted: CallFilter, *, before: int = 0, size: int = 50
    ) -> list[LedgerCall]:
        """A page of the calls of the run, newest first, older than call `before`."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return calls.page(tx, run_id, wanted, before=before, size=size)

    def call(self, project_id: str, run_id: str, attempt_id: int) -> tuple[LedgerCall, list[Request]]:
        """One call with the requests that it serves."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            found = calls.find(tx, run_id, attempt_id)
            if found is None:
                raise NotFoundError(f"The run has no call {attempt_id}.", "Choose one from its list.")
            return found, calls.brought(tx, attempt_id)

    def error_codes(self, project_id: str, run_id: str) -> Mapping[str, int]:
        """How many calls ended with which error, the most frequent first."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return calls.codes(tx, run_id)

    def prices(self, project_id: str, run_id: str) -> Sequence[Mapping[str, Any]]:
        """The prices that calls of the run were charged by, per stage, with their source."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return calls.prices_used(tx, run_id)
