"""Review by keyboard in a real browser: every press is one verdict on the sample that was on screen, at any speed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.domain.records import Project
from core.domain.states import ReviewState
from tests.e2e.conftest import ME, App
from tests.e2e.review_screen import Desk
from tests.e2e.waiting import quiet, until

pytestmark = pytest.mark.e2e
# Both clicks within the page: sent from here, a busy machine takes them apart.
DOUBLE_CLICK = """button => {
    for (const detail of [1, 2]) button.dispatchEvent(new MouseEvent("click", {detail, bubbles: true, composed: true}));
}"""

# Both keys before the browser draws: on a busy machine a hand is as fast.
AT_ONCE = """keys => {
    const root = window.card().getRootNode();
    const press = key => new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, composed: true});
    for (const key of keys) (root.activeElement || document.body).dispatchEvent(press(key));
}"""


@pytest.fixture
def desk(app: App, page: Page, demo: Project) -> Desk:
    """A tab on the queue of the worked demo, not opened yet."""
    return Desk(app, page, demo)


def test_two_hundred_presses_in_two_seconds_are_verdicts_on_the_two_hundred_samples_shown(desk: Desk) -> None:
    desk.start()
    shown = desk.burst("a", 200, gap=10)
    assert 0 not in shown
    assert len(set(shown)) == 200
    entries = desk.has(200)
    assert [entry.sample_id for entry in entries] == shown
    assert {entry.verdict for entry in entries} == {"accept"}


def test_ten_presses_a_second_over_a_slow_link_are_all_counted_once(desk: Desk) -> None:
    desk.start()
    desk.slow(400)
    shown = desk.press("a", 60, pause=0.1)
    assert len(set(shown)) == 60
    assert [entry.sample_id for entry in desk.has(60)] == shown


def test_what_a_closed_tab_left_behind_is_handed_in_at_the_next_visit(desk: Desk) -> None:
    desk.start()
    desk.slow(4000)
    shown = desk.press("a", 20, pause=0.02)
    desk.page.close()
    assert len(desk.entries()) < 20
    again = Desk(desk.app, desk.page.context.new_page(), desk.project)
    again.start()
    assert sorted(entry.sample_id for entry in again.has(20)) == sorted(shown)
    assert again.shown not in shown


def test_a_reload_in_the_middle_loses_and_doubles_nothing(desk: Desk) -> None:
    desk.start()
    shown = desk.press("a", 25, pause=0.03)
    desk.page.reload()
    desk.ready()
    shown += desk.press("a", 25, pause=0.03)
    entries = desk.has(len(set(shown)))
    assert sorted(entry.sample_id for entry in entries) == sorted(set(shown))
    assert len(set(shown)) >= 49


def test_two_tabs_of_one_person_count_every_sample_once(desk: Desk) -> None:
    desk.start()
    other = Desk(desk.app, desk.page.context.new_page(), desk.project)
    other.start()
    shown = desk.press("a", 15, pause=0.05)
    shown += other.press("a", 15, pause=0.05)
    entries = desk.has(len(set(shown)))
    assert sorted(entry.sample_id for entry in entries) == sorted(set(shown))
    expect(other.page.get_by_text("did not count")).to_have_count(0)


def test_a_key_held_down_is_one_verdict(desk: Desk) -> None:
    desk.start()
    desk.page.keyboard.down("a")
    for _ in range(5):
        desk.page.keyboard.down("a")  # the system repeats it
    desk.page.keyboard.up("a")
    assert len(desk.has(1)) == 1


def test_a_double_click_is_one_verdict(desk: Desk) -> None:
    desk.start()
    accept = desk.page.locator(".bar").get_by_role("button", name="Accept")
    accept.evaluate(DOUBLE_CLICK)
    assert len(desk.has(1)) == 1


def test_reject_takes_its_reason_by_digit_and_letters_in_the_note_are_no_keys(desk: Desk) -> None:
    desk.start()
    desk.page.keyboard.press("x")
    note = desk.page.get_by_label("Note", exact=True)
    note.click()
    note.press_sequentially("axes swapped")
    note.press("Enter")
    desk.page.keyboard.press("2")
    (entry,) = desk.has(1)
    assert (entry.verdict, entry.reason, entry.note) == ("reject", desk.project.reject_reasons[1], "axes swapped")


def test_enter_presses_the_button_that_has_the_focus_and_what_was_done_is_said_aloud(desk: Desk) -> None:
    desk.start()
    first, keyboard = desk.shown, desk.page.keyboard
    desk.page.locator(".bar").get_by_role("button", name="Reject").focus()
    keyboard.press("Enter")
    reasons = desk.page.locator(".reasons")
    expect(reasons.get_by_role("button", name=desk.project.reject_reasons[0])).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    (entry,) = desk.has(1)
    assert (entry.sample_id, entry.verdict, entry.reason) == (first, "reject", desk.project.reject_reasons[1])
    expect(desk.page.locator(".bar").get_by_role("button", name="Reject")).to_be_focused()
    expect(desk.page.locator(".aloud")).to_have_text(f"Sample {first} rejected. Sample {desk.shown} is in hand.")
    keyboard.press("x")
    reasons.get_by_role("button", name="Cancel").focus()
    keyboard.press("Enter")
    expect(reasons).to_be_hidden()
    assert desk.has(1) == [entry]


def test_a_long_answer_is_read_by_key_without_a_click(desk: Desk) -> None:
    sample = desk.pending(1)[0]
    text = "\n\n".join(f"Step {number}" for number in range(200)) + "\n\n\u202eLast\u202c word"
    desk.app.work.review.edit(ME, sample, sample.question, text, token="long")
    desk.start(f"&sample={sample.id}&state=all")
    keyboard, last = desk.page.keyboard, desk.card.locator("section", has_text="Last").get_by_text("word")
    expect(last).not_to_be_in_viewport()
    expect(last).to_have_text("U+202ELastU+202C word")
    keyboard.press("PageDown")
    expect(desk.card.get_by_text("Step 0", exact=True)).not_to_be_in_viewport()
    keyboard.press("End")
    expect(desk.card.locator(".compared")).to_be_in_viewport()
    keyboard.press("s")
    expect(desk.card).not_to_have_attribute("data-sample", str(sample.id))
    expect(desk.page.get_by_role("heading", name="Review")).to_be_in_viewport()


def test_undo_goes_back_step_by_step_also_over_what_an_earlier_visit_did(desk: Desk) -> None:
    desk.start()
    first, second = desk.press("a", 2, pause=0.1)
    desk.has(2)
    desk.page.reload()
    desk.ready()
    desk.page.keyboard.press("s")
    desk.page.keyboard.press("u")
    desk.page.keyboard.press("u")
    expect(desk.card).to_have_attribute("data-sample", str(second))
    desk.page.keyboard.press("u")
    expect(desk.card).to_have_attribute("data-sample", str(first))
    states = {desk.app.work.review.view(desk.project.id, each).sample.review for each in (first, second)}
    assert states == {ReviewState.PENDING}
    desk.page.keyboard.press("a")
    assert desk.has(7)[-1].sample_id == first


def test_a_flag_stays_with_the_sample_and_is_taken_away_by_the_same_key(desk: Desk) -> None:
    desk.start()
    sample = desk.shown
    desk.page.keyboard.press("f")
    expect(desk.card.get_by_text("Flagged")).to_be_visible()
    desk.has(1)
    assert desk.app.work.review.view(desk.project.id, sample).sample.flagged
    desk.page.keyboard.press("f")
    desk.has(2)
    assert not desk.app.work.review.view(desk.project.id, sample).sample.flagged
    assert desk.shown == sample


def test_keys_can_be_chosen_and_are_the_persons_own(desk: Desk) -> None:
    desk.start()
    desk.page.keyboard.press("?")
    dialog = desk.page.get_by_role("dialog", name="Keys")
    dialog.get_by_role("button", name="Accept: key a").click()
    desk.page.keyboard.press("x")
    expect(dialog.get_by_role("alert")).to_contain_text("X is Reject")
    desk.page.keyboard.press("j")
    dialog.get_by_role("button", name="Save the keys").click()
    desk.page.keyboard.press("a")
    desk.page.keyboard.press("j")
    assert [entry.verdict for entry in desk.has(1)] == ["accept"]
    assert desk.app.work.queues.keys(ME)["accept"] == "j"
    for key in ("?", "Escape", "j"):
        desk.page.keyboard.press(key)  # closed by Escape, the list takes no key any more
    desk.has(2)


def test_a_key_right_behind_the_one_that_closes_the_list_of_keys_counts(desk: Desk) -> None:
    desk.start()
    desk.page.keyboard.press("?")
    expect(desk.page.get_by_role("dialog", name="Keys")).to_be_visible()
    desk.page.evaluate(AT_ONCE, ["Escape", "e"])
    expect(desk.page.get_by_label("Question", exact=True)).to_be_visible()


def test_an_edit_is_typed_saved_and_accepted_without_the_mouse_and_undone_step_by_step(desk: Desk) -> None:
    first = desk.pending(1)[0]
    page, work = desk.page, desk.app.work
    desk.start()
    page.keyboard.press("e")
    box = page.get_by_label("Question", exact=True)
    box.fill("What is 2 + 3, and why? eaxs")
    box.press("Control+Enter")
    expect(page.get_by_text("saved as a new revision")).to_be_visible()
    sample = work.review.view(desk.project.id, first.id).sample
    assert (sample.question, sample.revision) == ("What is 2 + 3, and why? eaxs", 2)
    expect(desk.card.locator("ins").first).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text(f"Sample {first.id} accepted.").first).to_be_visible()
    for number in (3, 4):
        page.keyboard.press("u")
        desk.has(number)
    sample = work.review.view(desk.project.id, first.id).sample
    assert (sample.question, sample.review) == (first.question, ReviewState.PENDING)
    expect(page).to_have_url(re.compile(rf"sample={first.id}\b"))


def test_place_and_filter_survive_a_reload_and_another_tab_without_an_address(desk: Desk) -> None:
    desk.start("&difficulty=challenging")
    desk.press("s", 2, pause=0.3)
    third = desk.shown
    quiet(desk.page)
    desk.page.reload()
    expect(desk.card).to_have_attribute("data-sample", str(third))
    other = Desk(desk.app, desk.page.context.new_page(), desk.project)
    other.start()
    expect(other.card).to_have_attribute("data-sample", str(third))
    assert "difficulty=challenging" in other.page.url
    expect(other.page.get_by_text("More filters (1 on)")).to_be_visible()


@pytest.mark.parametrize("press", ["key", "click"])
def test_an_edit_that_came_too_late_overwrites_nothing_and_stays_in_its_form(desk: Desk, press: str) -> None:
    page, work = desk.page, desk.app.work
    sample = desk.pending(1)[0]
    desk.start(f"&sample={sample.id}")
    page.locator(".bar").get_by_role("button", name="Edit").click()
    answer = page.get_by_label("Answer")
    answer.fill("Mine, carefully worded.")
    work.review.edit(ME, sample, sample.question, "Theirs, saved first.", token="other window")
    if press == "key":
        answer.press("Control+Enter")
    else:
        page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_text("Your edit did not count")).to_be_visible()
    quiet(page)
    assert work.review.view(desk.project.id, sample.id).sample.answer == "Theirs, saved first."
    expect(answer).to_have_value("Mine, carefully worded.")
    answer.press("Control+Enter")
    until(
        page,
        "the second try is saved",
        lambda: work.review.view(desk.project.id, sample.id).sample.answer == "Mine, carefully worded.",
    )


def test_hostile_and_foreign_texts_are_drawn_as_words(desk: Desk) -> None:
    text = (
        "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) [a](javascript:alert(1)) [b](https://example.org) "
        "שלום עולם 你好 $\\\\href{javascript:alert(1)}{x}$"
    )
    sample = desk.pending(1)[0]
    desk.app.work.review.edit(ME, sample, text, text + "!", token="hostile")
    desk.start(f"&sample={sample.id}&state=all")
    expect(desk.card).to_contain_text("<img src=x onerror=alert(1)>")
    assert desk.card.locator("img, script, iframe").count() == 0
    targets = desk.card.locator("a").evaluate_all(
        "links => links.map((link) => [link.protocol, link.rel, link.target])"
    )
    assert [target for target in targets if target[0] != "https:"] == []
    assert targets[0][1:] == ["noopener noreferrer", "_blank"]
