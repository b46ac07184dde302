"""Pilots: which ones belong to a question, and what each of their strategies came to. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.analysis.advice_pilot import Arm, comparable
from core.analysis.advice_repeats import exact_repeats, near_repeats
from core.domain.calls import Stage
from core.domain.plans import MixedPlan, SamplesPlan, TeacherChoice
from core.domain.records import Run
from core.domain.states import ACTIVE, ItemState, ReviewState, VerificationState
from core.domain.strategies import Strategy
from core.services.adviser_candidates import Wish, part_of, same_teachers
from core.store import pilots
from core.store.database import Tx

_MADE = (ItemState.DONE, ItemState.KNOWN)


@dataclass(frozen=True, slots=True)
class Pilots:
    """Pilots of one seed set (or of none) with the teachers of today. `other` were made with other teachers.

    `arms` are what the strategies came to, `compared` the same with one measure of good for all.
    """

    runs: tuple[Run, ...]
    other: int
    arms: tuple[Arm, ...]
    compared: tuple[Arm, ...]
    calls: int
    cost: int

    @property
    def active(self) -> Run | None:
        """The one that is at work."""
        return next((run for run in self.runs if run.state in ACTIVE), None)


def pilots_of(tx: Tx, project_id: str, wish: Wish, teachers: Mapping[Stage, TeacherChoice]) -> Pilots:
    """All pilots that tell something about what is asked; their strategies are added up over runs."""
    about = [(run, plan) for run in pilots.pilots(tx, project_id) if _is_about(plan := _plan(run), wish)]
    fits = [(run, plan) for run, plan in about if _as_today(plan, wish, teachers)]
    ids = [run.id for run, _ in fits]
    strategies = {(run.id, number): part for run, plan in fits for number, part in enumerate(plan.parts)}
    bills = _by_strategy(strategies, pilots.bills(tx, ids))
    arms = tuple(_arms(tx, ids, strategies, bills))
    return Pilots(
        tuple(run for run, _ in fits),
        len(about) - len(fits),
        arms,
        comparable(arms),
        sum(row["calls"] for rows in bills.values() for row in rows),
        sum(row["cost"] for rows in bills.values() for row in rows),
    )


def _plan(run: Run) -> MixedPlan:
    return MixedPlan.model_validate(run.plan)


def _is_about(plan: MixedPlan, wish: Wish) -> bool:
    sets = {part.seeds.seed_set for part in plan.parts if part.seeds is not None}
    return sets == ({wish.seed_set} if wish.seed_set is not None else set())


def _as_today(plan: MixedPlan, wish: Wish, teachers: Mapping[Stage, TeacherChoice]) -> bool:
    return all(same_teachers(part, part_of(part.strategy, wish, teachers, (), 1)) for part in plan.parts)


def _by_strategy(
    parts: Mapping[tuple[str, int], SamplesPlan], rows: Iterable[dict[str, Any]]
) -> dict[Strategy, list[dict[str, Any]]]:
    found: dict[Strategy, list[dict[str, Any]]] = {part.strategy: [] for part in parts.values()}
    for row in rows:
        found[parts[row["run"], row["part"]].strategy].append(row)
    return found


def _arms(
    tx: Tx,
    ids: Sequence[str],
    parts: Mapping[tuple[str, int], SamplesPlan],
    bills: Mapping[Strategy, Sequence[dict[str, Any]]],
) -> Iterable[Arm]:
    states = _by_strategy(parts, pilots.states(tx, ids))
    made = _by_strategy(parts, pilots.samples(tx, ids))
    for strategy, rows in states.items():
        samples = made[strategy]
        counts: Counter[str] = Counter()
        for row in rows:
            counts[row["state"]] += row["n"]
        reviews = Counter(sample["review"] for sample in samples)
        checks = Counter(sample["verification"] for sample in samples)
        ended = {state: n for state, n in counts.items() if state != ItemState.PLANNED}
        dropped = counts[ItemState.DROPPED]
        good = sum(counts[state] for state in _MADE)
        yield Arm(
            strategy,
            next(part.arithmetic.total for part in parts.values() if part.strategy is strategy),
            sum(ended.values()),
            good,
            dropped,
            sum(ended.values()) - good - dropped,
            sum(row["calls"] for row in bills[strategy]),
            sum(row["cost"] for row in bills[strategy]),
            reviews[ReviewState.ACCEPTED],
            reviews[ReviewState.ACCEPTED] + reviews[ReviewState.REJECTED],
            checks[VerificationState.VERIFIED],
            checks[VerificationState.VERIFIED] + checks[VerificationState.FAILED],
            exact_repeats([(sample["question"], sample["answer"]) for sample in samples]),
            0 if strategy is Strategy.ANSWER_AUGMENTATION else near_repeats([sample["question"] for sample in samples]),
        )
