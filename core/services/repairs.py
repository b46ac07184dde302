"""Repairs: rejected samples that wait for a teacher, what mending them costs, and what became of those that went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.estimates import Estimate
from core.domain.calls import Stage
from core.domain.people import Action, Principal
from core.domain.plans import CHECKED_BY, Checks, PlanKind, RepairsPlan, TeacherChoice
from core.domain.records import RepairWish, Run, Sample
from core.domain.states import ACTIVE, ReviewState, WishState
from core.errors import InvalidInputError
from core.llm.builtin.mending import knows_repair
from core.services.context import Context
from core.services.estimating import Estimator
from core.services.generation import GenerationService
from core.services.projects import ProjectService
from core.services.repair_items import checks_again, waiting
from core.store import events, repair_wishes, runs, samples
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rejected sample that waits to be mended, with all wishes about its text, the oldest first."""

    sample: Sample
    wishes: tuple[RepairWish, ...]

    @property
    def words(self) -> str:
        """What the reviewers said, each once."""
        return "\n\n".join(dict.fromkeys(wish.words for wish in self.wishes))

    @property
    def failed(self) -> bool:
        """Was it tried without success?"""
        return any(wish.state is WishState.FAILED for wish in self.wishes)


@dataclass(frozen=True, slots=True)
class RepairRun:
    """A run of repairs with the samples it took up: those it mended and their revision, and how the others stand."""

    run: Run
    repaired: tuple[Sample, ...]
    back: int
    failed: int
    overtaken: int
    left: int

    @property
    def active(self) -> bool:
        """Is it queued or running?"""
        return self.run.state in ACTIVE


@dataclass(frozen=True, slots=True)
class RepairStanding:
    """How many samples wait to be mended, how many of them were tried without success, and the newest run."""

    waiting: int
    failed: int
    newest: RepairRun | None


class RepairService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def waiting(self, project_id: str) -> list[Waiting]:
        """Rejected samples that a run of repairs could take up, the oldest wish first."""
        with self._c.store.read() as tx:
            found = waiting(tx, project_id)
            there = {sample.id: sample for sample in samples.by_ids(tx, [wishes[0].sample_id for wishes in found])}
        return [Waiting(there[wishes[0].sample_id], wishes) for wishes in found]

    def standing(self, project_id: str) -> RepairStanding:
        """Cheap enough for every drawing."""
        newest = self.history(project_id, size=1)
        with self._c.store.read() as tx:
            return RepairStanding(*repair_wishes.numbers(tx, project_id), newest[0] if newest else None)

    def plan(
        self,
        project_id: str,
        wishes: Sequence[int] | None = None,
        *,
        teacher: TeacherChoice | None = None,
        verify: bool = False,
        cost_cap: int | None = None,
        call_cap: int | None = None,
    ) -> RepairsPlan:
        """A plan for these wishes, or all that wait, by this teacher, or the project's; InvalidInputError for none.

        `verify`: what had been checked by calls is checked so again once it is mended, by the project's teachers.
        """
        chosen = [wish.id for each in self.waiting(project_id) for wish in each.wishes] if wishes is None else wishes
        if not chosen:
            raise InvalidInputError("No rejected sample waits to be repaired.", "Reject one and ask for its repair.")
        usual = ProjectService(self._c).teachers(project_id)
        further = self._checked_by(project_id, chosen) if verify else ()
        teachers = {Stage.REPAIR: teacher or usual[Stage.REPAIR], **{stage: usual[stage] for stage in further}}
        return RepairsPlan(teachers=teachers, wishes=tuple(chosen), cost_cap=cost_cap, call_cap=call_cap)

    def _checked_by(self, project_id: str, wishes: Sequence[int]) -> tuple[Stage, ...]:
        """The stages by whose calls at least one of the samples was checked when it was made."""
        with self._c.store.read() as tx:
            ids = [wish.sample_id for wish in repair_wishes.by_ids(tx, project_id, wishes)]
            had = checks_again(tx, ids, CHECKED_BY)
        return tuple(stage for stage in CHECKED_BY if any(stage in Checks(**each).calls for each in had.values()))

    def estimate(self, project_id: str, plan: RepairsPlan) -> Estimate:
        """Calls exactly, tokens and money as far as they can be known."""
        with self._c.store.read() as tx:
            return Estimator(tx, project_id).estimate(plan)

    def start(self, who: Principal, project_id: str, plan: RepairsPlan, *, token: str) -> Run:
        """Queue the repairs; twice with one token makes one run."""
        return GenerationService(self._c).start(who, project_id, plan, token=token)

    def give_up(self, who: Principal, project_id: str, wishes: Sequence[int]) -> int:
        """Leave these texts rejected as they are; how many wishes that took back."""
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            found = repair_wishes.startable(tx, project_id, wishes)
            repair_wishes.end(tx, [wish.id for wish in found], WishState.WITHDRAWN)
            at = self._c.clock()
            for wish in found:
                after = {"wish": wish.id}
                events.append(tx, project_id, who.name, at, "repair given up", ("sample", wish.sample_id), after=after)
            return len(found)

    def builtin_knows(self, project_id: str, plan: RepairsPlan) -> int:
        """How many of the samples the built-in teacher can mend."""
        with self._c.store.read() as tx:
            found = waiting(tx, project_id, plan.wishes)
            there = samples.by_ids(tx, [wishes[0].sample_id for wishes in found])
        return sum(knows_repair(sample.question) for sample in there)

    def history(self, project_id: str, *, size: int = 5) -> list[RepairRun]:
        """The newest runs of repairs, and what became of what they took up."""
        with self._c.store.read() as tx:
            return [self._told(tx, run) for run in runs.of_kind(tx, project_id, PlanKind.REPAIRS, size=size)]

    def _told(self, tx: Tx, run: Run) -> RepairRun:
        wishes = repair_wishes.in_run(tx, run.id)
        by_state = {state: {wish.sample_id for wish in wishes if wish.state is state} for state in WishState}
        mended = samples.by_ids(tx, sorted(by_state[WishState.DONE]))
        overtaken = by_state[WishState.OUTDATED] | by_state[WishState.WITHDRAWN]
        left = by_state[WishState.SENT] | by_state[WishState.OPEN]
        back = sum(sample.review is ReviewState.PENDING for sample in mended)
        return RepairRun(run, tuple(mended), back, len(by_state[WishState.FAILED]), len(overtaken), len(left))
