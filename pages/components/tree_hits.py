"""What a search found as a plain table with paths, for those who cannot use the tree element."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from pages.components.tree_source import Row

_KEY = "taxonomy.hits"


def hit_table(paths: Sequence[Sequence[Row]], on_select: Callable[[int], None]) -> None:
    """One row a hit, the best first; the row that is chosen goes to the address."""
    if not paths:
        return
    ids = [path[-1].id for path in paths]
    st.dataframe(
        pd.DataFrame(
            {
                "Name": [path[-1].name for path in paths],
                "In": [" › ".join(row.name for row in path[:-1]) for path in paths],
                "State": [path[-1].state.value for path in paths],
            }
        ),
        key=_KEY,
        hide_index=True,
        height=560 if len(paths) > 14 else "content",
        selection_mode="single-row",
        on_select=lambda: _choose(ids, on_select),
    )


def _choose(ids: Sequence[int], on_select: Callable[[int], None]) -> None:
    rows = st.session_state[_KEY]["selection"]["rows"]
    if rows and rows[0] < len(ids):
        on_select(ids[rows[0]])
