"""Searching and filtering a large tree: an index of folded names, and reading order for every filter."""

from __future__ import annotations

from core.domain.states import NodeState, ReviewState
from core.domain.taxonomy import NodeKind, Origin

SEARCH = f"""
DROP TRIGGER IF EXISTS node_found_insert;
DROP TRIGGER IF EXISTS node_found_delete;
DROP TRIGGER IF EXISTS node_found_update;
DROP TABLE IF EXISTS node_fts;
CREATE VIRTUAL TABLE node_fts USING fts5(name, others, columnsize=0, tokenize='trigram case_sensitive 1');
CREATE VIRTUAL TABLE node_told USING fts5(told, columnsize=0, tokenize='trigram case_sensitive 1');
CREATE TRIGGER node_unfound AFTER DELETE ON node BEGIN
  DELETE FROM node_fts WHERE rowid=OLD.id;
  DELETE FROM node_told WHERE rowid=OLD.id;
END;
DROP INDEX node_child;
CREATE INDEX node_child ON node(project_id, parent_id, position, id, state, merged_into);
DROP INDEX node_state;
CREATE INDEX node_listed ON node(project_id, state, kind, place);
DROP INDEX node_open;
CREATE INDEX node_open ON node(project_id, place, meaning, kind) WHERE state='{NodeState.PROPOSED}';
CREATE INDEX node_childless ON node(project_id, place) WHERE n_children=0 AND kind!='{NodeKind.DISCIPLINE}';
CREATE INDEX node_offered ON node(project_id, place) WHERE state='{NodeState.PROPOSED}' AND origin='{Origin.MODEL}';
CREATE INDEX node_made ON node(project_id, created_at);
CREATE INDEX node_of ON node(project_id);
DROP INDEX node_merged;
CREATE INDEX node_merged ON node(merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX sample_accepted ON sample(node_id) WHERE review='{ReviewState.ACCEPTED}' AND preview=0;
"""
