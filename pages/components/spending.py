"""What the calls of a project cost: in all and by stage, measured and charged at the hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from plotly import graph_objects as go

from core.domain.money import NANO
from core.services.insights import Insights
from pages.components.charts import dollar_column, draw, ranking, table
from pages.components.figures import count, money, percent
from pages.components.run_words import stage_name
from pages.components.text import safe

_DIVIDED = (
    "Cost of one sample: all spending of the project, with proposals, curricula, previews and failed items, divided "
    "by the samples that runs {made}. Demo content has no cost and is left out."
)
_SPENT = "Sum over the ledger, repeated calls included. Money is held while a call is under way."
_ACCEPTED = "Accepted among accepted and rejected samples, demo content and human seeds included."
_MEASURED = (
    "The share that was computed from the usage that servers reported. The rest is charged at the hold, the most that "
    "a call could cost, because no usable report came."
)
_COUNTED = ("Calls", "Failed", "In doubt", "Input tokens", "Of it cached", "Output tokens")
_COUNT = st.column_config.NumberColumn(format="localized")


def show_totals(found: Insights) -> None:
    """The numbers that decide."""
    spent, decided = found.spent, found.reviews.get("accepted", 0) + found.reviews.get("rejected", 0)
    held = f"{money(spent.held)} held" if spent.held else "nothing held"
    accepted = found.reviews.get("accepted", 0)
    cost = _total(found, "cost")
    measured = (cost - _total(found, "unmeasured")) / cost if cost else None
    figures = (
        (
            "Per accepted sample",
            _each(found.cost_per_accepted),
            f"{count(found.accepted)} accepted",
            _DIVIDED.format(made="generated and people accepted"),
        ),
        (
            "Per generated sample",
            _each(found.cost_per_generated),
            f"{count(found.generated)} generated",
            _DIVIDED.format(made="generated"),
        ),
        ("Accepted", percent(accepted / decided) if decided else "none yet", f"of {count(decided)} decided", _ACCEPTED),
        ("Spent", money(spent.settled), held, _SPENT),
        ("Calls", count(spent.calls), _tokens(found), "Calls to teachers, repeated ones included."),
        ("Measured", "no cost" if measured is None else percent(measured), "of the spending", _MEASURED),
    )
    for row in (figures[:3], figures[3:]):
        for column, (label, value, below, words) in zip(st.columns(3), row, strict=True):
            column.metric(
                label, value, delta=below, delta_color="off", delta_arrow="off", help=safe(words), border=True
            )


def _each(cost: int | None) -> str:
    return "none yet" if cost is None else money(cost)


def _tokens(found: Insights) -> str:
    return f"{_total(found, 'prompt_tokens') + _total(found, 'completion_tokens'):,} tokens"


def _total(found: Insights, column: str) -> int:
    return sum(int(row[column]) for row in found.stages)


def show_spending(found: Insights) -> None:
    """By stage; in words when nothing was charged."""
    cost = _total(found, "cost")
    if not found.stages:
        st.info(
            "No call was made in this project, so nothing was spent. Demo content was written by hand for this "
            "product: no cost is claimed for it.",
            icon=":material/info:",
        )
        return
    if cost:
        _measured(cost, _total(found, "unmeasured"))
    else:
        st.info(
            f"All {count(_total(found, 'calls'), 'call')} cost \\$0: the built-in teacher and model files on this "
            "machine charge nothing. What they cost you is time. Amounts are drawn here after the first call that is "
            "charged; calls and tokens are counted all the same.",
            icon=":material/info:",
        )
    st.subheader("By stage", anchor=False)
    _by_stage(found, charged=bool(cost))


def _measured(cost: int, unmeasured: int) -> None:
    words = (
        f"{percent((cost - unmeasured) / cost)} of the spending ({money(cost - unmeasured)}) is measured from the "
        f"usage that servers reported; {money(unmeasured)} is charged at the hold, the most a call could cost, "
        "because no usable report came."
    )
    st.markdown(safe(words))


def _by_stage(found: Insights, *, charged: bool) -> None:
    rows = sorted(found.stages, key=lambda row: -row["cost"])
    if charged:
        labels = [stage_name(row["stage"]) for row in rows]
        known = [(row["cost"] - row["unmeasured"]) / NANO for row in rows]
        figure = go.Figure(
            [
                _bar("Measured", known),
                _bar("Charged at the hold", [row["unmeasured"] / NANO for row in rows]),
            ]
        )
        ranking(figure, labels)
        figure.update_layout(barmode="stack", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
        figure.update_xaxes(tickprefix="$", title="Dollars spent")
        draw(figure, key="insights.stages_chart", height=140 + 34 * len(rows))
    table(
        _without_zeros([_stage_row(row) for row in rows], ("Held now", "Failed", "In doubt", "Of it cached")),
        key="insights.stages",
        name="spend by stage",
        columns={
            **dict.fromkeys(("Spent", "At the hold", "Held now"), dollar_column()),
            **dict.fromkeys(_COUNTED, _COUNT),
        },
    )


def _stage_row(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "Stage": stage_name(row["stage"]),
        "Spent": row["cost"] / NANO,
        "At the hold": row["unmeasured"] / NANO,
        "Held now": row["held"] / NANO,
        "Calls": row["calls"],
        "Failed": row["failed"],
        "In doubt": row["in_doubt"],
        "Input tokens": row["prompt_tokens"],
        "Of it cached": row["cached_tokens"],
        "Output tokens": row["completion_tokens"],
    }


def _without_zeros(rows: list[dict[str, object]], columns: tuple[str, ...]) -> list[dict[str, object]]:
    """Leave out those of `columns` that hold nothing."""
    idle = {column for column in columns if not any(row[column] for row in rows)}
    return [{name: value for name, value in row.items() if name not in idle} for row in rows]


def _bar(name: str, values: list[float]) -> go.Bar:
    places = list(range(len(values)))
    return go.Bar(name=name, x=values, y=places, orientation="h", hovertemplate="%{x:$.6f}<extra></extra>")
