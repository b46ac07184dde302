"""The Taxonomy page: the tree, the search, adding and editing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.tree_edits import Texts
from pages.components.text import safe
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import (
    ANNA,
    at,
    found,
    keys,
    opened,
    options,
    press,
    sound,
    text_of,
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


def test_choosing_a_row_opens_its_children_and_puts_it_into_the_address(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Humanities")
    app = opened(studio, project)
    assert len(options(app)) == 9
    sound(app.radio(key="taxonomy.tree").set_value(field.id).run())
    assert len(options(app)) == 9 + field.n_children
    assert at(app, "node") == str(field.id)
    assert any("0\u00a0of\u00a024" in option and "proposed" in option for option in options(app))


def test_the_rows_show_the_state_and_how_much_below_is_verified(studio: Studio) -> None:
    project = studio.demo()
    app = opened(studio, project, found(studio, project, "Mathematics").id)
    row = next(option for option in options(app) if "Formal science" in option)
    assert "green-badge[verified]" in row
    assert "2\u00a0of\u00a010" in row


def test_a_link_to_a_node_that_is_not_there_says_so_and_shows_the_fields(studio: Studio) -> None:
    for odd in ("999999", "9" * 15):
        app = opened(studio, studio.mine(f"P{odd}"), int(odd))
        assert "There is no node" in text_of(app)
        assert len(options(app)) == 9
    assert len(options(opened(studio, studio.mine("Odd"), "x"))) == 9


def test_a_very_wide_level_is_cut_and_the_chosen_one_is_always_listed(studio: Studio) -> None:
    project = studio.mine(starter=False)
    made = [studio.work.tree.add(ME, project.id, None, f"Field {number}") for number in range(170)]
    app = opened(studio, project, made[-1].id)
    assert len(options(app)) == 151
    assert any("Field 169" in option for option in options(app))
    assert "20 further nodes" in text_of(app)


def test_the_search_shows_hits_in_their_path_and_a_hit_opens(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = opened(studio, project)
    sound(app.text_input(key="taxonomy.search").set_value("prehistoric").run())
    hits = app.radio(key="taxonomy.hits")
    assert any("Humanities › Historical studies" in option and "Prehistory" in option for option in hits.options)
    sound(hits.set_value(node.id).run())
    assert at(app, "node") == str(node.id)
    assert app.text_input(key="taxonomy.search").value == ""
    assert app.subheader[0].value.startswith("Prehistory")


def test_a_search_without_a_hit_says_so(studio: Studio) -> None:
    app = opened(studio, studio.mine())
    sound(app.text_input(key="taxonomy.search").set_value("[x](javascript:y)").run())
    assert "Nothing found" in text_of(app)


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
