"""What one row of a dataset is: the full row with its lineage. The shapes that trainers read are in `datasets`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.lineage import makers, seed_of
from core.domain.records import Review, Sample
from core.domain.review import Purpose
from core.ids import iso

_BREAKS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\u0085": "\\u0085"})
_SECOND = ("not asked for", "open", "given")
_GIVEN = {
    Purpose.SETTLE: "in a dispute",
    Purpose.BULK: "in bulk",
    Purpose.IMPORT: "imported",
    Purpose.SEED: "with its seed set",
}
Row = Mapping[str, Any]


def full_row(
    sample: Sample,
    review: Review | None,
    alias: str | None,
    verifications: list[dict[str, Any]],
    *,
    edits: Sequence[Row] = (),
    price: Row | None = None,
    root: Row | None = None,
) -> dict[str, Any]:
    """Everything known about an accepted sample; people appear under an alias.

    `history` are the earlier turns of a conversation, [question, answer] each; every call behind the sample has an
    entry "<stage>_by". `edits` are those of people, "by" and "at", `price` is as `price_of` words it, `root` the
    lineage of the sample that a conversation began with: its seed and its place in the taxonomy are those of the
    conversation.
    """
    lineage, place = sample.lineage, root or sample.lineage
    sessions = [
        {"number": number, "name": name, "concepts": concepts}
        for number, name, concepts in zip(
            place.get("session_numbers", []), place.get("sessions", []), place.get("groups", []), strict=True
        )
    ]
    current = [v for v in verifications if v["content_hash"] == sample.content_hash]
    return {
        "id": sample.id,
        "question": sample.question,
        "answer": sample.answer,
        "history": [list(turn) for turn in sample.history],
        "strategy": sample.strategy,
        "difficulty": sample.difficulty.value if sample.difficulty else None,
        "origin": sample.origin.value,
        "taxonomy": place.get("path", []),
        "subject": place.get("subject"),
        "sessions": sessions,
        "sessions_in_syllabus": place.get("n_sessions"),
        "syllabus": {key: place.get(f"syllabus_{key}") for key in ("id", "version", "hash")},
        "task_type": lineage.get("task_type"),
        "seed": seed_of(lineage) or seed_of(root or {}),
        "parent": sample.parent_id,
        "parent_hash": lineage.get("parent_hash"),
        "evolutions": list(lineage.get("evolutions", ())),
        **makers(lineage),
        "edits": list(edits),
        "price": price,
        "run": sample.run_id,
        "revision": sample.revision,
        "content_hash": sample.content_hash,
        "verification": [_verification(found) for found in current],
        "review": {
            "verdict": "accepted",
            "by": alias,
            "at": iso(review.at) if review else None,
            "given": _GIVEN.get(Purpose(review.purpose), "singly") if review else None,
            "second": _SECOND[sample.second],
        },
    }


def price_of(nano_dollars: int | None, stages: Sequence[str]) -> dict[str, Any]:
    """What the calls behind a row cost, None where nobody knows; `includes` names their stages."""
    dollars = None if nano_dollars is None else nano_dollars / 10**9
    return {"dollars": dollars, "nano_dollars": nano_dollars, "includes": list(stages)}


def _verification(found: Row) -> dict[str, Any]:
    """`by` is the call that judged; None where it was computed."""
    by = {"request": found["request_id"], "model": found["model"]} if found["request_id"] else None
    return {"method": found["method"], "passed": bool(found["passed"]), "detail": found["detail"], "by": by}


def one_line(value: Any) -> str:
    """Strict JSON on one line, also for readers that split at Unicode line breaks."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_BREAKS)


def line(value: Any) -> bytes:
    """The same as a line of a file."""
    return one_line(value).encode() + b"\n"


def turns(row: Row) -> list[tuple[str, str]]:
    """All questions and answers of the row in order, the earlier turns of a conversation first."""
    return [*((question, answer) for question, answer in row.get("history", ())), (row["question"], row["answer"])]
