"""Counting samples: every figure of a filter is a sum over few rows, which triggers keep equal to the samples."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.filters import SampleFilter
from core.domain.states import ReviewState
from core.store import figure_schema, queue_schema
from core.store.database import Tx
from core.store.queue_schema import CELL, bound_of, cell_of

_REPAIRED = (
    f"(SELECT s.cell, count(*) AS n, sum(s.shuffle < {bound_of('s.project_id')}) AS picked FROM sample s"
    " WHERE s.id IN (SELECT sample_id FROM repair_wish WHERE run_id=:repaired AND state='done')"
    " AND (:run IS NULL OR s.run_id=:run) GROUP BY s.cell)"
)
_COLUMNS = ("review", "node_id", "difficulty", "verification", "strategy", "flagged")


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cells in which samples fit, as a JSON list of ids: `n` samples, of which `picked` are in the random share.

    `key` is a discipline (0 = none) or a strategy, or "" for all cells together.
    """

    key: int | str
    cells: str
    n_cells: int
    n: int
    picked: int


def _from(project_id: str, wanted: SampleFilter) -> tuple[str, dict[str, object]]:
    """The rows that count what fits: t are cells, c counts, of a run or of all."""
    told = {name: getattr(wanted, name) for name in _COLUMNS}
    chosen = {name: value for name, value in told.items() if value is not None}
    where = "".join(f" AND t.{name}=:{name}" for name in chosen)
    asked = {**chosen, "project": project_id, "preview": int(wanted.preview), "run": wanted.run_id}
    if wanted.repaired_in:
        asked["repaired"] = wanted.repaired_in
        sql = f" FROM {_REPAIRED} c CROSS JOIN tally t ON t.id=c.cell WHERE c.n>0"
    elif wanted.run_id:
        sql = " FROM run_tally c CROSS JOIN tally t ON t.id=c.cell WHERE c.run_id=:run AND c.n>0"
    else:
        sql = " FROM tally t WHERE t.n>0"
    return f"{sql} AND t.project_id=:project AND t.preview=:preview{where}", asked


def _counts(wanted: SampleFilter) -> str:
    return "c" if wanted.run_id or wanted.repaired_in else "t"


def strata(tx: Tx, project_id: str, wanted: SampleFilter, by: str = "") -> list[Stratum]:
    """The cells in which samples fit: together, or by `node_id` or `strategy` in the order of these."""
    source, asked = _from(project_id, wanted)
    c, key = _counts(wanted), f"t.{by}" if by else "''"
    rows = tx.rows(
        f"SELECT {key} AS key, json_group_array(t.id) AS cells, count(*) AS n_cells, sum({c}.n) AS n,"
        f" sum({c}.picked) AS picked{source} GROUP BY 1 ORDER BY 1",
        asked,
    )
    return [Stratum(**row) for row in rows]


def count(tx: Tx, project_id: str, wanted: SampleFilter) -> int:
    """How many samples fit."""
    source, asked = _from(project_id, wanted)
    return int(tx.value(f"SELECT ifnull(sum({_counts(wanted)}.n), 0){source}", asked))


def by_review(tx: Tx, project_id: str, wanted: SampleFilter) -> dict[ReviewState, tuple[int, int]]:
    """Review state -> how many of the samples that fit are in it, and how many of these the plan wants reviewed."""
    source, asked = _from(project_id, wanted)
    c = _counts(wanted)
    rows = tx.rows(f"SELECT t.review, sum({c}.n) AS n, sum({c}.picked) AS picked{source} GROUP BY t.review", asked)
    return {ReviewState(row["review"]): (row["n"], row["picked"]) for row in rows}


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
    queue_schema.fill(tx)
    figure_schema.fill(tx)


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


def _by_project(kept: str, told: str, counted: str) -> str:
    """Rows about cells that are kept (only those that tell something must be) and not counted, or the other way."""
    return (
        f"SELECT t.project_id, count(*) AS n FROM (SELECT cell FROM ({kept} WHERE {told} EXCEPT {counted})"
        f" UNION ALL SELECT cell FROM ({counted} EXCEPT {kept})) w LEFT JOIN tally t ON t.id=w.cell GROUP BY 1"
    )


_WRONG = {
    "groups of samples are counted wrongly": "SELECT project_id, count(*) AS n FROM ("
    f"SELECT project_id FROM (SELECT id, {CELL}, n, picked FROM tally WHERE n<>0 OR picked<>0 EXCEPT {_CELLS})"
    f" UNION ALL SELECT project_id FROM (SELECT * FROM (SELECT 0 AS cell, {CELL}, 0 AS n, 0 AS picked FROM tally"
    f" WHERE false UNION ALL {_CELLS}) EXCEPT SELECT id, {CELL}, n, picked FROM tally)) GROUP BY 1",
    "groups of samples of runs are counted wrongly": _by_project("SELECT * FROM run_tally", "n<>0 OR picked<>0", _RUNS),
    "figures of samples are counted wrongly": _by_project(
        f"SELECT {figure_schema.KEY}, n FROM figure", "n<>0", figure_schema.FIGURES
    ),
    "findings of checks are counted wrongly": _by_project("SELECT * FROM check_figure", "n<>0", figure_schema.CHECKS),
    "second verdicts are listed wrongly": "SELECT project_id, count(*) AS n FROM ("
    "SELECT project_id, id FROM sample WHERE second=1 EXCEPT SELECT project_id, sample_id FROM second_due"
    " UNION ALL SELECT project_id, sample_id FROM ("
    "SELECT project_id, sample_id FROM second_due EXCEPT SELECT project_id, id FROM sample WHERE second=1)) GROUP BY 1",
}
