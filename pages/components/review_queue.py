"""The place of a reviewer: wish and sample in hand, in the URL and kept for the next visit; ids and tokens only."""

from __future__ import annotations

from time import monotonic

import streamlit as st

from core.domain.queues import QueueWish
from core.ids import new_token
from pages.components.review_filters import NAMES, forget, params_of
from pages.components.session import Here

_WHOSE, _AT, _AFTER, _TOKENS, _KEPT = "review.whose", "review.at", "review.after", "review.tokens", "review.kept"
_SAID = ("review.conflicts", "review.problem", "review.last", "review.mending")
_WORK = ("review.rejecting", "review.editing", "review.undo", *_SAID)
_ACTED = "review.acted"
_OWN = "review.own"


def enter(h: Here) -> None:
    """Begin at the sample that the URL names; without filter and sample in the URL where the person was last."""
    whose = (h.project_id, h.who.name)
    if st.session_state.get(_WHOSE) == whose and "review.state" in st.session_state:
        return  # else this is a new visit: Streamlit forgets widgets that another page did not draw
    if st.session_state.get(_WHOSE) not in {None, whose}:
        forget()
    for name in (_AT, _AFTER, _TOKENS, _KEPT, *_WORK, _OWN):
        st.session_state.pop(name, None)
    st.session_state[_WHOSE] = whose
    named = st.query_params.get("sample", "")
    if named.isascii() and named.isdecimal() and len(named) < 16:
        st.session_state[_AT] = int(named)
    elif not any(name in st.query_params for name in (*NAMES, "sample")):
        _as_last_time(h)


def _as_last_time(h: Here) -> None:
    place = h.work.queues.place(h.who, h.project_id)
    if place is None:
        return
    for name, value in params_of(place.wish, h.work.queues.plan(h.project_id).order).items():
        st.query_params[name] = value
    st.session_state[_AT] = place.sample_id
    st.session_state[_KEPT] = (place.wish, place.sample_id)


def place() -> tuple[int | None, int | None]:
    """The sample in hand, or None and the one after which the next is wanted."""
    return st.session_state.get(_AT), st.session_state.get(_AFTER)


def show(h: Here, wish: QueueWish, sample_id: int | None) -> None:
    """Take a sample in hand, into the URL and into the place of the person, or none."""
    hold(sample_id)
    if sample_id is None:
        st.query_params.pop("sample", None)
    elif st.query_params.get("sample") != str(sample_id):
        st.query_params["sample"] = str(sample_id)
    if st.session_state.get(_KEPT) != (wish, sample_id):
        h.work.queues.keep_place(h.who, h.project_id, wish, sample_id)
        st.session_state[_KEPT] = (wish, sample_id)


def hold(sample_id: int | None) -> None:
    """Take a sample in hand, or none."""
    st.session_state[_AT] = sample_id


def go_on(after: int | None) -> None:
    """Let the next drawing take the first sample after this one, or the first of all."""
    st.session_state[_AT] = None
    st.session_state[_AFTER] = after


def act() -> None:
    """The person is at work just now."""
    st.session_state[_ACTED] = monotonic()


def acted(h: Here) -> bool:
    """Was the person at work within the time of a lease?"""
    return monotonic() - float(st.session_state.get(_ACTED, 0)) < 60 * h.work.queues.plan(h.project_id).lease_minutes


def token_of(sample_id: int) -> str:
    """The one-time token of this showing of a sample."""
    tokens: dict[int, str] = st.session_state.setdefault(_TOKENS, {})
    return tokens.setdefault(sample_id, new_token())


def spend_token(sample_id: int) -> None:
    """The sample was handled: its next showing is a new wish."""
    st.session_state.get(_TOKENS, {}).pop(sample_id, None)
