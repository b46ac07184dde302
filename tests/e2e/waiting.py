"""What tests in a browser wait for: the server has answered, nothing more is said, something came true."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

LONG = 60_000  # milliseconds; a machine that is busy with other things draws late
expect.set_options(timeout=LONG)
# Before any script of the page: whether the server owes an answer, and how often one of the two said something.
TALK = """
window.talk = {owed: false, count: 0};
const said = (owed) => { window.talk = {owed, count: window.talk.count + 1}; };
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...message) {
  if (!this.heard) this.addEventListener("message", () => said(false));
  this.heard = true;
  said(true);
  return send.apply(this, message);
};
"""
SETTLED = """() => !window.talk.owed &&
    document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]') !== null"""
# Nothing is said while the page is idle six times over, which takes a third of a second at least.
QUIET = f"""async () => {{
  const idle = (go) => requestIdleCallback(() => setTimeout(go, 50), {{timeout: 500}});
  for (let before = -1; before !== window.talk.count || !({SETTLED})(); ) {{
    before = window.talk.count;
    for (let turn = 0; turn < 6; turn += 1) await new Promise(idle);
  }}
}}"""


def settle(page: Page) -> None:
    """Wait until the server has answered what was done last, and the page is drawn."""
    page.wait_for_timeout(100)  # until the browser has told of it
    page.wait_for_function(SETTLED, polling=20)


def quiet(page: Page) -> None:
    """Wait until browser and server have nothing more to say to each other; not for a page that looks on at a run."""
    page.evaluate(QUIET)


def until(page: Page, what: str, true: Callable[[], object]) -> None:
    """Wait for what the server or the worker still works off; `what` says what did not come true."""
    give_up = time.monotonic() + 120
    while not true():
        assert time.monotonic() < give_up, what
        page.wait_for_timeout(100)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Click the button of that name as soon as it can be clicked."""
    button = page.get_by_role("button", name=name).first
    expect(button).to_be_enabled()
    button.click()
    settle(page)


def table(page: Page, words: str) -> Locator:
    """The first table, drawn and ready for keys and clicks: the cells on its canvas stand in the document, unseen."""
    found = page.get_by_test_id("stDataFrame").first
    expect(found.locator("td", has_text=words).first).to_be_attached()
    return found
