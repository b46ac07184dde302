"""Review by keyboard in a real browser: fast presses are verdicts, each on its own sample, none lost or doubled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.domain.filters import SampleFilter
from core.domain.records import Project, Review
from core.domain.states import ReviewState
from tests.e2e.conftest import ME, App

pytestmark = pytest.mark.e2e
PENDING = SampleFilter(review=ReviewState.PENDING)


def demo(app: App) -> Project:
    """The worked demo, with its pending samples."""
    return app.work.projects.open_demo(ME)


def mine(app: App, project: Project) -> list[Review]:
    """What this person did so far, oldest first."""
    queue = app.work.review.queue(project.id, SampleFilter(), size=1000)
    entries = [entry for sample in queue for entry in app.work.review.view(project.id, sample.id).reviews]
    return sorted((entry for entry in entries if entry.person == ME.name), key=lambda entry: entry.id)


def start(app: App, page: Page, project: Project, query: str = "") -> None:
    """Open the queue and wait until keys work."""
    app.open(page, f"review?project={project.id}{query}")
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    page.wait_for_timeout(1500)


def test_thirty_fast_presses_are_thirty_verdicts_on_thirty_samples(app: App, page: Page) -> None:
    project = demo(app)
    wanted = [sample.id for sample in app.work.review.queue(project.id, PENDING, size=30)]
    start(app, page, project)
    for _ in range(30):
        page.keyboard.press("a")
        page.wait_for_timeout(150)
    page.wait_for_timeout(3000)
    entries = mine(app, project)
    assert [entry.sample_id for entry in entries] == wanted
    assert {entry.verdict for entry in entries} == {"accept"}
