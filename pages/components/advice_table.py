"""All strategies side by side: what each would give for this budget, and why it is not the advised one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.analysis.advice_facts import Option
from core.domain.strategies import Strategy
from core.services.adviser import Counsel, Wish
from pages.components.advice_card import plan_button, time_of
from pages.components.charts import table
from pages.components.figures import amount
from pages.components.session import Here
from pages.components.text import safe

_COUNTS = ("Samples", "Kept, by the pilot", "Calls", "Tokens read", "Tokens written")
_NUMBER = st.column_config.NumberColumn(format="localized")


def show_options(h: Here, wish: Wish, counsel: Counsel) -> None:
    """The table, and below it a sentence for each."""
    options = sorted(counsel.advice.options, key=lambda option: (not option.advised, not option.possible))
    kept = counsel.situation.lesson.kept or {}
    rows = [_row(option, kept) for option in options if option.possible]
    if rows:
        table(rows, key="adviser.options", name="strategies compared", columns=dict.fromkeys(_COUNTS, _NUMBER))
    st.subheader("Why not the others", anchor=False)
    for option in options:
        if option.advised:
            continue
        words, button = st.columns([4, 1], vertical_alignment="center")
        sign = ":material/remove:" if option.possible else ":material/block:"
        words.markdown(f"{sign} **{option.strategy.label}.** {safe(option.why, 500)}")
        if option.possible and option.figures.samples:
            with button:
                plan_button(h, wish, counsel, option.strategy)


def _row(option: Option, kept: Mapping[Strategy, float]) -> dict[str, object]:
    """With what a pilot makes one expect, where there was one."""
    figures, share = option.figures, kept.get(option.strategy)
    expected = {} if not kept else {"Kept, by the pilot": None if share is None else round(figures.samples * share)}
    return {
        "Strategy": option.strategy.label,
        "Advice": "advised" if option.advised else "possible",
        "Calls a sample": option.takes.calls,
        "Samples": figures.samples,
        **expected,
        "Calls": figures.calls,
        "Expected": amount(figures.cost),
        "At most": amount(figures.bound),
        "Time": time_of(figures),
        "Tokens read": figures.tokens_in,
        "Tokens written": figures.tokens_out,
        "Basis": option.takes.basis,
    }
