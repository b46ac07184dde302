"""Reviewers: who did how much, how far they agree, gold items, the plan of the review, verdicts of other tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.analysis.agreement import library
from pages.components.insight_choice import choose
from pages.components.notices import problems
from pages.components.presses import show_problem
from pages.components.reviewers_agreement import show_agreement
from pages.components.reviewers_gold import show_gold
from pages.components.reviewers_plan import show_plan
from pages.components.reviewers_progress import show_progress
from pages.components.session import Here, here
from pages.components.verdict_import import verdict_import_panel

VIEWS: Mapping[str, tuple[str, Callable[[Here], None]]] = {
    "progress": ("Progress", show_progress),
    "agreement": ("Agreement", show_agreement),
    "gold": ("Gold items", show_gold),
    "plan": ("Plan", show_plan),
    "tools": ("Other tools", verdict_import_panel),
}


def main() -> None:
    """Draw the page."""
    h = here()
    st.title("Reviewers", anchor=False)
    words = {name: label for name, (label, _) in VIEWS.items()}
    view = choose("Show", words, "view", key="reviewers.view")
    show_problem()
    with problems():
        VIEWS[view][1](h)
    library()  # all is drawn: who presses Agreement next need not wait for it


main()
