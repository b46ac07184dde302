"""The process in which a query that a model wrote is executed: reads one file, changes nothing, within limits.

    python -I -S core/store/sql_child.py < request > answer

Request and answer are one JSON object each; `sql_apart` knows both. It is a script of its own that imports nothing of
the studio, and the file it opens is never the studio's.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import time
from typing import Any
from urllib.parse import quote

MAX_SQL = 20_000
MAX_VALUE = 1_000_000
MAX_ANSWER = 4_000_000
_STEPS = 10_000
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN = {
    sqlite3.SQLITE_ATTACH: "attach another database",
    sqlite3.SQLITE_DETACH: "detach a database",
    sqlite3.SQLITE_PRAGMA: "use a PRAGMA",
    sqlite3.SQLITE_TRANSACTION: "control transactions",
    sqlite3.SQLITE_SAVEPOINT: "control transactions",
    sqlite3.SQLITE_INSERT: "insert rows",
    sqlite3.SQLITE_UPDATE: "update rows",
    sqlite3.SQLITE_DELETE: "delete rows",
}
_ROWS = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_FUNCTIONS = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}
_PRAGMAS = ("trusted_schema=OFF", "query_only=ON", "mmap_size=0", "temp_store=MEMORY", "cell_size_check=ON")


class _Watch:
    """Says no to everything but reading, and remembers what was wanted."""

    def __init__(self, seconds: float) -> None:
        self.refused = ""
        self.late = False
        self._end = time.monotonic() + seconds

    def allow(self, action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
        """The authorizer."""
        if action in _READS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            if (second or "").lower() not in _FUNCTIONS:
                return sqlite3.SQLITE_OK
            self.refused = self.refused or f"call {second}()"
        else:
            of_schema = action in _ROWS and (first or "").startswith("sqlite_")
            words = "change the schema" if of_schema else _FORBIDDEN.get(action, "change the database")
            self.refused = self.refused or words
        return sqlite3.SQLITE_DENY

    def tick(self) -> int:
        """Now and then while the query runs."""
        self.late = self.late or time.monotonic() > self._end
        return int(self.late)


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 500),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    ):
        connection.setlimit(limit, most)
    return connection


def _execute(connection: sqlite3.Connection, request: dict[str, Any]) -> dict[str, Any]:
    watch = _Watch(request["seconds"])
    connection.set_authorizer(watch.allow)
    connection.set_progress_handler(watch.tick, _STEPS)
    try:
        return _fetched(connection.execute(request["sql"]), request["rows"])
    except MemoryError:
        return {"error": "needs more memory than it may take"}
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        if watch.refused and "pragma_" in request["sql"].lower():
            return {"error": "wants to use a PRAGMA, which is not allowed"}
        if watch.refused:
            return {"error": f"wants to {watch.refused}, which is not allowed"}
        if watch.late:
            return {"error": f"runs for longer than {request['seconds']:g} seconds"}
        return {"error": _words(error)}


def _fetched(cursor: sqlite3.Cursor, most: int) -> dict[str, Any]:
    if cursor.description is None:
        return {"error": "is no query that returns rows"}
    rows: list[list[Any]] = []
    size = 0
    for row in cursor:
        if len(rows) == most:
            return {"rows": rows, "more": True}
        shown = [value.hex() if isinstance(value, bytes) else value for value in row]
        size += sum(len(value) if isinstance(value, str) else 8 for value in shown)
        if size > MAX_ANSWER:
            return {"error": f"returns more than {MAX_ANSWER // 1_000_000} MB"}
        rows.append(shown)
    return {"rows": rows, "more": False}


def _words(error: Exception) -> str:
    text = str(error)
    if "one statement at a time" in text:
        return "holds several statements; one is allowed"
    if "query string is too large" in text:
        return "is too long"
    if "string or blob too big" in text:
        return "makes a value that is too large"
    if "out of memory" in text:
        return "needs more memory than it may take"
    return f"does not run: {text[:200]}"


def main() -> None:
    """Read one request and answer it."""
    request = json.loads(sys.stdin.buffer.read())
    _limit(request["memory"], int(request["seconds"]) + 2)
    try:
        connection = _open(request["database"])
    except sqlite3.Error as error:
        answer = {"unable": str(error)[:200]}
    else:
        answer = _execute(connection, request)
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
