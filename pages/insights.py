"""Cost and quality: what the work cost, what people accepted of it, and how sure these numbers are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.services.insights import Insights
from pages.components.acceptance import show_acceptance
from pages.components.curves_published import show_published
from pages.components.insight_timeline import show_timeline
from pages.components.notices import empty, problems
from pages.components.quality_dollar import show_next_dollar
from pages.components.quality_front import show_front
from pages.components.quality_groups import show_groups
from pages.components.quality_repeats import show_repeats
from pages.components.session import Here, here
from pages.components.spending import show_spending, show_totals
from pages.components.verification_effect import show_verification


def _nothing(h: Here) -> None:
    box = empty(
        "Nothing of your own to count yet",
        "Generate samples and judge some of them: then this page shows what each one cost, what is accepted, and what "
        "the next dollar would buy. With fifty verdicts a rate is known to within about 13 points. "
        "Until then, below, what others found.",
        ":material/monitoring:",
    )
    query = {"project": h.project_id}
    box.page_link("generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params=query)
    st.subheader("Published curves", anchor=False)
    show_published()


def _spending(h: Here, found: Insights) -> None:
    if found.stages:
        show_groups(found)
        show_timeline(h.work.insights.spending(h.project_id))
    show_spending(found)


def _figures(h: Here) -> None:
    with st.spinner("Counting ..."):
        found = h.work.insights.insights(h.project_id)
    if not found.stages and not found.reviews:
        _nothing(h)
        return
    show_totals(found)
    drawn: dict[str, Callable[[], None]] = {
        "Cost against quality": partial(show_front, h, found),
        "Spending": partial(_spending, h, found),
        "Next dollar": partial(show_next_dollar, h, found),
        "Acceptance": partial(show_acceptance, found),
        "Repeats and coverage": partial(show_repeats, h, found),
        "Verification": partial(show_verification, h),
        "Published curves": show_published,
    }
    for tab, show in zip(st.tabs(list(drawn), key="insights.tab", on_change="rerun"), drawn.values(), strict=True):
        if tab.open:
            with tab:
                show()


with problems():
    h = here()
    st.title("Cost and quality", anchor=False)
    _figures(h)
