"""What a pilot taught: how much of each strategy's work is kept, what a kept sample takes, and how sure that is.

The budget rule counts calls; a strategy that loses more of its items buys less for the same calls. So the switch moves
up by how much more the varied strategy wastes than new answers do. This step is our own reasoning, not published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, log, sqrt

from core.analysis.advice_facts import Band, Lesson
from core.analysis.intervals import wilson
from core.domain.strategies import Strategy

_Z = 1.96
_LEAST = 1e-3
MOST_MORE = 100_000
_AT_LEAST = 4  # a quarter more, where the rule of thumb says that there are enough


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with the 95 % Wilson interval."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        """The share; the middle of the interval where nothing or everything hit, so that nothing is taken for sure."""
        if self.of and 0 < self.hits < self.of:
            return self.hits / self.of
        low, high = self.interval
        return (low + high) / 2

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval."""
        return wilson(self.hits, self.of)


@dataclass(frozen=True, slots=True)
class Arm:
    """What one strategy of a pilot came to. `items` have ended; `exact` and `near` repeat an earlier one of the arm.

    `nominal` are the calls of a sample by definition; `cost` is in nano-dollars.
    """

    strategy: Strategy
    nominal: int
    items: int
    made: int
    dropped: int = 0
    failed: int = 0
    calls: int = 0
    cost: int = 0
    accepted: int = 0
    decided: int = 0
    passed: int = 0
    checked: int = 0
    exact: int = 0
    near: int = 0

    @property
    def usable(self) -> Rate:
        """Items that became a sample which says something new."""
        return Rate(max(0, self.made - self.exact), self.items)

    @property
    def good(self) -> Rate | None:
        """Samples that people accepted; without verdicts those that passed verification; None without either."""
        if self.decided:
            return Rate(self.accepted, self.decided)
        return Rate(self.passed, self.checked) if self.checked else None

    @property
    def basis(self) -> str:
        """What "good" means here."""
        if self.decided:
            return "accepted by people"
        return "passed verification" if self.checked else "made at all, for nobody decided and nothing verified them"

    @property
    def kept(self) -> tuple[float, float, float]:
        """Share of items that end as a kept sample: least, expected, most. The interval is a cautious one."""
        low, high = self.usable.interval
        if self.good is None:
            return low, self.usable.share, high
        least, most = self.good.interval
        return low * least, self.usable.share * self.good.share, high * most

    @property
    def calls_an_item(self) -> float:
        """What an item takes. Where stored answers were reused, what it would take by definition."""
        if self.items and self.calls >= max(1, self.made * self.nominal):
            return self.calls / self.items
        return float(self.nominal)

    @property
    def calls_per_kept(self) -> tuple[float, float, float]:
        """Calls for a kept sample: least, expected, most."""
        return self._per_kept(self.calls_an_item)

    @property
    def cost_per_kept(self) -> tuple[float, float, float]:
        """Nano-dollars for a kept sample: least, expected, most."""
        return self._per_kept(self.cost / self.items if self.items else 0.0)

    def _per_kept(self, each: float) -> tuple[float, float, float]:
        low, middle, high = self.kept
        return each / max(high, _LEAST), each / max(middle, _LEAST), each / max(low, _LEAST)

    @property
    def spread(self) -> float:
        """Variance of the logarithm of the kept share for one item: how many items it takes to know it."""
        share = min(max(self.kept[1], _LEAST), 1 - _LEAST)
        return (1 - share) / share


def comparable(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """The arms with the best measure of good that all of them have: verdicts, else verification, else none.

    A strategy whose samples nobody checked would otherwise look better than one whose samples were.
    """
    made = [arm for arm in arms if arm.made]
    if not all(arm.decided for arm in made):
        arms = [replace(arm, decided=0, accepted=0) for arm in arms]
        if not all(arm.checked for arm in made):
            arms = [replace(arm, checked=0, passed=0) for arm in arms]
    return tuple(arms)


@dataclass(frozen=True, slots=True)
class More:
    """What it takes to decide: further items of each strategy of the question, and the calls of all of them."""

    samples: int
    calls: int
    between: tuple[Strategy, Strategy]


def learn(arms: Sequence[Arm], weak: bool, weak_loss: float) -> Lesson:
    """What comparable arms say; `weak` was assumed of the augmenter, `weak_loss` is the published loss in percent."""
    by = {arm.strategy: arm for arm in arms if arm.items}
    told, why = _augmenter(by, weak_loss)
    varied = Strategy.QUESTION_REPHRASE if (weak if told is None else told) else Strategy.NEW_QUESTION
    factor = None
    answers = by.get(Strategy.ANSWER_AUGMENTATION)
    if answers and answers.made and varied in by:
        factor = _factor(answers, by[varied])
    return Lesson(factor, told, why, {strategy: arm.kept[1] for strategy, arm in by.items()})


def _factor(answers: Arm, varied: Arm) -> tuple[float, float, float]:
    """How many times dearer, measured by what it should take, a kept sample of the varied strategy is."""
    one = [calls / answers.nominal for calls in answers.calls_per_kept]
    other = [calls / varied.nominal for calls in varied.calls_per_kept]
    return other[0] / one[2], other[1] / one[1], other[2] / one[0]


def _augmenter(by: Mapping[Strategy, Arm], weak_loss: float) -> tuple[bool | None, str]:
    rephrase, new = by.get(Strategy.QUESTION_REPHRASE), by.get(Strategy.NEW_QUESTION)
    if rephrase is None or new is None or not rephrase.made:
        return None, "The pilot did not compare new with rephrased questions, so it says nothing of the augmenter."
    if new.kept[2] < rephrase.kept[0]:
        return True, "In the pilot fewer new than rephrased questions were kept, the intervals are apart: it is weak."
    if new.kept[0] >= rephrase.kept[2] * (1 - weak_loss / 100):
        return (
            False,
            f"In the pilot new questions lost less than {weak_loss:.0f} % against rephrased ones: it is not weak.",
        )
    return (
        None,
        "The intervals of new and rephrased questions overlap: the pilot does not tell how good the augmenter is.",
    )


def more_needed(arms: Sequence[Arm], ratio: float | None, band: Band | None, *, weak: bool) -> More | None:
    """Further pilot samples that would decide; None if it is decided, or if no number of samples can decide it.

    The published range of the switch stays as wide as it is, however long a pilot runs.
    """
    by = {arm.strategy: arm for arm in arms if arm.items}
    varied = Strategy.QUESTION_REPHRASE if weak else Strategy.NEW_QUESTION
    answers, other = by.get(Strategy.ANSWER_AUGMENTATION), by.get(varied)
    if ratio is None or band is None or answers is None or other is None or not band.close(ratio):
        return None
    if band.low <= ratio <= band.high:
        return None
    gap = min(abs(log(ratio / band.low)), abs(log(ratio / band.high)))
    both, there = sqrt(answers.spread) + sqrt(other.spread), min(answers.items, other.items)
    wanted = min(MOST_MORE, ceil((_Z * both / gap) ** 2)) if gap else MOST_MORE
    further = max(wanted - there, ceil(there / _AT_LEAST))
    calls = ceil(further * (answers.calls_an_item + other.calls_an_item))
    return More(further, calls, (answers.strategy, other.strategy))
