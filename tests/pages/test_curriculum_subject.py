"""One subject and its syllabus on the Curriculum page: read, verify, edit, lose a race."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.records import Project
from core.domain.sampling import Deck, Difficulty
from core.domain.states import NodeState
from tests.pages.conftest import Studio
from tests.pages.curriculum_screen import OTHER, content, first_subject, history, keys, node_of, press, rows, text_of


def test_a_syllabus_is_readable_and_says_how_many_questions_it_allows(studio: Studio) -> None:
    project = studio.demo()
    row = first_subject(studio, project)
    app = studio.page("curriculum", project, subject=str(row.subject.id))
    _, _, syllabus = studio.work.curriculum.subject(project.id, row.subject.id)
    assert syllabus is not None
    sizes = tuple(len(session.concepts) for session in syllabus.sessions)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Basic questions"] == f"{Deck(sizes, Difficulty.BASIC, '').size:,}"
    assert figures["Challenging questions"] == f"{Deck(sizes, Difficulty.CHALLENGING, '').size:,}"
    assert f"of {sum(sizes)} " in text_of(app)
    for number, session in enumerate(syllabus.sessions, 1):
        assert f"{number}. {session.name}" in text_of(app).replace("\\", "")


def test_a_syllabus_is_verified_and_taken_back_in_the_version_that_was_read(studio: Studio) -> None:
    project = studio.demo()
    row = first_subject(studio, project)
    app = press(studio.page("curriculum", project, subject=str(row.subject.id)), "curriculum.syllabus.reopen")
    assert first_subject(studio, project).syllabus is NodeState.PROPOSED
    draft = SyllabusDraft(
        introduction="", objectives=(), sessions=(SessionDraft(name="New", description="", concepts=("a",)),)
    )
    studio.work.curriculum.save_syllabus(OTHER, project.id, row.subject.id, draft, based_on=row.version)
    press(app, "curriculum.syllabus.verify")
    assert "changed since you opened it" in app.error[0].value
    assert first_subject(studio, project).syllabus is NodeState.PROPOSED
    press(app, "curriculum.syllabus.verify")
    assert first_subject(studio, project).syllabus is NodeState.VERIFIED
    assert history(studio, project)[:3] == [("verified", "syllabus"), ("edited", "syllabus"), ("reopened", "syllabus")]


def editing(studio: Studio, project: Project) -> tuple[AppTest, int, str]:
    subject_id = first_subject(studio, project).subject.id
    app = press(studio.page("curriculum", project, subject=str(subject_id)), "curriculum.syllabus.edit")
    return app, subject_id, f"curriculum.syllabus.{subject_id}"


def test_sessions_are_added_moved_deleted_renamed_and_saved_as_a_whole(studio: Studio) -> None:
    project = studio.demo()
    app, subject_id, name = editing(studio, project)
    before = studio.work.curriculum.subject(project.id, subject_id)[2]
    assert before is not None
    press(app, f"{name}.0.move_down")
    press(app, f"{name}.2.delete")
    press(app, "curriculum.syllabus.add")
    new = len(before.sessions)
    app.text_input(key=f"{name}.{new}.name").input("Last one")
    app.text_area(key=f"{name}.{new}.concepts").input("One\n\nTwo; with more\nOne")
    app.text_input(key=f"{name}.1.name").input("Renamed")
    press(app, "curriculum.syllabus.save")
    after = studio.work.curriculum.subject(project.id, subject_id)[2]
    assert after is not None
    names = [session.name for session in before.sessions]
    assert [session.name for session in after.sessions] == ["Renamed", names[0], *names[3:], "Last one"]
    assert after.sessions[-1].concepts == ("One", "Two; with more")
    assert (after.state, after.version) == (NodeState.PROPOSED, before.version + 1)
    assert "curriculum.syllabus.save" not in keys(app)


def test_a_save_that_lost_the_race_keeps_the_typed_text_and_shows_the_other(studio: Studio) -> None:
    project = studio.demo()
    app, subject_id, name = editing(studio, project)
    app.text_area(key=f"{name}.introduction").input("What I typed")
    theirs = SyllabusDraft(
        introduction="Theirs", objectives=(), sessions=(SessionDraft(name="T", description="", concepts=("t",)),)
    )
    current = studio.work.curriculum.subject(project.id, subject_id)[2]
    assert current is not None
    studio.work.curriculum.save_syllabus(OTHER, project.id, subject_id, theirs, based_on=current.version)
    press(app, "curriculum.syllabus.save")
    assert "Somebody changed this syllabus" in app.error[0].value
    assert app.text_area(key=f"{name}.introduction").value == "What I typed"
    assert "Theirs" in text_of(app)
    drawn = [element.key for element in app.main if getattr(element, "key", None)]
    assert drawn.index(f"{name}.introduction") < drawn.index("curriculum.syllabus.mine")  # near the button
    press(app, "curriculum.syllabus.save")
    assert "Somebody changed this syllabus" in app.error[0].value
    press(app, "curriculum.syllabus.mine")
    press(app, "curriculum.syllabus.save")
    after = studio.work.curriculum.subject(project.id, subject_id)[2]
    assert after is not None
    assert after.introduction == "What I typed"


def test_an_unchanged_syllabus_stays_verified(studio: Studio) -> None:
    project = studio.demo()
    app, subject_id, _ = editing(studio, project)
    press(app, "curriculum.syllabus.save")
    after = studio.work.curriculum.subject(project.id, subject_id)[2]
    assert after is not None
    assert (after.state, after.version) == (NodeState.VERIFIED, 1)


def test_a_first_syllabus_is_written_by_hand(studio: Studio) -> None:
    project = studio.demo()
    row = rows(studio, project, node_of(studio, project, "Mathematics"))["Linear algebra"]
    app = press(studio.page("curriculum", project, subject=str(row.subject.id)), "curriculum.syllabus.write")
    name = f"curriculum.syllabus.{row.subject.id}"
    app.text_input(key=f"{name}.0.name").input("Vectors")
    press(app, "curriculum.syllabus.save")
    assert "no key concept" in app.error[0].value
    assert app.text_input(key=f"{name}.0.name").value == "Vectors"
    app.text_area(key=f"{name}.0.concepts").input("\n".join(f"Concept {number}" for number in range(21)))
    press(app, "curriculum.syllabus.save")
    assert "20 are allowed" in app.error[0].value
    app.text_area(key=f"{name}.0.concepts").input("Vector sum\nDot product")
    press(app, "curriculum.syllabus.save")
    press(app, "curriculum.syllabus.verify")
    stored = rows(studio, project, row.subject.node_id)["Linear algebra"]
    assert (stored.syllabus, stored.concepts, stored.subject.state) == (NodeState.VERIFIED, 2, NodeState.VERIFIED)


def test_discarding_an_edit_changes_nothing(studio: Studio) -> None:
    project = studio.demo()
    row = first_subject(studio, project)
    before = content(studio, row.subject.node_id)
    app, _, name = editing(studio, project)
    press(app, f"{name}.0.delete")
    press(app, "curriculum.syllabus.discard")
    assert content(studio, row.subject.node_id) == before


def test_a_subject_is_edited_and_a_lost_race_keeps_both_texts(studio: Studio) -> None:
    project = studio.demo()
    row = first_subject(studio, project)
    app = press(studio.page("curriculum", project, subject=str(row.subject.id)), "curriculum.subject.edit")
    name = f"curriculum.subject.{row.subject.id}"
    app.text_input(key=f"{name}.name").input("Algebra")
    app.text_area(key=f"{name}.subtopics").input("One\nTwo\n")
    studio.work.curriculum.move_subjects(OTHER, project.id, [row.subject.id], NodeState.PROPOSED)
    press(app, "curriculum.subject.save")
    assert "Somebody changed the subject" in app.error[0].value
    assert app.text_input(key=f"{name}.name").value == "Algebra"
    press(app, "curriculum.subject.mine")
    press(app, "curriculum.subject.save")
    stored = rows(studio, project, row.subject.node_id)["Algebra"].subject
    assert (stored.subtopics, stored.state) == (("One", "Two"), NodeState.PROPOSED)
    press(app, "curriculum.subject.remove")
    press(app, "curriculum.subject.restore")
    press(app, "curriculum.subject.verify")
    assert rows(studio, project, row.subject.node_id)["Algebra"].subject.state is NodeState.VERIFIED
