"""Store what belongs to a text besides it: what checks found about it, and which call wrote it, in which way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.domain.records import Sample
from core.generation.products import Finding
from core.store import asked, samples, verifications
from core.store.database import Tx


def keep_findings(tx: Tx, sample: Sample, findings: Iterable[Finding], at: float) -> None:
    """A check that could not tell leaves a note in the lineage and no verdict."""
    for finding in findings:
        if finding.passed is None:
            samples.note(tx, sample.id, f"{finding.method}_note", finding.detail)
            continue
        verifications.verify(
            tx,
            sample,
            method=finding.method,
            passed=finding.passed,
            detail=finding.detail,
            request_id=finding.requests[0] if finding.requests else None,
            at=at,
        )


def maker_of(tx: Tx, request_id: int) -> dict[str, Any]:
    """Who answered a request, by which template, with which sampling: part of the lineage."""
    request = asked.maker_of(tx, request_id)
    return {
        "request": request_id,
        "model": request["reply_model"] or request["model"],
        "temperature": request["temperature"],
        "top_p": request["top_p"],
        "template": request["template"],
        "template_hash": request["template_hash"],
    }
