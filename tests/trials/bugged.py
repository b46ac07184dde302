"""`python -m tests.trials.bugged BUG ...`: the worker with a seeded bug in it."""

from __future__ import annotations

import sys

from core.runs.worker import main
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.export_bugs import EXPORT_BUGS
from tests.trials.storage_bugs import BUGS

if __name__ == "__main__":
    with (BUGS | CALL_BUGS | EXPORT_BUGS)[sys.argv[1]]():
        sys.exit(main(sys.argv[2:]))
