"""Cost against quality: every group a point, with the front of those that no other beats; a click leads to its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from plotly import graph_objects as go

from core.analysis.quality import Dimension, front
from core.services.insights import Insights
from core.services.insights_costs import Group
from core.services.insights_texts import TextQuality
from pages.components.charts import dollar_column, draw, ink, share_column, strategy_colour, table, words
from pages.components.figures import count, money
from pages.components.insight_choice import DIMENSIONS, choose
from pages.components.quality_axis import CostAxis
from pages.components.quality_points import COSTS, FROM_TEXTS, MEASURES, TITLES, Point, Value, points_of, value_of
from pages.components.quality_repeats import texts_of
from pages.components.session import Here
from pages.components.text import safe

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "pentagon")
_POINTS = {key: DIMENSIONS[key] for key in ("run", "strategy", "teacher", "discipline", "seed_set")}
_NAMED = 8
_LINKED = 5


def show_front(h: Here, found: Insights) -> None:
    """The chart with its choices, what a click tells, and the table."""
    free = not found.costs.total.cost
    costs = {"calls": COSTS["calls"], **COSTS} if free else COSTS
    left, middle, right = st.columns(3)
    with left:
        groups_by = choose("A point is one", _POINTS, "points", key="insights.points", listed=True)
    with middle:
        cost = choose("Cost", costs, "cost", key="insights.cost", listed=True)
    with right:
        measure = choose("Quality", MEASURES, "quality", key="insights.quality", listed=True)
    dimension = Dimension(groups_by)
    groups = [group for group in found.costs.groups(dimension) if group.counts.generated]
    texts: Mapping[object, TextQuality] = texts_of(h)[dimension] if measure in FROM_TEXTS else {}
    points, without = points_of(groups, cost, measure, texts)
    _notes(found, cost, free=free)
    if not points and any(value_of(group, measure, texts.get(group.key)) for group in groups):
        st.info("No sample was accepted or verified yet, so this cost is not known.", icon=":material/info:")
        return
    if not points:
        _nothing(h, measure, groups)
        return
    chosen = _chart(points, cost, measure, f"{groups_by}.{cost}.{measure}")
    if without:
        names = ", ".join(words(name, 40) for name in without[:5])
        st.caption(
            safe(f"Without a point, because a cost or a quality is not known: {names}" + ", …" * (len(without) > 5))
        )
    if chosen is not None:
        _told(h, points[chosen], cost)
    _table(points, cost, measure, groups_by)


def _notes(found: Insights, cost: str, *, free: bool) -> None:
    st.caption(
        "Left and high is good. The stepped line joins the points that no other beats at once in cost and quality; the "
        "size is the number of samples behind the quality. A cost holds everything that was spent on the way: "
        "checks, dropped and failed items, previews."
    )
    if free and cost != "calls":
        st.info(
            "Nothing was charged so far: the built-in teacher and model files on this machine cost \\$0, so all points "
            "stand in one column. Choose calls to tell them apart.",
            icon=":material/info:",
        )
    if found.costs.reused:
        some = count(found.costs.reused, "sample has an answer", "samples have answers")
        st.caption(f"{some} taken over from a preview or an earlier run and paid there.")


def _nothing(h: Here, measure: str, groups: Sequence[Group]) -> None:
    if not groups:
        st.info("No run has made samples yet, so there is nothing to draw.", icon=":material/info:")
        return
    missing = {
        "acceptance": (
            "No sample of a run is decided yet. The qualities that are no verdicts can be drawn already.",
            "review.py",
            "Review samples",
        ),
        "verification": ("No sample was checked by a machine.", "generate.py", "Plan a run with checks"),
    }
    words_for, page, label = missing.get(measure, ("This quality is not known for any group.", "", ""))
    st.info(words_for, icon=":material/info:")
    if page:
        st.page_link(page, label=label, query_params={"project": h.project_id}, icon=":material/arrow_forward:")


def figure_of(points: Sequence[Point], cost: str, measure: str) -> go.Figure:
    """A trace for each strategy with its teacher, and the front below them."""
    axis = CostAxis.of([point.x for point in points])
    figure = go.Figure([_front(points, axis)])
    teachers = sorted({point.group.teacher for point in points})
    most = max(point.value.n for point in points)
    series: dict[tuple[str, str], list[int]] = {}
    for index, point in enumerate(points):
        series.setdefault((point.group.strategy, point.group.teacher), []).append(index)
    for (strategy, teacher), indices in sorted(series.items()):
        symbol = _SYMBOLS[teachers.index(teacher) % len(_SYMBOLS)]
        own = [(index, points[index]) for index in indices]
        name = words(f"{strategy}, {teacher}", 60)
        figure.add_trace(
            _trace(own, axis, name, strategy_colour(strategy), symbol, most, len(points)).update(
                customdata=[[index, "<br>".join(words(line, 90) for line in point.told(cost))] for index, point in own]
            )
        )
    unit = "Calls" if cost == "calls" else "Dollars"
    title = COSTS[cost] if cost == "calls" else f"{unit} {COSTS[cost][0].lower()}{COSTS[cost][1:]}"
    axis.lay(figure, title, "" if cost == "calls" else "$")
    low = min(min(point.value.share, *(point.value.interval or (1.0,))) for point in points)
    bottom = min(0.7, low - 0.08) if low > 0.2 else -0.05
    figure.update_yaxes(
        title=TITLES[measure], range=[bottom, 1.06], tickformat=".0%", tickvals=[n / 10 for n in range(11)]
    )
    figure.update_layout(legend={"orientation": "h", "y": -0.22, "yanchor": "top", "itemsizing": "constant"})
    return figure


def _front(points: Sequence[Point], axis: CostAxis) -> go.Scatter:
    best = [points[index] for index in front([(point.x, point.value.share) for point in points])]
    return go.Scatter(
        x=[axis.at(point.x) for point in best],
        y=[point.value.share for point in best],
        mode="lines",
        line={"shape": "hv", "dash": "dash", "width": 2, "color": ink()},
        name="not beaten by any other",
        showlegend=len(best) > 1,
        hoverinfo="skip",
    )


def _trace(
    own: Sequence[tuple[int, Point]], axis: CostAxis, name: str, colour: str, symbol: str, most: int, drawn: int
) -> go.Scatter:
    values = [point.value for _, point in own]
    return go.Scatter(
        x=[axis.at(point.x) for _, point in own],
        y=[value.share for value in values],
        name=name,
        mode="markers+text" if drawn <= _NAMED else "markers",
        text=[_label(point) for _, point in own],
        textposition="top right",
        textfont={"size": 12, "color": ink()},
        cliponaxis=False,
        marker={
            "color": colour,
            "symbol": symbol,
            "size": [9 + 17 * (value.n / most) ** 0.5 for value in values],
            "line": {"width": 1, "color": ink()},
        },
        error_y=_bars(values),
        hovertemplate="%{customdata[1]}<extra></extra>",
    )


def _label(point: Point) -> str:
    """Parts of one run share its title: what tells them apart is said."""
    _, part, own = point.group.name.rpartition(", part ")
    return words(f"Part {own}" if part else point.group.name, 30)


def _bars(values: Sequence[Value]) -> dict[str, Any]:
    spans = [value.interval for value in values]
    if None in spans:
        return {"visible": False}
    return {
        "type": "data",
        "symmetric": False,
        "array": [span[1] - value.share for value, span in zip(values, spans, strict=True) if span],
        "arrayminus": [value.share - span[0] for value, span in zip(values, spans, strict=True) if span],
        "thickness": 1.5,
        "width": 5,
    }


def _chart(points: Sequence[Point], cost: str, measure: str, key: str) -> int | None:
    """Draw it; the index of the point that was clicked."""
    selected = draw(figure_of(points, cost, measure), key=f"insights.front.{key}", height=500, right=120, selects=True)
    clicked = selected["selection"]["points"] if selected else []
    chosen = clicked[0].get("customdata") if clicked else None
    index = int(chosen[0]) if isinstance(chosen, list | tuple) and chosen else -1
    if not 0 <= index < len(points):
        st.caption("Click a point to see what it is made of and to open its runs.")
        return None
    return index


def _told(h: Here, point: Point, cost: str) -> None:
    """What a clicked point is made of, with the way to its runs."""
    titles = h.work.insights.insights(h.project_id).costs.names["run"]
    with st.container(border=True):
        first, *lines = point.told(cost)
        st.markdown("  \n".join([f"**{safe(first, 140)}**", *(safe(line, 200) for line in lines)]))
        for run in point.group.runs[:_LINKED]:
            query = {"project": h.project_id, "run": run}
            st.page_link(
                "runs.py", label=safe(titles.get(run, run), 140), query_params=query, icon=":material/play_circle:"
            )
        if len(point.group.runs) > _LINKED:
            st.caption(f"And {count(len(point.group.runs) - _LINKED, 'run')} more.")


def _table(points: Sequence[Point], cost: str, measure: str, groups_by: str) -> None:
    rows = [_row(point, cost, measure, groups_by) for point in points]
    columns: dict[str, Any] = dict.fromkeys((MEASURES[measure], "95 % from", "95 % to"), share_column())
    columns[COSTS[cost]] = st.column_config.NumberColumn(format="%.2f") if cost == "calls" else dollar_column()
    table(
        rows, key=f"insights.front.table.{groups_by}.{cost}.{measure}", name=f"cost against {measure}", columns=columns
    )


def _row(point: Point, cost: str, measure: str, groups_by: str) -> dict[str, object]:
    interval = point.value.interval
    return {
        DIMENSIONS[groups_by]: point.group.name,
        **({"Strategies": ", ".join(point.group.strategies)} if groups_by != "strategy" else {}),
        **({"Teachers": ", ".join(point.group.teachers)} if groups_by != "teacher" else {}),
        COSTS[cost]: point.x,
        MEASURES[measure]: point.value.share * 100,
        **({"95 % from": interval[0] * 100, "95 % to": interval[1] * 100} if interval else {}),
        "Counted over": point.value.n,
        "Spent": money(point.group.counts.cost),
        "Runs": len(point.group.runs),
    }
