"""What machines found about samples; the state of a sample follows from the findings about its present text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core.domain.records import Sample
from core.domain.review import doubt
from core.domain.states import VerificationState
from core.store.database import Tx


def verify(
    tx: Tx, sample: Sample, *, method: str, passed: bool, detail: str, request_id: int | None, at: float
) -> None:
    """Record what a machine found about the present text; one finding of one request counts once.

    A text that failed one check failed, whatever the others say.
    """
    if tx.row(
        "SELECT 1 FROM verification WHERE sample_id=? AND method=? AND ifnull(request_id, 0)=ifnull(?, 0)"
        " AND content_hash=?",
        (sample.id, method, request_id, sample.content_hash),
    ):
        return
    tx.run(
        "INSERT INTO verification(sample_id, content_hash, method, passed, detail, request_id, at)"
        " VALUES (?,?,?,?,?,?,?)",
        (sample.id, sample.content_hash, method, int(passed), detail, request_id, at),
    )
    weigh(tx, sample.id, sample.content_hash)


def weigh(tx: Tx, sample_id: int, content_hash: str) -> None:
    """Let state and doubt of the sample follow from the findings about this text, if it is the present one."""
    told = tx.row(
        "SELECT count(*) AS n, ifnull(sum(passed), 0) AS passed FROM verification WHERE sample_id=? AND content_hash=?",
        (sample_id, content_hash),
    )
    assert told is not None
    failed = told["n"] - told["passed"]
    state = VerificationState.FAILED if failed else VerificationState.VERIFIED if told["n"] else VerificationState.NONE
    tx.run(
        "UPDATE sample SET verification=?, doubt=? WHERE id=? AND content_hash=?",
        (state, doubt(told["passed"], failed), sample_id, content_hash),
    )


def of_samples(tx: Tx, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Sample id -> what machines said of it, as `of_sample`."""
    rows = tx.rows(
        "SELECT v.*, r.model FROM verification v LEFT JOIN request r ON r.id=v.request_id"
        " WHERE v.sample_id IN (SELECT value FROM json_each(?)) ORDER BY v.id",
        (json.dumps(list(ids)),),
    )
    return {sample: [row for row in rows if row["sample_id"] == sample] for sample in ids}


def of_sample(tx: Tx, sample_id: int) -> list[dict[str, Any]]:
    """What machines said, oldest first, with the model that was asked, if one was."""
    return tx.rows(
        "SELECT v.*, r.model FROM verification v LEFT JOIN request r ON r.id=v.request_id"
        " WHERE v.sample_id=? ORDER BY v.id",
        (sample_id,),
    )
