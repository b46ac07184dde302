"""The store on real files: pragmas, transactions, snapshots, and schemas that refuse what is not theirs."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store.database import (
    APPLICATION_ID,
    LIBRARY,
    SQLITE_VERSION,
    IntegrityError,
    Store,
    Tx,
    connect,
    journal_mode,
)
from core.store.nodes import get
from tests.unit.conftest import World, plant_project

ROOT = Path(__file__).resolve().parents[2]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(part, ast.Import):
            found |= {alias.name.split(".")[0] for alias in part.names}
        elif isinstance(part, ast.ImportFrom):
            found |= {(part.module or "").split(".")[0], *(alias.name for alias in part.names)}
    return found


def test_only_one_module_knows_an_sqlite_library() -> None:
    sources = [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), *ROOT.glob("*.py")]
    guilty = [
        str(path.relative_to(ROOT))
        for path in sources
        if _imports(path) & {"sqlite3", "pysqlite3", "apsw", "sqlean"} or "sqlite3.connect" in path.read_text("utf-8")
    ]
    alone = ["core/interchange/seeds/database_child.py", "core/store/sql_child.py"]  # open no file of ours
    assert sorted(guilty) == sorted([*alone, "core/store/database.py"])


def test_the_library_in_use_is_the_one_that_sqlite_utils_picked(store: Store) -> None:
    with store.utils() as db:
        assert type(db.conn).__module__.split(".")[0] in {LIBRARY, f"{LIBRARY}.dbapi2"}
        assert db.execute("SELECT sqlite_version()").fetchone() == (SQLITE_VERSION,)


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ("3.40.1", ("delete", "EXTRA")),
        ("3.51.2", ("delete", "EXTRA")),
        ("3.9.0", ("delete", "EXTRA")),
        ("3.51.3", ("wal", "FULL")),
        ("3.53.4", ("wal", "FULL")),
        ("4.0.0", ("wal", "FULL")),
    ],
)
def test_an_sqlite_that_loses_wal_pages_gets_a_rollback_journal(version: str, mode: tuple[str, str]) -> None:
    assert journal_mode(version) == mode


@pytest.mark.usefixtures("synced")
def test_every_connection_has_every_pragma(store: Store) -> None:
    mode, level = journal_mode()
    wanted = {
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 30_000,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "journal_size_limit": 67_108_864,
        "journal_mode": mode,
        "synchronous": {"FULL": 2, "EXTRA": 3}[level],
        "application_id": APPLICATION_ID,
    }
    with store.read() as first, store.read() as second:
        assert first.connection is not second.connection
        for tx in (first, second):
            assert {name: tx.value(f"PRAGMA {name}") for name in wanted if tx.row(f"PRAGMA {name}")} == wanted


def test_every_table_is_strict(store: Store) -> None:
    with store.read() as tx:
        tables = tx.rows("SELECT name, strict FROM pragma_table_list WHERE schema='main' AND type='table'")
    loose = {row["name"] for row in tables if not row["strict"] and not row["name"].startswith(("sqlite_", "_sqlite"))}
    assert loose == set()
    assert len(tables) > 20


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE node SET state='maybe'",
        "UPDATE node SET kind='galaxy'",
        "UPDATE node SET origin='rumour'",
        "UPDATE node SET position='first'",
        "UPDATE node SET name=NULL",
        "UPDATE node SET parent_id=999999",
        "UPDATE subject SET state='done'",
        "UPDATE syllabus SET origin='nobody'",
        "UPDATE run SET state='asleep'",
        "UPDATE run SET kind='poems'",
        "UPDATE run SET cost_cap=-1",
        "UPDATE run SET cost_cap=0.5",
        "UPDATE run SET call_cap=0",
        "UPDATE item SET state='half'",
        "UPDATE request SET state='lost'",
        "UPDATE project SET quorum=0",
        "UPDATE project SET cost_cap=-1",
        "UPDATE project SET version='new'",
        "INSERT INTO price(connection_id,model,input,output,cached,source,valid_from) VALUES ('x','m',1,1,1,'',0)",
        "INSERT INTO ledger_total(scope, scope_id) VALUES ('galaxy', 'x')",
        "DELETE FROM node WHERE kind='field'",
        "DELETE FROM project",
    ],
)
def test_a_value_outside_its_domain_is_refused_by_the_file_itself(world: World, sql: str) -> None:
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.run(sql)


def test_two_siblings_never_share_a_name(world: World) -> None:
    with world.store.read() as tx:
        name = get(tx, world.project, world.discipline).name
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.run("UPDATE node SET name_key=(SELECT name_key FROM node WHERE name=?) WHERE name='Chemistry'", (name,))


class _Interrupted(BaseException):
    """What a page's script gets when it is stopped."""


def test_a_write_that_is_stopped_midway_leaves_nothing(store: Store) -> None:
    def write_and_stop(stop: type[BaseException]) -> None:
        with store.write() as tx:
            plant_project(tx, "half")
            raise stop

    for stop in (ValueError, KeyboardInterrupt, _Interrupted, GeneratorExit):
        with pytest.raises(stop):
            write_and_stop(stop)
    with store.write() as tx:
        assert tx.rows("SELECT * FROM project") == []
        plant_project(tx, "whole")
    with store.read() as tx:
        assert tx.value("SELECT id FROM project") == "whole"


def _part(tx: Tx, name: str, stop: type[BaseException]) -> None:
    with tx.savepoint():
        plant_project(tx, name)
        raise stop


def test_a_part_fails_alone(store: Store) -> None:
    with store.write() as tx:
        plant_project(tx, "before")
        for stop in (ValueError, _Interrupted):
            with pytest.raises(stop):
                _part(tx, "inside", stop)
        with tx.savepoint():
            plant_project(tx, "after")
            with pytest.raises(_Interrupted):
                _part(tx, "deep", _Interrupted)
    with store.read() as tx:
        assert [row["id"] for row in tx.rows("SELECT id FROM project ORDER BY id")] == ["after", "before"]


def test_a_read_sees_one_moment_and_keeps_nothing_it_wrote(store: Store) -> None:
    if journal_mode()[0] == "delete":
        pytest.skip("with a rollback journal a writer waits for the reader")
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM project") == 0
        with store.write() as other:
            plant_project(other, "later")
        assert tx.value("SELECT count(*) FROM project") == 0
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM project") == 1
        tx.run("DELETE FROM project")
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM project") == 1


def test_writers_take_turns_and_no_addition_is_lost(store: Store) -> None:
    with store.write() as tx:
        plant_project(tx, "p")
    errors: list[Exception] = []

    def add() -> None:
        try:
            for _ in range(15):
                with store.write() as tx:
                    seen = tx.value("SELECT version FROM project")
                    tx.run("UPDATE project SET version=?", (seen + 1,))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.read() as tx:
        assert tx.value("SELECT version FROM project") == 1 + 6 * 15


def test_a_write_takes_the_lock_before_it_reads(store: Store) -> None:
    with store.write():
        second = connect(store.path)
        second.execute("PRAGMA busy_timeout=0")
        with pytest.raises(Exception, match="locked"):
            second.execute("BEGIN IMMEDIATE")
        second.close()


def test_a_connection_is_returned_clean_after_any_use(store: Store) -> None:
    with store.utils() as db:
        db.execute("BEGIN")
        db.execute("INSERT INTO form_token VALUES ('x', 1.0)")
    with store.write() as tx:
        assert tx.row("SELECT count(*) AS n FROM form_token") == {"n": 0}


def test_what_a_stream_reads_comes_row_by_row(store: Store) -> None:
    with store.write() as tx:
        tx.many("INSERT INTO form_token VALUES (?, 1.0)", [(f"{i:04}",) for i in range(2000)])
    with store.read() as tx:
        stream = tx.each("SELECT token FROM form_token ORDER BY token")
        assert next(stream) == {"token": "0000"}
        assert sum(1 for _ in stream) == 1999


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look at" * 40, b"SQLite format 3\x00"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"notes\.txt") as refusal, Store(path).read():
        pass
    assert refusal.value.hint
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"), Store(tmp_path / "nowhere" / "studio.db").read():
        pass
