"""What every folder of tests builds on: a migrated file without rows, made once and copied.

No example of a property fails for being slow: how long it takes says something of the machine, not of the rule.
`make test` tries the same examples every time, so what passed once passes for everybody; `make hunt` tries new ones.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from core.store.database import Store
from core.store.migrations import migrate

settings.register_profile("hunt", deadline=None, print_blob=True)
settings.register_profile("studio", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "studio"))


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "studio.db"
    store = Store(path)
    migrate(store)
    store.close()
    return path
