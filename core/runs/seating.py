"""The teachers of one run: every item finds its own for each stage, and the prompts of its part of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.domain.calls import Stage
from core.domain.plans import MixedPlan, Plan, SamplesPlan, parts_of, roster, stages_of
from core.generation.products import Choice
from core.prompts.rendering import SHIPPED, PromptBook
from core.runs.seats import Seat, Teachers
from core.store import curricula
from core.store.database import Tx


class Seating:
    """`seats` are the teachers of the plan in the order of its roster.

    An item names its teachers in "by" (stage -> place in the roster), else the plan's first teacher of the stage
    answers; its part in "part".
    """

    def __init__(self, plan: Plan, seats: Sequence[Seat], books: Sequence[PromptBook]) -> None:
        self.seats = tuple(seats)
        self._books = books
        places = {choice: place for place, choice in enumerate(roster(plan))}
        first = parts_of(plan)[0] if isinstance(plan, SamplesPlan | MixedPlan) else None
        self._usual = {
            stage: places[first.choices(stage)[0].teacher if first else plan.teachers[stage]]  # type: ignore[union-attr]
            for stage in (stages_of(first) if first else stages_of(plan))
        }

    def of(self, spec: Mapping[str, object], stage: Stage) -> tuple[Seat, Choice]:
        """Who answers a stage of an item, and with which sampling and prompts."""
        by = spec.get("by")
        place = by[stage.value] if isinstance(by, dict) else self._usual[stage]
        part = spec.get("part", 0)
        book = self._books[part] if isinstance(part, int) and part < len(self._books) else SHIPPED
        seat = self.seats[place]
        return seat, (seat.choice if book is SHIPPED else replace(seat.choice, prompts=book))


def seat_all(tx: Tx, teachers: Teachers, plan: Plan, *, money_capped: bool) -> Seating:
    """The seating of a plan; raises SettingsError, NotFoundError, or PriceUnknownError under a money cap."""
    seats = [teachers.seat(tx, choice, money_capped=money_capped) for choice in roster(plan)]
    return Seating(plan, seats, [book_of(tx, part) for part in _parts(plan)])


def book_of(tx: Tx, part: SamplesPlan) -> PromptBook:
    """The prompts of a part, as they were when it was planned."""
    if not part.prompts:
        return SHIPPED
    return PromptBook({name: curricula.get_snapshot(tx, digest) for name, digest in part.prompts.items()})


def _parts(plan: Plan) -> tuple[SamplesPlan, ...]:
    return parts_of(plan) if isinstance(plan, SamplesPlan | MixedPlan) else ()
