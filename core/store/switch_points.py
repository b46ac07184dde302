"""Rows of a project's own switch points: every change is a row, the newest one of a key counts."""

from __future__ import annotations

import json

from core.domain.entity import Entity, Object
from core.domain.switch_points import Grade
from core.store.database import Tx


class OwnPoint(Entity):
    """One change: `value` holds low and high; `removed` means back to what is published."""

    id: int
    key: str
    value: Object
    source: str
    grade: Grade
    person: str
    at: float
    removed: bool

    @property
    def low(self) -> float:
        """The lower number."""
        return float(self.value["low"])

    @property
    def high(self) -> float:
        """The upper number, equal to the lower one for a single value."""
        return float(self.value["high"])


def append(
    tx: Tx,
    project_id: str,
    key: str,
    value: tuple[float, float],
    source: str,
    grade: Grade,
    person: str,
    at: float,
    *,
    removed: bool = False,
) -> int:
    """Add a change; its id."""
    low, high = value
    return tx.insert(
        "INSERT INTO switch_point(project_id, key, value, source, grade, person, at, removed) VALUES (?,?,?,?,?,?,?,?)",
        (project_id, key, json.dumps({"low": low, "high": high}), source, grade.value, person, at, int(removed)),
    )


def current(tx: Tx, project_id: str) -> dict[str, OwnPoint]:
    """Key -> the project's own number, where it has one."""
    rows = tx.rows(
        "SELECT * FROM switch_point WHERE id IN (SELECT max(id) FROM switch_point WHERE project_id=? GROUP BY key)"
        " AND NOT removed",
        (project_id,),
    )
    return {row["key"]: OwnPoint.model_validate(row) for row in rows}


def history(tx: Tx, project_id: str, key: str = "") -> list[OwnPoint]:
    """All changes, of one key or of all, the newest first."""
    rows = tx.rows(
        "SELECT * FROM switch_point WHERE project_id=:p AND (:k='' OR key=:k) ORDER BY id DESC",
        {"p": project_id, "k": key},
    )
    return [OwnPoint.model_validate(row) for row in rows]
