"""Drafts of dataset versions: they have no number yet, are filled in slices and can be dropped; rows may be a test."""

from __future__ import annotations

from core.domain.states import DatasetState
from core.store.database import Tx
from core.store.review_schema import rewrite
from core.store.schema import one_of

SPLITS = ("train", "validation", "test")

DRAFTS = """
ALTER TABLE dataset ADD COLUMN prepared_at REAL;
CREATE INDEX dataset_listed ON dataset(project_id, state, number);
CREATE INDEX dataset_item_text ON dataset_item(dataset_id, sample_id, content_hash, split);
DROP TRIGGER dataset_item_frozen;
CREATE TRIGGER dataset_item_frozen BEFORE INSERT ON dataset_item
  WHEN (SELECT state FROM dataset WHERE id = NEW.dataset_id) <> 'draft'
  BEGIN SELECT RAISE(ABORT, 'a dataset that is no draft does not change'); END;
DROP TRIGGER dataset_item_no_delete;
CREATE TRIGGER dataset_item_no_delete BEFORE DELETE ON dataset_item
  WHEN (SELECT state FROM dataset WHERE id = OLD.dataset_id) = 'frozen'
  BEGIN SELECT RAISE(ABORT, 'a dataset row does not change'); END;
CREATE INDEX accepted_kinds ON sample(
  project_id, node_id, strategy, difficulty, origin, verification, second
) WHERE review = 'accepted' AND preview = 0;
CREATE INDEX accepted_text ON sample(id, content_hash) WHERE review = 'accepted' AND preview = 0;
"""


def loosen(tx: Tx) -> None:
    """A draft has no number and can be discarded, a row can belong to the test split."""
    splits = "(" + ",".join(f"'{split}'" for split in SPLITS) + ")"
    rewrite(
        tx,
        (
            ("dataset", r"CHECK \(state IN \([^)]*\)\)", f"CHECK (state IN {one_of(DatasetState)})"),
            ("dataset", r"number INTEGER NOT NULL", "number INTEGER"),
            ("dataset_item", r"CHECK \(split IN \([^)]*\)\)", f"CHECK (split IN {splits})"),
        ),
    )
