"""Votes: blind until one has voted, decided by the majority, settled where they are close, taken back one by one."""

from __future__ import annotations

import pytest

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Dispute, Node, NodeKind, Scope, Verdict, Waiting
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.tree_edits import Texts
from core.workspace import Workspace

ME, ANNA, BEN, CEM = Principal("Me"), Principal("Anna"), Principal("Ben"), Principal("Cem")
KEEP, REMOVE = Verdict.KEEP, Verdict.REMOVE
SECRET = "because of the zebra"


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.create(ME, "P", token="t", starter=False, quorum=3)


@pytest.fixture
def field(work: Workspace, project: Project) -> Node:
    return work.tree.add(ME, project.id, None, "Field")


def vote(work: Workspace, node: Node, *cast: tuple[Principal, Verdict]) -> Node:
    for who, verdict in cast:
        node = work.votes.vote(who, node.project_id, node.id, verdict)
    return node


def now(work: Workspace, node: Node, who: Principal = ME) -> Node:
    return work.taxonomy.view(who, node.project_id, node.id).node


def with_quorum(work: Workspace, project: Project, quorum: int) -> Project:
    current = work.projects.get(project.id)
    return work.projects.save(
        ME,
        current,
        name=current.name,
        guidelines=current.guidelines,
        reject_reasons=current.reject_reasons,
        cost_cap=None,
        call_cap=None,
        quorum=quorum,
    )


def tied(work: Workspace, node: Node) -> Node:
    with_quorum(work, work.projects.get(node.project_id), 4)
    return vote(work, node, (ANNA, KEEP), (BEN, KEEP), (CEM, REMOVE), (Principal("Dan"), REMOVE))


@pytest.mark.parametrize("quorum", [0, 16])
def test_a_quorum_is_between_one_and_fifteen(work: Workspace, quorum: int) -> None:
    with pytest.raises(InvalidInputError):
        work.projects.create(ME, "Q", token="q", starter=False, quorum=quorum)


def test_nothing_that_a_person_can_read_says_how_others_voted_before_the_own_vote(
    work: Workspace, project: Project, field: Node
) -> None:
    work.votes.vote(ANNA, project.id, field.id, KEEP, SECRET)
    work.votes.vote(BEN, project.id, field.id, REMOVE, SECRET)
    scope = Scope(waiting=Waiting.OPEN)
    shown = [
        work.taxonomy.view(ME, project.id, field.id),
        work.taxonomy.history(ME, project.id, field.id),
        work.taxonomy.next_open(ME, project.id, 0),
        work.taxonomy.counts(project.id),
        work.actions.page(project.id),
        work.actions.choice(ME, project.id),
        work.projects.history(project.id),
        work.verifying.ahead(ME, project.id, scope, size=5),
        work.verifying.disputes(ME, project.id),
        work.verifying.progress(ME, project.id),
        work.verifying.cells(project.id),
    ]
    told = repr(shown)
    assert SECRET not in told
    assert "Verdict.KEEP" not in told
    assert "Verdict.REMOVE" not in told
    assert "keep" not in told
    standing = work.verifying.agreement(ME, project.id)
    assert (standing.hidden, standing.people, standing.levels[0].figures.votes) == (1, (), 0)
    assert work.taxonomy.view(ME, project.id, field.id).ballot.cast == 2
    work.votes.vote(ME, project.id, field.id, KEEP)
    ballot = work.taxonomy.view(ME, project.id, field.id).ballot
    assert [(each.person, each.note) for each in ballot.votes] == [("Anna", SECRET), ("Ben", SECRET), ("Me", "")]


def test_a_tie_stays_blind_for_those_who_have_not_voted(work: Workspace, project: Project, field: Node) -> None:
    tied(work, field)
    (stop,) = work.verifying.disputes(ME, project.id)
    assert (stop.ballot.blind, stop.ballot.votes, stop.ballot.cast) == (True, (), 4)
    with pytest.raises(InvalidTransitionError, match="not voted"):
        work.votes.settle(ME, project.id, field.id, KEEP)
    (stop,) = work.verifying.disputes(ANNA, project.id)
    assert len(stop.ballot.votes) == 4


def test_a_branch_that_was_voted_on_as_a_whole_is_as_blind(work: Workspace, project: Project, field: Node) -> None:
    work.votes.keep_branch(ANNA, project.id, field.id)
    assert work.actions.page(project.id)[0].title == "Voted on the branch Field: 1 nodes"
    assert not work.taxonomy.view(ME, project.id, field.id).ballot.votes
    assert "Kept" not in repr(work.projects.history(project.id))


def test_a_decision_whose_majority_is_gone_stands_until_it_is_settled(
    work: Workspace, project: Project, field: Node
) -> None:
    assert vote(work, field, (ANNA, KEEP), (BEN, KEEP), (CEM, REMOVE)).dispute is Dispute.NARROW
    after = vote(work, field, (ME, REMOVE))
    assert (after.state, after.dispute) == (NodeState.VERIFIED, Dispute.TIE)
    after = work.votes.settle(ANNA, project.id, field.id, REMOVE, "no")
    assert (after.state, after.dispute) == (NodeState.REMOVED, Dispute.NONE)


def test_a_settled_tie_says_who_decided_and_why_and_is_undone_as_one(
    work: Workspace, project: Project, field: Node
) -> None:
    assert tied(work, field).dispute is Dispute.TIE
    after = work.votes.settle(ANNA, project.id, field.id, KEEP, "the standard work has it")
    assert (after.state, after.dispute, after.verified_by) == (NodeState.VERIFIED, Dispute.NONE, "Anna")
    settled = work.taxonomy.view(ME, project.id, field.id).ballot.settlement
    assert settled is not None
    assert (settled.person, settled.verdict, settled.note) == ("Anna", KEEP, "the standard work has it")
    assert work.verifying.count_disputes(project.id) == 0
    action = work.actions.page(project.id)[0]
    assert (action.kind, action.title) == ("settled", "Settled Field: kept")
    work.actions.undo(ANNA, project.id, action.id)
    assert (now(work, field).state, now(work, field).dispute) == (NodeState.PROPOSED, Dispute.TIE)
    assert work.taxonomy.view(ANNA, project.id, field.id).ballot.settlement is None


def test_a_removal_by_a_narrow_majority_is_settled_by_keeping_with_all_that_went(
    work: Workspace, project: Project, field: Node
) -> None:
    child = work.tree.add(ME, project.id, field.id, "Child")
    after = vote(work, field, (ANNA, KEEP), (BEN, REMOVE), (CEM, REMOVE))
    assert (after.state, after.dispute) == (NodeState.REMOVED, Dispute.NARROW)
    assert [stop.node.id for stop in work.verifying.disputes(ME, project.id)] == [field.id]
    after = work.votes.settle(ME, project.id, field.id, KEEP, "too early")
    assert (after.state, after.n_descendants) == (NodeState.VERIFIED, 1)
    assert now(work, child).state is NodeState.PROPOSED


def test_a_vote_that_changes_after_the_decision_makes_it_void(work: Workspace, project: Project, field: Node) -> None:
    tied(work, field)
    work.votes.settle(ANNA, project.id, field.id, KEEP)
    work.votes.vote(ANNA, project.id, field.id, KEEP, "only a note")
    assert work.taxonomy.view(ANNA, project.id, field.id).ballot.settlement is not None
    after = work.votes.vote(BEN, project.id, field.id, REMOVE)
    assert (after.state, after.dispute) == (NodeState.REMOVED, Dispute.NONE)
    assert work.taxonomy.view(ANNA, project.id, field.id).ballot.settlement is None


def test_only_what_is_disputed_is_settled(work: Workspace, project: Project, field: Node) -> None:
    vote(work, field, (ANNA, KEEP), (BEN, KEEP), (CEM, KEEP))
    with pytest.raises(InvalidTransitionError, match="not disputed"):
        work.votes.settle(ANNA, project.id, field.id, REMOVE)


def test_own_votes_are_taken_back_several_steps_even_if_they_decided_nothing(
    work: Workspace, project: Project, field: Node
) -> None:
    second = work.tree.add(ME, project.id, None, "Second")
    for node in (field, second):
        work.votes.vote(ANNA, project.id, node.id, KEEP)
    for node in (second, field):
        last = work.actions.choice(ANNA, project.id).undo
        assert last is not None
        work.actions.undo(ANNA, project.id, last.id)
        assert work.taxonomy.view(ME, project.id, node.id).ballot.cast == 0


def test_a_changed_quorum_changes_nothing_until_the_votes_are_counted_again(
    work: Workspace, project: Project, field: Node
) -> None:
    second = work.tree.add(ME, project.id, None, "Second")
    third = work.tree.add(ME, project.id, None, "Third")
    below = work.tree.add(ME, project.id, third.id, "Below")
    vote(work, field, (ANNA, KEEP))
    vote(work, third, (ANNA, REMOVE), (BEN, REMOVE))
    vote(work, second, (ANNA, KEEP), (BEN, KEEP), (CEM, KEEP))
    with_quorum(work, project, 1)
    assert (now(work, field).state, now(work, third).state) == (NodeState.PROPOSED, NodeState.PROPOSED)
    preview = work.votes.recount_preview(project.id)
    assert (preview.verified, preview.removed, preview.reopened) == (1, 1, 0)
    assert work.votes.recount_votes(ME, project.id) == preview
    assert not work.votes.recount_preview(project.id)
    assert [now(work, n).state for n in (field, third, below)] == [
        NodeState.VERIFIED,
        NodeState.REMOVED,
        NodeState.REMOVED,
    ]
    with_quorum(work, project, 3)
    preview = work.votes.recount_preview(project.id)
    assert (preview.verified, preview.removed, preview.reopened) == (0, 0, 1)
    work.votes.recount_votes(ME, project.id)
    assert (now(work, field).state, now(work, second).state) == (NodeState.PROPOSED, NodeState.VERIFIED)
    assert work.taxonomy.view(ME, project.id, field.id).ballot.cast == 1
    last = work.actions.choice(ME, project.id).undo
    assert last is not None
    work.actions.undo(ME, project.id, last.id)
    assert now(work, field).state is NodeState.VERIFIED


def test_counting_again_leaves_what_was_settled(work: Workspace, project: Project, field: Node) -> None:
    tied(work, field)
    work.votes.settle(ANNA, project.id, field.id, KEEP)
    with_quorum(work, project, 4)
    assert not work.votes.recount_preview(project.id)


def test_keeping_a_branch_verifies_and_counts_what_it_should_and_settles_no_removal(
    work: Workspace, project: Project, field: Node
) -> None:
    with_quorum(work, project, 2)
    subs = [work.tree.add(ME, project.id, field.id, name) for name in ("A", "B", "C")]
    leaf = work.tree.add(ME, project.id, subs[0].id, "Leaf")
    vote(work, subs[0], (ANNA, KEEP))
    vote(work, subs[1], (ANNA, REMOVE))
    vote(work, leaf, (ANNA, KEEP))
    assert work.votes.keep_branch(BEN, project.id, subs[0].id) == 3
    assert work.votes.keep_branch(BEN, project.id, field.id) == 3
    states = [now(work, node).state for node in (field, *subs, leaf)]
    verified, proposed = NodeState.VERIFIED, NodeState.PROPOSED
    assert states == [proposed, verified, proposed, proposed, verified]
    assert now(work, subs[1]).dispute is Dispute.TIE
    assert now(work, field).n_verified == 2
    assert now(work, leaf).verified_by == "Ben"
    assert now(work, leaf).verified_version == now(work, leaf).meaning


def test_the_walk_passes_its_scope_in_reading_order_around_the_end(
    work: Workspace, project: Project, field: Node
) -> None:
    other = work.tree.add(ME, project.id, None, "Other")
    [one, two] = [work.tree.add(ME, project.id, field.id, name) for name in ("One", "Two")]
    leaf = work.tree.add(ME, project.id, one.id, "Leaf")

    def names(scope: Scope, after: int = 0, first: int | None = None, size: int = 9) -> list[str]:
        stops = work.verifying.ahead(ME, project.id, scope, first=first, after=after, size=size)
        return [stop.node.name for stop in stops]

    assert names(Scope()) == ["Field", "One", "Leaf", "Two", "Other"]
    assert names(Scope(), after=one.id) == ["Leaf", "Two", "Other", "Field", "One"]
    assert names(Scope(), after=one.id, size=4) == ["Leaf", "Two", "Other", "Field"]
    assert names(Scope(branch=field.id), after=leaf.id) == ["Two", "Field", "One", "Leaf"]
    assert names(Scope(branch=field.id), after=other.id) == ["Field", "One", "Leaf", "Two"]
    assert names(Scope(kind=NodeKind.SUB_FIELD)) == ["One", "Two"]
    vote(work, two, (ME, KEEP))
    assert names(Scope(branch=field.id)) == ["Field", "One", "Leaf"]
    assert names(Scope(branch=field.id, waiting=Waiting.OPEN)) == ["Field", "One", "Leaf", "Two"]
    assert names(Scope(), first=two.id, size=2) == ["Two", "Other"]
    assert work.verifying.left(ME, project.id, Scope(branch=field.id)) == 3
    tied(work, other)
    assert names(Scope(waiting=Waiting.DISPUTED)) == ["Other"]


def test_a_stop_names_what_stands_beside_and_below(work: Workspace, project: Project, field: Node) -> None:
    [one, *_] = [work.tree.add(ME, project.id, field.id, name) for name in ("One", "Two", "Three")]
    work.tree.add(ME, project.id, one.id, "Leaf")
    (stop,) = work.verifying.ahead(ME, project.id, Scope(), first=one.id)
    assert (stop.beside, stop.n_beside, stop.below) == (("Two", "Three"), 2, ("Leaf",))
    assert [node.name for node in stop.path] == ["Field", "One"]


def test_a_vote_counts_only_for_the_text_that_was_read(work: Workspace, project: Project, field: Node) -> None:
    read = now(work, field).meaning
    changed = work.tree.edit(ANNA, now(work, field), Texts("Other words", "", ()))
    with pytest.raises(ConflictError) as met:
        work.votes.vote(ME, project.id, field.id, KEEP, meaning=read)
    assert met.value.current == changed
    assert work.taxonomy.view(ME, project.id, field.id).ballot.cast == 0


def test_progress_counts_each_field_for_the_person(work: Workspace, project: Project, field: Node) -> None:
    sub = work.tree.add(ME, project.id, field.id, "Sub")
    leaves = [work.tree.add(ME, project.id, sub.id, name) for name in ("L1", "L2", "L3")]
    work.tree.add(ME, project.id, None, "Empty")
    vote(work, leaves[0], (ANNA, KEEP), (BEN, KEEP), (CEM, KEEP))
    vote(work, leaves[1], (ME, KEEP))
    work.tree.remove(ME, now(work, leaves[2]))
    tied(work, sub)
    first, second = work.verifying.progress(ME, project.id)
    assert (first.name, first.sub_fields, first.disciplines, first.live) == ("Field", 1, 2, 4)
    assert (first.verified, first.proposed, first.removed, first.mine, first.disputed) == (1, 3, 1, 2, 1)
    assert (second.name, second.live, second.mine) == ("Empty", 1, 1)


def test_the_drawing_folds_what_does_not_fit_and_loses_no_node(
    work: Workspace, project: Project, field: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    subs = [work.tree.add(ME, project.id, field.id, f"S{i}") for i in range(6)]
    for i in range(3):
        work.tree.add(ME, project.id, subs[0].id, f"L{i}")
    monkeypatch.setattr("core.services.verifying.MOST_CELLS", 5)
    cells = work.verifying.cells(project.id)
    assert len(cells) <= 5
    below = [cell for cell in cells if cell.parent_id == field.id]
    assert sum(cell.nodes for cell in below) == now(work, field).n_descendants
    assert below[0].name == "S0"
    assert below[-1].node_id == 0


def test_people_are_those_of_the_history_without_teachers(work: Workspace, project: Project, field: Node) -> None:
    vote(work, field, (ANNA, KEEP))
    assert work.verifying.people(project.id) == ["Anna", "Me"]
