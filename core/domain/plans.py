"""A plan: what a run will do, with which teachers, under which caps. The same shape on screen, in a file, in a run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.domain.calls import Stage
from core.domain.curriculum import Part
from core.domain.growth import MAX_NAMES, MAX_QUERIES, MAX_SCOPE, NAMES
from core.domain.strategies import FROM_SEEDS, Arithmetic, Strategy, arithmetic
from core.domain.taxonomy import NodeKind
from core.errors import InvalidInputError

MAX_SAMPLES = 200_000
MAX_PLACES = 2_000
MAX_PARTS = 12
MAX_ROUNDS = 5


class PlanKind(StrEnum):
    """What a run makes."""

    TAXONOMY = "taxonomy"
    SUBJECTS = "subjects"
    SYLLABI = "syllabi"
    SAMPLES = "samples"
    REPAIRS = "repairs"


Execution = Literal["live", "batch"]


class _Plan(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TeacherChoice(_Plan):
    """Which teacher answers a stage, and how it samples. Defaults of GLAN: section 2.2 to 2.4."""

    connection: str
    model: str
    temperature: Annotated[float, Field(ge=0, le=2)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.95
    max_tokens: Annotated[int, Field(ge=1, le=200_000)] = 2048


class _Common(_Plan):
    """`execution` batch: calls are handed in together at half the price, and answered within a day."""

    title: str = ""
    teachers: dict[Stage, TeacherChoice]
    cost_cap: Annotated[int, Field(ge=0)] | None = None
    call_cap: Annotated[int, Field(ge=1)] | None = None
    include_unverified: bool = False
    execution: Execution = "live"


class TaxonomyPlan(_Common):
    """Propose children of one node, None = fields, or of each of `nodes`; `queries` at each place, wordings in turn.

    `child` is the kind wanted, None = the usual one. `scope` says what the taxonomy covers. With `only_new` names that
    a teacher proposed before are not to come again; else they may, and are counted.
    """

    kind: Literal[PlanKind.TAXONOMY] = PlanKind.TAXONOMY
    node: int | None = None
    nodes: tuple[int, ...] = Field(default=(), max_length=MAX_PLACES)
    child: NodeKind | None = None
    scope: Annotated[str, Field(max_length=MAX_SCOPE)] = ""
    queries: Annotated[int, Field(ge=1, le=MAX_QUERIES)] = 3
    names: Annotated[int, Field(ge=1, le=MAX_NAMES)] = NAMES
    only_new: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> TaxonomyPlan:
        if self.nodes and self.node is not None:
            raise ValueError("node and nodes exclude each other")
        return self

    @property
    def places(self) -> tuple[int | None, ...]:
        """Where children are asked for, each place once; None = the top."""
        return tuple(dict.fromkeys(self.nodes)) or (self.node,)


class SubjectsPlan(_Common):
    """List the subjects of disciplines; the answers of `queries` queries are merged (GLAN: 10)."""

    kind: Literal[PlanKind.SUBJECTS] = PlanKind.SUBJECTS
    disciplines: tuple[int, ...] = Field(min_length=1)
    queries: Annotated[int, Field(ge=1, le=50)] = 10


class SyllabiPlan(_Common):
    """Design a syllabus for each subject (GLAN: one query a subject), or write a part of theirs anew.

    A subject that has a syllabus gets a proposal; `session` is the id of the class session if the part is one.
    """

    kind: Literal[PlanKind.SYLLABI] = PlanKind.SYLLABI
    subjects: tuple[int, ...] = Field(min_length=1)
    part: Part = Part.WHOLE
    session: int = 0


class RepairsPlan(_Common):
    """Mend rejected samples: one call for each sample, by the words of the reviewers who wish it.

    With a teacher for agreement or verification the mended text is checked again in that way, where the run that made
    the sample had it checked so. Checks that cost nothing are made again without asking.
    """

    kind: Literal[PlanKind.REPAIRS] = PlanKind.REPAIRS
    wishes: tuple[int, ...] = Field(min_length=1, max_length=MAX_SAMPLES)


class SharedTeacher(_Plan):
    """One of several teachers of a stage; `share` is its weight among them."""

    teacher: TeacherChoice
    share: Annotated[int, Field(ge=1, le=1000)] = 1


class SeedChoice(_Plan):
    """Which examples of a seed set: all, or a seeded subset of `size`; a smaller subset is part of a larger one."""

    seed_set: int
    size: Annotated[int, Field(ge=1)] | None = None
    random_seed: Annotated[int, Field(ge=0, lt=2**31)] = 0


class Checks(_Plan):
    """Verification by machine. None of it is in GLAN; the budget rule's paper found that it did not beat more data.

    `agreement` is the number of answers that are compared, the sample's own included; 0 = not asked for.
    """

    judge: bool = False
    rubric: Annotated[str, Field(max_length=4000)] = ""
    agreement: Annotated[int, Field(ge=0, le=15)] = 0
    execution: bool = False
    reference: bool = False

    @property
    def calls(self) -> dict[Stage, int]:
        """Further calls for each sample."""
        further = {Stage.AGREEMENT: max(0, self.agreement - 1), Stage.VERIFICATION: int(self.judge)}
        return {stage: n for stage, n in further.items() if n}


class SamplesPlan(_Common):
    """Samples by one strategy.

    GLAN draws on verified syllabi: `disciplines` with their `weights` (none = even shares) and `subjects`. `start`
    holds the position of every deck ("syllabus:version:difficulty") at the moment the plan was made, so that the same
    plan always means the same questions and a new plan goes on where the last one ended. Other strategies draw on
    `seeds`, multi-turn continuation on samples (`parents` = samples of these runs, none = all accepted ones).

    A stage in `crew` has several teachers; `teachers` names one for every stage all the same. `rounds` are the
    evolutions of Evol-Instruct or the turns that are added. `prompts` maps templates to the hashes of the project's
    own copies.
    """

    kind: Literal[PlanKind.SAMPLES] = PlanKind.SAMPLES
    strategy: Strategy = Strategy.GLAN
    disciplines: tuple[int, ...] = ()
    subjects: tuple[int, ...] = ()
    weights: dict[int, Annotated[int, Field(ge=0, le=1000)]] = Field(default_factory=dict)
    seeds: SeedChoice | None = None
    parents: tuple[str, ...] = ()
    count: Annotated[int, Field(ge=1, le=MAX_SAMPLES)]
    challenging_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] = 1
    breadth_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    random_seed: int = 0
    verify: bool = False
    checks: Checks = Checks()
    crew: dict[Stage, tuple[SharedTeacher, ...]] = Field(default_factory=dict)
    prompts: dict[str, str] = Field(default_factory=dict)
    preview: bool = False
    start: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_source(self) -> SamplesPlan:
        if self.strategy in FROM_SEEDS and self.seeds is None:
            raise ValueError(f"{self.strategy.label} needs a seed set")
        return self

    @property
    def verification(self) -> Checks:
        """What is checked; `verify` is the word of earlier versions for a judge."""
        return self.checks.model_copy(update={"judge": True}) if self.verify else self.checks

    @property
    def arithmetic(self) -> Arithmetic:
        """Calls of one item."""
        return arithmetic(self.strategy, rounds=self.rounds).plus(self.verification.calls)

    def choices(self, stage: Stage) -> tuple[SharedTeacher, ...]:
        """Who answers a stage, with shares; raises InvalidInputError if nobody does."""
        if stage in self.crew:
            return self.crew[stage]
        if stage not in self.teachers:
            raise InvalidInputError(f"The plan names no teacher for {stage.value.replace('_', ' ')}.", "Choose one.")
        return (SharedTeacher(teacher=self.teachers[stage]),)


class MixedPlan(_Plan):
    """Several parts under one cap, worked on side by side in proportion to their sizes.

    Titles, caps and execution of the parts do not count. `purpose` pilot: a small share spent to find out.
    """

    kind: Literal["mixed"] = "mixed"
    title: str = ""
    parts: tuple[SamplesPlan, ...] = Field(min_length=1, max_length=MAX_PARTS)
    cost_cap: Annotated[int, Field(ge=0)] | None = None
    call_cap: Annotated[int, Field(ge=1)] | None = None
    execution: Execution = "live"
    purpose: Literal["", "pilot"] = ""

    @property
    def count(self) -> int:
        """Samples of all parts."""
        return sum(part.count for part in self.parts)


Plan = Annotated[
    TaxonomyPlan | SubjectsPlan | SyllabiPlan | RepairsPlan | SamplesPlan | MixedPlan, Field(discriminator="kind")
]

STAGES_OF: dict[PlanKind, tuple[Stage, ...]] = {
    PlanKind.TAXONOMY: (Stage.TAXONOMY,),
    PlanKind.SUBJECTS: (Stage.SUBJECTS, Stage.EXTRACTION),
    PlanKind.SYLLABI: (Stage.SYLLABUS, Stage.EXTRACTION),
    PlanKind.REPAIRS: (Stage.REPAIR,),
}
CHECKED_BY = (Stage.AGREEMENT, Stage.VERIFICATION)


def makes(plan: Plan) -> PlanKind:
    """What a run of the plan makes."""
    return PlanKind.SAMPLES if isinstance(plan, MixedPlan) else plan.kind


def parts_of(plan: SamplesPlan | MixedPlan) -> tuple[SamplesPlan, ...]:
    """The parts of a plan for samples; a plan of one strategy is its own only part."""
    return plan.parts if isinstance(plan, MixedPlan) else (plan,)


def stages_of(plan: Plan) -> tuple[Stage, ...]:
    """The stages for which a plan needs a teacher, in the order of the pipeline."""
    if isinstance(plan, SamplesPlan | MixedPlan):
        used = {stage for part in parts_of(plan) for stage in part.arithmetic.calls}
        return tuple(stage for stage in Stage if stage in used)
    checked = (stage for stage in CHECKED_BY if isinstance(plan, RepairsPlan) and stage in plan.teachers)
    return (*STAGES_OF[plan.kind], *checked)


def roster(plan: Plan) -> tuple[TeacherChoice, ...]:
    """Every teacher of a plan once, in a fixed order; items name theirs by its place here."""
    if isinstance(plan, SamplesPlan | MixedPlan):
        chosen = [
            shared.teacher for part in parts_of(plan) for stage in stages_of(part) for shared in part.choices(stage)
        ]
    else:
        chosen = [plan.teachers[stage] for stage in stages_of(plan)]
    return tuple(dict.fromkeys(chosen))
