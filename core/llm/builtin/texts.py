"""The free texts in which the built-in teacher writes curricula, and how it reads them back into structure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from core.catalogue.models import SubjectEntry, SyllabusEntry
from core.errors import TeacherRefusedError

_SUBJECT = re.compile(
    r"^\d+\. (?P<name>.+?) \((?P<level>introductory|intermediate|advanced)\): .*?\n {3}Subtopics: (?P<subtopics>.+)$",
    re.MULTILINE,
)
_SESSION = re.compile(r"^\d+\. (?P<name>.+?): (?P<description>.+)\n {3}Key concepts: (?P<concepts>.+)$", re.MULTILINE)
_INTRODUCTION = re.compile(r"^## Introduction\n(.+?)\n\n", re.MULTILINE | re.DOTALL)
_OBJECTIVE = re.compile(r"^- (.+)$", re.MULTILINE)


def write_subjects(entries: Sequence[SubjectEntry]) -> str:
    """Subjects as a numbered list."""
    return "\n\n".join(
        f"{n}. {e.name} ({e.level}): {_line(e.introduction)}\n   Subtopics: {'; '.join(e.subtopics)}"
        for n, e in enumerate(entries, 1)
    )


def write_syllabus(subject: str, syllabus: SyllabusEntry) -> str:
    """A syllabus as Markdown."""
    objectives = "\n".join(f"- {_line(objective)}" for objective in syllabus.objectives)
    sessions = "\n".join(
        f"{n}. {s.name}: {_line(s.description)}\n   Key concepts: {'; '.join(s.concepts)}"
        for n, s in enumerate(syllabus.sessions, 1)
    )
    return (
        f"# {subject}\n\n## Introduction\n{_line(syllabus.introduction)}\n\n## Objectives\n{objectives}\n\n"
        f"## Class sessions\n{sessions}\n"
    )


def extract(template: str, text: str) -> str:
    """The structure behind one of these texts as JSON; raises TeacherRefusedError for any other text."""
    if template == "subjects_extract":
        subjects = [
            {"subject_name": m["name"], "level": m["level"], "subtopics": m["subtopics"].split("; ")}
            for m in _SUBJECT.finditer(text)
        ]
        if subjects:
            return json.dumps({"subjects": subjects}, ensure_ascii=False)
    if template == "syllabus_extract":
        sessions = [
            {"name": m["name"], "description": m["description"], "key_concepts": m["concepts"].split("; ")}
            for m in _SESSION.finditer(text)
        ]
        introduction = _INTRODUCTION.search(text)
        if sessions and introduction:
            objectives = _OBJECTIVE.findall(text)
            reply = {"introduction": introduction[1], "objectives": objectives, "sessions": sessions}
            return json.dumps(reply, ensure_ascii=False)
    raise TeacherRefusedError(
        "The built-in teacher can only convert texts that it wrote itself.",
        "Choose the language model that wrote the text for the extraction stage too.",
        code="unknown",
    )


def _line(text: str) -> str:
    return " ".join(text.split())
