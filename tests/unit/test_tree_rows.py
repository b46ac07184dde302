"""The tree as lines: numbers among siblings that fit the pages, votes without their verdicts, no merged nodes."""

from __future__ import annotations

import pytest

from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Verdict
from core.services.tree_rows import TreeRow
from core.store import node_bulk, node_changes, nodes, tree
from core.store.node_bulk import NewNode
from core.workspace import Workspace

ME, BEN = Principal("Me"), Principal("Ben")
FIELD, SUB_FIELD, DISCIPLINE = NodeKind.FIELD, NodeKind.SUB_FIELD, NodeKind.DISCIPLINE


@pytest.fixture
def project(work: Workspace) -> str:
    return work.projects.create(ME, "P", token="t", starter=False).id


@pytest.fixture
def planted(work: Workspace, project: str) -> list[int]:
    """A field, a sub-field in it, seven disciplines in that."""
    rows = [NewNode(FIELD, "Field"), NewNode(SUB_FIELD, "Area", 0)]
    rows += [NewNode(DISCIPLINE, f"Topic {i}", 1) for i in range(7)]
    with work.context.store.write() as tx:
        tx.run("UPDATE project SET quorum=3 WHERE id=?", (project,))
        return list(node_bulk.insert_many(tx, project, rows, at=1.0))


def _pages(work: Workspace, project: str, parent: int | None, *, removed: bool = False) -> list[TreeRow]:
    found: list[TreeRow] = []
    while True:
        page = work.rows.children(ME, project, parent, len(found), 3, removed=removed)
        found += page.rows
        if not page.rows:
            assert len(found) == page.total
            return found


def test_pages_hold_every_child_once_in_order(work: Workspace, project: str, planted: list[int]) -> None:
    assert [row.id for row in _pages(work, project, planted[1])] == planted[2:]
    assert [(row.name, row.n_children, row.n_descendants) for row in _pages(work, project, None)] == [("Field", 1, 8)]


def test_removed_ones_are_shown_on_request_and_merged_ones_never(
    work: Workspace, project: str, planted: list[int]
) -> None:
    def node(node_id: int) -> Node:
        return work.taxonomy.view(ME, project, node_id).node

    work.tree.remove(ME, node(planted[3]))
    with work.context.store.write() as tx:
        node_changes.mark_merged(tx, nodes.get(tx, project, planted[4]), planted[5])
        tree.recount(tx, nodes.get(tx, project, planted[1]))
    rest = [i for i in planted[2:] if i not in {planted[3], planted[4]}]
    assert [row.id for row in _pages(work, project, planted[1])] == rest
    shown = _pages(work, project, planted[1], removed=True)
    assert [row.id for row in shown] == sorted([*rest, planted[3]])
    assert {row.id for row in shown if row.state is NodeState.REMOVED} == {planted[3]}
    [area] = work.rows.children(ME, project, planted[0], removed=True).rows
    assert area.n_children == len(shown)


def test_a_removed_branch_can_be_opened_on_request(work: Workspace, project: str, planted: list[int]) -> None:
    work.tree.remove(ME, work.taxonomy.view(ME, project, planted[1]).node)
    [area] = _pages(work, project, planted[0], removed=True)
    assert (area.n_children, area.has_children) == (7, True)
    assert len(_pages(work, project, planted[1], removed=True)) == 7
    assert _pages(work, project, planted[0]) == []


@pytest.mark.parametrize("removed", [False, True])
def test_a_node_is_revealed_at_the_number_where_the_pages_have_it(
    work: Workspace, project: str, planted: list[int], removed: bool
) -> None:
    work.tree.remove(ME, work.taxonomy.view(ME, project, planted[3]).node)
    for target in planted[4:]:
        way = work.rows.reveal(ME, project, target, removed=removed)
        assert [place.node for place in way] == [planted[0], planted[1], target]
        for place in way:
            page = work.rows.children(ME, project, place.parent, place.index, 1, removed=removed)
            assert [row.id for row in page.rows] == [place.node]


def test_what_the_tree_does_not_show_is_not_revealed(work: Workspace, project: str, planted: list[int]) -> None:
    work.tree.remove(ME, work.taxonomy.view(ME, project, planted[1]).node)
    assert work.rows.reveal(ME, project, planted[5]) == ()
    assert len(work.rows.reveal(ME, project, planted[5], removed=True)) == 3
    assert work.rows.reveal(ME, project, 999_999) == ()


def test_a_merged_node_leads_to_the_one_that_took_it_up(work: Workspace, project: str, planted: list[int]) -> None:
    with work.context.store.write() as tx:
        node_changes.mark_merged(tx, nodes.get(tx, project, planted[4]), planted[6])
    assert work.rows.reveal(ME, project, planted[4])[-1].node == planted[6]


def test_a_line_tells_how_many_voted_and_whether_i_still_may(work: Workspace, project: str, planted: list[int]) -> None:
    leaf = planted[2]
    work.votes.vote(BEN, project, leaf, Verdict.REMOVE)

    def line() -> tuple[int, int, bool]:
        row = next(row for row in _pages(work, project, planted[1]) if row.id == leaf)
        return row.votes, row.quorum, row.mine

    assert line() == (1, 3, True)
    work.votes.vote(ME, project, leaf, Verdict.KEEP)
    assert line() == (2, 3, False)
    seen = work.taxonomy.view(ME, project, leaf).node
    work.tree.edit(ME, seen, node_changes.Texts("Another meaning", "", ()))
    assert line() == (0, 3, True)


def test_the_revision_grows_with_every_action(work: Workspace, project: str, planted: list[int]) -> None:
    before = work.rows.revision(project)
    work.votes.vote(ME, project, planted[2], Verdict.KEEP)
    assert work.rows.revision(project) > before
