"""Groups as points of a chart: what each measure is, what it counts, and what stays out. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.analysis.quality import Interval
from core.domain.money import NANO
from core.services.insights_costs import Group
from core.services.insights_texts import TextQuality
from pages.components.figures import count, money, percent

COSTS = {
    "generated": "Per generated sample",
    "verified": "Per verified sample",
    "accepted": "Per accepted sample",
    "spent": "Spent in all",
    "calls": "Calls per generated sample",
}
MEASURES = {
    "acceptance": "Acceptance",
    "verification": "Verification",
    "unique": "Not repeated",
    "distinct": "Distinct word pairs",
    "coverage": "Coverage",
}
TITLES = {
    "acceptance": "Accepted among decided samples",
    "verification": "Passed among samples that a machine checked",
    "unique": "Samples without an earlier near duplicate",
    "distinct": "Different among all pairs of neighbouring words",
    "coverage": "Used of the key concepts, else of the seeds",
}
FROM_TEXTS = ("unique", "distinct", "coverage")


@dataclass(frozen=True, slots=True)
class Value:
    """A quality between 0 and 1, what it was counted over, and its interval where chance decides it."""

    share: float
    n: int
    told: str
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A group that can be drawn. `x` is in dollars or calls."""

    group: Group
    x: float
    value: Value

    def told(self, cost: str) -> list[str]:
        """What the point says of itself, a line each."""
        counts = self.group.counts
        lines = [self.group.name]
        made_by = self.group.strategy if self.group.name != self.group.strategy else ""
        answered = f"answered by {self.group.teacher}" if self.group.name != self.group.teacher else ""
        lines.append(", ".join(part for part in (made_by, answered) if part))
        lines.append(f"{COSTS[cost]}: {in_words(self.x, cost)}")
        lines.append(self.value.told)
        if self.value.interval:
            low, high = self.value.interval
            lines.append(f"95 % from {percent(low)} to {percent(high)}")
        runs = count(len(self.group.runs), "run")
        made = count(counts.generated, "generated sample")
        return [*lines, f"From {money(counts.cost)} and {count(counts.calls, 'call')} of {runs}, {made}"]


def in_words(x: float, cost: str) -> str:
    """A place on the axis."""
    return f"{x:.2f}" if cost == "calls" else money(round(x * NANO))


def cost_of(group: Group, cost: str) -> float | None:
    """In dollars, or calls; None where nothing was made to divide by."""
    counts = group.counts
    if cost == "calls":
        return counts.calls / counts.generated if counts.generated else None
    if cost == "spent":
        return counts.cost / NANO if counts.generated else None
    each = counts.each({"accepted": counts.kept, "verified": counts.checked}.get(cost, counts.generated))
    return None if each is None else each / NANO


def value_of(group: Group, measure: str, texts: TextQuality | None) -> Value | None:
    """The quality of a group; None where nothing was decided, checked or compared."""
    if measure in FROM_TEXTS:
        return _of_texts(measure, texts) if texts else None
    rate = group.counts.acceptance if measure == "acceptance" else group.counts.verification
    if rate.share is None:
        return None
    verb = "accepted" if measure == "acceptance" else "passed"
    told = f"{rate.hits:,} of {rate.n:,} {verb}: {percent(rate.share)}"
    return Value(rate.share, rate.n, told, rate.interval)


def _of_texts(measure: str, texts: TextQuality) -> Value | None:
    n = texts.variety.n
    if measure == "unique":
        share = 1 - texts.variety.near
        return Value(share, n, f"{percent(share)} of {count(n, 'question')} repeat no earlier one")
    if measure == "distinct":
        pairs = texts.variety.distinct_2
        return None if pairs is None else Value(pairs, n, f"{percent(pairs)} of the word pairs of questions differ")
    covered = texts.use.concepts if texts.use.concepts.all else texts.use.seeds
    if covered.share is None:
        return None
    what = "key concepts" if texts.use.concepts.all else "seed examples"
    return Value(covered.share, n, f"{covered.used:,} of {covered.all:,} {what} used: {percent(covered.share)}")


def points_of(
    groups: list[Group], cost: str, measure: str, texts: Mapping[object, TextQuality]
) -> tuple[list[Point], list[str]]:
    """The points, and the names of groups with samples that have no place: no cost or no quality is known."""
    drawn, left = [], []
    for group in groups:
        if not group.counts.generated:
            continue
        x, value = cost_of(group, cost), value_of(group, measure, texts.get(group.key))
        if x is None or value is None:
            left.append(group.name)
        else:
            drawn.append(Point(group, x, value))
    return drawn, left
