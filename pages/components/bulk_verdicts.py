"""One verdict for many samples at once."""

from __future__ import annotations

import streamlit as st

from core.domain.queues import QueueWish
from pages.components.session import Here


def bulk_button(h: Here, wish: QueueWish) -> None:
    """Open the dialog for what fits the wish."""
    st.button("Judge in bulk", key="bulk.open", icon=":material/done_all:", type="tertiary")
