"""The dialogs over subjects in a browser: a press inside acts once and closes them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import ME, App
from tests.e2e.waiting import press, settle, table


def test_a_dialog_closes_when_it_has_done_its_work(page: Page, app: App) -> None:
    project = app.work.projects.create(ME, "All", starter=True, token="t")
    path = app.work.taxonomy.search(project.id, "Astronomy")[0]
    app.work.subjects.add_lines(ME, project.id, path[-1].id, "Optics\nCosmology", "advanced", token="s")
    app.open(page, f"curriculum?project={project.id}&discipline={path[-1].id}")
    for row in (0, 1):
        subjects = table(page, "Optics")
        subjects.click(position={"x": 20, "y": 52 + 35 * row})
        expect(subjects.locator("tbody tr[aria-selected=true]")).to_have_count(row + 1)
        settle(page)
    press(page, "Merge…")
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("is merged into").first).to_be_visible()
