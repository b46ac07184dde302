"""The project page: settings that are never lost, backup and restore, history."""

from __future__ import annotations

import pytest

from core.domain.money import NANO
from tests.pages.conftest import ME, Studio


def test_settings_are_saved_and_logged(studio: Studio) -> None:
    project = studio.mine(starter=False)
    page = studio.page("project", project)
    page.text_input(key="project.cost_cap").set_value("$12.50")
    page.number_input(key="project.call_cap").set_value(5000)
    page.text_area(key="project.reasons").set_value("Wrong\n\nWrong\nUnclear")
    page.button(key="project.save").click().run()
    assert not page.exception
    saved = studio.work.projects.get(project.id)
    assert (saved.cost_cap, saved.call_cap) == (12_500_000_000, 5000)
    assert saved.reject_reasons == ("Wrong", "Unclear")
    assert studio.work.projects.history(project.id)[0].kind == "settings"


def test_the_query_budget_can_be_taken_away_again(studio: Studio) -> None:
    project = studio.mine(starter=False)
    page = studio.page("project", project)
    page.number_input(key="project.call_cap").set_value(5000)
    page.button(key="project.save").click().run()
    assert studio.work.projects.get(project.id).call_cap == 5000
    page.number_input(key="project.call_cap").set_value(None)
    page.button(key="project.save").click().run()
    assert not page.exception
    assert studio.work.projects.get(project.id).call_cap is None


@pytest.mark.parametrize("cap", ["a lot", "-1", "NaN", "1e99", "Infinity"])
def test_a_cap_that_is_no_amount_is_explained_and_nothing_is_saved(studio: Studio, cap: str) -> None:
    project = studio.mine(starter=False)
    page = studio.page("project", project)
    page.text_input(key="project.cost_cap").set_value(cap)
    page.button(key="project.save").click().run()
    assert not page.exception
    assert "cost cap" in page.error[0].value
    assert studio.work.projects.get(project.id).cost_cap is None
    assert page.text_input(key="project.cost_cap").value == cap


def test_the_second_of_two_savers_sees_what_the_first_saved(studio: Studio) -> None:
    project = studio.mine(starter=False)
    page = studio.page("project", project)
    studio.work.projects.save(
        ME,
        project,
        name="Other name",
        guidelines="theirs",
        reject_reasons=["R"],
        cost_cap=NANO,
        call_cap=None,
        quorum=3,
    )
    page.text_area(key="project.guidelines").set_value("mine")
    page.button(key="project.save").click().run()
    assert "Somebody changed" in page.error[0].value
    assert "theirs" in page.code[-1].value
    assert studio.work.projects.get(project.id).guidelines == "theirs"
    assert page.text_area(key="project.guidelines").value == "mine"
    page.button(key="project.take_over").click().run()
    page.button(key="project.save").click().run()
    assert studio.work.projects.get(project.id).guidelines == "mine"


def test_a_backup_is_restored_and_the_state_before_is_kept(studio: Studio) -> None:
    project = studio.mine(starter=False)
    studio.work.maintenance.backup(ME)
    node = studio.work.tree.add(ME, project.id, None, "Lost again")
    page = studio.page("project", project)
    page.session_state["project.tab"] = "Backup and restore"
    page.run()
    (name,) = [backup.name for backup in studio.work.maintenance.backups()]
    page.button(key=f"project.restore.{name}").click().run()
    page.button(key="project.restore_sure").click().run()
    assert not page.exception
    assert studio.work.taxonomy.children(project.id, None) == []
    safety = next(b.name for b in studio.work.maintenance.backups() if "before-restore" in b.name)
    studio.work.maintenance.restore(ME, safety)
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.name == "Lost again"


def test_history_shows_who_did_what(studio: Studio) -> None:
    project = studio.mine(starter=False)
    page = studio.page("project", project)
    page.session_state["project.tab"] = "History"
    page.run()
    assert not page.exception
    assert "created project" in page.dataframe[0].value["What"][0]


def test_a_further_project_is_made_from_here(studio: Studio) -> None:
    project = studio.mine("First", starter=False)
    page = studio.page("project", project)
    page.session_state["project.tab"] = "New project"
    page.run()
    page.text_input(key="project_new.name").set_value("Second")
    page.button(key="project_new.create").click().run()
    assert not page.exception
    assert [p.name for p in studio.work.projects.all()] == ["First", "Second"]
