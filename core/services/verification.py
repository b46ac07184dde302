"""What the checks of a project found, what they cost, and whether people agree with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.analysis.verification_effect import Effect
from core.domain.calls import Stage
from core.services.context import Context
from core.services.shelf import Shelf
from core.store import reports_costs
from core.store import verification_reports as reports

STAGES = {"judge": Stage.VERIFICATION, "agreement": Stage.AGREEMENT}
METHODS = ("judge", "agreement", "execution", "reference")
_KEPT = 4  # projects
_OF_CHECKS = {stage.value for stage in STAGES.values()}


class VerificationService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._shelf = Shelf(_KEPT)

    def effects(self, project_id: str) -> list[Effect]:
        """One for each check and strategy that it was tried on, in the order of `METHODS`; empty before any was.

        What people said is counted each time, the rest only after another call, item or finding.
        """
        with self._c.store.read() as tx:
            found = reports.findings(tx, project_id)
            undecided, spent = self._shelf.get(
                (reports_costs.ledger_revision(tx, project_id), reports.last(tx)),
                lambda: (reports.undecided(tx, project_id), reports.spending(tx, project_id)),
            )
        pairs = {(row["method"], row["strategy"]) for row in [*found, *undecided]}
        order = {method: place for place, method in enumerate(METHODS)}
        return [
            _effect(method, strategy, found, undecided, spent)
            for method, strategy in sorted(pairs, key=lambda pair: (order.get(pair[0], len(order)), pair))
        ]


Rows = Sequence[Mapping[str, Any]]


def _effect(method: str, strategy: str, found: Rows, undecided: Rows, spent: Rows) -> Effect:
    def samples(passed: bool, verdict: str | None = None) -> int:
        return sum(
            row["n"]
            for row in found
            if (row["method"], row["strategy"], bool(row["passed"])) == (method, strategy, passed)
            and verdict in {None, row["verdict"]}
        )

    paid = [row for row in spent if row["strategy"] == strategy and row.get(method)]
    own = STAGES.get(method)
    return Effect(
        method,
        strategy,
        passed=samples(True),
        failed=samples(False),
        open=sum(row["n"] for row in undecided if (row["method"], row["strategy"]) == (method, strategy)),
        calls=sum(row["calls"] for row in paid if row["stage"] == own),
        cost=sum(row["cost"] for row in paid if row["stage"] == own),
        made_for=sum(row["cost"] for row in paid if row["stage"] not in _OF_CHECKS),
        passed_accepted=samples(True, "accepted"),
        passed_rejected=samples(True, "rejected"),
        failed_accepted=samples(False, "accepted"),
        failed_rejected=samples(False, "rejected"),
    )
