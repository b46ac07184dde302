"""The money of a run: spent, held and left with what is measured and what estimated; caches, shared calls, flags."""

from __future__ import annotations

import streamlit as st

from core.services.run_figures import Left
from core.services.runs import RunView
from pages.components.charts import table
from pages.components.figures import count, money, percent, when
from pages.components.run_words import FLAGS, stage_name
from pages.components.session import Here
from pages.components.text import safe

_SPENT = "Sum over the ledger of this run. Measured: computed from the tokens that the provider reported. Estimated: "
_SPENT += "charged at the hold, the most a call could cost, because no usable report came."
_HELD = "Reserved for calls under way, at the most they can cost. What they do not use comes back when they end."
_LEFT = "Cap minus spent minus held. Where run and project both have a cap, the one with less left is named."
_CALLS = "Every call that was sent, repeated ones included; query budgets count them."


def show_money(view: RunView) -> None:
    """Four figures, then what stands behind them."""
    spent, left, calls = view.spent, view.money_left, view.calls_left
    cost_cap = view.run.cost_cap if left.scope == "run" else view.project_caps.cost
    call_cap = view.run.call_cap if calls.scope == "run" else view.project_caps.calls
    figures = (
        ("Spent", money(spent.settled), _measured(view), _SPENT),
        ("Held", money(spent.held), "estimated, at most" if spent.held else "nothing under way", _HELD),
        (
            "Left",
            "No limit" if left.amount is None else money(left.amount),
            f"of the {left.scope}'s {money(cost_cap)}" if cost_cap is not None else "no cost cap",
            _LEFT,
        ),
        ("Calls", f"{spent.calls:,}", _calls_left(calls, call_cap), _CALLS),
    )
    with st.container(horizontal=True, gap="small"):
        for label, value, below, words in figures:
            st.metric(label, value, delta=safe(below), delta_color="off", delta_arrow="off", help=words, width=190)
    _more(view)


def _measured(view: RunView) -> str:
    estimated = view.unmeasured
    if not view.spent.settled:
        return "nothing charged"
    if not estimated:
        return "all measured"
    if estimated == view.spent.settled:
        return "all estimated"
    return f"{money(estimated)} of it estimated"


def _calls_left(left: Left, cap: int | None) -> str:
    if left.amount is None or cap is None:
        return "no query budget"
    return f"{left.amount:,} left of the {left.scope}'s {cap:,}"


def _more(view: RunView) -> None:
    """One line each, and only where there is something to say."""
    cached, read = view.total("cached_tokens"), view.total("prompt_tokens")
    lines = []
    if cached:
        saved = f"and saved {money(view.saved_by_cache)}" if view.saved_by_cache > 0 else "at no lower price"
        lines.append(
            f":material/cached: {cached:,} of {read:,} input tokens ({percent(cached / max(1, read))}) came from the "
            f"provider's cache {safe(saved)}."
        )
    if shared := view.total("shared"):
        lines.append(
            f":material/call_split: {count(shared, 'call')} asked for {view.total('fetched'):,} answers together."
        )
    if view.flags:
        marks = " ".join(
            f":orange-badge[{safe(flag['flag'])}: {count(flag['calls'], 'call')}, {safe(money(flag['cost']))}]"
            for flag in view.flags
        )
        lines.append(f":material/flag: {marks}")
    if lines:
        st.markdown("  \n".join(lines))


def show_stages(h: Here, view: RunView) -> None:
    """Spend by stage, the prices behind it, and what the flags mean."""
    if not view.stages:
        st.caption("No call was sent: nothing was spent.")
        return
    rows = [
        {
            "Stage": stage_name(stage["stage"]),
            "Calls": stage["calls"],
            "Answered": stage["answered"],
            "Failed": stage["failed"],
            "In doubt": stage["in_doubt"],
            "Spent": money(stage["cost"]),
            "Of it estimated": money(stage["unmeasured"]),
            "Held": money(stage["held"]),
            "Tokens in": stage["prompt_tokens"],
            "Of these cached": stage["cached_tokens"],
            "Saved by cache": money(max(0, stage["saved"])),
            "Tokens out": stage["completion_tokens"],
            "Of these reasoning": stage["reasoning_tokens"],
            "Shared calls": stage["shared"],
            "Answers in them": stage["fetched"],
        }
        for stage in view.stages
    ]
    localized = st.column_config.NumberColumn(format="localized")
    table(
        _worth(rows),
        key="runs.stages",
        name=f"run-{view.run.id[:8]}-stages",
        columns=dict.fromkeys(("Calls", "Answered", "Tokens in", "Of these cached", "Tokens out"), localized),
    )
    _prices(h, view)
    if view.flags:
        st.subheader("Flagged calls", anchor=False)
        words = [
            f"| {safe(f['flag'])} | {f['calls']:,} | {safe(money(f['cost']))} | {_meaning(f['flag'])} |"
            for f in view.flags
        ]
        st.markdown("\n".join(["| Flag | Calls | Charged | What it means |", "|:--|--:|--:|:--|", *words]))
        st.caption("The calls themselves are on the tab Calls, which can be narrowed to a flag.")


_MINOR = (
    "In doubt",
    "Of these cached",
    "Saved by cache",
    "Of these reasoning",
    "Shared calls",
    "Answers in them",
    "Held",
)


def _worth(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out the minor columns that say nothing in any row."""
    idle = {name for name in _MINOR if all(row[name] in {0, "$0"} for row in rows)}
    return [{name: value for name, value in row.items() if name not in idle} for row in rows]


def _meaning(flag: str) -> str:
    return FLAGS.get(flag, "")


def _prices(h: Here, view: RunView) -> None:
    st.subheader("Prices used", anchor=False)
    st.caption(
        "Dollars per million tokens, as copied into each call when it was sent. Later changes do not touch them."
    )
    rows = [
        {
            "Stage": stage_name(price["stage"]),
            "Found as": price["price_model"] or "none",
            "Input": money(price["price_input"]),
            "Cached input": money(price["price_cached"]),
            "Output": money(price["price_output"]),
            "Source": price["price_source"] or "no price known: calls are counted at $0",
            "Calls": price["calls"],
            "Spent": money(price["cost"]),
            "Since": when(price["first_sent"]),
        }
        for price in h.work.runs.prices(h.project_id, view.run.id)
    ]
    table(rows, key="runs.prices", name=f"run-{view.run.id[:8]}-prices")
