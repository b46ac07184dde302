"""Cost and quality: what the work cost, what people accepted of it, and how sure these numbers are."""

from __future__ import annotations

import streamlit as st

from pages.components.acceptance import show_acceptance
from pages.components.notices import empty, problems
from pages.components.session import Here, here
from pages.components.spending import show_spending, show_totals


def _nothing(h: Here) -> None:
    box = empty(
        "Nothing to count yet",
        "Generate samples and judge some of them: then this page shows what each one cost and what is accepted.",
        ":material/monitoring:",
    )
    query = {"project": h.project_id}
    box.page_link("generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params=query)


def _figures(h: Here) -> None:
    with st.spinner("Counting ..."):
        found = h.work.insights.insights(h.project_id)
    if not found.stages and not found.reviews:
        _nothing(h)
        return
    show_totals(found)
    quality, cost = st.tabs(["Acceptance", "Spending"], key="insights.tab", on_change="rerun")
    if quality.open:
        with quality:
            show_acceptance(found)
    if cost.open:
        with cost:
            show_spending(found)


with problems():
    h = here()
    st.title("Cost and quality", anchor=False)
    _figures(h)
