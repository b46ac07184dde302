"""The Taxonomy page: the tree, the search, adding and editing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Verdict
from core.services.tree_edits import Texts
from pages.components.text import safe
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import (
    ANNA,
    at,
    choose_hit,
    columns,
    found,
    hits,
    keys,
    opened,
    press,
    searched,
    sound,
    text_of,
    with_quorum,
)

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "![x](http://127.0.0.1:9/x.png)",
    "**b** :material/home: [a](javascript:x) :red[hi] $x^2$ `c`",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "W" * 200,
)


def test_an_empty_taxonomy_offers_the_three_ways_to_begin(studio: Studio) -> None:
    app = opened(studio, studio.mine(starter=False))
    assert "The taxonomy is empty" in text_of(app)
    assert {"taxonomy.add", "taxonomy.propose", "taxonomy.import_first"} <= keys(app)


def test_a_newcomer_reads_what_to_do_first(studio: Studio) -> None:
    app = opened(studio, studio.mine())
    assert "Start with what you know" in text_of(app)
    assert "Keep this branch" in text_of(app)
    assert "of 172 nodes decided" in app.get("progress")[0].proto.text


def test_choosing_a_row_of_the_columns_opens_its_children_and_puts_it_into_the_address(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Humanities")
    app = opened(studio, project, plain="1")
    assert [len(names) for names in columns(app)] == [8]
    key = f"taxonomy.columns.{project.id}.column.0.0"
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    sound(app.run())
    assert [len(names) for names in columns(app)] == [8, field.n_children]
    assert at(app, "node") == str(field.id)
    assert app.subheader[0].value.startswith("Humanities")


def test_the_columns_show_the_state_and_how_much_below_is_verified(studio: Studio) -> None:
    project = studio.demo()
    app = opened(studio, project, found(studio, project, "Mathematics").id, plain="1")
    table = app.dataframe[0].value.set_index("Name")
    assert (table["State"]["Formal science"], table["Verified below"]["Formal science"]) == ("verified", "2 of 10")
    assert "Mathematics" in columns(app)[2]


def test_the_switch_to_plain_columns_stands_in_the_address(studio: Studio) -> None:
    app = opened(studio, studio.mine())
    assert columns(app) == []
    sound(app.toggle(key="taxonomy.plain").set_value(True).run())
    assert (at(app, "plain"), len(columns(app))) == ("1", 1)
    sound(app.toggle(key="taxonomy.plain").set_value(False).run())
    assert (columns(app), "plain" in app.query_params) == ([], False)


def test_a_link_to_a_node_that_is_not_there_says_so_and_shows_the_fields(studio: Studio) -> None:
    for odd in ("999999", "9" * 15):
        app = opened(studio, studio.mine(f"P{odd}"), int(odd))
        assert "There is no node" in text_of(app)
        assert "Start with what you know" in text_of(app)
    assert "Start with what you know" in text_of(opened(studio, studio.mine("Odd"), "x"))


def test_an_old_link_to_a_merged_node_leads_to_the_one_that_took_it_up(studio: Studio) -> None:
    project = studio.mine()
    old, into = found(studio, project, "Prehistory"), found(studio, project, "Archaeology")
    studio.work.merging.merge(ME, [old], into)
    app = opened(studio, project, old.id)
    assert app.subheader[0].value.startswith("Archaeology")
    assert at(app, "node") == str(into.id)
    assert "taxonomy.edit.submit" in keys(press(app, "taxonomy.edit"))


def test_the_search_shows_hits_in_their_path_and_a_hit_opens(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = searched(opened(studio, project, plain="1"), "prehist")
    assert hits(app) == [("Prehistory", "Humanities › Historical studies")]
    assert "1 hit" in text_of(app)
    choose_hit(app, 0)
    assert at(app, "node") == str(node.id)
    assert app.text_input(key="taxonomy.search").value == "prehist"
    assert app.subheader[0].value.startswith("Prehistory")
    press(app, "taxonomy.search.end")
    assert (hits(app), app.text_input(key="taxonomy.search").value) == ([], "")


def test_a_search_without_a_hit_says_so(studio: Studio) -> None:
    app = searched(opened(studio, studio.mine()), "[x](javascript:y)")
    assert safe("[x](javascript:y)") in text_of(app)
    assert "Nothing found" in text_of(app)


def test_filters_narrow_the_tree_stand_in_the_address_and_go_one_by_one(studio: Studio) -> None:
    project = studio.mine()
    studio.work.votes.keep_branch(ME, project.id, found(studio, project, "Prehistory").id)
    app = opened(studio, project, plain="1")
    sound(app.pills(key="taxonomy.filter.state").set_value(["verified"]).run())
    sound(app.pills(key="taxonomy.filter.kind").set_value(["field", "discipline"]).run())
    assert set(at(app, "show").split(",")) == {"verified", "field", "discipline"}
    assert {name for name, _ in hits(app)} == {"Humanities", "Prehistory"}
    press(app, "taxonomy.filter.clear.field")
    assert [name for name, _ in hits(app)] == ["Prehistory"]
    press(app, "taxonomy.search.end")
    assert ("show" in app.query_params, hits(app)) == (False, [])


def test_what_the_address_says_beyond_the_filters_means_nothing(studio: Studio) -> None:
    app = opened(studio, studio.mine(), plain="1", show="x,below:-1,below:99999999999999999999,<b>")
    assert (hits(app), len(columns(app))) == ([], 1)


def test_the_tree_is_narrowed_to_the_branch_of_the_chosen_node(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Historical studies")
    app = press(opened(studio, project, node.id, plain="1"), "taxonomy.filter.below")
    assert at(app, "show") == f"below:{node.id}"
    assert {above for _, above in hits(app)} == {"Humanities › Historical studies"}
    assert any("Below Historical studies" in button.label for button in app.button)


def test_each_filter_finds_what_it_says(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(starter=False), 2)
    work, pid = studio.work, project.id
    bare, full = (work.tree.add(ME, pid, None, name) for name in ("Bare", "Full"))
    work.tree.add(ME, pid, full.id, "Inside")
    work.votes.vote(ME, pid, bare.id, Verdict.KEEP)
    work.votes.vote(ANNA, pid, bare.id, Verdict.REMOVE)
    for show, names in {
        "mine": {"Full", "Inside"},
        "disputed": {"Bare"},
        "childless": {"Bare", "Inside"},
        "today": {"Bare", "Full", "Inside"},
        "offered": set(),
        "sub_field,mine": {"Inside"},
    }.items():
        app = opened(studio, project, plain="1", show=show)
        assert {name for name, _ in hits(app)} == names, show


def test_a_child_is_added_below_the_chosen_node_and_opened(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = press(opened(studio, project, parent.id), "taxonomy.add")
    app.text_input(key="taxonomy.add.name").set_value("Oral history")
    app.text_area(key="taxonomy.add.description").set_value("Records what people remember.")
    press(app, "taxonomy.add.submit")
    node = found(studio, project, "Oral history")
    assert (node.parent_id, node.state, node.description) == (
        parent.id,
        NodeState.PROPOSED,
        "Records what people remember.",
    )
    assert at(app, "node") == str(node.id)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_kept_and_drawn_as_plain_words(studio: Studio, name: str) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.add")
    app.text_input(key="taxonomy.add.name").set_value(name)
    app.text_area(key="taxonomy.add.description").set_value(name)
    press(app, "taxonomy.add.submit")
    (node,) = studio.work.taxonomy.children(project.id, None)
    assert node.name == name
    assert safe(name, 200) in app.subheader[0].value
    assert app.text[0].value == name
    for key in ("taxonomy.keep_branch", "taxonomy.remove", "taxonomy.edit", "taxonomy.add", "taxonomy.propose"):
        press(opened(studio, project, node.id), key)
    opened(studio, project, mode="verify")


@pytest.mark.parametrize(("name", "words"), [("", "is empty"), ("x" * 10_000, "10,000 characters"), ("HUMANITIES", "")])
def test_an_unusable_name_is_refused_in_the_dialog(studio: Studio, name: str, words: str) -> None:
    project = studio.mine()
    app = press(opened(studio, project), "taxonomy.add")
    app.text_input(key="taxonomy.add.name").set_value(name)
    press(app, "taxonomy.add.submit")
    assert (words or "already a field named") in app.error[0].value.replace("\\", "")
    assert len(studio.work.taxonomy.children(project.id, None)) == 8
    assert app.text_input(key="taxonomy.add.name").value == name


def test_an_edit_of_a_verified_node_makes_it_proposed_again(studio: Studio) -> None:
    project = studio.demo()
    node = found(studio, project, "Mathematics")
    app = press(opened(studio, project, node.id), "taxonomy.edit")
    assert "proposed again" in text_of(app)
    app.text_area(key="taxonomy.edit.description").set_value("Numbers and shapes.")
    app.text_area(key="taxonomy.edit.synonyms").set_value("maths\n\nmath, pure")
    press(app, "taxonomy.edit.submit")
    after = studio.work.taxonomy.view(ME, project.id, node.id).node
    assert (after.state, after.description) == (NodeState.PROPOSED, "Numbers and shapes.")
    assert after.synonyms == ("maths", "math, pure")


def _conflict(studio: Studio) -> tuple[Project, Node, AppTest]:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = press(opened(studio, project, node.id), "taxonomy.edit")
    studio.work.tree.edit(ANNA, node, Texts("Stone Age", "Theirs.", ("flint",)))
    app.text_input(key="taxonomy.edit.name").set_value("Deep past")
    press(app, "taxonomy.edit.submit")
    return project, node, app


def test_when_two_people_edit_both_texts_are_shown_and_nothing_is_overwritten(studio: Studio) -> None:
    project, node, app = _conflict(studio)
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.name == "Stone Age"
    shown = text_of(app)
    assert "**Anna** changed it" in shown
    assert all(f"background[{theirs}]" in shown for theirs in ("Stone Age", "Theirs\\.", "flint"))
    assert "red-background[Deep past]" in shown
    assert app.text_input(key="taxonomy.edit.name").value == "Deep past"


def test_after_a_conflict_mine_can_be_saved_over_theirs(studio: Studio) -> None:
    project, node, app = _conflict(studio)
    assert app.button(key="taxonomy.edit.submit").label == "Save mine over theirs"
    press(app, "taxonomy.edit.submit")
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.name == "Deep past"


def test_after_a_conflict_theirs_can_be_kept(studio: Studio) -> None:
    project, node, app = _conflict(studio)
    press(app, "taxonomy.edit.theirs")
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.name == "Stone Age"
    assert "taxonomy.edit.theirs" not in keys(app)


def test_what_stands_below_is_told_by_kind_in_trees_of_more_than_three_levels(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = studio.mine(starter=False)
    field = studio.work.tree.add(ME, project.id, None, "Field")
    upper = studio.work.tree.add(ME, project.id, field.id, "Upper")
    lower = studio.work.tree.add(ME, project.id, upper.id, "Lower", kind=NodeKind.SUB_FIELD)
    for name in ("One", "Two"):
        studio.work.tree.add(ME, project.id, lower.id, name)
    assert "2 sub-fields and 2 disciplines below" in text_of(opened(studio, project, field.id))
    assert "1 sub-field and 2 disciplines below" in text_of(opened(studio, project, upper.id))
    assert "2 disciplines below" in text_of(opened(studio, project, lower.id))
    monkeypatch.setattr("core.store.nodes.MOST_COUNTED", 2)
    assert "3 nodes below" in text_of(opened(studio, project, upper.id))
