"""What each strategy would take here: with the teachers, the seeds and the prices of the project. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.analysis.advice_facts import Augmenter, Candidate, Takes
from core.analysis.estimates import Estimate
from core.domain.calls import Stage
from core.domain.money import Price
from core.domain.plans import Checks, SamplesPlan, SeedChoice, SharedTeacher, TeacherChoice, stages_of
from core.domain.strategies import FROM_SEEDS, MADE, Strategy, TaskType, arithmetic
from core.errors import StudioError
from core.generation.strategies.registry import METHODS
from core.runs.pricing import price_of
from core.services.estimating import Estimator
from core.store import projects
from core.store.database import Tx

_SIZE = 1000  # samples that are estimated to know what one takes
_CHEAP = 4  # times cheaper than the answer teacher: taken for weak


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person at the Strategy page said. `money` in nano-dollars; `weak` None = find out.

    `answerers` are several teachers for the answers, with shares; none = the project's.
    """

    seed_set: int | None = None
    task: TaskType = TaskType.OPEN
    calls: int | None = None
    money: int | None = None
    weak: bool | None = None
    checks: Checks = field(default_factory=Checks)
    student: str = ""
    answerers: tuple[SharedTeacher, ...] = ()


def part_of(
    strategy: Strategy, wish: Wish, teachers: Mapping[Stage, TeacherChoice], disciplines: Sequence[int], count: int
) -> SamplesPlan:
    """A plan of one strategy as the adviser would hand it over; raises ValidationError without seeds it needs."""
    checks = checks_for(strategy, wish.checks)
    needed = arithmetic(strategy).plus(checks.calls).calls
    return SamplesPlan(
        strategy=strategy,
        teachers={stage: teachers[stage] for stage in Stage if stage in needed},
        crew={Stage.ANSWER: wish.answerers} if len(wish.answerers) > 1 and Stage.ANSWER in needed else {},
        seeds=SeedChoice(seed_set=wish.seed_set) if strategy in FROM_SEEDS and wish.seed_set is not None else None,
        disciplines=tuple(disciplines) if strategy is Strategy.GLAN else (),
        checks=checks,
        count=max(1, count),
    )


def checks_for(strategy: Strategy, checks: Checks) -> Checks:
    """Only strategies that keep the seed's final answer can be compared with it; GLAN's questions are open."""
    keeps = strategy in {Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE}
    changed = checks if keeps else checks.model_copy(update={"reference": False})
    if strategy in {Strategy.GLAN, Strategy.MULTI_TURN}:
        return changed.model_copy(update={"agreement": 0, "execution": False})
    return changed


def candidates_of(
    tx: Tx, project_id: str, wish: Wish, teachers: Mapping[Stage, TeacherChoice], disciplines: Sequence[int]
) -> tuple[Candidate, ...]:
    """Every strategy that this version makes: what one sample takes, or what stands in its way."""
    estimator = Estimator(tx, project_id)
    return tuple(
        _candidate(estimator, strategy, wish, teachers, disciplines) for strategy in MADE if strategy in METHODS
    )


def _candidate(
    estimator: Estimator,
    strategy: Strategy,
    wish: Wish,
    teachers: Mapping[Stage, TeacherChoice],
    disciplines: Sequence[int],
) -> Candidate:
    calls = arithmetic(strategy).plus(checks_for(strategy, wish.checks).calls).total
    if strategy in FROM_SEEDS and wish.seed_set is None:
        return Candidate(strategy, Takes(calls), "It starts from seeds: choose a seed set, or import one.")
    try:
        estimate = estimator.estimate(part_of(strategy, wish, teachers, disciplines, _SIZE))
    except StudioError as error:
        return Candidate(strategy, Takes(calls), f"{error.message} {error.hint}".strip())
    return Candidate(strategy, _takes(calls, estimate))


def _takes(calls: int, estimate: Estimate) -> Takes:
    stages = estimate.stages
    measured = [stage.measured > 0 for stage in stages]
    basis = "measured" if all(measured) else "partly measured" if any(measured) else "assumed"
    return Takes(
        calls,
        sum(stage.prompt_tokens for stage in stages) / _SIZE,
        sum(stage.completion_tokens for stage in stages) / _SIZE,
        None if estimate.cost is None else estimate.cost / _SIZE,
        None if estimate.bound is None else -(-estimate.bound // _SIZE),
        estimate.seconds / _SIZE,
        basis,
    )


def query_cost(tx: Tx, project_id: str, wish: Wish, teachers: Mapping[Stage, TeacherChoice]) -> float | None:
    """What one answer of the teacher to a seed is expected to cost; without seeds one sample of GLAN by its calls."""
    strategy = Strategy.GLAN if wish.seed_set is None else Strategy.ANSWER_AUGMENTATION
    plain = Wish(seed_set=wish.seed_set, answerers=wish.answerers)
    try:
        estimate = Estimator(tx, project_id).estimate(part_of(strategy, plain, teachers, (), _SIZE))
    except StudioError:
        return None
    return None if estimate.cost is None else estimate.cost / estimate.calls


def augmenter_of(tx: Tx, wish: Wish, teachers: Mapping[Stage, TeacherChoice]) -> Augmenter:
    """Is the augmenter weak? The person's word counts; else what kind of teacher it is, and what it costs."""
    if wish.weak is not None:
        return Augmenter(wish.weak, "You said that the augmenter is weak." if wish.weak else "You said it is strong.")
    chosen, answers = teachers[Stage.AUGMENT], teachers[Stage.ANSWER]
    connection = projects.get_connection(tx, chosen.connection)
    name = f"{chosen.model} at {connection.name}"
    if connection.kind == "builtin":
        return Augmenter(True, f"The augmenter {name} is no language model, so it counts as weak.")
    if connection.kind == "local":
        return Augmenter(True, f"The augmenter {name} is a small model on this machine, so it counts as weak.")
    if (chosen.connection, chosen.model) == (answers.connection, answers.model):
        return Augmenter(False, f"The augmenter {name} is the answer teacher itself, so it is as strong as that.")
    own, other = price_of(tx, connection, chosen.model), _price(tx, answers)
    if own and other and own.output * _CHEAP <= other.output:
        return Augmenter(True, f"The augmenter {name} costs a quarter of the answers or less, so it counts as weak.")
    return Augmenter(False, f"Nothing speaks against the augmenter {name}; say so if you know it to be weak.")


def _price(tx: Tx, choice: TeacherChoice) -> Price | None:
    return price_of(tx, projects.get_connection(tx, choice.connection), choice.model)


def same_teachers(part: SamplesPlan, other: SamplesPlan) -> bool:
    """Do both parts ask the same teachers, whatever the sampling?"""

    def who(plan: SamplesPlan) -> set[tuple[str, str, str]]:
        stages = (s for s in stages_of(plan) if s not in {Stage.AGREEMENT, Stage.VERIFICATION})
        return {(s.value, c.teacher.connection, c.teacher.model) for s in stages for c in plan.choices(s)}

    return who(part) == who(other)
