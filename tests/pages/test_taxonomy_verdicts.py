"""The Taxonomy page: keep, remove, restore, and the walk through what is open."""

from __future__ import annotations

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from core.domain.states import NodeState
from core.domain.taxonomy import Verdict
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import (
    ANNA,
    at,
    columns,
    found,
    keys,
    opened,
    press,
    sound,
    state,
    text_of,
    with_quorum,
)


def test_a_newcomer_keeps_a_branch_and_is_led_to_its_curriculum(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = press(opened(studio, project, node.id), "taxonomy.keep_branch")
    assert "3 proposed nodes" in text_of(app)
    press(app, "taxonomy.keep_branch.confirm")
    view = studio.work.taxonomy.view(ME, project.id, node.id)
    assert [each.state for each in view.path] == [NodeState.VERIFIED] * 3
    link = next(each for each in app.get("page_link") if each.proto.page == "curriculum")
    assert f"discipline={node.id}" in link.proto.query_string
    assert "taxonomy.keep_branch" not in keys(app)


def test_keeping_a_field_verifies_all_of_it_and_the_count_is_said_before(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Agriculture")
    app = press(opened(studio, project, field.id), "taxonomy.keep_branch")
    assert f"{field.n_descendants + 1} proposed nodes" in text_of(app)
    assert state(studio, project, field) is NodeState.PROPOSED
    press(app, "taxonomy.keep_branch.confirm")
    assert studio.work.taxonomy.view(ME, project.id, field.id).node.n_verified == field.n_descendants


def test_one_vote_of_a_single_person_decides_and_can_be_taken_back(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Agriculture")
    app = press(opened(studio, project, field.id), "taxonomy.keep")
    assert state(studio, project, field) is NodeState.VERIFIED
    press(app, "taxonomy.reopen")
    assert state(studio, project, field) is NodeState.PROPOSED


def test_with_a_quorum_of_two_one_vote_is_recorded_with_its_note_and_the_second_decides(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(), 2)
    field = found(studio, project, "Agriculture")
    app = opened(studio, project, field.id)
    app.text_input(key=f"taxonomy.note.{field.id}").set_value("clear **case**")
    press(app, "taxonomy.keep")
    view = studio.work.taxonomy.view(ME, project.id, field.id)
    assert (view.node.state, view.votes[0].note) == (NodeState.PROPOSED, "clear **case**")
    assert "1 keep, 0 remove; 2 votes are needed" in text_of(app)
    studio.work.votes.vote(ANNA, project.id, field.id, Verdict.KEEP)
    assert state(studio, project, field) is NodeState.VERIFIED


def test_a_branch_that_is_verified_in_part_is_told_so(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Agriculture")
    studio.work.votes.vote(ANNA, project.id, field.id, Verdict.REMOVE)
    studio.work.tree.restore(ANNA, project.id, field.id)
    app = press(opened(studio, project, field.id), "taxonomy.keep_branch")
    app = press(app, "taxonomy.keep_branch.confirm")
    assert "7 nodes are voted on: 6 verified, 1 still open" in text_of(app)


def test_removing_counts_what_goes_and_restoring_brings_exactly_that_back(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Agriculture")
    app = press(opened(studio, project, field.id), "taxonomy.remove")
    assert "2 sub-fields and 4 disciplines" in text_of(app)
    assert state(studio, project, field) is NodeState.PROPOSED
    app.text_input(key="taxonomy.remove.note").set_value("not ours")
    press(app, "taxonomy.remove.vote")
    assert state(studio, project, field) is NodeState.REMOVED
    app = opened(studio, project, plain="1")
    assert "Agriculture" not in columns(app)[0]
    sound(app.toggle(key="taxonomy.removed").set_value(True).run())
    assert "Agriculture" in columns(app)[0]
    press(opened(studio, project, field.id), "taxonomy.restore")
    after = studio.work.taxonomy.view(ME, project.id, field.id).node
    assert (after.state, after.n_descendants) == (NodeState.PROPOSED, field.n_descendants)


def test_what_went_with_another_node_leads_to_that_node(studio: Studio) -> None:
    project = studio.mine()
    field, leaf = found(studio, project, "Humanities"), found(studio, project, "Prehistory")
    studio.work.tree.remove(ME, field)
    app = opened(studio, project, leaf.id)
    assert "It went with “Humanities”" in text_of(app)
    assert "taxonomy.restore" not in keys(app)
    press(app, "taxonomy.go_to_removed")
    press(app, "taxonomy.restore")
    assert state(studio, project, leaf) is NodeState.PROPOSED


def test_a_verified_node_is_removed_at_once_after_a_warning(studio: Studio) -> None:
    project = studio.demo()
    node = found(studio, project, "Mathematics")
    app = press(opened(studio, project, node.id), "taxonomy.remove")
    assert "1 node of these is verified" in text_of(app)
    press(app, "taxonomy.remove.at_once")
    assert state(studio, project, node) is NodeState.REMOVED


def test_the_walk_goes_parents_first_and_shows_its_progress(studio: Studio) -> None:
    project = studio.mine()
    app = press(opened(studio, project), "taxonomy.walk")
    field = found(studio, project, "Humanities")
    assert app.subheader[0].value.startswith("Humanities")
    assert app.get("progress")[0].proto.text == "0 of 172 decided · 172 to go here"
    press(app, f"taxonomy.walk.keep.{field.id}")
    assert app.subheader[0].value.startswith("Historical studies")
    assert app.get("progress")[0].proto.text == "1 of 172 decided · 171 to go here"
    assert state(studio, project, field) is NodeState.VERIFIED
    sub_field = found(studio, project, "Historical studies")
    press(app, f"taxonomy.walk.skip.{sub_field.id}")
    assert app.subheader[0].value.startswith("History")
    assert state(studio, project, sub_field) is NodeState.PROPOSED


def test_the_walk_removes_a_leaf_at_once_and_a_branch_after_the_count(studio: Studio) -> None:
    project = studio.mine()
    leaf, branch = found(studio, project, "Prehistory"), found(studio, project, "Agriculture")
    app = press(opened(studio, project, leaf.id, mode="verify"), f"taxonomy.walk.remove.{leaf.id}")
    assert state(studio, project, leaf) is NodeState.REMOVED
    press(app, undo_key(app))
    assert state(studio, project, leaf) is NodeState.PROPOSED
    assert at(app, "node") == str(leaf.id)
    app = press(opened(studio, project, branch.id, mode="verify"), f"taxonomy.walk.remove.{branch.id}")
    assert state(studio, project, branch) is NodeState.PROPOSED
    press(app, "taxonomy.remove.vote")
    assert state(studio, project, branch) is NodeState.REMOVED
    assert app.subheader[0].value.startswith("Humanities")
    press(app, undo_key(app))
    assert state(studio, project, branch) is NodeState.PROPOSED


def test_the_walk_takes_back_votes_that_decided_nothing_and_skips_step_by_step(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(starter=False), 3)
    nodes = [studio.work.tree.add(ME, project.id, None, name) for name in ("One", "Two", "Three", "Four")]
    app = opened(studio, project, mode="verify")
    for node, wish in zip(nodes, ("keep", "skip", "remove"), strict=False):
        press(app, f"taxonomy.walk.{wish}.{node.id}")
    cast = [studio.work.taxonomy.view(ME, project.id, node.id).ballot.cast for node in nodes]
    assert cast == [1, 0, 1, 0]
    for name in ("Three", "Two", "One"):
        press(app, undo_key(app))
        assert app.subheader[0].value.startswith(name)
    assert not any(studio.work.taxonomy.view(ME, project.id, node.id).ballot.cast for node in nodes)


def undo_key(app: AppTest) -> str:
    return next(key for key in keys(app) if key.startswith("taxonomy.walk.undo."))


def test_an_undo_that_overtakes_the_answer_before_it_tells_the_browser_the_node_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = AppTest.from_function(show_wanted, default_timeout=120)
    told = addresses_told(monkeypatch)
    for node in (1, 2):
        shown(app, node)
    assert told == ["node=1", "node=2"]
    app.query_params["node"] = "1"  # the undo left the browser before it heard of the next node
    shown(app, 1)
    assert told == ["node=1", "node=2", "node=1"]
    shown(app, 1)
    assert len(told) == 3, "what the browser names already is not told again"


def shown(app: AppTest, node: int) -> None:
    app.session_state["wanted"] = node
    sound(app.run())


def show_wanted() -> None:
    import streamlit as st

    from pages.components.verify_scope import desk, show

    show(desk(), st.session_state["wanted"])


def addresses_told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What browsers are told from now on to put behind the "?" of their address."""
    told: list[str] = []
    enqueue = ForwardMsgQueue.enqueue

    def watched(queue: ForwardMsgQueue, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "page_info_changed":
            told.append(message.page_info_changed.query_string)
        enqueue(queue, message)

    monkeypatch.setattr(ForwardMsgQueue, "enqueue", watched)
    return told


def test_skipping_the_only_open_node_says_that_it_is_the_only_one(studio: Studio) -> None:
    project = studio.mine(starter=False)
    node = studio.work.tree.add(ME, project.id, None, "Only")
    app = press(opened(studio, project, mode="verify"), f"taxonomy.walk.skip.{node.id}")
    assert "the only open node" in text_of(app)
    assert app.subheader[0].value.startswith("Only")


def test_with_a_quorum_of_two_a_vote_to_remove_a_branch_goes_on_with_the_next(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(), 2)
    branch = found(studio, project, "Agriculture")
    app = press(opened(studio, project, branch.id, mode="verify"), f"taxonomy.walk.remove.{branch.id}")
    press(app, "taxonomy.remove.vote")
    assert state(studio, project, branch) is NodeState.PROPOSED
    assert not app.subheader[0].value.startswith("Agriculture")
    press(press(opened(studio, project, branch.id), "taxonomy.remove"), "taxonomy.remove.at_once")
    assert state(studio, project, branch) is NodeState.REMOVED


def test_the_walk_edits_with_the_same_dialog(studio: Studio) -> None:
    project = studio.mine()
    leaf = found(studio, project, "Prehistory")
    app = press(opened(studio, project, leaf.id, mode="verify"), f"taxonomy.walk.edit.{leaf.id}")
    assert not app.button(key=f"taxonomy.walk.keep.{leaf.id}").proto.shortcut, "keys reach the page behind a dialog"
    app.text_input(key="taxonomy.edit.name").set_value("Deep past")
    press(app, "taxonomy.edit.submit")
    assert studio.work.taxonomy.view(ME, project.id, leaf.id).node.name == "Deep past"
    assert app.subheader[0].value.startswith("Deep past")
    assert app.button(key=f"taxonomy.walk.keep.{leaf.id}").proto.shortcut == "k"


def test_a_press_that_comes_late_never_decides_on_the_next_node(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Humanities")
    app = opened(studio, project, mode="verify")
    late = app.button(key=f"taxonomy.walk.keep.{field.id}")
    studio.work.votes.vote(ME, project.id, field.id, Verdict.KEEP)
    sound(late.click().run())
    assert sum(n for (_, s), n in studio.work.taxonomy.counts(project.id).items() if s == "verified") == 1


def test_the_walk_passes_over_what_this_person_has_voted_on(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(starter=False), 2)
    first = studio.work.tree.add(ME, project.id, None, "First")
    second = studio.work.tree.add(ME, project.id, None, "Second")
    app = press(opened(studio, project, mode="verify"), f"taxonomy.walk.keep.{first.id}")
    press(app, f"taxonomy.walk.keep.{second.id}")
    assert "Nothing waits for you" in text_of(app)
    assert studio.work.taxonomy.next_open(ANNA, project.id, 0) is not None


def test_the_end_of_the_walk_leads_on(studio: Studio) -> None:
    project = studio.mine(starter=False)
    node = studio.work.tree.add(ME, project.id, None, "Only")
    app = press(opened(studio, project, mode="verify"), f"taxonomy.walk.keep.{node.id}")
    assert "All decided" in text_of(app)
    press(app, "taxonomy.browse")
    assert "mode" not in app.query_params
