"""An action while it is being made: everything that changes meanwhile is journaled under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.store import actions, events
from core.store.database import Tx


@dataclass(slots=True)
class Open:
    """An action while it is being made: its transaction, its time, and how it will be told.

    `title` is one line for the history; `before` and `after` go to the event. The rows that change are journaled.
    """

    tx: Tx
    id: int
    at: float
    kind: str
    title: str = ""
    entity: tuple[str, object] = ("project", "")
    before: object = None
    after: object = None


@contextmanager
def acting(tx: Tx, project_id: str, person: str, at: float, kind: str, *, undoes: int | None = None) -> Iterator[Open]:
    """An action inside the caller's transaction; ends with one event whose batch names action and digest."""
    action = Open(tx, actions.begin(tx, project_id, person, at, kind, undoes), at, kind, entity=("project", project_id))
    yield action
    changes, digest = actions.end(tx, action.id, action.kind, action.title[:300], action.entity)
    if changes:
        after = action.after if action.after is not None else {"title": action.title[:300], "changes": changes}
        batch = f"{action.id}.{digest[:32]}"
        events.append(
            tx, project_id, person, at, action.kind, action.entity, before=action.before, after=after, batch=batch
        )
