"""Review by several people, by touch and over a restart, in real browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.review import ReviewPlan
from core.domain.states import ReviewState
from tests.e2e.conftest import ME, App, fresh_context
from tests.e2e.review_screen import Desk
from tests.e2e.waiting import quiet, until

pytestmark = pytest.mark.e2e
BO = Principal("Bo")


@pytest.fixture
def finger(browser: Browser) -> Iterator[Page]:
    """A tab on a tablet."""
    context = fresh_context(browser, 800, touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A tab on a telephone, on which the app's header lies over the page."""
    context = fresh_context(browser, 390, touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A tab that may complain of a server that is not there."""
    context = fresh_context(browser)
    yield context.new_page()
    context.close()


def test_two_people_at_work_never_have_the_same_sample_on_screen(
    app: App, page: Page, bare: Page, demo: Project
) -> None:
    desks = {"Ada": Desk(app, page, demo), "Bo": Desk(app, bare, demo)}
    shown: dict[str, list[int]] = {name: [] for name in desks}
    for name, desk in desks.items():
        desk.start(f"&person={name}")
    for _ in range(6):
        for name, desk in desks.items():
            shown[name] += desk.burst("a", 4, gap=20)
            desk.page.wait_for_timeout(300)
    ada, bo = ({sample for sample in seen if sample} for seen in shown.values())
    assert len(ada) == len(bo) == 24
    assert not ada & bo


def test_whoever_takes_over_the_window_has_one_card_and_a_press_is_theirs_alone(
    app: App, page: Page, demo: Project
) -> None:
    desk = Desk(app, page, demo)
    desk.start()
    before = desk.shown
    page.get_by_role("button", name="Working as").click()
    page.get_by_label("Somebody else").fill("Bo")
    page.get_by_role("button", name="Work as this person").click()
    expect(page.get_by_role("button", name="Working as Bo")).to_be_visible()
    expect(page.locator(f"article.card:not([data-sample='{before}'])")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Somebody else")).to_be_hidden()
    desk.ready()
    theirs = desk.shown
    page.keyboard.press("a")
    expect(page.get_by_text(f"Sample {theirs} accepted.", exact=True)).to_be_visible()
    quiet(page)
    assert app.work.review.view(demo.id, before).sample.review is ReviewState.PENDING
    assert [entry.person for entry in app.work.review.view(demo.id, theirs).reviews] == ["Bo"]


def test_a_second_verdict_looks_like_a_first_one_and_another_opinion_makes_a_dispute(
    app: App, page: Page, demo: Project
) -> None:
    app.work.queues.keep_plan(ME, demo.id, ReviewPlan(second_share=1, gold_share=0))
    desk = Desk(app, page, demo)
    for sample in desk.pending():
        app.work.review.decide(
            BO, sample, ReviewState.ACCEPTED, token=f"bo {sample.id}", note="Bo was here", blind=True
        )
    assert desk.pending() == []
    desk.start()
    first = desk.shown
    for words in ("Pending", "0 entries"):
        expect(desk.card.get_by_text(words)).to_have_count(1)
    expect(desk.card).not_to_contain_text(re.compile(r"\bBo\b"))
    page.keyboard.press("x")
    page.keyboard.press("1")
    until(page, "no dispute", lambda: app.work.review.view(demo.id, first).sample.review is ReviewState.DISPUTED)
    assert desk.shown != first


def test_a_key_that_flags_takes_nobodys_flag_away(app: App, page: Page, demo: Project) -> None:
    desk = Desk(app, page, demo)
    desk.start()
    sample = app.work.review.view(demo.id, desk.shown).sample
    app.work.review.flag(BO, sample, on=True, token="bo")
    for flagged in (True, False):
        page.keyboard.press("f")
        expect(
            page.get_by_text(f"Sample {sample.id} {'flagged' if flagged else 'is flagged no more'}.")
        ).to_be_visible()
        assert app.work.review.view(demo.id, sample.id).sample.flagged is flagged


def test_fingers_judge_as_keys_do(app: App, finger: Page, demo: Project) -> None:
    desk = Desk(app, finger, demo)
    desk.start()
    first = desk.shown
    bar = finger.locator(".bar")
    bar.get_by_role("button", name="Accept").tap()
    expect(desk.card).not_to_have_attribute("data-sample", str(first))
    bar.get_by_role("button", name="Reject").tap()
    finger.get_by_role("button", name=demo.reject_reasons[2]).tap()
    desk.has(2)
    bar.get_by_role("button", name="Undo").tap()
    finger.wait_for_timeout(400)  # two taps, not a double one
    bar.get_by_role("button", name="Undo").tap()
    assert [entry.verdict for entry in desk.has(4)] == ["accept", "reject", "undo", "undo"]
    expect(desk.card).to_have_attribute("data-sample", str(first))


def test_the_buttons_stay_in_reach_of_a_finger_below_a_long_answer(app: App, phone: Page, demo: Project) -> None:
    desk = Desk(app, phone, demo)
    long = desk.pending(1)[0]
    text = "\n\n".join(f"Step {number}" for number in range(200))
    app.work.review.edit(ME, long, long.question, text, token="long")
    desk.start(f"&sample={long.id}&state=all")
    phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 3000)")
    accept = phone.locator(".bar").get_by_role("button", name="Accept")
    expect(accept.locator("kbd")).to_be_hidden()
    accept.tap()
    expect(desk.card).not_to_have_attribute("data-sample", str(long.id))
    expect(accept).to_be_in_viewport()
    expect(phone.get_by_role("heading", name="Review")).not_to_be_in_viewport()


@pytest.mark.own_app
def test_a_restart_of_the_studio_in_the_middle_loses_and_doubles_nothing(app: App, bare: Page, demo: Project) -> None:
    desk = Desk(app, bare, demo)
    desk.start()
    shown = desk.press("a", 6, pause=0.1)
    app.server.stop()
    shown += desk.press("a", 6, pause=0.1)
    waiting = bare.locator(".said-now")
    expect(waiting).to_contain_text(re.compile(r"^\d+ to be stored"))
    app.server.start()
    assert 0 not in shown
    assert sorted(entry.sample_id for entry in desk.has(12)) == sorted(shown)
    desk.ready()
    assert desk.shown not in shown
    expect(waiting).to_have_text("")


def test_what_is_to_be_fixed_waits_above_the_queue_at_once(app: App, page: Page, demo: Project) -> None:
    desk = Desk(app, page, demo)
    desk.start()
    page.keyboard.press("x")
    page.keyboard.press("g")
    page.keyboard.type("Give a fraction")
    page.keyboard.press("Enter")
    expect(page.get_by_text("waits to be repaired by a teacher")).to_be_visible()
    page.keyboard.press("a")
    assert [entry.verdict for entry in desk.has(2)] == ["reject", "accept"]


def test_whoever_asked_for_a_repair_looks_at_it_in_the_same_window(app: App, page: Page, demo: Project) -> None:
    desk = Desk(app, page, demo)
    wanted = next(each for each in desk.pending() if each.question.startswith("Six equal"))
    desk.start(f"&sample={wanted.id}")
    page.keyboard.press("x")
    page.keyboard.press("g")
    page.keyboard.type("Give a fraction")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Repair…").click()
    page.get_by_role("button", name="Repair 1 sample").click()
    page.get_by_role("button", name="Look at it").click()
    expect(desk.card).to_have_attribute("data-sample", str(wanted.id))
    expect(desk.card).to_contain_text("What changed since revision 1")
    page.keyboard.press("a")
    expect(page.get_by_text(f"Sample {wanted.id} accepted.", exact=True)).to_be_visible()
    expect(page.get_by_text("is back in the queue")).to_have_count(0)


def test_clicks_one_after_the_other_count_each(app: App, page: Page, demo: Project) -> None:
    desk = Desk(app, page, demo)
    desk.start()
    accept = page.locator(".bar").get_by_role("button", name="Accept")
    box = accept.bounding_box()
    assert box
    for number in range(3):
        page.mouse.move(box["x"] + 10, box["y"] + 10)
        page.mouse.down(click_count=number + 1)
        page.mouse.up(click_count=number + 1)
        page.wait_for_timeout(400)  # three clicks, not a triple one
    assert len(desk.has(3)) == 3
