"""Growing a taxonomy in a browser: from an empty project, by keyboard, over a reload, back by undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.domain.people import Principal
from core.domain.states import NodeState
from tests.e2e.conftest import App
from tests.e2e.waiting import press, settle, table

ME = Principal("You")


def states(app: App, project_id: str) -> list[NodeState]:
    return [node.state for node in app.work.taxonomy.children(project_id, None, removed=True)]


@pytest.mark.own_app
def test_fields_are_proposed_and_decided_by_keyboard(page: Page, app: App) -> None:
    project = app.work.projects.create(ME, "All", starter=False, token="t")
    app.open(page, f"taxonomy?project={project.id}")
    press(page, "Grow with a teacher")
    page.get_by_role("textbox", name="Scope, in a sentence").fill("all human knowledge and skill")
    press(page, "Begin")
    press(page, "Send 3 queries")
    expect(page.get_by_text("new names came").first).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text("new names came").first).to_be_visible()

    table(page, "proposed").click(position={"x": 100, "y": 52})  # the first name: no tick, but the cursor
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Accept 1")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    press(page, "Accept 2")
    expect(page.get_by_text("2 names are accepted").first).to_be_visible()
    assert states(app, project.id).count(NodeState.VERIFIED) == 2
    press(page, "Undo")
    expect(page.get_by_text("Taken back").first).to_be_visible()
    assert set(states(app, project.id)) == {NodeState.PROPOSED}
