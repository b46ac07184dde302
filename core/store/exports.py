"""Rows of a frozen dataset as they are written out, and the files that were written."""

from __future__ import annotations

import json
from typing import Any

from core.domain.records import Export
from core.errors import NotFoundError
from core.store.database import Tx
from core.store.dataset_schema import SPLITS


def splits(tx: Tx, dataset_id: str) -> dict[str, int]:
    """How many rows each split has, training first; a split without rows is none."""
    sql = "SELECT split, count(*) AS n FROM dataset_item WHERE dataset_id=? GROUP BY split"
    found = {row["split"]: row["n"] for row in tx.rows(sql, (dataset_id,))}
    return {split: found[split] for split in SPLITS if split in found}


def rows(tx: Tx, dataset_id: str, split: str, *, after: int, size: int) -> list[tuple[int, dict[str, Any]]]:
    """Position and row, behind this position. Frozen rows do not change, so each call may have its own snapshot."""
    found = tx.rows(
        "SELECT position, row FROM dataset_item WHERE dataset_id=? AND split=? AND position>?"
        " ORDER BY position LIMIT ?",
        (dataset_id, split, after, size),
    )
    return [(item["position"], json.loads(item["row"])) for item in found]


def keep(tx: Tx, export: Export) -> None:
    """Remember a file. One that was written before, with the same name and so the same content, is moved up."""
    tx.run("DELETE FROM export WHERE dataset_id=? AND file=?", (export.dataset_id, export.file))
    tx.run(
        "INSERT INTO export(id, dataset_id, format, split, file, folder, rows, bytes, sha256, at, person)"
        " VALUES (:id,:dataset_id,:format,:split,:file,:folder,:rows,:bytes,:sha256,:at,:person)",
        export.model_dump(),
    )


def of_dataset(tx: Tx, dataset_id: str) -> list[Export]:
    """Each file once, newest first, the splits of one order by name."""
    found = tx.rows("SELECT * FROM export WHERE dataset_id=? ORDER BY at DESC, split, id", (dataset_id,))
    newest: dict[str, Export] = {}
    for row in found:
        newest.setdefault(row["file"], Export.model_validate(row))
    return list(newest.values())


def get(tx: Tx, project_id: str, export_id: str) -> Export:
    """The file; raises NotFoundError."""
    row = tx.row(
        "SELECT e.* FROM export e JOIN dataset d ON d.id=e.dataset_id WHERE e.id=? AND d.project_id=?",
        (export_id, project_id),
    )
    if row is None:
        raise NotFoundError("There is no such file in this project.", "Choose one from the list.")
    return Export.model_validate(row)


def forget(tx: Tx, export: Export) -> None:
    """The file was deleted."""
    tx.run("DELETE FROM export WHERE dataset_id=? AND file=?", (export.dataset_id, export.file))


def is_known(tx: Tx, file: str) -> bool:
    """Does any version of any project name this file?"""
    return tx.value("SELECT 1 FROM export WHERE file=? LIMIT 1", (file,)) is not None
