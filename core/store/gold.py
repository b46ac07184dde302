"""Gold items: samples whose verdict is known, which measure the people who judge them."""

from __future__ import annotations

from core.domain.records import Gold, Sample
from core.store.database import Tx


def find(tx: Tx, sample: Sample) -> Gold | None:
    """The known verdict on the present text of the sample."""
    row = tx.row(
        "SELECT * FROM gold WHERE sample_id=? AND content_hash=? AND NOT removed", (sample.id, sample.content_hash)
    )
    return Gold.model_validate(row) if row else None


def insert(tx: Tx, sample: Sample, verdict: str, why: str, person: str, at: float) -> int:
    """Make the present text of the sample a gold item with this known verdict, instead of an earlier one; its id."""
    tx.run("UPDATE gold SET removed=1 WHERE sample_id=? AND NOT removed", (sample.id,))
    return tx.insert(
        "INSERT INTO gold(project_id, sample_id, content_hash, verdict, why, person, at) VALUES (?,?,?,?,?,?,?)",
        (sample.project_id, sample.id, sample.content_hash, verdict, why, person, at),
    )
