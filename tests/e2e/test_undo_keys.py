"""Ctrl+Z takes the last action back in a real browser, but never while somebody types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ME, App
from tests.e2e.waiting import quiet, until

pytestmark = pytest.mark.e2e


def test_the_keys_undo_and_redo_outside_text_fields_only(app: App, page: Page) -> None:
    project = app.work.projects.create(ME, "Mine", starter=False, token="t")
    for name in ("First", "Second"):
        app.work.tree.add(ME, project.id, None, name)
    app.open(page, f"taxonomy?project={project.id}")
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    quiet(page)

    def names() -> list[str]:
        return [node.name for node in app.work.taxonomy.children(project.id, None)]

    search = page.get_by_placeholder("Search names and texts")
    search.click()
    page.keyboard.type("Fir")
    page.keyboard.press("Control+z")
    quiet(page)
    assert names() == ["First", "Second"]
    search.fill("")
    page.get_by_role("heading", name="Taxonomy").click()
    quiet(page)
    page.keyboard.press("Control+z")
    until(page, "the second is taken back", lambda: names() == ["First"])
    quiet(page)
    page.keyboard.press("Control+Shift+z")
    until(page, "it is made again", lambda: names() == ["First", "Second"])
