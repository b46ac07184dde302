"""What the curriculum got with the workbench: near names, aliases, merges, listings, proposals for a syllabus."""

from __future__ import annotations

from core.domain.curriculum import Part, ProposalState
from core.store.journal import JOURNALED, triggers

_CHANGED = ("subject", "subject_alias", "subject_share", "syllabus", "class_session", "syllabus_proposal")
_PARTS = ",".join(f"'{part.value}'" for part in Part)
_STATES = ",".join(f"'{state.value}'" for state in ProposalState)
_PROPOSALS = f"""
CREATE TABLE syllabus_proposal (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  subject_id INTEGER NOT NULL REFERENCES subject(id), run_id TEXT NOT NULL REFERENCES run(id),
  based_on INTEGER NOT NULL, part TEXT NOT NULL CHECK (part IN ({_PARTS})), session_id INTEGER,
  draft TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ({_STATES})), at REAL NOT NULL
) STRICT;
CREATE INDEX syllabus_proposal_of ON syllabus_proposal(subject_id, state);
CREATE INDEX syllabus_proposal_open ON syllabus_proposal(project_id) WHERE state='open';
CREATE INDEX syllabus_proposal_from ON syllabus_proposal(run_id);
"""
_SUBJECTS = """
ALTER TABLE subject ADD COLUMN near_key TEXT NOT NULL DEFAULT '';
ALTER TABLE subject ADD COLUMN merged_into INTEGER REFERENCES subject(id);
CREATE INDEX subject_near ON subject(project_id, near_key);
CREATE INDEX subject_merged ON subject(merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE subject_alias (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), node_id INTEGER NOT NULL REFERENCES node(id),
  near_key TEXT NOT NULL, subject_id INTEGER NOT NULL REFERENCES subject(id), UNIQUE (node_id, near_key)
) STRICT;
CREATE INDEX subject_alias_of ON subject_alias(subject_id);
CREATE TABLE listing (node_id INTEGER PRIMARY KEY REFERENCES node(id), asked INTEGER NOT NULL) STRICT;
INSERT INTO listing(node_id, asked)
  SELECT node_id, max(times_asked) FROM subject WHERE times_asked > 0 GROUP BY node_id;
INSERT INTO sequence(name, last) VALUES ('subject_alias', 0), ('syllabus_proposal', 0);
"""
CURRICULUM = _SUBJECTS + _PROPOSALS + "".join(triggers(JOURNALED[table]) for table in _CHANGED)
