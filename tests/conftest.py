"""What every folder of tests builds on: a migrated file without rows, made once and copied.

No example of a property fails for being slow: how long it takes says something of the machine, not of the rule.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from core.store.database import Store
from core.store.migrations import migrate

settings.register_profile("studio", deadline=None)
settings.load_profile("studio")


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "studio.db"
    store = Store(path)
    migrate(store)
    store.close()
    return path
