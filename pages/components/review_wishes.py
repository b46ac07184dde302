"""What a reviewer wishes for a sample, carried out: every wish names the sample, the version seen and its token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.domain.records import Sample
from core.domain.states import ReviewState
from core.errors import ConflictError, StudioError
from core.ids import new_token
from pages.components.review_queue import go_on, place, show, spend_token
from pages.components.session import Here

REJECTING, EDITING = "review.rejecting", "review.editing"
CONFLICTS, PROBLEM, LAST = "review.conflicts", "review.problem", "review.last"
SAID = {"accept": "accepted", "reject": "rejected", "skip": "skipped", "edit": "saved as a new revision"}
VERDICTS = {"accept": ReviewState.ACCEPTED, "reject": ReviewState.REJECTED}


@dataclass(frozen=True, slots=True)
class Wish:
    """One press: what to do with which sample as it was seen. `token` counts once."""

    do: str
    seen: Sample
    token: str
    reason: str = ""
    note: str = ""


def fulfil(h: Here, wish: Wish) -> None:
    """Accept, reject or skip, and go on to the next sample; a lost race is shown and the queue goes on."""
    st.session_state[REJECTING] = None
    st.session_state[PROBLEM] = None
    seen = wish.seen
    try:
        if wish.do == "skip":
            h.work.review.skip(h.who, seen, token=wish.token)
        else:
            verdict = VERDICTS[wish.do]
            h.work.review.decide(h.who, seen, verdict, token=wish.token, reason=wish.reason, note=wish.note)
        st.session_state[LAST] = f"Sample {seen.id} {SAID[wish.do]}."
    except ConflictError as error:
        note_conflict(error, seen, wish.do)
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)
        return
    spend_token(seen.id)
    at, _ = place()
    if at in {None, seen.id}:
        go_on(seen.id)


def undo(h: Here, token: str) -> None:
    """Take back the last step and show its sample."""
    st.session_state[REJECTING] = None
    st.session_state[EDITING] = None
    st.session_state[PROBLEM] = None
    try:
        sample = h.work.review.undo(h.who, h.project_id, token=token)
        spend_token(sample.id)
        show(sample.id)
        st.session_state[LAST] = f"The last step on sample {sample.id} was taken back."
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)
    st.session_state["review.undo"] = new_token()


def undo_token() -> str:
    """The token of the next undo."""
    return str(st.session_state.setdefault("review.undo", new_token()))


def open_reasons(sample_id: int) -> None:
    """Show the reasons for this sample; a second press closes them."""
    st.session_state[REJECTING] = None if st.session_state.get(REJECTING) == sample_id else sample_id


def open_edit(sample: Sample) -> None:
    """Begin to edit the text as it stands."""
    st.session_state[REJECTING] = None
    st.session_state[EDITING] = {"id": sample.id, "version": sample.version}
    st.session_state["review.question"] = sample.question
    st.session_state["review.answer"] = sample.answer


def close_edit() -> None:
    """Back to the card; what was typed is dropped."""
    st.session_state[EDITING] = None


def save_edit(h: Here, sample: Sample, question: str, answer: str, *, accept: bool) -> bool:
    """Store a new revision, and accept it if asked; False when it could not be stored and the form stays open.

    The version is the one at which editing began; after a lost race it is the present one, whose text is then shown.
    """
    begun: Mapping[str, Any] = st.session_state[EDITING]
    seen = sample.model_copy(update={"version": begun["version"]})
    st.session_state[PROBLEM] = None
    try:
        saved = h.work.review.edit(h.who, seen, question, answer, token=new_token())
    except ConflictError as error:
        note_conflict(error, seen, "edit")
        if isinstance(error.current, Sample):
            st.session_state[EDITING] = {"id": sample.id, "version": error.current.version}
        return False
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)
        return False
    close_edit()
    spend_token(saved.id)
    if accept:
        fulfil(h, Wish("accept", saved, new_token()))
    elif saved.version != sample.version:
        st.session_state[LAST] = f"Sample {saved.id} {SAID['edit']}; it awaits a verdict."
    return True


def note_conflict(error: ConflictError, seen: Sample, wished: str) -> None:
    """Keep what is needed to show both texts."""
    entry = {"sample": seen.id, "revision": seen.revision, "wished": wished, "message": error.message}
    st.session_state[CONFLICTS] = [*st.session_state.get(CONFLICTS, []), entry][-5:]


def forget_conflicts() -> None:
    """They were read."""
    st.session_state[CONFLICTS] = []
