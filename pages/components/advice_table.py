"""All strategies side by side: what each would give for this budget, and why it is not the advised one."""

from __future__ import annotations

import streamlit as st

from core.analysis.advice_facts import Option
from core.services.adviser import Counsel, Wish
from pages.components.advice_card import amount, plan_button, time_of
from pages.components.charts import table
from pages.components.session import Here
from pages.components.text import safe


def show_options(h: Here, wish: Wish, counsel: Counsel) -> None:
    """The table, and below it a sentence for each."""
    options = sorted(counsel.advice.options, key=lambda option: (not option.advised, not option.possible))
    table([_row(option) for option in options], key="adviser.options", name="strategies compared")
    st.subheader("Why not the others", anchor=False)
    for option in options:
        if option.advised:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            sign = ":material/remove:" if option.possible else ":material/block:"
            st.markdown(f"{sign} **{option.strategy.label}.** {safe(option.why, 500)}", width="stretch")
            if option.possible and option.figures.samples:
                plan_button(h, wish, counsel, option.strategy)


def _row(option: Option) -> dict[str, object]:
    figures, known = option.figures, option.possible
    return {
        "Strategy": option.strategy.label,
        "Advice": "advised" if option.advised else "possible" if known else "not possible",
        "Calls a sample": option.takes.calls,
        "Samples": figures.samples if known else None,
        "Calls": figures.calls if known else None,
        "Tokens read": figures.tokens_in if known else None,
        "Tokens written": figures.tokens_out if known else None,
        "Expected": amount(figures.cost) if known else "",
        "At most": amount(figures.bound) if known else "",
        "Time": time_of(figures) if known else "",
        "Basis": option.takes.basis if known else "",
    }
