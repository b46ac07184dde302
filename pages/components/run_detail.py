"""One run as it stands: progress while it works, money and calls against the caps, items by final state."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import PlanKind
from core.domain.states import ItemState, RunState
from core.services.runs import RunView
from pages.components.charts import table
from pages.components.figures import count, duration, money, percent, when
from pages.components.run_words import ITEMS, badges, progress_words, stage_name
from pages.components.session import Here
from pages.components.text import safe


def show_head(view: RunView) -> None:
    """Title, state, who and when."""
    run = view.run
    st.title(safe(run.title, 200), anchor=False)
    started = f"started {when(run.started_at)}" if run.started_at else f"queued {when(run.created_at)}"
    took = f", {duration(view.seconds)}" if view.seconds and not view.active else ""
    st.markdown(f"{badges(view)} by {safe(run.created_by, 80)}, {safe(started + took)}")


def show_live(h: Here, view: RunView) -> None:
    """Progress and figures; renewed by itself while the run is active."""
    if view.active:
        st.fragment(_watch, run_every=1.0)(h, view.run.id, view.run.state, cancelled=view.run.cancel)
    else:
        _figures(view)


def _watch(h: Here, run_id: str, state: RunState, *, cancelled: bool) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if view.run.state is not state or view.run.cancel != cancelled:
        st.rerun()
    _figures(view)


def _figures(view: RunView) -> None:
    st.progress(view.finished / max(1, view.run.n_items), text=safe(progress_words(view)))
    _why_stopped(view)
    _money(view)
    _items(view)


def _why_stopped(view: RunView) -> None:
    run = view.run
    if view.active or run.state is RunState.COMPLETED:
        return
    reason = run.reason or "It was stopped before its items were done."
    hint = run.hint or "Resume it to make the rest; nothing that is stored is paid again."
    draw = st.error if run.state is RunState.FAILED else st.warning
    draw(f"**{safe(reason, 800)}** {safe(hint, 600)}", icon=":material/info:")


def _money(view: RunView) -> None:
    spent, caps = view.spent, view.run.caps
    charged = sum(stage["unmeasured"] for stage in view.stages)
    figures = st.columns(4, gap="small")
    figures[0].metric("Spent", money(spent.settled), help="Sum over the ledger of this run.")
    figures[1].metric("Held", money(spent.held), help="Reserved for calls under way, at the most they can cost.")
    left = "No cap" if caps.cost is None else money(max(0, caps.cost - spent.total))
    figures[2].metric("Left", left, help="Of the cost cap of this run: cap minus spent minus held.")
    calls = f"{spent.calls:,}" if caps.calls is None else f"{spent.calls:,} of {caps.calls:,}"
    figures[3].metric(
        "Calls",
        calls,
        help="Every call that was sent, repeated ones included; against the query budget when the run has one.",
    )
    if charged:
        st.caption(
            f"{safe(money(spent.settled - charged))} measured from the tokens that the provider reported, "
            f"{safe(money(charged))} charged at the hold because no usable report came."
        )
    elif not spent.settled:
        st.caption("Nothing was charged.")
    else:
        st.caption("All of it is measured from the tokens that the provider reported.")


def _items(view: RunView) -> None:
    rows = [
        f"| **{word}** | {number:,} | {percent(number / view.run.n_items)} | {meaning} |"
        for state, (word, meaning) in ITEMS.items()
        if (number := view.progress.get(state, 0)) and not (state is ItemState.PLANNED and view.finished == 0)
    ]
    if rows:
        st.markdown("\n".join(["| State | Items | Share | What it means |", "|:--|--:|--:|:--|", *rows]))


def show_links(h: Here, view: RunView) -> None:
    """Where the result of the run is looked at."""
    if not view.good:
        return
    query = {"project": h.project_id}
    if view.run.kind is PlanKind.SAMPLES and not view.run.preview:
        label, icon = f"Review {count(view.good, 'sample')}", ":material/rate_review:"
        st.page_link("review.py", label=label, icon=icon, query_params={**query, "run": view.run.id})
    elif view.run.kind is PlanKind.TAXONOMY:
        st.page_link("taxonomy.py", label="Open Taxonomy", icon=":material/account_tree:", query_params=query)
    elif view.run.kind is not PlanKind.SAMPLES:
        st.page_link("curriculum.py", label="Open Curriculum", icon=":material/menu_book:", query_params=query)


def show_stages(view: RunView) -> None:
    """Spend by stage, with its download."""
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
            "Held": money(stage["held"]),
            "Charged at the hold": money(stage["unmeasured"]),
            "Tokens in": stage["prompt_tokens"],
            "Of these cached": stage["cached_tokens"],
            "Tokens out": stage["completion_tokens"],
        }
        for stage in view.stages
    ]
    table(rows, key="runs.stages", name=f"run-{view.run.id[:8]}-stages")
