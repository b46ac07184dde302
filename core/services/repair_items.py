"""The items of a plan for repairs: one for each rejected text, with all wishes about it. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.domain.calls import Stage
from core.domain.plans import RepairsPlan
from core.domain.records import RepairWish, Sample
from core.domain.strategies import TaskType
from core.errors import InvalidInputError
from core.generation.strategies.method import task_of
from core.store import repair_wishes, runs, samples
from core.store.database import Tx


def waiting(tx: Tx, project_id: str, wishes: tuple[int, ...] | None = None) -> list[tuple[RepairWish, ...]]:
    """Wishes that a run can take up, of these or all, those about the same text together, the oldest first."""
    together: dict[tuple[int, str], list[RepairWish]] = {}
    for wish in repair_wishes.startable(tx, project_id, wishes):
        together.setdefault((wish.sample_id, wish.content_hash), []).append(wish)
    return [tuple(found) for found in together.values()]


def repair_specs(tx: Tx, project_id: str, plan: RepairsPlan) -> list[dict[str, Any]]:
    """What was taken back or overtaken since the plan was made is left out; InvalidInputError if nothing is left.

    "index" makes a wish, and each try after one that came to nothing, a question of its own: a stored answer is taken
    again for the same wish only. "checks" are those with calls that the plan makes again.
    """
    found = waiting(tx, project_id, plan.wishes)
    if not found:
        raise InvalidInputError(
            "None of these samples waits to be repaired any more.", "Look at the Review page for those that do."
        )
    checks = checks_again(tx, [wishes[0].sample_id for wishes in found], plan.teachers)
    return [
        {
            "kind": "repairs",
            "sample": wishes[0].sample_id,
            "hash": wishes[0].content_hash,
            "wishes": [wish.id for wish in wishes],
            "index": wishes[-1].id + _TRY * repair_wishes.tries(tx, wishes[-1].id),
            **({"checks": checks[wishes[0].sample_id]} if wishes[0].sample_id in checks else {}),
        }
        for wishes in found
    ]


_TRY = 1_000_000_000


def checks_again(tx: Tx, ids: Collection[int], stages: Collection[Stage]) -> dict[int, dict[str, Any]]:
    """Sample id -> the checks with calls of these stages that its run had it made with; without such it is left out."""
    if not {Stage.AGREEMENT, Stage.VERIFICATION}.intersection(stages):
        return {}
    found = {sample.id: _checks(tx, sample, stages) for sample in samples.by_ids(tx, list(ids))}
    return {sample_id: checks for sample_id, checks in found.items() if checks}


def _checks(tx: Tx, sample: Sample, stages: Collection[Stage]) -> dict[str, Any]:
    made = runs.item(tx, sample.run_id, sample.item_idx) if sample.run_id and sample.item_idx is not None else None
    if made is None:
        return {}
    had, again = made.spec.get("checks", {}), dict[str, Any]()
    if Stage.VERIFICATION in stages and (had.get("judge") or made.spec.get("verify")):
        again |= {"judge": True, "rubric": had.get("rubric", "")}
    if Stage.AGREEMENT in stages and had.get("agreement", 0) > 1 and task_of(made.spec) is not TaskType.OPEN:
        again["agreement"] = had["agreement"]
    return again


def repairs_title(tx: Tx, project_id: str, plan: RepairsPlan) -> str:
    """What a run of the plan is called."""
    number = len(waiting(tx, project_id, plan.wishes))
    return f"Repair of {number:,} {'sample' if number == 1 else 'samples'}"
