"""What the work costs and what it is worth: spend, cost per sample, acceptance with its interval, the texts.

Everything is worked out from the rows themselves and kept for as long as they stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.budget import Spent
from core.domain.filters import SampleFilter
from core.services.context import Context
from core.services.insights_acceptance import Acceptance, read_acceptance
from core.services.insights_costs import Costs, read_costs, read_paid, strategy_name
from core.services.insights_texts import ByGroup, compared, read_material
from core.services.shelf import Shelf
from core.store import actions, ledger, projects, reports, reports_costs, spending_figures, tally
from core.store.database import Tx

__all__ = ["Acceptance", "InsightService", "Insights", "Spending", "Step", "Texts"]
STRETCHES = 200
_KEPT = 2  # projects that somebody looks at at one time
_RUNS = 5_000  # small sums of each
COMPARED = 20_000  # texts; more would take seconds and gigabytes, and tell little more


@dataclass(frozen=True, slots=True)
class Insights:
    """All figures of the cost-and-quality page from one snapshot. Money in nano-dollars."""

    spent: Spent
    stages: Sequence[Mapping[str, Any]]
    costs: Costs
    reviews: Mapping[str, int]
    by: Mapping[str, Sequence[Acceptance]]
    reasons: Sequence[Mapping[str, Any]]

    @property
    def generated(self) -> int:
        """Samples that runs made; demo content is not counted, it had no cost."""
        return sum(row.samples for row in self.by["origin"] if row.group == "model")

    @property
    def accepted(self) -> int:
        """Accepted ones among them."""
        return sum(row.accepted for row in self.by["origin"] if row.group == "model")

    @property
    def cost_per_generated(self) -> int | None:
        """All spending of the project over generated samples."""
        return self.spent.settled // self.generated if self.generated else None

    @property
    def cost_per_accepted(self) -> int | None:
        """All spending of the project over accepted samples: the number that decides."""
        return self.spent.settled // self.accepted if self.accepted else None


@dataclass(frozen=True, slots=True)
class Step:
    """What was spent by one strategy in one stretch of time that ended `at`; "" for what makes no samples."""

    at: float
    strategy: str
    cost: int
    calls: int


@dataclass(frozen=True, slots=True)
class Spending:
    """Spending over time, and the project's caps."""

    steps: Sequence[Step]
    cost_cap: int | None
    call_cap: int | None


@dataclass(frozen=True, slots=True)
class Texts:
    """What `drawn` of all `there` samples say, by dimension and group; always the same are drawn."""

    by: ByGroup
    drawn: int
    there: int


class InsightService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._counts, self._paid, self._steps, self._texts = (Shelf(_KEPT) for _ in range(4))
        self._runs = Shelf(_RUNS)

    def insights(self, project_id: str) -> Insights:
        """All counts and costs from one snapshot."""
        with self._c.store.read() as tx:
            key = reports_costs.revision(tx, project_id)
            return self._counts.get(key, lambda: self._counted(tx, project_id))

    def _counted(self, tx: Tx, project_id: str) -> Insights:
        """After a verdict only the samples are counted again, after a call only its run and the samples."""
        key = reports_costs.ledger_revision(tx, project_id)
        paid = self._paid.get(key, lambda: read_paid(tx, project_id, self._runs))
        costs = read_costs(tx, project_id, paid)
        return Insights(
            ledger.spent(tx, "project", project_id),
            paid.stages,
            costs,
            reports.review_counts(tx, project_id),
            read_acceptance(tx, project_id, costs),
            reports.reject_reasons(tx, project_id),
        )

    def texts(self, project_id: str) -> Texts:
        """Repetition, diversity and coverage by group; of more than `COMPARED` samples a share is drawn."""
        with self._c.store.read() as tx:
            key = (reports_costs.text_revision(tx, project_id), actions.revision(tx, project_id))

        def make() -> Texts:
            with self._c.store.read() as tx:
                there = tally.count(tx, project_id, SampleFilter())
                rows = reports_costs.texts(tx, project_id, min(1.0, COMPARED / max(1, there)))
                material = read_material(tx, rows)
            return Texts(compared(rows, material), len(rows), there)

        return self._texts.get(key, make)

    def spending(self, project_id: str) -> Spending:
        """Over time."""
        with self._c.store.read() as tx:
            project = projects.get(tx, project_id)
            steps = self._steps.get(
                reports_costs.ledger_revision(tx, project_id),
                lambda: _steps(spending_figures.over_time(tx, project_id, STRETCHES)),
            )
        return Spending(steps, project.cost_cap, project.call_cap)


def _steps(rows: Sequence[Mapping[str, Any]]) -> list[Step]:
    return [
        Step(row["at"], strategy_name(row["strategy"]) if row["strategy"] else "", row["cost"], row["calls"])
        for row in rows
    ]
