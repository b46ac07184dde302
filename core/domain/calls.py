"""One call to a teacher: what is asked, what comes back, and the key under which the answer is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.domain.money import Usage


class Stage(StrEnum):
    """The stages of the pipeline; a teacher is chosen for each."""

    TAXONOMY = "taxonomy"
    SUBJECTS = "subjects"
    SYLLABUS = "syllabus"
    EXTRACTION = "extraction"
    QUESTION = "question"
    AUGMENT = "augment"  # the augmenter: rewrites a question, or writes one from a seed
    QUESTION_CHECK = "question_check"  # is a question that the augmenter wrote fit to be answered?
    ANSWER = "answer"
    AGREEMENT = "agreement"  # further answers to the same question, to be compared
    VERIFICATION = "verification"
    REPAIR = "repair"  # mends what a reviewer rejected


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the chat."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Call:
    """Everything that shapes an answer, plus `context`: the facts the prompt was made from.

    A language model reads `messages`. The built-in and the scripted teacher read `stage` and `context`, which hold
    nothing that the messages do not say. `sample_index` tells equal questions apart that are meant to be asked
    several times. `schema` is a JSON schema that the reply must follow, None for free text.

    `copies` says how many answers to this very prompt the run asks for, each with an index of its own; where the
    server allows it they are fetched in one call with `answers` choices. `client_id` names the ledger row to the
    server and to its log. None of these three is part of the request key.
    """

    stage: Stage
    model: str
    messages: tuple[Message, ...]
    temperature: float
    top_p: float
    max_tokens: int
    template: str
    template_hash: str
    context: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    schema_name: str = ""
    sample_index: int = 0
    copies: int = 1
    answers: int = 1
    client_id: str = ""

    @property
    def prompt_bytes(self) -> int:
        """UTF-8 bytes of all messages and of the schema: the base of the hold."""
        size = sum(len(message.content.encode("utf-8", "replace")) for message in self.messages)
        return size + (len(json.dumps(self.schema)) if self.schema else 0)


@dataclass(frozen=True, slots=True)
class Further:
    """One more answer of a call that asked for several."""

    text: str
    finish_reason: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; `raw` is the body as text, `usage` None when the server sent none.

    `further` are the other answers of a call that asked for several; `limits` is what the server said of its rate
    limits, by header name.
    """

    text: str
    finish_reason: str
    usage: Usage | None
    model: str
    raw: str
    latency_ms: int
    refusal: str = ""
    further: tuple[Further, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """All answers of the call together: what the completion tokens were counted over."""
        return "".join([self.text, *(other.text for other in self.further)]) if self.further else self.text


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why an answer must not be used: the final state of its request, a sentence and the next step."""

    state: str
    message: str
    hint: str


_FLAWS = {
    "length": Flaw("truncated", "The answer was cut off at the token limit.", "Raise the token limit of this stage."),
    "content_filter": Flaw("filtered", "The provider's content filter held the answer back.", "Leave this item out."),
    "tool_calls": Flaw("invalid", "The teacher called a tool instead of answering.", "Choose another model."),
    "function_call": Flaw("invalid", "The teacher called a tool instead of answering.", "Choose another model."),
    "refusal": Flaw("refused", "The teacher refused to answer.", "Leave this item out or choose another teacher."),
}


def flaw_of(finish_reason: str | None) -> Flaw | None:
    """What the finish reason says against an answer, before anybody reads it; None if it may be read."""
    return _FLAWS.get(finish_reason or "")


def request_key(endpoint: str, call: Call) -> str:
    """SHA-256 over all that shapes the answer: endpoint, model, messages, sampling, schema, index, template."""
    return _digest(endpoint, call, call.sample_index)


def prompt_key(endpoint: str, call: Call) -> str:
    """The same for all calls that differ in nothing but their index: one call can fetch answers to all of them."""
    return _digest(endpoint, call, -1)


def _digest(endpoint: str, call: Call, index: int) -> str:
    shape = {
        "endpoint": endpoint,
        "model": call.model,
        "messages": [[message.role, message.content] for message in call.messages],
        "temperature": call.temperature,
        "top_p": call.top_p,
        "max_tokens": call.max_tokens,
        "schema": call.schema,
        "sample_index": index,
        "template": call.template_hash,
    }
    canonical = json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
