"""The queue of the review page: its filters and its place, both in the URL; session state holds ids and tokens only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from core.domain.filters import SampleFilter
from core.domain.states import ReviewState, VerificationState
from core.ids import new_token
from core.services.review import QueueChoices
from pages.components.session import Here
from pages.components.text import plain

ANY = ""
STATES: Mapping[str, str] = {
    "pending": "Pending",
    "accepted": "Accepted",
    "rejected": "Rejected",
    "all": "All",
}
_REVIEW = {"pending": ReviewState.PENDING, "accepted": ReviewState.ACCEPTED, "rejected": ReviewState.REJECTED}
VERIFICATIONS: Mapping[str, str] = {
    ANY: "Any",
    VerificationState.VERIFIED.value: "Passed",
    VerificationState.FAILED.value: "Failed",
    VerificationState.NONE.value: "Not verified",
}
_PROJECT, _AT, _AFTER, _TOKENS = "review.project", "review.at", "review.after", "review.tokens"
_WORK = ("review.rejecting", "review.editing", "review.conflicts", "review.problem", "review.last", "review.undo")
_NAMES = ("strategy", "discipline", "difficulty", "verification", "state", "run")
Key = TypeVar("Key", str, int)


def enter(h: Here) -> None:
    """Begin at the sample that the URL names; forget the place in another project."""
    if st.session_state.get(_PROJECT) != h.project_id:
        for name in (_AT, _AFTER, _TOKENS, *_WORK):
            st.session_state.pop(name, None)
        st.session_state[_PROJECT] = h.project_id
        named = st.query_params.get("sample", "")
        if named.isascii() and named.isdecimal() and len(named) < 16:
            st.session_state[_AT] = int(named)


def filters(choices: QueueChoices) -> SampleFilter:
    """Draw the filters in one row; what they say is in the URL. Those that could not narrow anything are left out."""
    strategies = {strategy.value: strategy.label for strategy in choices.strategies}
    disciplines = {str(node): name for node, name in choices.disciplines.items()}
    difficulties = {difficulty.value: difficulty.value.capitalize() for difficulty in choices.difficulties}
    with st.container(horizontal=True, vertical_alignment="bottom", key="review.filters"):
        state = _choice("state", "State", STATES, "What people said of the sample so far.", width=120)
        text = "How the sample was made."
        strategy = _choice_of("strategy", "Strategy", strategies, text, least=2, width=200)
        discipline = _choice_of("discipline", "Discipline", disciplines, width=166)
        text = "Basic questions use one class session, challenging ones two."
        difficulty = _choice_of("difficulty", "Difficulty", difficulties, text, width=130)
        text = "What a teacher that checks answers said. It is a hint, not a verdict."
        verification = _choice("verification", "Verification", VERIFICATIONS, text, width=140)
        run = _choice_of("run", "Run", choices.runs, width=170)
    return SampleFilter(
        review=_REVIEW.get(state),
        node_id=int(discipline) if discipline else None,
        difficulty=difficulty or None,
        verification=VerificationState(verification) if verification else None,
        strategy=strategy or None,
        run_id=run or None,
    )


def _choice_of(
    name: str, label: str, options: Mapping[str, str], explain: str | None = None, *, least: int = 1, width: int
) -> str:
    """All or one of what there is; not drawn, and nothing chosen, with fewer than `least` options."""
    if len(options) >= least:
        return _choice(name, label, {ANY: "All", **options}, explain, width=width)
    st.session_state.pop(f"review.{name}", None)
    return ANY


def _choice(name: str, label: str, options: Mapping[str, str], explain: str | None = None, *, width: int) -> str:
    key = f"review.{name}"
    fallback = next(iter(options))
    if st.session_state.get(key) not in options:
        named = st.query_params.get(name, fallback)
        st.session_state[key] = named if named in options else fallback
    chosen = st.selectbox(
        label,
        list(options),
        format_func=lambda option: plain(options[option], 80),
        key=key,
        help=explain,
        width=width,
        on_change=look_again,
    )
    if chosen == fallback:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != chosen:
        st.query_params[name] = chosen
    return chosen


def narrowed() -> bool:
    """Does any filter but the state leave samples out?"""
    return any(st.session_state.get(f"review.{name}") for name in _NAMES if name != "state")


def clear_filters() -> None:
    """All samples, pending ones; the place is kept."""
    for name in _NAMES:
        st.session_state[f"review.{name}"] = "pending" if name == "state" else ANY
    look_again()


def show_state(state: str) -> None:
    """Look at the samples in another state, from the first one on."""
    st.session_state["review.state"] = state
    go_on(0)


def look_again() -> None:
    """The filter changed: the present sample if it still fits, else the next one that does."""
    at = st.session_state.get(_AT)
    if at is not None:
        go_on(int(at) - 1)


def place() -> tuple[int | None, int]:
    """The sample in hand, or None and the one after which the next is wanted."""
    return st.session_state.get(_AT), int(st.session_state.get(_AFTER, 0))


def show(sample_id: int | None) -> None:
    """Take a sample in hand and into the URL, or none."""
    st.session_state[_AT] = sample_id
    if sample_id is None:
        st.query_params.pop("sample", None)
    elif st.query_params.get("sample") != str(sample_id):
        st.query_params["sample"] = str(sample_id)


def go_on(after: int) -> None:
    """Let the next drawing take the first sample after this one."""
    st.session_state[_AT] = None
    st.session_state[_AFTER] = after


def token_of(sample_id: int) -> str:
    """The one-time token of this showing of a sample."""
    tokens: dict[int, str] = st.session_state.setdefault(_TOKENS, {})
    return tokens.setdefault(sample_id, new_token())


def spend_token(sample_id: int) -> None:
    """The sample was handled: its next showing is a new wish."""
    st.session_state.get(_TOKENS, {}).pop(sample_id, None)
