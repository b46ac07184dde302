"""Executes a query that a model wrote on a file that somebody brought: in a process of its own, read-only, limited."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from core.domain.query_results import QueryResult

_CHILD: Final = Path(__file__).with_name("sql_child.py")
_AT_ONCE = 2
_GRACE = 3.0
_MOST_KEPT = 256
_FEW_ROWS = 100
_pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="query")


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one query may take."""

    seconds: float = 5.0
    rows: int = 1000
    memory: int = 512 * 1024 * 1024


LIMITS: Final = QueryLimits()


_recent: OrderedDict[tuple[Path, str, QueryLimits], Future[QueryResult]] = OrderedDict()


async def execute(database: Path, sql: str, limits: QueryLimits = LIMITS) -> QueryResult:
    """The same without holding up the event loop; two queries at once, others wait.

    Files of seed sets are named by their content, so a query with a short result is not run again for a while.
    """
    key = (database, sql, limits)
    future = _recent.get(key)
    if future is None or future.cancelled():
        future = _recent[key] = _pool.submit(execute_apart, database, sql, limits)
    _recent.move_to_end(key)
    while len(_recent) > _MOST_KEPT:
        _recent.popitem(last=False)
    result = await asyncio.shield(asyncio.wrap_future(future))
    if not result.ran or len(result.rows) > _FEW_ROWS:
        _recent.pop(key, None)
    return result


def execute_apart(database: Path, sql: str, limits: QueryLimits = LIMITS) -> QueryResult:
    """What the query returns on this SQLite file. Never raises for anything the query or the file does."""
    if not database.is_file():
        return QueryResult(unable="the SQLite file of the seed set is missing")
    request = {"database": str(database), "sql": sql, **asdict(limits)}
    try:
        child = subprocess.run(  # noqa: S603 - an argument list, no shell
            [sys.executable, "-I", "-S", str(_CHILD)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.seconds + _GRACE,
            env={"PYTHONUTF8": "1"},
            cwd="/",
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return QueryResult(error=f"runs for longer than {limits.seconds:g} seconds")
    if child.returncode:
        return QueryResult(error="takes more memory or time than it may")
    return _result(json.loads(child.stdout))


def _result(answer: dict[str, Any]) -> QueryResult:
    if "unable" in answer:
        return QueryResult(unable=f"the SQLite file of the seed set cannot be read: {answer['unable']}")
    if "error" in answer:
        return QueryResult(error=answer["error"])
    return QueryResult(tuple(tuple(row) for row in answer["rows"]), more=answer["more"])
