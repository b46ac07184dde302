"""Figures: one look for all charts, readable in both themes, with the table beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure


def draw(figure: Figure, *, key: str, height: int = 320) -> None:
    """Draw with quiet margins and axis texts in the theme's own text colour."""
    dark = st.context.theme.type == "dark"
    ink = "#C9D1D9" if dark else "#3B444B"
    figure.update_layout(height=height, margin={"l": 8, "r": 8, "t": 16, "b": 8}, font={"color": ink})
    figure.update_xaxes(tickfont={"color": ink}, title={"font": {"color": ink}})
    figure.update_yaxes(tickfont={"color": ink}, title={"font": {"color": ink}})
    st.plotly_chart(figure, key=key, width="stretch", config={"displayModeBar": False})


def table(rows: Sequence[Mapping[str, Any]], *, key: str, name: str, columns: Mapping[str, Any] | None = None) -> None:
    """A table of plain values with its download beside it. Texts in cells are never interpreted."""
    frame = pd.DataFrame(list(rows))
    st.dataframe(frame, key=key, hide_index=True, width="stretch", column_config=dict(columns or {}))
    data = frame.map(_harmless).to_csv(index=False).encode("utf-8-sig")
    st.download_button(
        "Download as CSV",
        data,
        file_name=f"{name}-{abs(hash(data)):x}.csv"[:80],
        mime="text/csv",
        key=f"{key}.download",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _harmless(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets a quote in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value
