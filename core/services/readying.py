"""The items of a plan for samples, made ready to be stored before the lock of the database is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.plans import MixedPlan, Plan, SamplesPlan, parts_of
from core.services.planning import items_of
from core.services.sample_items import first_of_each, material_of
from core.store import runs
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class Ready:
    """Items as they are stored, the positions after them, syllabus texts by hash; `stamp` says what they rest on."""

    specs: Sequence[str]
    positions: Mapping[str, int]
    texts: Mapping[str, str]
    stamp: object = None


def made_ready(tx: Tx, project_id: str, plan: Plan, preview: int) -> Ready:
    """All items, or with `preview` so many of the first ones, which leave the positions where they are."""
    items = items_of(tx, project_id, plan, preview or None)
    specs = first_of_each(items.specs, preview) if preview else items.specs
    return Ready(runs.packed(specs), {} if preview else items.positions, items.texts, _stamp(tx, project_id, plan))


def wishes_in(specs: Sequence[str]) -> list[int]:
    """The wishes that items of repairs fulfil."""
    return [wish for spec in specs for wish in json.loads(spec)["wishes"]]


def still_ready(tx: Tx, project_id: str, plan: Plan, ready: Ready) -> bool:
    """Would the plan still make these items? Other plans than those for samples are small and made anew."""
    return ready.stamp is not None and ready.stamp == _stamp(tx, project_id, plan)


def _stamp(tx: Tx, project_id: str, plan: Plan) -> object:
    if not isinstance(plan, SamplesPlan | MixedPlan):
        return None
    return [material_of(tx, project_id, part).stamp for part in parts_of(plan)]
