"""Seed sets and seed examples: what the budget rule counts, and what seeded strategies start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from core.domain.entity import Entity, Object, Texts
from core.domain.naming import name_key
from core.domain.strategies import TaskType

MAX_EXAMPLES = 200_000


class SeedSet(Entity):
    """One version of a seed set. It can be edited until a plan, a pilot or a preview used it; then it is frozen.

    `lineage` names file, format and mapping of the import; `database` is the hash under which a SQLite file of the set
    is kept, "" for none.
    """

    id: int
    project_id: str
    name: str
    number: int
    task_type: TaskType
    source: str
    lineage: Object
    database: str
    n_examples: int
    frozen_at: float | None
    removed: bool
    created_by: str
    created_at: float
    version: int

    @property
    def label(self) -> str:
        """Name and version as people read them."""
        return f"{self.name}, version {self.number}"


class SeedExample(Entity):
    """One example. `context` is what belongs to the question: an input, a passage, a database schema.

    `final` is the final answer alone, "" where the task type has none; `key` is equal for questions that say the same.
    """

    id: int
    set_id: int
    position: int
    question: str
    context: str
    options: Texts
    answer: str
    final: str
    key: str
    meta: Object

    @property
    def prompt(self) -> str:
        """The whole question as a teacher or a reviewer reads it: context and options included."""
        return whole_question(self.question, self.context, self.options)


class SeedDraft(BaseModel):
    """An example before it is stored; the reader of a file gives these."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Annotated[str, Field(min_length=1)]
    answer: str = ""
    context: str = ""
    options: tuple[str, ...] = ()
    final: str = ""
    meta: dict[str, Any] = Field(default_factory=dict)


def whole_question(question: str, context: str = "", options: Sequence[str] = ()) -> str:
    """Question, then context, then lettered options, with an empty line between them."""
    lettered = "\n".join(f"{chr(65 + i)}. {option}" for i, option in enumerate(options))
    return "\n\n".join(part for part in (question.strip(), context.strip(), lettered) if part)


def seed_key(question: str, context: str = "") -> str:
    """Equal for examples that ask the same: case, spaces and Unicode form ignored."""
    return name_key(f"{question}\n{context}" if context else question)
