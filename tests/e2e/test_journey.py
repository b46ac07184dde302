"""The whole way of a first visitor, in a real browser with the built-in teacher: from the first screen to a file that a
trainer reads. Nothing is prepared; everything is clicked.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.domain.filters import SampleFilter
from core.domain.states import NodeState, ReviewState
from core.llm.builtin import homework
from tests.e2e.conftest import SETTLED, App

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def settle(page: Page) -> None:
    """Wait until the page is drawn."""
    page.wait_for_timeout(250)
    page.wait_for_selector(SETTLED, timeout=60_000)


def press(page: Page, name: str | re.Pattern[str], *, exact: bool = False) -> None:
    """Click the button of that name when it can be clicked, and wait."""
    button = page.get_by_role("button", name=name, exact=exact).first
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    settle(page)


def go(page: Page, title: str) -> None:
    """Choose a page in the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
