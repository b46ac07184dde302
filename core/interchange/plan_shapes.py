"""What a plan file holds: the shapes of each kind of plan, with names instead of ids."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from core.domain.calls import Stage
from core.domain.curriculum import Part
from core.domain.growth import MAX_NAMES, MAX_QUERIES, MAX_SCOPE, NAMES
from core.domain.money import dollars
from core.domain.plans import MAX_PARTS, MAX_PLACES, MAX_ROUNDS, MAX_SAMPLES, Checks, Execution
from core.domain.strategies import Strategy
from core.domain.taxonomy import NodeKind
from core.errors import InvalidInputError

FORMAT = "glan-studio-plan/1"
MAX_ENTRIES = 20_000
SEPARATOR = " > "


def _path(value: object) -> object:
    """ "A > B > C" or a list of names, for names that hold the separator themselves."""
    return tuple(part.strip() for part in value.split(SEPARATOR)) if isinstance(value, str) else value


def _amount(value: object) -> object:
    """Dollars as typed, in nano-dollars."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("must be an amount in dollars such as 2.50")  # noqa: TRY004 - pydantic reports ValueError
    try:
        return dollars(str(value), "cost cap")
    except InvalidInputError as error:
        raise ValueError(error.message) from error


Path = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_path)]
Paths = Annotated[tuple[Path, ...], Field(max_length=MAX_ENTRIES)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TeacherEntry(_Part):
    """A teacher by the name of its connection; sampling that is left out is the paper's."""

    connection: str
    model: str
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=200_000)] | None = None


class StartEntry(_Part):
    """How many questions of a syllabus were dealt before the plan begins."""

    syllabus: Path
    version: Annotated[int, Field(ge=1)]
    basic: Annotated[int, Field(ge=0)] = 0
    challenging: Annotated[int, Field(ge=0)] = 0


class SharedEntry(TeacherEntry):
    """One of several teachers of a stage, with its weight among them."""

    share: Annotated[int, Field(ge=1, le=1000)] = 1


class SeedsEntry(_Part):
    """A seed set by its name, without a version the newest one; without a size all of its examples."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[int, Field(ge=1)] | None = None
    size: Annotated[int, Field(ge=1)] | None = None
    random_seed: Annotated[int, Field(ge=0, lt=2**31)] = 0


class WeightEntry(_Part):
    """How many questions a discipline gets, compared to the others."""

    discipline: Path
    weight: Annotated[int, Field(ge=0, le=1000)]


class _Head(_Part):
    format: Literal["glan-studio-plan/1"]
    title: Annotated[str, Field(max_length=200)] = ""
    execution: Execution = "live"
    cost_cap_dollars: Annotated[int | None, BeforeValidator(_amount)] = None
    call_cap: Annotated[int, Field(ge=1)] | None = None


class _File(_Head):
    include_unverified: bool = False
    teachers: dict[Stage, TeacherEntry] = Field(default_factory=dict)


class TaxonomyFile(_File):
    """Propose children of a node, null = fields, or of each of several nodes."""

    kind: Literal["taxonomy"] = "taxonomy"
    node: Path | None = None
    nodes: Annotated[tuple[Path, ...], Field(max_length=MAX_PLACES)] = ()
    child: NodeKind | None = None
    scope: Annotated[str, Field(max_length=MAX_SCOPE)] = ""
    queries: Annotated[int, Field(ge=1, le=MAX_QUERIES)] = 3
    names: Annotated[int, Field(ge=1, le=MAX_NAMES)] = NAMES
    only_new: bool = False


class SubjectsFile(_File):
    """List the subjects of disciplines."""

    kind: Literal["subjects"] = "subjects"
    disciplines: Annotated[Paths, Field(min_length=1)]
    queries: Annotated[int, Field(ge=1, le=50)] = 10


class SyllabiFile(_File):
    """Design a syllabus for each subject, or write a part anew: opening, sessions, or the session named."""

    kind: Literal["syllabi"] = "syllabi"
    subjects: Annotated[Paths, Field(min_length=1)]
    part: Part = Part.WHOLE
    session: str = ""


class RepairsFile(_File):
    """Mend rejected samples by the reviewers' words: these wishes, or all that wait."""

    kind: Literal["repairs"] = "repairs"
    wishes: Annotated[tuple[int, ...], Field(max_length=MAX_SAMPLES)] = ()


class PartEntry(_Part):
    """Questions and answers by one strategy; without disciplines and subjects from everything verified.

    `teachers` names who answers a stage, `crew` several of them with shares. `runs` are those whose samples are
    continued. `verify` is the word of earlier files for a judge. `position` counts the turns through seeds or
    samples that were taken before. A project's own prompts are not in a file.
    """

    strategy: Strategy = Strategy.GLAN
    disciplines: Paths = ()
    subjects: Paths = ()
    weights: Annotated[tuple[WeightEntry, ...], Field(max_length=MAX_ENTRIES)] = ()
    seeds: SeedsEntry | None = None
    runs: Annotated[tuple[str, ...], Field(max_length=MAX_PLACES)] = ()
    samples: Annotated[int, Field(ge=1, le=MAX_SAMPLES)]
    challenging_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] = 1
    breadth_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    verify: bool = False
    checks: Checks = Checks()
    random_seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    include_unverified: bool = False
    teachers: dict[Stage, TeacherEntry] = Field(default_factory=dict)
    crew: dict[Stage, Annotated[tuple[SharedEntry, ...], Field(min_length=1, max_length=20)]] = Field(
        default_factory=dict
    )
    start: Annotated[tuple[StartEntry, ...], Field(max_length=MAX_ENTRIES)] = ()
    position: Annotated[int, Field(ge=0)] | None = None


class SamplesFile(PartEntry, _Head):
    """A plan of one strategy."""

    kind: Literal["samples"] = "samples"


class MixedFile(_Head):
    """Several parts under one cap."""

    kind: Literal["mixed"] = "mixed"
    purpose: Literal["", "pilot"] = ""
    parts: Annotated[tuple[PartEntry, ...], Field(min_length=1, max_length=MAX_PARTS)]


PlanFile = Annotated[
    TaxonomyFile | SubjectsFile | SyllabiFile | RepairsFile | SamplesFile | MixedFile, Field(discriminator="kind")
]
FILE: TypeAdapter[PlanFile] = TypeAdapter(PlanFile)
