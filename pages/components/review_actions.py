"""The buttons of the review page with their keys, the reasons to reject, the edit form, and what went wrong."""

from __future__ import annotations

import streamlit as st

from core.domain.records import Sample
from core.errors import NotFoundError, StudioError
from pages.components.notices import show_error
from pages.components.review_queue import token_of
from pages.components.review_wishes import (
    CONFLICTS,
    EDITING,
    PROBLEM,
    REJECTING,
    Wish,
    close_edit,
    forget_conflicts,
    fulfil,
    open_edit,
    open_reasons,
    save_edit,
    undo,
    undo_token,
)
from pages.components.sample_source import draw_turns
from pages.components.session import Here
from pages.components.text import rich, safe

MOST_REASONS = 9


def draw_actions(h: Here, sample: Sample, *, keyed: bool) -> None:
    """The row of buttons. `keyed`: the key reader is there and shows the reasons without asking the server."""
    token, shown = token_of(sample.id), f"{sample.id}.{sample.version}"
    with st.container(horizontal=True, gap="xsmall", key="review.actions"):
        st.button(
            "Accept",
            key=f"review.accept.{shown}",
            icon=":material/check:",
            type="primary",
            shortcut="a",
            on_click=fulfil,
            args=(h, Wish("accept", sample, token)),
        )
        st.button(
            "Reject",
            key=f"review.reject.{shown}",
            icon=":material/close:",
            shortcut="x",
            help="Opens the reasons; then press the digit of one.",
            on_click=open_reasons,
            args=(sample.id,),
        )
        st.button(
            "Skip",
            key=f"review.skip.{shown}",
            icon=":material/skip_next:",
            shortcut="s",
            help="Leaves the sample as it is; a pending one comes again at the end of the queue.",
            on_click=fulfil,
            args=(h, Wish("skip", sample, token)),
        )
        st.button(
            "Edit",
            key=f"review.edit.{shown}",
            icon=":material/edit:",
            shortcut="e",
            help="Saving makes a new revision, which must be accepted again.",
            on_click=open_edit,
            args=(sample,),
        )
        draw_undo(h, shown)
    if keyed or st.session_state.get(REJECTING) == sample.id:
        _reasons(h, sample, token, shown)


def draw_undo(h: Here, shown: str) -> None:
    """Takes back one's own last step, any number of times."""
    st.button(
        "Undo",
        key=f"review.undo.{shown}",
        icon=":material/undo:",
        type="tertiary",
        shortcut="u",
        help="Takes back your last verdict, edit or skip in this project; press again for the one before.",
        on_click=undo,
        args=(h, undo_token()),
    )


def _reasons(h: Here, sample: Sample, token: str, shown: str) -> None:
    with st.container(border=True, key="review.reasons"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.markdown("**Why is it rejected?**", width="content")
            note = st.text_input(
                "Note",
                key="review.note",
                placeholder="Note (optional), before the reason",
                max_chars=2000,
                label_visibility="collapsed",
                width=320,
            )
        with st.container(horizontal=True, gap="xsmall"):
            for number, reason in enumerate(h.project.reject_reasons[:MOST_REASONS], 1):
                st.button(
                    safe(reason, 80),
                    key=f"review.reason.{number}.{shown}",
                    shortcut=str(number),
                    on_click=_reject,
                    args=(h, Wish("reject", sample, token, reason, note or "")),
                )


def _reject(h: Here, wish: Wish) -> None:
    st.session_state["review.note"] = ""
    fulfil(h, wish)


def draw_edit(h: Here, sample: Sample) -> None:
    """Question and answer as a form; Ctrl+Enter saves, once: the form itself sends nothing at that key."""
    version = st.session_state[EDITING]["version"]
    with st.form("review.form", enter_to_submit=False):
        st.markdown(f"**Edit sample {sample.id}**")
        draw_turns(sample.history)
        st.text_area("Question", key="review.question", height=160)
        st.text_area("Answer", key="review.answer", height=320)
        st.caption("Markdown; formulas between dollar signs. Saving makes a new revision that needs a verdict.")
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save",
                key=f"review.save.{version}",
                icon=":material/save:",
                type="primary",
                shortcut="Ctrl+Enter",
                on_click=_save,
                args=(h, sample, version, False),
            )
            st.form_submit_button(
                "Save and accept",
                key=f"review.save_accept.{version}",
                icon=":material/check:",
                shortcut="Ctrl+Shift+Enter",
                on_click=_save,
                args=(h, sample, version, True),
            )
            st.form_submit_button(
                "Cancel", key="review.cancel", type="tertiary", shortcut="Escape", on_click=close_edit
            )


def _save(h: Here, sample: Sample, version: int, accept: bool) -> None:
    """`version` is what the pressed button stood for: after a lost race only a new press saves over the other text."""
    state = st.session_state
    if editing(sample) and state[EDITING]["version"] == version:
        save_edit(h, sample, state["review.question"] or "", state["review.answer"] or "", accept=accept)


def editing(sample: Sample) -> bool:
    """Is its edit form open?"""
    begun = st.session_state.get(EDITING)
    return begun is not None and begun["id"] == sample.id


def draw_troubles(h: Here) -> None:
    """What the last press met: an error, or verdicts that came too late, with both texts."""
    problem = st.session_state.get(PROBLEM)
    if problem:
        show_error(StudioError(*problem))
    for entry in st.session_state.get(CONFLICTS) or ():
        _conflict(h, entry["sample"], entry["revision"], f"{entry['message']} Your {entry['wished']} did not count.")
    if st.session_state.get(CONFLICTS):
        st.button(
            "Close",
            key="review.conflicts_close",
            icon=":material/done_all:",
            type="tertiary",
            on_click=forget_conflicts,
        )


def _conflict(h: Here, sample_id: int, revision: int, message: str) -> None:
    with st.container(border=True):
        st.warning(safe(message, 600), icon=":material/call_split:")
        try:
            view = h.work.review.view(h.project_id, sample_id)
        except NotFoundError as error:
            show_error(error)
            return
        seen = next((dict(r) for r in view.revisions if r["n"] == revision), None)
        with st.container(height=240, border=False):
            left, right = st.columns(2)
            if seen:
                _side(left, "You saw", str(seen["question"]), str(seen["answer"]))
            state = view.sample.review.value.replace("_", " ")
            _side(right, f"It is now ({state})", view.sample.question, view.sample.answer)


def _side(box: st.delta_generator.DeltaGenerator, title: str, question: str, answer: str) -> None:
    box.caption(title)
    box.markdown(rich(question), anchors=False)
    box.markdown(rich(answer), anchors=False)
