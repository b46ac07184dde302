"""Review by several people: disputes, second verdicts, gold items, leases, repairs; the history becomes append-only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.domain.plans import PlanKind
from core.domain.review import UNVERIFIED_DOUBT, Purpose, doubt, shuffled, standing, state_of
from core.domain.states import ReviewState
from core.store.database import Tx
from core.store.schema import one_of
from core.store.standings import each_history

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


def shuffle(tx: Tx) -> None:
    """Give every sample its place in random orders, by its first text."""
    rows = tx.rows("SELECT sample_id, content_hash FROM revision WHERE n=1")
    tx.many("UPDATE sample SET shuffle=? WHERE id=?", [(shuffled(r["content_hash"]), r["sample_id"]) for r in rows])


def weigh_doubts(tx: Tx) -> None:
    """Say of every text that was checked how far the checks leave it uncertain."""
    rows = tx.rows(
        "SELECT s.id, sum(v.passed) AS passed, sum(NOT v.passed) AS failed FROM sample s JOIN verification v"
        " ON v.sample_id=s.id AND v.content_hash=s.content_hash GROUP BY s.id"
    )
    tx.many("UPDATE sample SET doubt=? WHERE id=?", [(doubt(r["passed"], r["failed"]), r["id"]) for r in rows])


def follow_histories(tx: Tx) -> None:
    """Let the state of every judged sample follow from its history, as it does from now on.

    Until now the last verdict won: where one person had overruled another there is a dispute to settle.
    """
    changed = []
    for sample_id, history in each_history(tx):
        row = tx.row("SELECT content_hash, review FROM sample WHERE id=?", (sample_id,))
        if row is not None and (state := state_of(standing(history, row["content_hash"]))) != row["review"]:
            changed.append((state, sample_id))
    tx.many("UPDATE sample SET review=?, version=version+1 WHERE id=?", changed)
