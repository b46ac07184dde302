"""The budget ratio: teacher calls over seeds, and where on its scale new questions overtake new answers."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Literal

from core.analysis.advice_facts import Band, Budget, Candidate, Figures, Lesson, Takes
from core.domain.switch_points import SwitchPoint, SwitchPoints

CLOSE = 1.25  # within a quarter of a published number nobody can tell the sides apart


def queries_of(budget: Budget, query_cost: float | None) -> int | None:
    """Teacher calls that a budget stands for; money is turned into answers of the teacher. None = no limit is known."""
    found = [] if budget.calls is None else [budget.calls]
    if budget.money is not None and query_cost:
        found.append(int(budget.money / query_cost))
    return min(found) if found else None


def band_of(seeds: int, points: SwitchPoints, *, student: str = "", lesson: Lesson | None = None) -> Band:
    """The switch for a number of seeds: what is published for it, else between its neighbours on a logarithmic scale.

    Fewer or more seeds than anybody tried get the nearest number. A student with a number of its own has that one. A
    lesson of a pilot moves the switch, and says how far it may lie off.
    """
    own = points.switches(student=student) if student else ()
    how, used, low, high = _of_student(own[0]) if own else _interpolated(seeds, points.switches())
    least, expected, most = lesson.factor if lesson and lesson.factor else (1 / CLOSE, 1.0, CLOSE)
    return Band(low * expected, high * expected, low * least, high * most, how, tuple(used))


_How = Literal["published", "between", "beyond", "student"]


def _of_student(point: SwitchPoint) -> tuple[_How, Sequence[SwitchPoint], float, float]:
    return "student", [point], point.low, point.high


def _interpolated(seeds: int, known: Sequence[SwitchPoint]) -> tuple[_How, Sequence[SwitchPoint], float, float]:
    for point in known:
        if point.seeds == seeds:
            return "published", [point], point.low, point.high
    below = [point for point in known if point.seeds < seeds]
    above = [point for point in known if point.seeds > seeds]
    if not below or not above:
        nearest = above[0] if above else below[-1]
        return "beyond", [nearest], nearest.low, nearest.high
    one, other = below[-1], above[0]
    along = (log(seeds) - log(one.seeds)) / (log(other.seeds) - log(one.seeds))
    return "between", [one, other], _between(one.low, other.low, along), _between(one.high, other.high, along)


def _between(one: float, other: float, along: float) -> float:
    return exp(log(one) + (log(other) - log(one)) * along)


def affordable(budget: Budget, takes: Takes) -> int | None:
    """Samples that a budget is expected to buy; None = nothing limits them, or a price is unknown."""
    found = [] if budget.calls is None else [budget.calls // max(1, takes.calls)]
    if budget.money is not None and takes.cost:
        found.append(int(budget.money / takes.cost))
    return min(found) if found else None


def figures_of(takes: Takes, samples: int) -> Figures:
    """What so many samples take."""
    return Figures(
        samples,
        samples * takes.calls,
        round(samples * takes.tokens_in),
        round(samples * takes.tokens_out),
        None if takes.cost is None else round(samples * takes.cost),
        None if takes.bound is None else samples * takes.bound,
        samples * takes.seconds,
    )


def cheapest(candidates: Sequence[Candidate], kept: dict[object, float] | None = None) -> Candidate:
    """The least money for a kept sample where all prices are known, else the fewest calls; then the first one."""
    rate = kept or {}
    by_money = all(c.takes.cost for c in candidates)

    def price(candidate: Candidate) -> float:
        each = candidate.takes.cost if by_money else candidate.takes.calls
        return float(each or 0) / max(rate.get(candidate.strategy, 1.0), 1e-6)

    return min(candidates, key=price)
