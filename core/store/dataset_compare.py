"""Two versions side by side: which samples came, went, changed their text or their split."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.store.database import Tx

_QUERIES: Mapping[str, str] = {
    "added": "FROM dataset_item i INDEXED BY dataset_item_text WHERE i.dataset_id=:other"
    " AND NOT EXISTS (SELECT 1 FROM dataset_item o WHERE o.dataset_id=:one AND o.sample_id=i.sample_id)",
    "removed": "FROM dataset_item i INDEXED BY dataset_item_text WHERE i.dataset_id=:one"
    " AND NOT EXISTS (SELECT 1 FROM dataset_item o WHERE o.dataset_id=:other AND o.sample_id=i.sample_id)",
    "rewritten": "FROM dataset_item i INDEXED BY dataset_item_text JOIN dataset_item o ON o.dataset_id=:other"
    " AND o.sample_id=i.sample_id WHERE i.dataset_id=:one AND o.content_hash<>i.content_hash",
    "moved": "FROM dataset_item i INDEXED BY dataset_item_text JOIN dataset_item o ON o.dataset_id=:other"
    " AND o.sample_id=i.sample_id WHERE i.dataset_id=:one AND o.split<>i.split",
}
KINDS = tuple(_QUERIES)


def count(tx: Tx, kind: str, one: str, other: str) -> int:
    """How many rows of this kind of difference there are."""
    return int(tx.value(f"SELECT count(*) {_QUERIES[kind]}", {"one": one, "other": other}))


def examples(tx: Tx, kind: str, one: str, other: str, size: int) -> list[int]:
    """Ids of the first samples of this kind of difference."""
    rows = tx.rows(
        f"SELECT i.sample_id {_QUERIES[kind]} ORDER BY i.sample_id LIMIT :n", {"one": one, "other": other, "n": size}
    )
    return [row["sample_id"] for row in rows]


def rows_of(tx: Tx, dataset_id: str, sample_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Sample -> {"split": ..., "row": decoded JSON} in this version."""
    rows = tx.rows(
        "SELECT sample_id, split, row FROM dataset_item WHERE dataset_id=?"
        " AND sample_id IN (SELECT value FROM json_each(?))",
        (dataset_id, json.dumps(sample_ids)),
    )
    return {row["sample_id"]: {"split": row["split"], "row": json.loads(row["row"])} for row in rows}


def states(tx: Tx, sample_ids: list[int]) -> dict[int, str]:
    """What people say of these samples now."""
    rows = tx.rows(
        "SELECT id, review FROM sample WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sample_ids),)
    )
    return {row["id"]: row["review"] for row in rows}
