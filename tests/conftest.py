"""What every folder of tests builds on: a migrated file without rows, made once and copied; no waiting for the disk.

No example of a property fails for being slow: how long it takes says something of the machine, not of the rule.
`make test` tries the same examples every time, so what passed once passes for everybody; `make hunt` tries new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.store import database
from core.store.database import Store
from core.store.migrations import migrate

settings.register_profile("hunt", deadline=None, print_blob=True)
settings.register_profile("studio", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "studio"))


_SYNCED = database.journal_mode


@pytest.fixture(scope="session", autouse=True)
def _unsynced() -> Iterator[None]:
    """Nobody cuts the power of this process, so nothing in it waits until the disk has what was committed.

    Processes that tests start wait as ever: the app, the worker, the trials of kills and of power cuts.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "journal_mode", lambda: (_SYNCED()[0], "OFF"))
        yield


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits that are as durable as those of the studio, and take as long."""
    monkeypatch.setattr(database, "journal_mode", _SYNCED)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "studio.db"
    store = Store(path)
    migrate(store)
    store.close()
    return path
