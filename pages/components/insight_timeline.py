"""Spending over time against the project's cap, by strategy; calls where nothing was charged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st
from plotly import graph_objects as go

from core.domain.money import NANO
from core.services.insights import Spending, Step
from pages.components.charts import download, draw, ink, strategy_colour
from pages.components.figures import count, money, when
from pages.components.text import safe

_REST = "Taxonomy, subjects, syllabi"
_FAR = 5  # a cap so many times what was spent would press the curves to the ground


def show_timeline(found: Spending) -> None:
    """Cumulative areas and the cap as a line; the steps as a file."""
    st.subheader("Over time", anchor=False)
    if not found.steps:
        st.caption("No call was made yet.")
        return
    paid = sum(step.cost for step in found.steps)
    spent, cap = (paid / NANO, found.cost_cap) if paid else (sum(step.calls for step in found.steps), found.call_cap)
    limit = None if cap is None else cap / NANO if paid else cap
    figure = figure_of(found.steps, paid=bool(paid))
    near = limit is not None and limit <= _FAR * spent
    if limit is not None and near:
        label = f"cost cap {money(found.cost_cap or 0)}" if paid else f"query budget {count(found.call_cap or 0)} calls"
        figure.add_hline(
            y=limit, line={"dash": "dash", "color": ink()}, annotation_text=label, annotation_position="top left"
        )
        figure.update_yaxes(range=[0, max(spent, limit) * 1.12])
    draw(figure, key="insights.timeline", height=340)
    st.caption(safe(_words(found, paid=bool(paid), drawn=near)))
    rows = [
        {
            "Until": when(step.at, seconds=True),
            "Strategy": step.strategy or _REST,
            "Spent": step.cost / NANO,
            "Calls": step.calls,
        }
        for step in found.steps
    ]
    download(rows, key="insights.timeline.rows", name="spending over time")


def _words(found: Spending, *, paid: bool, drawn: bool) -> str:
    if not paid:
        words = "Nothing was charged, so calls are drawn. "
        cap = "no query budget" if found.call_cap is None else f"a query budget of {count(found.call_cap, 'call')}"
    else:
        words = "A call counts when it ended; what is held for calls under way is not in it. "
        cap = "no cost cap" if found.cost_cap is None else f"a cost cap of {money(found.cost_cap)}"
    far = "" if drawn or cap.startswith("no ") else ", far above what is drawn"
    return f"{words}The project has {cap}{far}. Times are UTC."


def figure_of(steps: Sequence[Step], *, paid: bool) -> go.Figure:
    """One area on the other, in order of appearance."""
    times = sorted({step.at for step in steps})
    began = datetime.fromtimestamp(times[0] - 1, UTC)  # a second is the shortest step
    figure = go.Figure()
    for strategy in dict.fromkeys(step.strategy for step in steps):
        at: dict[float, float] = {}
        for step in steps:
            if step.strategy == strategy:
                at[step.at] = at.get(step.at, 0.0) + (step.cost / NANO if paid else step.calls)
        total, heights = 0.0, [0.0]
        for time in times:
            total += at.get(time, 0.0)
            heights.append(total)
        value = "%{y:$,.6~f}" if paid else "%{y:,.0f} calls"
        figure.add_trace(
            go.Scatter(
                x=[began, *(datetime.fromtimestamp(time, UTC) for time in times)],
                y=heights,
                name=strategy or _REST,
                mode="lines",
                line={"shape": "hv", "width": 1, "color": strategy_colour(strategy)},
                stackgroup="all",
                hovertemplate=f"{strategy or _REST}: {value}<extra></extra>",
            )
        )
    figure.update_layout(hovermode="x unified", showlegend=True)
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    figure.update_yaxes(
        title="Dollars spent" if paid else "Calls made", tickprefix="$" if paid else "", rangemode="tozero"
    )
    return figure
