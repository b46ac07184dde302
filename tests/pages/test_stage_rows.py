"""The rows of the stage form follow what was chosen elsewhere, also in a browser that already shows them."""

from __future__ import annotations

from core.services.projects import PAPER_SAMPLING
from tests.pages.conftest import ME, Studio
from tests.pages.connection_screen import TEACHERS, opened


def test_one_teacher_for_all_stages_reaches_the_rows_that_are_on_screen(studio: Studio) -> None:
    project = studio.mine(starter=False)
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", models=["m"])
    page = opened(studio, TEACHERS)
    page.selectbox(key="connections.for_all").set_value((made.id, "m"))
    page.button(key="connections.for_all_save").click().run()
    assert not page.exception
    for stage in PAPER_SAMPLING:
        row = page.selectbox(key=f"connections.stage.{project.id}.{stage.value}")
        assert row.value == (made.id, "m")
        assert row.proto.set_value, "without it the browser keeps what it showed, and saving would write that back"
    page.button(key="connections.stages_save").click().run()
    assert {choice.model for choice in studio.work.projects.teachers(project.id).values()} == {"m"}


def test_a_row_whose_teacher_was_removed_meanwhile_falls_back(studio: Studio) -> None:
    project = studio.mine(starter=False)
    made = studio.work.connections.add(ME, name="G", base_url="http://127.0.0.1:9/v1", models=["m"])
    page = opened(studio, TEACHERS)
    page.selectbox(key="connections.for_all").set_value((made.id, "m"))
    page.button(key="connections.for_all_save").click().run()
    studio.work.connections.remove(ME, made.id)
    page.run()
    assert not page.exception
    assert page.selectbox(key=f"connections.stage.{project.id}.answer").value == ("builtin", "built-in-1")
