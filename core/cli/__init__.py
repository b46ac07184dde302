"""The command line: the same services as the pages, with progress on a terminal and `--json` for machines.

Exit codes: 0 done, 1 an error that was explained, 2 wrong usage, 3 a run that ended before it was complete.
"""

from core.cli.commands import main

__all__ = ["main"]
