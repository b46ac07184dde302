"""What the tests of the tree element do over and over: open it, press keys, read rows."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.waiting import settle

TYPE = """(tree, letters) => {
  const how = { bubbles: true, cancelable: true, composed: true };
  for (const key of letters) tree.dispatchEvent(new KeyboardEvent("keydown", { key, ...how }));
}"""


class TreeScreen:
    """The tree on its page."""

    def __init__(self, page: Page, url: str, **query: object) -> None:
        self.page = page
        words = "&".join(f"{name}={value}" for name, value in query.items())
        page.goto(f"{url}/?{words}")
        settle(page)
        self.tree = page.get_by_role("tree")
        expect(self.row("Field 0 of knowledge").or_(self.current)).not_to_have_count(0)

    @property
    def current(self) -> Locator:
        """The row that keys act on."""
        return self.page.locator(".row.here")

    def row(self, name: str) -> Locator:
        """The row of that name."""
        return self.page.locator(".row", has=self.page.get_by_text(name, exact=True))

    def keys(self, *keys: str, gap: float = 0) -> None:
        """Press keys in the tree."""
        self.tree.focus()
        for key in keys:
            self.page.keyboard.press(key, delay=0)
            if gap:
                self.page.wait_for_timeout(gap)

    def type(self, word: str) -> None:
        """Type a word within the page: sent letter by letter from here, a busy machine makes several words of it."""
        self.tree.evaluate(TYPE, [*word])

    def at(self, name: str) -> None:
        """The current row has that name."""
        expect(self.current.locator(".name")).to_have_text(name)

    def names(self) -> list[str]:
        """The rows that are drawn, from top to bottom."""
        script = """rows => rows
            .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
            .map(row => row.querySelector(".name").textContent)"""
        return list(self.page.locator(".row").evaluate_all(script))

    def drawn(self, times: int) -> None:
        """How often the whole page was drawn so far."""
        expect(self.page.get_by_text(f"Page drawn {times} times")).to_be_visible()

    def scrolled(self) -> int:
        """How far down the tree is scrolled."""
        return int(self.page.locator(".scroll").evaluate("scroll => scroll.scrollTop"))

    def open(self, *names: str) -> None:
        """Open rows by their arrows."""
        for name in names:
            self.row(name).locator(".twisty").click()
            expect(self.row(name)).to_have_attribute("aria-expanded", "true")
