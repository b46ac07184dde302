"""The free texts in which the built-in teacher writes curricula, and how it reads them back into structure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from core.catalogue.models import SessionEntry, SubjectEntry, SyllabusEntry
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
    return f"# {subject}\n\n{write_opening(syllabus)}\n{write_sessions(syllabus.sessions)}"


def write_opening(syllabus: SyllabusEntry) -> str:
    """Introduction and objectives alone."""
    objectives = "\n".join(f"- {_line(objective)}" for objective in syllabus.objectives)
    return f"## Introduction\n{_line(syllabus.introduction)}\n\n## Objectives\n{objectives}\n"


def write_sessions(entries: Sequence[SessionEntry]) -> str:
    """Class sessions alone."""
    sessions = "\n".join(
        f"{n}. {s.name}: {_line(s.description)}\n   Key concepts: {'; '.join(s.concepts)}"
        for n, s in enumerate(entries, 1)
    )
    return f"## Class sessions\n{sessions}\n"


def extract(template: str, text: str) -> str:
    """The structure behind one of these texts as JSON; raises TeacherRefusedError for any other text."""
    if template == "subjects_extract":
        subjects = [
            {"subject_name": m["name"], "level": m["level"], "subtopics": m["subtopics"].split("; ")}
            for m in _SUBJECT.finditer(text)
        ]
        if subjects:
            return json.dumps({"subjects": subjects}, ensure_ascii=False)
    if template in {"syllabus_extract", "syllabus_part_extract"}:
        sessions = [
            {"name": m["name"], "description": m["description"], "key_concepts": m["concepts"].split("; ")}
            for m in _SESSION.finditer(text)
        ]
        introduction = _INTRODUCTION.search(text)
        if (sessions and introduction) or (template == "syllabus_part_extract" and (sessions or introduction)):
            objectives, opening = _OBJECTIVE.findall(text), introduction[1] if introduction else ""
            reply = {"introduction": opening, "objectives": objectives, "sessions": sessions}
            return json.dumps(reply, ensure_ascii=False)
    raise TeacherRefusedError(
        "The built-in teacher can only convert texts that it wrote itself.",
        "Choose the language model that wrote the text for the extraction stage too.",
        code="unknown",
    )


def _line(text: str) -> str:
    return " ".join(text.split())
