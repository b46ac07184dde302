"""What the next dollar would buy: accepted samples expected for $1 by strategy, with the interval of the acceptance."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from plotly import graph_objects as go

from core.analysis.quality import Dimension, NextDollar, next_dollar
from core.domain.money import NANO
from core.services.insights import Insights
from core.services.insights_costs import Group
from pages.components.charts import dollar_column, draw, filled, ink, ranking, strategy_colour, table
from pages.components.figures import count
from pages.components.session import Here
from pages.components.text import safe

Known = tuple[Group, NextDollar]
_SAMPLES = st.column_config.NumberColumn(format="%.1f")


def show_next_dollar(h: Here, found: Insights) -> None:
    """Bars and table; in words where nothing was charged or nothing is decided."""
    st.caption(
        "Samples for one more dollar = generated samples for a dollar so far, times the share that people accepted. "
        "The line is the 95 % interval of the acceptance. It takes for granted that costs stay as they were, and that "
        "samples not decided yet would be accepted at the same rate."
    )
    groups = [group for group in found.costs.groups(Dimension.STRATEGY) if group.counts.generated]
    known = [(group, dollar) for group in groups if (dollar := next_dollar(group.counts))]
    free = [group for group in groups if not group.counts.cost]
    if free:
        names = ", ".join(group.name for group in free)
        st.info(
            safe(f"{names}: cost $0 so far, so a dollar buys no more of it than nothing does; what limits it is time.")
        )
    if not known:
        _nothing(h, groups)
        return
    decided = [(group, dollar) for group, dollar in known if dollar.accepted is not None]
    if decided:
        _bars(decided)
    if len(decided) < len(known):
        names = ", ".join(group.name for group, dollar in known if dollar.accepted is None)
        st.info(safe(f"{names}: no sample is decided yet, so it is not known how many would be accepted."))
        query = {"project": h.project_id}
        st.page_link("review.py", label="Review samples", icon=":material/rate_review:", query_params=query)
    table(
        filled([_row(group, dollar) for group, dollar in known]),
        key="insights.dollar",
        name="what the next dollar buys",
        columns={
            **dict.fromkeys(("Generated for $1", "Accepted for $1", "95 % from", "95 % to"), _SAMPLES),
            **dict.fromkeys(("Expected per accepted sample", "Per accepted sample so far"), dollar_column()),
        },
    )


def _nothing(h: Here, groups: Sequence[Group]) -> None:
    if not groups:
        st.info("No run has made samples yet. After the first one this page says what a dollar buys.")
        query = {"project": h.project_id}
        st.page_link("generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params=query)


def _bars(decided: Sequence[Known]) -> None:
    rows = sorted(decided, key=lambda row: -(row[1].accepted or 0))
    middle = [dollar.accepted or 0.0 for _, dollar in rows]
    spans = [dollar.interval or (0.0, 0.0) for _, dollar in rows]
    bars = go.Bar(
        x=middle,
        y=list(range(len(rows))),
        orientation="h",
        marker={"color": [strategy_colour(group.name) for group, _ in rows]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - value for value, (_, high) in zip(middle, spans, strict=True)],
            "arrayminus": [value - low for value, (low, _) in zip(middle, spans, strict=True)],
            "thickness": 2,
            "color": ink(),
            "width": 6,
        },
        customdata=[_hover(group, dollar) for group, dollar in rows],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure = go.Figure([bars])
    ranking(figure, [group.name for group, _ in rows], [f"{count(group.counts.decided)} decided" for group, _ in rows])
    figure.update_xaxes(title="Accepted samples expected for the next $1", rangemode="tozero")
    draw(figure, key="insights.dollar_chart", height=100 + 44 * len(rows), right=96)


def _hover(group: Group, dollar: NextDollar) -> str:
    low, high = dollar.interval or (0.0, 0.0)
    rate = group.counts.acceptance
    return (
        f"{dollar.accepted or 0:,.1f} accepted for $1, 95 % from {low:,.1f} to {high:,.1f}<br>"
        f"{dollar.generated:,.1f} generated for $1, {rate.hits:,} of {rate.n:,} decided samples accepted"
    )


def _row(group: Group, dollar: NextDollar) -> dict[str, object]:
    low, high = dollar.interval or (None, None)
    so_far = group.counts.each(group.counts.kept)
    return {
        "Strategy": group.name,
        "Generated for $1": dollar.generated,
        "Accepted for $1": dollar.accepted,
        "95 % from": low,
        "95 % to": high,
        "Decided": group.counts.decided,
        "Expected per accepted sample": 1 / dollar.accepted if dollar.accepted else None,
        "Per accepted sample so far": None if so_far is None else so_far / NANO,
    }
