"""Migrations: once, all or nothing, after a backup, and never on a file that is not ours."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

import pytest
from sqlite_utils import Database

from core.errors import StoreError
from core.runs import worker
from core.settings import Settings
from core.store import backups
from core.store.database import APPLICATION_ID, Store
from core.store.migrations import migrate, migrations, names
from tests.unit.conftest import plant_project

ROOT = Path(__file__).resolve().parents[2]
START_TOGETHER = """
import pathlib, sys, time
from core.store import backups
from core.store.database import Store
from core.store.migrations import migrate
path, go, number = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
store = Store(path)
pathlib.Path(f"{go}-{number}").touch()
while not go.exists():
    time.sleep(0.001)
print(*migrate(store, lambda: backups.make(store, path.parent / "backups", number)))
"""


def _applied(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["name"] for row in tx.rows("SELECT name FROM _sqlite_migrations ORDER BY id")]


def _old_file(path: Path) -> Store:
    """A file as the first release left it."""
    store = Store(path)
    with store.utils() as db:
        migrations.apply(db, stop_before=names()[1])
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    with store.write() as tx:
        plant_project(tx, "kept")
    return store


def _migrate_together(path: Path, count: int) -> list[list[str]]:
    """What `migrate` returned or raised in each of `count` threads, each with a store of its own."""
    results: list[list[str]] = []
    barrier = threading.Barrier(count)

    def work() -> None:
        barrier.wait()
        store = Store(path)
        try:
            results.append(migrate(store))
        except StoreError as error:
            results.append([error.message] * 9)
        store.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_new_file_gets_every_migration_once_and_no_backup(tmp_path: Path) -> None:
    store, made = Store(tmp_path / "studio.db"), []
    assert migrate(store, lambda: made.append(1) or tmp_path) == names()  # type: ignore[func-returns-value]
    assert migrate(store, lambda: made.append(1) or tmp_path) == []  # type: ignore[func-returns-value]
    assert _applied(store) == names()
    assert made == []


def test_an_older_file_is_backed_up_before_it_is_changed(tmp_path: Path) -> None:
    store = _old_file(tmp_path / "studio.db")
    kept: list[Path] = []

    def backup() -> Path:
        kept.append(backups.make(store, tmp_path / "backups", "before-update"))
        return kept[-1]

    assert migrate(store, backup) == names()[1:]
    assert _applied(store) == names()
    assert len(kept) == 1
    copy = Store(kept[0])
    assert _applied(copy) == names()[:1]
    with copy.read() as tx:
        assert tx.value("SELECT id FROM project") == "kept"


def test_bringing_an_older_file_up_to_date_tells_each_step(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    migrate(_old_file(tmp_path / "studio.db"))
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    steps = len(names()) - 1
    assert f"in {steps} steps" in told[0]
    assert [line.split(": ")[0] for line in told[1:-1]] == [f"Step {n} of {steps}" for n in range(1, steps + 1)]
    assert told[-1].endswith("is up to date.")
    caplog.clear()
    migrate(Store(tmp_path / "new.db"))
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_four_processes_that_start_together_migrate_and_back_up_once(tmp_path: Path) -> None:
    path, go = tmp_path / "studio.db", tmp_path / "go"
    _old_file(path).close()
    arguments = [sys.executable, "-c", START_TOGETHER, str(path), str(go)]
    started = [
        subprocess.Popen([*arguments, str(i)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for i in range(4)
    ]
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("go-*"))) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    go.touch()
    told = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    assert sorted(out.split() for out, _ in told) == [[], [], [], names()[1:]]
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1
    assert _applied(Store(path)) == names()


def test_the_worker_backs_an_older_file_up_too_when_it_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load({"STUDIO_HOME": str(tmp_path)})
    _old_file(settings.database).close()
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    monkeypatch.setattr(worker, "_idle_and_alone", lambda _: lambda: True)
    assert worker.main([]) == 0
    (copy,) = settings.backups.glob("*-before-update.db")
    assert (_applied(Store(copy)), _applied(Store(settings.database))) == (names()[:1], names())


def test_who_opens_a_file_that_is_being_migrated_waits_longer_than_a_write_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.database._PRAGMAS", ("PRAGMA busy_timeout=20",))
    path = tmp_path / "studio.db"
    _old_file(path).close()
    results: list[list[str]] = []
    backing_up = threading.Event()

    def slow() -> Path:
        backing_up.set()
        time.sleep(0.3)
        return tmp_path

    first = threading.Thread(target=lambda: results.append(migrate(Store(path), slow)))
    first.start()
    backing_up.wait(10)
    results.append(migrate(Store(path)))
    first.join()
    assert sorted(results, key=len) == [[], names()[1:]]


def test_a_new_file_can_be_opened_by_many_at_the_same_moment(tmp_path: Path) -> None:
    for number in range(8):
        results = _migrate_together(tmp_path / f"{number}.db", 6)
        assert sorted(results, key=len) == [[]] * 5 + [names()]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _old_file(tmp_path / "studio.db")

    def m9000_broken(db: Database) -> NoReturn:
        db.execute("CREATE TABLE half(a)")
        raise KeyboardInterrupt

    extra = migrations._Migration("m9000_broken", m9000_broken)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_migrations", [*migrations._migrations, extra])
        with pytest.raises(KeyboardInterrupt):
            migrate(store)
    assert _applied(store) == names()[:1]
    with store.read() as tx:
        assert tx.rows("SELECT name FROM sqlite_master WHERE name IN ('half', 'node_fts')") == []
    assert migrate(store) == names()[1:]


def test_a_backup_that_fails_stops_the_migration(tmp_path: Path) -> None:
    store = _old_file(tmp_path / "studio.db")

    def no_space() -> Path:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        migrate(store, no_space)
    assert _applied(store) == names()[:1]


def test_a_newer_file_is_refused_and_left_alone(store: Store) -> None:
    with store.write() as tx:
        tx.run(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('studio', 'm9999_future', 'now')"
        )
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version \(m9999_future\)") as refusal:
        migrate(store)
    assert refusal.value.hint
    store.close()
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    ("table", "pragma"),
    [
        ("CREATE TABLE theirs(a)", "user_version=7"),
        ("CREATE TABLE theirs(a)", "application_id=123"),
        ("SELECT 1", "application_id=123"),
    ],
)
def test_a_file_of_another_program_is_refused_and_left_alone(tmp_path: Path, table: str, pragma: str) -> None:
    path = tmp_path / "theirs.db"
    other = Database(path)
    other.execute(table)
    other.execute(f"PRAGMA {pragma}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        migrate(Store(path))
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["theirs.db"]
