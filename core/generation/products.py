"""What an item of a run makes; the run stores it in the transaction that ends the item."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.domain.calls import Call, Stage
from core.domain.curriculum import Part, SyllabusDraft
from core.domain.taxonomy import NodeKind


@dataclass(frozen=True, slots=True)
class Answered:
    """A stored answer: the request's id and the text."""

    request_id: int
    text: str


Ask = Callable[[Stage, Callable[["Choice"], Call]], Awaitable[Answered]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The teacher's sampling settings of one stage, as the plan chose them."""

    model: str
    temperature: float
    top_p: float
    max_tokens: int


@dataclass(frozen=True, slots=True)
class NodeProposals:
    """Children proposed by one query: (name, description). `only_new`: open proposals were not to come up again."""

    parent: int | None
    kind: NodeKind
    children: tuple[tuple[str, str], ...]
    only_new: bool = False


@dataclass(frozen=True, slots=True)
class SubjectProposals:
    """Subjects of one query: (name, level, subtopics)."""

    discipline: int
    subjects: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class SyllabusWritten:
    """A syllabus for a subject, or a part of one: then the draft is empty but for it.

    `session` is the id of the class session that a draft of one session is for, `based_on` the version that was shown
    to the teacher, 0 when there was none.
    """

    subject: int
    draft: SyllabusDraft
    part: Part = Part.WHOLE
    session: int | None = None
    based_on: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a verifier said."""

    correct: bool
    reason: str
    request_id: int


@dataclass(frozen=True, slots=True)
class SampleMade:
    """A question-answer pair and all it came from."""

    question: Answered
    answer: Answered
    lineage: Mapping[str, Any] = field(default_factory=dict)
    judgement: Judgement | None = None


Product = NodeProposals | SubjectProposals | SyllabusWritten | SampleMade
