"""Figures: one look for all charts, readable in both themes, with the table beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from core.domain.naming import slug
from core.domain.strategies import Strategy


def draw(figure: Figure, *, key: str, height: int = 320, right: int = 8, top: int = 16, selects: bool = False) -> Any:
    """Draw with quiet margins, in the colours of the theme, with axis texts that are readable on its ground.

    `selects`: a click reruns the page; what was chosen comes back.
    """
    colours = palette()
    figure.update_layout(
        height=height, margin={"l": 8, "r": right, "t": top, "b": 8}, font={"color": ink(), "size": 14}
    )
    figure.update_layout(colorway=colours or None)
    figure.update_xaxes(tickfont={"color": ink()}, title={"font": {"color": ink()}})
    figure.update_yaxes(tickfont={"color": ink()}, title={"font": {"color": ink()}})
    on_select: Literal["rerun", "ignore"] = "rerun" if selects else "ignore"
    drawn = st.plotly_chart(
        figure, key=key, width="stretch", config={"displayModeBar": False}, on_select=on_select, selection_mode="points"
    )
    return drawn if selects else None


def ink() -> str:
    """The colour of texts in figures."""
    return "#C9D1D9" if st.context.theme.type == "dark" else "#3B444B"


def palette() -> list[str]:
    """The colours of the theme for series."""
    return list(st.get_option(f"theme.{st.context.theme.type or 'light'}.chartCategoricalColors") or ())


def strategy_colour(name: str) -> str:
    """The same for a strategy in every chart, by its name on screen; ink for what is no single strategy."""
    names = [strategy.label for strategy in Strategy]
    colours = palette()
    return colours[names.index(name) % len(colours)] if name in names and colours else ink()


def share_column() -> Any:
    """A column of per cent."""
    return st.column_config.NumberColumn(format="%.1f %%")


def dollar_column() -> Any:
    """A column of dollars."""
    return st.column_config.NumberColumn(format="$%.6f")


def table(rows: Sequence[Mapping[str, Any]], *, key: str, name: str, columns: Mapping[str, Any] | None = None) -> None:
    """A table of plain values with its download beside it. Texts in cells are never interpreted."""
    frame = pd.DataFrame(list(rows))
    st.dataframe(frame, key=key, hide_index=True, width="stretch", column_config=dict(columns or {}), placeholder="")
    download(rows, key=key, name=name)


def filled(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Without the columns that are empty in every row."""
    empty = {name for row in rows for name in row} - {
        name for row in rows for name, value in row.items() if value is not None and value != ""
    }
    return [{name: value for name, value in row.items() if name not in empty} for row in rows]


def download(rows: Sequence[Mapping[str, Any]], *, key: str, name: str) -> None:
    """The rows of a table as a file; the page draws the table itself."""
    frame = pd.DataFrame(list(rows))
    data = frame.map(_harmless).to_csv(index=False).encode("utf-8-sig")
    st.download_button(
        "Download as CSV",
        data,
        file_name=f"{slug(name, 'table')}-{hashlib.sha256(data).hexdigest()[:10]}.csv",
        mime="text/csv",
        key=f"{key}.download",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def words(text: str, limit: int = 44) -> str:
    """`text` as a label inside a figure, where a few tags would otherwise be drawn as markup."""
    plain = " ".join(text.split())
    cut = plain if len(plain) <= limit else f"{plain[: limit - 1]}…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _harmless(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets a quote in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def ranking(figure: Figure, labels: Sequence[str], notes: Sequence[str] = ()) -> None:
    """Rows from top to bottom, named on the left; a note stands on the right of its row.

    Rows are drawn at 0, 1, 2 ...: names stay apart when they are equal, and none is read as a number or a date.
    """
    places = list(range(len(labels)))
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[words(label) for label in labels],
        range=[len(labels) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    for place, note in zip(places, notes, strict=False):
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=8, y=place, text=words(note), showarrow=False, font={"size": 12}
        )
