"""The desk of the review page: progress, the sample in hand, the end of the queue. Only this reruns at a key press."""

from __future__ import annotations

import streamlit as st

from core.domain.filters import SampleFilter
from core.domain.states import ReviewState
from core.errors import NotFoundError
from core.services.review import QueueCounts, SampleView
from pages.components.figures import count
from pages.components.notices import empty, show_error
from pages.components.review_actions import draw_actions, draw_edit, draw_troubles, draw_undo, editing
from pages.components.review_card import draw_card
from pages.components.review_keys import AHEAD, in_their_slots, keyed, read_keys, work_off
from pages.components.review_queue import clear_filters, go_on, narrowed, place, show, show_state
from pages.components.review_wishes import LAST
from pages.components.session import Here


@st.fragment
def desk(h: Here, wanted: SampleFilter) -> None:
    """Draw what is in hand."""
    work_off(h)
    views = _views(h, wanted)
    counts = h.work.review.counts(h.project_id, wanted)
    show(views[0].sample.id if views else None)
    if not counts.all and not views and not narrowed():
        _nothing_at_all(h)
        return
    _progress(counts)
    draw_troubles(h)
    if not views:
        _finished(h, wanted, counts)
    elif editing(views[0].sample):
        draw_edit(h, views[0].sample)
    else:
        draw_actions(h, views[0].sample, keyed=keyed())
        with st.container(gap=None):  # else the empty places before the card in hand would push it down
            for view in in_their_slots(views):
                with st.container():
                    if view:
                        draw_card(view, h.project.guidelines)
    read_keys(h, views, still=not views or editing(views[0].sample))


def _views(h: Here, wanted: SampleFilter) -> list[SampleView]:
    first, after = place()
    try:
        return h.work.review.ahead(h.project_id, wanted, first=first, after=after, size=AHEAD if keyed() else 1)
    except NotFoundError as error:
        show_error(error)
        go_on(0)
        return h.work.review.ahead(h.project_id, wanted)


def _progress(counts: QueueCounts) -> None:
    if not counts.all:
        return
    judged = counts.accepted + counts.rejected
    parts = f"{counts.accepted:,} accepted, {counts.rejected:,} rejected, {counts.pending:,} pending"
    last = st.session_state.get(LAST)
    st.progress(judged / counts.all, text=f"**{judged:,} of {counts.all:,} judged** ({parts})")
    if last:
        st.caption(last)


def _nothing_at_all(h: Here) -> None:
    box = empty(
        "No samples to review",
        "Samples appear here as soon as a run has made some.",
        ":material/rate_review:",
    )
    box.page_link(
        "generate.py",
        label="Generate samples",
        icon=":material/auto_awesome:",
        query_params={"project": h.project_id},
    )


def _finished(h: Here, wanted: SampleFilter, counts: QueueCounts) -> None:
    if not counts.all:
        box = empty("No sample fits these filters", "Widen the filters to go on.", ":material/filter_alt_off:")
        box.button("Clear the filters", key="review.clear", type="primary", on_click=clear_filters)
        return
    if wanted.review in {ReviewState.ACCEPTED, ReviewState.REJECTED}:
        word = wanted.review.value
        box = empty(f"No {word} samples", f"None of the {count(counts.all, 'sample')} is {word}.")
    else:
        title = "Every sample that fits is judged" if narrowed() else "Every sample is judged"
        box = empty(title, f"{counts.accepted:,} of {counts.all:,} accepted. Freeze them as a dataset to export them.")
        box.page_link("datasets.py", label="Freeze a dataset", icon=":material/dataset:", query_params=_project(h))
    with box.container(horizontal=True, horizontal_alignment="center"):
        for state, number in (
            ("pending", counts.pending),
            ("rejected", counts.rejected),
            ("accepted", counts.accepted),
        ):
            if number:
                label = f"Look at the {number:,} {state}"
                st.button(label, key=f"review.look.{state}", on_click=show_state, args=(state,))
        if narrowed():
            st.button("Clear the filters", key="review.clear", on_click=clear_filters)
        draw_undo(h, "end")


def _project(h: Here) -> dict[str, str]:
    return {"project": h.project_id}
