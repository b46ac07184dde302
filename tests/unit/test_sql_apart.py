"""Queries that models wrote: they read one file, change nothing, end in time, and each refusal is one sentence."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.domain.query_results import Cell, QueryResult, same_rows
from core.domain.sql_text import is_ordered
from core.store.sql_apart import LIMITS, execute, execute_apart

MISSING = "the SQLite file of the seed set is missing"
Rows = tuple[tuple[Cell, ...], ...]
QUICK = replace(LIMITS, seconds=0.4)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of 2,000 rows; the name of the file needs quoting."""
    path = tmp_path_factory.mktemp("of seeds") / "a b?#%.sqlite"
    database = Database(path)
    database["singer"].insert_all({"id": i, "name": f"Singer {i}", "age": i % 50} for i in range(2000))  # type: ignore[union-attr]
    database.close()
    return path


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) FROM singer", ((2000,),)),
        ("SELECT count(*) FROM singer; -- all", ((2000,),)),
        ("WITH old AS (SELECT * FROM singer WHERE age > 47) SELECT min(age), max(age) FROM old", ((48, 49),)),
        ("SELECT x'00ff', NULL, 1.5", (("00ff", None, 1.5),)),
    ],
)
def test_a_query_gives_its_rows(file: Path, sql: str, rows: Rows) -> None:
    assert execute_apart(file, sql) == QueryResult(rows)


def test_no_more_than_a_thousand_rows_are_read(file: Path) -> None:
    result = execute_apart(file, "SELECT id FROM singer")
    assert (len(result.rows), result.more) == (1000, True)


FOR_EVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
LONG = "WITH RECURSIVE n(x) AS (SELECT printf('%.*c', 500000, 'x') UNION ALL SELECT x FROM n) SELECT x FROM n"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (FOR_EVER, "runs for longer than 0.4 seconds"),
        ("SELECT count(*) FROM singer a, singer b, singer c", "runs for longer than 0.4 seconds"),
        (LONG, "returns more than 4 MB"),
        ("SELECT zeroblob(900000000)", "makes a value that is too large"),
        ("ATTACH '/etc/passwd' AS p", "wants to attach another database, which is not allowed"),
        ("VACUUM INTO 'copy.sqlite'", "wants to attach another database, which is not allowed"),
        ("PRAGMA writable_schema=1", "wants to use a PRAGMA, which is not allowed"),
        ("SELECT * FROM pragma_table_info('singer')", "wants to use a PRAGMA, which is not allowed"),
        ("SELECT load_extension('evil')", "wants to call load_extension(), which is not allowed"),
        ("DELETE FROM singer", "wants to delete rows, which is not allowed"),
        ("UPDATE singer SET age = 1", "wants to update rows, which is not allowed"),
        ("INSERT INTO singer VALUES (1, 'x', 2)", "wants to insert rows, which is not allowed"),
        ("CREATE TABLE t (a)", "wants to change the schema, which is not allowed"),
        ("DROP TABLE singer", "wants to change the schema, which is not allowed"),
        ("BEGIN", "wants to control transactions, which is not allowed"),
        ("SELECT 1; DELETE FROM singer", "holds several statements; one is allowed"),
        ("-- nothing but a remark", "is no query that returns rows"),
        ("", "is no query that returns rows"),
        ("SELECT height FROM singer", "does not run: no such column: height"),
        ("SELEC 1", 'does not run: near "SELEC": syntax error'),
        ("SELECT '\x00'", "does not run: the query contains a null character"),
        ("SELECT '" + "x" * 30_000 + "'", "is too long"),
    ],
)
def test_what_a_query_must_not_do_is_refused_in_one_sentence(file: Path, sql: str, reason: str) -> None:
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    assert execute_apart(file, sql, QUICK) == QueryResult(error=reason)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_query_that_sorts_more_than_fits_into_memory_is_ended(file: Path) -> None:
    big = "SELECT * FROM singer a, singer b, singer c ORDER BY a.name || b.name || c.name"
    result = execute_apart(file, big, replace(LIMITS, seconds=20, memory=96 * 1024 * 1024))
    assert result.error in {"needs more memory than it may take", "takes more memory or time than it may"}


def test_a_query_with_a_short_result_is_not_run_again_and_one_that_failed_is(tmp_path: Path) -> None:
    path = tmp_path / "short.sqlite"

    async def ask(sql: str) -> list[QueryResult]:
        return await asyncio.gather(*(execute(path, sql) for _ in range(5)))

    assert {result.unable for result in asyncio.run(ask("SELECT a FROM t"))} == {MISSING}
    database = Database(path)
    database["t"].insert({"a": 7})  # type: ignore[union-attr]
    database.close()
    first = asyncio.run(ask("SELECT a FROM t"))
    path.unlink()
    assert first == asyncio.run(ask("SELECT a FROM t")) == [QueryResult(((7,),))] * 5
    assert {result.unable for result in asyncio.run(ask("SELECT a + 1 FROM t"))} == {MISSING}


def test_a_file_that_is_missing_or_no_database_is_not_the_querys_fault(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 500)
    assert "missing" in execute_apart(tmp_path / "none.sqlite", "SELECT 1").unable
    assert "cannot be read" in execute_apart(broken, "SELECT 1").unable


@pytest.mark.parametrize(
    ("one", "other", "ordered", "equal"),
    [
        (((1,), (2,)), ((2,), (1,)), False, True),
        (((1,), (2,)), ((2,), (1,)), True, False),
        (((1,), (1,)), ((1,),), False, False),
        (((1.0,),), ((1,),), False, True),
        (((0.1 + 0.2,),), ((0.3,),), False, True),
        ((("1",),), ((1,),), False, False),
        (((None,),), ((0,),), False, False),
        (((1, 2),), ((2, 1),), False, False),
        ((), (), False, True),
    ],
)
def test_results_are_the_same_when_their_rows_are(one: Rows, other: Rows, ordered: bool, equal: bool) -> None:
    assert same_rows(QueryResult(one), QueryResult(other), ordered=ordered) is equal


def test_results_that_were_not_read_to_the_end_are_not_called_equal() -> None:
    cut = QueryResult(((1,),), more=True)
    assert same_rows(cut, cut, ordered=False) is None
    assert same_rows(cut, QueryResult(((1,),)), ordered=False) is False


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT a FROM t ORDER BY a", True),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a)", False),
        ("SELECT 'order by' FROM t", False),
        ("SELECT a FROM t -- ORDER BY a", False),
    ],
)
def test_only_the_order_of_the_query_itself_counts(sql: str, ordered: bool) -> None:
    assert is_ordered(sql) is ordered
