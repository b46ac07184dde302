"""Rows of seed sets and their examples."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.domain.naming import name_key
from core.domain.seeds import SeedDraft, SeedExample, SeedSet, seed_key
from core.errors import NotFoundError
from core.store.database import Tx


def get(tx: Tx, project_id: str, set_id: int) -> SeedSet:
    """The version of a set; raises NotFoundError."""
    row = tx.row("SELECT * FROM seed_set WHERE id=? AND project_id=?", (set_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no seed set {set_id} in this project.", "Choose one on the Seeds page.")
    return SeedSet.model_validate(row)


def page(tx: Tx, project_id: str, *, removed: bool = False) -> list[SeedSet]:
    """All versions, by name, the newest version first."""
    rows = tx.rows(
        "SELECT * FROM seed_set WHERE project_id=? AND (? OR NOT removed) ORDER BY name_key, number DESC",
        (project_id, removed),
    )
    return [SeedSet.model_validate(row) for row in rows]


def insert(tx: Tx, row: Mapping[str, Any], drafts: Sequence[SeedDraft]) -> int:
    """Store a new version with its examples; its id. A used token raises IntegrityError.

    `row` holds project_id, name, task_type, source, lineage (a dict), database, created_by, created_at and token; the
    version's number is the next one of the name.
    """
    key = name_key(row["name"])
    last = tx.value("SELECT max(number) FROM seed_set WHERE project_id=? AND name_key=?", (row["project_id"], key))
    set_id = tx.insert(
        "INSERT INTO seed_set(project_id, name, name_key, number, task_type, source, lineage, database, n_examples,"
        " created_by, created_at, token) VALUES (:project_id,:name,:key,:number,:task_type,:source,:lineage,:database,"
        ":n,:created_by,:created_at,:token)",
        {
            **row,
            "key": key,
            "number": int(last or 0) + 1,
            "lineage": json.dumps(row["lineage"], ensure_ascii=False),
            "n": len(drafts),
        },
    )
    tx.many(
        "INSERT INTO seed_example(set_id, position, question, context, options, answer, final, key, meta)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        [_values(set_id, position, draft) for position, draft in enumerate(drafts)],
    )
    return set_id


def _values(set_id: int, position: int, draft: SeedDraft) -> tuple[object, ...]:
    key = seed_key(draft.question, draft.context)
    options, meta = (json.dumps(value, ensure_ascii=False) for value in (draft.options, draft.meta))
    return (set_id, position, draft.question, draft.context, options, draft.answer, draft.final, key, meta)


def find_by_token(tx: Tx, project_id: str, token: str) -> SeedSet | None:
    """The version that this form already made."""
    row = tx.row("SELECT * FROM seed_set WHERE project_id=? AND token=?", (project_id, token))
    return SeedSet.model_validate(row) if row else None


def freeze(tx: Tx, set_id: int, at: float) -> None:
    """From now on triggers refuse every change of its examples."""
    tx.run("UPDATE seed_set SET frozen_at=?, version=version+1 WHERE id=? AND frozen_at IS NULL", (at, set_id))


def example(tx: Tx, example_id: int) -> SeedExample:
    """One example; raises NotFoundError."""
    row = tx.row("SELECT * FROM seed_example WHERE id=?", (example_id,))
    if row is None:
        raise NotFoundError(f"There is no seed example {example_id}.", "Choose one on the Seeds page.")
    return SeedExample.model_validate(row)


def examples(tx: Tx, set_id: int, *, after: int = -1, size: int = 1_000_000) -> list[SeedExample]:
    """Examples by position, those behind `after`."""
    rows = tx.rows(
        "SELECT * FROM seed_example WHERE set_id=? AND position>? ORDER BY position LIMIT ?", (set_id, after, size)
    )
    return [SeedExample.model_validate(row) for row in rows]


def places(tx: Tx, set_id: int, positions: Collection[int] | None = None) -> dict[int, int]:
    """Position -> id of the examples, all or those at `positions`: enough to plan with, whatever their texts weigh."""
    rows = tx.rows(
        "SELECT position, id FROM seed_example WHERE set_id=:s AND (:p='null' OR position IN"
        " (SELECT value FROM json_each(:p))) ORDER BY position",
        {"s": set_id, "p": json.dumps(None if positions is None else sorted(positions))},
    )
    return {row["position"]: row["id"] for row in rows}


def repeated(tx: Tx, set_id: int) -> dict[str, list[int]]:
    """Key -> positions of examples that ask the same, those that come up more than once."""
    rows = tx.rows(
        "SELECT key, json_group_array(position) AS positions FROM (SELECT key, position FROM seed_example WHERE"
        " set_id=? ORDER BY position) GROUP BY key HAVING count(*) > 1 ORDER BY min(position)",
        (set_id,),
    )
    return {row["key"]: json.loads(row["positions"]) for row in rows}
