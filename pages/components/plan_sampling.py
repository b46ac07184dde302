"""The values of the Generate form that say who answers which stage, and how that teacher samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.domain.calls import Stage
from core.domain.plans import SharedTeacher, TeacherChoice
from pages.components.session import Here

STAGES = (
    Stage.QUESTION,
    Stage.AUGMENT,
    Stage.QUESTION_CHECK,
    Stage.ANSWER,
    Stage.AGREEMENT,
    Stage.VERIFICATION,
)
SAME = ("", "")  # the augmenter's teacher, for the check of its questions


def project_teachers(h: Here) -> dict[Stage, TeacherChoice]:
    """Those of the project; the augmenter checks its questions unless another language model was chosen for it."""
    teachers = dict(h.work.projects.teachers(h.project_id))
    kinds = {view.connection.id: view.connection.kind for view in h.work.connections.all()}
    augmenter, check = teachers[Stage.AUGMENT], teachers[Stage.QUESTION_CHECK]
    if kinds.get(check.connection) == "builtin":
        same = {"connection": augmenter.connection, "model": augmenter.model}
        teachers[Stage.QUESTION_CHECK] = check.model_copy(update=same)
    return teachers


def sampling(
    teachers: Mapping[Stage, TeacherChoice], crew: Mapping[Stage, Sequence[SharedTeacher]] | None = None
) -> dict[str, Any]:
    """Widget values of who answers which stage: places of the stage, and what stands in each."""
    values: dict[str, Any] = {}
    for stage in STAGES:
        chosen = (crew or {}).get(stage) or [SharedTeacher(teacher=t) for t in (teachers.get(stage),) if t]
        if chosen:
            values[f"{stage.value}.places"] = list(range(len(chosen)))
        for place, shared in enumerate(chosen):
            values |= place_values(stage, place, shared)
    if _mirrors(teachers, crew or {}):
        values[f"{Stage.QUESTION_CHECK.value}.places"] = [0]
        values[f"{Stage.QUESTION_CHECK.value}.teacher"] = SAME
    return values


def place_values(stage: Stage, place: int, shared: SharedTeacher) -> dict[str, Any]:
    """Widget values of one teacher of a stage."""
    name = f"{stage.value}.{place}" if place else stage.value
    teacher = shared.teacher
    return {
        f"{name}.teacher": (teacher.connection, teacher.model),
        f"{name}.temperature": teacher.temperature,
        f"{name}.top_p": teacher.top_p,
        f"{name}.max_tokens": teacher.max_tokens,
        f"{name}.share": shared.share,
    }


def _mirrors(teachers: Mapping[Stage, TeacherChoice], crew: Mapping[Stage, Sequence[SharedTeacher]]) -> bool:
    """Does the augmenter check its own questions, by itself or with its whole crew?"""

    def who(stage: Stage) -> Iterable[tuple[str, str, int]]:
        shared = crew.get(stage) or [SharedTeacher(teacher=t) for t in (teachers.get(stage),) if t]
        return [(each.teacher.connection, each.teacher.model, each.share) for each in shared]

    return who(Stage.AUGMENT) == who(Stage.QUESTION_CHECK)
