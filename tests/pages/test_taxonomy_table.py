"""The table of many nodes, the history of the project and the names that are alike."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from core.domain.taxonomy import Node, Verdict
from core.services.tree_edits import Texts
from pages.components.node_table import changed
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import ANNA, at, found, keys, opened, press, sound, text_of, with_quorum


def _table(studio: Studio, project: Project, edits: dict[int, dict[str, str | None]]) -> tuple[AppTest, list[Node]]:
    parent = found(studio, project, "Historical studies")
    app = opened(studio, project, parent.id, mode="table")
    return _write(app, parent, edits), studio.work.taxonomy.children(project.id, parent.id)


def _write(app: AppTest, parent: Node, edits: dict[int, dict[str, str | None]]) -> AppTest:
    app.session_state[f"taxonomy.table.{parent.id}.0"] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    return sound(app.run())


def test_what_will_change_is_counted_and_saved_in_one_action(studio: Studio) -> None:
    project = studio.mine()
    app, rows = _table(studio, project, {0: {"Name": "First"}, 1: {"Synonyms": "a; b ;"}, 2: {"Description": None}})
    assert "3 rows will change" in text_of(app)
    press(app, "taxonomy.table.save")
    after = studio.work.taxonomy.children(project.id, rows[0].parent_id)
    assert (after[0].name, after[1].synonyms, after[2].description) == ("First", ("a", "b"), "")
    press(opened(studio, project), "undo-bar.undo")
    assert [n.name for n in studio.work.taxonomy.children(project.id, rows[0].parent_id)] == [n.name for n in rows]


def test_undo_in_the_table_stays_in_the_table(studio: Studio) -> None:
    project = studio.mine()
    app, (row, *_) = _table(studio, project, {0: {"Name": "Renamed"}})
    parent = at(app, "node")
    app = press(press(app, "taxonomy.table.save"), "undo-bar.undo")
    assert at(app, "node") == parent
    assert studio.work.taxonomy.view(ME, project.id, row.id).node.name == row.name


def test_problems_and_conflicts_are_named_by_row_and_nothing_is_saved(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = opened(studio, project, parent.id, mode="table")
    rows = studio.work.taxonomy.children(project.id, parent.id)
    app = _write(app, parent, {0: {"Name": "Mine"}, 1: {"Name": " "}, 2: {"Name": rows[3].name.upper()}})
    studio.work.tree.edit(ANNA, rows[0], Texts("Hers", "", ()))
    app = press(app, "taxonomy.table.save")
    assert "Nothing was saved: 3 rows" in app.error[0].value
    shown = text_of(app)
    assert "was changed by Anna" in shown
    assert "red-background[Mine]" in shown
    assert "green-background[Hers]" in shown
    problems = app.dataframe[-1].value["Problem"].tolist()
    assert ["is empty" in problems[0], "at the same place" in problems[1]] == [True, True]
    after = studio.work.taxonomy.children(project.id, parent.id)
    assert after[1:] == rows[1:]


def test_after_a_conflict_mine_is_saved_only_after_a_second_look(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = opened(studio, project, parent.id, mode="table")
    rows = studio.work.taxonomy.children(project.id, parent.id)
    app = _write(app, parent, {0: {"Name": "Mine"}})
    studio.work.tree.edit(ANNA, rows[0], Texts("Hers", "Her words", ()))
    app = press(press(app, "taxonomy.table.save"), "taxonomy.table.mine")
    assert studio.work.taxonomy.children(project.id, parent.id)[0].name == "Hers"
    press(app, "taxonomy.table.save")
    after = studio.work.taxonomy.children(project.id, parent.id)[0]
    assert (after.name, after.description) == ("Mine", "Her words")


def test_rows_stay_where_they_are_while_somebody_else_moves_them(studio: Studio) -> None:
    project = studio.mine()
    app, rows = _table(studio, project, {1: {"Name": "Second"}})
    studio.work.tree.move(ANNA, [rows[-1]], rows[0].parent_id, before=rows[0].id)
    press(sound(app.run()), "taxonomy.table.save")
    assert studio.work.taxonomy.some(project.id, [rows[1].id])[0].name == "Second"


def test_edits_of_a_row_that_is_not_there_are_passed_over() -> None:
    assert changed([], {"edited_rows": {3: {"Name": "x"}}}) == []
    assert changed([], {}) == []


def test_the_history_opens_an_action_and_takes_it_back(studio: Studio) -> None:
    project = studio.mine(starter=False)
    assert "Nothing yet" in text_of(opened(studio, project, mode="history"))
    field = studio.work.tree.add(ANNA, project.id, None, "Field")
    studio.work.tree.edit(ANNA, field, Texts("Area", "Words", ()))
    [last, _] = studio.work.history.page(ME, project.id)
    app = opened(studio, project, mode="history")
    app.session_state[f"taxonomy.action.{last.id}"] = True
    app = sound(app.run())
    [row] = app.dataframe[0].value.to_dict("records")
    assert (row["Before"], row["After"]) == (
        "name: Field\ndescription: nothing",
        "name: Area\ndescription: Words",
    )
    press(app, f"taxonomy.action.undo.{last.id}")
    assert studio.work.taxonomy.some(project.id, [field.id])[0].name == "Field"


def test_the_history_is_narrowed_to_a_person(studio: Studio) -> None:
    project = studio.mine(starter=False)
    studio.work.tree.add(ANNA, project.id, None, "Hers")
    studio.work.tree.add(ME, project.id, None, "Mine")
    app = opened(studio, project, mode="history")
    sound(app.selectbox(key="taxonomy.history.person").set_value("Anna").run())
    labels = [box.label for box in app.expander]
    assert any("Added Hers" in label for label in labels)
    assert not any("Added Mine" in label for label in labels)


def test_a_blind_vote_shows_neither_in_the_list_nor_when_opened(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(starter=False), 3)
    field = studio.work.tree.add(ME, project.id, None, "Field")
    studio.work.votes.vote(ANNA, project.id, field.id, Verdict.REMOVE, "secret")
    [last, _] = studio.work.history.page(ME, project.id)
    app = opened(studio, project, mode="history")
    app.session_state[f"taxonomy.action.{last.id}"] = True
    app = sound(app.run())
    everything = text_of(app) + repr([box.label for box in app.expander]) + repr([d.value for d in app.dataframe])
    assert "remove" not in everything
    assert "secret" not in everything
    assert "1 vote is shown after your own" in everything
    assert f"taxonomy.action.undo.{last.id}" not in keys(app)


def test_names_that_are_alike_are_told_apart_or_merged(studio: Studio) -> None:
    project = studio.mine(starter=False)
    one, other = (studio.work.tree.add(ME, project.id, None, name) for name in ("Ethic", "Ethics of"))
    app = opened(studio, project, mode="alike")
    assert {f"taxonomy.alike.go.0.{one.id}", f"taxonomy.alike.go.0.{other.id}"} <= keys(app)
    press(app, "taxonomy.alike.merge.0")
    app = press(opened(studio, project, mode="alike"), "taxonomy.alike.apart.0")
    assert "No two names are alike" in text_of(app)


def _found(studio: Studio, project: Project, show: str) -> AppTest:
    app = opened(studio, project, show=show)
    return press(app, "taxonomy.search.table")


def test_what_the_filters_leave_is_edited_in_one_table_that_says_where_each_stands(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.components.node_table.query_key", lambda: "these")
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = _found(studio, project, f"discipline,below:{parent.id}")
    assert "What was found: Discipline, Below Historical studies" in text_of(app)
    rows = studio.work.taxonomy.children(project.id, parent.id)
    edits = {"edited_rows": {0: {"Name": "First"}}, "added_rows": [], "deleted_rows": []}
    app.session_state["taxonomy.table.hits.these.0"] = edits
    press(sound(app.run()), "taxonomy.table.save")
    after = studio.work.taxonomy.children(project.id, parent.id)
    assert [node.name for node in after] == ["First", *[node.name for node in rows[1:]]]


def test_the_table_of_a_search_leaves_removed_nodes_out_and_says_so(studio: Studio) -> None:
    project = studio.mine()
    studio.work.tree.remove(ME, found(studio, project, "Prehistory"))
    app = opened(studio, project, mode="table", rows="hits", show="removed")
    assert "Nothing to edit" in text_of(app)
    app = opened(studio, project, mode="table", rows="hits", show="removed,verified,proposed,discipline")
    assert "1 removed node is left out" in text_of(app)


def test_more_than_the_table_takes_is_said(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.components.node_table.MAX_ROWS", 5)
    app = opened(studio, studio.mine(), mode="table", rows="hits", show="discipline")
    assert "These are the first 5; there are more" in text_of(app)


def test_a_link_to_the_table_of_a_search_that_is_over_leads_back(studio: Studio) -> None:
    app = opened(studio, studio.mine(), mode="table", rows="hits")
    assert "Set a filter or search" in text_of(app)
    assert "rows" not in press(app, "taxonomy.browse").query_params
