"""What came with the taxonomy workbench: trees of any depth, links, the journal, growing, settled votes."""

from __future__ import annotations

from core.domain.taxonomy import Dispute, Verdict
from core.store.journal import JOURNALED, SETTLEMENT, triggers
from core.store.schema import one_of

_FIRST_JOURNALED = (
    "node", "vote", "node_link", "not_alike", "subject", "subject_share", "syllabus", "class_session", "sample"
)  # fmt: skip
_TO_SEQUENCES = "".join(
    f"INSERT INTO sequence(name, last) SELECT '{name}', ifnull(max(id), 0) FROM {name};\n"
    for name in ("node", "vote", "node_link", "not_alike", "subject", "subject_share", "syllabus", "class_session")
)
WORKBENCH = (
    f"""
ALTER TABLE node ADD COLUMN scope_note TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN notation TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN uri TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN labels TEXT NOT NULL DEFAULT '{{}}';
ALTER TABLE node ADD COLUMN extra TEXT NOT NULL DEFAULT '[]';
ALTER TABLE node ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN meaning INTEGER NOT NULL DEFAULT 1;
ALTER TABLE node ADD COLUMN times_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN created_at REAL NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN dispute TEXT NOT NULL DEFAULT '' CHECK (dispute IN {one_of(Dispute)});
ALTER TABLE node ADD COLUMN merged_into INTEGER REFERENCES node(id);
UPDATE node SET meaning=version, position=position*1024;
CREATE INDEX node_place ON node(project_id, place);
CREATE INDEX node_open ON node(project_id, place) WHERE state='proposed';
CREATE INDEX node_disputed ON node(project_id, place) WHERE dispute!='';
CREATE INDEX node_uri ON node(project_id, uri) WHERE uri!='';
CREATE INDEX node_parent ON node(parent_id);
CREATE INDEX node_merged ON node(merged_into);
CREATE INDEX node_gone ON node(removed_with) WHERE removed_with IS NOT NULL;
CREATE INDEX vote_by ON vote(person, node_id);
CREATE INDEX sample_node ON sample(node_id);
CREATE INDEX sample_subject ON sample(subject_id);
CREATE TABLE node_term (
  project_id TEXT NOT NULL, key TEXT NOT NULL, node_id INTEGER NOT NULL REFERENCES node(id) ON DELETE CASCADE,
  PRIMARY KEY (project_id, key, node_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX node_term_of ON node_term(node_id);
CREATE TABLE node_link (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), node_id INTEGER NOT NULL REFERENCES node(id),
  relation TEXT NOT NULL, target_id INTEGER REFERENCES node(id), target_uri TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX node_link_once ON node_link(node_id, relation, ifnull(target_id, 0), target_uri);
CREATE INDEX node_link_to ON node_link(target_id);
CREATE TABLE not_alike (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), one INTEGER NOT NULL REFERENCES node(id),
  other INTEGER NOT NULL REFERENCES node(id), UNIQUE (one, other)
) STRICT;
CREATE INDEX not_alike_other ON not_alike(other);
CREATE TABLE subject_share (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  subject_id INTEGER NOT NULL REFERENCES subject(id), node_id INTEGER NOT NULL REFERENCES node(id),
  UNIQUE (subject_id, node_id)
) STRICT;
CREATE INDEX subject_share_to ON subject_share(node_id);
CREATE TABLE action (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), person TEXT NOT NULL, at REAL NOT NULL,
  kind TEXT NOT NULL, title TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, changes INTEGER NOT NULL,
  undoes INTEGER REFERENCES action(id), undone_by INTEGER REFERENCES action(id)
) STRICT;
CREATE INDEX action_of ON action(project_id, id);
CREATE INDEX action_by ON action(project_id, person, id);
CREATE TABLE acting (
  one INTEGER PRIMARY KEY CHECK (one = 1), action_id INTEGER NOT NULL REFERENCES action(id)
) STRICT;
CREATE TABLE change (
  id INTEGER PRIMARY KEY, action_id INTEGER NOT NULL REFERENCES action(id), item TEXT NOT NULL,
  row_id INTEGER NOT NULL, owner INTEGER NOT NULL, before TEXT, after TEXT
) STRICT;
CREATE INDEX change_in ON change(action_id, id);
CREATE INDEX change_of ON change(item, owner, id);
CREATE TRIGGER change_no_update BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'changes are append-only'); END;
CREATE TRIGGER change_no_delete BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'changes are append-only'); END;
CREATE TABLE sequence (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
DROP TRIGGER IF EXISTS node_ai;
DROP TRIGGER IF EXISTS node_ad;
DROP TRIGGER IF EXISTS node_au;
DROP TABLE IF EXISTS node_fts;
CREATE VIRTUAL TABLE node_fts USING fts5(
  name, synonyms, description, labels, notation, content='node', content_rowid='id', tokenize='trigram'
);
CREATE TRIGGER node_found_insert AFTER INSERT ON node BEGIN
  INSERT INTO node_fts(rowid, name, synonyms, description, labels, notation)
    VALUES (NEW.id, NEW.name, NEW.synonyms, NEW.description, NEW.labels, NEW.notation);
END;
CREATE TRIGGER node_found_delete AFTER DELETE ON node BEGIN
  INSERT INTO node_fts(node_fts, rowid, name, synonyms, description, labels, notation)
    VALUES ('delete', OLD.id, OLD.name, OLD.synonyms, OLD.description, OLD.labels, OLD.notation);
END;
CREATE TRIGGER node_found_update AFTER UPDATE OF name, synonyms, description, labels, notation ON node BEGIN
  INSERT INTO node_fts(node_fts, rowid, name, synonyms, description, labels, notation)
    VALUES ('delete', OLD.id, OLD.name, OLD.synonyms, OLD.description, OLD.labels, OLD.notation);
  INSERT INTO node_fts(rowid, name, synonyms, description, labels, notation)
    VALUES (NEW.id, NEW.name, NEW.synonyms, NEW.description, NEW.labels, NEW.notation);
END;
INSERT INTO node_fts(node_fts) VALUES ('rebuild');
"""
    + _TO_SEQUENCES
    + "".join(triggers(JOURNALED[table]) for table in _FIRST_JOURNALED)
)

GROWTH = """
CREATE TABLE growth (
  project_id TEXT NOT NULL REFERENCES project(id), parent_id INTEGER NOT NULL, answered INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, parent_id)
) STRICT, WITHOUT ROWID;
UPDATE node SET times_asked=s.least FROM (
  SELECT project_id, parent_id, max(times_seen) AS least FROM node WHERE origin='model' GROUP BY 1, 2
) s WHERE node.origin='model' AND node.project_id=s.project_id AND node.parent_id IS s.parent_id
  AND node.times_asked<s.least;
INSERT INTO growth(project_id, parent_id, answered)
  SELECT project_id, ifnull(parent_id, 0), max(times_asked) FROM node WHERE times_asked>0 GROUP BY 1, 2;
INSERT INTO deck(project_id, key, position)
  SELECT project_id, 'children:' || parent_id, answered FROM growth;
CREATE TABLE growth_goal (
  project_id TEXT PRIMARY KEY REFERENCES project(id), scope TEXT NOT NULL, depth INTEGER NOT NULL,
  queries INTEGER NOT NULL, names INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX change_left ON change(ifnull(json_extract(before, '$.parent_id'), 0))
  WHERE item='node' AND before IS NOT NULL AND after IS NOT NULL
    AND (json_extract(before, '$.name_key')!=json_extract(after, '$.name_key')
      OR json_extract(before, '$.parent_id') IS NOT json_extract(after, '$.parent_id'));
"""

VOTES = f"""
CREATE TABLE settlement (
  id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES node(id), person TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN {one_of(Verdict)}), note TEXT NOT NULL,
  node_version INTEGER NOT NULL, at REAL NOT NULL, UNIQUE (node_id, node_version)
) STRICT;
INSERT INTO sequence(name, last) VALUES ('settlement', 0);
CREATE INDEX node_progress ON node(project_id, substr(place, 1, 8), kind, state) WHERE merged_into IS NULL;
""" + triggers(SETTLEMENT)
