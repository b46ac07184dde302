"""Append-only migrations. Never edit one that was released; add the next.

The set is applied under the write lock, so several processes that start together migrate once. Under the same lock
a backup is made before a file that already has a schema is changed; `backup` may read the file but not write it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_utils import Database, Migrations

from core.errors import StoreError
from core.store import (
    call_figures,
    curricula,
    dataset_schema,
    figure_schema,
    makers,
    node_index,
    queue_schema,
    review_schema,
    spending_figures,
    terms,
    tree,
)
from core.store.benchmark_schema import BENCHMARKS
from core.store.concept_schemes import FILES
from core.store.curriculum_schema import CURRICULUM
from core.store.database import APPLICATION_ID, DatabaseError, OperationalError, Store, is_locked, rows_as_dicts
from core.store.job_schema import JOBS
from core.store.makers import INDEX, MAKERS
from core.store.review_schema import REVIEW, widen
from core.store.schema import CALLS, ENGINE, FIRST, PRICES
from core.store.search_schema import SEARCH
from core.store.seeds_schema import SEEDS, loosen
from core.store.verdict_imports import IMPORTS
from core.store.workbench_schema import GROWTH, VOTES, WORKBENCH

PATIENCE = 3600.0  # seconds that opening waits while another process brings the file up to date
log = logging.getLogger("studio.store")
migrations = Migrations("studio")


def _script(db: Database, sql: str) -> None:
    statement = ""
    for line in sql.splitlines():
        statement += line + "\n"
        if _complete(statement):
            db.execute(statement)
            statement = ""


def _complete(statement: str) -> bool:
    text = statement.rstrip()
    if not text.endswith(";"):
        return False
    return not text.lstrip().upper().startswith("CREATE TRIGGER") or text.upper().endswith("END;")


@migrations()
def m0001_first_schema(db: Database) -> None:
    """Projects, connections, taxonomy, curricula, runs and their ledger, samples, datasets, events."""
    _script(db, FIRST)


@migrations()
def m0002_search(db: Database) -> None:
    """Trigram search over the names, synonyms and descriptions of taxonomy nodes."""
    db.table("node").enable_fts(["name", "synonyms", "description"], tokenize="trigram", create_triggers=True)


@migrations()
def m0003_engine(db: Database) -> None:
    """Reasoning and batch prices, calls with several answers, batches, runs that only read stored answers."""
    _script(db, ENGINE)


@migrations()
def m0004_prices(db: Database) -> None:
    """A typed price can be taken back; every price stays on record."""
    _script(db, PRICES)


@migrations()
def m0005_calls(db: Database) -> None:
    """The answer that ended an item without a result; indexes for listing the calls of a run."""
    _script(db, CALLS)


@migrations()
def m0006_workbench(db: Database) -> None:
    """Trees of any depth in reading order, thesaurus fields, links, the journal that undo and history read."""
    _script(db, WORKBENCH)
    with rows_as_dicts(db.conn) as tx:
        tree.place_all(tx)
        terms.fill(tx)


@migrations()
def m0008_votes(db: Database) -> None:
    """Decisions over the votes; an index for the progress of each field."""
    _script(db, VOTES)


@migrations()
def m0009_growth(db: Database) -> None:
    """How often children of a place were asked for; what a taxonomy is to cover; names that nodes had before."""
    _script(db, GROWTH)


@migrations()
def m0010_curriculum(db: Database) -> None:
    """Near names, aliases and merges of subjects; how often a discipline was listed; proposals for syllabi."""
    _script(db, CURRICULUM)
    with rows_as_dicts(db.conn) as tx:
        curricula.fill_near_keys(tx)


@migrations()
def m0011_search(db: Database) -> None:
    """Search by folded names and beginnings of words; an index in reading order for every filter."""
    _script(db, SEARCH)
    with rows_as_dicts(db.conn) as tx:
        node_index.fill(tx)


@migrations()
def m0012_files(db: Database) -> None:
    """How a taxonomy is addressed in files, and what files said that no node holds."""
    _script(db, FILES)


@migrations()
def m0013_seeds(db: Database) -> None:
    """Seed sets, samples without a discipline and with earlier turns, the project's own prompts and switch points."""
    _script(db, SEEDS)
    with rows_as_dicts(db.conn) as tx:
        loosen(tx)


@migrations(transactional=False)  # only a savepoint of its own
def m0014_review(db: Database) -> None:
    """Disputes, second verdicts, gold items, leases, repairs; random orders; the review history is append-only."""
    with rows_as_dicts(db.conn) as tx:
        widen(tx)
    _script(db, REVIEW)
    with rows_as_dicts(db.conn) as tx:
        review_schema.fill(tx)


@migrations(transactional=False)  # only a savepoint of its own
def m0015_queues(db: Database) -> None:
    """Samples counted by triggers; indexes for every order of review; second verdicts that are due."""
    _script(db, queue_schema.TABLES)
    with rows_as_dicts(db.conn) as tx:
        queue_schema.fill(tx)
    _script(db, queue_schema.INDEXES + queue_schema.TRIGGERS)


@migrations()
def m0016_drafts(db: Database) -> None:
    """Drafts of dataset versions; a test split; indexes over accepted samples."""
    with rows_as_dicts(db.conn) as tx:
        dataset_schema.loosen(tx)
    _script(db, dataset_schema.DRAFTS)


@migrations()
def m0017_jobs(db: Database) -> None:
    """Jobs of the worker beside its runs; what an exported file holds."""
    _script(db, JOBS)


@migrations()
def m0018_benchmarks(db: Database) -> None:
    """Questions of benchmarks that datasets must not hold."""
    _script(db, BENCHMARKS)


@migrations(transactional=False)  # only a savepoint of its own
def m0019_imports(db: Database) -> None:
    """Texts are found by their hash; samples point to who made them, with which prompt."""
    _script(db, IMPORTS + MAKERS)
    with rows_as_dicts(db.conn) as tx:
        makers.fill(tx)
    _script(db, INDEX)


@migrations(transactional=False)  # only a savepoint of its own
def m0020_figures(db: Database) -> None:
    """The figures of cost and quality, of checks and of what calls take are counted by triggers."""
    _script(db, figure_schema.TABLES + call_figures.TABLE)
    with rows_as_dicts(db.conn) as tx:
        figure_schema.fill(tx)
        call_figures.fill(tx)
    _script(db, figure_schema.TRIGGERS + call_figures.TRIGGERS)


@migrations()
def m0021_spending(db: Database) -> None:
    """What calls cost over time is counted by triggers."""
    _script(db, spending_figures.TABLE)
    with rows_as_dicts(db.conn) as tx:
        spending_figures.fill(tx)
    _script(db, spending_figures.TRIGGERS)


def names() -> list[str]:
    """Names of all migrations that this program knows, in order."""
    return [migration.name for migration in migrations._migrations]  # noqa: SLF001 - the library has no accessor


def migrate(store: Store, backup: Callable[[], Path] | None = None) -> list[str]:
    """Bring the file up to date and return the names applied now.

    Raises StoreError for a file of another program or of a newer version of this one; it is left untouched.
    """
    try:
        with store.utils() as db:
            if not _pending(db, store.path)[1]:
                return []
            _lock(db)
            try:
                applied, pending = _pending(db, store.path)
                steps = list(_steps(pending))
                tell = log.warning if applied and pending else log.debug
                tell("%s is brought up to date in %d steps, a backup first.", store.path, len(steps))
                if applied and pending and backup:
                    backup()
                for number, (what, later) in enumerate(steps, 1):
                    tell("Step %d of %d: %s", number, len(steps), what)
                    migrations.apply(db, stop_before=later)
                tell("%s is up to date.", store.path)
                db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            except BaseException:
                db.rollback()
                raise
            db.commit()
    except DatabaseError as error:
        raise StoreError(
            f"The database {store.path} cannot be read: {error}.",
            "If the disk is full, free some space; otherwise restore a backup.",
        ) from error
    return pending


def _steps(pending: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What each step brings, and the names of those that come later."""
    for migration in migrations._migrations:  # noqa: SLF001 - the library has no accessor
        if migration.name in pending:
            yield str(migration.fn.__doc__), pending[pending.index(migration.name) + 1 :]


def _lock(db: Database) -> None:
    """Take the write lock; another process may be migrating, which takes longer than a write is waited for."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not is_locked(error) or time.monotonic() > until:
                raise
        else:
            return


def _pending(db: Database, path: Path) -> tuple[set[str], list[str]]:
    """(names applied, names still to apply); refuses a newer file."""
    applied = {migration.name for migration in migrations.applied(db)}
    unknown = sorted(applied - set(names()))
    if unknown:
        raise StoreError(
            f"The database {path} was written by a newer version ({unknown[-1]}).",
            "Install that version, or restore a backup made before the update.",
        )
    return applied, [name for name in names() if name not in applied]
