"""The card's keys and its log in a real browser, without the studio: nothing that was pressed is lost on this side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import pages.components

pytestmark = pytest.mark.e2e
PARTS = Path(pages.components.__path__[0]).parent / "assets" / "review_card"
DESK = """
  window.posted = [];
  window.desk = { name: "d", home: document.body, held: [], line: { post: (told) => window.posted.push(told) } };
  window.desk.log = newLog(window.desk);
"""


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """An empty page with a storage of its own."""
    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto("http://127.0.0.1:9/")
        for part in ("log", "keys", "draw"):
            page.add_script_tag(content=(PARTS / f"{part}.js").read_text(encoding="utf-8"))
        page.add_style_tag(path=PARTS / "card.css")
        yield page


def keep(tab: Page, name: str, content: object) -> None:
    """What another tab, which has this name, keeps for the desk."""
    text = content if isinstance(content, str) else json.dumps(content)
    tab.evaluate("([name, text]) => localStorage.setItem(`glan.review.d.${name}`, text)", [name, text])


def kept(tab: Page, name: str) -> Any:
    """What is stored under this name now."""
    return json.loads(tab.evaluate("(name) => localStorage.getItem(`glan.review.d.${name}`)", name) or "[]")


def entries(nonce: str, *numbers: int) -> list[dict[str, object]]:
    return [{"nonce": nonce, "seq": number, "do": "accept", "sample": number} for number in numbers]


def test_what_another_tab_pressed_meanwhile_is_not_forgotten_with_what_it_pressed_before(tab: Page) -> None:
    keep(tab, "other", entries("other", 1, 2))
    tab.evaluate(DESK)
    keep(tab, "other", entries("other", 1, 2, 3))
    tab.evaluate("forget(desk, { other: 2 })")
    assert kept(tab, "other") == entries("other", 3)
    assert tab.evaluate("desk.log.left") == []


@pytest.mark.parametrize("spoilt", ["{", "null", "{}", '"a"', "[1, null]"])
def test_spoilt_words_in_the_storage_hide_nothing_that_a_closed_tab_left(tab: Page, spoilt: str) -> None:
    for name in "abcdefgh":
        keep(tab, name, spoilt)
    keep(tab, "mm", entries("mm", 1))
    tab.evaluate(DESK)
    assert tab.evaluate("desk.log.left") == entries("mm", 1)


def test_a_clock_that_is_set_back_holds_no_press(tab: Page) -> None:
    tab.evaluate(DESK)
    tab.evaluate("note(desk, { do: 'accept', sample: 1 })")
    tab.wait_for_function("posted.length === 1")
    tab.evaluate("const was = Date.now; Date.now = () => was() - 3600000; answered(desk)")
    tab.evaluate("note(desk, { do: 'accept', sample: 2 })")
    tab.wait_for_function("posted.length === 2")


def test_a_desk_that_was_left_says_nothing_until_somebody_is_back(tab: Page) -> None:
    tab.evaluate(DESK)
    tab.evaluate("note(desk, { do: 'accept', sample: 1 }); desk.home = null; tell(desk)")
    assert tab.evaluate("posted.length") == 0
    tab.evaluate("desk.home = document.body; tell(desk)")
    assert tab.evaluate("posted[0].log.map((entry) => entry.sample)") == [1]


@pytest.mark.parametrize("trouble", ["setItem", "getItem"])
def test_without_a_storage_the_page_keeps_what_was_pressed(tab: Page, trouble: str) -> None:
    tab.evaluate("(name) => { Storage.prototype[name] = () => { throw new DOMException('full'); }; }", trouble)
    tab.evaluate(DESK)
    tab.evaluate("note(desk, { do: 'accept', sample: 1 }); note(desk, { do: 'accept', sample: 2 })")
    tab.wait_for_function("posted.length > 0")
    tab.evaluate("forget(desk, { [desk.log.nonce]: 1 })")
    assert tab.evaluate("desk.log.entries.map((entry) => entry.sample)") == [2]


@pytest.mark.parametrize(
    ("key", "code", "meant"),
    [
        ("a", "KeyA", "accept"),
        ("A", "KeyA", "accept"),
        ("a", "KeyQ", "accept"),  # French letters
        ("ф", "KeyA", "accept"),  # Russian ones
        ("α", "KeyA", "accept"),
        ("ö", "Semicolon", ""),
        ("Process", "KeyA", ""),  # being typed
        ("2", "Digit2", 2),
        ("é", "Digit2", 2),  # French digits
        ("٢", "Digit2", 2),
        ("3", "Digit3", ""),  # there is no such reason
        ("Enter", "Enter", "reason"),
        ("?", "Comma", "help"),
    ],
)
def test_keys_mean_the_same_on_keyboards_of_other_languages(tab: Page, key: str, code: str, meant: object) -> None:
    desk = {"keys": {"accept": "a"}, "reasons": ["Wrong", "Unclear"], "choosing": True}
    assert tab.evaluate("([desk, pressed]) => wishOf(desk, pressed)", [desk, {"key": key, "code": code}]) == meant


# A paragraph that ends with a formula and its full stop, in boxes of all widths: where do formula and stop stand?
ENDS = """() => [...Array(120).keys()].map((step) => {
    const box = grow(make("div"), ["The sum of both is ", ["math", {}, [["mn", {}, ["1234"]]]], "."]);
    box.style.width = `${60 + 2 * step}px`;
    document.body.append(box);
    const stop = document.createRange();
    const words = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) stop.selectNodeContents(words.currentNode);
    stop.setStart(stop.startContainer, stop.toString().lastIndexOf("."));
    const found = [box.querySelector("math").getBoundingClientRect(), stop.getBoundingClientRect(), box.textContent];
    box.remove();
    return [found[1].top < found[0].bottom, found[2]];
})"""


def test_a_full_stop_never_begins_the_line_behind_its_formula(tab: Page) -> None:
    drawn = tab.evaluate(ENDS)
    assert {words for _, words in drawn} == {"The sum of both is 1234."}
    assert all(beside for beside, _ in drawn)
