"""The review page as a person at the keyboard sees it, and what the store says of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from core.domain.filters import SampleFilter
from core.domain.records import Project, Review, Sample
from core.domain.states import ReviewState
from tests.e2e.conftest import ME, App

PENDING = SampleFilter(review=ReviewState.PENDING)


@dataclass(frozen=True)
class Desk:
    """One tab on the queue of the worked demo."""

    app: App
    page: Page
    project: Project

    def start(self, query: str = "") -> None:
        """Open the queue and wait until the card is there."""
        self.app.open(self.page, f"review?project={self.project.id}{query}")
        expect(self.card).to_be_visible(timeout=30_000)
        self.page.wait_for_timeout(1000)

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
        queue = self.app.work.review.queue(self.project.id, SampleFilter(), size=1000)
        entries = [entry for sample in queue for entry in self.sample_reviews(sample.id)]
        return sorted((entry for entry in entries if entry.person == ME.name), key=lambda entry: entry.id)

    def sample_reviews(self, sample_id: int) -> tuple[Review, ...]:
        """The history of one sample."""
        return self.app.work.review.view(self.project.id, sample_id).reviews

    def has(self, number: int, *, within: float = 60.0) -> list[Review]:
        """Wait until so many entries are stored, and a moment longer for one too many."""
        until = time.monotonic() + within
        while len(self.entries()) < number and time.monotonic() < until:
            self.page.wait_for_timeout(200)
        self.page.wait_for_timeout(500)
        return self.entries()

    def slow(self, latency: int) -> None:
        """Answers take this many milliseconds from now on, both ways, over WebSockets too."""
        self.page.route_web_socket  # noqa: B018 - the routed socket is set up before the page opens
        raise NotImplementedError(latency)
