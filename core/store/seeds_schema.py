"""Seed sets, samples that come from no discipline, the project's own prompts and switch points."""

from __future__ import annotations

from core.domain.states import ItemState
from core.domain.strategies import TaskType
from core.store.database import Tx
from core.store.schema import one_of

SEEDS = f"""
CREATE TABLE seed_set (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), name TEXT NOT NULL, name_key TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1), task_type TEXT NOT NULL CHECK (task_type IN {one_of(TaskType)}),
  source TEXT NOT NULL DEFAULT '', lineage TEXT NOT NULL DEFAULT '{{}}', database TEXT NOT NULL DEFAULT '',
  n_examples INTEGER NOT NULL DEFAULT 0, frozen_at REAL, removed INTEGER NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL, created_at REAL NOT NULL, version INTEGER NOT NULL DEFAULT 1, token TEXT UNIQUE,
  UNIQUE (project_id, name_key, number)
) STRICT;
CREATE TABLE seed_example (
  id INTEGER PRIMARY KEY, set_id INTEGER NOT NULL REFERENCES seed_set(id), position INTEGER NOT NULL,
  question TEXT NOT NULL, context TEXT NOT NULL DEFAULT '', options TEXT NOT NULL DEFAULT '[]',
  answer TEXT NOT NULL DEFAULT '', final TEXT NOT NULL DEFAULT '', key TEXT NOT NULL, meta TEXT NOT NULL DEFAULT '{{}}',
  UNIQUE (set_id, position)
) STRICT;
CREATE INDEX seed_example_key ON seed_example(set_id, key);
CREATE INDEX seed_example_final ON seed_example(set_id) WHERE final <> '';
CREATE TRIGGER seed_example_frozen_insert BEFORE INSERT ON seed_example
  WHEN (SELECT frozen_at FROM seed_set WHERE id = NEW.set_id) IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a frozen seed set does not change'); END;
CREATE TRIGGER seed_example_frozen_update BEFORE UPDATE ON seed_example
  WHEN (SELECT frozen_at FROM seed_set WHERE id = OLD.set_id) IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a frozen seed set does not change'); END;
CREATE TRIGGER seed_example_frozen_delete BEFORE DELETE ON seed_example
  WHEN (SELECT frozen_at FROM seed_set WHERE id = OLD.set_id) IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a frozen seed set does not change'); END;
CREATE TRIGGER seed_set_stays_frozen BEFORE UPDATE OF frozen_at, task_type, database, n_examples ON seed_set
  WHEN OLD.frozen_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a frozen seed set does not change'); END;
ALTER TABLE sample ADD COLUMN history TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sample ADD COLUMN seed_example_id INTEGER REFERENCES seed_example(id);
ALTER TABLE sample ADD COLUMN parent_id INTEGER REFERENCES sample(id);
CREATE INDEX sample_seed ON sample(seed_example_id) WHERE seed_example_id IS NOT NULL;
CREATE UNIQUE INDEX sample_human ON sample(project_id, seed_example_id) WHERE strategy = 'human';
CREATE INDEX sample_strategy ON sample(project_id, preview, strategy, review, verification);
CREATE TABLE prompt_copy (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), template TEXT NOT NULL,
  hash TEXT NOT NULL, shipped_hash TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', in_use INTEGER NOT NULL DEFAULT 0,
  person TEXT NOT NULL, at REAL NOT NULL, UNIQUE (project_id, template, hash)
) STRICT;
CREATE UNIQUE INDEX prompt_copy_in_use ON prompt_copy(project_id, template) WHERE in_use;
CREATE TABLE switch_point (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), key TEXT NOT NULL, value TEXT NOT NULL,
  source TEXT NOT NULL, grade TEXT NOT NULL, person TEXT NOT NULL, at REAL NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX switch_point_of ON switch_point(project_id, key, id);
"""


def loosen(tx: Tx) -> None:
    """Samples may come from no discipline and have no difficulty; items may be dropped.

    SQLite has no statement for this in the versions we support: the definitions are rewritten in place, which is
    allowed where no stored row becomes invalid (https://sqlite.org/lang_altertable.html, section 7).
    """
    sample = str(tx.value("SELECT sql FROM sqlite_schema WHERE type='table' AND name='sample'"))
    for column in ("node_id INTEGER", "subject_id INTEGER", "difficulty TEXT"):
        sample = sample.replace(f"{column} NOT NULL", column)
    item = str(tx.value("SELECT sql FROM sqlite_schema WHERE type='table' AND name='item'"))
    if ItemState.DROPPED.value not in item:
        item = item.replace("'failed')", f"'failed','{ItemState.DROPPED.value}')")
    version = int(tx.value("PRAGMA schema_version"))
    tx.run("PRAGMA writable_schema=ON")
    try:
        tx.run("UPDATE sqlite_schema SET sql=? WHERE type='table' AND name='sample'", (sample,))
        tx.run("UPDATE sqlite_schema SET sql=? WHERE type='table' AND name='item'", (item,))
        tx.run(f"PRAGMA schema_version={version + 1}")
    finally:
        tx.run("PRAGMA writable_schema=OFF")
