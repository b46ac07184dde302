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


def test_a_key_held_down_is_one_verdict(app: App, page: Page) -> None:
    project = demo(app)
    start(app, page, project)
    page.keyboard.down("a")
    for _ in range(5):
        page.keyboard.down("a")  # the system repeats it
    page.keyboard.up("a")
    page.wait_for_timeout(1500)
    assert len(mine(app, project)) == 1


def test_a_double_click_is_one_verdict(app: App, page: Page) -> None:
    project = demo(app)
    start(app, page, project)
    page.get_by_role("button", name="Accept").dblclick()
    page.wait_for_timeout(1500)
    assert len(mine(app, project)) == 1


def test_reject_takes_its_reason_by_digit_and_letters_in_the_note_are_no_keys(app: App, page: Page) -> None:
    project = demo(app)
    start(app, page, project)
    page.keyboard.press("x")
    note = page.get_by_placeholder("Note (optional)")
    note.click()
    note.press_sequentially("axes swapped")
    note.press("Enter")
    page.keyboard.press("2")
    page.wait_for_timeout(1500)
    (entry,) = mine(app, project)
    assert (entry.verdict, entry.reason, entry.note) == ("reject", project.reject_reasons[1], "axes swapped")


def test_an_edit_is_typed_saved_and_accepted_without_the_mouse_and_undone_step_by_step(app: App, page: Page) -> None:
    project = demo(app)
    first = app.work.review.queue(project.id, PENDING, size=1)[0]
    start(app, page, project)
    page.keyboard.press("e")
    box = page.get_by_label("Question", exact=True)
    box.fill("What is 2 + 3, and why? eaxs")
    box.press("Control+Enter")
    expect(page.get_by_text("saved as a new revision")).to_be_visible()
    sample = app.work.review.view(project.id, first.id).sample
    assert (sample.question, sample.revision) == ("What is 2 + 3, and why? eaxs", 2)
    page.wait_for_timeout(700)
    page.keyboard.press("a")
    expect(page.get_by_text(f"Sample {first.id} accepted.")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("u")
        page.wait_for_timeout(1000)
    sample = app.work.review.view(project.id, first.id).sample
    assert (sample.question, sample.review) == (first.question, ReviewState.PENDING)
    assert f"sample={first.id}" in page.url


def test_the_place_survives_a_reload(app: App, page: Page) -> None:
    project = demo(app)
    third = app.work.review.queue(project.id, PENDING, size=3)[2].id
    start(app, page, project)
    for _ in range(2):
        page.keyboard.press("s")
        page.wait_for_timeout(150)
    expect(page.get_by_text(f"Sample {third}", exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text(f"Sample {third}", exact=True)).to_be_visible()


@pytest.mark.parametrize("press", ["key", "click"])
def test_an_edit_that_came_too_late_overwrites_nothing_and_stays_in_its_form(app: App, page: Page, press: str) -> None:
    project = demo(app)
    sample = app.work.review.queue(project.id, PENDING, size=1)[0]
    start(app, page, project, f"&sample={sample.id}")
    page.get_by_role("button", name="Edit").click()
    answer = page.get_by_label("Answer")
    answer.fill("Mine, carefully worded.")
    app.work.review.edit(ME, sample, sample.question, "Theirs, saved first.", token="other window")
    if press == "key":
        answer.press("Control+Enter")
    else:
        page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_text("Your edit did not count")).to_be_visible()
    page.wait_for_timeout(1000)
    assert app.work.review.view(project.id, sample.id).sample.answer == "Theirs, saved first."
    expect(answer).to_have_value("Mine, carefully worded.")
    answer.press("Control+Enter")
    page.wait_for_timeout(1500)
    assert app.work.review.view(project.id, sample.id).sample.answer == "Mine, carefully worded."
