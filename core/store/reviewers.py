"""What the review history says of the people who wrote it: how much, how fast, how far they agree. Aggregates only."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.store.database import Row, Tx

_STANDS = "NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id)"


def revision(tx: Tx) -> tuple[object, ...]:
    """Differs whenever a verdict was given, or anything else happened that has its event, such as another name."""
    row = tx.row("SELECT (SELECT max(id) FROM review) AS entry, (SELECT max(id) FROM event) AS event")
    return tuple(row.values()) if row else ()


def people(tx: Tx, project_id: str) -> list[str]:
    """Everybody in the review history, by name."""
    rows = tx.rows(
        "SELECT DISTINCT person FROM review WHERE project_id=? AND purpose NOT IN ('seed', 'import') ORDER BY person",
        (project_id,),
    )
    return [row["person"] for row in rows]


def tallies(tx: Tx, project_id: str) -> list[Row]:
    """Per person what was not taken back: accepted, rejected, in bulk, skipped, edits, flags; and when last seen.

    Verdicts on gold items count as any other, else one's own numbers would tell which they were; imported ones are not
    the person's work here.
    """
    return tx.rows(
        "SELECT r.person, sum(r.verdict='accept' AND r.purpose <>'bulk' AND u.id IS NULL) AS accepted,"
        " sum(r.verdict='reject' AND r.purpose <>'bulk' AND u.id IS NULL) AS rejected,"
        " sum(r.verdict IN ('accept', 'reject') AND r.purpose='bulk' AND u.id IS NULL) AS bulk,"
        " sum(r.verdict='skip' AND u.id IS NULL) AS skipped, sum(r.verdict='edit' AND u.id IS NULL) AS edits,"
        " sum(r.verdict='flag' AND u.id IS NULL) AS flags, max(r.at) AS seen"
        " FROM review r LEFT JOIN review u ON u.undoes=r.id"
        " WHERE r.project_id=? AND r.purpose NOT IN ('seed', 'import') GROUP BY r.person ORDER BY r.person",
        (project_id,),
    )


def gaps(tx: Tx, project_id: str, longest: float) -> list[Row]:
    """Per person and verdict given one by one the seconds since the one before, at most `longest`."""
    return tx.rows(
        "SELECT person, gap FROM (SELECT person, at - lag(at) OVER (PARTITION BY person ORDER BY id) AS gap FROM review"
        " WHERE project_id=? AND verdict IN ('accept', 'reject') AND purpose NOT IN ('bulk', 'seed', 'import'))"
        " WHERE gap>0 AND gap<=?",
        (project_id, longest),
    )


def seconds_due(tx: Tx, project_id: str, person: str) -> tuple[int, int]:
    """Samples that await a second verdict, and those among them that are served to this person for it."""
    row = tx.row(
        "SELECT count(*) AS n, ifnull(sum(d.first_by<>:person), 0) AS own FROM second_due d WHERE"
        " d.project_id=:project AND d.sample_id NOT IN (SELECT s.id FROM tally t CROSS JOIN sample s INDEXED BY"
        " sample_due ON s.cell=t.id AND s.second=1 WHERE t.project_id=:project AND t.preview=1 AND t.n>0)",
        {"project": project_id, "person": person},
    )
    assert row is not None
    return row["n"], row["own"]


def blind(tx: Tx, project_id: str) -> list[Row]:
    """Blind second verdicts with the first one on the same text, those taken back left out, by review id.

    `node_id` is the discipline of the sample, `first_id` and `second_id` are the entries.
    """
    return tx.rows(
        "SELECT s.sample_id, s.content_hash, x.node_id, f.id AS first_id, f.person AS first,"  # noqa: S608 - a constant
        " f.verdict AS first_said, s.id AS second_id, s.person AS second, s.verdict AS second_said"
        " FROM (SELECT * FROM review r WHERE r.project_id=? AND r.purpose='second'"
        " AND r.verdict IN ('accept', 'reject')"
        f" AND {_STANDS}) s JOIN sample x ON x.id=s.sample_id JOIN review f ON f.id=(SELECT max(r.id) FROM review r"
        " WHERE r.sample_id=s.sample_id AND r.id<s.id AND r.content_hash=s.content_hash AND r.purpose='first'"
        f" AND r.verdict IN ('accept', 'reject') AND r.person!=s.person AND {_STANDS}) ORDER BY s.id",
        (project_id,),
    )


def said(tx: Tx, ids: Sequence[int]) -> dict[int, Row]:
    """Entries of the history by id, each with the beginning of the question that its sample has now.

    `state` is that of the sample, NULL where it has another text by now than the entry is about.
    """
    rows = tx.rows(
        "SELECT r.id, r.sample_id, r.person, r.verdict, r.reason, r.note, substr(s.question, 1, 300) AS question,"
        " iif(s.content_hash=r.content_hash, s.review, NULL) AS state"
        " FROM review r JOIN sample s ON s.id=r.sample_id WHERE r.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row["id"]: row for row in rows}
