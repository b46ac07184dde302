"""Names in other languages in the editor of a node, and the link that leads to it."""

from __future__ import annotations

from core.services.tree_edits import Texts
from pages.components.change_words import plain
from pages.components.node_address import address
from pages.components.node_languages import written
from tests.pages.conftest import Studio
from tests.pages.taxonomy_screen import ANNA, found, opened, press, sound, text_of


def test_names_in_other_languages_are_edited_in_a_table_and_shown(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = press(opened(studio, project, node.id), "taxonomy.edit")
    added = [{"language": "fr", "preferred": "Préhistoire", "alternatives": ["Âge de pierre"], "definition": "Avant"}]
    table = {"edited_rows": {}, "added_rows": added, "deleted_rows": []}
    app.session_state["taxonomy.edit.languages.1"] = table
    app = press(app, "taxonomy.edit.submit")
    assert "fr: Préhistoire, Âge de pierre – Avant" in text_of(app)
    assert set(studio.work.taxonomy.some(project.id, [node.id])[0].labels) == {"fr"}


def test_in_a_conflict_the_other_languages_of_both_are_shown(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = press(opened(studio, project, node.id), "taxonomy.edit")
    studio.work.tree.edit(ANNA, node, Texts.of(node), {"de": {"preferred": "Urgeschichte"}})
    added = {"edited_rows": {}, "added_rows": [{"language": "fr", "preferred": "Préhistoire"}], "deleted_rows": []}
    app.session_state["taxonomy.edit.languages.1"] = added
    app = press(app, "taxonomy.edit.submit")
    assert {"Other languages" in each.value for each in app.markdown} == {True, False}
    assert set(studio.work.taxonomy.some(project.id, [node.id])[0].labels) == {"de"}
    press(app, "taxonomy.edit.submit")
    assert set(studio.work.taxonomy.some(project.id, [node.id])[0].labels) == {"fr"}


def test_the_rows_of_the_table_become_names_by_language() -> None:
    was = {"de": {"preferred": "Recht", "scope_note": "kept"}, "es": {"preferred": "Derecho"}}
    edits = {
        "edited_rows": {"0": {"alternatives": ["Jura", " "]}},
        "deleted_rows": [1],
        "added_rows": [{"language": "fr", "preferred": "Droit"}, {"language": "fr"}, {}],
    }
    empty = {"alternatives": [], "definition": ""}
    assert written(was, edits) == {
        "de": {**empty, "preferred": "Recht", "alternatives": ["Jura"], "scope_note": "kept"},
        "fr": {**empty, "preferred": "Droit"},
        "fr ": {**empty, "preferred": ""},
    }
    assert written(was, {}) == was


def test_a_history_spells_them_out_and_survives_a_text_in_brackets() -> None:
    assert plain('{"fr": {"preferred": "Droit", "alternatives": ["Loi"], "definition": ""}}') == (
        "fr: Droit; alternatives: Loi"
    )
    assert plain("[draft] not yet") == "[draft] not yet"


def test_the_menu_leads_to_a_link_that_can_be_copied(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    app = opened(studio, project, node.id)
    app.session_state["taxonomy.dialog"] = ("address", node.id)
    app = sound(app.run())
    assert f"project={project.id}&node={node.id}" in app.code[0].value


def test_a_link_names_the_page_the_project_and_the_node_alone() -> None:
    page = "http://127.0.0.1:8501/taxonomy?node=3&mode=table#x"
    assert address(page, "p", 7) == "http://127.0.0.1:8501/taxonomy?project=p&node=7"
