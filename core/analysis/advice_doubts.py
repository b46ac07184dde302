"""How sure an advice is, and what belongs beside it: limits of budget and strategy, findings against the rule."""

from __future__ import annotations

from core.analysis.advice_facts import Band, Note, Situation, Sureness
from core.analysis.advice_reasons import number
from core.analysis.advice_rules import Choice, Kind
from core.domain.money import money
from core.domain.strategies import FROM_SEEDS, Strategy, TaskType
from core.domain.switch_points import ALIKE, GAIN, STALL, Grade, SwitchPoints, weakest

_IN_STUDY = (TaskType.MATHS, TaskType.TEXT_TO_SQL, TaskType.OPEN)
_WITHIN = {
    "published": "published for exactly this number of seeds",
    "between": "read off between two published numbers of seeds",
    "beyond": "taken from the nearest number of seeds that anybody tried",
    "student": "published for this student, whatever the number of seeds",
}


def sureness(s: Situation, choice: Choice) -> Sureness:
    """How sure, by the weakest thing that the advice rests on."""
    if choice.kind is Kind.NO_SEEDS:
        return Sureness("Certain", "Without seeds no strategy that starts from them can begin.", None)
    if choice.kind in {Kind.NO_BUDGET, Kind.NOTHING}:
        return Sureness("Tentative", "It rests on no ratio: name a budget.", None)
    grade = weakest(point.grade for point in choice.points)
    basis = f"It rests on numbers that are {grade.value}"
    if choice.kind is Kind.ALIKE or choice.band is None:
        return Sureness("Fair", f"{basis}.", grade)
    return _of_band(s, choice, choice.band, grade, f"{basis}, {_WITHIN[choice.band.how]}")


def _of_band(s: Situation, choice: Choice, band: Band, grade: Grade, basis: str) -> Sureness:
    if choice.close:
        edge = f"{number(band.unsure_low)} and {number(band.unsure_high)}"
        after = " even after the pilot" if s.lesson.factor else ""
        words = f"{basis}; between {edge} calls a seed either may be better{after}."
        return Sureness("Close call", words, grade)
    if s.lesson.factor is not None or grade is Grade.MEASURED:
        if s.lesson.factor:
            return Sureness("Piloted", f"{basis}, and on a pilot of this project.", grade)
        return Sureness("Measured", f"{basis}.", grade)
    if band.how == "beyond" or s.task not in _IN_STUDY:
        more = "" if s.task in _IN_STUDY else f" {s.task.label} was not in the study."
        return Sureness("Tentative", f"{basis}.{more}", grade)
    return Sureness("Fair", f"{basis}.", grade)


def notes(s: Situation, choice: Choice, points: SwitchPoints, samples: int) -> tuple[Note, ...]:
    """What to know beside the advice: the budget, the limits of the strategy, the counter-evidence."""
    found = list(_of_budget(s))
    if s.seeds is not None and choice.strategy is not None:
        found += _of_limits(s, choice, points, samples)
        found += [Note("against", e.says, e.source, e.grade) for e in points.evidence if e.against]
    return tuple(found)


def _of_budget(s: Situation) -> list[Note]:
    found = []
    tighter = s.spendable
    if tighter != s.budget and s.budget.named:
        left = []
        if tighter.calls != s.budget.calls:
            left.append(f"{tighter.calls:,} calls")
        if tighter.money != s.budget.money:
            left.append(money(tighter.money or 0))
        found.append(
            Note("budget", f"The caps of the project leave {' and '.join(left)}: the plans here fit into that.")
        )
    limited = s.budget.calls is not None or (s.budget.money is not None and bool(s.query_cost))
    if s.paid[0] and limited:
        found.append(Note("budget", f"Pilots took {s.paid[0]:,} calls of this budget; the plans are for the rest."))
    if s.budget.money is not None:
        if s.query_cost is None:
            found.append(
                Note(
                    "budget",
                    "The price of the answer teacher is unknown, so money cannot be turned into calls: enter it.",
                )
            )
        elif s.query_cost == 0:
            found.append(
                Note("budget", "The answer teacher charges nothing, so money sets no limit: name a budget in calls.")
            )
        else:
            found.append(Note("budget", f"Money is turned into calls at {money(round(s.query_cost))} for one answer."))
    return found


def _of_limits(s: Situation, choice: Choice, points: SwitchPoints, samples: int) -> list[Note]:
    found = []
    stall, alike, gain = points.get(STALL), points.get(ALIKE), points.get(GAIN)
    few = s.seeds is not None and s.seeds < alike.low
    if choice.strategy is Strategy.QUESTION_REPHRASE and few and samples > stall.low:
        words = f"With {stall.seeds:,} seeds rephrasing stalled at about {stall.value} samples; this makes {samples:,}."
        found.append(Note("limit", words, stall.source, stall.grade))
    if choice.strategy is Strategy.NEW_QUESTION and few:
        words = (
            f"With {gain.seeds:,} seeds new questions still gained beyond {gain.value} samples: no stall is in sight."
        )
        found.append(Note("limit", words, gain.source, gain.grade))
    if s.seeds is not None and alike.low <= s.seeds < alike.high and choice.strategy in FROM_SEEDS:
        words = f"From {alike.low:,.0f} seeds on the strategies differ little: a wrong choice costs less here."
        found.append(Note("limit", words, alike.source, alike.grade))
    return found
