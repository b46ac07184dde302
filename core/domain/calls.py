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
    ANSWER = "answer"
    REPHRASE = "rephrase"
    VERIFICATION = "verification"


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

    @property
    def prompt_bytes(self) -> int:
        """UTF-8 bytes of all messages and of the schema: the base of the hold."""
        size = sum(len(message.content.encode("utf-8", "replace")) for message in self.messages)
        return size + (len(json.dumps(self.schema)) if self.schema else 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; `raw` is the body as text, `usage` None when the server sent none."""

    text: str
    finish_reason: str
    usage: Usage | None
    model: str
    raw: str
    latency_ms: int
    refusal: str = ""


def request_key(endpoint: str, call: Call) -> str:
    """SHA-256 over all that shapes the answer: endpoint, model, messages, sampling, schema, index, template."""
    shape = {
        "endpoint": endpoint,
        "model": call.model,
        "messages": [[message.role, message.content] for message in call.messages],
        "temperature": call.temperature,
        "top_p": call.top_p,
        "max_tokens": call.max_tokens,
        "schema": call.schema,
        "sample_index": call.sample_index,
        "template": call.template_hash,
    }
    canonical = json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
