"""What happened to a node: who changed what, when, from what to what."""

from __future__ import annotations

import streamlit as st

from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_words import entry_row


def show_history(view: NodeView) -> None:
    """The newest changes in a table that opens."""
    if not view.history:
        return
    label = f"History ({count(len(view.history), 'newest change') if len(view.history) == 20 else len(view.history)})"
    with st.expander(label, icon=":material/history:", key="taxonomy.history", type="compact"):
        rows = [entry_row(entry) for entry in view.history]
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.events")
