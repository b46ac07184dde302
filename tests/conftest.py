"""What every folder of tests builds on: a migrated file without rows, made once and copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.store.database import Store
from core.store.migrations import migrate


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "studio.db"
    store = Store(path)
    migrate(store)
    store.close()
    return path
