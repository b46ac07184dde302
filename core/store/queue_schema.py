"""Queues at any size: samples in cells of equal properties that are counted by triggers, and indexes for every order.

A cell is what filters can tell apart. `tally` counts its samples, `run_tally` those of each run in it; `picked` are the
ones in the random share that the project wants reviewed. A filter is a set of cells: counting it sums over few rows,
serving it merges the beginnings of its cells, so that neither reads the samples themselves.
"""

from __future__ import annotations

from core.domain.review import SHUFFLE_RANGE
from core.store.database import Tx
from core.store.id_ranges import id_ranges

CELL = "project_id, preview, review, strategy, node_id, difficulty, verification, origin, flagged"


def cell_of(row: str) -> str:
    """The values of `CELL` for a row of `sample`."""
    return (
        f"{row}.project_id, {row}.preview, {row}.review, {row}.strategy, ifnull({row}.node_id, 0),"
        f" ifnull({row}.difficulty, ''), {row}.verification, {row}.origin, {row}.flagged"
    )


def bound_of(project: str) -> str:
    """Samples with a smaller `shuffle` belong to the share of the project that is to be reviewed."""
    share = f"(SELECT json_extract(plan, '$.share') FROM review_plan WHERE project_id={project})"
    return f"({SHUFFLE_RANGE}.0 * ifnull({share}, 1))"


def _picked(row: str) -> str:
    return f"{row}.shuffle < {bound_of(f'{row}.project_id')}"


_COUNT = f"""
  INSERT INTO tally({CELL}, n, picked) VALUES ({cell_of("NEW")}, 1, {_picked("NEW")})
    ON CONFLICT DO UPDATE SET n=n+1, picked=picked+excluded.picked;
  UPDATE sample SET cell=(SELECT id FROM tally WHERE ({CELL})=({cell_of("NEW")})) WHERE id=NEW.id;
  INSERT INTO run_tally(run_id, cell, n, picked)
    SELECT run_id, cell, 1, {_picked("NEW")} FROM sample WHERE id=NEW.id AND run_id IS NOT NULL
    ON CONFLICT DO UPDATE SET n=n+1, picked=picked+excluded.picked;
"""
_DISCOUNT = f"""
  UPDATE tally SET n=n-1, picked=picked-({_picked("OLD")}) WHERE id=OLD.cell;
  UPDATE run_tally SET n=n-1, picked=picked-({_picked("OLD")}) WHERE run_id=OLD.run_id AND cell=OLD.cell;
"""
_WATCHED = f"{CELL}, run_id, shuffle"
_REPICK = f"""
  UPDATE tally SET picked=(SELECT count(*) FROM sample s WHERE s.cell=tally.id
    AND s.shuffle < {bound_of("NEW.project_id")}) WHERE project_id=NEW.project_id;
  UPDATE run_tally SET picked=(SELECT count(*) FROM sample s WHERE s.run_id=run_tally.run_id AND s.cell=run_tally.cell
    AND +s.shuffle < {bound_of("NEW.project_id")})
    WHERE cell IN (SELECT id FROM tally WHERE project_id=NEW.project_id);
"""


def _due(row: str) -> str:
    """Who gave the verdict to which a second one is due; `row` is "NEW." or ":", before the columns of the sample."""
    return f"""
  INSERT INTO second_due(project_id, first_by, sample_id)
    SELECT {row}project_id, r.person, {row}id FROM review r WHERE r.id=(SELECT max(v.id) FROM review v
      WHERE v.sample_id={row}id AND v.content_hash={row}content_hash AND v.verdict IN ('accept', 'reject')
      AND v.purpose NOT IN ('gold', 'seed') AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=v.id))"""


TABLES = f"""
CREATE TABLE tally (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL, preview INTEGER NOT NULL, review TEXT NOT NULL,
  strategy TEXT NOT NULL, node_id INTEGER NOT NULL, difficulty TEXT NOT NULL, verification TEXT NOT NULL,
  origin TEXT NOT NULL, flagged INTEGER NOT NULL, n INTEGER NOT NULL, picked INTEGER NOT NULL, UNIQUE ({CELL})
) STRICT;
CREATE TABLE run_tally (
  run_id TEXT NOT NULL, cell INTEGER NOT NULL REFERENCES tally(id), n INTEGER NOT NULL, picked INTEGER NOT NULL,
  PRIMARY KEY (run_id, cell)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tally_cell ON run_tally(cell);
CREATE TABLE second_due (
  project_id TEXT NOT NULL, first_by TEXT NOT NULL, sample_id INTEGER NOT NULL UNIQUE REFERENCES sample(id),
  PRIMARY KEY (project_id, first_by, sample_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE review_turn (
  project_id TEXT NOT NULL REFERENCES project(id), person TEXT NOT NULL, served INTEGER NOT NULL DEFAULT 0,
  strata TEXT NOT NULL DEFAULT '{{}}', PRIMARY KEY (project_id, person)
) STRICT, WITHOUT ROWID;
ALTER TABLE review_lease ADD COLUMN slot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sample ADD COLUMN cell INTEGER NOT NULL DEFAULT 0;
CREATE INDEX review_skipped ON review(project_id, person, id) WHERE verdict = 'skip';
"""
INDEXES = """
CREATE INDEX sample_random ON sample(project_id, preview, review, shuffle, id);
CREATE INDEX sample_doubtful ON sample(project_id, preview, review, doubt, id);
CREATE INDEX cell_listed ON sample(cell, id, shuffle);
CREATE INDEX cell_random ON sample(cell, shuffle, id, doubt);
CREATE INDEX cell_doubtful ON sample(cell, doubt, id, shuffle);
CREATE INDEX sample_due ON sample(cell, id, run_id, shuffle) WHERE second = 1;
CREATE INDEX cell_of_run ON sample(run_id, cell, id, shuffle, doubt) WHERE run_id IS NOT NULL;
"""
TRIGGERS = f"""
CREATE TRIGGER sample_counted AFTER INSERT ON sample BEGIN {_COUNT} END;
CREATE TRIGGER sample_recounted AFTER UPDATE OF {_WATCHED} ON sample
  WHEN ({cell_of("OLD")}, OLD.run_id, OLD.shuffle) IS NOT ({cell_of("NEW")}, NEW.run_id, NEW.shuffle)
  BEGIN {_DISCOUNT} {_COUNT} END;
CREATE TRIGGER sample_uncounted AFTER DELETE ON sample BEGIN {_DISCOUNT} END;
CREATE TRIGGER share_chosen AFTER INSERT ON review_plan WHEN json_extract(NEW.plan, '$.share') IS NOT 1
  BEGIN {_REPICK} END;
CREATE TRIGGER share_changed AFTER UPDATE OF plan ON review_plan
  WHEN json_extract(OLD.plan, '$.share') IS NOT json_extract(NEW.plan, '$.share')
  BEGIN {_REPICK} END;
CREATE TRIGGER second_drawn AFTER UPDATE OF second ON sample WHEN NEW.second = 1 BEGIN
  DELETE FROM second_due WHERE sample_id=NEW.id; {_due("NEW.")}; END;
CREATE TRIGGER second_seen AFTER UPDATE OF second ON sample WHEN OLD.second = 1 AND NEW.second <> 1 BEGIN
  DELETE FROM second_due WHERE sample_id=NEW.id; END;
"""


def fill(tx: Tx) -> None:
    """Sort all samples into cells and count them; list whose second verdict is due."""
    tx.run("UPDATE tally SET n=0, picked=0")
    tx.run("DELETE FROM run_tally")
    tx.run(
        f"INSERT INTO tally({CELL}, n, picked) SELECT {cell_of('s')}, count(*), sum({_picked('s')})"
        " FROM sample s WHERE true GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
        " ON CONFLICT DO UPDATE SET n=excluded.n, picked=excluded.picked"
    )
    for ids in id_ranges(tx):
        tx.run(
            f"UPDATE sample AS s SET cell=(SELECT id FROM tally WHERE ({CELL})=({cell_of('s')}))"
            f" WHERE id BETWEEN ? AND ? AND cell IS NOT (SELECT id FROM tally WHERE ({CELL})=({cell_of('s')}))",
            ids,
        )
    tx.run(
        f"INSERT INTO run_tally(run_id, cell, n, picked) SELECT s.run_id, s.cell, count(*), sum({_picked('s')})"
        " FROM sample s WHERE s.run_id IS NOT NULL GROUP BY 1, 2"
    )
    tx.run("DELETE FROM second_due")
    for sample in tx.rows("SELECT project_id, id, content_hash FROM sample WHERE second=1"):
        tx.run(_due(":"), sample)
