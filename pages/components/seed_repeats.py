"""Examples of a set that ask the same, or nearly the same."""

from __future__ import annotations

import streamlit as st

from core.services.seeds import SetView
from pages.components.figures import count
from pages.components.seed_words import short
from pages.components.session import Here

_SHOWN = 100


def show_repeats(h: Here, view: SetView) -> None:
    """Groups with equal questions, then pairs that are alike."""
    with st.spinner("Comparing ..."):
        found = h.work.seeds.repeats(h.project_id, view.set.id)
    if not found.exact and not found.near:
        searched = f" Nearly equal ones were looked for among the first {found.searched:,}."
        st.success(f"No question comes up twice.{searched if found.searched else ''}", icon=":material/check:")
        return
    if found.exact:
        extra = len(found.exact_extra)
        st.markdown(f"**The same question**: {count(extra, 'example repeats', 'examples repeat')} an earlier one.")
        groups = found.exact[:_SHOWN]
        st.dataframe(
            {
                "Seeds": [", ".join(f"{place + 1:,}" for place in group[:20]) for group in groups],
                "Question": [_question(h, view, group[0]) for group in groups],
            },
            hide_index=True,
            key=f"seeds.exact.{view.set.id}",
        )
    if found.near:
        st.markdown(f"**Nearly the same**: {count(len(found.near), 'pair')} in the first {found.searched:,} examples.")
        pairs = sorted(found.near, key=lambda pair: -pair.score)[:_SHOWN]
        st.dataframe(
            {
                "Seeds": [f"{pair.first + 1:,} and {pair.second + 1:,}" for pair in pairs],
                "Alike": [f"{pair.score:.0f} %" for pair in pairs],
                "First": [_question(h, view, pair.first) for pair in pairs],
                "Second": [_question(h, view, pair.second) for pair in pairs],
            },
            hide_index=True,
            key=f"seeds.near.{view.set.id}",
        )
    st.caption(
        "Repeated seeds count twice in the budget ratio. Leave them out when importing, or remove them one by one."
    )


def _question(h: Here, view: SetView, place: int) -> str:
    found = h.work.seeds.page(h.project_id, view.set.id, start=place, size=1).examples
    return short(found[0].question, 160) if found else ""
