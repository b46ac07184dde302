"""The drawing of how much is verified: fields, sub-fields and what is below them, as areas that lead to their node."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from plotly.graph_objects import Figure, Treemap

from core.services.verifying import Cell
from pages.components.charts import draw, words
from pages.components.figures import percent
from pages.components.node_place import select
from pages.components.session import Here

_KEY = "taxonomy.map"
_LIGHT = [[0.0, "#E6E9EC"], [0.5, "#8FC1C4"], [1.0, "#0F6B73"]]
_DARK = [[0.0, "#2A323B"], [0.5, "#2F7379"], [1.0, "#6FD3D8"]]


def draw_map(h: Here) -> None:
    """Three levels; size = nodes, colour = share verified. A click opens the node."""
    cells = h.work.verifying.cells(h.project_id)
    if not cells:
        return
    chosen = draw(figure_of(cells, dark=st.context.theme.type == "dark"), key=_KEY, height=420, selects=True)
    points = chosen["selection"]["points"] if chosen else []
    named = str(points[0].get("id", "")) if points else ""
    if named.isascii() and named.isdecimal():
        select(int(named))
        st.rerun()
    st.caption("Size: nodes. Colour: the darker or brighter, the more is verified. Choose an area to open its node.")


def figure_of(cells: Sequence[Cell], *, dark: bool) -> Figure:
    """Small nodes that were folded together stand as one area without a link."""
    known = {cell.node_id for cell in cells}
    ink = "#C9D1D9" if dark else "#3B444B"
    treemap = Treemap(
        ids=[str(cell.node_id) if cell.node_id else f"others below {cell.parent_id}" for cell in cells],
        labels=[words(cell.name) for cell in cells],
        parents=[str(cell.parent_id) if cell.parent_id in known and cell.parent_id else "" for cell in cells],
        values=[cell.nodes for cell in cells],
        text=[f"{cell.verified:,} of {cell.nodes:,}" for cell in cells],
        customdata=[[percent(cell.verified / cell.nodes)] for cell in cells],
        branchvalues="total",
        maxdepth=3,
        textinfo="label+text",
        hovertemplate="%{label}<br>%{text} verified (%{customdata[0]})<extra></extra>",
        pathbar={"visible": False},
        root={"color": "rgba(0,0,0,0)"},
        tiling={"pad": 2},
        marker={
            "colors": [cell.verified / cell.nodes for cell in cells],
            "colorscale": _DARK if dark else _LIGHT,
            "cmin": 0,
            "cmax": 1,
            "showscale": True,
            "line": {"width": 1, "color": "#0E1318" if dark else "#FFFFFF"},
            "colorbar": {
                "title": {"text": "Verified", "font": {"color": ink}},
                "tickformat": ".0%",
                "tickfont": {"color": ink},
                "thickness": 10,
                "len": 0.8,
            },
        },
    )
    return Figure(treemap, layout={"uniformtext": {"minsize": 10, "mode": "hide"}})
