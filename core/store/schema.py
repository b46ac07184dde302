"""The first schema. Enums are checked, tables are STRICT, money and counts are integers, times are unix seconds."""

from __future__ import annotations

from enum import StrEnum

from core.domain.plans import PlanKind
from core.domain.sampling import Difficulty
from core.domain.states import (
    AttemptState,
    BatchState,
    DatasetState,
    ItemState,
    NodeState,
    RequestState,
    ReviewState,
    RunState,
    VerificationState,
)
from core.domain.taxonomy import NodeKind, Origin, Verdict


def one_of(kind: type[StrEnum]) -> str:
    """The values of an enum as SQL."""
    return "(" + ",".join(f"'{member.value}'" for member in kind) + ")"


PROJECTS = """
CREATE TABLE project (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, is_demo INTEGER NOT NULL DEFAULT 0,
  guidelines TEXT NOT NULL DEFAULT '', reject_reasons TEXT NOT NULL DEFAULT '[]',
  cost_cap INTEGER CHECK (cost_cap >= 0), call_cap INTEGER CHECK (call_cap >= 0),
  quorum INTEGER NOT NULL DEFAULT 1 CHECK (quorum >= 1),
  teachers TEXT NOT NULL DEFAULT '{}',
  created_at REAL NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE connection (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('builtin','openai','local','scripted')),
  base_url TEXT NOT NULL DEFAULT '', key_source TEXT NOT NULL DEFAULT '', settings TEXT NOT NULL DEFAULT '{}',
  models TEXT NOT NULL DEFAULT '[]', probe TEXT NOT NULL DEFAULT '{}', probed_at REAL,
  removed INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX connection_name ON connection(name) WHERE NOT removed;
CREATE TABLE price (
  id INTEGER PRIMARY KEY, connection_id TEXT NOT NULL REFERENCES connection(id), model TEXT NOT NULL,
  input INTEGER NOT NULL CHECK (input >= 0), output INTEGER NOT NULL CHECK (output >= 0),
  cached INTEGER NOT NULL CHECK (cached >= 0), source TEXT NOT NULL, valid_from REAL NOT NULL
) STRICT;
CREATE INDEX price_of ON price(connection_id, model, valid_from);
CREATE TABLE form_token (token TEXT PRIMARY KEY, at REAL NOT NULL) STRICT;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL, at REAL NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL,
  entity TEXT NOT NULL, entity_id TEXT NOT NULL, before TEXT, after TEXT, batch TEXT NOT NULL DEFAULT '',
  previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX event_of ON event(project_id, entity, entity_id, id);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
"""

KNOWLEDGE = f"""
CREATE TABLE node (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), parent_id INTEGER REFERENCES node(id),
  kind TEXT NOT NULL CHECK (kind IN {one_of(NodeKind)}), name TEXT NOT NULL, name_key TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '', synonyms TEXT NOT NULL DEFAULT '[]', position INTEGER NOT NULL,
  path TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN {one_of(NodeState)}),
  origin TEXT NOT NULL CHECK (origin IN {one_of(Origin)}), touched INTEGER NOT NULL DEFAULT 0,
  times_seen INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
  verified_by TEXT, verified_at REAL, verified_version INTEGER,
  removed_with INTEGER, state_before TEXT,
  n_children INTEGER NOT NULL DEFAULT 0, n_descendants INTEGER NOT NULL DEFAULT 0, n_verified INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX node_sibling ON node(project_id, ifnull(parent_id, 0), name_key);
CREATE INDEX node_child ON node(project_id, parent_id, position, id);
CREATE INDEX node_path ON node(project_id, path);
CREATE INDEX node_state ON node(project_id, state, kind);
CREATE TABLE vote (
  id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES node(id), person TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN {one_of(Verdict)}), note TEXT NOT NULL DEFAULT '',
  node_version INTEGER NOT NULL, at REAL NOT NULL, UNIQUE (node_id, person, node_version)
) STRICT;
CREATE TABLE subject (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  node_id INTEGER NOT NULL REFERENCES node(id), name TEXT NOT NULL, name_key TEXT NOT NULL, level TEXT NOT NULL,
  introduction TEXT NOT NULL DEFAULT '', subtopics TEXT NOT NULL DEFAULT '[]', position INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN {one_of(NodeState)}), origin TEXT NOT NULL CHECK (origin IN {one_of(Origin)}),
  touched INTEGER NOT NULL DEFAULT 0, times_seen INTEGER NOT NULL DEFAULT 0, times_asked INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1, UNIQUE (node_id, name_key)
) STRICT;
CREATE INDEX subject_of ON subject(project_id, node_id, position);
CREATE TABLE syllabus (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  subject_id INTEGER NOT NULL UNIQUE REFERENCES subject(id), introduction TEXT NOT NULL, objectives TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN {one_of(NodeState)}), origin TEXT NOT NULL CHECK (origin IN {one_of(Origin)}),
  touched INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE class_session (
  id INTEGER PRIMARY KEY, syllabus_id INTEGER NOT NULL REFERENCES syllabus(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, concepts TEXT NOT NULL
) STRICT;
CREATE INDEX class_session_of ON class_session(syllabus_id, position);
CREATE TABLE deck (
  project_id TEXT NOT NULL REFERENCES project(id), key TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (project_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshot (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
"""

RUNS = f"""
CREATE TABLE run (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  kind TEXT NOT NULL CHECK (kind IN {one_of(PlanKind)}), title TEXT NOT NULL, plan TEXT NOT NULL,
  preview INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL CHECK (state IN {one_of(RunState)}),
  reason TEXT NOT NULL DEFAULT '', hint TEXT NOT NULL DEFAULT '',
  cost_cap INTEGER CHECK (cost_cap >= 0), call_cap INTEGER CHECK (call_cap >= 1), n_items INTEGER NOT NULL,
  created_by TEXT NOT NULL, created_at REAL NOT NULL, started_at REAL, ended_at REAL,
  cancel INTEGER NOT NULL DEFAULT 0, owner TEXT NOT NULL DEFAULT '', epoch INTEGER NOT NULL DEFAULT 0,
  lease_until REAL NOT NULL DEFAULT 0, token TEXT UNIQUE
) STRICT;
CREATE INDEX run_listed ON run(project_id, id);
CREATE INDEX run_active ON run(state) WHERE state IN ('queued','running');
CREATE TABLE item (
  run_id TEXT NOT NULL REFERENCES run(id), idx INTEGER NOT NULL, spec TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN {one_of(ItemState)}), error TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '', products TEXT NOT NULL DEFAULT '[]', ended_at REAL, PRIMARY KEY (run_id, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_state ON item(run_id, state);
CREATE TABLE request (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL, run_id TEXT NOT NULL REFERENCES run(id),
  item_idx INTEGER NOT NULL, stage TEXT NOT NULL, connection_id TEXT NOT NULL, model TEXT NOT NULL, body TEXT NOT NULL,
  template TEXT NOT NULL, template_hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN {one_of(RequestState)}), error TEXT NOT NULL DEFAULT '',
  reply TEXT, finish_reason TEXT, reply_model TEXT, raw TEXT, created_at REAL NOT NULL, settled_at REAL
) STRICT;
CREATE INDEX request_of ON request(run_id, item_idx);
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, request_id INTEGER NOT NULL REFERENCES request(id), run_id TEXT NOT NULL REFERENCES run(id),
  project_id TEXT NOT NULL, stage TEXT NOT NULL, epoch INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN {one_of(AttemptState)}),
  hold INTEGER NOT NULL CHECK (hold >= 0), cost INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0),
  price_input INTEGER NOT NULL, price_output INTEGER NOT NULL, price_cached INTEGER NOT NULL,
  price_model TEXT NOT NULL, price_source TEXT NOT NULL,
  prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER, measured INTEGER NOT NULL DEFAULT 0,
  flag TEXT NOT NULL DEFAULT '', error_code TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
  sent_at REAL NOT NULL, ended_at REAL, latency_ms INTEGER
) STRICT;
CREATE INDEX attempt_of ON attempt(request_id);
CREATE INDEX attempt_run ON attempt(run_id, state);
CREATE INDEX attempt_cost ON attempt(project_id, stage, state, cost, hold);
CREATE TABLE ledger_total (
  scope TEXT NOT NULL CHECK (scope IN ('run','project')), scope_id TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0, calls INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (scope, scope_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER attempt_added AFTER INSERT ON attempt BEGIN
  INSERT INTO ledger_total(scope, scope_id, settled, held, calls)
    VALUES ('run', NEW.run_id, NEW.cost, iif(NEW.state='reserved', NEW.hold, 0), 1),
           ('project', NEW.project_id, NEW.cost, iif(NEW.state='reserved', NEW.hold, 0), 1)
    ON CONFLICT DO UPDATE SET settled=settled+excluded.settled, held=held+excluded.held, calls=calls+1;
END;
CREATE TRIGGER attempt_changed AFTER UPDATE OF state, cost, hold ON attempt BEGIN
  UPDATE ledger_total SET settled = settled + NEW.cost - OLD.cost,
    held = held + iif(NEW.state='reserved', NEW.hold, 0) - iif(OLD.state='reserved', OLD.hold, 0)
    WHERE (scope='run' AND scope_id=NEW.run_id) OR (scope='project' AND scope_id=NEW.project_id);
END;
CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""

SAMPLES = f"""
CREATE TABLE sample (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), run_id TEXT, item_idx INTEGER,
  origin TEXT NOT NULL CHECK (origin IN {one_of(Origin)}), strategy TEXT NOT NULL,
  difficulty TEXT NOT NULL CHECK (difficulty IN {one_of(Difficulty)}),
  node_id INTEGER NOT NULL REFERENCES node(id), subject_id INTEGER NOT NULL REFERENCES subject(id),
  lineage TEXT NOT NULL, question_request INTEGER REFERENCES request(id),
  answer_request INTEGER UNIQUE REFERENCES request(id),
  question TEXT NOT NULL, answer TEXT NOT NULL, content_hash TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 1,
  verification TEXT NOT NULL CHECK (verification IN {one_of(VerificationState)}),
  review TEXT NOT NULL CHECK (review IN {one_of(ReviewState)}),
  preview INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL, version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX sample_queue ON sample(project_id, preview, review, id);
CREATE INDEX sample_count ON sample(project_id, preview, node_id, review, strategy, difficulty);
CREATE INDEX sample_run ON sample(run_id, item_idx);
CREATE TABLE revision (
  sample_id INTEGER NOT NULL REFERENCES sample(id), n INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
  content_hash TEXT NOT NULL, person TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (sample_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE verification (
  id INTEGER PRIMARY KEY, sample_id INTEGER NOT NULL REFERENCES sample(id), content_hash TEXT NOT NULL,
  method TEXT NOT NULL, passed INTEGER NOT NULL, detail TEXT NOT NULL, request_id INTEGER REFERENCES request(id),
  at REAL NOT NULL
) STRICT;
CREATE INDEX verification_of ON verification(sample_id);
CREATE TABLE review (
  id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL,
  sample_id INTEGER NOT NULL REFERENCES sample(id),
  content_hash TEXT NOT NULL, person TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('accept','reject','skip','edit','undo')),
  reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', before TEXT NOT NULL, undoes INTEGER UNIQUE,
  at REAL NOT NULL
) STRICT;
CREATE INDEX review_of ON review(sample_id, id);
CREATE INDEX review_by ON review(project_id, person, id);
CREATE TABLE dataset (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), name TEXT NOT NULL, number INTEGER NOT NULL,
  filter TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN {one_of(DatasetState)}),
  n_items INTEGER NOT NULL DEFAULT 0, card TEXT NOT NULL DEFAULT '{{}}', created_by TEXT NOT NULL,
  created_at REAL NOT NULL, frozen_at REAL, token TEXT UNIQUE, UNIQUE (project_id, number)
) STRICT;
CREATE TABLE dataset_item (
  dataset_id TEXT NOT NULL REFERENCES dataset(id), position INTEGER NOT NULL, sample_id INTEGER NOT NULL,
  revision INTEGER NOT NULL, content_hash TEXT NOT NULL, split TEXT NOT NULL CHECK (split IN ('train','validation')),
  row TEXT NOT NULL, PRIMARY KEY (dataset_id, position),
  FOREIGN KEY (sample_id, revision) REFERENCES revision(sample_id, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dataset_item_frozen BEFORE INSERT ON dataset_item
  WHEN (SELECT state FROM dataset WHERE id = NEW.dataset_id) = 'frozen'
  BEGIN SELECT RAISE(ABORT, 'a frozen dataset does not change'); END;
CREATE TRIGGER dataset_item_no_update BEFORE UPDATE ON dataset_item
  BEGIN SELECT RAISE(ABORT, 'a dataset row does not change'); END;
CREATE TRIGGER dataset_item_no_delete BEFORE DELETE ON dataset_item
  BEGIN SELECT RAISE(ABORT, 'a dataset row does not change'); END;
CREATE TRIGGER dataset_frozen BEFORE UPDATE ON dataset WHEN OLD.state = 'frozen'
  BEGIN SELECT RAISE(ABORT, 'a frozen dataset does not change'); END;
CREATE TRIGGER dataset_no_delete BEFORE DELETE ON dataset WHEN OLD.state = 'frozen'
  BEGIN SELECT RAISE(ABORT, 'a frozen dataset does not change'); END;
CREATE TABLE export (
  id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES dataset(id), format TEXT NOT NULL, file TEXT NOT NULL,
  rows INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, at REAL NOT NULL, person TEXT NOT NULL
) STRICT;
"""
FIRST = PROJECTS + KNOWLEDGE + RUNS + SAMPLES

ENGINE = f"""
ALTER TABLE price ADD COLUMN reasoning INTEGER CHECK (reasoning >= 0);
ALTER TABLE price ADD COLUMN batch_input INTEGER CHECK (batch_input >= 0);
ALTER TABLE price ADD COLUMN batch_output INTEGER CHECK (batch_output >= 0);
ALTER TABLE price ADD COLUMN batch_cached INTEGER CHECK (batch_cached >= 0);
ALTER TABLE run ADD COLUMN offline TEXT NOT NULL DEFAULT '';
CREATE TABLE batch (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES run(id), connection_id TEXT NOT NULL, model TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN {one_of(BatchState)}), remote_id TEXT NOT NULL DEFAULT '',
  remote_status TEXT NOT NULL DEFAULT '', n_calls INTEGER NOT NULL, n_answered INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL, submitted_at REAL, polled_at REAL, ended_at REAL
) STRICT;
CREATE INDEX batch_of ON batch(run_id, state);
ALTER TABLE attempt ADD COLUMN price_reasoning INTEGER;
ALTER TABLE attempt ADD COLUMN reasoning_tokens INTEGER;
ALTER TABLE attempt ADD COLUMN answers INTEGER NOT NULL DEFAULT 1 CHECK (answers >= 1);
ALTER TABLE attempt ADD COLUMN batch_id TEXT REFERENCES batch(id);
CREATE INDEX attempt_batch ON attempt(batch_id) WHERE batch_id IS NOT NULL;
CREATE TABLE attempt_share (
  attempt_id INTEGER NOT NULL REFERENCES attempt(id), request_id INTEGER NOT NULL REFERENCES request(id),
  position INTEGER NOT NULL CHECK (position >= 1), PRIMARY KEY (attempt_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_share_of ON attempt_share(request_id);
"""

PRICES = """
ALTER TABLE price ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1));
CREATE TRIGGER price_no_update BEFORE UPDATE ON price BEGIN SELECT RAISE(ABORT, 'a price stays on record'); END;
CREATE TRIGGER price_no_delete BEFORE DELETE ON price BEGIN SELECT RAISE(ABORT, 'a price stays on record'); END;
"""

CALLS = """
ALTER TABLE item ADD COLUMN request_id INTEGER REFERENCES request(id);
CREATE INDEX attempt_listed ON attempt(run_id);
CREATE INDEX attempt_stage ON attempt(run_id, stage);
CREATE INDEX attempt_code ON attempt(run_id, error_code) WHERE error_code!='';
CREATE INDEX attempt_flag ON attempt(run_id, flag) WHERE flag!='';
"""
