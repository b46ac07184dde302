"""What the figures of cost and quality are sums over, kept by triggers, so that none of them reads the samples.

`figure` counts the samples of a cell by what a verdict never changes: their run and its part, who made them, the seed
set, whether another run paid for the answer. `check_figure` counts the newest finding of each method on each sample of
a cell; `present` = it was made about the very text that the sample has now. Two indexes tell the longest conversation
(`BYTES`) and the samples on which a check could not tell (`NOTED`); both begin with `OF`.
"""

from __future__ import annotations

from core.store.database import Tx

BYTES = "length(CAST(question AS BLOB)) + length(CAST(answer AS BLOB)) + length(CAST(history AS BLOB))"
NOTED = "instr(lineage, '_note\"') > 0"
OF = "project_id || ''"  # an expression, so that these indexes serve only the queries that they are for
KEY = "cell, question_maker, answer_maker, run_id, part, seed_set, reused"


def figure_of(row: str) -> str:
    """The values of `KEY` for a row of `sample`; what is looked up elsewhere never changes there."""
    return (
        f"{row}.cell, ifnull({row}.question_maker, 0), ifnull({row}.answer_maker, 0), ifnull({row}.run_id, ''),"
        " ifnull((SELECT json_extract(i.spec, '$.part') FROM item i"
        f" WHERE i.run_id={row}.run_id AND i.idx={row}.item_idx), 0),"
        f" ifnull((SELECT e.set_id FROM seed_example e WHERE e.id={row}.seed_example_id), 0),"
        f" ifnull((SELECT q.run_id<>{row}.run_id FROM request q WHERE q.id={row}.answer_request), 0)"
    )


def newest(finding: str) -> str:
    """Is this row of `verification` the newest of its method on its sample?"""
    return (
        f"NOT EXISTS (SELECT 1 FROM verification w WHERE w.sample_id={finding}.sample_id"
        f" AND w.method={finding}.method AND w.id>{finding}.id)"
    )


TABLES = f"""
CREATE TABLE figure (
  cell INTEGER NOT NULL REFERENCES tally(id), question_maker INTEGER NOT NULL, answer_maker INTEGER NOT NULL,
  run_id TEXT NOT NULL, part INTEGER NOT NULL, seed_set INTEGER NOT NULL, reused INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (cell, question_maker, answer_maker, run_id, part, seed_set, reused)
) STRICT, WITHOUT ROWID;
CREATE TABLE check_figure (
  cell INTEGER NOT NULL REFERENCES tally(id), method TEXT NOT NULL, passed INTEGER NOT NULL, present INTEGER NOT NULL,
  n INTEGER NOT NULL, PRIMARY KEY (cell, method, passed, present)
) STRICT, WITHOUT ROWID;
DROP INDEX sample_figures;
CREATE INDEX sample_long ON sample({OF}, {BYTES});
CREATE INDEX sample_noted ON sample({OF}) WHERE {NOTED};
"""
_ADD = "ON CONFLICT DO UPDATE SET n=n+excluded.n;"
_MOVED = ("cell", "run_id", "item_idx", "question_maker", "answer_maker", "seed_example_id", "answer_request")


def _figure(row: str, n: int) -> str:
    return f"INSERT INTO figure({KEY}, n) SELECT {figure_of(row)}, {n} WHERE {row}.cell<>0 {_ADD}"


def _checks(row: str, n: int) -> str:
    return (
        f"INSERT INTO check_figure SELECT {row}.cell, v.method, v.passed, v.content_hash={row}.content_hash, {n}"
        f" FROM verification v WHERE v.sample_id={row}.id AND {newest('v')} {_ADD}"
    )


def _found(finding: str, n: int) -> str:
    return (
        f"INSERT INTO check_figure SELECT s.cell, v.method, v.passed, v.content_hash=s.content_hash, {n}"
        f" FROM sample s JOIN verification v ON v.id=({finding}) WHERE s.id=NEW.sample_id {_ADD}"
    )


_ONE_BEFORE = (
    "SELECT max(w.id) FROM verification w WHERE w.sample_id=NEW.sample_id AND w.method=NEW.method AND w.id<NEW.id"
)


def _triggers() -> str:
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _MOVED)
    return f"""
CREATE TRIGGER figure_moved AFTER UPDATE OF {", ".join(_MOVED)} ON sample WHEN {differs} BEGIN
  {_figure("OLD", -1)} {_figure("NEW", 1)} END;
CREATE TRIGGER figure_gone AFTER DELETE ON sample BEGIN {_figure("OLD", -1)} END;
CREATE TRIGGER check_moved AFTER UPDATE OF cell, content_hash ON sample
  WHEN OLD.cell<>NEW.cell OR OLD.content_hash<>NEW.content_hash BEGIN
  {_checks("OLD", -1)} {_checks("NEW", 1)} END;
CREATE TRIGGER check_found AFTER INSERT ON verification BEGIN
  {_found(_ONE_BEFORE, -1)} {_found("NEW.id", 1)} END;
"""


TRIGGERS = _triggers()
FIGURES = f"SELECT {figure_of('s')}, count(*) AS n FROM sample s GROUP BY 1, 2, 3, 4, 5, 6, 7"
CHECKS = (
    "SELECT s.cell, v.method, v.passed, v.content_hash=s.content_hash AS present, count(*) AS n FROM verification v"
    f" JOIN sample s ON s.id=v.sample_id WHERE {newest('v')} GROUP BY 1, 2, 3, 4"
)


def fill(tx: Tx) -> None:
    """Count all samples and findings that are there."""
    tx.run("DELETE FROM figure")
    tx.run("DELETE FROM check_figure")
    tx.run(f"INSERT INTO figure({KEY}, n) {FIGURES}")
    tx.run(f"INSERT INTO check_figure {CHECKS}")
