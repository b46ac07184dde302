"""Subjects typed or pasted as lines: "Linear algebra | introductory | Vectors; Matrices"."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.naming import clean_name
from core.errors import InvalidInputError

LEVELS = ("introductory", "intermediate", "advanced")
MAX_LINES = 1000


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One line as it was understood; `problem` says why it cannot be used."""

    number: int
    name: str
    level: str
    subtopics: tuple[str, ...]
    problem: str = ""


def read_lines(text: str, usual_level: str) -> list[SubjectLine]:
    """One subject a line; level and subtopics may be left out. A tab separates like a bar does."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MAX_LINES:
        raise InvalidInputError(f"There are {len(lines):,} lines; {MAX_LINES:,} are allowed.", "Add them in portions.")
    return [_read(number, line, usual_level) for number, line in lines]


def _read(number: int, line: str, usual_level: str) -> SubjectLine:
    name, level, topics, *rest = (*(part.strip() for part in line.replace("\t", "|").split("|")), "", "")
    level = level.casefold() or usual_level
    if any(rest):
        return SubjectLine(number, name, level, (), "More than three parts: name | level | subtopics.")
    if level not in LEVELS:
        return SubjectLine(number, name, level, (), f"The level is none of {', '.join(LEVELS)}.")
    try:
        found = tuple(dict.fromkeys(clean_name(topic, "subtopic") for topic in topics.split(";") if topic.strip()))
        return SubjectLine(number, clean_name(name), level, found)
    except InvalidInputError as error:
        return SubjectLine(number, name, level, (), error.message)
