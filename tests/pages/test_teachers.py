"""Who answers which stage of a project."""

from __future__ import annotations

import pytest

from core.domain.calls import Stage
from core.errors import StudioError
from tests.pages.conftest import ME, Studio
from tests.pages.connection_screen import CONNECTED, KEY, TEACHERS, endpoints, opened


def test_a_removed_connection_is_gone_and_its_stages_fall_back(studio: Studio) -> None:
    project = studio.mine(starter=False)
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", key=KEY, models=["m"])
    page = opened(studio, TEACHERS)
    page.selectbox(key="connections.for_all").set_value((made.id, "m"))
    page.button(key="connections.for_all_save").click().run()
    assert not page.exception
    assert {choice.model for choice in studio.work.projects.teachers(project.id).values()} == {"m"}
    page.session_state["connections.tab"] = CONNECTED
    page.run()
    page.button(key=f"connections.remove.{made.id}").click().run()
    page.button(key=f"connections.remove_sure.{made.id}").click().run()
    assert not page.exception
    assert endpoints(studio) == []
    assert {choice.connection for choice in studio.work.projects.teachers(project.id).values()} == {"builtin"}


def test_the_built_in_teacher_cannot_be_removed(studio: Studio) -> None:
    page = opened(studio)
    assert "connections.remove.builtin" not in [button.key for button in page.button]
    with pytest.raises(StudioError, match="cannot be removed"):
        studio.work.connections.remove(ME, "builtin")


def test_each_stage_has_its_own_teacher(studio: Studio) -> None:
    project, other = studio.mine("One", starter=False), studio.mine("Two", starter=False)
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", models=["m"])
    page = studio.page("connections", project)
    page.session_state["connections.tab"] = TEACHERS
    page.run()
    row = f"connections.stage.{project.id}.answer"
    page.selectbox(key=row).set_value((made.id, "m"))
    page.number_input(key=f"{row}.temperature").set_value(0.2)
    page.button(key="connections.stages_save").click().run()
    assert not page.exception
    chosen = studio.work.projects.teachers(project.id)
    assert (chosen[Stage.ANSWER].model, chosen[Stage.ANSWER].temperature) == ("m", 0.2)
    assert chosen[Stage.QUESTION].connection == "builtin"
    assert studio.work.projects.teachers(other.id)[Stage.ANSWER].connection == "builtin"
