"""What hangs below a discipline: subjects, a syllabus each, class sessions, key concepts (GLAN, 2.2 and 2.3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from core.domain.entity import Entity, Texts
from core.domain.states import NodeState
from core.domain.taxonomy import Origin


class Part(StrEnum):
    """What a teacher is asked to write anew: all of a syllabus, introduction and objectives, the sessions, one."""

    WHOLE = "whole"
    OPENING = "opening"
    SESSIONS = "sessions"
    SESSION = "session"


class ProposalState(StrEnum):
    """What became of a proposal for a syllabus that exists."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class Subject(Entity):
    """A subject of a discipline; `times_seen` counts in how many of `times_asked` answers of a teacher it came up.

    `merged_into` is the subject that took this one up; only its row stays, removed.
    """

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
    merged_into: int | None = None


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


def draft_of(syllabus: Syllabus) -> SyllabusDraft:
    """What stands in a syllabus, without ids and state."""
    sessions = tuple(SessionDraft.model_validate(session.model_dump()) for session in syllabus.sessions)
    return SyllabusDraft(introduction=syllabus.introduction, objectives=syllabus.objectives, sessions=sessions)


def _draft(value: object) -> object:
    return SyllabusDraft.model_validate_json(value) if isinstance(value, str) else value


class SyllabusProposal(Entity):
    """What a teacher wrote for a syllabus that was there already; people take it part by part, or dismiss it.

    `draft` holds the asked part alone; `session_id` is the class session that a draft of one session is for.
    """

    id: int
    project_id: str
    subject_id: int
    run_id: str
    based_on: int
    part: Part
    session_id: int | None
    draft: Annotated[SyllabusDraft, BeforeValidator(_draft)]
    state: ProposalState
    at: float


def with_part(present: Syllabus, part: Part, session_id: int | None, draft: SyllabusDraft) -> SyllabusDraft:
    """A syllabus with one part taken from `draft`; the draft of a session that is gone comes last."""
    there = draft_of(present)
    if part is Part.WHOLE:
        return draft
    if part is Part.OPENING:
        return there.model_copy(update={"introduction": draft.introduction, "objectives": draft.objectives})
    if part is Part.SESSIONS:
        return there.model_copy(update={"sessions": draft.sessions})
    ids, sessions, wanted = [session.id for session in present.sessions], list(there.sessions), draft.sessions[0]
    if session_id in ids:
        at = ids.index(session_id)
        sessions[at] = wanted.model_copy(update={"name": sessions[at].name})
    else:
        sessions.append(wanted)
    return there.model_copy(update={"sessions": tuple(sessions)})


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
