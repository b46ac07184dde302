"""Gold items: samples whose verdict is known, which measure the people who judge them."""

from __future__ import annotations

from core.domain.records import Gold, Sample
from core.errors import NotFoundError
from core.store.database import Row, Tx

_FIRST = (  # what a person said first to each gold item: whoever was told the known verdict is measured no more
    "SELECT r.person, r.sample_id, r.content_hash, min(r.id) AS id FROM review r WHERE r.project_id=:project"
    " AND r.purpose='gold' AND r.verdict IN ('accept', 'reject') GROUP BY r.person, r.sample_id, r.content_hash"
)
_SAID = (
    f"FROM ({_FIRST}) f JOIN review r ON r.id=f.id JOIN gold g ON g.sample_id=f.sample_id"
    " AND g.content_hash=f.content_hash AND NOT g.removed AND g.person!=r.person"
)
_AHEAD = (  # is it still to measure the reader?
    "(:reader!='' AND s.content_hash=g.content_hash AND g.person!=:reader AND NOT EXISTS (SELECT 1 FROM review r"
    " WHERE r.sample_id=g.sample_id AND r.person=:reader AND r.content_hash=g.content_hash AND r.purpose='gold'))"
)


def known(row: str) -> str:
    """Is the present text of this row of `sample` a gold item?"""
    return (
        f"EXISTS (SELECT 1 FROM gold g WHERE g.sample_id={row}.id AND g.content_hash={row}.content_hash"  # noqa: S608
        " AND NOT g.removed)"
    )


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


def get(tx: Tx, project_id: str, gold_id: int) -> Gold:
    """A gold item that was not removed; raises NotFoundError."""
    row = tx.row("SELECT * FROM gold WHERE id=? AND project_id=? AND NOT removed", (gold_id, project_id))
    if row is None:
        raise NotFoundError("This gold item is not there any more.", "Look at the present list.")
    return Gold.model_validate(row)


def remove(tx: Tx, item: Gold) -> None:
    """From now on it measures nobody; what it measured before counts no more."""
    tx.run("UPDATE gold SET removed=1 WHERE id=?", (item.id,))


def count(tx: Tx, project_id: str, reader: str) -> tuple[int, int, int]:
    """Gold items, those among them whose sample has another text by now, those that are still to measure the reader."""
    row = tx.row(
        "SELECT count(*) AS n, ifnull(sum(s.content_hash!=g.content_hash), 0) AS outdated,"  # noqa: S608 - a constant
        f" ifnull(sum({_AHEAD}), 0) AS ahead FROM gold g"
        " JOIN sample s ON s.id=g.sample_id WHERE g.project_id=:project AND NOT g.removed",
        {"project": project_id, "reader": reader},
    )
    assert row is not None
    return row["n"], row["outdated"], row["ahead"]


def page(tx: Tx, project_id: str, *, below: int, size: int, but_of: str) -> list[Row]:
    """The newest gold items below this id (0 = from the newest), with what they stand for and how often they hit.

    Those that are still to measure `but_of` are left out. `outdated`: the sample has another text by now. `shown`
    people were measured by it, those in the list `missed_by` missed.
    """
    return tx.rows(
        "SELECT g.*, s.content_hash!=g.content_hash AS outdated, substr(s.question, 1, 300) AS question,"  # noqa: S608 - a constant
        " ifnull(m.shown, 0) AS shown, m.missed_by FROM gold g JOIN sample s ON s.id=g.sample_id"
        f" LEFT JOIN (SELECT g.id, count(*) AS shown,"
        f" json_group_array(r.person) FILTER (WHERE r.verdict!=g.verdict) AS missed_by {_SAID} GROUP BY g.id) m"
        " ON m.id=g.id WHERE g.project_id=:project AND NOT g.removed AND (:below=0 OR g.id<:below)"
        f" AND NOT {_AHEAD}"
        " ORDER BY g.id DESC LIMIT :size",
        {"project": project_id, "below": below, "size": size, "reader": but_of},
    )


def scores(tx: Tx, project_id: str) -> list[Row]:
    """Per person: gold items judged, hits, what was accepted though it is to be rejected, and the other way round."""
    return tx.rows(
        "SELECT r.person, count(*) AS shown, sum(r.verdict=g.verdict) AS hits,"
        " sum(r.verdict='accept' AND g.verdict='reject') AS let_in,"
        f" sum(r.verdict='reject' AND g.verdict='accept') AS kept_out {_SAID} GROUP BY r.person ORDER BY r.person",
        {"project": project_id},
    )
