"""Counts of what checks found and of what they cost. Samples of runs only; previews are left out."""

from __future__ import annotations

from typing import Any

from core.store.database import Tx


def revision(tx: Tx, project_id: str) -> tuple[object, ...]:
    """Something else whenever the other reports may say something else."""
    row = tx.row(
        "SELECT (SELECT max(id) FROM verification) AS checked, (SELECT max(id) FROM sample) AS made,"
        " (SELECT max(id) FROM review) AS judged, (SELECT calls FROM ledger_total WHERE scope='project' AND"
        " scope_id=:p) AS calls, (SELECT settled FROM ledger_total WHERE scope='project' AND scope_id=:p) AS settled,"
        " (SELECT group_concat(id || state) FROM run WHERE project_id=:p AND kind IN ('samples','repairs')) AS runs",
        {"p": project_id},
    )
    return tuple(row.values()) if row else ()


def findings(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Samples by method, strategy, whether they passed, and the verdict of people on that very text ("" for none)."""
    return tx.rows(
        "SELECT v.method, s.strategy, v.passed, count(*) AS n,"
        " iif(v.content_hash=s.content_hash AND s.review IN ('accepted','rejected'), s.review, '') AS verdict"
        " FROM sample s JOIN verification v ON v.sample_id=s.id"
        " WHERE s.project_id=? AND NOT s.preview AND s.origin='model'"
        " AND v.id=(SELECT max(id) FROM verification w WHERE w.sample_id=s.id AND w.method=v.method)"
        " GROUP BY 1, 2, 3, 5",
        (project_id,),
    )


def undecided(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Samples by method and strategy on which the check could not tell."""
    return tx.rows(
        "SELECT m.value AS method, s.strategy, count(*) AS n FROM sample s,"
        ' json_each(\'["judge","agreement","execution","reference"]\') m'
        " WHERE s.project_id=? AND NOT s.preview AND s.origin='model' AND s.lineage LIKE '%_note\"%'"
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
