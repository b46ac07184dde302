"""What came of pilots: items, samples, calls and money of each part of a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core.domain.records import Run
from core.store.database import Tx

_PART = "json_extract(i.spec, '$.part')"


def pilots(tx: Tx, project_id: str, size: int = 50) -> list[Run]:
    """The newest pilots of a project."""
    rows = tx.rows(
        "SELECT * FROM run WHERE project_id=? AND NOT preview AND json_extract(plan, '$.purpose')='pilot'"
        " ORDER BY id DESC LIMIT ?",
        (project_id, size),
    )
    return [Run.model_validate(row) for row in rows]


def states(tx: Tx, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """run, part, state and number of items."""
    return tx.rows(
        f"SELECT i.run_id AS run, {_PART} AS part, i.state, count(*) AS n FROM item i"  # noqa: S608 - a constant
        " WHERE i.run_id IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3",
        (json.dumps(list(run_ids)),),
    )


def bills(tx: Tx, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """run, part, calls and nano-dollars. A call that fetched several answers counts for the part that asked first."""
    return tx.rows(
        f"SELECT a.run_id AS run, {_PART} AS part, count(*) AS calls, sum(a.cost) AS cost"  # noqa: S608 - a constant
        " FROM attempt a JOIN request r ON r.id=a.request_id JOIN item i ON i.run_id=a.run_id AND i.idx=r.item_idx"
        " WHERE a.run_id IN (SELECT value FROM json_each(?)) AND a.state!='released' GROUP BY 1, 2",
        (json.dumps(list(run_ids)),),
    )


def samples(tx: Tx, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """run, part, question, answer, review and verification of every sample, in the order of the items."""
    return tx.rows(
        f"SELECT s.run_id AS run, {_PART} AS part, s.question, s.answer, s.review, s.verification"  # noqa: S608
        " FROM sample s JOIN item i ON i.run_id=s.run_id AND i.idx=s.item_idx"
        " WHERE s.run_id IN (SELECT value FROM json_each(?)) ORDER BY s.run_id, s.item_idx",
        (json.dumps(list(run_ids)),),
    )
