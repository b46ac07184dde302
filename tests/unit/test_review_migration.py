"""A file from before disputes: verdicts that overruled each other are a dispute after the update, the rest stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.naming import content_hash
from core.domain.people import Principal
from core.domain.states import ReviewState
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.older_file import brought_up_to_date

HASH = content_hash("Why?", "Because.")
SAMPLE = (
    "INSERT INTO sample(id, project_id, origin, strategy, lineage, question, answer, content_hash, verification,"
    " review, created_at) VALUES (?, 'p', 'model', 'glan', '{}', 'Why?', 'Because.', ?, 'generated', ?, 1.0)"
)
TEXT = (
    "INSERT INTO revision(sample_id, n, question, answer, content_hash, person, at)"
    " VALUES (?, 1, 'Why?', 'Because.', ?, 'teacher', 1.0)"
)
SAID = (
    "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, before, at)"
    ' VALUES (?, \'p\', ?, ?, ?, ?, \'{"revision": 1, "verification": "generated", "review": "pending_review"}\', ?)'
)
BEFORE = {1: "accepted", 2: "rejected", 3: "rejected", 4: "pending_review"}
VERDICTS = [(1, "Ada", "accept"), (2, "Ada", "accept"), (2, "Bo", "reject"), (3, "Ada", "accept"), (3, "Ada", "reject")]


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    def plant(tx: Tx) -> None:
        tx.run("INSERT INTO project(id, name, created_at) VALUES ('p', 'Old', 1.0)")
        tx.many(SAMPLE, [(ident, HASH, state) for ident, state in BEFORE.items()])
        tx.many(TEXT, [(ident, HASH) for ident in BEFORE])
        tx.many(SAID, [(f"t{n}", ident, HASH, person, word, n) for n, (ident, person, word) in enumerate(VERDICTS)])

    return brought_up_to_date(tmp_path, "m0014_review", plant)


def test_only_where_people_overruled_each_other_there_is_a_dispute(work: Workspace) -> None:
    states = {ident: work.review.view("p", ident).sample.review for ident in BEFORE}
    assert states == {
        1: ReviewState.ACCEPTED,
        2: ReviewState.DISPUTED,
        3: ReviewState.REJECTED,
        4: ReviewState.PENDING,
    }


def test_the_doctor_finds_the_states_and_counts_of_an_updated_file_in_order(work: Workspace) -> None:
    told = {finding.subject: finding.level for finding in work.maintenance.doctor()}
    assert (told["Review states"], told["Texts"], told["Counts"]) == ("ok", "ok", "ok")


def test_a_dispute_of_an_updated_file_can_be_settled(work: Workspace) -> None:
    disputed = work.review.view("p", 2).sample
    assert work.review.decide(Principal("Cy"), disputed, ReviewState.ACCEPTED, token="c").review is ReviewState.ACCEPTED
