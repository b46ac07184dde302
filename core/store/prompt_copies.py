"""Rows of a project's own prompts: every wording that was ever saved stays, at most one of a template is in use."""

from __future__ import annotations

from typing import Any

from core.store import curricula
from core.store.database import Tx


def save(
    tx: Tx, project_id: str, template: str, text: str, *, shipped_hash: str, note: str, person: str, at: float
) -> str:
    """Keep a wording and use it from now on; its hash. The same wording twice is one row."""
    digest = curricula.keep_snapshot(tx, text)
    tx.run(
        "INSERT INTO prompt_copy(project_id, template, hash, shipped_hash, note, person, at) VALUES (?,?,?,?,?,?,?)"
        " ON CONFLICT DO NOTHING",
        (project_id, template, digest, shipped_hash, note, person, at),
    )
    use(tx, project_id, template, digest)
    return digest


def use(tx: Tx, project_id: str, template: str, digest: str) -> bool:
    """Use this wording, with "" the shipped one; False if there is no such wording."""
    tx.run("UPDATE prompt_copy SET in_use=0 WHERE project_id=? AND template=? AND in_use", (project_id, template))
    if not digest:
        return True
    return bool(
        tx.run(
            "UPDATE prompt_copy SET in_use=1 WHERE project_id=? AND template=? AND hash=?",
            (project_id, template, digest),
        )
    )


def in_use(tx: Tx, project_id: str) -> dict[str, str]:
    """Template -> hash of the project's own wording."""
    rows = tx.rows("SELECT template, hash FROM prompt_copy WHERE project_id=? AND in_use", (project_id,))
    return {row["template"]: row["hash"] for row in rows}


def versions(tx: Tx, project_id: str, template: str) -> list[dict[str, Any]]:
    """Every wording of a template with its text, the newest first."""
    return tx.rows(
        "SELECT c.*, s.body AS text FROM prompt_copy c JOIN snapshot s ON s.hash=c.hash WHERE c.project_id=?"
        " AND c.template=? ORDER BY c.id DESC",
        (project_id, template),
    )
