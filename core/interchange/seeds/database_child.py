"""Checks a SQLite file in a process of its own, in memory only; the answer is the schema as text.

Python's own SQLite reads files from memory, which the studio's cannot; here it opens none, so it drops no locks.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from core.errors import ImportRejectedError
from core.interchange.confined import Reader, serve

MAX_SCHEMA = 64_000
_SAY_SCHEMA = (
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%'"
    " ESCAPE '\\' ORDER BY rowid"
)


def _prepare(_: dict[str, Any]) -> Reader:
    return lambda content: _schema(content).encode("utf-8", "replace")


def _schema(content: bytes) -> str:
    """The CREATE statements of tables and views; ImportRejectedError for what is not sound."""
    again = "Make it anew, for example with VACUUM INTO."
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(content)
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA temp_store=MEMORY")
        (told,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        statements = [sql for (sql,) in database.execute(_SAY_SCHEMA)]
    except sqlite3.Error as error:
        raise ImportRejectedError(0, f"SQLite cannot read the file: {error}.", again) from error
    if told != "ok":
        raise ImportRejectedError(0, "The SQLite file is damaged.", again)
    if not statements:
        raise ImportRejectedError(0, "The SQLite file has no tables.", "Choose the one that the queries ask.")
    schema = "\n\n".join(f"{sql.strip().rstrip(';')};" for sql in statements)
    if len(schema) > MAX_SCHEMA:
        raise ImportRejectedError(0, f"The schema has {len(schema):,} characters.", "Leave out tables nobody asks.")
    return schema


if __name__ == "__main__":
    serve(_prepare)
