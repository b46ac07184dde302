"""The choice between answers at once and batches at half the price, where every teacher takes batches."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.domain.plans import Execution, TeacherChoice
from core.services.generation import Estimate
from pages.components.figures import duration
from pages.components.session import Here
from pages.components.text import safe

_WORDS: dict[Execution, str] = {
    "live": "Answer at once",
    "batch": "As a batch: half price, within 24 hours a stage",
}
_HELP = (
    "A batch is handed in as a whole and answered when the provider has room, at half the price. Calls that build on "
    "others go out in a batch of their own, which may take another 24 hours. A preview is always answered at once."
)


def time_words(estimate: Estimate) -> str:
    """What a plan takes: expected, or for batches at most."""
    if estimate.batch:
        return f"up to {estimate.seconds / 3600:.0f} h"
    return f"about {duration(max(1.0, estimate.seconds))}"


def brief_time(estimate: Estimate) -> str:
    """The same in a table or a figure, where "about 1 s" would say too much."""
    return "under 1 s" if estimate.seconds < 1 else time_words(estimate)


def choose_execution(h: Here, teachers: Iterable[TeacherChoice], *, key: str) -> Execution:
    """Offered where every one of these teachers takes batches; otherwise disabled, with the reason below."""
    obstacle = h.work.batches.obstacle(teachers)
    if obstacle:
        st.session_state[key] = "live"
    chosen: Execution | None = st.radio(
        "Execution",
        list(_WORDS),
        format_func=lambda execution: _WORDS[execution],
        key=key,
        horizontal=True,
        disabled=bool(obstacle),
        help=_HELP,
        persist_state="session",
    )
    if obstacle:
        st.caption(f"No batches: {safe(obstacle, 300)}")
    return chosen or "live"
