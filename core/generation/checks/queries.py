"""Runs queries of answers on the SQLite file of the item's seed set, and compares what they return."""

from __future__ import annotations

from pathlib import Path

from core.domain.query_results import QueryResult, same_rows
from core.domain.sql_text import is_ordered
from core.generation.calls import Spec
from core.store import sql_apart


def has_database(spec: Spec) -> bool:
    """Is there a file to run on?"""
    return bool(spec.get("database"))


async def run(spec: Spec, sql: str) -> QueryResult:
    """What the query returns; the item must have a database."""
    return await sql_apart.execute(Path(spec["database"]), sql)


def agree(result: QueryResult, wanted: QueryResult, wanted_sql: str) -> bool | None:
    """Whether the rows are those of the other query; their order counts if that one asks for an order."""
    return same_rows(result, wanted, ordered=is_ordered(wanted_sql))


def rows_in_words(result: QueryResult) -> str:
    """ "1 row", "1,000 rows and more"."""
    number = len(result.rows)
    return f"{number:,} {'row' if number == 1 else 'rows'}{' and more' if result.more else ''}"
