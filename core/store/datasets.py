"""Rows of dataset versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.domain.records import Dataset
from core.errors import NotFoundError
from core.store.database import Tx


def insert(tx: Tx, dataset: Mapping[str, Any]) -> None:
    """A draft with the next number of its project; `dataset` holds the columns but number and state."""
    tx.run(
        "INSERT INTO dataset(id, project_id, name, number, filter, state, created_by, created_at, token) VALUES (:id,"
        ":project_id,:name,(SELECT ifnull(max(number),0)+1 FROM dataset WHERE project_id=:project_id),:filter,'draft',"
        ":created_by,:created_at,:token)",
        {**dataset, "filter": json.dumps(dataset["filter"])},
    )


def find_by_token(tx: Tx, token: str) -> Dataset | None:
    """The dataset that this form already made."""
    row = tx.row("SELECT * FROM dataset WHERE token=?", (token,))
    return Dataset.model_validate(row) if row else None


def get(tx: Tx, project_id: str, dataset_id: str) -> Dataset:
    """The dataset; raises NotFoundError."""
    row = tx.row("SELECT * FROM dataset WHERE id=? AND project_id=?", (dataset_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no dataset {dataset_id} in this project.", "Choose one from the list.")
    return Dataset.model_validate(row)


def page(tx: Tx, project_id: str) -> list[Dataset]:
    """Newest first, at most 200."""
    rows = tx.rows("SELECT * FROM dataset WHERE project_id=? ORDER BY number DESC LIMIT 200", (project_id,))
    return [Dataset.model_validate(row) for row in rows]


def add_items(tx: Tx, dataset_id: str, items: Sequence[tuple[int, int, int, str, str, str]]) -> None:
    """Rows of a draft: (position, sample id, revision, content hash, split, row as JSON)."""
    tx.many(
        "INSERT INTO dataset_item(dataset_id, position, sample_id, revision, content_hash, split, row)"
        " VALUES (?,?,?,?,?,?,?)",
        [(dataset_id, *item) for item in items],
    )


def freeze(tx: Tx, dataset_id: str, n_items: int, card: Mapping[str, Any], at: float) -> None:
    """Make it immutable; triggers refuse every change from here on."""
    tx.run(
        "UPDATE dataset SET state='frozen', n_items=?, card=?, frozen_at=? WHERE id=? AND state='draft'",
        (n_items, json.dumps(card, ensure_ascii=False), at, dataset_id),
    )


def rows(tx: Tx, dataset_id: str, *, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The frozen rows in order: {"split": ..., "row": decoded JSON}."""
    sql = "SELECT split, row FROM dataset_item WHERE dataset_id=? ORDER BY position LIMIT ?"
    for item in tx.each(sql, (dataset_id, -1 if limit is None else limit)):
        yield {"split": item["split"], "row": json.loads(item["row"])}
