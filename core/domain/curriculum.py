"""What hangs below a discipline: subjects, a syllabus each, class sessions, key concepts (GLAN, 2.2 and 2.3)."""

from __future__ import annotations

from core.domain.entity import Entity, Texts
from core.domain.states import NodeState
from core.domain.taxonomy import Origin


class Subject(Entity):
    """A subject of a discipline; `times_seen` counts in how many of `times_asked` answers of a teacher it came up."""

    id: int
    project_id: str
    node_id: int
    name: str
    level: str
    introduction: str
    subtopics: Texts
    position: int
    state: NodeState
    origin: Origin
    touched: bool
    times_seen: int
    times_asked: int
    version: int


class ClassSession(Entity):
    """One class session with its key concepts in order."""

    id: int
    syllabus_id: int
    position: int
    name: str
    description: str
    concepts: Texts


class Syllabus(Entity):
    """The syllabus of one subject; `version` grows with every edit of it or of its sessions."""

    id: int
    project_id: str
    subject_id: int
    introduction: str
    objectives: Texts
    state: NodeState
    origin: Origin
    touched: bool
    version: int
    sessions: tuple[ClassSession, ...] = ()


class SyllabusDraft(Entity):
    """A syllabus that is not stored yet: from a teacher, a file, or a form."""

    introduction: str
    objectives: tuple[str, ...]
    sessions: tuple[SessionDraft, ...]


class SessionDraft(Entity):
    """One session of a draft."""

    name: str
    description: str
    concepts: tuple[str, ...]


SyllabusDraft.model_rebuild()


def syllabus_text(subject: str, level: str, draft: SyllabusDraft | Syllabus) -> str:
    """The whole syllabus as Markdown, the way question prompts show it."""
    lines = [f"# {subject} ({level})", "", draft.introduction, "", "## Objectives"]
    lines += [f"- {objective}" for objective in draft.objectives]
    lines += ["", "## Class sessions"]
    sessions: tuple[ClassSession | SessionDraft, ...] = draft.sessions
    for number, session in enumerate(sessions, 1):
        lines.append(f"{number}. {session.name}: {session.description}")
        lines.append(f"   Key concepts: {'; '.join(session.concepts)}")
    return "\n".join(lines)
