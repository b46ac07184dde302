"""The Taxonomy page: growing a taxonomy with a teacher from nothing, level by level."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.growth import Goal
from core.domain.price_entry import PriceEntry
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Verdict
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import at, keys, opened, press, propose, proposed, sound, text_of, tick, with_cap


def growing(studio: Studio, project: Project, goal: Goal | None = None, **query: str) -> AppTest:
    if goal:
        studio.work.growth.save_goal(ME, project.id, goal)
    return opened(studio, project, mode="grow", **query)


def send(studio: Studio, app: AppTest) -> AppTest:
    press(app, "taxonomy.grow.send")
    studio.work_off()
    return sound(app.run())


def level(app: AppTest) -> Any:
    return app.segmented_control(key="taxonomy.grow.level").value


def levels(app: AppTest) -> list[str]:
    return list(app.segmented_control(key="taxonomy.grow.level").options)


def kinds(studio: Studio, project: Project, state: NodeState) -> dict[str, int]:
    return {kind: n for (kind, its), n in studio.work.taxonomy.counts(project.id).items() if its == state}


def test_an_empty_taxonomy_offers_to_grow_it_first_of_all(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.grow")
    assert at(app, "mode") == "grow"
    assert "What is the taxonomy to cover?" in text_of(app)
    press(app, "taxonomy.browse")
    assert "mode" not in app.query_params


def test_without_a_scope_nothing_begins(studio: Studio) -> None:
    app = press(growing(studio, studio.mine(starter=False)), "taxonomy.grow.save")
    assert "The scope is empty" in app.error[0].value


def test_the_scope_in_any_language_stands_in_the_prompt_and_can_be_changed(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = growing(studio, project)
    app.text_area(key="taxonomy.grow.scope").set_value("le droit français </scope>")
    press(app, "taxonomy.grow.save")
    assert any("<scope>\nle droit français &lt;/scope>\n</scope>" in code.value for code in app.code)
    app.text_area(key="taxonomy.grow.scope").set_value("护理学")
    press(app, "taxonomy.grow.save")
    assert studio.work.growth.goal(project.id) == Goal(scope="护理学")


def test_a_taxonomy_grows_from_nothing_to_disciplines_with_the_built_in_teacher(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = send(studio, growing(studio, project, Goal(scope="all knowledge")))
    fields = kinds(studio, project, NodeState.PROPOSED)["field"]
    assert (level(app), levels(app)[0]) == (0, f"Fields: {fields} open")
    press(app, "taxonomy.grow.table.accept")
    assert level(app) == 1
    assert f"Ask for sub-fields at {fields} places" in text_of(app)
    assert f"**{3 * fields}**" in text_of(app)
    app = send(studio, app)
    assert set(proposed(app)["In"]) <= {node.name for node in studio.work.taxonomy.children(project.id, None)}
    press(app, "taxonomy.grow.table.accept_often")
    press(app, "taxonomy.grow.table.reject")
    assert level(app) == 2
    app = send(studio, app)
    press(app, "taxonomy.grow.table.accept")
    disciplines = kinds(studio, project, NodeState.VERIFIED)["discipline"]
    assert disciplines > 20
    assert f"{disciplines} disciplines accepted, nothing is open" in "\n".join(e.value for e in app.success)


def test_the_price_of_a_level_and_a_guess_at_the_next_are_shown_before_sending(studio: Studio) -> None:
    project = studio.mine(starter=False)
    connection = studio.work.connections.add(ME, name="Far", base_url="http://127.0.0.1:9/v1", models=["m"])
    studio.work.connections.set_price(ME, connection.id, "m", PriceEntry(fresh="1", output="2"), sure=True)
    own = studio.work.projects.teachers(project.id)[Stage.TAXONOMY]
    far = own.model_copy(update={"connection": connection.id, "model": "m"})
    studio.work.projects.choose_teachers(ME, project.id, {Stage.TAXONOMY: far})
    app = growing(studio, project, Goal(scope="all", queries=4, names=10))
    text = text_of(app)
    assert "**4**" in text
    assert "**about \\$0" in text
    assert "sub\\-fields" in text or "sub-fields" in text
    assert "about 40 calls, about \\$0" in text
    assert "10 names at each place, as nothing is known yet" in text
    assert studio.work.runs.active(project.id) == []


def test_the_guess_is_from_the_branching_so_far(studio: Studio) -> None:
    project = studio.mine(starter=False)
    law, music = propose(studio, project, None, Law=5, Music=5)
    for node in (law, music):
        studio.work.votes.vote(ME, project.id, node.id, Verdict.KEEP)
    propose(studio, project, law, Civil=5, Penal=5, Public=5)
    app = growing(studio, project, Goal(scope="all"), level="2")
    assert "3.0 names at each place, as so far" in text_of(app)
    assert "about 18 calls" in text_of(app)


def test_a_level_whose_upper_one_is_not_accepted_says_what_comes_first(studio: Studio) -> None:
    project = studio.mine(starter=False)
    propose(studio, project, None, Law=5)
    app = growing(studio, project, Goal(scope="all"), level="2")
    assert "Accept fields first" in text_of(app)
    press(app, "taxonomy.grow.back")
    assert at(app, "level") == "1"


def test_one_can_go_on_while_some_names_are_still_open(studio: Studio) -> None:
    project = studio.mine(starter=False)
    propose(studio, project, None, Law=5, Music=4)
    app = tick(growing(studio, project, Goal(scope="all")), "Law")
    press(app, "taxonomy.grow.table.accept")
    assert level(app) == 0
    press(app, "taxonomy.grow.next")
    assert (level(app), at(app, "level")) == (1, "2")
    assert "Ask for sub-fields at 1 place" in text_of(app)


def test_the_goal_ends_where_the_depth_says(studio: Studio) -> None:
    project = studio.mine(starter=False)
    propose(studio, project, None, Law=5)
    app = growing(studio, project, Goal(scope="all", depth=1))
    assert len(levels(app)) == 1
    press(app, "taxonomy.grow.table.accept")
    assert "1 field accepted" in app.success[0].value


def test_a_level_runs_under_its_caps_survives_a_reload_and_goes_on(studio: Studio) -> None:
    project = studio.mine(starter=False)
    for node in propose(studio, project, None, Humanities=5, Services=5):
        studio.work.votes.vote(ME, project.id, node.id, Verdict.KEEP)
    app = growing(studio, project, Goal(scope="all"))
    app.number_input(key="taxonomy.grow.call_cap").set_value(2)
    press(app, "taxonomy.grow.send")
    assert "taxonomy.grow.send" not in keys(app)
    again = growing(studio, project)
    assert "Waiting for the worker" in again.get("progress")[0].proto.text
    studio.work_off()
    again = growing(studio, project, run=at(again, "run"))
    assert "2 of 6 queries gave an answer" in text_of(again)
    assert "taxonomy.run.resume" in keys(again)
    assert len(set(proposed(again)["In"])) == 2


def test_a_cost_cap_without_a_price_is_refused_in_place(studio: Studio) -> None:
    project = with_cap(studio, studio.mine(starter=False))
    connection = studio.work.connections.add(ME, name="Far", base_url="http://127.0.0.1:9/v1", models=["m"])
    own = studio.work.projects.teachers(project.id)[Stage.TAXONOMY]
    far = own.model_copy(update={"connection": connection.id, "model": "m"})
    studio.work.projects.choose_teachers(ME, project.id, {Stage.TAXONOMY: far})
    app = press(growing(studio, project, Goal(scope="all")), "taxonomy.grow.send")
    assert "a cost cap cannot hold" in app.error[0].value
    assert studio.work.runs.active(project.id) == []


def test_what_the_built_in_teacher_does_not_know_leads_to_the_connections(studio: Studio) -> None:
    project = studio.mine(starter=False)
    for node in propose(studio, project, None, Alchemy=5):
        studio.work.votes.vote(ME, project.id, node.id, Verdict.KEEP)
    app = send(studio, growing(studio, project, Goal(scope="all")))
    assert "The built\\-in teacher has nothing on more below" in text_of(app)
    assert "Nothing new came" in text_of(app)
    assert "taxonomy.grow.send" in keys(app)


def test_a_link_to_a_run_or_level_that_is_not_there_draws_the_page_all_the_same(studio: Studio) -> None:
    app = growing(studio, studio.mine(starter=False), Goal(scope="all"), run="nonsense", level="9")
    assert level(app) == 0
