"""What an item of a run makes; the run stores it in the transaction that ends the item."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.domain.calls import Call, Stage
from core.domain.curriculum import Part, SyllabusDraft
from core.domain.taxonomy import NodeKind
from core.prompts.rendering import SHIPPED, PromptBook


@dataclass(frozen=True, slots=True)
class Answered:
    """A stored answer: the request's id and the text."""

    request_id: int
    text: str


Ask = Callable[[Stage, Callable[["Choice"], Call]], Awaitable[Answered]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The teacher's sampling settings of one stage, and the prompts, as the plan chose them."""

    model: str
    temperature: float
    top_p: float
    max_tokens: int
    prompts: PromptBook = SHIPPED


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
class Finding:
    """What one check said of a sample. `passed` None = it could not tell; `requests` are the calls it took."""

    method: str
    passed: bool | None
    detail: str
    requests: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleMade:
    """A question-answer pair and all it came from.

    `question_request` is the call that wrote the question, None where a seed example gave it; `requests` are all
    calls behind the pair with their stages, in order. `history` are earlier turns, (question, answer) each; the first
    turns of a conversation come from the sample `parent`.
    """

    question: str
    answer: Answered
    question_request: int | None = None
    requests: tuple[tuple[Stage, int], ...] = ()
    lineage: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class SampleRepaired:
    """A new text for the sample whose text had this hash; the answer names the call that wrote both."""

    sample: int
    content_hash: str
    question: str
    answer: Answered
    findings: tuple[Finding, ...] = ()


Product = NodeProposals | SubjectProposals | SyllabusWritten | SampleMade | SampleRepaired
