"""The review page as a person at the keyboard sees it, and what the store says of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from core.domain.filters import SampleFilter
from core.domain.records import Project, Review, Sample
from core.domain.states import ReviewState
from tests.e2e.conftest import ME, App
from tests.e2e.waiting import quiet, until

PENDING = SampleFilter(review=ReviewState.PENDING)


@dataclass(frozen=True)
class Desk:
    """One tab on the queue of the worked demo."""

    app: App
    page: Page
    project: Project

    def start(self, query: str = "") -> None:
        """Open the queue and wait until the card is there."""
        self.page.add_init_script(WATCH)
        self.app.open(self.page, f"review?project={self.project.id}{query}")
        self.ready()

    def ready(self) -> None:
        """Wait until the card is there and the browser holds all that it is given ahead."""
        expect(self.card).to_be_visible()
        quiet(self.page)

    @property
    def card(self) -> Locator:
        """The card on screen."""
        return self.page.locator("article.card")

    @property
    def shown(self) -> int:
        """The id of the sample on screen."""
        return int(self.card.get_attribute("data-sample") or 0)

    def pending(self, size: int = 1000) -> list[Sample]:
        """What has no verdict."""
        return self.app.work.review.queue(self.project.id, PENDING, size=size)

    def entries(self) -> list[Review]:
        """What this person did so far, oldest first."""
        with self.app.work.context.store.read() as tx:
            rows = tx.rows(
                "SELECT * FROM review WHERE project_id=? AND person=? ORDER BY id", (self.project.id, ME.name)
            )
        return [Review.model_validate(row) for row in rows]

    def has(self, number: int) -> list[Review]:
        """Wait until so many entries are stored, and until nothing more is on its way: one too many shows."""
        until(self.page, f"{number} entries", lambda: len(self.entries()) >= number)
        quiet(self.page)
        return self.entries()

    def press(self, key: str, times: int, *, pause: float) -> list[int]:
        """Press a key so many times, this many seconds apart; the sample on screen at each press, 0 for none yet."""
        begun = time.monotonic()
        for number in range(times):
            wait = begun + number * pause - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            self.page.keyboard.press(key)
        return [int(sample) for sample in self.page.evaluate("window.pressedOn.splice(0)")]

    def burst(self, key: str, times: int, gap: int) -> list[int]:
        """Press a key within the page, so many milliseconds apart or when there is a card; the sample of each press."""
        self.page.evaluate(BURST, [key, times, gap])
        return [int(sample) for sample in self.page.evaluate("window.pressedOn.splice(0)")]

    def slow(self, latency: int) -> None:
        """From now on the network takes this many milliseconds longer."""
        link = self.page.context.new_cdp_session(self.page)
        link.send("Network.enable")
        conditions = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
        link.send("Network.emulateNetworkConditions", conditions)


# One key after the other, each at its time, as the keyboard of somebody very quick sends them.
BURST = """
async ([key, times, gap]) => {
  const begun = performance.now();
  for (let number = 0; number < times; number += 1) {
    const wait = begun + number * gap - performance.now();
    if (wait > 0) await new Promise((go) => setTimeout(go, wait));
    while (!window.card()) await new Promise((go) => setTimeout(go, 10));
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true }));
  }
}
"""

# Before any script of the page: which sample is on screen when a key goes down, 0 for none.
WATCH = """
window.pressedOn = [];
let root = null;
const shadows = () => [...document.querySelectorAll("*")].map((node) => node.shadowRoot);
const find = () => shadows().find((each) => each?.querySelector(".desk"));
window.card = () => {
  if (!root?.host.isConnected) root = find();
  return root?.querySelector("article.card");
};
window.addEventListener("keydown", () => window.pressedOn.push(Number(window.card()?.dataset.sample || 0)), true);
"""
