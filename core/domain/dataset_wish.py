"""What somebody wants in a dataset version, and why a sample that fits is not in it all the same."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.domain.sampling import Difficulty
from core.domain.states import VerificationState
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.errors import InvalidInputError

MOST_HELD_OUT = 0.5
Share = Annotated[float, Field(ge=0, le=MOST_HELD_OUT)]
Cap = Annotated[int, Field(ge=1)]
Ratio = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class DatasetWish(BaseModel):
    """What goes into a version. Empty `disciplines` and `strategies` = all; `demo` lets demo content in.

    `near`: questions at least this alike are near duplicates, of which one goes in; None keeps them all. What shares
    `ngram` words in a row with a question of one of the `benchmarks` (ids) stays out. Caps and ratios are upper limits,
    None sets none. `validation_share` and `test_share` of the rows are held out. The same samples and `random_seed`
    give the same version.

    Wishes that were stored before there were near duplicates, benchmarks, caps and tests are read as what they meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    disciplines: tuple[int, ...] = ()
    strategies: tuple[str, ...] = ()
    difficulty: str | None = None
    without_failed_verification: bool = False
    without_open_seconds: bool = False
    demo: bool = True
    near: Annotated[float, Field(ge=0.5, le=1)] | None = None
    benchmarks: tuple[int, ...] = ()
    ngram: Annotated[int, Field(ge=5, le=50)] = 13
    per_discipline: Cap | None = None
    per_strategy: Cap | None = None
    generated_per_human: Ratio | None = None
    basic_per_challenging: Ratio | None = None
    validation_share: Share = 0.0
    test_share: Share = 0.0
    random_seed: int = 0

    @model_validator(mode="after")
    def _leaves_enough_for_training(self) -> Self:
        if self.validation_share + self.test_share > MOST_HELD_OUT + 1e-9:
            raise InvalidInputError(
                "Validation and test together hold out more than half of the rows.", "Choose smaller shares."
            )
        return self

    @model_validator(mode="after")
    def _names_what_samples_can_be(self) -> Self:
        difficulties = {self.difficulty} if self.difficulty else set[str]()
        for what, named, known in (
            ("strategy", set(self.strategies), Strategy),
            ("difficulty", difficulties, Difficulty),
        ):
            if strange := sorted(named - set(known)):
                raise InvalidInputError(f"There is no {what} {strange[0][:80]!r}.", f"There are: {', '.join(known)}.")
        return self

    def fits(self, sample: Mapping[str, Any]) -> bool:
        """Is an accepted sample with these columns wanted, all else left aside?"""
        if self.disciplines and sample["node_id"] not in self.disciplines:
            return False
        if self.strategies and sample["strategy"] not in self.strategies:
            return False
        if self.difficulty and sample["difficulty"] != self.difficulty:
            return False
        if self.without_failed_verification and sample["verification"] == VerificationState.FAILED:
            return False
        if self.without_open_seconds and sample["second"] == 1:
            return False
        return self.demo or sample["origin"] != Origin.DEMO

    @property
    def is_balanced(self) -> bool:
        """Is there any limit on the proportions?"""
        limits = (self.per_discipline, self.per_strategy, self.generated_per_human, self.basic_per_challenging)
        return any(limit is not None for limit in limits)

    @property
    def holds_out(self) -> bool:
        """Are rows kept from training?"""
        return self.validation_share + self.test_share > 0


def limits(wish: Mapping[str, Any]) -> list[str]:
    """The limits of a stored wish in words: ["at most 50 rows of a discipline"]."""
    rules = (
        ("per_discipline", "at most {:,} {} of a discipline"),
        ("per_strategy", "at most {:,} {} of a strategy"),
        ("generated_per_human", "at most {:g} generated {} for each human one"),
        ("basic_per_challenging", "at most {:g} basic {} for each challenging one"),
    )
    told = ((wish.get(rule), words) for rule, words in rules)
    return [words.format(limit, "row" if limit == 1 else "rows") for limit, words in told if limit is not None]


class Reason(StrEnum):
    """Why an accepted sample that fits the choice is left out, in the order in which it is looked at."""

    REPEAT = "repeat"
    CONTAMINATED = "contaminated"
    NEAR = "near"
    DISCIPLINE = "discipline"
    STRATEGY = "strategy"
    GENERATED = "generated"
    BASIC = "basic"

    @property
    def label(self) -> str:
        """As people read it."""
        return _LABELS[self]


_LABELS = {
    Reason.REPEAT: "Exact repeat",
    Reason.CONTAMINATED: "Asked by a benchmark",
    Reason.NEAR: "Near duplicate",
    Reason.DISCIPLINE: "Enough of its discipline",
    Reason.STRATEGY: "Enough of its strategy",
    Reason.GENERATED: "Too many generated",
    Reason.BASIC: "Too many basic",
}
