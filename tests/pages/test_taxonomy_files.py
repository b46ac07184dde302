"""The mode "Import and export": every state of it, and that the core decides."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from core.services.tree_files import FORMATS
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import found, keys, opened, press, sound, text_of

OUTLINE = "Geography\n  Human geography\n    Urban geography\n    Migration studies\n"


def _files(studio: Studio, project: Project) -> AppTest:
    return opened(studio, project, mode="files")


def _pasted(studio: Studio, project: Project, text: str) -> AppTest:
    app = _files(studio, project)
    app.segmented_control(key="taxonomy.import.way").set_value("Paste").run()
    app.text_area(key="taxonomy.import.text").set_value(text).run()
    return press(app, "taxonomy.import.read")


def _what(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def _names(studio: Studio, project: Project) -> set[str]:
    return {node.name for node in studio.work.taxonomy.children(project.id, None)}


def test_an_empty_project_is_offered_the_import_only(studio: Studio) -> None:
    app = press(opened(studio, studio.mine(starter=False)), "taxonomy.import_first")
    assert "Import a taxonomy" in text_of(app)
    assert not [c for c in app.segmented_control if c.key == "taxonomy.files.way"]
    assert app.segmented_control(key="taxonomy.import.way").value == "Upload"


def test_a_pasted_outline_is_reported_before_anything_is_written(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = _pasted(studio, project, OUTLINE)
    assert _what(app) == {"New": "4", "There already": "0"}
    assert app.button(key="taxonomy.import.go").label == "Import 4 nodes"
    assert _names(studio, project) == set()


def test_an_import_leads_to_the_first_new_node_and_is_undone_as_one(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(_pasted(studio, project, OUTLINE), "taxonomy.import.go")
    assert "4 nodes are new" in text_of(app)
    assert _names(studio, project) == {"Geography"}
    app = press(app, "taxonomy.imported.undo")
    assert _names(studio, project) == set()
    assert "taxonomy.imported.undo" not in keys(app)


def test_an_import_that_was_taken_back_elsewhere_is_no_longer_announced(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(_pasted(studio, project, OUTLINE), "taxonomy.import.go")
    undo = studio.work.actions.choice(ME, project.id).undo
    assert undo is not None
    taken = studio.work.actions.undo(ME, project.id, undo.id)
    assert "4 nodes are new" not in text_of(sound(app.run()))
    studio.work.actions.redo(ME, project.id, taken.id)
    assert "4 nodes are new" in text_of(sound(app.run()))


def test_what_is_refused_is_shown_with_its_line_and_blocks_until_it_is_left_out(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = _pasted(studio, project, f"{OUTLINE}Geology\nGeology\n  Caves\n")
    assert _what(app)["Refused"] == "1"
    assert app.button(key="taxonomy.import.go").disabled
    rows = app.dataframe[0].value
    assert list(rows["What"]) == ["Refused"]
    assert "stands twice" in rows["Note"][0]
    app.selectbox(key="taxonomy.import.twins").set_value("merge").run()
    assert not app.button(key="taxonomy.import.go").disabled
    press(app, "taxonomy.import.go")
    assert _names(studio, project) == {"Geography", "Geology"}


def test_a_file_that_cannot_be_read_is_one_sentence_with_the_next_step(studio: Studio) -> None:
    app = _pasted(studio, studio.mine(starter=False), "{not json")
    assert "This is not JSON" in text_of(app)
    assert "taxonomy.import.another" in keys(app)
    assert "taxonomy.import.go" not in keys(app)


def test_a_file_that_is_all_there_offers_nothing_to_import(studio: Studio) -> None:
    project = studio.mine()
    content = studio.work.files.export(project.id, FORMATS["yaml"]).decode()
    app = _pasted(studio, project, content)
    assert _what(app) == {"New": "0", "There already": "172"}
    assert app.button(key="taxonomy.import.go").disabled


def test_a_tree_that_changed_since_the_report_is_reported_again(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = _pasted(studio, project, OUTLINE)
    studio.work.tree.add(ME, project.id, None, "Geography")
    app.run()
    assert _what(app) == {"New": "3", "There already": "1"}


def test_columns_of_a_table_can_be_chosen(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = _pasted(studio, project, "Begriff,Oberbegriff\nA,\nB,A\n")
    assert "No column holds the names" in text_of(app)
    app.toggle(key="taxonomy.import.own_columns").set_value(True).run()
    app.selectbox(key="taxonomy.import.column.name").set_value("Begriff").run()
    app.selectbox(key="taxonomy.import.column.id").set_value("Begriff").run()
    app.selectbox(key="taxonomy.import.column.parent").set_value("Oberbegriff").run()
    assert _what(app)["New"] == "2"


def test_a_branch_can_be_imported_below_the_node_in_hand(studio: Studio) -> None:
    project = studio.mine()
    field = studio.work.taxonomy.children(project.id, None)[0]
    app = opened(studio, project, field.id, mode="files")
    app.segmented_control(key="taxonomy.import.way").set_value("Paste").run()
    app.text_area(key="taxonomy.import.text").set_value("Newly found\n  Within it\n").run()
    app = press(app, "taxonomy.import.read")
    app.selectbox(key="taxonomy.import.where").set_value(field.id).run()
    press(app, "taxonomy.import.go")
    assert found(studio, project, "Newly found").parent_id == field.id


def test_an_export_says_what_it_carries_and_names_the_file_by_its_content(studio: Studio) -> None:
    project = studio.mine()
    app = _files(studio, project)
    app.segmented_control(key="taxonomy.files.way").set_value(":material/download: Export").run()
    app.selectbox(key="taxonomy.export.format").set_value("outline").run()
    assert "no states, links, languages" in text_of(app)
    app = press(app, "taxonomy.export.write")
    [written] = studio.work.settings.exports.glob("taxonomy-mine-*.txt")
    assert written.name in text_of(app).replace("\\", "")
    assert written.read_bytes() == studio.work.files.export(project.id, FORMATS["outline"])


def test_a_base_that_is_no_address_is_refused(studio: Studio) -> None:
    app = _files(studio, studio.mine())
    app.segmented_control(key="taxonomy.files.way").set_value(":material/download: Export").run()
    app.text_input(key="taxonomy.export.base").set_value("not an address").run()
    app = press(app, "taxonomy.export.save_base")
    assert "cannot begin an address" in text_of(app)


def test_names_of_a_file_are_only_words_on_screen(studio: Studio) -> None:
    app = _pasted(studio, studio.mine(starter=False), "![x](http://example.org/x.png)\n  <b>bold</b>\n")
    assert "](http" not in text_of(sound(app))
