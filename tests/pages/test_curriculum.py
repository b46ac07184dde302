"""The Curriculum page, the subjects of a discipline: every state it draws, and what each press does."""

from __future__ import annotations

import pytest

from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.records import Project
from core.domain.states import NodeState
from pages.components.text import safe
from tests.pages.conftest import ME, Studio
from tests.pages.curriculum_screen import (
    OTHER,
    content,
    history,
    keys,
    node_of,
    opened,
    press,
    rows,
    table_of,
    text_of,
    tick,
    verified,
)

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "![x](http://127.0.0.1:9/x.png)",
    "**b** :material/home: [a](javascript:x)",
    "\u0645\u0631\u062d\u0628\u0627 \u202eabc",
)


def test_without_a_discipline_the_page_leads_to_the_taxonomy(studio: Studio) -> None:
    app = studio.page("curriculum", studio.mine(starter=False))
    assert not app.exception
    assert "No discipline yet" in text_of(app)


def test_verified_disciplines_come_first_and_the_others_are_marked(studio: Studio) -> None:
    app = studio.page("curriculum", studio.demo())
    options = app.selectbox(key="curriculum.discipline").options
    marks = ["not verified" in option for option in options]
    assert marks == sorted(marks)
    assert marks.count(False) == 3


def test_a_discipline_that_nobody_verified_is_verified_from_here(studio: Studio) -> None:
    project = studio.mine()
    node_id = node_of(studio, project, "Chemistry")
    app = press(opened(studio, project, node_id), "curriculum.keep")
    assert studio.work.taxonomy.view(ME, project.id, node_id).node.state is NodeState.VERIFIED
    assert "Find the subjects" in text_of(app)


def test_a_newcomer_gets_from_nothing_to_verified_syllabi_in_four_presses(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    app = press(opened(studio, project, node_id), "curriculum.list.start")
    assert "waiting for the worker" in app.get("progress")[0].proto.text
    studio.work_off()
    app.run()
    assert "6 new subjects from 3 answers" in text_of(app)
    assert {row.subject.times_asked for row in rows(studio, project, node_id).values()} == {3}
    press(app, "curriculum.verify_all")
    assert {row.subject.state for row in rows(studio, project, node_id).values()} == {NodeState.VERIFIED}
    press(app, "curriculum.design.start")
    studio.work_off()
    app.run()
    assert "2 syllabi designed" in text_of(app)
    press(app, "curriculum.verify_syllabi")
    done = [row for row in rows(studio, project, node_id).values() if row.syllabus is NodeState.VERIFIED]
    assert len(done) == 2
    assert all(row.sessions and row.concepts for row in done)
    assert "Next: Generate questions" in text_of(app)
    assert [source.subject.id for view in studio.work.generation.sources(project.id) for source in view.sources]


def test_expanding_one_discipline_touches_nothing_of_another(studio: Studio) -> None:
    project = studio.demo()
    music, chemistry = node_of(studio, project, "Music"), verified(studio, project, "Chemistry")
    before = content(studio, music)
    app = press(opened(studio, project, chemistry), "curriculum.list.start")
    studio.work_off()
    press(app.run(), "curriculum.verify_all")
    press(app, "curriculum.design.start")
    studio.work_off()
    press(app.run(), "curriculum.verify_syllabi")
    app.text_input[0].input("Photochemistry")
    press(app, "curriculum.add.send")
    assert len(rows(studio, project, chemistry)) == 7
    assert content(studio, music) == before


def test_the_table_says_how_often_each_subject_came_up(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    studio.work.curriculum.add_subject(ME, project.id, node_id, "By me", "advanced", [])
    assert table_of(opened(studio, project, node_id))["Came up"] == ["added by hand"]
    press(opened(studio, project, node_id), "curriculum.list.start")
    studio.work_off()
    table = table_of(opened(studio, project, node_id))
    seen = dict(zip(table["Subject"], table["Came up"], strict=True))
    assert seen["By me"] == "0 of 3 queries"
    assert seen["General chemistry"] == "3 of 3 queries"


def test_ticked_subjects_move_together_and_history_says_how(studio: Studio) -> None:
    project = studio.demo()
    node_id = node_of(studio, project, "Mathematics")
    app = tick(opened(studio, project, node_id), 0, 2)
    assert {"curriculum.verify", "curriculum.reopen", "curriculum.remove"} <= keys(app)
    assert "curriculum.restore" not in keys(app)
    press(app, "curriculum.remove")
    gone = {name for name, row in rows(studio, project, node_id).items() if row.subject.state is NodeState.REMOVED}
    assert gone == {"Algebra and functions", "Plane geometry and trigonometry"}
    assert len(table_of(app)["Subject"]) == 4
    app.toggle(key="curriculum.removed").set_value(True).run()
    tick(app, 0, 2)
    press(app, "curriculum.restore")
    states = {row.subject.state for name, row in rows(studio, project, node_id).items() if name in gone}
    assert states == {NodeState.PROPOSED}
    tick(app, 1)
    press(app, "curriculum.reopen")
    assert rows(studio, project, node_id)["Probability and counting"].subject.state is NodeState.PROPOSED
    kinds = [kind for kind, entity in history(studio, project) if entity == "subject"]
    assert kinds == ["reopened", "restored", "removed"]  # one for each action


def test_a_press_moves_what_stood_on_screen_not_what_came_later(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    studio.work.curriculum.add_subject(ME, project.id, node_id, "Seen", "advanced", [])
    app = opened(studio, project, node_id)
    studio.work.curriculum.add_subject(OTHER, project.id, node_id, "Unseen", "advanced", [])
    press(app, "curriculum.verify_all")
    found = rows(studio, project, node_id)
    assert found["Seen"].subject.state is NodeState.VERIFIED
    assert found["Unseen"].subject.state is NodeState.PROPOSED


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_words_everywhere(studio: Studio, name: str) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    app = opened(studio, project, node_id)
    app.text_input[0].input(name)
    app.text_area[0].input(name)
    press(app, "curriculum.add.send")
    row = next(iter(rows(studio, project, node_id).values()))
    draft = SyllabusDraft(
        introduction=name, objectives=(name,), sessions=(SessionDraft(name=name, description=name, concepts=(name,)),)
    )
    studio.work.curriculum.save_syllabus(ME, project.id, row.subject.id, draft, based_on=None)
    app = studio.page("curriculum", project, subject=str(row.subject.id))
    assert not app.exception
    drawn = text_of(app)
    assert drawn.count(safe(name)) >= 3
    assert name not in drawn.replace(safe(name), "") or name == safe(name)


def test_names_that_cannot_be_used_are_refused_with_what_was_typed_kept(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    app = opened(studio, project, node_id)
    for name, words in (("", "is empty"), ("x" * 10_000, "10,000 characters")):
        app.text_input[0].input(name)
        press(app, "curriculum.add.send")
        assert words in app.error[0].value
        assert app.text_input[0].value == name
    for number in (1, 2):
        app.text_input[0].input("  Polymers ")
        press(app, "curriculum.add.send")
        assert len(rows(studio, project, node_id)) == 1, number
    assert "already has a subject" in app.error[0].value


def test_one_token_adds_one_subject_however_often_it_is_pressed(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    made = {
        studio.work.curriculum.add_subject(ME, project.id, node_id, "Once", "advanced", [], token="t").id
        for _ in range(2)
    }
    assert len(made) == 1


def test_the_built_in_teacher_says_what_it_knows_instead_of_failing(studio: Studio) -> None:
    project = studio.mine()
    names = set(studio.work.curriculum.builtin_disciplines())
    paths = studio.work.taxonomy.disciplines(project.id)
    name = next(path[-1].name for path in paths if path[-1].name not in names)
    app = opened(studio, project, verified(studio, project, name))
    assert "Chemistry" in app.warning[0].value
    assert "curriculum.list.start" not in keys(app)


def test_failed_queries_are_explained_with_the_next_step(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    subject = studio.work.curriculum.add_subject(ME, project.id, node_id, "Alchemy", "advanced", [])
    studio.work.curriculum.move_subjects(ME, project.id, [subject.id], NodeState.VERIFIED)
    app = opened(studio, project, node_id)
    assert "has no syllabus for Alchemy" in text_of(app)
    chooser = next(each for each in app.multiselect if "curriculum.design" in str(each.key))
    assert chooser.value == []
    chooser.select(subject.id).run()
    press(app, "curriculum.design.start")
    studio.work_off()
    app.run()
    assert "nothing on the syllabus of" in app.error[0].value
    assert "write its syllabus" in app.warning[0].value
    press(app, "curriculum.run.close")
    assert not app.error


def test_prompt_calls_and_price_are_shown_before_anything_is_sent(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    app = opened(studio, project, node_id)
    assert "6 calls: 3 to ask" in text_of(app)
    assert "No charge" in text_of(app)
    assert any("Chemistry" in block.value for block in app.code)
    assert studio.work.runs.page(project.id) == []


def test_a_language_model_is_asked_ten_times_and_converts_its_own_text(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Botany" if _has(studio, project, "Botany") else "Sociology")
    added = studio.work.connections.add(
        ME, name="Mine **b**", base_url="http://127.0.0.1:9/v1", key="sk-not-a-real-key-0000", models=["m-1"]
    )
    app = opened(studio, project, node_id)
    app.selectbox(key="curriculum.list.teacher").set_value((added.id, "m-1")).run()
    assert not app.exception
    assert app.number_input(key="curriculum.list.queries.openai").value == 10
    assert "20 calls: 10 to ask" in text_of(app)
    press(app, "curriculum.list.start")
    plan = studio.work.runs.page(project.id)[0].run.plan
    assert {choice["connection"] for choice in plan["teachers"].values()} == {added.id}


def _has(studio: Studio, project: Project, name: str) -> bool:
    return any(path[-1].name == name for path in studio.work.taxonomy.disciplines(project.id))


def test_an_unknown_subject_in_the_url_is_said_and_the_list_is_drawn(studio: Studio) -> None:
    app = studio.page("curriculum", studio.demo(), subject="999999")
    assert "no subject 999999" in app.error[0].value
    assert app.selectbox(key="curriculum.discipline").value
    for odd in ("abc", "-1", "9" * 40, "²"):
        assert not studio.page("curriculum", studio.demo(), subject=odd, discipline=odd, run=odd).exception


def test_syllabi_are_designed_for_the_ticked_subjects(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    names = ("General chemistry", "Reaction kinetics and equilibrium")
    made = [studio.work.curriculum.add_subject(ME, project.id, node_id, name, "advanced", []).id for name in names]
    studio.work.curriculum.move_subjects(ME, project.id, made, NodeState.VERIFIED)
    press(tick(opened(studio, project, node_id), 1), "curriculum.design.start")
    assert studio.work.runs.page(project.id)[0].run.plan["subjects"] == [made[1]]


def test_a_run_is_found_again_and_can_be_stopped(studio: Studio) -> None:
    project = studio.mine()
    node_id = verified(studio, project, "Chemistry")
    press(opened(studio, project, node_id), "curriculum.list.start")
    app = opened(studio, project, node_id)
    press(app, "curriculum.run.stop")
    app.run()
    assert "The run is cancelled" in text_of(app)
    assert not rows(studio, project, node_id)


def test_one_press_starts_one_run(studio: Studio) -> None:
    project = studio.mine()
    app = press(opened(studio, project, verified(studio, project, "Chemistry")), "curriculum.list.start")
    assert app.button(key="curriculum.list.start").disabled
    assert len(studio.work.runs.page(project.id)) == 1
