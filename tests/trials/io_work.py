"""`python -m tests.trials.io_work FOLDER BUG`: a few saves and backups on a disk that may fail at any call.

Prints `saved N` and `backup NAME` for what it was told is kept, `told ERROR` for what it was told went wrong, and
`gave up STEP` when the next try went wrong as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from core.errors import StudioError
from core.store import backups
from core.store.database import DatabaseError, Store
from tests.trials.kills import save
from tests.trials.storage_bugs import BUGS

SAVES = 6
PLACE = (0, 0)


def tried(what: str, step: Callable[[], str]) -> None:
    """Do it, once more when it fails, and say how it went."""
    for _ in range(2):
        try:
            print(step(), flush=True)
        except (StudioError, DatabaseError, OSError) as error:
            print(f"told {type(error).__name__}: {error}", flush=True)
        else:
            return
    print(f"gave up {what}", flush=True)


def main(folder: str, bug: str) -> int:
    """The process."""
    home = Path(folder)
    store = Store(home / "studio.db")

    def one(n: int) -> str:
        save(store, PLACE, n, (n % 3, 3, n + 1, "x" * (n * 2_000)))
        return f"saved {n}"

    with BUGS[bug]():
        for n in range(SAVES):
            tried(f"save {n}", lambda n=n: one(n))  # type: ignore[misc]
            if n % 3 == 2:
                tried("backup", lambda n=n: f"backup {backups.make(store, home / 'backups', f'b{n}').name}")  # type: ignore[misc]
    store.close()
    print("end", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
