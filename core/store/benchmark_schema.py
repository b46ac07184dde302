"""Benchmark files and their questions."""

from __future__ import annotations

BENCHMARKS = """
CREATE TABLE benchmark (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), name TEXT NOT NULL, file TEXT NOT NULL,
  field TEXT NOT NULL DEFAULT '', n_rows INTEGER NOT NULL CHECK (n_rows >= 1), sha256 TEXT NOT NULL,
  person TEXT NOT NULL, at REAL NOT NULL, removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  token TEXT UNIQUE, UNIQUE (project_id, sha256)
) STRICT;
CREATE TABLE benchmark_row (
  id INTEGER PRIMARY KEY, benchmark_id INTEGER NOT NULL REFERENCES benchmark(id), n INTEGER NOT NULL CHECK (n >= 1),
  line INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (benchmark_id, n)
) STRICT;
CREATE TRIGGER benchmark_row_no_update BEFORE UPDATE ON benchmark_row
  BEGIN SELECT RAISE(ABORT, 'questions of a benchmark do not change'); END;
CREATE TRIGGER benchmark_row_no_delete BEFORE DELETE ON benchmark_row
  BEGIN SELECT RAISE(ABORT, 'questions of a benchmark do not change'); END;
"""
