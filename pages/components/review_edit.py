"""The form in which a sample is edited, and what is shown of presses that came too late or could not be carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.records import Sample
from core.domain.review import VERDICTS
from core.errors import NotFoundError, StudioError
from pages.components.notices import show_error
from pages.components.review_lineage import STATES
from pages.components.review_wishes import (
    CONFLICTS,
    EDITING,
    PROBLEM,
    close_edit,
    forget_conflicts,
    save_edit,
    take_again,
)
from pages.components.sample_source import draw_turns
from pages.components.session import Here
from pages.components.text import safe
from pages.components.text_diff import marked

_PRESSED = {"accept": "acceptance", "reject": "rejection"}


def edited(h: Here) -> Sample | None:
    """The sample whose form is open; a form whose sample is gone closes."""
    begun = st.session_state.get(EDITING)
    if begun is None:
        return None
    try:
        return h.work.review.view(h.project_id, begun["id"]).sample
    except NotFoundError as error:
        close_edit()
        show_error(error)
        return None


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
    begun = state.get(EDITING)
    if begun and (begun["id"], begun["version"]) == (sample.id, version):
        save_edit(h, sample, state["review.question"] or "", state["review.answer"] or "", accept=accept)


def draw_troubles(h: Here) -> None:
    """What the last press met: an error, or verdicts that came too late, with both texts."""
    problem = st.session_state.get(PROBLEM)
    if problem:
        show_error(StudioError(*problem))
    conflicts = st.session_state.get(CONFLICTS)
    for entry in conflicts or ():
        _conflict(h, entry)
    if conflicts:
        st.button(
            "Close",
            key="review.conflicts_close",
            icon=":material/done_all:",
            type="tertiary",
            on_click=forget_conflicts,
        )


def _conflict(h: Here, entry: Mapping[str, Any]) -> None:
    with st.container(border=True):
        try:
            view = h.work.review.view(h.project_id, entry["sample"])
        except NotFoundError as error:
            show_error(error)
            return
        sample, wished = view.sample, entry["wished"]
        before = next((dict(r) for r in view.revisions if r["n"] == entry["revision"]), {})
        pairs = [(name, str(before.get(name, now)), now) for name, now in _texts(sample)]
        differ = [pair for pair in pairs if pair[1] != pair[2]]
        state = STATES[sample.review][0].lower()
        what = entry["message"] if differ else f"Sample {sample.id} was judged by somebody else; it is now {state}."
        st.warning(
            safe(f"{what} Your {_PRESSED.get(wished, wished)} did not count.", 600), icon=":material/call_split:"
        )
        if differ:
            _sides(differ, f"It is now ({state})")
        if wished in VERDICTS:
            st.button(
                "Judge it as it is now",
                key=f"review.again.{sample.id}",
                icon=":material/rate_review:",
                on_click=take_again,
                args=(sample.id,),
            )


def _texts(sample: Sample) -> list[tuple[str, str]]:
    return [("question", sample.question), ("answer", sample.answer)]


def _sides(differ: Sequence[tuple[str, str, str]], now: str) -> None:
    """Both texts of what differs; the words that went on red and those that came on green."""
    with st.container(height=240, border=False):
        left, right = st.columns(2)
        for name, old, new in differ:
            left.caption(f"You saw, {name}")
            right.caption(f"{now}, {name}")
            before, after = marked(old, new)
            left.markdown(before, anchors=False)
            right.markdown(after, anchors=False)
