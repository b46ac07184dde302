"""Counting samples: every figure of a filter is a sum over few rows, which triggers keep equal to the samples."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.filters import SampleFilter
from core.domain.states import ReviewState
from core.store.database import Tx
from core.store.queue_schema import CELL, bound_of, cell_of, fill

_FITS = (
    " WHERE t.project_id=:project AND t.preview=:preview AND (:review IS NULL OR t.review=:review)"
    " AND (:node IS NULL OR t.node_id=:node) AND (:difficulty IS NULL OR t.difficulty=:difficulty)"
    " AND (:verification IS NULL OR t.verification=:verification) AND (:strategy IS NULL OR t.strategy=:strategy)"
    " AND (:flagged IS NULL OR t.flagged=:flagged)"
)
_ALL = f" FROM tally t CROSS JOIN tally c ON c.id=t.id{_FITS}"
_OF_RUN = f" FROM run_tally c CROSS JOIN tally t ON t.id=c.cell{_FITS} AND c.run_id=:run"


@dataclass(frozen=True, slots=True)
class Cell:
    """Samples that no filter but that of a run tells apart: `n` of them fit, `picked` are in the random share.

    `node_id` is 0 for samples of no discipline.
    """

    id: int
    review: ReviewState
    node_id: int
    strategy: str
    n: int
    picked: int


def _asked(project_id: str, wanted: SampleFilter) -> dict[str, object]:
    return {
        "project": project_id,
        "preview": int(wanted.preview),
        "review": wanted.review,
        "node": wanted.node_id,
        "difficulty": wanted.difficulty,
        "verification": wanted.verification,
        "strategy": wanted.strategy,
        "flagged": None if wanted.flagged is None else int(wanted.flagged),
        "run": wanted.run_id,
    }


def _from(wanted: SampleFilter) -> str:
    return _OF_RUN if wanted.run_id else _ALL


def cells(tx: Tx, project_id: str, wanted: SampleFilter) -> list[Cell]:
    """The cells in which samples fit."""
    columns = "t.id, t.review, t.node_id, t.strategy, c.n, c.picked"
    rows = tx.rows(f"SELECT {columns}{_from(wanted)} AND c.n>0", _asked(project_id, wanted))
    return [Cell(**{**row, "review": ReviewState(row["review"])}) for row in rows]


def count(tx: Tx, project_id: str, wanted: SampleFilter) -> int:
    """How many samples fit."""
    sql = f"SELECT ifnull(sum(c.n), 0){_from(wanted)}"
    return int(tx.value(sql, _asked(project_id, wanted)))


def by_review(tx: Tx, project_id: str, wanted: SampleFilter) -> dict[ReviewState, tuple[int, int]]:
    """Review state -> how many of the samples that fit are in it, and how many of these the plan wants reviewed."""
    sql = f"SELECT t.review, sum(c.n) AS n, sum(c.picked) AS picked{_from(wanted)} GROUP BY t.review"
    rows = tx.rows(sql, _asked(project_id, wanted))
    return {ReviewState(row["review"]): (row["n"], row["picked"]) for row in rows if row["n"]}


def nodes(tx: Tx, project_id: str) -> list[int]:
    """Disciplines that have samples, previews left out."""
    sql = "SELECT DISTINCT node_id FROM tally WHERE project_id=? AND preview=0 AND n>0 AND node_id<>0"
    return [row["node_id"] for row in tx.rows(sql, (project_id,))]


def kinds(tx: Tx, project_id: str) -> list[tuple[str, str | None]]:
    """Which (strategy, difficulty) there are, previews left out."""
    sql = "SELECT DISTINCT strategy, difficulty FROM tally WHERE project_id=? AND preview=0 AND n>0"
    return [(row["strategy"], row["difficulty"] or None) for row in tx.rows(sql, (project_id,))]


def refill(tx: Tx) -> None:
    """Count everything again from the samples."""
    fill(tx)


def wrong(tx: Tx) -> list[str]:
    """Where the counts differ from the samples, in words; empty when all is well."""
    return [f"project {row['project_id']}: {row['n']:,} {what}" for what, sql in _WRONG.items() for row in tx.rows(sql)]


_PICKED = f"s.shuffle < {bound_of('s.project_id')}"
_CELLS = (
    f"SELECT s.cell, {cell_of('s')}, count(*) AS n, sum({_PICKED}) AS picked FROM sample s"
    " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
)
_RUNS = (
    f"SELECT s.run_id, s.cell, count(*) AS n, sum({_PICKED}) AS picked FROM sample s"
    " WHERE s.run_id IS NOT NULL GROUP BY 1, 2"
)
_WRONG = {
    "groups of samples are counted wrongly": "SELECT project_id, count(*) AS n FROM ("
    f"SELECT project_id FROM (SELECT id, {CELL}, n, picked FROM tally WHERE n<>0 OR picked<>0 EXCEPT {_CELLS})"
    f" UNION ALL SELECT project_id FROM (SELECT * FROM (SELECT 0 AS cell, {CELL}, 0 AS n, 0 AS picked FROM tally"
    f" WHERE false UNION ALL {_CELLS}) EXCEPT SELECT id, {CELL}, n, picked FROM tally)) GROUP BY 1",
    "groups of samples of runs are counted wrongly": "SELECT t.project_id, count(*) AS n FROM ("
    f"SELECT cell FROM (SELECT run_id, cell, n, picked FROM run_tally WHERE n<>0 OR picked<>0 EXCEPT {_RUNS})"
    f" UNION ALL SELECT cell FROM ({_RUNS} EXCEPT SELECT run_id, cell, n, picked FROM run_tally)) w"
    " LEFT JOIN tally t ON t.id=w.cell GROUP BY 1",
    "second verdicts are listed wrongly": "SELECT project_id, count(*) AS n FROM ("
    "SELECT project_id, id FROM sample WHERE second=1 EXCEPT SELECT project_id, sample_id FROM second_due"
    " UNION ALL SELECT project_id, sample_id FROM ("
    "SELECT project_id, sample_id FROM second_due EXCEPT SELECT project_id, id FROM sample WHERE second=1)) GROUP BY 1",
}
