"""Several subjects at once on the Curriculum page: lines, the table, order, merge, move, share, undo, many pages."""

from __future__ import annotations

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.domain.curriculum import draft_of
from core.domain.records import Project
from core.domain.states import NodeState
from tests.pages.conftest import ME, Studio
from tests.pages.curriculum_screen import OTHER, keys, node_of, opened, press, rows, table_of, text_of, tick, verified


def _with(studio: Studio, *names: str) -> tuple[Project, int]:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    for name in names:
        studio.work.curriculum.add_subject(ME, project.id, node_id, name, "advanced", [])
    return project, node_id


def _names(studio: Studio, project: Project, node_id: int) -> list[str]:
    return [row.subject.name for row in studio.work.curriculum.subjects(project.id, node_id)]


def _frame(app: AppTest, column: str) -> pd.DataFrame:
    found: pd.DataFrame = next(each.value for each in app.dataframe if column in each.value.columns)
    return found


def test_lines_show_what_becomes_of_them_before_they_are_added(studio: Studio) -> None:
    project, node_id = _with(studio, "Polymers")
    app = opened(studio, project, node_id)
    area = next(each for each in app.text_area if "curriculum.lines.text" in str(each.key))
    area.set_value("polymers\nPolymer\nNew one | expert").run()
    fates = _frame(app, "What happens")
    assert list(fates["What happens"]) == [
        "Is there already (proposed)",
        "New; nearly the same as Polymers",
        "Cannot be used: The level is none of introductory, intermediate, advanced.",
    ]
    assert app.button(key="curriculum.lines.send").disabled
    area.set_value("Analysis | introductory | A; B\nSynthesis").run()
    press(app, "curriculum.lines.send")
    assert _names(studio, project, node_id) == ["Polymers", "Analysis", "Synthesis"]
    assert rows(studio, project, node_id)["Analysis"].subject.subtopics == ("A", "B")
    press(app, "undo-bar.undo")
    assert _names(studio, project, node_id) == ["Polymers"]
    press(app, "undo-bar.redo")
    assert len(_names(studio, project, node_id)) == 3


def test_ticked_subjects_are_moved_up_and_down(studio: Studio) -> None:
    project, node_id = _with(studio, "A", "B", "C")
    app = tick(opened(studio, project, node_id), 2)
    press(app, "curriculum.up")
    assert _names(studio, project, node_id) == ["A", "C", "B"]
    press(tick(app, 0), "curriculum.down")
    assert table_of(app)["Subject"] == ["C", "A", "B"]


def _typed(app: AppTest, edits: dict[int, dict[str, object]]) -> None:
    app.session_state["curriculum.table.editor"] = {
        "edited_rows": edits, "added_rows": [], "deleted_rows": []
    }  # fmt: skip


def test_the_table_saves_all_edits_and_the_order_or_says_which_rows_stand_in_the_way(studio: Studio) -> None:
    project, node_id = _with(studio, "A", "B", "C")
    app = press(opened(studio, project, node_id), "curriculum.as_table")
    edits: dict[int, dict[str, object]] = {
        0: {"Subject": "Alpha", "Subtopics": "x; y"}, 1: {"Subject": "Beta"}, 2: {"Place": 1}
    }  # fmt: skip
    b = rows(studio, project, node_id)["B"].subject
    studio.work.curriculum.edit_subject(OTHER, b, name="Theirs", level="advanced", introduction="", subtopics=[])
    _typed(app, edits)
    press(app, "curriculum.table_save")
    assert "1 of 2 rows cannot be saved, so none was" in app.error[0].value
    wrong = _frame(app, "Why")
    assert list(wrong["Stands there now"]) == ["Theirs, advanced"]
    assert list(wrong["You typed"]) == ["Subject: Beta"]
    assert _names(studio, project, node_id) == ["A", "Theirs", "C"]
    _typed(app, edits)
    press(app, "curriculum.table_others")
    assert _names(studio, project, node_id) == ["C", "Alpha", "Theirs"]
    assert rows(studio, project, node_id)["Alpha"].subject.subtopics == ("x", "y")
    press(app, "undo-bar.undo")
    assert _names(studio, project, node_id) == ["A", "Theirs", "C"]


def test_mine_replaces_theirs_only_after_it_was_seen(studio: Studio) -> None:
    project, node_id = _with(studio, "A", "B")
    app = press(opened(studio, project, node_id), "curriculum.as_table")
    a = rows(studio, project, node_id)["A"].subject
    studio.work.curriculum.edit_subject(OTHER, a, name="Theirs", level="advanced", introduction="", subtopics=[])
    _typed(app, {0: {"Subject": "Mine"}})
    press(app, "curriculum.table_save")
    _typed(app, {0: {"Subject": "Mine"}})
    press(app, "curriculum.table_mine")
    _typed(app, {0: {"Subject": "Mine"}})
    press(app, "curriculum.table_save")
    assert _names(studio, project, node_id) == ["Mine", "B"]


def test_two_ticked_subjects_are_merged_in_a_dialog(studio: Studio) -> None:
    project, node_id = _with(studio, "Polymers", "Plastics", "Other")
    app = tick(opened(studio, project, node_id), 0)
    assert app.button(key="curriculum.merge").disabled
    press(tick(app, 0, 1), "curriculum.merge")
    assert "A teacher that names it again means the one that stays" in text_of(app)
    press(app, "curriculum.merge.do")
    assert _names(studio, project, node_id) == ["Polymers", "Other"]
    assert (
        rows(studio, project, node_id)["Plastics"].subject.merged_into
        == rows(studio, project, node_id)["Polymers"].subject.id
    )
    press(app, "undo-bar.undo")
    assert _names(studio, project, node_id) == ["Polymers", "Plastics", "Other"]


def test_subjects_move_to_another_discipline(studio: Studio) -> None:
    project, node_id = _with(studio, "Kinetics")
    physics = node_of(studio, project, "Physics")
    app = press(tick(opened(studio, project, node_id), 0), "curriculum.move")
    assert app.button(key="curriculum.move.do").disabled
    app.selectbox(key="curriculum.move.to").set_value(physics).run()
    press(app, "curriculum.move.do")
    assert _names(studio, project, node_id) == []
    assert _names(studio, project, physics) == ["Kinetics"]


def test_a_subject_is_shared_listed_there_and_no_longer_shared(studio: Studio) -> None:
    project = studio.demo()
    maths, physics = node_of(studio, project, "Mathematics"), verified(studio, project, "Physics")
    app = press(tick(opened(studio, project, maths), 0), "curriculum.share")
    app.selectbox(key="curriculum.share.with").set_value(physics).run()
    press(app, "curriculum.share.do")
    app = opened(studio, project, physics)
    table = table_of(app)
    assert (table["Subject"], table["Shared from"]) == (["Algebra and functions"], ["Mathematics"])
    assert "Generate from 1 verified syllabus" in [link.proto.label for link in app.get("page_link")]
    tick(app, 0)
    assert app.button(key="curriculum.remove").disabled
    press(app, "curriculum.unshare")
    assert _names(studio, project, physics) == []
    assert "Algebra and functions" in _names(studio, project, maths)


def test_namesakes_elsewhere_are_pointed_out_and_never_merged(studio: Studio) -> None:
    project, chemistry = _with(studio, "Linear algebra")
    physics = verified(studio, project, "Physics")
    studio.work.curriculum.add_subject(ME, project.id, physics, "Algebra, linear", "advanced", [])
    app = opened(studio, project, chemistry)
    assert "**Linear algebra** here, **Algebra, linear** in Physics" in text_of(app)
    key = next(key for key in keys(app) if key.endswith(".theirs"))
    press(app, key)
    assert _names(studio, project, chemistry) == ["Linear algebra", "Algebra, linear"]
    assert _names(studio, project, physics) == ["Algebra, linear"]
    assert not any(key.startswith("curriculum.namesake.") for key in keys(app))


def test_five_hundred_subjects_come_in_pages_and_are_found_by_name(studio: Studio) -> None:
    project, node_id = _with(studio)
    lines = "\n".join(f"Subject {number}" for number in range(499)) + "\n波函数"
    studio.work.subjects.add_lines(ME, project.id, node_id, lines, "advanced", token="t")
    app = opened(studio, project, node_id)
    assert table_of(app)["Subject"] == [f"Subject {number}" for number in range(100)]
    app.session_state["curriculum.page.5"] = 5
    app.run()
    assert table_of(app)["Subject"][-1] == "波函数"
    app.text_input(key="curriculum.find").set_value("函数").run()
    assert table_of(app)["Subject"] == ["波函数"]
    app.text_input(key="curriculum.find").set_value("nothing like it").run()
    assert "No subject has that" in " ".join(str(each.value) for each in app.info)
    press(app, "curriculum.verify_all")
    assert {row.subject.state for row in rows(studio, project, node_id).values()} == {NodeState.VERIFIED}
    press(app, "undo-bar.undo")
    assert {row.subject.state for row in rows(studio, project, node_id).values()} == {NodeState.PROPOSED}


def test_the_history_tells_before_and_after_session_by_session(studio: Studio) -> None:
    project = studio.demo()
    subject = rows(studio, project, node_of(studio, project, "Mathematics"))["Algebra and functions"].subject
    syllabus = studio.work.curriculum.subject(project.id, subject.id)[2]
    assert syllabus is not None
    draft = draft_of(syllabus)
    first = draft.sessions[0].model_copy(update={"name": "Renamed first"})
    new = draft.model_copy(update={"sessions": (first, draft.sessions[2], draft.sessions[1], *draft.sessions[4:])})
    studio.work.curriculum.save_syllabus(OTHER, project.id, subject.id, new, based_on=syllabus.version)
    app = studio.page("curriculum", project, subject=str(subject.id))
    app.session_state["curriculum.history"] = True
    app.run()
    assert not app.exception
    drawn = text_of(app)
    assert "Edited the syllabus of Algebra and functions" in drawn
    assert f"Session 4 removed: {draft.sessions[3].name}" in drawn
    assert "moved from place 3 to 2" in drawn
    assert "Session 1, Renamed first: Name:" in drawn
    assert "Syllabus: State: verified → proposed" in drawn
