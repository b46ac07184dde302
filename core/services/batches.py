"""Batches as people see them: whether a plan can be handed in as batches, and how those of a run stand."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.call_records import Batch
from core.domain.plans import Plan, TeacherChoice, roster
from core.domain.records import Connection
from core.errors import NotFoundError, SettingsError
from core.services.context import Context
from core.store import batches, projects, runs
from core.store.database import Tx

_KINDS = {"builtin": "is the built-in teacher", "local": "is a model on this machine", "scripted": "is scripted"}


class BatchService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def of_run(self, project_id: str, run_id: str) -> list[Batch]:
        """The batches of a run, newest first."""
        with self._c.store.read() as tx:
            runs.get(tx, run_id, project_id)
            return batches.of_run(tx, run_id)

    def obstacle(self, teachers: Iterable[TeacherChoice]) -> str:
        """Why these teachers cannot be asked in batches, in one sentence; empty if they can."""
        with self._c.store.read() as tx:
            return obstacle(tx, teachers)


def obstacle(tx: Tx, teachers: Iterable[TeacherChoice]) -> str:
    """The first reason, in the order of the teachers."""
    for connection_id in dict.fromkeys(choice.connection for choice in teachers):
        try:
            reason = _reason(projects.get_connection(tx, connection_id))
        except NotFoundError as error:
            reason = error.message
        if reason:
            return reason
    return ""


def refuse_batches(tx: Tx, plan: Plan) -> None:
    """Raise SettingsError if the plan wants batches of a teacher that has none."""
    if plan.execution != "batch":
        return
    reason = obstacle(tx, roster(plan))
    if reason:
        raise SettingsError(f"The plan cannot be handed in as batches: {reason}", "Let it be answered at once.")


def _reason(connection: Connection) -> str:
    name = connection.name
    if connection.kind != "openai":
        return f"{name!r} {_KINDS[connection.kind]} and has no Batch API."
    if not connection.probe:
        return f"{name!r} was not tested yet: test it on the Connections page to see whether it has a Batch API."
    if "batches" not in connection.probe:
        return f"{name!r} was tested before batches were known: test it on the Connections page once more."
    return "" if connection.probe["batches"] else f"{name!r} has no Batch API, as its test showed."
