"""A plan: what a run will do, with which teachers, under which caps. The same shape on screen, in a file, in a run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.domain.calls import Stage
from core.domain.curriculum import Part
from core.domain.growth import MAX_NAMES, MAX_QUERIES, MAX_SCOPE, NAMES
from core.domain.taxonomy import NodeKind

MAX_SAMPLES = 200_000
MAX_PLACES = 2_000


class PlanKind(StrEnum):
    """What a run makes."""

    TAXONOMY = "taxonomy"
    SUBJECTS = "subjects"
    SYLLABI = "syllabi"
    SAMPLES = "samples"


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


class SamplesPlan(_Common):
    """Questions and answers from verified syllabi.

    `start` holds the position of every deck ("syllabus:version:difficulty") at the moment the plan was made, so that
    the same plan always means the same questions and a new plan goes on where the last one ended.
    """

    kind: Literal[PlanKind.SAMPLES] = PlanKind.SAMPLES
    disciplines: tuple[int, ...] = ()
    subjects: tuple[int, ...] = ()
    count: Annotated[int, Field(ge=1, le=MAX_SAMPLES)]
    challenging_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    random_seed: int = 0
    verify: bool = False
    preview: bool = False
    start: dict[str, int] = Field(default_factory=dict)


Plan = Annotated[TaxonomyPlan | SubjectsPlan | SyllabiPlan | SamplesPlan, Field(discriminator="kind")]

STAGES_OF: dict[PlanKind, tuple[Stage, ...]] = {
    PlanKind.TAXONOMY: (Stage.TAXONOMY,),
    PlanKind.SUBJECTS: (Stage.SUBJECTS, Stage.EXTRACTION),
    PlanKind.SYLLABI: (Stage.SYLLABUS, Stage.EXTRACTION),
    PlanKind.SAMPLES: (Stage.QUESTION, Stage.ANSWER, Stage.VERIFICATION),
}


def stages_of(plan: _Common) -> tuple[Stage, ...]:
    """The stages for which a plan needs a teacher."""
    kind = PlanKind(plan.kind)  # type: ignore[attr-defined]
    stages = STAGES_OF[kind]
    if isinstance(plan, SamplesPlan) and not plan.verify:
        return stages[:2]
    return stages
