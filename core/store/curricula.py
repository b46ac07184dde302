"""Rows below a discipline: subjects, syllabi with their class sessions, decks and snapshots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from core.domain.curriculum import ClassSession, SessionDraft, Subject, Syllabus, SyllabusDraft
from core.domain.naming import name_key, near_key
from core.domain.states import NodeState
from core.domain.syllabus_diff import match_sessions
from core.domain.taxonomy import Origin
from core.errors import ConflictError, NotFoundError
from core.store import sequences
from core.store.database import Tx


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def insert_subject(
    tx: Tx,
    project_id: str,
    node_id: int,
    name: str,
    *,
    level: str,
    introduction: str = "",
    subtopics: Sequence[str] = (),
    state: NodeState = NodeState.PROPOSED,
    origin: Origin = Origin.PERSON,
    seen: tuple[int, int] = (0, 0),
) -> int:
    """Add a subject behind the others of its discipline; `seen` = (times seen, times asked)."""
    position = tx.value("SELECT ifnull(max(position), 0) + 1 FROM subject WHERE node_id=?", (node_id,))
    return tx.insert(
        "INSERT INTO subject(id, project_id, node_id, name, name_key, near_key, level, introduction, subtopics,"
        " position, state, origin, touched, times_seen, times_asked) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            sequences.take(tx, "subject"),
            project_id,
            node_id,
            name,
            name_key(name),
            near_key(name),
            level,
            introduction,
            _json(subtopics),
            position,
            state,
            origin,
            int(origin is Origin.PERSON),
            *seen,
        ),
    )


def get_subject(tx: Tx, project_id: str, subject_id: int) -> Subject:
    """The subject; raises NotFoundError."""
    row = tx.row("SELECT * FROM subject WHERE id=? AND project_id=?", (subject_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no subject {subject_id} in this project.", "Reload the curriculum.")
    return Subject.model_validate(row)


def find_subject(tx: Tx, node_id: int, name: str) -> Subject | None:
    """The subject of the discipline whose name counts as the same, removed ones included."""
    row = tx.row("SELECT * FROM subject WHERE node_id=? AND name_key=?", (node_id, name_key(name)))
    return Subject.model_validate(row) if row else None


def subjects(tx: Tx, project_id: str, node_id: int | None = None, *, removed: bool = False) -> list[Subject]:
    """Subjects of one discipline, or of the whole project, in order."""
    rows = tx.rows(
        "SELECT * FROM subject WHERE project_id=? AND (? IS NULL OR node_id=?) AND (? OR state!='removed')"
        " ORDER BY node_id, position, id",
        (project_id, node_id, node_id, removed),
    )
    return [Subject.model_validate(row) for row in rows]


def edit_subject(
    tx: Tx, subject: Subject, *, name: str, level: str, introduction: str, subtopics: Sequence[str], state: NodeState
) -> None:
    """Write the editable fields if the version still fits; else ConflictError."""
    changed = tx.run(
        "UPDATE subject SET name=?, name_key=?, near_key=?, level=?, introduction=?, subtopics=?, state=?, touched=1,"
        " version=version+1 WHERE id=? AND version=?",
        (
            name,
            name_key(name),
            near_key(name),
            level,
            introduction,
            _json(subtopics),
            state,
            subject.id,
            subject.version,
        ),
    )
    if not changed:
        raise ConflictError(
            f"Somebody changed the subject {subject.name!r} while you were editing it.",
            "Compare both and save again.",
            current=get_subject(tx, subject.project_id, subject.id),
        )


def set_subject_state(tx: Tx, subject_id: int, state: NodeState) -> None:
    """Verify, remove or reopen a subject."""
    tx.run("UPDATE subject SET state=?, touched=1, version=version+1 WHERE id=?", (state, subject_id))


def seen_subject(tx: Tx, subject_id: int) -> None:
    """A teacher named it once more; nothing else of it changes."""
    tx.run("UPDATE subject SET times_seen=times_seen+1 WHERE id=?", (subject_id,))


def times_asked(tx: Tx, node_id: int) -> int:
    """How many queries for subjects of this discipline were answered so far."""
    return int(tx.value("SELECT asked FROM listing WHERE node_id=?", (node_id,)) or 0)


def asked_again(tx: Tx, node_id: int) -> int:
    """One more query was answered; how many now. Call it before the subjects of the answer are stored."""
    tx.run("UPDATE subject SET times_asked=times_asked+1 WHERE node_id=?", (node_id,))
    return int(
        tx.value(
            "INSERT INTO listing(node_id, asked) VALUES (?, 1) ON CONFLICT DO UPDATE SET asked=asked+1 RETURNING asked",
            (node_id,),
        )
    )


def fill_near_keys(tx: Tx) -> None:
    """For subjects of a file that had none yet."""
    rows = tx.rows("SELECT id, name FROM subject")
    tx.many("UPDATE subject SET near_key=? WHERE id=?", [(near_key(row["name"]), row["id"]) for row in rows])


def find_syllabus(tx: Tx, subject_id: int) -> Syllabus | None:
    """The syllabus of the subject with its sessions, or None."""
    row = tx.row("SELECT * FROM syllabus WHERE subject_id=?", (subject_id,))
    if row is None:
        return None
    sessions = tx.rows("SELECT * FROM class_session WHERE syllabus_id=? ORDER BY position", (row["id"],))
    return Syllabus.model_validate({**row, "sessions": [ClassSession.model_validate(s) for s in sessions]})


def syllabi(tx: Tx, project_id: str, node_id: int | None = None) -> dict[int, tuple[NodeState, int, int]]:
    """Subject id -> (state, number of sessions, number of concepts) of its syllabus; all, or those taught in a node."""
    rows = tx.rows(
        "SELECT y.subject_id AS id, y.state, count(s.id) AS sessions,"
        " ifnull(sum(json_array_length(s.concepts)), 0) AS concepts"
        " FROM syllabus y LEFT JOIN class_session s ON s.syllabus_id=y.id WHERE y.project_id=:p AND (:n IS NULL OR"
        " y.subject_id IN (SELECT id FROM subject WHERE node_id=:n UNION"
        " SELECT subject_id FROM subject_share WHERE node_id=:n)) GROUP BY y.id",
        {"p": project_id, "n": node_id},
    )
    return {row["id"]: (NodeState(row["state"]), row["sessions"], row["concepts"]) for row in rows}


def syllabus_versions(tx: Tx, project_id: str) -> dict[int, int]:
    """Subject id -> version of its syllabus."""
    rows = tx.rows("SELECT subject_id, version FROM syllabus WHERE project_id=?", (project_id,))
    return {row["subject_id"]: row["version"] for row in rows}


def subjects_of_syllabi(tx: Tx, project_id: str) -> dict[int, int]:
    """Syllabus id -> id of the subject it belongs to."""
    rows = tx.rows("SELECT id, subject_id FROM syllabus WHERE project_id=?", (project_id,))
    return {row["id"]: row["subject_id"] for row in rows}


def insert_syllabus(
    tx: Tx, project_id: str, subject_id: int, draft: SyllabusDraft, *, state: NodeState, origin: Origin
) -> int:
    """Store a first syllabus of a subject."""
    syllabus_id = tx.insert(
        "INSERT INTO syllabus(id, project_id, subject_id, introduction, objectives, state, origin, touched)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            sequences.take(tx, "syllabus"),
            project_id,
            subject_id,
            draft.introduction,
            _json(draft.objectives),
            state,
            origin,
            int(origin is Origin.PERSON),
        ),
    )
    _insert_sessions(tx, syllabus_id, list(enumerate(draft.sessions, 1)))
    return syllabus_id


def replace_syllabus(
    tx: Tx, syllabus: Syllabus, draft: SyllabusDraft, *, state: NodeState, origin: Origin, touched: bool
) -> None:
    """Write a whole syllabus anew if the version still fits; else ConflictError.

    A session that goes on, also renamed or in another place, keeps its row, so that its history can be read.
    """
    changed = tx.run(
        "UPDATE syllabus SET introduction=?, objectives=?, state=?, origin=?, touched=?, version=version+1"
        " WHERE id=? AND version=?",
        (draft.introduction, _json(draft.objectives), state, origin, int(touched), syllabus.id, syllabus.version),
    )
    if not changed:
        raise ConflictError(
            "Somebody changed this syllabus while you were editing it.",
            "Compare both versions, then choose whose goes on.",
            current=find_syllabus(tx, syllabus.subject_id),
        )
    there = find_syllabus(tx, syllabus.subject_id)
    assert there is not None
    _replace_sessions(tx, there, draft)


def raise_versions(tx: Tx, subject_ids: Iterable[int]) -> None:
    """The syllabi of these subjects read differently now: forms that are open on them must compare first."""
    tx.many("UPDATE syllabus SET version=version+1 WHERE subject_id=?", [(i,) for i in sorted(subject_ids)])


def set_syllabus_state(tx: Tx, syllabus_id: int, state: NodeState) -> None:
    """Verify or reopen a syllabus; the version stays, because the content does."""
    tx.run("UPDATE syllabus SET state=?, touched=1 WHERE id=?", (state, syllabus_id))


def _insert_sessions(tx: Tx, syllabus_id: int, sessions: Sequence[tuple[int, SessionDraft]]) -> None:
    first = sequences.take(tx, "class_session", len(sessions))
    tx.many(
        "INSERT INTO class_session(id, syllabus_id, position, name, description, concepts) VALUES (?,?,?,?,?,?)",
        [
            (first + number, syllabus_id, position, session.name, session.description, _json(session.concepts))
            for number, (position, session) in enumerate(sessions)
        ],
    )


def _replace_sessions(tx: Tx, there: Syllabus, draft: SyllabusDraft) -> None:
    fresh = []
    for before, after in match_sessions(there.sessions, draft.sessions):
        if after is None:
            assert before is not None
            tx.run("DELETE FROM class_session WHERE id=?", (there.sessions[before].id,))
        elif before is None:
            fresh.append((after + 1, draft.sessions[after]))
        else:
            new, old = draft.sessions[after], there.sessions[before]
            if (old.position, SessionDraft.model_validate(old.model_dump())) != (after + 1, new):
                tx.run(
                    "UPDATE class_session SET position=?, name=?, description=?, concepts=? WHERE id=?",
                    (after + 1, new.name, new.description, _json(new.concepts), old.id),
                )
    if fresh:
        _insert_sessions(tx, there.id, fresh)


def snapshot_hash(body: str) -> str:
    """What a source is kept under."""
    return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()


def keep_snapshot(tx: Tx, body: str) -> str:
    """Store the exact text of a source once; its SHA-256, which lineage refers to."""
    digest = snapshot_hash(body)
    tx.run("INSERT INTO snapshot(hash, body) VALUES (?,?) ON CONFLICT DO NOTHING", (digest, body))
    return digest


def get_snapshot(tx: Tx, digest: str) -> str:
    """The text kept under this hash; raises NotFoundError."""
    body = tx.value("SELECT body FROM snapshot WHERE hash=?", (digest,))
    if body is None:
        raise NotFoundError(f"The snapshot {digest[:12]} is missing.", "Run `python -m core doctor`.")
    return str(body)


def deck_positions(tx: Tx, project_id: str) -> dict[str, int]:
    """How many cards of each deck were dealt."""
    return {row["key"]: row["position"] for row in tx.rows("SELECT * FROM deck WHERE project_id=?", (project_id,))}


def advance_deck(tx: Tx, project_id: str, key: str, position: int) -> None:
    """Move a deck's position forward, never back."""
    tx.run(
        "INSERT INTO deck(project_id, key, position) VALUES (?,?,?)"
        " ON CONFLICT DO UPDATE SET position=max(position, excluded.position)",
        (project_id, key, position),
    )
