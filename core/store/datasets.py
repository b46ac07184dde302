"""Rows of dataset versions and of their drafts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.domain.records import Dataset
from core.errors import NotFoundError
from core.store.database import Tx

Item = tuple[int, int, int, str, str, str]
_STALE = (
    "FROM dataset_item i INDEXED BY dataset_item_text WHERE i.dataset_id=?"
    " AND NOT EXISTS (SELECT 1 FROM sample s INDEXED BY accepted_text WHERE s.id=i.sample_id"
    " AND s.content_hash=i.content_hash AND s.review='accepted' AND s.preview=0)"
)


def insert(tx: Tx, dataset: Mapping[str, Any]) -> None:
    """An empty draft; `dataset` holds the columns id, project_id, name, filter, created_by, created_at and token."""
    tx.run(
        "INSERT INTO dataset(id, project_id, name, filter, state, created_by, created_at, token) VALUES (:id,"
        ":project_id,:name,:filter,'draft',:created_by,:created_at,:token)",
        {**dataset, "filter": json.dumps(dataset["filter"])},
    )


def find_by_token(tx: Tx, token: str) -> Dataset | None:
    """The dataset that this form already made."""
    row = tx.row("SELECT * FROM dataset WHERE token=?", (token,))
    return Dataset.model_validate(row) if row else None


def get(tx: Tx, project_id: str, dataset_id: str) -> Dataset:
    """The version or draft; raises NotFoundError."""
    row = tx.row("SELECT * FROM dataset WHERE id=? AND project_id=? AND state<>'discarded'", (dataset_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no dataset {dataset_id} in this project.", "Choose one from the list.")
    return Dataset.model_validate(row)


def version(tx: Tx, project_id: str, named: str) -> Dataset:
    """The frozen version with this number (3, v3) or id; raises NotFoundError."""
    sql = "SELECT * FROM dataset WHERE project_id=? AND state='frozen' AND ? IN (id, number || '', 'v' || number)"
    row = tx.row(sql, (project_id, named))
    if row is None:
        raise NotFoundError(f"There is no version {named[:80]} in this project.", "Give the number or id of one.")
    return Dataset.model_validate(row)


def page(tx: Tx, project_id: str) -> list[Dataset]:
    """Frozen versions, newest first, at most 200."""
    rows = tx.rows(
        "SELECT * FROM dataset WHERE project_id=? AND state='frozen' ORDER BY number DESC LIMIT 200", (project_id,)
    )
    return [Dataset.model_validate(row) for row in rows]


def drafts(tx: Tx, project_id: str) -> list[Dataset]:
    """What was prepared and neither frozen nor discarded, newest first, at most 50."""
    rows = tx.rows(
        "SELECT * FROM dataset WHERE project_id=? AND state='draft' ORDER BY id DESC LIMIT 50", (project_id,)
    )
    return [Dataset.model_validate(row) for row in rows]


def wish_again(tx: Tx, dataset_id: str, name: str, wish: Mapping[str, Any]) -> None:
    """A draft is to be filled by another wish; until it is, there is nothing to read or to freeze."""
    tx.run(
        "UPDATE dataset SET name=?, filter=?, prepared_at=NULL, n_items=0, card='{}' WHERE id=? AND state='draft'",
        (name, json.dumps(wish), dataset_id),
    )


def begin(tx: Tx, dataset_id: str) -> None:
    """The draft is to be filled from the start; raises NotFoundError if it is no draft any more."""
    changed = tx.run(
        "UPDATE dataset SET prepared_at=NULL, n_items=0, card='{}' WHERE id=? AND state='draft'", (dataset_id,)
    )
    if not changed:
        raise NotFoundError(f"There is no draft {dataset_id} any more.", "Prepare a new one.")


def add_items(tx: Tx, dataset_id: str, items: Sequence[Item]) -> None:
    """Rows of a draft: (position, sample id, revision, content hash, split, row as JSON)."""
    tx.many(
        "INSERT INTO dataset_item(dataset_id, position, sample_id, revision, content_hash, split, row)"
        " VALUES (?,?,?,?,?,?,?)",
        [(dataset_id, *item) for item in items],
    )


def drop_items(tx: Tx, dataset_id: str, size: int) -> int:
    """Remove up to so many rows of what is not frozen; how many it were."""
    return tx.run(
        "DELETE FROM dataset_item WHERE dataset_id=:d AND position <"
        " (SELECT min(position) + :n FROM dataset_item WHERE dataset_id=:d)",
        {"d": dataset_id, "n": size},
    )


def leftovers(tx: Tx) -> list[str]:
    """Ids of discarded drafts that still have rows."""
    rows = tx.rows(
        "SELECT id FROM dataset d WHERE state='discarded'"
        " AND EXISTS (SELECT 1 FROM dataset_item i WHERE i.dataset_id=d.id)"
    )
    return [row["id"] for row in rows]


def finish(tx: Tx, dataset_id: str, n_items: int, card: Mapping[str, Any], at: float) -> None:
    """The draft is complete: it can be read and frozen."""
    changed = tx.run(
        "UPDATE dataset SET n_items=?, card=?, prepared_at=? WHERE id=? AND state='draft'",
        (n_items, json.dumps(card, ensure_ascii=False), at, dataset_id),
    )
    if not changed:
        raise NotFoundError(f"There is no draft {dataset_id} any more.", "Prepare a new one.")


def stale(tx: Tx, dataset_id: str) -> tuple[int, list[int]]:
    """Rows whose sample is not accepted with this very text any more: how many, and the ids of the first samples."""
    ids = [row["sample_id"] for row in tx.rows(f"SELECT i.sample_id {_STALE}", (dataset_id,))]
    return len(ids), ids[:20]


def freeze(tx: Tx, dataset_id: str, at: float) -> None:
    """Make a prepared draft the next version; triggers refuse every change from here on."""
    tx.run(
        "UPDATE dataset SET state='frozen', frozen_at=?, number=ifnull(number, (SELECT ifnull(max(o.number), 0) + 1"
        " FROM dataset o WHERE o.project_id=dataset.project_id)) WHERE id=? AND state='draft'"
        " AND prepared_at IS NOT NULL",
        (at, dataset_id),
    )


def discard(tx: Tx, dataset_id: str) -> None:
    """Give a draft up; its rows can be dropped now."""
    tx.run("UPDATE dataset SET state='discarded' WHERE id=? AND state='draft'", (dataset_id,))


def changed(tx: Tx) -> tuple[int, list[str]]:
    """How many versions are frozen, and the names of those whose rows are not the ones that were prepared.

    Reports from before there was a hash over all rows vouch for nothing and are passed over.
    """
    frozen = tx.rows(
        "SELECT d.id, d.number, d.name, p.name AS project, d.card ->> 'content' AS content FROM dataset d"
        " JOIN project p ON p.id=d.project_id WHERE d.state='frozen' ORDER BY d.frozen_at"
    )
    wrong = [one for one in frozen if one["content"] and _content(tx, one["id"]) != one["content"]]
    return len(frozen), [f"version {one['number']}, {one['name']!r} in {one['project']!r}" for one in wrong]


def _content(tx: Tx, dataset_id: str) -> str:
    """The hash over all rows as the report of the version has it."""
    digest = hashlib.sha256()
    sql = "SELECT sample_id, revision, content_hash, split, row FROM dataset_item WHERE dataset_id=? ORDER BY position"
    for row in tx.each(sql, (dataset_id,)):
        digest.update(line(*row.values()).encode())
    return digest.hexdigest()


def line(sample_id: int, revision: int, content_hash: str, split: str, row: str) -> str:
    """A row as the hash over all rows takes it."""
    return f"{sample_id}\t{revision}\t{content_hash}\t{split}\t{row}\n"


def rows(tx: Tx, dataset_id: str, *, first: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The rows in order, from position `first`: {"split": ..., "row": decoded JSON}."""
    sql = "SELECT split, row FROM dataset_item WHERE dataset_id=? AND position>=? ORDER BY position LIMIT ?"
    for item in tx.each(sql, (dataset_id, first, -1 if limit is None else limit)):
        yield {"split": item["split"], "row": json.loads(item["row"])}
