"""The plain buttons of the review page with their keys, for where the card's own script is not there."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.domain.records import Sample
from core.services.sample_views import SampleView
from pages.components.review_queue import token_of
from pages.components.review_wishes import REJECTING, Wish, flag, fulfil, open_edit, open_reasons, undo, undo_token
from pages.components.session import Here
from pages.components.text import safe

MOST_REASONS = 9


def draw_actions(h: Here, view: SampleView) -> None:
    """The row of buttons, and the reasons once they are asked for."""
    sample, keys = view.sample, h.work.queues.keys(h.who)
    token, shown = token_of(sample.id), f"{sample.id}.{sample.version}"
    accept = Wish("accept", sample, token, blind=view.blind)
    with st.container(horizontal=True, gap="xsmall", key="review.actions"):
        st.button(
            "Accept",
            key=f"review.accept.{shown}",
            icon=":material/check:",
            type="primary",
            shortcut=keys["accept"],
            on_click=fulfil,
            args=(h, accept),
        )
        st.button(
            "Reject",
            key=f"review.reject.{shown}",
            icon=":material/close:",
            shortcut=keys["reject"],
            help="Opens the reasons; then press the digit of one.",
            on_click=open_reasons,
            args=(sample.id,),
        )
        st.button(
            "Skip",
            key=f"review.skip.{shown}",
            icon=":material/skip_next:",
            shortcut=keys["skip"],
            help="Leaves the sample as it is; a pending one comes again at the end of the queue.",
            on_click=fulfil,
            args=(h, Wish("skip", sample, token)),
        )
        _quieter(h, sample, token, shown, keys)
    if st.session_state.get(REJECTING) == sample.id:
        _reasons(h, Wish("reject", sample, token, blind=view.blind), shown, keys)


def _quieter(h: Here, sample: Sample, token: str, shown: str, keys: Mapping[str, str]) -> None:
    st.button(
        "Edit",
        key=f"review.edit.{shown}",
        icon=":material/edit:",
        shortcut=keys["edit"],
        help="Saving makes a new revision, which must be accepted again.",
        on_click=open_edit,
        args=(sample,),
    )
    st.button(
        "Take the flag away" if sample.flagged else "Flag",
        key=f"review.flag.{shown}",
        icon=":material/flag:",
        shortcut=keys["flag"],
        help="Marks it for somebody's attention.",
        on_click=flag,
        args=(h, sample, f"{token}.flag", not sample.flagged),
    )
    draw_undo(h, shown)


def draw_undo(h: Here, shown: str) -> None:
    """Takes back one's own last step, any number of times."""
    st.button(
        "Undo",
        key=f"review.undo.{shown}",
        icon=":material/undo:",
        type="tertiary",
        shortcut=h.work.queues.keys(h.who)["undo"],
        help="Takes back your last verdict, edit, flag or skip in this project; press again for the one before.",
        on_click=_undo,
        args=(h, undo_token()),
    )


def _undo(h: Here, token: str) -> None:
    undo(h, token)


def _reasons(h: Here, wish: Wish, shown: str, keys: Mapping[str, str]) -> None:
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
            for number, reason in enumerate(h.project.reject_reasons, 1):
                st.button(
                    safe(reason, 80),
                    key=f"review.reason.{number}.{shown}",
                    shortcut=str(number) if number <= MOST_REASONS else None,
                    on_click=_reject,
                    args=(h, Wish("reject", wish.seen, wish.token, reason, note or "", blind=wish.blind)),
                )
            st.button(
                "No reason",
                key=f"review.reason.0.{shown}",
                type="tertiary",
                on_click=_reject,
                args=(h, Wish("reject", wish.seen, wish.token, "", note or "", blind=wish.blind)),
            )
            st.button(
                "Fix it",
                key=f"review.fix.{shown}",
                icon=":material/build:",
                shortcut=keys["fix"],
                disabled=not note,
                help="Rejects, and a teacher repairs it by your note.",
                on_click=_reject,
                args=(h, Wish("reject", wish.seen, wish.token, "", note or "", fix=True, blind=wish.blind)),
            )


def _reject(h: Here, wish: Wish) -> None:
    st.session_state["review.note"] = ""
    fulfil(h, wish)
