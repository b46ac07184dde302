"""The scale of the adviser: calls a seed, the regions of the rule, the published switches, the budget."""

from __future__ import annotations

from math import log10

import streamlit as st
from plotly import graph_objects as go

from core.analysis.advice_facts import Band
from core.analysis.advice_reasons import number, span
from core.analysis.advice_rules import is_weak
from core.domain.switch_points import SwitchPoint
from core.services.adviser import Counsel
from pages.components.charts import draw, ranking, words
from pages.components.text import safe

_ANSWERS, _QUESTIONS = "rgba(13,148,136,0.22)", "rgba(99,102,241,0.24)"
_SWITCH, _NEARLY = "rgba(217,119,6,0.34)", "rgba(217,119,6,0.14)"
_ROOM = 0.12  # of a power of ten, for the name of a region
_PUBLISHED, _HERE, _YOU = "rgb(120,134,156)", "rgb(217,119,6)", "rgb(220,38,38)"


def show_scale(counsel: Counsel) -> None:
    """Drawn where there are seeds; the regions and every number explain themselves."""
    band = counsel.advice.band
    if band is None or counsel.situation.seeds is None:
        return
    st.markdown(safe(_words(counsel, band), 600))
    figure = go.Figure()
    low, high = _reach(counsel, band)
    _regions(figure, band, low, high, weak=is_weak(counsel.situation))
    rows = _rows(figure, counsel, band)
    ranking(figure, rows)
    figure.update_xaxes(
        type="log",
        range=[log10(low), log10(high)],
        title="Budget ratio: calls for each seed",
        tickvals=[v for v in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000) if low <= v <= high],
        tickformat=",~r",
        showgrid=False,
    )
    figure.update_layout(showlegend=False)
    draw(figure, key="adviser.scale", height=116 + 34 * len(rows), top=32)


def _words(counsel: Counsel, band: Band) -> str:
    s, ratio = counsel.situation, counsel.advice.ratio
    switch = f"With {s.seeds:,} seeds new questions overtake new answers at {span(band)} calls a seed"
    moved = " (moved by your pilot)" if s.lesson.factor and _moved(counsel, band) else ""
    if ratio is None:
        return f"{switch}{moved}. Name a budget to see where it lies."
    return f"Your budget ratio is {number(ratio)} calls a seed. {switch}{moved}."


def _moved(counsel: Counsel, band: Band) -> bool:
    return counsel.before.band is not None and span(counsel.before.band) != span(band)


def _reach(counsel: Counsel, band: Band) -> tuple[float, float]:
    ratio = counsel.advice.ratio
    values = [band.low, band.high, *(p.low for p in _known(counsel)), *(p.high for p in _known(counsel))]
    if ratio:
        values.append(ratio)
    return min(1.0, min(values) / 2), max(300.0, max(values) * 2.5)


def _known(counsel: Counsel) -> list[SwitchPoint]:
    own = [p for student in counsel.points.students for p in counsel.points.switches(student=student)]
    return [*counsel.points.switches(), *own]


def _regions(figure: go.Figure, band: Band, low: float, high: float, *, weak: bool) -> None:
    """From left to right: new answers, nearly the switch, the switch, nearly, new questions."""
    edges = [low, max(low, band.unsure_low), band.low, band.high, min(high, band.unsure_high), high]
    colours = (_ANSWERS, _NEARLY, _SWITCH, _NEARLY, _QUESTIONS)
    for start, end, colour in zip(edges[:-1], edges[1:], colours, strict=True):
        if start < end:
            figure.add_vrect(x0=start, x1=end, fillcolor=colour, line_width=0, layer="below")
    above = "Rephrasing" if weak else "New questions"
    middles = ((low, edges[1], "New answers"), (edges[1], edges[4], "Switch"), (edges[4], high, above))
    for start, end, name in middles:
        if log10(end / start) > _ROOM:
            place = (log10(start) + log10(end)) / 2
            figure.add_annotation(
                x=place, y=1, yref="paper", yanchor="bottom", text=f"<b>{name}</b>", showarrow=False, font={"size": 13}
            )


def _rows(figure: go.Figure, counsel: Counsel, band: Band) -> list[str]:
    """A row for the budget, one for the switch that counts, one for each published number."""
    rows: list[str] = []
    ratio = counsel.advice.ratio
    if ratio:
        queries = counsel.advice.queries or 0
        text = f"{queries:,} calls for {counsel.situation.seeds:,} seeds: {number(ratio)} calls a seed"
        figure.add_vline(x=ratio, line={"color": _YOU, "width": 2, "dash": "dot"})
        _mark(figure, ratio, ratio, len(rows), _YOU, text, symbol="diamond", size=15)
        rows.append(f"Your budget: {number(ratio)}")
    text = f"Switch for {counsel.situation.seeds:,} seeds: {span(band)} calls a seed"
    unsure = f"<br>between {number(band.unsure_low)} and {number(band.unsure_high)} it is a close call"
    _mark(figure, band.low, band.high, len(rows), _HERE, text + unsure, width=9)
    rows.append(f"Here, {counsel.situation.seeds:,} seeds")
    for point in _known(counsel):
        text = (
            f"{words(point.title, 90)}: {point.value} {point.unit}<br>{words(point.source, 120)}<br>{point.grade.value}"
        )
        _mark(figure, point.low, point.high, len(rows), _PUBLISHED, text)
        rows.append(point.student or f"{point.seeds:,} seeds")
    return rows


def _mark(
    figure: go.Figure,
    low: float,
    high: float,
    row: int,
    colour: str,
    text: str,
    *,
    symbol: str = "circle",
    size: int = 11,
    width: int = 5,
) -> None:
    places = [low] if low == high else [low, high]
    figure.add_scatter(
        x=places,
        y=[row] * len(places),
        mode="lines+markers",
        line={"color": colour, "width": width},
        marker={"color": colour, "size": size, "symbol": symbol},
        hovertemplate=f"{text}<extra></extra>",
    )
