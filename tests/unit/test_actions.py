"""Undo and redo: whatever was done comes back exactly, and what others did since is never overwritten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Verdict
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.tree_edits import Texts
from core.services.tree_search import Query
from core.store import events, node_bulk, tree
from core.store.acting import acting
from core.store.database import Tx
from core.store.node_bulk import NewNode
from core.workspace import Workspace

ME, ANNA = Principal("Me"), Principal("Anna")
DERIVED_OR_GROWING = {"version"}


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.create(ME, "P", token="t", starter=False)


def _add(work: Workspace, project: Project, parent: Node | None, *names: str) -> list[Node]:
    return [work.tree.add(ME, project.id, parent.id if parent else None, name) for name in names]


def _rows(work: Workspace) -> dict[str, list[dict[str, object]]]:
    with work.context.store.read() as tx:
        return {
            table: [
                {k: v for k, v in row.items() if k not in DERIVED_OR_GROWING}
                for row in tx.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
            ]
            for table in ("node", "vote", "node_term", "node_link", "subject", "syllabus", "class_session")
        }


def _sound(work: Workspace, project: Project) -> None:
    """Counts, paths and order are what a rebuild from parents and positions gives."""
    before = _rows(work)["node"]
    with work.context.store.write() as tx:
        tree.place_all(tx, project.id)
        tree.recount_all(tx, project.id)
        assert events.broken_link(tx) is None
    assert [r for r in _rows(work)["node"] if r["state"] != "removed"] == [r for r in before if r["state"] != "removed"]


def _undo(work: Workspace, project: Project) -> None:
    last = work.actions.choice(ME, project.id).undo
    assert last is not None
    work.actions.undo(ME, project.id, last.id)


def _redo(work: Workspace, project: Project) -> None:
    last = work.actions.choice(ME, project.id).redo
    assert last is not None
    work.actions.redo(ME, project.id, last.id)


def _node(work: Workspace, project: Project, node: Node) -> Node:
    return work.taxonomy.view(ME, project.id, node.id).node


def test_every_action_is_undone_and_made_again_exactly(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    [sub, other] = _add(work, project, field, "Sub", "Other")
    [leaf, second] = _add(work, project, sub, "Leaf", "Second")
    steps: list[Callable[[], object]] = [
        lambda: work.tree.edit(ME, _node(work, project, leaf), Texts("Renamed", "Text", ("a", "b"), "note", "N1")),
        lambda: work.votes.vote(ME, project.id, leaf.id, Verdict.KEEP, "yes"),
        lambda: work.tree.move(ME, [_node(work, project, leaf)], other.id),
        lambda: work.tree.move(ME, [_node(work, project, other)], field.id, before=sub.id),
        lambda: work.tree.move(ME, [_node(work, project, other)], None),
        lambda: work.votes.keep_branch(ME, project.id, field.id),
        lambda: work.votes.reopen(ME, project.id, field.id),
        lambda: work.tree.remove(ME, _node(work, project, field)),
        lambda: work.tree.restore(ME, project.id, field.id),
        lambda: work.tree.add(ME, project.id, sub.id, "Third"),
    ]
    stages = [_rows(work)]
    for step in steps:
        step()
        _sound(work, project)
        stages.append(_rows(work))
    for before in reversed(stages[:-1]):
        _undo(work, project)
        assert _rows(work) == before
    for after in stages[1:]:
        _redo(work, project)
        assert _rows(work) == after
    assert second.id


def test_undo_keeps_what_somebody_else_did_since_on_other_fields(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    work.tree.edit(ME, field, Texts("Mine", "", ()))
    now = _node(work, project, field)
    work.tree.edit(ANNA, now, Texts("Mine", "", ("hers",)))
    _undo(work, project)
    assert (_node(work, project, field).name, _node(work, project, field).synonyms) == ("Field", ("hers",))


def test_undo_refuses_to_overwrite_what_somebody_else_wrote(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    work.tree.edit(ME, field, Texts("Mine", "", ()))
    work.tree.edit(ANNA, _node(work, project, field), Texts("Hers", "", ()))
    with pytest.raises(ConflictError, match="Hers"):
        _undo(work, project)
    assert _node(work, project, field).name == "Hers"


def test_undoing_an_addition_that_others_built_on_is_refused_whole(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    work.votes.vote(ANNA, project.id, field.id, Verdict.KEEP)
    before = _rows(work)
    with pytest.raises(ConflictError):
        _undo(work, project)
    assert _rows(work) == before


def test_an_action_is_taken_back_once(work: Workspace, project: Project) -> None:
    _add(work, project, None, "Field")
    last = work.actions.choice(ME, project.id).undo
    assert last is not None
    undone = work.actions.undo(ME, project.id, last.id)
    for wrong in (last.id, undone.id):
        with pytest.raises(InvalidTransitionError):
            work.actions.undo(ME, project.id, wrong)


def test_redo_is_gone_once_something_new_was_done(work: Workspace, project: Project) -> None:
    _add(work, project, None, "Field")
    _undo(work, project)
    assert work.actions.choice(ME, project.id).redo is not None
    _add(work, project, None, "Another")
    assert work.actions.choice(ME, project.id).redo is None


def test_an_id_never_comes_back_for_another_node(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    _undo(work, project)
    [other] = _add(work, project, None, "Other")
    assert other.id != field.id


def test_a_verification_comes_back_with_the_meaning_it_was_given_for(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    work.votes.vote(ANNA, project.id, field.id, Verdict.KEEP)
    work.tree.edit(ME, _node(work, project, field), Texts("New", "", ()))
    assert _node(work, project, field).state is NodeState.PROPOSED
    _undo(work, project)
    node = _node(work, project, field)
    assert (node.state, node.verified_by, node.verified_version) == (NodeState.VERIFIED, "Anna", node.meaning)
    assert [vote.person for vote in work.taxonomy.view(ME, project.id, field.id).votes] == ["Anna"]


def test_a_new_synonym_keeps_the_votes_and_a_new_description_does_not(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    work.votes.vote(ANNA, project.id, field.id, Verdict.KEEP)
    node = work.tree.edit(ME, _node(work, project, field), Texts("Field", "", ("area",)))
    assert node.state is NodeState.VERIFIED
    assert work.tree.edit(ME, node, Texts("Field", "New words", ("area",))).state is NodeState.PROPOSED


def test_a_branch_cannot_be_moved_into_itself(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    [sub] = _add(work, project, field, "Sub")
    with pytest.raises(InvalidInputError, match="below it"):
        work.tree.move(ME, [_node(work, project, field)], sub.id)


def test_a_vote_on_a_text_that_changed_meanwhile_is_refused(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    work.tree.edit(ANNA, field, Texts("Another thing", "", ()))
    with pytest.raises(ConflictError, match="changed after you opened it"):
        work.votes.vote(ME, project.id, field.id, Verdict.KEEP, meaning=field.meaning)


def test_what_was_added_at_once_and_taken_back_is_found_no_more_until_it_is_made_again(
    work: Workspace, project: Project
) -> None:
    below = (NewNode(NodeKind.SUB_FIELD, f"Zoo {n}", above=0, description="Ibex.") for n in "abc")
    rows = [NewNode(NodeKind.FIELD, "Zoology"), *below]
    with work.context.store.write() as tx, acting(tx, project.id, ME.name, 1.0, "imported"):
        added = set(node_bulk.insert_many(tx, project.id, rows, at=1.0))
    undone = work.actions.choice(ME, project.id).undo
    assert undone
    back = work.actions.undo(ME, project.id, undone.id)
    with work.context.store.read() as tx:
        kept = {table: _rows_of(tx, table) & added for table in ("node_fts", "node_told", "node_term")}
        assert kept == {"node_fts": set(), "node_told": set(), "node_term": set()}
    work.actions.redo(ME, project.id, back.id)
    assert _found(work, project, "zoo") == added
    assert _found(work, project, "ibex") == added - {min(added)}


def _found(work: Workspace, project: Project, text: str) -> set[int]:
    return {path[-1].id for path in work.search.find(ME, project.id, Query(text)).hits}


def _rows_of(tx: Tx, table: str) -> set[int]:
    column = "node_id" if table == "node_term" else "rowid"
    return {row[column] for row in tx.rows(f"SELECT {column} FROM {table}")}


def test_undo_never_leaves_a_node_below_a_removed_one(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    [sub] = _add(work, project, field, "Sub")
    work.tree.remove(ME, sub)
    work.tree.remove(ANNA, _node(work, project, field))
    with pytest.raises(ConflictError, match="below a node that is removed"):
        _undo(work, project)
    assert _node(work, project, sub).state is NodeState.REMOVED


def test_redoing_a_removal_never_leaves_what_somebody_added_meanwhile_below_it(
    work: Workspace, project: Project
) -> None:
    [field] = _add(work, project, None, "Field")
    work.tree.remove(ME, field)
    _undo(work, project)
    work.tree.add(ANNA, project.id, field.id, "Hers")
    with pytest.raises(ConflictError, match="Hers"):
        _redo(work, project)
    assert _node(work, project, field).state is NodeState.PROPOSED


def test_a_removed_node_is_restored_before_it_is_moved(work: Workspace, project: Project) -> None:
    [field] = _add(work, project, None, "Field")
    [sub, other] = _add(work, project, field, "Sub", "Other")
    work.tree.remove(ME, sub)
    with pytest.raises(InvalidInputError, match="removed"):
        work.tree.move(ME, [_node(work, project, sub)], other.id)
