"""A draft: progress while the worker prepares it, then its report, and what to do with it: freeze, discard, again."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from core.errors import NotFoundError, StudioError
from core.services.datasets import Draft, DraftState
from pages.components.dataset_choice import NEAR, near_threshold
from pages.components.dataset_counts import ratio_words, show_splits, wish_words
from pages.components.dataset_report import show_before_after, show_hits, show_left_out, show_near, show_way
from pages.components.dataset_rows import show_rows
from pages.components.figures import count, percent, when
from pages.components.notices import flash, problems, show_error
from pages.components.presses import press, show_problem
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

_CONFLICT = "datasets.conflict"
_MUCH_LESS = 0.6  # of the share that was wished
_BADGES = {
    DraftState.PREPARING: ":blue-badge[:material/hourglass_top: Preparing]",
    DraftState.PREPARED: ":green-badge[:material/task_alt: Prepared] Nothing is final. Read the report, then freeze.",
    DraftState.CANCELLED: ":orange-badge[:material/cancel: Cancelled]",
    DraftState.FAILED: ":red-badge[:material/error: Failed]",
}


def draft_list(h: Here) -> None:
    """What is neither frozen nor discarded; nothing without any."""
    drafts = h.work.datasets.drafts(h.project_id)
    if not drafts:
        return
    st.subheader("Drafts", anchor=False)
    for draft in drafts:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            query = {"project": h.project_id, "dataset": draft.dataset.id}
            st.page_link("datasets.py", label=safe(f"Draft: {draft.dataset.name}", 140), query_params=query)
            rows = f" {count(draft.dataset.n_items, 'row')}" if draft.state is DraftState.PREPARED else ""
            st.markdown(f":gray-badge[{draft.state.capitalize()}]{rows}", width="content")
            by = f"{when(draft.dataset.created_at)} by {draft.dataset.created_by}"
            st.caption(safe(by, 200), width="content")


def draft_detail(h: Here, dataset_id: str) -> None:
    """The whole view of one."""
    draft = h.work.datasets.draft(h.project_id, dataset_id)
    dataset = draft.dataset
    names = h.work.review.choices(h.project_id).disciplines
    st.title(safe(f"Draft: {dataset.name}", 220), anchor=False)
    st.markdown(_BADGES[draft.state])
    words = f"By {dataset.created_by}, {when(dataset.created_at)}. {wish_words(dataset.filter, names)}."
    st.caption(safe(words, 2000))
    show_problem()
    if draft.state is DraftState.PREPARING:
        _preparing(h, draft)
    elif draft.state is DraftState.PREPARED:
        _prepared(h, draft)
    else:
        _stopped(h, draft)


def _preparing(h: Here, draft: Draft) -> None:
    st.fragment(_watch, run_every=1.0)(h, draft.dataset.id)
    with st.container(horizontal=True):
        press("Cancel", partial(_cancel, h, draft), key="datasets.cancel", icon="cancel")


def _watch(h: Here, dataset_id: str) -> None:
    """Drawn every second; when something else is to be seen, the page is drawn anew."""
    try:
        draft = h.work.datasets.draft(h.project_id, dataset_id)
    except NotFoundError:  # somebody discarded it
        st.rerun()
    if draft.state is not DraftState.PREPARING or draft.job is None:
        st.rerun()
    job = draft.job
    part = job.done / job.total if job.total else 0.0
    words = f"{percent(part)} done" if job.started_at else "Waits for the worker"
    st.progress(part, text=f"{words}. You can close this page; the draft is prepared all the same.")
    if job.error:
        st.warning(f"It is begun again. {safe(job.error, 600)}", icon=":material/hourglass_empty:")


def _cancel(h: Here, draft: Draft) -> str:
    h.work.datasets.cancel(h.who, h.project_id, draft.dataset.id)
    return "Preparing stops at its next step."


def _stopped(h: Here, draft: Draft) -> None:
    """Cancelled or failed: why, and the ways on."""
    job = draft.job
    if draft.state is DraftState.CANCELLED:
        st.info("Preparing was cancelled. No row was kept.", icon=":material/info:")
    elif job is not None and job.error:
        show_error(StudioError(job.error, job.hint))
    else:
        show_error(StudioError("Preparing ended before the draft was complete.", "Prepare it again."))
    _again(h, draft, primary=True)
    with st.container(horizontal=True):
        _discard_button(h, draft)


def _prepared(h: Here, draft: Draft) -> None:
    dataset, card = draft.dataset, draft.dataset.card
    conflict = st.session_state.get(_CONFLICT, ("", "", ""))
    stale = conflict[0] == dataset.id
    if stale:
        show_error(StudioError(*conflict[1:]))
        _again(h, draft, primary=True)
    show_splits(card, dataset.n_items)
    if card.get("open_seconds"):
        st.warning(
            f"{count(card['open_seconds'], 'row awaits', 'rows await')} a second verdict. Whatever it says later, the "
            "version keeps the row as it is now.",
            icon=":material/visibility_off:",
        )
    _held_out(draft)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Freeze {count(dataset.n_items, 'row')}",
            type="secondary" if stale else "primary",
            key="datasets.freeze",
            icon=":material/ac_unit:",
            help="Makes it the next numbered version, which never changes, whatever happens to its samples later.",
        ):
            _freeze(h, draft)
        _discard_button(h, draft)
        _compare_link(h, draft)
    show_way(card, dataset.n_items)
    words = ratio_words(card.get("human", 0), card.get("generated", 0))
    if words:
        st.markdown(f":material/balance: {safe(words)}")
    _tabs(h, draft)
    if not stale:
        _again(h, draft, primary=False)


def _held_out(draft: Draft) -> None:
    """Say so when far fewer rows are held out than was wished."""
    dataset, wished = draft.dataset, {"validation": draft.wish.validation_share, "test": draft.wish.test_share}
    for name, share in wished.items():
        held = int(dataset.card["splits"].get(name, 0))
        if held < round(share * dataset.n_items) * _MUCH_LESS:
            st.warning(
                f"{count(held, 'row is', 'rows are')} held out for {name} instead of {percent(share)}: many of the "
                "others are alike, or made from one seed or one set of key concepts, and have to stay together.",
                icon=":material/call_split:",
            )


def _tabs(h: Here, draft: Draft) -> None:
    card = draft.dataset.card
    left, near, hits, counts, rows = st.tabs(
        ["Left out", "Near duplicates", "Benchmarks", "Before and after", "Rows"],
        key="datasets.report",
        on_change="rerun",
    )
    for tab, show in ((left, show_left_out), (near, show_near), (hits, show_hits), (counts, show_before_after)):
        if tab.open:
            with tab:
                show(card)
    if rows.open:
        with rows:
            show_rows(h, draft.dataset)


def _compare_link(h: Here, draft: Draft) -> None:
    versions = h.work.datasets.page(h.project_id)
    if versions:
        last = versions[0][0]
        query = {"project": h.project_id, "dataset": last.id, "with": draft.dataset.id}
        label = f"Compare with version {last.number}"
        st.page_link("datasets.py", label=label, icon=":material/compare_arrows:", query_params=query)


def _freeze(h: Here, draft: Draft) -> None:
    try:
        made = h.work.datasets.freeze_draft(h.who, h.project_id, draft.dataset.id)
    except StudioError as error:
        st.session_state[_CONFLICT] = (draft.dataset.id, error.message, error.hint)
        st.rerun()
    flash(f"Version {made.number} is frozen with {count(made.n_items, 'row')}.")
    st.rerun()


def _discard_button(h: Here, draft: Draft) -> None:
    if st.button("Discard", key="datasets.discard", icon=":material/delete:", help="Gives this draft up."):
        with problems():
            with st.spinner("Discarding ..."):
                h.work.datasets.discard(h.who, h.project_id, draft.dataset.id)
            flash("The draft is discarded.")
            st.switch_page("datasets.py", query_params={"project": h.project_id})


def _again(h: Here, draft: Draft, *, primary: bool) -> None:
    """The same wish once more, on what is accepted by now, with another threshold if one is used."""
    wish, token = draft.wish, f"datasets.again.{draft.dataset.id}"
    with st.container(border=True):
        st.markdown("**Prepare again** from what is accepted now. This draft is discarded then.")
        near = wish.near
        if near is not None:
            near = near_threshold("datasets.again.threshold", value=near or NEAR)
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        if st.button("Prepare again", key="datasets.again", icon=":material/replay:", type=kind):
            with problems():
                changed = wish.model_copy(update={"near": near})
                name = draft.dataset.name
                made = h.work.datasets.prepare(h.who, h.project_id, name, changed, token=form_token(token))
                h.work.datasets.discard(h.who, h.project_id, draft.dataset.id)
                spend_form_token(token)
                wake_worker()
                st.switch_page("datasets.py", query_params={"project": h.project_id, "dataset": made.id})
