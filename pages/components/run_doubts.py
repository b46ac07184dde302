"""Calls in doubt: sent, and the worker ended before an answer was stored; what became of each."""

from __future__ import annotations

import streamlit as st

from core.domain.states import AttemptState, ItemState
from core.services.runs import Doubt, RunView
from pages.components.charts import table
from pages.components.figures import count, money, when
from pages.components.run_words import stage_name
from pages.components.session import Here
from pages.components.text import safe

_AGAIN = {
    AttemptState.RESERVED: "under way",
    AttemptState.SETTLED: "settled",
    AttemptState.RELEASED: "failed, not billed",
    AttemptState.IN_DOUBT: "in doubt too",
}


def show_doubts(h: Here, view: RunView) -> None:
    """The list, and what it means; nothing when every call has its answer."""
    late = any(flag["flag"] == "answered late" for flag in view.flags)
    number = view.total("in_doubt")
    if not number and not late:
        return
    found = h.work.runs.doubts(h.project_id, view.run.id)
    title = f"{count(number, 'call')} in doubt" if number else "No call in doubt any more"
    st.subheader(title, anchor=False)
    if number:
        charged = sum(doubt.call.attempt.cost for doubt in found if not doubt.late)
        st.warning(
            f"These calls were sent, and the worker ended before an answer was stored. The provider may have charged "
            f"for them, so they count at the most they can have cost: {safe(money(charged))}. Each is sent once more "
            "at the most.",
            icon=":material/help:",
        )
    st.caption(
        "To compare with the provider: its log knows each call by the request id below, which was sent as the header "
        "X-Client-Request-Id."
    )
    table([_cells(doubt) for doubt in found], key="runs.doubts", name=f"run-{view.run.id[:8]}-in-doubt")
    if number > len(found):
        st.caption(f"The newest {len(found):,} of {number:,} are listed.")


def _cells(doubt: Doubt) -> dict[str, object]:
    attempt = doubt.call.attempt
    return {
        "Request id": doubt.call.client_id,
        "Stage": stage_name(attempt.stage),
        "Model": doubt.call.model,
        "Item": doubt.call.item + 1,
        "Sent": when(attempt.sent_at),
        "Charged": money(attempt.cost),
        "What was done": _done(doubt),
    }


def _done(doubt: Doubt) -> str:
    if doubt.late:
        return "Answered late: charged by its answer"
    if doubt.again is not None and doubt.again_state is not None:
        return f"Sent again as call {doubt.again}: {_AGAIN[doubt.again_state]}"
    if doubt.stored:
        return "Its answer came with another call"
    if doubt.item_state is ItemState.PLANNED:
        return "Waits: sent once more when the run goes on"
    return "Given up: not sent again unless the item is retried"
