"""Rows of projects, connections and prices, and the one-time tokens of forms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.money import Price
from core.domain.records import Connection, Project
from core.errors import ConflictError, NotFoundError
from core.store.database import Tx


def insert(tx: Tx, project: Mapping[str, Any]) -> None:
    """`project` holds id, name, is_demo, guidelines, reject_reasons, quorum, created_at."""
    tx.run(
        "INSERT INTO project(id, name, is_demo, guidelines, reject_reasons, quorum, created_at)"
        " VALUES (:id,:name,:is_demo,:guidelines,:reject_reasons,:quorum,:created_at)",
        {**project, "reject_reasons": json.dumps(list(project["reject_reasons"]), ensure_ascii=False)},
    )


def get(tx: Tx, project_id: str) -> Project:
    """The project; raises NotFoundError."""
    row = tx.row("SELECT * FROM project WHERE id=?", (project_id,))
    if row is None:
        raise NotFoundError(f"There is no project {project_id}.", "Choose one from the list.")
    return Project.model_validate(row)


def page(tx: Tx) -> list[Project]:
    """All projects, the oldest first."""
    return [Project.model_validate(row) for row in tx.rows("SELECT * FROM project ORDER BY created_at, id LIMIT 500")]


def save(
    tx: Tx,
    project: Project,
    *,
    name: str,
    guidelines: str,
    reject_reasons: Sequence[str],
    cost_cap: int | None,
    call_cap: int | None,
    quorum: int,
) -> None:
    """Write the settings if the version still fits; else ConflictError."""
    changed = tx.run(
        "UPDATE project SET name=?, guidelines=?, reject_reasons=?, cost_cap=?, call_cap=?, quorum=?, version=version+1"
        " WHERE id=? AND version=?",
        (
            name,
            guidelines,
            json.dumps(list(reject_reasons), ensure_ascii=False),
            cost_cap,
            call_cap,
            quorum,
            project.id,
            project.version,
        ),
    )
    if not changed:
        raise ConflictError(
            "Somebody changed the project settings while you were editing them.",
            "Copy your text, reload and compare.",
            current=get(tx, project.id),
        )


def save_teachers(tx: Tx, project_id: str, teachers: Mapping[str, Any]) -> None:
    """Remember the choice of teachers per stage."""
    tx.run("UPDATE project SET teachers=? WHERE id=?", (json.dumps(teachers), project_id))


def insert_connection(tx: Tx, connection: Mapping[str, Any]) -> None:
    """`connection` holds id, name, kind, base_url, key_source, settings, models, created_at."""
    tx.run(
        "INSERT INTO connection(id, name, kind, base_url, key_source, settings, models, created_at)"
        " VALUES (:id,:name,:kind,:base_url,:key_source,:settings,:models,:created_at)",
        {
            **connection,
            "settings": json.dumps(connection["settings"]),
            "models": json.dumps(list(connection["models"]), ensure_ascii=False),
        },
    )


def get_connection(tx: Tx, connection_id: str) -> Connection:
    """The connection, removed ones too; raises NotFoundError."""
    row = tx.row("SELECT * FROM connection WHERE id=?", (connection_id,))
    if row is None:
        raise NotFoundError(f"There is no connection {connection_id}.", "Choose another teacher.")
    return Connection.model_validate(row)


def connections(tx: Tx) -> list[Connection]:
    """All that were not removed, the oldest first."""
    rows = tx.rows("SELECT * FROM connection WHERE NOT removed ORDER BY created_at, id LIMIT 200")
    return [Connection.model_validate(row) for row in rows]


def find_connection(tx: Tx, name: str) -> Connection | None:
    """The connection of that name that was not removed."""
    row = tx.row("SELECT * FROM connection WHERE name=? AND NOT removed", (name,))
    return Connection.model_validate(row) if row else None


def save_connection(
    tx: Tx, connection: Connection, *, name: str, base_url: str, key_source: str, settings: Mapping[str, Any]
) -> None:
    """Write the editable fields if the version still fits; else ConflictError."""
    changed = tx.run(
        "UPDATE connection SET name=?, base_url=?, key_source=?, settings=?, version=version+1"
        " WHERE id=? AND version=?",
        (name, base_url, key_source, json.dumps(settings), connection.id, connection.version),
    )
    if not changed:
        raise ConflictError("Somebody changed this connection while you were editing it.", "Reload and compare.")


def save_probe(tx: Tx, connection_id: str, models: Sequence[str], probe: Mapping[str, Any], at: float | None) -> None:
    """Keep what a test of the endpoint found."""
    tx.run(
        "UPDATE connection SET models=?, probe=?, probed_at=? WHERE id=?",
        (json.dumps(list(models), ensure_ascii=False), json.dumps(probe), at, connection_id),
    )


def remove_connection(tx: Tx, connection_id: str) -> None:
    """Hide it; its rows in the ledger stay."""
    tx.run("UPDATE connection SET removed=1, key_source='' WHERE id=?", (connection_id,))


def insert_price(tx: Tx, connection_id: str, model: str, price: Price, at: float, *, withdrawn: bool = False) -> None:
    """A new price from `at` on, or with `withdrawn` the end of the typed one; older rows stay for the record."""
    tx.run(
        "INSERT INTO price(connection_id, model, input, output, cached, reasoning, batch_input, batch_output,"
        " batch_cached, source, withdrawn, valid_from) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            connection_id,
            model,
            price.input,
            price.output,
            price.cached,
            price.reasoning,
            price.batch_input,
            price.batch_output,
            price.batch_cached,
            price.source,
            int(withdrawn),
            at,
        ),
    )


def find_price(tx: Tx, connection_id: str, model: str) -> Price | None:
    """The newest price typed in for this model at this connection, unless it was taken back."""
    row = tx.row(
        "SELECT * FROM price WHERE connection_id=? AND model=? ORDER BY valid_from DESC, id DESC LIMIT 1",
        (connection_id, model),
    )
    return None if row is None or row["withdrawn"] else _price(row)


def typed_prices(tx: Tx, connection_id: str) -> dict[str, Price]:
    """What `find_price` finds, for every model of the connection that has a typed price."""
    rows = tx.rows("SELECT * FROM price WHERE connection_id=? ORDER BY valid_from, id", (connection_id,))
    newest = {row["model"]: row for row in rows}
    return {model: _price(row) for model, row in newest.items() if not row["withdrawn"]}


def _price(row: Mapping[str, Any]) -> Price:
    return Price(
        row["input"],
        row["output"],
        row["cached"],
        matched=row["model"],
        source=row["source"],
        reasoning=row["reasoning"],
        batch_input=row["batch_input"],
        batch_output=row["batch_output"],
        batch_cached=row["batch_cached"],
    )


def spend_token(tx: Tx, token: str, at: float) -> bool:
    """True the first time a form's token is used."""
    return bool(tx.run("INSERT INTO form_token(token, at) VALUES (?,?) ON CONFLICT DO NOTHING", (token, at)))
