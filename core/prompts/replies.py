"""The shapes of structured replies, their JSON schemas, and strict parsing of what servers really send."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.errors import UnusableReplyError

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Loose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)]
MAX_CHILDREN = 200
_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)\n\s*```", re.DOTALL)
MAX_DEPTH = 64


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Child(_Reply):
    """One proposed child of a taxonomy node; a name that cannot be used does not spoil the others."""

    name: Loose
    description: Loose = ""


class ChildrenReply(_Reply):
    """Proposed children."""

    children: Annotated[list[Child], Field(max_length=MAX_CHILDREN)]


class SubjectLine(_Reply):
    """One subject as the conversion prompt of GLAN section 2.2 returns it."""

    subject_name: Line
    level: Literal["introductory", "intermediate", "advanced"]
    subtopics: list[Line]


class SubjectsReply(_Reply):
    """Subjects of a discipline."""

    subjects: list[SubjectLine]


class SessionLine(_Reply):
    """One class session with its key concepts (GLAN section 2.3)."""

    name: Line
    description: Paragraph
    key_concepts: Annotated[list[Line], Field(min_length=1)]


class SyllabusReply(_Reply):
    """A syllabus in parts."""

    introduction: Paragraph
    objectives: list[Line]
    sessions: Annotated[list[SessionLine], Field(min_length=1)]


class PartReply(_Reply):
    """A part of a syllabus; what does not belong to it is empty."""

    introduction: Paragraph
    objectives: list[Line]
    sessions: list[SessionLine]


class JudgeReply(_Reply):
    """A verifier's judgement."""

    reason: Paragraph
    correct: bool


class FitReply(_Reply):
    """Whether a question that a teacher wrote is fit to be asked; the reason comes first, so that it is thought of."""

    reason: Paragraph
    fit: bool


class EvolutionReply(_Reply):
    """What the check says of an evolved question."""

    reason: Paragraph
    different: bool
    answerable: bool


_MODELS = (ChildrenReply, SubjectsReply, SyllabusReply, PartReply, JudgeReply, FitReply, EvolutionReply)
REPLIES: dict[str, type[_Reply]] = {model.__name__: model for model in _MODELS}
R = TypeVar("R", bound=BaseModel)


@cache
def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """JSON schema in the strict dialect: closed objects, everything required, references resolved."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    resolved = _plain(schema, definitions)
    assert isinstance(resolved, dict)
    return resolved


def _plain(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_plain(value, definitions) for value in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _plain(definitions[part["$ref"].rsplit("/", 1)[1]], definitions)
    kept = {
        key: _plain(value, definitions)
        for key, value in part.items()
        if key == "properties"
        or key not in {"title", "description", "minLength", "maxLength", "minItems", "maxItems", "default"}
    }
    if "properties" in part:
        kept["properties"] = {name: _plain(value, definitions) for name, value in part["properties"].items()}
        kept["required"] = list(part["properties"])
    return kept


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def parse(model: type[R], text: str) -> R:
    """Read a structured reply, also from inside a code fence or after a sentence; raises UnusableReplyError."""
    try:
        value = json.loads(_json_part(text), parse_constant=_refuse_constant)
        _check_depth(value)
        return model.model_validate(value)
    except (ValueError, RecursionError) as error:
        raise UnusableReplyError(
            f"The reply is not the structure that was asked for: {_first_line(error)}.",
            "The raw reply is kept; retry the item, or choose a teacher that follows a JSON schema.",
            code="invalid",
            billed=True,
        ) from error


def _json_part(text: str) -> str:
    candidate = text.strip().lstrip("\ufeff")
    fenced = _FENCE.search(candidate)
    if fenced:
        return fenced.group(1).strip()
    if not candidate.startswith(("{", "[")) and "{" in candidate:
        return candidate[candidate.index("{") : candidate.rfind("}") + 1]
    return candidate


def _check_depth(value: object, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        for inner in value.values():
            _check_depth(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_depth(inner, depth + 1)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'reply'}: {first['msg'].lower()}"
    return (str(error).splitlines() or ["unreadable"])[0].rstrip(".").lower()
