"""Counts of what checks found and of what they cost. Samples of runs only; previews are left out."""

from __future__ import annotations

from typing import Any

from core.store.database import Tx
from core.store.figure_schema import NOTED, OF


def last(tx: Tx) -> int:
    """Grows with every finding."""
    return int(tx.value("SELECT max(id) FROM verification") or 0)


def findings(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Samples by method, strategy, whether they passed, and the verdict of people on that very text ("" for none)."""
    return tx.rows(
        "SELECT c.method, t.strategy, c.passed, sum(c.n) AS n,"
        " iif(c.present AND t.review IN ('accepted','rejected'), t.review, '') AS verdict"
        " FROM tally t CROSS JOIN check_figure c ON c.cell=t.id AND c.n>0"
        " WHERE t.project_id=? AND t.preview=0 AND t.origin='model' GROUP BY 1, 2, 3, 5",
        (project_id,),
    )


def undecided(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Samples by method and strategy on which the check could not tell."""
    return tx.rows(
        "SELECT m.value AS method, s.strategy, count(*) AS n FROM sample s INDEXED BY sample_noted,"  # noqa: S608
        ' json_each(\'["judge","agreement","execution","reference"]\') m'
        f" WHERE {OF}=? AND {NOTED} AND NOT s.preview AND s.origin='model'"
        " AND json_extract(s.lineage, '$.' || m.value || '_note') IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM verification v WHERE v.sample_id=s.id AND v.method=m.value) GROUP BY 1, 2",
        (project_id,),
    )


def spending(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Calls and nano-dollars by strategy, stage, and the checks that their items ask for (0 or 1 each)."""
    return tx.rows(
        "WITH wanted AS MATERIALIZED (SELECT i.run_id, i.idx,"
        " iif(r.kind='repairs', (SELECT s.strategy FROM sample s WHERE s.id=json_extract(i.spec, '$.sample')),"
        " ifnull(json_extract(i.spec, '$.strategy'), 'glan')) AS strategy,"
        " ifnull(json_extract(i.spec, '$.checks.judge'), 0) OR ifnull(json_extract(i.spec, '$.verify'), 0) AS judge,"
        " ifnull(json_extract(i.spec, '$.checks.agreement'), 0) > 1 AS agreement,"
        " ifnull(json_extract(i.spec, '$.checks.execution'), 0) AS execution,"
        " ifnull(json_extract(i.spec, '$.checks.reference'), 0) AS reference"
        " FROM run r JOIN item i ON i.run_id=r.id WHERE r.project_id=? AND r.kind IN ('samples','repairs')"
        " AND NOT r.preview"
        " AND (i.spec LIKE '%\"checks\"%' OR i.spec LIKE '%\"verify\": true%' OR i.spec LIKE '%\"verify\":true%'))"
        " SELECT w.strategy, w.judge, w.agreement, w.execution, w.reference, a.stage, count(*) AS calls,"
        " sum(a.cost) AS cost FROM wanted w JOIN request q ON q.run_id=w.run_id AND q.item_idx=w.idx"
        " JOIN attempt a ON a.request_id=q.id WHERE w.judge OR w.agreement OR w.execution OR w.reference"
        " GROUP BY 1, 2, 3, 4, 5, 6",
        (project_id,),
    )
