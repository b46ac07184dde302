"""Review by several people: disputes, second verdicts, gold items, leases, repairs; the history becomes append-only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.domain.plans import PlanKind
from core.domain.records import Review
from core.domain.review import UNVERIFIED_DOUBT, Purpose, doubt, shuffled, standing, state_of
from core.domain.states import ReviewState
from core.store.database import Row, Tx
from core.store.id_ranges import id_ranges
from core.store.schema import one_of
from core.store.standings import histories

ENTRIES = ("accept", "reject", "skip", "edit", "undo", "flag", "unflag")

REVIEW = f"""
ALTER TABLE sample ADD COLUMN shuffle INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sample ADD COLUMN second INTEGER NOT NULL DEFAULT 0 CHECK (second IN (0, 1, 2));
ALTER TABLE sample ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1));
ALTER TABLE sample ADD COLUMN doubt INTEGER NOT NULL DEFAULT {UNVERIFIED_DOUBT};
CREATE INDEX sample_second ON sample(project_id, id) WHERE second = 1;
CREATE INDEX sample_flagged ON sample(project_id, id) WHERE flagged;
ALTER TABLE review ADD COLUMN purpose TEXT NOT NULL DEFAULT '{Purpose.FIRST}' CHECK (purpose IN {one_of(Purpose)});
ALTER TABLE review ADD COLUMN batch TEXT NOT NULL DEFAULT '';
UPDATE review SET purpose = '{Purpose.SEED}' WHERE token GLOB 'human-seeds:*';
CREATE INDEX review_batch ON review(batch) WHERE batch <> '';
CREATE TRIGGER review_no_update BEFORE UPDATE ON review
  BEGIN SELECT RAISE(ABORT, 'the review history is append-only'); END;
CREATE TRIGGER review_no_delete BEFORE DELETE ON review
  BEGIN SELECT RAISE(ABORT, 'the review history is append-only'); END;
CREATE TABLE review_plan (
  project_id TEXT PRIMARY KEY REFERENCES project(id), plan TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE TABLE review_lease (
  sample_id INTEGER PRIMARY KEY REFERENCES sample(id), project_id TEXT NOT NULL, person TEXT NOT NULL,
  until REAL NOT NULL
) STRICT;
CREATE INDEX review_lease_of ON review_lease(project_id, person);
CREATE TABLE review_place (
  project_id TEXT NOT NULL REFERENCES project(id), person TEXT NOT NULL, place TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (project_id, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE review_keys (person TEXT PRIMARY KEY, keys TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE gold (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  sample_id INTEGER NOT NULL REFERENCES sample(id), content_hash TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('accept','reject')), why TEXT NOT NULL DEFAULT '', person TEXT NOT NULL,
  at REAL NOT NULL, removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX gold_of ON gold(sample_id) WHERE NOT removed;
CREATE INDEX gold_in ON gold(project_id, id) WHERE NOT removed;
CREATE TABLE repair_wish (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  sample_id INTEGER NOT NULL REFERENCES sample(id), content_hash TEXT NOT NULL, review_id INTEGER NOT NULL,
  words TEXT NOT NULL, person TEXT NOT NULL, at REAL NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','sent','done','withdrawn','outdated','failed')),
  run_id TEXT REFERENCES run(id), request_id INTEGER REFERENCES request(id)
) STRICT;
CREATE INDEX repair_wish_of ON repair_wish(project_id, state, id);
CREATE INDEX repair_wish_for ON repair_wish(sample_id, id);
"""
_CHECKS: tuple[tuple[str, str, str], ...] = (
    ("sample", "review", one_of(ReviewState)),
    ("review", "verdict", "(" + ",".join(f"'{word}'" for word in ENTRIES) + ")"),
    ("run", "kind", one_of(PlanKind)),
)


def widen(tx: Tx) -> None:
    """Samples may be disputed, the history knows flags, runs may repair."""
    checks = (
        (table, rf"CHECK \({column} IN \([^)]*\)\)", f"CHECK ({column} IN {values})")
        for table, column, values in _CHECKS
    )
    rewrite(tx, tuple(checks))


def rewrite(tx: Tx, changes: Sequence[tuple[str, str, str]]) -> None:
    """Loosen definitions of tables in place: (table, pattern, what stands there instead).

    Only for what makes no stored row invalid; see `seeds_schema.loosen` for the way.
    """
    version = int(tx.value("PRAGMA schema_version"))
    tx.run("PRAGMA writable_schema=ON")
    try:
        for table, pattern, instead in changes:
            sql = str(tx.value("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?", (table,)))
            sql, found = re.subn(pattern, instead, sql)
            assert found == 1, table
            tx.run("UPDATE sqlite_schema SET sql=? WHERE type='table' AND name=?", (sql, table))
        tx.run(f"PRAGMA schema_version={version + 1}")
    finally:
        tx.run("PRAGMA writable_schema=OFF")


def fill(tx: Tx) -> None:
    """Every sample has its place in random orders, its doubt, and the state that its history says, in one pass.

    Until now the last verdict won: where one person had overruled another there is a dispute to settle.
    """
    for ids in id_ranges(tx):
        rows = tx.rows(_SAMPLES, ids)
        checked = {row["sample_id"]: row for row in tx.rows(_CHECKED, ids)}
        told = histories(tx, [row["id"] for row in rows])
        tx.many(_FILL, [_filled(row, checked.get(row["id"]), told.get(row["id"])) for row in rows])


_SAMPLES = (
    "SELECT s.id, s.content_hash, s.review, r.content_hash AS first FROM sample s LEFT JOIN revision r"
    " ON r.sample_id=s.id AND r.n=1 WHERE s.id BETWEEN ? AND ?"
)
_CHECKED = (
    "SELECT v.sample_id, sum(v.passed) AS passed, sum(NOT v.passed) AS failed FROM verification v"
    " JOIN sample s ON s.id=v.sample_id AND s.content_hash=v.content_hash"
    " WHERE v.sample_id BETWEEN ? AND ? GROUP BY v.sample_id"
)
_FILL = "UPDATE sample SET shuffle=?, doubt=?, review=?, version=version+? WHERE id=?"


def _filled(row: Row, checked: Row | None, history: list[Review] | None) -> tuple[object, ...]:
    """How far the checks leave the present text uncertain, and where it stands; what nobody judged stays as it is."""
    place = shuffled(row["first"]) if row["first"] else 0
    unsure = doubt(checked["passed"], checked["failed"]) if checked else UNVERIFIED_DOUBT
    state = state_of(standing(history, row["content_hash"])).value if history else row["review"]
    return place, unsure, state, int(state != row["review"]), row["id"]
