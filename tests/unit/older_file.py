"""A file as an earlier version of the program left it, opened by the present one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.settings import Settings
from core.store.database import APPLICATION_ID, Store, Tx
from core.store.migrations import migrations
from core.workspace import Workspace


def brought_up_to_date(home: Path, before: str, plant: Callable[[Tx], object]) -> Workspace:
    """`plant` fills a file that has all migrations up to `before`, that one left out; then the rest is applied."""
    environ = {"STUDIO_HOME": str(home)}
    settings = Settings.load(environ)
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database)
    with store.utils() as db:
        migrations.apply(db, stop_before=before)
    with store.write() as tx:
        plant(tx)
        tx.run(f"PRAGMA application_id={APPLICATION_ID}")
    store.close()
    return Workspace.open(settings, environ)
