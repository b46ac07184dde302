"""How many samples people accepted, by one property of the samples: strategy, teacher, discipline, prompt and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.analysis.intervals import wilson
from core.prompts import rendering
from core.services.insights_costs import Costs, strategy_name
from core.store import prompt_copies, reports
from core.store.database import Tx

Row = Mapping[str, Any]
_COUNTED = ("samples", "accepted", "rejected", "disputed")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Share of accepted among decided samples of one group, with its 95 % interval.

    Disputed samples are not decided until somebody settles them.
    """

    group: str
    samples: int
    accepted: int
    rejected: int
    disputed: int = 0

    @property
    def decided(self) -> int:
        """Accepted or rejected."""
        return self.accepted + self.rejected

    @property
    def share(self) -> float | None:
        """None before anything was decided."""
        return self.accepted / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval."""
        return wilson(self.accepted, self.decided)


def read_acceptance(tx: Tx, project_id: str, costs: Costs) -> dict[str, list[Acceptance]]:
    """Property -> its groups, from one snapshot."""
    rows, made = reports.acceptance(tx, project_id), reports.makers(tx)
    prompts = _prompt_names(tx, project_id, made)

    def teacher(row: Row) -> str:
        maker = made.get(row["answer_maker"])
        if maker:
            return costs.teacher_name((maker["connection_id"], maker["model"]))
        return "people" if row["origin"] == "person" else "demo content" if row["origin"] == "demo" else "no teacher"

    def prompt(part: str) -> Callable[[Row], str]:
        return lambda row: prompts.get(row[f"{part}_maker"], "no prompt")

    named: dict[str, Callable[[Row], str]] = {
        "strategy": lambda row: strategy_name("demo" if row["origin"] == "demo" else row["strategy"]),
        "model": teacher,
        "question_prompt": prompt("question"),
        "answer_prompt": prompt("answer"),
        "difficulty": lambda row: row["difficulty"] or "no difficulty",
        "verification": lambda row: row["verification"],
        "origin": lambda row: row["origin"],
    }
    disciplines = reports.acceptance_by_discipline(tx, project_id)
    return {
        **{key: _grouped(rows, name) for key, name in named.items()},
        "discipline": _grouped(disciplines, lambda row: row["name"] or "no discipline"),
    }


def _grouped(rows: Sequence[Row], name: Callable[[Row], str]) -> list[Acceptance]:
    sums: dict[str, list[int]] = {}
    for row in rows:
        counts = sums.setdefault(name(row), [0] * len(_COUNTED))
        for place, column in enumerate(_COUNTED):
            counts[place] += row[column]
    return [Acceptance(group, *counts) for group, counts in sums.items()]


def _prompt_names(tx: Tx, project_id: str, made: Mapping[int, Row]) -> dict[int, str]:
    """Maker -> its prompt in words: the template, the first digits of its hash, whose wording it is."""
    own = {
        (template, rendering.hash_of(copy["text"])): f"own: {copy['note']}" if copy["note"] else "own"
        for template in {maker["template"] for maker in made.values()}
        for copy in prompt_copies.versions(tx, project_id, template)
    }
    return {number: _prompt_name(maker["template"], maker["template_hash"], own) for number, maker in made.items()}


def _prompt_name(template: str, digest: str, own: Mapping[tuple[str, str], str]) -> str:
    shipped = template in rendering.names() and rendering.template_hash(template) == digest
    whose = "shipped" if shipped else own.get((template, digest), "earlier wording")
    return f"{template.replace('_', ' ')} {digest[:7]}, {whose}"
