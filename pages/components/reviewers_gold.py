"""Gold items: samples whose verdict is known."""

from __future__ import annotations

import streamlit as st

from core.domain.records import Sample
from pages.components.session import Here


def gold_button(h: Here, sample: Sample) -> None:
    """Make the sample in hand a gold item."""
    st.button("Make it a gold item", key=f"gold.open.{sample.id}", icon=":material/star:", type="tertiary")
