"""The dialogs that change the tree: move, merge, split, kind, link, outline, many at once; undo and redo."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from core.services.tree_edits import Texts
from pages.components.node_menu import options_for
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import ANNA, found, keys, opened, press, sound, state, text_of
from tests.pages.test_taxonomy import HOSTILE

DIALOGS = ("edit", "move", "merge", "split", "kind", "link", "remove")


def _dialog(studio: Studio, project: Project, node: Node, name: str, **state: object) -> AppTest:
    app = opened(studio, project, node.id)
    app.session_state["taxonomy.dialog"] = (name, node.id)
    for key, value in state.items():
        app.session_state[f"taxonomy.{key}"] = value
    return sound(app.run())


def _now(studio: Studio, project: Project, node: Node) -> Node:
    return studio.work.taxonomy.some(project.id, [node.id])[0]


def _choose(app: AppTest, key: str, text: str, node: Node) -> AppTest:
    sound(app.text_input(key=f"{key}.search").set_value(text).run())
    return sound(app.radio(key=f"{key}.to").set_value(node.id).run())


def test_a_node_is_moved_after_both_places_were_named(studio: Studio) -> None:
    project = studio.mine()
    node, to = found(studio, project, "Prehistory"), found(studio, project, "Language and letters")
    app = _choose(_dialog(studio, project, node, "move"), "taxonomy.move", "Language and", to)
    shown = text_of(app)
    assert "From: Humanities › Historical studies" in shown
    assert "To: Humanities › Language and letters" in shown
    press(app, "taxonomy.move.submit")
    assert _now(studio, project, node).parent_id == to.id


def test_a_drag_asks_first_and_then_puts_the_nodes_where_they_were_dropped(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    first, *_, last = studio.work.taxonomy.children(project.id, parent.id)
    wish = {"nodes": [last.id], "to": parent.id, "before": first.id}
    app = _dialog(studio, project, last, "move", move=wish)
    assert f"in front of **{first.name}**" in text_of(app)
    press(app, "taxonomy.move.submit")
    assert studio.work.taxonomy.children(project.id, parent.id)[0].id == last.id


def test_a_move_that_cannot_be_is_refused_in_the_dialog(studio: Studio) -> None:
    project = studio.mine()
    node, leaf = found(studio, project, "Historical studies"), found(studio, project, "Prehistory")
    app = _choose(_dialog(studio, project, node, "move"), "taxonomy.move", "Prehistory", leaf)
    press(app, "taxonomy.move.submit")
    assert "below it" in app.error[0].value


def test_a_merge_counts_what_moves_and_keeps_the_name_as_a_synonym(studio: Studio) -> None:
    project = studio.demo()
    node, into = found(studio, project, "Mathematics"), found(studio, project, "Statistics")
    app = _choose(_dialog(studio, project, node, "merge"), "taxonomy.merge", "Statistics", into)
    facts = {row["What"]: row["How many"] for row in app.dataframe[-1].value.to_dict("records")}
    assert facts["Subjects"] == len(studio.work.curriculum.subjects(project.id, node.id))
    assert facts["Samples"] > 0
    press(app, "taxonomy.merge.submit")
    assert "Mathematics" in _now(studio, project, into).synonyms
    assert "Statistics" in opened(studio, project, node.id).subheader[0].value  # the old link leads there


def test_a_merge_that_cannot_be_says_why_and_has_no_button_to_press(studio: Studio) -> None:
    project = studio.demo()
    node, into = found(studio, project, "Mathematics"), found(studio, project, "Historical studies")
    app = _choose(_dialog(studio, project, node, "merge"), "taxonomy.merge", "Historical", into)
    assert "has subjects or samples" in text_of(app).replace("\\", "")
    assert app.button(key="taxonomy.merge.submit").disabled


def test_a_node_is_split_with_the_children_it_was_given(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Historical studies")
    child = found(studio, project, "Prehistory")
    app = _dialog(studio, project, node, "split")
    app.text_input(key="taxonomy.split.name.0").set_value("Archaeology and more")
    app.multiselect(key="taxonomy.split.children.0").set_value([child.id])
    press(sound(app.run()), "taxonomy.split.submit")
    new = found(studio, project, "Archaeology and more")
    assert (new.parent_id, new.n_children, _now(studio, project, child).parent_id) == (node.parent_id, 1, new.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 300, "Historical Studies"])
def test_an_unusable_name_of_a_part_is_refused(studio: Studio, name: str) -> None:
    project = studio.mine()
    app = _dialog(studio, project, found(studio, project, "Historical studies"), "split")
    app.text_input(key="taxonomy.split.name.0").set_value(name)
    press(app, "taxonomy.split.submit")
    assert app.error


def test_a_kind_is_changed_and_a_refusal_names_what_stands_in_the_way(studio: Studio) -> None:
    project = studio.mine()
    leaf, sub = found(studio, project, "Prehistory"), found(studio, project, "Historical studies")
    press(_dialog(studio, project, leaf, "kind"), "taxonomy.kind.submit")
    assert _now(studio, project, leaf).kind is NodeKind.SUB_FIELD
    app = press(_dialog(studio, project, sub, "kind"), "taxonomy.kind.submit")
    assert "cannot stand below a discipline" in app.error[0].value.replace("\\", "")
    field = found(studio, project, "Humanities")
    assert "only kind that can stand here" in text_of(_dialog(studio, project, field, "kind"))


def test_a_link_is_added_shown_at_both_ends_and_taken_away(studio: Studio) -> None:
    project = studio.mine()
    node, other = found(studio, project, "Prehistory"), found(studio, project, "Statistics")
    app = _choose(_dialog(studio, project, node, "link"), "taxonomy.link", "Statistics", other)
    press(app, "taxonomy.link.submit")
    [link] = studio.work.links.of(project.id, other.id)
    app = opened(studio, project, other.id)
    assert f"taxonomy.link.go.{link.link.id}" in keys(app)
    press(app, f"taxonomy.link.remove.{link.link.id}")
    assert studio.work.links.of(project.id, other.id) == []


def test_an_outline_shows_what_each_line_becomes_and_adds_all_at_once(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = press(opened(studio, project, parent.id), "taxonomy.add")
    app.text_area(key="taxonomy.outline.text").set_value("prehistory\nOral history :: Told\nMaps\n  Old maps")
    app = sound(app.run())
    assert "3 new nodes · 1 there already" in text_of(app)
    press(app, "taxonomy.outline.submit")
    assert found(studio, project, "Old maps").depth == 3
    assert found(studio, project, "Oral history").description == "Told"
    press(opened(studio, project), "undo-bar.undo")
    assert _now(studio, project, parent).n_descendants == parent.n_descendants


@pytest.mark.parametrize(
    ("text", "words"),
    [("a\n\t b\n  c", "Line"), ("x" * 300, "300 characters"), ("Prehistory\n  Deeper", "1 line with a problem")],
)
def test_an_outline_with_a_problem_cannot_be_added(studio: Studio, text: str, words: str) -> None:
    project = studio.mine()
    app = press(opened(studio, project, found(studio, project, "Historical studies").id), "taxonomy.add")
    app = sound(app.text_area(key="taxonomy.outline.text").set_value(text).run())
    assert words in text_of(app)
    assert "taxonomy.outline.submit" not in keys(app) or app.button(key="taxonomy.outline.submit").disabled


def test_several_marked_nodes_are_removed_and_restored_together(studio: Studio) -> None:
    project = studio.mine()
    sub, leaf, other = (found(studio, project, n) for n in ("Historical studies", "Prehistory", "Statistics"))
    marked = [sub.id, leaf.id, other.id]
    app = _dialog(studio, project, sub, "remove", chosen=marked)
    assert f"**{sub.n_descendants + 2} nodes** go: 2 marked nodes" in text_of(app)
    press(app, "taxonomy.remove.many")
    assert {state(studio, project, node) for node in (sub, leaf, other)} == {NodeState.REMOVED}
    press(_dialog(studio, project, sub, "restore", chosen=marked), "taxonomy.restore.confirm")
    assert NodeState.REMOVED not in {state(studio, project, node) for node in (sub, leaf, other)}


def test_undo_and_redo_say_what_they_do_and_go_to_the_node(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    assert opened(studio, project).button(key="undo-bar.undo").disabled
    studio.work.tree.edit(ME, node, Texts("Deep past", "", ()))
    app = opened(studio, project)
    assert "Renamed Prehistory to Deep past" in str(app.button(key="undo-bar.undo").help)
    app = press(app, "undo-bar.undo")
    assert app.subheader[0].value.startswith("Prehistory")
    app = press(app, "undo-bar.redo")
    assert app.subheader[0].value.startswith("Deep past")


def test_taking_back_an_addition_leads_to_where_it_stood_and_made_again_to_it(studio: Studio) -> None:
    project = studio.mine()
    sub = found(studio, project, "Historical studies")
    node = studio.work.tree.add(ME, project.id, sub.id, "History of maps")
    app = press(opened(studio, project, node.id), "undo-bar.undo")
    assert not app.warning
    assert app.subheader[0].value.startswith("Historical studies")
    app = press(app, "undo-bar.redo")
    assert app.subheader[0].value.startswith("History of maps")


def test_taking_back_a_new_field_leads_to_all_fields(studio: Studio) -> None:
    project = studio.mine()
    node = studio.work.tree.add(ME, project.id, None, "New field")
    app = press(opened(studio, project, node.id), "undo-bar.undo")
    assert not app.warning
    assert "node" not in app.query_params


def test_an_undo_over_somebody_elses_words_is_refused_with_the_reason(studio: Studio) -> None:
    project = studio.mine()
    node = studio.work.tree.edit(ME, found(studio, project, "Prehistory"), Texts("Deep past", "", ()))
    app = opened(studio, project)
    studio.work.tree.edit(ANNA, node, Texts("Stone age", "", ()))
    app = press(app, "undo-bar.undo")
    assert "was changed since" in app.error[0].value
    assert _now(studio, project, node).name == "Stone age"


def test_theirs_can_be_put_into_the_form_to_go_on_from(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = press(opened(studio, project, node.id), "taxonomy.edit")
    studio.work.tree.edit(ANNA, node, Texts("Stone Age", "Theirs.", ()))
    app.text_input(key="taxonomy.edit.name").set_value("Mine")
    app = press(press(app, "taxonomy.edit.submit"), "taxonomy.edit.start_over")
    assert app.text_input(key="taxonomy.edit.name").value == "Stone Age"
    app.text_area(key="taxonomy.edit.scope_note").set_value("Before writing")
    app.text_input(key="taxonomy.edit.notation").set_value("930")
    press(app, "taxonomy.edit.submit")
    after = _now(studio, project, node)
    assert (after.name, after.scope_note, after.notation) == ("Stone Age", "Before writing", "930")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_drawn_as_plain_words_in_every_dialog_and_view(studio: Studio, name: str) -> None:
    project = studio.mine(starter=False)
    field = studio.work.tree.add(ME, project.id, None, name)
    node = studio.work.tree.add(ME, project.id, field.id, name)
    studio.work.tree.edit(ME, node, Texts(name, name, (f"{name[:190]} s",), name, name[:90]))
    other = studio.work.tree.add(ME, project.id, None, "Other")
    studio.work.links.add(ME, project.id, node.id, "related", target_id=other.id)
    for dialog in DIALOGS:
        _dialog(studio, project, node, dialog)
    for mode in ("history", "table", "alike"):
        opened(studio, project, field.id, mode=mode)


def test_the_menu_offers_what_state_and_kind_allow(studio: Studio) -> None:
    project = studio.mine()
    sub, leaf = found(studio, project, "Historical studies"), found(studio, project, "Prehistory")
    assert {"sort", "table"} <= set(options_for(sub))
    assert not {"sort", "table"} & set(options_for(leaf))
    studio.work.tree.remove(ME, leaf)
    assert options_for(_now(studio, project, leaf)) == ["restore"]
