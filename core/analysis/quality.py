"""Costs and outcomes in cells that add up to any grouping; what they say of quality, of the front, of the next dollar.

A cell is all work with the same run, part, strategy, teacher, discipline and seed set. Every group of the screens is a
sum of cells, so groups of one dimension always add up to the same total, which is the ledger's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from core.analysis.intervals import wilson
from core.domain.money import NANO

K = TypeVar("K")
Interval = tuple[float, float]


class Dimension(StrEnum):
    """By what cells are grouped."""

    STRATEGY = "strategy"
    TEACHER = "teacher"
    DISCIPLINE = "discipline"
    SEED_SET = "seed_set"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Place:
    """Where work belongs. `strategy` is None for what makes no samples: taxonomy, subjects, syllabi; `kind` says which.

    `run` is "" for samples without one, `teacher` (connection, model) of the answer is None where nobody answers.
    """

    kind: str = "samples"
    run: str = ""
    part: int = 0
    strategy: str | None = None
    teacher: tuple[str, str] | None = None
    discipline: int | None = None
    seed_set: int | None = None
    origin: str = "model"

    @property
    def attributable(self) -> bool:
        """Does the money belong to samples?"""
        return self.strategy is not None

    @property
    def by_run(self) -> bool:
        """Did a run make it? Demo content and what people wrote has no cost that could be compared."""
        return self.origin == "model"

    def along(self, dimension: Dimension) -> object:
        """Its group; None where it has none along this dimension. Demo content is a strategy of its own."""
        if dimension is Dimension.RUN:
            return (self.run, self.part) if self.run else None
        if dimension is Dimension.STRATEGY and self.origin == "demo":
            return "demo"
        return getattr(self, dimension.value)


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums of a cell or a group. `cost` in nano-dollars; `ended`, `dropped` and `failed` are items; the rest samples.

    `generated` are samples that runs made, `kept` the accepted ones among them, `checked` those verified among them;
    `reused` have an answer that another run paid for.
    """

    cost: int = 0
    calls: int = 0
    ended: int = 0
    dropped: int = 0
    failed: int = 0
    samples: int = 0
    generated: int = 0
    checked: int = 0
    kept: int = 0
    verified: int = 0
    refuted: int = 0
    accepted: int = 0
    rejected: int = 0
    reused: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in _COUNTS))

    @property
    def decided(self) -> int:
        """Accepted or rejected."""
        return self.accepted + self.rejected

    @property
    def acceptance(self) -> Rate:
        """Accepted among decided samples."""
        return Rate(self.accepted, self.decided)

    @property
    def verification(self) -> Rate:
        """Passed among samples that a machine checked."""
        return Rate(self.verified, self.verified + self.refuted)

    @property
    def losses(self) -> Rate:
        """Items that were dropped or ended without a result, among those that ended."""
        return Rate(self.dropped + self.failed, self.ended)

    def each(self, made: int) -> float | None:
        """Nano-dollars for each of `made` samples."""
        return self.cost / made if made else None


_COUNTS = tuple(field.name for field in fields(Counts))
NOTHING = Counts()
Cells = Mapping[Place, Counts]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of `n`, with its 95 % Wilson interval."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """None of nothing."""
        return wilson(self.hits, self.n) if self.n else None


def collected(parts: Iterable[tuple[Place, Counts]]) -> dict[Place, Counts]:
    """Cells from pieces, those of one place added up."""
    return added_up(parts, lambda place: place)


def added_up(parts: Iterable[tuple[Place, Counts]], group: Callable[[Place], K]) -> dict[K, Counts]:
    """The sum of each group."""
    sums: dict[K, list[int]] = {}
    for place, counts in parts:
        row = sums.setdefault(group(place), [0] * len(_COUNTS))
        for index, name in enumerate(_COUNTS):
            row[index] += getattr(counts, name)
    return {key: Counts(*row) for key, row in sums.items()}


def total(cells: Cells) -> Counts:
    """Of everything."""
    return added_up(cells.items(), lambda _: None).get(None, NOTHING)


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Indices of the points that no other beats: none is at most as dear and better, or dearer by nothing and better.

    By cost from low to high, quality rising; of equal points the first.
    """
    order = sorted(range(len(points)), key=lambda index: (points[index][0], -points[index][1], index))
    best, chosen = float("-inf"), []
    for index in order:
        if points[index][1] > best:
            best = points[index][1]
            chosen.append(index)
    return chosen


@dataclass(frozen=True, slots=True)
class NextDollar:
    """What one more dollar is expected to buy. `accepted` is None before anything was decided."""

    generated: float
    accepted: float | None
    interval: Interval | None


def next_dollar(counts: Counts) -> NextDollar | None:
    """From the cost of a generated sample and the acceptance of the decided ones; None where nothing was charged.

    The interval is that of the acceptance. It takes for granted that costs stay and that what is not decided yet would
    be accepted at the same rate.
    """
    if not counts.cost or not counts.generated:
        return None
    generated = NANO * counts.generated / counts.cost
    rate = counts.acceptance
    if rate.share is None or rate.interval is None:
        return NextDollar(generated, None, None)
    low, high = rate.interval
    return NextDollar(generated, generated * rate.share, (generated * low, generated * high))
