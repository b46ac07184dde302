"""A draft in a browser: prepared by the worker while somebody looks on, read, frozen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ME, App
from tests.e2e.waiting import press


@pytest.mark.own_app
def test_a_draft_is_prepared_while_somebody_looks_on_and_frozen(page: Page, app: App) -> None:
    demo = app.work.projects.open_demo(ME)
    app.open(page, f"datasets?project={demo.id}")
    page.get_by_role("textbox", name="Name of the version").fill("Pilot")
    page.keyboard.press("Tab")
    press(page, "Prepare")
    expect(page.get_by_text("Read the report")).to_be_visible(timeout=90_000)
    page.reload()
    expect(page.get_by_role("heading", name="Draft: Pilot")).to_be_visible()
    press(page, re.compile(r"Freeze \d+ rows"))
    expect(page.get_by_role("heading", name="Version 1: Pilot")).to_be_visible()
    (made,) = (dataset for dataset, _ in app.work.datasets.page(demo.id))
    assert made.card["rows"] == made.n_items > 0
