"""The adviser: what to run with a budget, why, what it costs, what the others would give; and pilots to find out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.analysis.advice import FIRST_STEP, advise
from core.analysis.advice_facts import Advice, Budget, Candidate, Lesson, Situation
from core.analysis.advice_mixed import Portion, pilot_counts, split
from core.analysis.advice_pilot import More, learn, more_needed
from core.analysis.advice_rules import is_weak
from core.domain.calls import Stage
from core.domain.people import Principal
from core.domain.plans import MixedPlan, SamplesPlan, TeacherChoice
from core.domain.records import Run
from core.domain.seeds import SeedSet
from core.domain.strategies import Strategy
from core.domain.switch_points import WEAK_LOSS, SwitchPoints
from core.errors import InvalidInputError
from core.services.adviser_candidates import Wish, augmenter_of, candidates_of, part_of, query_cost
from core.services.adviser_pilots import Pilots, pilots_of
from core.services.context import Context
from core.services.generation import GenerationService
from core.services.projects import BUILTIN_ID, ProjectService
from core.services.sources import sources_of
from core.services.switch_points import points_of
from core.store import ledger, projects, seeds
from core.store.database import Tx

__all__ = ["PILOT_SHARE", "AdviserService", "Counsel", "Pilots", "Wish"]
PILOT_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Counsel:
    """The advice with all that it was made from. `before` is the advice without the pilots, equal where none spoke."""

    situation: Situation
    points: SwitchPoints
    seed_set: SeedSet | None
    advice: Advice
    before: Advice
    pilots: Pilots
    more: More | None
    teachers: Mapping[Stage, TeacherChoice]

    @property
    def changed(self) -> bool:
        """Did the pilots change what is advised?"""
        return self.advice.strategy is not self.before.strategy


class AdviserService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def sets(self, project_id: str) -> list[SeedSet]:
        """Seed sets with examples, by name, the newest version first."""
        with self._c.store.read() as tx:
            return [each for each in seeds.page(tx, project_id) if each.n_examples]

    def disciplines(self, project_id: str) -> int:
        """Disciplines that GLAN can draw questions from."""
        with self._c.store.read() as tx:
            return _drawable(tx, project_id)

    def students(self, project_id: str) -> tuple[str, ...]:
        """Students for which a switch point of their own is known."""
        with self._c.store.read() as tx:
            return points_of(tx, project_id).students

    def counsel(self, project_id: str, wish: Wish) -> Counsel:
        """What to do with this budget, from one snapshot."""
        teachers, disciplines = self._teachers(project_id, wish), self._disciplines(project_id)
        with self._c.store.read() as tx:
            chosen = seeds.get(tx, project_id, wish.seed_set) if wish.seed_set is not None else None
            points = points_of(tx, project_id)
            found = pilots_of(tx, project_id, wish, teachers)
            situation = self._situation(tx, project_id, wish, teachers, disciplines, chosen, found)
        plain = replace(situation, lesson=Lesson())
        advice, before = advise(situation, points), advise(plain, points)
        more = more_needed(found.compared, advice.ratio, advice.band, weak=is_weak(situation))
        return Counsel(situation, points, chosen, advice, before, found, more, teachers)

    def _situation(
        self,
        tx: Tx,
        project_id: str,
        wish: Wish,
        teachers: Mapping[Stage, TeacherChoice],
        disciplines: tuple[int, ...],
        chosen: SeedSet | None,
        found: Pilots,
    ) -> Situation:
        caps, spent = projects.get(tx, project_id).caps, ledger.spent(tx, "project", project_id)
        used = Budget(caps.calls, caps.cost).less(spent.calls - found.calls, spent.total - found.cost)
        augmenter = augmenter_of(tx, wish, teachers)
        weak_loss = points_of(tx, project_id).get(WEAK_LOSS).low
        return Situation(
            chosen.n_examples if chosen else None,
            chosen.task_type if chosen else wish.task,
            Budget(wish.calls, wish.money),
            candidates_of(tx, project_id, wish, teachers, disciplines),
            augmenter,
            query_cost(tx, project_id, wish, teachers),
            used,
            len(disciplines) or _drawable(tx, project_id),
            bool(disciplines),
            wish.student,
            learn(found.compared, augmenter.weak, weak_loss) if found.arms and not found.active else Lesson(),
            (found.calls, found.cost),
        )

    def _teachers(self, project_id: str, wish: Wish) -> dict[Stage, TeacherChoice]:
        teachers = ProjectService(self._c).teachers(project_id)
        return {**teachers, Stage.ANSWER: wish.answerers[0].teacher} if wish.answerers else teachers

    def _disciplines(self, project_id: str) -> tuple[int, ...]:
        """Those that the question teacher knows if it is the built-in one; () = all that are verified."""
        asks = ProjectService(self._c).teachers(project_id)[Stage.QUESTION].connection
        return tuple(GenerationService(self._c).builtin_disciplines(project_id)) if asks == BUILTIN_ID else ()

    def plan(self, project_id: str, wish: Wish, counsel: Counsel, strategy: Strategy) -> SamplesPlan:
        """The plan of one strategy that the rest of the budget buys, with the budget as its caps."""
        option = next(option for option in counsel.advice.options if option.strategy is strategy)
        if not option.possible or not option.figures.samples:
            raise InvalidInputError(f"{strategy.label} cannot be planned with this: {option.why}", "Change the budget.")
        part = part_of(strategy, wish, counsel.teachers, self._disciplines(project_id), option.figures.samples)
        left = counsel.situation.remaining
        return part.model_copy(update={"call_cap": left.calls or None, "cost_cap": left.money})

    def portions(self, counsel: Counsel, shares: Mapping[Strategy, int]) -> list[Portion]:
        """What each part of a mixed plan buys."""
        s = counsel.situation
        return split(s.remaining, s.candidates, shares, without=s.seeds or FIRST_STEP)

    def mixed(
        self, project_id: str, wish: Wish, counsel: Counsel, shares: Mapping[Strategy, int], *, sure: bool = False
    ) -> MixedPlan:
        """The mixed plan of these shares under one cap; parts that buy nothing are left out.

        `sure`: only as large as fits even when every prompt and answer is at its longest.
        """
        counts = {p.strategy: p.figures.samples for p in self.portions(counsel, shares) if p.figures.samples}
        plan = self._mixed(project_id, wish, counsel, counts)
        if plan is not None and sure:
            left = counsel.situation.remaining
            fits = GenerationService(self._c).fitted(project_id, plan, calls=left.calls, cost=left.money)
            plan = self._mixed(project_id, wish, counsel, dict(zip(counts, fits or (), strict=False)))
        if plan is None:
            raise InvalidInputError("The budget does not buy a sample of each part.", "Raise it, or set a share to 0.")
        return plan

    def _mixed(self, project_id: str, wish: Wish, counsel: Counsel, counts: Mapping[Strategy, int]) -> MixedPlan | None:
        if not counts:
            return None
        left = counsel.situation.remaining
        parts = self._parts(project_id, wish, counsel, counts)
        return MixedPlan(parts=parts, call_cap=left.calls or None, cost_cap=left.money)

    def _parts(
        self, project_id: str, wish: Wish, counsel: Counsel, counts: Mapping[Strategy, int]
    ) -> tuple[SamplesPlan, ...]:
        disciplines = self._disciplines(project_id)
        return tuple(part_of(s, wish, counsel.teachers, disciplines, count) for s, count in counts.items())

    def pilot_counts(self, counsel: Counsel, chosen: tuple[Strategy, ...], share: float) -> dict[Strategy, int]:
        """Samples of each candidate in a pilot that spends this share of the budget."""
        return pilot_counts(counsel.situation.remaining, share, self._chosen(counsel, chosen))

    def pilot_takes(self, counsel: Counsel, counts: Mapping[Strategy, int]) -> list[Portion]:
        """What the strategies of a pilot take."""
        return [
            portion
            for c in counsel.situation.candidates
            if c.strategy in counts
            for portion in split(Budget(calls=counts[c.strategy] * c.takes.calls), [c], {c.strategy: 1}, without=0)
        ]

    def _chosen(self, counsel: Counsel, chosen: tuple[Strategy, ...]) -> list[Candidate]:
        return [c for c in counsel.situation.candidates if c.strategy in chosen and not c.hindrance]

    def start_pilot(
        self,
        who: Principal,
        project_id: str,
        wish: Wish,
        counsel: Counsel,
        counts: Mapping[Strategy, int],
        *,
        token: str,
    ) -> Run:
        """Queue a pilot. Its samples are kept, and later plans on the same seeds go on behind it: nothing of it is made
        or paid again."""
        if not counts:
            raise InvalidInputError("The budget is too small for a pilot.", "Name a larger budget or a larger share.")
        portions = self.pilot_takes(counsel, counts)
        calls = sum(portion.figures.calls for portion in portions)
        left = counsel.situation.remaining
        plan = MixedPlan(
            parts=self._parts(project_id, wish, counsel, counts),
            purpose="pilot",
            call_cap=max(1, calls if left.calls is None else min(calls, left.calls)),
            cost_cap=left.money,
        )
        generation = GenerationService(self._c)
        return generation.start(who, project_id, generation.draft(project_id, plan), token=token)


def _drawable(tx: Tx, project_id: str) -> int:
    """Disciplines with verified syllabi."""
    return sum(1 for view in sources_of(tx, project_id, include_unverified=False) if view.sources)
