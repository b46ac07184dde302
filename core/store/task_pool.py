"""Rows that the pool of Self-Instruct is made of: seed questions, tasks made from them, and those of one run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from core.domain.calls import Stage
from core.domain.seeds import whole_question
from core.domain.strategies import Strategy
from core.store.database import Tx


def seed_tasks(tx: Tx, set_id: int) -> list[str]:
    """The questions of a seed set, whole, by position."""
    rows = tx.each("SELECT question, context, options FROM seed_example WHERE set_id=? ORDER BY position", (set_id,))
    return [whole_question(row["question"], row["context"], json.loads(row["options"])) for row in rows]


def made_tasks(tx: Tx, project_id: str, set_id: int) -> list[tuple[int, str]]:
    """Request and text of every task that was made from the set so far, as the teacher wrote it; no previews."""
    rows = tx.rows(
        "SELECT s.question_request AS request, r.question AS task FROM sample s JOIN revision r ON r.sample_id=s.id AND"
        " r.n=1 WHERE s.project_id=? AND s.preview=0 AND s.strategy=? AND json_extract(s.lineage,'$.seed_set')=?"
        " ORDER BY s.id",
        (project_id, Strategy.SELF_INSTRUCT.value, set_id),
    )
    return [(row["request"], row["task"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Answering:
    """An item whose task was let in, with the request that wrote the task."""

    spec: dict[str, Any]
    request_id: int
    reply: str


def being_answered(tx: Tx, run_id: str, set_id: int) -> list[Answering]:
    """Unfinished items of a run whose answer was asked for: that is done only once the pool has let their task in."""
    rows = tx.rows(
        "SELECT i.spec, t.id AS request, t.reply FROM item i JOIN request t ON t.run_id=i.run_id AND t.item_idx=i.idx"
        " AND t.stage=:task AND t.reply IS NOT NULL WHERE i.run_id=:run AND i.state NOT IN ('done','known','dropped')"
        " AND json_extract(i.spec,'$.strategy')=:strategy AND json_extract(i.spec,'$.seed_set')=:set AND EXISTS"
        " (SELECT 1 FROM request a WHERE a.run_id=i.run_id AND a.item_idx=i.idx AND a.stage=:answer) ORDER BY i.idx",
        {
            "run": run_id,
            "set": set_id,
            "strategy": Strategy.SELF_INSTRUCT.value,
            "task": Stage.AUGMENT.value,
            "answer": Stage.ANSWER.value,
        },
    )
    return [Answering(json.loads(row["spec"]), row["request"], row["reply"]) for row in rows]


def made_by(tx: Tx, run_id: str, set_id: int) -> list[int]:
    """Ids of the samples that a run has made from tasks of the set, in the order of its items."""
    rows = tx.rows(
        "SELECT json_extract(products,'$[0]') AS id FROM item WHERE run_id=? AND state IN ('done','known') AND"
        " json_extract(spec,'$.strategy')=? AND json_extract(spec,'$.seed_set')=? ORDER BY idx",
        (run_id, Strategy.SELF_INSTRUCT.value, set_id),
    )
    return [row["id"] for row in rows]


def task_of(tx: Tx, sample_id: int) -> str:
    """The task of a sample as the teacher wrote it: people's later edits do not change what is asked again."""
    return str(tx.value("SELECT question FROM revision WHERE sample_id=? AND n=1", (sample_id,)))
