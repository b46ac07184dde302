"""Which teacher made a part of a sample, with which prompt: few rows that a million samples point to by number."""

from __future__ import annotations

from core.store.database import Tx
from core.store.id_ranges import id_ranges

MAKERS = """
CREATE TABLE maker (
  id INTEGER PRIMARY KEY, connection_id TEXT NOT NULL, model TEXT NOT NULL, template TEXT NOT NULL,
  template_hash TEXT NOT NULL, UNIQUE (connection_id, model, template, template_hash)
) STRICT;
ALTER TABLE sample ADD COLUMN question_maker INTEGER REFERENCES maker(id);
ALTER TABLE sample ADD COLUMN answer_maker INTEGER REFERENCES maker(id);
"""
INDEX = """
CREATE INDEX sample_figures ON sample(project_id, preview, strategy, origin, difficulty, verification, question_maker,
  answer_maker, review, run_id, item_idx, node_id, seed_example_id, answer_request);
"""
_MAKER = (
    "(SELECT m.id FROM request r JOIN maker m ON m.connection_id=r.connection_id AND m.model=r.model"
    " AND m.template=r.template AND m.template_hash=r.template_hash WHERE r.id={request})"
)
_REMEMBER = (
    "INSERT INTO maker(connection_id, model, template, template_hash) SELECT DISTINCT connection_id, model, template,"
    " template_hash FROM request WHERE id IN ({wanted}) ON CONFLICT DO NOTHING"
)


def remember(tx: Tx, question_request: int | None, answer_request: int | None) -> tuple[int | None, int | None]:
    """Who makes the question and the answer of a new sample."""
    if question_request is None and answer_request is None:
        return None, None
    told: dict[str, object] = {"q": question_request, "a": answer_request}
    tx.run(_REMEMBER.format(wanted=":q, :a"), told)
    question, answer = _MAKER.format(request=":q"), _MAKER.format(request=":a")
    made = tx.row(f"SELECT {question} AS question, {answer} AS answer", told)
    return (made["question"], made["answer"]) if made else (None, None)


def fill(tx: Tx) -> None:
    """For all samples that are there."""
    tx.run(_REMEMBER.format(wanted="SELECT question_request FROM sample UNION ALL SELECT answer_request FROM sample"))
    question, answer = _MAKER.format(request="sample.question_request"), _MAKER.format(request="sample.answer_request")
    for ids in id_ranges(tx):
        tx.run(
            f"UPDATE sample SET question_maker={question}, answer_maker={answer}"
            " WHERE id BETWEEN ? AND ? AND (question_request IS NOT NULL OR answer_request IS NOT NULL)",
            ids,
        )
