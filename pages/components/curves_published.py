"""What others published on cost against quality: a layer of its own, to be compared with itself only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from plotly import graph_objects as go

from core.catalogue.published import Grade, PublishedPoint, published_points
from core.domain.strategies import Strategy
from pages.components.charts import draw, filled, ink, palette, table, words
from pages.components.figures import count
from pages.components.insight_choice import choose
from pages.components.quality_axis import CostAxis

_AXES = {"samples": "Samples", "cost_usd": "Dollars", "budget_ratio": "Budget ratio"}
_TITLES = {
    "samples": "Samples that the student was trained on",
    "cost_usd": "Dollars for the data",
    "budget_ratio": "Budget ratio: teacher queries over seed examples",
}
_SYMBOLS = {
    Grade.READ: "circle",
    Grade.DIGITISED: "diamond-open",
    Grade.DERIVED: "square-open",
    Grade.SECOND_HAND: "triangle-up-open",
}
Series = tuple[str, str]


def show_published() -> None:
    """The points of one benchmark over one kind of cost."""
    st.warning(
        "These numbers are not yours, and they are not comparable with each other: teachers, students and years "
        "differ from one curve to the next. Compare a curve with itself: what did more data, or more money, buy there?",
        icon=":material/menu_book:",
    )
    points = published_points()
    benchmarks = {name: name for name in dict.fromkeys(point.benchmark for point in points)}
    benchmark = choose("Benchmark", benchmarks, "benchmark", key="insights.benchmark")
    chosen = [point for point in points if point.benchmark == benchmark]
    axes = {axis: name for axis, name in _AXES.items() if any(_place(point, axis) is not None for point in chosen)}
    axis = choose("Along", axes, "along", key="insights.along")
    drawn = [point for point in chosen if _place(point, axis) is not None]
    draw(figure_of(drawn, axis), key=f"insights.published.{benchmark}.{axis}", height=460)
    marks = ", ".join(f"{grade.value} = {grade.meaning}" for grade in dict.fromkeys(point.grade for point in drawn))
    left = len(chosen) - len(drawn)
    more = f" {count(left, 'point has', 'points have')} no place on this axis; the table has all." if left else ""
    st.caption(f"Marks: {marks}. Hover a point for its source.{more}")
    table(
        filled([_row(point) for point in chosen]),
        key=f"insights.published.table.{benchmark}",
        name=f"published {benchmark}",
    )


def _place(point: PublishedPoint, axis: str) -> float | None:
    value = getattr(point, axis)
    return None if value is None else float(value)


def strategy_words(strategy: str) -> str:
    """In the words of the product."""
    others = {"none": "no generated data", "mixed": "several strategies"}
    return others.get(strategy) or Strategy(strategy).label


def figure_of(points: Sequence[PublishedPoint], axis: str) -> go.Figure:
    """A line for each series of one student; a mark says how a number came here."""
    series: dict[Series, list[PublishedPoint]] = {}
    for point in sorted(points, key=lambda point: _place(point, axis) or 0.0):
        series.setdefault((point.series, point.student), []).append(point)
    scale = CostAxis.of([_place(point, axis) or 0.0 for point in points])
    colours = palette() or [ink()]
    figure = go.Figure()
    for index, ((name, student), own) in enumerate(series.items()):
        figure.add_trace(
            go.Scatter(
                x=[scale.at(_place(point, axis) or 0.0) for point in own],
                y=[point.accuracy for point in own],
                name=words(f"{name}, {student}", 60),
                mode="lines+markers",
                line={"color": colours[index % len(colours)], "dash": "solid" if index < len(colours) else "dot"},
                marker={"size": 11, "symbol": [_SYMBOLS[point.grade] for point in own], "line": {"width": 2}},
                customdata=[_hover(point, axis) for point in own],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    scale.lay(figure, _TITLES[axis], "$" if axis == "cost_usd" else "")
    figure.update_yaxes(title="Accuracy of the student", ticksuffix=" %", rangemode="tozero")
    figure.update_layout(legend={"orientation": "h", "y": -0.2, "yanchor": "top"}, showlegend=True)
    return figure


def _hover(point: PublishedPoint, axis: str) -> str:
    value = _place(point, axis) or 0.0
    place = f"${value:,.0f}" if axis == "cost_usd" else f"{value:,.0f}"
    lines = (
        f"{point.series}: {strategy_words(point.strategy)}",
        f"{point.accuracy:.1f} % on {point.benchmark}, student {point.student}",
        f"{_AXES[axis]}: {place}",
        f"{point.source}, {point.grade.meaning}",
    )
    return "<br>".join(words(line, 110) for line in lines)


def _row(point: PublishedPoint) -> dict[str, Any]:
    return {
        "Series": point.series,
        "Strategy": strategy_words(point.strategy),
        "Student": point.student,
        "Accuracy": point.accuracy,
        "Samples": point.samples,
        "Budget ratio": point.budget_ratio,
        "Dollars": point.cost_usd,
        "Source": point.source,
        "Grade": f"{point.grade.value}: {point.grade.meaning}",
    }
