"""What the work costs and what it is worth: spend, cost per sample, acceptance with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.analysis.intervals import wilson
from core.domain.budget import Spent
from core.services.context import Context
from core.store import ledger, reports


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Share of accepted among judged samples of one group, with its 95 % interval."""

    group: str
    samples: int
    accepted: int
    rejected: int

    @property
    def judged(self) -> int:
        """Accepted or rejected."""
        return self.accepted + self.rejected

    @property
    def share(self) -> float | None:
        """None before anything was judged."""
        return self.accepted / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval."""
        return wilson(self.accepted, self.judged)


@dataclass(frozen=True, slots=True)
class Insights:
    """All figures of the cost-and-quality page from one snapshot. Money in nano-dollars."""

    spent: Spent
    stages: Sequence[Mapping[str, Any]]
    disciplines: Sequence[Mapping[str, Any]]
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


class InsightService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def insights(self, project_id: str) -> Insights:
        """Everything at once."""
        with self._c.store.read() as tx:
            rows = reports.acceptance(tx, project_id)
            disciplines = reports.spend_by_discipline(tx, project_id)
            return Insights(
                ledger.spent(tx, "project", project_id),
                reports.spend_by_stage(tx, project_id),
                disciplines,
                reports.review_counts(tx, project_id),
                {
                    **{key: _grouped(rows, key) for key in ("origin", "difficulty", "model", "verification")},
                    "discipline": [
                        Acceptance(row["name"], row["samples"], row["accepted"], row["rejected"]) for row in disciplines
                    ],
                },
                reports.reject_reasons(tx, project_id),
            )


def _grouped(rows: Sequence[Mapping[str, Any]], key: str) -> list[Acceptance]:
    groups = dict.fromkeys(row[key] for row in rows)
    return [
        Acceptance(
            str(group),
            sum(row["samples"] for row in rows if row[key] == group),
            sum(row["accepted"] for row in rows if row[key] == group),
            sum(row["rejected"] for row in rows if row[key] == group),
        )
        for group in groups
    ]
