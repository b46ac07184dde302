"""Checks a SQLite file in a process of its own, in memory only; the answer is the schema as text."""

from __future__ import annotations

from typing import Any

from core.errors import ImportRejectedError
from core.interchange.confined import Reader, serve

MAX_SCHEMA = 64_000
_SAY_SCHEMA = (
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%'"
    " ESCAPE '\\' ORDER BY rowid"
)


def _prepare(_: dict[str, Any]) -> Reader:
    from sqlite_utils import Database  # noqa: PLC0415 - counts against the limits

    return lambda content: _schema(Database(memory=True), content).encode("utf-8", "replace")


def _schema(database: Any, content: bytes) -> str:
    """The CREATE statements of tables and views; ImportRejectedError for what is not sound."""
    again = "Make it anew, for example with VACUUM INTO."
    try:
        database.conn.deserialize(content)
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA temp_store=MEMORY")
        (told,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        statements = [sql for (sql,) in database.execute(_SAY_SCHEMA)]
    except MemoryError:
        raise
    except Exception as error:  # whichever SQLite library was picked has errors of its own
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
