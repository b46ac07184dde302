"""Jobs of the worker beside its runs, and what a written file is made of."""

from __future__ import annotations

from core.domain.jobs import JobKind, JobState
from core.store.schema import one_of

JOBS = f"""
CREATE TABLE job (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  kind TEXT NOT NULL CHECK (kind IN {one_of(JobKind)}),
  dataset_id TEXT REFERENCES dataset(id) ON DELETE CASCADE, what TEXT NOT NULL DEFAULT '{{}}',
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN {one_of(JobState)}),
  done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '{{}}',
  cancel INTEGER NOT NULL DEFAULT 0 CHECK (cancel IN (0, 1)), tries INTEGER NOT NULL DEFAULT 0,
  owner TEXT NOT NULL DEFAULT '', epoch INTEGER NOT NULL DEFAULT 0, lease_until REAL NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL, created_at REAL NOT NULL, started_at REAL, ended_at REAL, token TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX job_of ON job(dataset_id, id);
CREATE INDEX job_in ON job(project_id, id);
CREATE INDEX job_open ON job(id) WHERE state IN ('queued', 'running');
ALTER TABLE export ADD COLUMN split TEXT NOT NULL DEFAULT '';
ALTER TABLE export ADD COLUMN folder TEXT NOT NULL DEFAULT '';
CREATE INDEX export_of ON export(dataset_id, at);
CREATE INDEX dataset_item_split ON dataset_item(dataset_id, split, position);
"""
