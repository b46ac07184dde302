"""What samples cost by strategy, teacher, discipline, seed set or run, down to the last nano-dollar of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from plotly import graph_objects as go

from core.domain.money import NANO
from core.services.insights import Insights
from core.services.insights_costs import Group
from pages.components.charts import dollar_column, draw, filled, ranking, share_column, table
from pages.components.figures import count, money
from pages.components.insight_choice import DIMENSIONS, choose_dimension
from pages.components.text import safe

_SHOWN = 20
_PER = {
    "Per generated sample": "generated",
    "Per verified sample": "checked",
    "Per accepted sample": "kept",
}


def show_groups(found: Insights) -> None:
    """Bars of what was spent, and the table with costs per sample."""
    st.subheader("Cost per sample", anchor=False)
    dimension = choose_dimension("Split by", "split", key="insights.split")
    groups = [group for group in found.costs.groups(dimension) if group.counts.calls or group.counts.generated]
    _adds_up(found, groups)
    paid = [group for group in groups if group.counts.cost]
    if paid:
        shown = paid[:_SHOWN]
        bars = go.Bar(
            x=[group.counts.cost / NANO for group in shown],
            y=list(range(len(shown))),
            orientation="h",
            customdata=[_hover(group) for group in shown],
            hovertemplate="%{customdata}<extra></extra>",
        )
        figure = go.Figure([bars])
        ranking(figure, [group.name for group in shown], [money(group.counts.cost) for group in shown])
        figure.update_xaxes(tickprefix="$", title="Dollars spent")
        draw(figure, key=f"insights.groups_chart.{dimension.value}", height=90 + 30 * len(shown), right=80)
        if len(shown) < len(paid):
            st.caption(f"The {_SHOWN} dearest of {count(len(paid))}; the table has all.")
    table(
        filled([_row(DIMENSIONS[dimension.value], group) for group in groups]),
        key=f"insights.groups.{dimension.value}",
        name=f"cost by {dimension.value}",
        columns=_columns(),
    )


def _adds_up(found: Insights, groups: Sequence[Group]) -> None:
    """The groups and what belongs to none of them are the ledger."""
    attributed = sum(group.counts.cost for group in groups)
    rest = {kind: counts for kind, counts in found.costs.unattributed.items() if counts.calls}
    words = f"{money(attributed)} went into samples, with their checks, previews, dropped and failed items. "
    if rest:
        kinds = ", ".join(f"{kind} {money(counts.cost)}" for kind, counts in rest.items())
        words += f"{money(sum(c.cost for c in rest.values()))} belongs to no sample ({kinds}). "
    words += f"Together that is the ledger's {money(found.spent.settled)}."
    if found.costs.reused:
        some = count(found.costs.reused, "sample has its answer", "samples have their answers")
        words += (
            f" {some} from a preview or an earlier run and paid there, so the run that took them over looks cheaper."
        )
    st.caption(safe(words, 600))


def _hover(group: Group) -> str:
    counts = group.counts
    each = counts.each(counts.generated)
    per = "" if each is None else f", {money(round(each))} for each of {count(counts.generated, 'generated sample')}"
    return f"{money(counts.cost)} by {count(counts.calls, 'call')}{per}"


def _row(title: str, group: Group) -> dict[str, object]:
    counts = group.counts
    low, high = counts.acceptance.interval or (None, None)
    per: dict[str, object] = {}
    for label, field in _PER.items():
        each = counts.each(getattr(counts, field))
        per[label] = None if each is None else each / NANO
    return {
        title: group.name,
        "Spent": counts.cost / NANO,
        "Calls": counts.calls,
        "Generated": counts.generated,
        "Verified": counts.checked,
        "Accepted": counts.kept,
        **per,
        "Acceptance": _percent(counts.acceptance.share),
        "95 % from": _percent(low),
        "95 % to": _percent(high),
        "Decided": counts.decided,
        "Passed checks": _percent(counts.verification.share),
        "Dropped or failed": _percent(counts.losses.share),
        "Answers paid elsewhere": counts.reused,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _columns() -> dict[str, Any]:
    shares = ("Acceptance", "95 % from", "95 % to", "Passed checks", "Dropped or failed")
    return {**dict.fromkeys(("Spent", *_PER), dollar_column()), **dict.fromkeys(shares, share_column())}
