"""A draft: progress while the worker prepares it, then its report, and what to do with it: freeze, discard, again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import streamlit as st

from core.errors import ConflictError, NotFoundError, StudioError
from core.services.datasets import Draft, DraftState
from pages.components.dataset_choice import change_draft, prepare_again
from pages.components.dataset_compare import show_was
from pages.components.dataset_counts import made_from, ratio_words, show_splits
from pages.components.dataset_report import show_before_after, show_hits, show_left_out, show_near, show_way
from pages.components.dataset_rows import show_rows
from pages.components.figures import count, percent, when
from pages.components.notices import flash, problems, show_error
from pages.components.presses import press, show_problem
from pages.components.session import Here
from pages.components.text import safe

_STALE = "datasets.stale"
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
            signed = draft.job or draft.dataset
            by = f"{when(signed.created_at)} by {signed.created_by}"
            st.caption(safe(by, 200), width="content")


def draft_detail(h: Here, dataset_id: str, changed: str) -> None:
    """The whole view of one: its report, or its choice; `changed` is the preparation whose choice is to be changed."""
    draft = h.work.datasets.draft(h.project_id, dataset_id)
    dataset, signed = draft.dataset, draft.job or draft.dataset
    names = h.work.review.choices(h.project_id).disciplines
    st.title(safe(f"Draft: {dataset.name}", 220), anchor=False)
    st.markdown(_BADGES[draft.state])
    words = f"By {signed.created_by}, {when(signed.created_at)}. {made_from(dataset, names)}."
    st.caption(safe(words, 2000))
    show_problem()
    if draft.state is DraftState.PREPARING:
        _preparing(h, draft)
    elif changed:
        change_draft(h, draft, changed)
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
    with st.container(horizontal=True, vertical_alignment="center"):
        if draft.left_nothing:
            _change_button(h, draft)
        _again_button(h, draft, primary=not draft.left_nothing)
        if not draft.left_nothing:
            _change_link(h, draft)
        _discard_button(h, draft)


def _prepared(h: Here, draft: Draft) -> None:
    dataset, card = draft.dataset, draft.dataset.card
    ident, *told = st.session_state.get(_STALE, ("",))
    stale = ident == draft.preparation
    if stale:
        show_error(StudioError(*told))
    show_splits(card, dataset.n_items)
    if card.get("open_seconds"):
        st.warning(
            f"{count(card['open_seconds'], 'row awaits', 'rows await')} a second verdict. Whatever it says later, the "
            "version keeps the row as it is now.",
            icon=":material/visibility_off:",
        )
    _held_out(draft)
    with st.container(horizontal=True, vertical_alignment="center"):
        if stale:
            _again_button(h, draft)
        press(
            f"Freeze {count(dataset.n_items, 'row')}",
            partial(_freeze, h, draft),
            primary=not stale,
            key="datasets.freeze",
            icon="ac_unit",
            help="Makes it the next numbered version, which never changes, whatever happens to its samples later.",
        )
        _change_link(h, draft)
        _discard_button(h, draft)
        _compare_link(h, draft)
    show_way(card, dataset.n_items)
    words = ratio_words(card.get("human", 0), card.get("generated", 0))
    if words:
        st.markdown(f":material/balance: {safe(words)}")
    _tabs(h, draft)


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
    shows: dict[str, Callable[[Mapping[str, Any]], None]] = {
        "Left out": show_left_out,
        "Near duplicates": show_near,
        "Benchmarks": partial(show_hits, looked=bool(draft.wish.benchmarks)),
        "Before and after": show_before_after,
        **({"Last choice": partial(show_was, draft.was, h)} if draft.was else {}),
    }
    *reports, rows = st.tabs([*shows, "Rows"], key="datasets.report", on_change="rerun")
    for tab, show in zip(reports, shows.values(), strict=True):
        if tab.open:
            with tab:
                show(draft.dataset.card)
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


def _freeze(h: Here, draft: Draft) -> str | None:
    """Freeze the draft whose report was on screen; rows that do not stand any more are told until it is made anew."""
    try:
        made = h.work.datasets.freeze_draft(h.who, h.project_id, draft.dataset.id, seen=draft.preparation)
    except ConflictError as error:
        if not error.current:
            raise
        st.session_state[_STALE] = (draft.preparation, error.message, error.hint)
        return None
    return f"Version {made.number} is frozen with {count(made.n_items, 'row')}."


def _discard_button(h: Here, draft: Draft) -> None:
    if st.button("Discard", key="datasets.discard", icon=":material/delete:", help="Gives this draft up."):
        with problems():
            with st.spinner("Discarding ..."):
                h.work.datasets.discard(h.who, h.project_id, draft.dataset.id)
            flash("The draft is discarded.")
            st.switch_page("datasets.py", query_params={"project": h.project_id})


def _change_link(h: Here, draft: Draft) -> None:
    st.page_link("datasets.py", label="Change the choice", icon=":material/tune:", query_params=_choice_of(h, draft))


def _change_button(h: Here, draft: Draft) -> None:
    """The same where it is the way on."""
    if st.button("Change the choice", key="datasets.change", icon=":material/tune:", type="primary"):
        st.switch_page("datasets.py", query_params=_choice_of(h, draft))


def _choice_of(h: Here, draft: Draft) -> dict[str, str]:
    return {"project": h.project_id, "dataset": draft.dataset.id, "change": draft.preparation or "draft"}


def _again_button(h: Here, draft: Draft, *, primary: bool = True) -> None:
    """The same choice once more, on what is accepted by now."""
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if st.button("Prepare again", key="datasets.again", icon=":material/replay:", type=kind):
        with problems():
            prepare_again(h, draft.dataset, draft.wish, seen=draft.preparation)
