"""What an advice is made from and of: the situation, what each strategy takes, the advice itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from core.domain.strategies import Strategy, TaskType
from core.domain.switch_points import Grade, SwitchPoint

STUDIED = (Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE, Strategy.NEW_QUESTION)


@dataclass(frozen=True, slots=True)
class Takes:
    """What one sample takes, verification included. Nano-dollars, None while a price is unknown; `basis` says whether
    tokens were measured or assumed."""

    calls: int
    tokens_in: float = 0.0
    tokens_out: float = 0.0
    cost: float | None = None
    bound: int | None = None
    seconds: float = 0.0
    basis: str = "assumed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A strategy that could be run; `hindrance` says why it cannot, with the next step."""

    strategy: Strategy
    takes: Takes
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent: calls, nano-dollars, or both; None = no limit named."""

    calls: int | None = None
    money: int | None = None

    @property
    def named(self) -> bool:
        """Is there any limit?"""
        return self.calls is not None or self.money is not None

    def within(self, other: Budget) -> Budget:
        """The tighter of both limits."""
        return Budget(_tighter(self.calls, other.calls), _tighter(self.money, other.money))

    def less(self, calls: int, money: int) -> Budget:
        """What is left after spending; never below zero."""
        return Budget(
            None if self.calls is None else max(0, self.calls - calls),
            None if self.money is None else max(0, self.money - money),
        )


def _tighter(one: int | None, other: int | None) -> int | None:
    known = [limit for limit in (one, other) if limit is not None]
    return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Is the augmenter weak, and how do we know?"""

    weak: bool
    why: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a pilot taught. The switch point is multiplied by `factor` (least, expected, most); `weak` None = not told.

    `kept` is the share of a strategy's items that end as a kept sample.
    """

    factor: tuple[float, float, float] | None = None
    weak: bool | None = None
    why: str = ""
    kept: Mapping[Strategy, float] | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the advice depends on. `seeds` None = there are none; `left` is what the project's caps leave.

    `query_cost` is what one answer of the teacher costs: money is turned into calls with it. `disciplines` counts those
    that questions can be drawn from, `builtin` says that the built-in teacher knows no others. `paid` are the calls and
    nano-dollars that pilots took out of this budget.
    """

    seeds: int | None
    task: TaskType
    budget: Budget
    candidates: tuple[Candidate, ...]
    augmenter: Augmenter
    query_cost: float | None = None
    left: Budget = Budget()
    disciplines: int = 0
    builtin: bool = False
    student: str = ""
    lesson: Lesson = Lesson()
    paid: tuple[int, int] = (0, 0)

    @property
    def spendable(self) -> Budget:
        """The budget within what the project's caps leave; what a pilot of it took is still part of it."""
        return self.budget.within(self.left)

    @property
    def remaining(self) -> Budget:
        """What further samples may take."""
        return self.spendable.less(*self.paid)

    def candidate(self, strategy: Strategy) -> Candidate | None:
        """What is known of a strategy."""
        return next((c for c in self.candidates if c.strategy is strategy), None)


class Region(StrEnum):
    """Where a budget ratio lies."""

    ANSWERS = "new answers"
    SWITCH = "switch"
    QUESTIONS = "new questions"


@dataclass(frozen=True, slots=True)
class Band:
    """From where to where new questions overtake new answers, in calls a seed, for one number of seeds.

    Between `unsure_low` and `unsure_high` nobody can say for certain.
    """

    low: float
    high: float
    unsure_low: float
    unsure_high: float
    how: Literal["published", "between", "beyond", "student"]
    points: tuple[SwitchPoint, ...]

    def region(self, ratio: float) -> Region:
        """Where a ratio lies."""
        if ratio < self.low:
            return Region.ANSWERS
        return Region.QUESTIONS if ratio > self.high else Region.SWITCH

    def close(self, ratio: float) -> bool:
        """Is it a close call?"""
        return self.unsure_low <= ratio <= self.unsure_high


@dataclass(frozen=True, slots=True)
class Figures:
    """What a budget buys of one strategy, or what so many samples take."""

    samples: int
    calls: int
    tokens_in: int
    tokens_out: int
    cost: int | None
    bound: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Option:
    """One strategy beside the others: what it would give, and why it is advised or not."""

    strategy: Strategy
    takes: Takes
    figures: Figures
    advised: bool
    possible: bool
    why: str


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure an advice is: in a word, with the reason and the grade of what it rests on."""

    word: Literal["Certain", "Measured", "Piloted", "Fair", "Tentative", "Close call"]
    why: str
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know beside the advice; `about` decides the sign."""

    about: Literal["budget", "limit", "against"]
    says: str
    source: str = ""
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What to run, and why; `strategy` None = nothing can be run yet, `reason` says what to do."""

    strategy: Strategy | None
    reason: str
    options: tuple[Option, ...]
    sureness: Sureness
    notes: tuple[Note, ...]
    queries: int | None = None
    ratio: float | None = None
    band: Band | None = None

    @property
    def advised(self) -> Option | None:
        """The advised one among the options."""
        return next((option for option in self.options if option.advised), None)

    @property
    def region(self) -> Region | None:
        """Where the budget ratio lies."""
        return self.band.region(self.ratio) if self.band and self.ratio is not None else None
