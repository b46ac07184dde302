"""The items of a plan for repairs: one for each rejected text, with all wishes about it. Reads only."""

from __future__ import annotations

from typing import Any

from core.domain.plans import RepairsPlan
from core.domain.records import RepairWish
from core.errors import InvalidInputError
from core.store import repair_wishes
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
    again for the same wish only.
    """
    found = waiting(tx, project_id, plan.wishes)
    if not found:
        raise InvalidInputError(
            "None of these samples waits to be repaired any more.", "Look at the Review page for those that do."
        )
    return [
        {
            "kind": "repairs",
            "sample": wishes[0].sample_id,
            "hash": wishes[0].content_hash,
            "wishes": [wish.id for wish in wishes],
            "index": wishes[-1].id + _TRY * repair_wishes.tries(tx, wishes[-1].id),
        }
        for wishes in found
    ]


_TRY = 1_000_000_000


def repairs_title(tx: Tx, project_id: str, plan: RepairsPlan) -> str:
    """What a run of the plan is called."""
    number = len(waiting(tx, project_id, plan.wishes))
    return f"Repair of {number:,} {'sample' if number == 1 else 'samples'}"
