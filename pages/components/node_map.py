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
_ALL = "all"
_LIGHT = ((0.0, "#E6E9EC"), (0.5, "#A9D3D5"), (1.0, "#57AEB4"))
_DARK = ((0.0, "#2A323B"), (0.5, "#22585F"), (1.0, "#1A7F87"))
"""Every shade bears its theme's ink at a contrast of 4.5 or more."""
_INK = {"light": "#1B2228", "dark": "#F0F4F7"}


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
    st.caption("Size: nodes. Colour: grey is not verified yet, full teal is all verified. Click an area to open it.")


def figure_of(cells: Sequence[Cell], *, dark: bool) -> Figure:
    """Small nodes that were folded together stand as one area without a link; so does what frames all fields."""
    known = {cell.node_id for cell in cells}
    tops = [cell for cell in cells if cell.parent_id not in known]
    frame = Cell(0, None, "All fields", sum(cell.nodes for cell in tops), sum(cell.verified for cell in tops))
    drawn = [frame, *cells]
    parents = [str(cell.parent_id) if cell.parent_id in known else _ALL for cell in cells]
    treemap = Treemap(
        ids=[_ALL, *(str(cell.node_id) if cell.node_id else f"others below {cell.parent_id}" for cell in cells)],
        labels=[words(cell.name) for cell in drawn],
        parents=["", *parents],
        values=[cell.nodes for cell in drawn],
        customdata=[[f"{cell.verified:,} of {cell.nodes:,}", _share(cell)] for cell in drawn],
        branchvalues="total",
        maxdepth=4,
        textinfo="label",
        hovertemplate="%{label}<br>%{customdata[0]} verified (%{customdata[1]})<extra></extra>",
        pathbar={"visible": False},
        tiling={"pad": 1},
        textfont={"color": _INK["dark" if dark else "light"], "size": 12},
        marker={
            "colors": [cell.verified / cell.nodes for cell in drawn],
            "colorscale": _DARK if dark else _LIGHT,
            "cmin": 0,
            "cmax": 1,
            "showscale": False,
            "pad": {"t": 19, "l": 2, "r": 2, "b": 2},
            "line": {"width": 1, "color": "#0E1318" if dark else "#FFFFFF"},
        },
    )
    return Figure(treemap, layout={"uniformtext": {"minsize": 9, "mode": "hide"}})


def _share(cell: Cell) -> str:
    return percent(cell.verified / cell.nodes)
