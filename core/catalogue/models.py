"""The shapes of the files in `data/`: what a taxonomy, a curriculum and a demo sample must hold to be loaded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Level = Literal["introductory", "intermediate", "advanced"]
Difficulty = Literal["basic", "challenging"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DisciplineEntry(_Strict):
    """A leaf of the taxonomy."""

    name: Text
    description: Text
    synonyms: tuple[Text, ...] = ()


class SubFieldEntry(_Strict):
    """A group of neighbouring disciplines."""

    name: Text
    description: Text
    synonyms: tuple[Text, ...] = ()
    disciplines: tuple[DisciplineEntry, ...] = Field(min_length=1)


class FieldEntry(_Strict):
    """A top-level field of human knowledge."""

    name: Text
    description: Text
    synonyms: tuple[Text, ...] = ()
    sub_fields: tuple[SubFieldEntry, ...] = Field(min_length=1)


class TaxonomyFile(_Strict):
    """`data/taxonomy/starter.yaml`."""

    title: Text
    fields: tuple[FieldEntry, ...] = Field(min_length=1)


class SessionEntry(_Strict):
    """One class session of a syllabus and the key concepts taught in it."""

    name: Text
    description: Text
    concepts: tuple[Text, ...] = Field(min_length=2, max_length=8)


class SyllabusEntry(_Strict):
    """What is taught in a subject, in order."""

    introduction: Text
    objectives: tuple[Text, ...] = Field(min_length=2)
    sessions: tuple[SessionEntry, ...] = Field(min_length=4, max_length=30)


class SubjectEntry(_Strict):
    """A subject that a student of the discipline should learn; without a syllabus it is only a proposal."""

    name: Text
    level: Level
    introduction: Text
    subtopics: tuple[Text, ...] = Field(min_length=3)
    syllabus: SyllabusEntry | None = None


class CurriculumFile(_Strict):
    """`data/curricula/<slug>.yaml`: what is known about one discipline."""

    discipline: Text
    subjects: tuple[SubjectEntry, ...] = Field(min_length=2)


class DemoRepair(_Strict):
    """The mended answer of a demo sample with a flaw, and the mended question if that was at fault."""

    id: Text
    question: Text | None = None
    answer: Text


class DemoRepairs(_Strict):
    """`data/demo/repairs.yaml`: what the built-in teacher has on file."""

    repairs: tuple[DemoRepair, ...]


class DemoSample(_Strict):
    """One row of `data/demo/<slug>.jsonl`.

    `flaw` tells what is deliberately wrong (never exported, never shown before the verdict); `check` is a sympy
    expression whose value is the number `expected`, for answers that a script can check.
    """

    id: Text
    subject: Text
    sessions: tuple[Text, ...] = Field(min_length=1, max_length=2)
    concepts: tuple[Text, ...] = Field(min_length=1, max_length=5)
    difficulty: Difficulty
    question: Text
    answer: Text
    state: Literal["accepted", "rejected", "pending"]
    reason: Text | None = None
    flaw: Text | None = None
    check: Text | None = None
    expected: Text | None = None
