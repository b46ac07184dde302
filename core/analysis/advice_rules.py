"""The rule itself: from a situation to one strategy. Every branch is a `Kind`, which the reasons put into words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from core.analysis.advice_facts import STUDIED, Band, Region, Situation
from core.analysis.advice_ratio import affordable, band_of, cheapest, queries_of
from core.domain.strategies import Strategy
from core.domain.switch_points import ALIKE, WEAK_LOSS, SwitchPoint, SwitchPoints


class Kind(StrEnum):
    """Why a strategy was chosen."""

    NO_SEEDS = "no seeds"
    NO_BUDGET = "no budget"
    NOTHING = "budget below one sample"
    ALIKE = "so many seeds that all are alike"
    LOW = "below the switch"
    SWITCH = "inside the switch"
    HIGH = "above the switch"
    HIGH_WEAK = "above the switch, weak augmenter"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the rule says; `points` are the numbers that it used."""

    kind: Kind
    strategy: Strategy | None
    queries: int | None = None
    ratio: float | None = None
    band: Band | None = None
    points: tuple[SwitchPoint, ...] = ()
    close: bool = False


def choose(s: Situation, points: SwitchPoints) -> Choice:
    """No seeds: GLAN. So many seeds that strategies do not differ: the cheapest. Below the switch: new answers.

    Above it: new questions, or rephrased ones if the augmenter is weak.
    """
    if not s.seeds:
        return Choice(Kind.NO_SEEDS, _without_seeds(s), queries_of(s.spendable, s.query_cost))
    band = band_of(s.seeds, points, student=s.student, lesson=s.lesson)
    queries = queries_of(s.spendable, s.query_cost)
    if queries is None:
        return Choice(Kind.NO_BUDGET, _possible(s, Strategy.ANSWER_AUGMENTATION), band=band)
    ratio = queries / s.seeds
    if not any(affordable(s.remaining, c.takes) != 0 for c in s.candidates if not c.hindrance):
        return Choice(Kind.NOTHING, None, queries, ratio, band)
    alike = points.get(ALIKE)
    if s.seeds >= alike.high:
        studied = [c for c in s.candidates if c.strategy in STUDIED and not c.hindrance]
        kept = dict(s.lesson.kept or {})
        chosen = cheapest(studied, kept).strategy if studied else None  # type: ignore[arg-type]
        return Choice(Kind.ALIKE, chosen, queries, ratio, band, (alike,))
    return _by_ratio(s, points, queries, band)


def is_weak(s: Situation) -> bool:
    """What a pilot measured counts before what is assumed."""
    return s.augmenter.weak if s.lesson.weak is None else s.lesson.weak


def of_augmenter(s: Situation) -> str:
    """Why the augmenter counts as weak or not: what was measured, else what is assumed."""
    return s.augmenter.why if s.lesson.weak is None else s.lesson.why


def _by_ratio(s: Situation, points: SwitchPoints, queries: int, band: Band) -> Choice:
    assert s.seeds
    ratio, close, used = queries / s.seeds, band.close(queries / s.seeds), band.points
    weak = is_weak(s)
    varied = Strategy.QUESTION_REPHRASE if weak else Strategy.NEW_QUESTION
    where = band.region(ratio)
    if where is Region.SWITCH:
        low = ratio < sqrt(band.low * band.high)
        chosen = Strategy.ANSWER_AUGMENTATION if low else varied
        return Choice(Kind.SWITCH, _possible(s, chosen), queries, ratio, band, used, close=True)
    if where is Region.ANSWERS:
        return Choice(Kind.LOW, _possible(s, Strategy.ANSWER_AUGMENTATION), queries, ratio, band, used, close)
    if weak:
        used = (*used, points.get(WEAK_LOSS))
        return Choice(Kind.HIGH_WEAK, _possible(s, varied), queries, ratio, band, used, close)
    return Choice(Kind.HIGH, _possible(s, varied), queries, ratio, band, used, close)


def _possible(s: Situation, wanted: Strategy) -> Strategy | None:
    """The wanted one, else the nearest of those that were studied and can be run."""
    order = (wanted, Strategy.QUESTION_REPHRASE, Strategy.ANSWER_AUGMENTATION, Strategy.NEW_QUESTION)
    return next((one for one in order if (c := s.candidate(one)) and not c.hindrance), None)


def _without_seeds(s: Situation) -> Strategy | None:
    order = (Strategy.GLAN, Strategy.MULTI_TURN)
    return next((one for one in order if (c := s.candidate(one)) and not c.hindrance), None)
