"""Rows of proposals for syllabi that exist."""

from __future__ import annotations

from core.domain.curriculum import Part, ProposalState, SyllabusDraft, SyllabusProposal
from core.errors import NotFoundError
from core.store import sequences
from core.store.database import Tx


def insert(
    tx: Tx,
    project_id: str,
    subject_id: int,
    *,
    run_id: str,
    based_on: int,
    part: Part,
    session_id: int | None,
    draft: SyllabusDraft,
    at: float,
) -> int:
    """Store what a teacher wrote; it waits for a person."""
    return tx.insert(
        "INSERT INTO syllabus_proposal(id, project_id, subject_id, run_id, based_on, part, session_id, draft, state,"
        " at) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            sequences.take(tx, "syllabus_proposal"),
            project_id,
            subject_id,
            run_id,
            based_on,
            part,
            session_id,
            draft.model_dump_json(),
            ProposalState.OPEN,
            at,
        ),
    )


def get(tx: Tx, project_id: str, proposal_id: int) -> SyllabusProposal:
    """The proposal; raises NotFoundError."""
    row = tx.row("SELECT * FROM syllabus_proposal WHERE id=? AND project_id=?", (proposal_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no proposal {proposal_id} in this project.", "Reload the subject.")
    return SyllabusProposal.model_validate(row)


def open_for(tx: Tx, subject_id: int) -> list[SyllabusProposal]:
    """What waits for a person, newest first."""
    rows = tx.rows(
        "SELECT * FROM syllabus_proposal WHERE subject_id=? AND state='open' ORDER BY id DESC", (subject_id,)
    )
    return [SyllabusProposal.model_validate(row) for row in rows]


def counts(tx: Tx, project_id: str) -> dict[int, int]:
    """Subject id -> how many proposals wait, for those that have any."""
    rows = tx.rows(
        "SELECT subject_id, count(*) AS n FROM syllabus_proposal WHERE project_id=? AND state='open' GROUP BY 1",
        (project_id,),
    )
    return {row["subject_id"]: row["n"] for row in rows}


def made(tx: Tx, subject_id: int) -> int:
    """How many there ever were for a subject."""
    return int(tx.value("SELECT count(*) FROM syllabus_proposal WHERE subject_id=?", (subject_id,)))


def of_run(tx: Tx, run_id: str) -> list[int]:
    """Subjects for which a run made proposals."""
    rows = tx.rows("SELECT DISTINCT subject_id FROM syllabus_proposal WHERE run_id=? ORDER BY 1", (run_id,))
    return [row["subject_id"] for row in rows]


def set_state(tx: Tx, proposal_id: int, state: ProposalState) -> None:
    """What became of it."""
    tx.run("UPDATE syllabus_proposal SET state=? WHERE id=?", (state, proposal_id))
