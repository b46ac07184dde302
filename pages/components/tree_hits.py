"""What a search found as a plain table with paths, for those who cannot use the tree element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from pages.components.tree_source import Row

KEY = "taxonomy.hits"
_TAKEN = f"{KEY}.taken"


def hit_table(sought: str, paths: Sequence[Sequence[Row]], on_select: Callable[[int], None]) -> None:
    """One row a hit, the best first; the row that a person marks goes to the address, once."""
    if not paths:
        return
    key = f"{KEY}.{crc32(sought.encode()):08x}"
    event = st.dataframe(
        pd.DataFrame(
            {
                "Name": [path[-1].name for path in paths],
                "In": [" › ".join(row.name for row in path[:-1]) for path in paths],
                "State": [path[-1].state.value for path in paths],
            }
        ),
        key=key,
        hide_index=True,
        height=560 if len(paths) > 14 else "content",
        selection_mode="single-row",
        on_select="rerun",
    )
    marked = [paths[row][-1].id for row in event.selection.rows if row < len(paths)]
    if marked and st.session_state.get(_TAKEN) != (key, marked):
        st.session_state[_TAKEN] = (key, marked)
        on_select(marked[0])
        st.rerun()
