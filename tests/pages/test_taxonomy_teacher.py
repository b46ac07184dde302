"""The Taxonomy page: proposals of a teacher, files, history, links to runs."""

from __future__ import annotations

from core.domain.calls import Stage
from core.domain.states import NodeState
from core.services.tree_edits import Texts
from tests.pages.conftest import ME, Studio
from tests.pages.endpoint import Server, running
from tests.pages.taxonomy_screen import (
    ANNA,
    at,
    found,
    keys,
    opened,
    press,
    proposed,
    sound,
    text_of,
    with_cap,
)


def test_before_sending_the_teacher_the_price_and_the_exact_prompts_are_shown(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = press(opened(studio, project, parent.id), "taxonomy.propose")
    sound(app.number_input(key="taxonomy.propose.queries").set_value(2).run())
    assert "Built\\-in teacher" in text_of(app)
    assert "**2**" in text_of(app)
    assert "no charge" in text_of(app)
    prompts = [code.value for code in app.code]
    assert len(prompts) == 4
    assert any("Humanities > Historical studies" in prompt for prompt in prompts)
    assert studio.work.runs.active(project.id) == []


def test_proposals_arrive_as_proposed_children_with_how_often_each_came_up(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.propose")
    press(app, "taxonomy.propose.send")
    assert "Waiting for the worker" in app.get("progress")[0].proto.text
    assert "taxonomy.run.stop" in keys(app)
    studio.work_off()
    sound(app.run())
    children = studio.work.taxonomy.children(project.id, None)
    assert children
    assert {child.state for child in children} == {NodeState.PROPOSED}
    shown = proposed(app)
    assert dict(zip(shown["Name"], shown["Came up"], strict=True)) == {
        child.name: f"{child.times_seen} of {child.times_asked}" for child in children
    }
    assert "new names came** · 3 of 3 queries gave an answer · no charge" in text_of(app)
    press(app, "taxonomy.run.walk")
    assert at(app, "mode") == "verify"


def test_what_the_built_in_teacher_does_not_know_is_said_with_the_way_out(studio: Studio) -> None:
    project = studio.mine()
    parent = found(studio, project, "Historical studies")
    app = press(opened(studio, project, parent.id), "taxonomy.propose")
    press(app, "taxonomy.propose.send")
    studio.work_off()
    sound(app.run())
    assert "Nothing new came" in text_of(app)
    assert "The built\\-in teacher has nothing on more below" in text_of(app)
    assert "Connect a language model" in text_of(app)
    press(app, "taxonomy.run.close")
    assert "run" not in app.query_params


def test_calls_without_a_price_are_not_called_free(studio: Studio) -> None:
    project = studio.mine(starter=False)
    with running(Server()) as server:
        teacher = studio.work.connections.add(ME, name="Gateway", base_url=server.base_url, models=["small-1"])
        app = press(opened(studio, project), "taxonomy.propose")
        sound(app.selectbox(key="taxonomy.propose.teacher").set_value((teacher.id, "small-1")).run())
        press(app, "taxonomy.propose.send")
        studio.work_off()
        sound(app.run())
    assert "gave an answer · price unknown" in text_of(app)


def test_a_queued_proposal_can_be_stopped(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.propose")
    press(app, "taxonomy.propose.send")
    press(app, "taxonomy.run.stop")
    assert studio.work.runs.active(project.id) == []
    assert "0 of 3 queries gave an answer" in text_of(app)


def test_a_cap_without_a_price_is_refused_in_the_dialog(studio: Studio) -> None:
    project = studio.mine(starter=False)
    connection = studio.work.connections.add(ME, name="Far", base_url="http://127.0.0.1:9/v1", models=["m"])
    choice = studio.work.projects.teachers(project.id)[Stage.TAXONOMY]
    far = choice.model_copy(update={"connection": connection.id, "model": "m"})
    studio.work.projects.choose_teachers(ME, project.id, {Stage.TAXONOMY: far})
    app = press(opened(studio, project), "taxonomy.propose")
    assert "no price is entered" in text_of(app)
    project = studio.work.projects.get(project.id)
    with_cap(studio, project)
    press(app, "taxonomy.propose.send")
    assert "a cost cap cannot hold" in app.error[0].value
    assert studio.work.runs.active(project.id) == []


def test_the_history_of_a_node_says_who_did_what(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    studio.work.tree.edit(ANNA, node, Texts("Stone Age", node.description, tuple(node.synonyms)))
    app = opened(studio, project, node.id)
    table = next(frame.value for frame in app.dataframe if "Details" in frame.value.columns)
    assert (table["Who"][0], table["What"][0]) == ("Anna", "edited")
    assert table["Details"][0] == "name: “Prehistory” → “Stone Age”"


def test_a_link_to_a_run_of_another_node_draws_nothing_of_it(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.propose")
    press(app, "taxonomy.propose.send")
    run = studio.work.runs.active(project.id)[0].id
    studio.work_off()
    field = studio.work.taxonomy.children(project.id, None)[0]
    assert "taxonomy.run.close" not in keys(opened(studio, project, field.id, run=run))
    assert "taxonomy.run.close" not in keys(opened(studio, project, run="nonsense"))
