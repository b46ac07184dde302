"""Aggregates for the screens: every number is a query over the rows it counts."""

from __future__ import annotations

import json
from typing import Any

from core.domain.filters import SampleFilter
from core.store import tally
from core.store.database import Tx

_STATES = (
    "sum({n} * (t.review='accepted')) AS accepted, sum({n} * (t.review='rejected')) AS rejected,"
    " sum({n} * (t.review='disputed')) AS disputed, sum({n}) AS samples"
)


def spend_by_stage(tx: Tx, project_id: str, run_id: str = "") -> list[dict[str, Any]]:
    """Per stage: calls, answered, failed and doubtful ones, nano-dollars spent, held and not measured, tokens of
    measured calls (what nobody can believe is not summed up).

    `shared` are calls that asked for several answers and `fetched` what they asked for; `saved` is what cached input
    cost less than fresh input.
    """
    scope, value = ("run_id=?", run_id) if run_id else ("project_id=?", project_id)
    return tx.rows(
        "SELECT stage, count(*) AS calls,"  # noqa: S608 - one of the two scopes above
        " sum(state='settled' AND error_code='') AS answered, sum(error_code!='') AS failed,"
        " sum(state='in_doubt') AS in_doubt, sum(cost) AS cost,"
        " sum(iif(state='reserved', hold, 0)) AS held, sum(iif(measured, 0, cost)) AS unmeasured,"
        " ifnull(sum(iif(measured, prompt_tokens, 0)), 0) AS prompt_tokens,"
        " ifnull(sum(iif(measured, completion_tokens, 0)), 0) AS completion_tokens,"
        " ifnull(sum(iif(measured, cached_tokens, 0)), 0) AS cached_tokens,"
        " ifnull(sum(iif(measured, reasoning_tokens, 0)), 0) AS reasoning_tokens,"
        " sum(answers>1) AS shared, sum(iif(answers>1, answers, 0)) AS fetched,"
        " ifnull(sum(iif(measured, cached_tokens * (price_input - price_cached) / 1000000, 0)), 0) AS saved"
        f" FROM attempt WHERE {scope} GROUP BY stage ORDER BY stage",
        (value,),
    )


def review_counts(tx: Tx, project_id: str) -> dict[str, int]:
    """Review state -> number of samples, previews left out."""
    return {state.value: n for state, (n, _) in tally.by_review(tx, project_id, SampleFilter()).items()}


def acceptance(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Samples by state, origin, strategy, difficulty, verification, and who made question and answer with which prompt.

    `difficulty` is "", a maker 0 where there is none.
    """
    return tx.rows(
        "WITH f AS MATERIALIZED (SELECT cell, question_maker, answer_maker, sum(n) AS n FROM figure GROUP BY 1, 2, 3)"  # noqa: S608
        " SELECT t.origin, t.strategy, t.difficulty, t.verification, f.question_maker, f.answer_maker,"
        f" {_STATES.format(n='f.n')} FROM f JOIN tally t ON t.id=f.cell AND f.n>0"
        " WHERE t.project_id=? AND t.preview=0 GROUP BY 2, 1, 3, 4, 5, 6",
        (project_id,),
    )


def acceptance_by_discipline(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Samples by state and discipline, by name; `name` is None where they have none."""
    return tx.rows(
        f"WITH s AS (SELECT t.node_id, {_STATES.format(n='t.n')} FROM tally t"  # noqa: S608
        " WHERE t.project_id=? AND t.preview=0 AND t.n>0 GROUP BY t.node_id)"
        " SELECT n.name, s.* FROM s LEFT JOIN node n ON n.id=s.node_id ORDER BY n.name, n.id",
        (project_id,),
    )


def makers(tx: Tx) -> dict[int, dict[str, Any]]:
    """Who made samples with which prompt, by the number under which samples name it."""
    return {row["id"]: row for row in tx.rows("SELECT * FROM maker")}


def reject_reasons(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """How often each reason was given for samples that are rejected now."""
    return tx.rows(
        "SELECT ifnull(nullif(r.reason, ''), 'no reason given') AS reason, count(*) AS n FROM sample s JOIN review r ON"
        " r.id=(SELECT max(v.id) FROM review v WHERE v.sample_id=s.id AND v.content_hash=s.content_hash"
        " AND v.verdict='reject' AND v.purpose<>'gold' AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=v.id))"
        " WHERE s.project_id=? AND s.review='rejected' AND s.preview=0 GROUP BY 1 ORDER BY n DESC",
        (project_id,),
    )


def run_costs(tx: Tx, run_ids: list[str]) -> dict[str, dict[str, int]]:
    """Run id -> settled, held, calls."""
    rows = tx.rows(
        "SELECT * FROM ledger_total WHERE scope='run' AND scope_id IN (SELECT value FROM json_each(?))",
        (json.dumps(run_ids),),
    )
    return {row["scope_id"]: {k: row[k] for k in ("settled", "held", "calls")} for row in rows}


def finished_since(tx: Tx, run_id: str, since: float) -> int:
    """Items that ended after `since`: the base of the ETA."""
    return int(
        tx.value("SELECT count(*) FROM item WHERE run_id=? AND state!='planned' AND ended_at>=?", (run_id, since))
    )
