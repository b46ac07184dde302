"""Verdicts that came in files: texts found by their hash, entries written many at once, batches that are one file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.review import Purpose
from core.store.database import Row, Tx
from core.store.standings import chunks

IMPORTS = "CREATE INDEX revision_text ON revision(content_hash);"
KIND, BACK, ENTITY = "imported verdicts", "took back verdict import", "verdict import"
BATCH: Final = "import"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to write; `before` is what the sample was, as JSON."""

    token: str
    sample_id: int
    content_hash: str
    person: str
    word: str
    reason: str
    note: str
    before: str


def with_text(tx: Tx, project_id: str, hashes: Iterable[str]) -> dict[str, list[int]]:
    """Content hash -> the samples of the project that have or had this text, previews left out."""
    sql = (
        "SELECT DISTINCT r.content_hash, r.sample_id FROM json_each(?) w CROSS JOIN revision r"
        " ON r.content_hash=w.value CROSS JOIN sample s ON s.id=r.sample_id WHERE s.project_id=? AND s.preview=0"
        " ORDER BY r.sample_id"
    )
    found: dict[str, list[int]] = {}
    for chunk in chunks(dict.fromkeys(hashes)):
        for row in tx.rows(sql, (json.dumps(chunk), project_id)):
            found.setdefault(row["content_hash"], []).append(row["sample_id"])
    return found


def gold(tx: Tx, project_id: str) -> dict[tuple[int, str], str]:
    """(sample, content hash) of the gold items -> who says what is right."""
    rows = tx.rows("SELECT sample_id, content_hash, person FROM gold WHERE project_id=? AND NOT removed", (project_id,))
    return {(row["sample_id"], row["content_hash"]): row["person"] for row in rows}


def people(tx: Tx, project_id: str) -> list[str]:
    """Who has an entry in the review history of the project, by name."""
    rows = tx.rows(
        "WITH RECURSIVE p(person) AS (SELECT min(person) FROM review WHERE project_id=:p UNION ALL"
        " SELECT (SELECT min(r.person) FROM review r WHERE r.project_id=:p AND r.person>p.person) FROM p"
        " WHERE p.person IS NOT NULL) SELECT person FROM p WHERE person IS NOT NULL",
        {"p": project_id},
    )  # one step in the index for each person, however many entries they have
    return [row["person"] for row in rows]


def revision(tx: Tx) -> tuple[object, ...]:
    """Differs whenever verdicts or texts may differ."""
    return tuple(tx.value(f"SELECT max(id) FROM {table}") for table in ("sample", "review", "event"))  # noqa: S608


def write(tx: Tx, project_id: str, batch: str, lines: Sequence[Line], at: float) -> tuple[int, str]:
    """Append all of them to the history; how many, and one hash over them. A used token raises IntegrityError."""
    since = _last(tx)
    tx.many(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, reason, note, before, at,"
        " purpose, batch) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                line.token,
                project_id,
                line.sample_id,
                line.content_hash,
                line.person,
                line.word,
                line.reason,
                line.note,
                line.before,
                at,
                Purpose.IMPORT,
                batch,
            )
            for line in lines
        ],
    )
    return digest_of(_since(tx, since))


def take_back(tx: Tx, batch: str, person: str, at: float, first: int, most: int) -> tuple[int, str, list[int]]:
    """Undo `most` entries of the batch that stand, from `first` on: how many, one hash over it, their samples."""
    since = _last(tx)
    tx.run(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, before, undoes, at, purpose,"
        " batch) SELECT 'undo:' || r.token, r.project_id, r.sample_id, s.content_hash, :person, 'undo',"
        " json_object('revision', s.revision, 'verification', s.verification, 'review', s.review), r.id, :at,"
        " :purpose, r.batch FROM (SELECT * FROM review r WHERE r.batch=:batch AND r.batch<>'' AND r.id>=:first AND"
        " r.verdict!='undo'"
        " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id) ORDER BY r.id LIMIT :most) r"
        " JOIN sample s ON s.id=r.sample_id ORDER BY r.id",
        {"batch": batch, "person": person, "at": at, "purpose": Purpose.IMPORT, "first": first, "most": most},
    )
    rows = list(_since(tx, since))
    return *digest_of(rows), list(dict.fromkeys(row["sample_id"] for row in rows))


def _last(tx: Tx) -> int:
    return int(tx.value("SELECT ifnull(max(id), 0) FROM review"))


def _since(tx: Tx, since: int) -> Iterator[Row]:
    return tx.each(
        "SELECT token, sample_id, content_hash, person, verdict FROM review WHERE id>? ORDER BY id", (since,)
    )


def batches(tx: Tx, project_id: str) -> dict[str, list[Row]]:
    """Batch -> what its events told, in their order, each with kind, person and at; the newest batch last."""
    found: dict[str, list[Row]] = {}
    for row in tx.each(
        "SELECT person, at, kind, entity_id, after FROM event WHERE project_id=? AND entity=? ORDER BY id",
        (project_id, ENTITY),
    ):
        told = {**json.loads(row["after"]), "kind": row["kind"], "person": row["person"], "at": row["at"]}
        found.setdefault(row["entity_id"], []).append(told)
    return found


def digest_of(rows: Iterable[Row]) -> tuple[int, str]:
    """(number, hash) of such rows."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update((json.dumps(list(row.values()), ensure_ascii=False) + "\n").encode("utf-8", "replace"))
        count += 1
    return count, digest.hexdigest()
