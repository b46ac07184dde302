"""A file from before the workbench: order, votes and verifications are the same after the update."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Verdict
from core.services.tree_edits import Texts
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.older_file import brought_up_to_date

ANA = Principal("Ana")
OLD_NODE = (
    "INSERT INTO node(id, project_id, parent_id, kind, name, name_key, synonyms, position, path, state, origin,"
    " version, verified_by, verified_at, verified_version, n_children, n_descendants, n_verified)"
    " VALUES (?, 'p', ?, ?, ?, ?, ?, ?, ?, ?, 'person', ?, ?, ?, ?, ?, ?, ?)"
)
ROWS = [
    (1, None, "field", "Arts", "arts", "[]", 2, "/1/", "proposed", 1, None, None, None, 0, 0, 0),
    (2, None, "field", "Science", "science", "[]", 1, "/2/", "verified", 3, "Ben", 5.0, 3, 1, 2, 1),
    (3, 2, "sub_field", "Life", "life", '["bios"]', 1, "/2/3/", "proposed", 2, None, None, None, 1, 1, 1),
    (4, 3, "discipline", "Botany", "botany", "[]", 1, "/2/3/4/", "verified", 1, "Ben", 6.0, 1, 0, 0, 0),
]


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    def plant(tx: Tx) -> None:
        tx.run("INSERT INTO project(id, name, quorum, created_at) VALUES ('p', 'Old', 2, 1.0)")
        tx.many(OLD_NODE, ROWS)
        tx.run("INSERT INTO vote(node_id, person, verdict, node_version, at) VALUES (3, 'Ana', 'keep', 2, 1.0)")
        tx.run("INSERT INTO vote(node_id, person, verdict, node_version, at) VALUES (3, 'Ben', 'remove', 1, 1.0)")

    return brought_up_to_date(tmp_path, "m0006_workbench", plant)


def test_an_older_file_keeps_its_order_its_votes_and_its_verifications(work: Workspace) -> None:
    assert [node.name for node in work.taxonomy.children("p", None)] == ["Science", "Arts"]
    view = work.taxonomy.view(ANA, "p", 3)
    assert [(vote.person, vote.verdict) for vote in view.votes] == [("Ana", Verdict.KEEP)]  # Ben's was on older words
    assert [node.name for node in view.path] == ["Science", "Life"]
    botany = work.taxonomy.view(ANA, "p", 4).node
    assert (botany.state, botany.verified_by, botany.verified_version) == (NodeState.VERIFIED, "Ben", botany.meaning)
    assert [path[-1].name for path in work.taxonomy.search("p", "bios")] == ["Life"]


def test_an_older_file_can_be_edited_voted_on_and_undone(work: Workspace) -> None:
    node = work.taxonomy.view(ANA, "p", 4).node
    work.tree.edit(ANA, node, Texts("Plants", "", ()))
    added = work.tree.add(ANA, "p", None, "New field")
    assert added.id > 4
    work.votes.vote(Principal("Ben"), "p", 3, Verdict.KEEP)
    assert work.taxonomy.view(ANA, "p", 3).node.state is NodeState.VERIFIED
    for _ in range(2):
        last = work.actions.choice(ANA, "p").undo
        assert last is not None
        work.actions.undo(ANA, "p", last.id)
    assert work.taxonomy.view(ANA, "p", 4).node.state is NodeState.VERIFIED
    assert work.taxonomy.view(ANA, "p", 2).node.n_verified == 2
