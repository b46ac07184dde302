"""The Taxonomy page beside the tree: disputes, agreement, the scope of the walk, the overview, who works."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.services.tree_edits import Texts
from core.services.verifying import Cell
from pages.components.node_map import figure_of
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import ANNA, at, found, keys, opened, press, sound, state, text_of, with_quorum

BEN, CEM, DAN = Principal("Ben"), Principal("Cem"), Principal("Dan")
KEEP, REMOVE = Verdict.KEEP, Verdict.REMOVE


def several(studio: Studio, quorum: int = 3) -> Project:
    return with_quorum(studio, studio.mine(starter=False), quorum)


def voted(studio: Studio, project: Project, name: str, *votes: tuple[Principal, Verdict]) -> Node:
    node = studio.work.tree.add(ME, project.id, None, name)
    for who, verdict in votes:
        studio.work.votes.vote(who, project.id, node.id, verdict, f"note of {who.name}")
    return node


def narrow(studio: Studio, project: Project, name: str = "Narrow") -> Node:
    return voted(studio, project, name, (ANNA, KEEP), (BEN, KEEP), (CEM, REMOVE))


def as_person(studio: Studio, project: Project, name: str, **query: str) -> AppTest:
    app = studio.page("taxonomy", project)
    for key, value in (query | {"person": name}).items():
        app.query_params[key] = value
    return sound(app.run())


def test_without_a_dispute_there_is_nothing_to_settle(studio: Studio) -> None:
    project = several(studio)
    voted(studio, project, "Clear", (ANNA, KEEP))
    assert "Nothing to settle" in text_of(opened(studio, project, mode="settle"))


def test_a_narrow_decision_is_settled_with_a_reason_and_leaves_the_list(studio: Studio) -> None:
    project = several(studio)
    node = narrow(studio, project)
    app = opened(studio, project, mode="settle")
    assert "1 disputed node" in text_of(app)
    notes = app.dataframe[0].value
    assert list(notes["Note"]) == ["note of Anna", "note of Ben", "note of Cem"]
    app.text_input(key=f"taxonomy.settle.note.{node.id}").set_value("out of *scope*")
    press(app, f"taxonomy.settle.remove.{node.id}")
    assert state(studio, project, node) is NodeState.REMOVED
    assert "Nothing to settle" in text_of(app)
    assert "Settled by You" in text_of(opened(studio, project, node.id))
    assert r"out of \*scope\*" in text_of(opened(studio, project, node.id))


def test_a_tie_hides_its_votes_from_who_has_not_voted_and_takes_the_vote_instead(studio: Studio) -> None:
    project = several(studio, 4)
    node = voted(studio, project, "Tie", (ANNA, KEEP), (BEN, KEEP), (CEM, REMOVE), (DAN, REMOVE))
    app = opened(studio, project, mode="settle")
    assert f"taxonomy.settle.keep.{node.id}" not in keys(app)
    assert "note of" not in text_of(app)
    assert not app.dataframe
    press(app, f"taxonomy.settle.vote_keep.{node.id}")
    assert state(studio, project, node) is NodeState.VERIFIED


def test_the_pane_settles_too_and_says_by_how_many_votes_it_was_verified(studio: Studio) -> None:
    project = several(studio)
    node = narrow(studio, project)
    app = opened(studio, project, node.id)
    assert "verified by 2 of 3 votes" in text_of(app)
    assert "by Anna, Ben" in text_of(app)
    press(app, "taxonomy.settle.keep")
    assert "verified, settled by You" in text_of(app)


def test_agreement_says_what_it_needs_when_there_is_nothing_to_compare(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = opened(studio, project)
    studio.work.tree.add(ME, project.id, None, "Only")
    app = opened(studio, project, mode="agreement")
    assert "No votes to compare yet" in text_of(app)
    assert "one vote decides" in text_of(app)


def test_a_newcomer_among_several_reads_how_many_votes_decide(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(), 2)
    words = text_of(opened(studio, project))
    assert "2 votes decide" in words
    assert "Keep this branch" not in words


def test_the_walk_has_one_undo_only(studio: Studio) -> None:
    app = opened(studio, studio.mine(), mode="verify")
    assert "undo-bar.undo" not in keys(app)
    assert any(key.startswith("taxonomy.walk.undo.") for key in keys(app))


def test_agreement_on_a_few_nodes_is_not_judged(studio: Studio) -> None:
    project = several(studio)
    narrow(studio, project)
    words = text_of(opened(studio, project, mode="agreement"))
    assert "Too few nodes to tell yet." in words
    assert "No better than chance" not in words


def test_agreement_shows_levels_and_people_with_what_it_means(studio: Studio) -> None:
    project = several(studio)
    for number in range(4):
        voted(studio, project, f"Agreed {number}", (ANNA, KEEP), (BEN, KEEP), (CEM, KEEP))
    narrow(studio, project)
    voted(studio, project, "Waits for me", (ANNA, KEEP), (BEN, KEEP))
    app = opened(studio, project, mode="agreement")
    words = text_of(app)
    assert "Krippendorff's alpha is **0.00** on 5 nodes" in words
    assert "No better than chance" in words
    assert "1 node left out" in words
    levels = app.dataframe[0].value
    assert list(levels["Nodes"]) == [5, 5, 0, 0]
    people = app.dataframe[1].value
    assert list(people["Person"]) == ["Anna", "Ben", "Cem"]
    press(app, "taxonomy.agreement.settle")
    assert at(app, "mode") == "settle"


def test_the_walk_keeps_to_its_branch_and_level(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Agriculture")
    app = opened(studio, project, mode="verify", branch=str(field.id), level="discipline")
    assert f"{sum(1 for p in studio.work.taxonomy.disciplines(project.id) if p[0].id == field.id)} to go here" in (
        app.get("progress")[0].proto.text
    )
    assert app.selectbox(key="taxonomy.scope.branch").value == str(field.id)
    sound(app.selectbox(key="taxonomy.scope.level").set_value("field").run())
    assert app.subheader[0].value.startswith("Agriculture")
    sound(app.selectbox(key="taxonomy.scope.waiting").set_value("disputed").run())
    assert "Nothing waits here" in text_of(app)
    press(app, "taxonomy.walk.widen")
    assert app.subheader[0].value


@pytest.mark.parametrize("query", [{"branch": "999999"}, {"level": "continent"}, {"waiting": "x", "branch": "-1"}])
def test_a_scope_that_makes_no_sense_breaks_nothing(studio: Studio, query: dict[str, str]) -> None:
    opened(studio, studio.mine(), mode="verify", **query)


def test_a_text_that_changed_under_the_reader_is_shown_and_the_vote_asked_again(studio: Studio) -> None:
    project = several(studio)
    node = studio.work.tree.add(ME, project.id, None, "Old words")
    app = opened(studio, project, mode="verify")
    studio.work.tree.edit(ANNA, node, Texts("New words", "", ()))
    press(app, f"taxonomy.walk.keep.{node.id}")
    assert "was changed while you read it" in text_of(app)
    assert app.subheader[0].value.startswith("New words")
    press(app, f"taxonomy.walk.keep.{node.id}")
    assert studio.work.taxonomy.view(ME, project.id, node.id).ballot.cast == 1


def test_a_row_of_the_overview_opens_its_field(studio: Studio) -> None:
    project = studio.mine()
    app = opened(studio, project)
    rows = app.dataframe(key="taxonomy.fields").value
    assert {"Field", "Sub-fields", "Disciplines", "Verified", "Proposed", "Mine to vote", "Disputed"} <= set(rows)
    app.session_state["taxonomy.fields"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    sound(app.run())
    assert app.subheader[0].value.startswith(str(rows["Field"][1]))


def test_names_in_the_drawing_are_words_and_folded_nodes_lead_nowhere() -> None:
    cells = [Cell(1, None, "<b>A</b> & B", 5, 2), Cell(2, 1, "C", 2, 2), Cell(0, 1, "2 others", 2, 0)]
    (treemap,) = figure_of(cells, dark=False).data
    assert treemap.labels[1] == "&lt;b&gt;A&lt;/b&gt; &amp; B"
    assert list(treemap.parents) == ["", "all", "1", "1"]
    assert not treemap.ids[0].isdecimal()
    assert not treemap.ids[3].isdecimal()


def test_the_url_says_who_works_and_the_vote_is_signed_so(studio: Studio) -> None:
    project = several(studio)
    node = studio.work.tree.add(ME, project.id, None, "Node")
    app = as_person(studio, project, "  Anna\u200b  ", mode="verify")
    press(app, f"taxonomy.walk.keep.{node.id}")
    assert [vote.person for vote in studio.work.taxonomy.view(ANNA, project.id, node.id).votes] == ["Anna"]
    assert at(app, "person") == "Anna"


def test_a_person_is_chosen_from_the_history_or_typed(studio: Studio) -> None:
    project = several(studio)
    voted(studio, project, "Node", (ANNA, KEEP))
    app = press(opened(studio, project), "menu.person.0")
    assert at(app, "person") == "Anna"
    app.text_input(key="menu.person.typed").set_value("Zoë *B*")
    press(app, "menu.person.submit")
    assert at(app, "person") == "Zoë *B*"
    app.text_input(key="menu.person.typed").set_value("\u200b")
    press(app, "menu.person.submit")
    assert "name of the person is empty" in text_of(app)
    assert at(app, "person") == "Zoë *B*"


def test_a_name_that_cannot_be_used_leaves_the_usual_person(studio: Studio) -> None:
    project = several(studio)
    app = as_person(studio, project, "x" * 500)
    assert at(app, "person") == "You"


def test_several_people_verify_with_three_votes(studio: Studio) -> None:
    app = studio.page()
    app.text_input(key="home.name").set_value("Together")
    app.radio(key="home.who").set_value("Several people")
    press(app, "home.create")
    assert [project.quorum for project in studio.work.projects.all()] == [3]


def test_a_changed_quorum_offers_to_count_again_and_says_what_would_change(studio: Studio) -> None:
    project = several(studio)
    node = voted(studio, project, "Node", (ANNA, KEEP))
    app = sound(studio.page("project", project))
    assert "project.recount" not in keys(app)
    app.number_input(key="project.quorum").set_value(1)
    press(app, "project.save")
    assert state(studio, project, node) is NodeState.PROPOSED
    assert "1 node would be verified" in text_of(app)
    press(app, "project.recount")
    assert state(studio, project, node) is NodeState.VERIFIED
    assert "project.recount" not in keys(app)
