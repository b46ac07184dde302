"""The filters and the order of a queue, both in the URL; the rarer ones behind one button that says how many are on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import streamlit as st

from core.domain.filters import SampleFilter
from core.domain.queues import QueueWish
from core.domain.review import Order
from core.domain.states import ReviewState, VerificationState
from core.services.sample_views import QueueChoices
from pages.components.text import plain

ANY = ""
NAMES = ("state", "order", "strategy", "discipline", "difficulty", "verification", "run", "flagged", "repaired")
STATES: Mapping[str, str] = {
    "pending": "Pending",
    "disputed": "Disputed",
    "accepted": "Accepted",
    "rejected": "Rejected",
    "all": "All",
}
_REVIEW = {
    "pending": ReviewState.PENDING,
    "disputed": ReviewState.DISPUTED,
    "accepted": ReviewState.ACCEPTED,
    "rejected": ReviewState.REJECTED,
}
VERIFICATIONS: Mapping[str, str] = {
    ANY: "Any",
    VerificationState.VERIFIED.value: "Passed",
    VerificationState.FAILED.value: "Failed",
    VerificationState.NONE.value: "Not verified",
}
_FLAGGED: Mapping[str, str] = {ANY: "Any", "yes": "Flagged", "no": "Not flagged"}
_ORDERS: Mapping[str, str] = {order.value: order.label for order in Order}
_RARER = ("strategy", "difficulty", "verification", "run", "flagged", "repaired")
Width: TypeAlias = int | Literal["stretch"]


@dataclass(frozen=True, slots=True)
class _Choice:
    name: str
    label: str
    options: Mapping[str, str]
    explain: str | None = None
    fallback: str = ANY

    @property
    def key(self) -> str:
        return f"review.{self.name}"

    def draw(self, width: Width) -> str:
        """The chosen option; what is not the usual one is in the URL."""
        fallback = self.fallback or next(iter(self.options))
        self.settle(fallback)
        chosen = st.selectbox(
            self.label,
            list(self.options),
            format_func=lambda option: plain(self.options[option], 80),
            key=self.key,
            help=self.explain,
            width=width,
            on_change=look_again,
        )
        if chosen == fallback:
            st.query_params.pop(self.name, None)
        elif st.query_params.get(self.name) != chosen:
            st.query_params[self.name] = chosen
        return chosen

    def settle(self, fallback: str) -> None:
        """What the URL names counts until somebody chooses."""
        if st.session_state.get(self.key) not in self.options:
            named = st.query_params.get(self.name, fallback)
            st.session_state[self.key] = named if named in self.options else fallback


def filters(choices: QueueChoices, usual: Order) -> QueueWish:
    """Draw them in the row that the page opened, without those that could not narrow; `usual` is the order by plan."""
    disciplines = {str(node): name for node, name in choices.disciplines.items()}
    state = _Choice("state", "State", STATES, "What people said of the sample so far.")
    order = _Choice("order", "Order", _ORDERS, "In which order samples come.", usual.value)
    chosen = {"state": state.draw(130), "order": order.draw(190)}
    chosen |= _among(_Choice("discipline", "Discipline", disciplines), least=1, width="stretch")
    used = sum(bool(st.session_state.get(f"review.{name}") or st.query_params.get(name)) for name in _RARER)
    label = f"More filters ({used} on)" if used else "More filters"
    with st.popover(label, icon=":material/tune:", key="review.more"):
        for choice, least in _rarer(choices):
            chosen |= _among(choice, least=least, width="stretch")
    return _wish(chosen)


def _rarer(choices: QueueChoices) -> list[tuple[_Choice, int]]:
    strategies = {strategy.value: strategy.label for strategy in choices.strategies}
    difficulties = {difficulty.value: difficulty.value.capitalize() for difficulty in choices.difficulties}
    checked = "What a teacher that checks answers said. It is a hint, not a verdict."
    return [
        (_Choice("strategy", "Strategy", strategies, "How the sample was made."), 2),
        (_Choice("difficulty", "Difficulty", difficulties, "Basic questions use one session, challenging two."), 1),
        (_Choice("verification", "Verification", VERIFICATIONS, checked), 0),
        (_Choice("run", "Run", choices.runs), 1),
        (_Choice("flagged", "Flag", _FLAGGED, "Marked for somebody's attention."), 0),
        (_Choice("repaired", "Repaired", _repairs(), "Only what one run of repairs gave back."), 1),
    ]


def _repairs() -> dict[str, str]:
    """The run of repairs that a link named, for as long as it is chosen."""
    named = st.session_state.get("review.repaired") or st.query_params.get("repaired", "")
    return {named: "By this run"} if named.isalnum() else {}


def _among(choice: _Choice, *, least: int, width: Width) -> dict[str, str]:
    """All or one of what there is; not drawn, and nothing chosen, with fewer than `least` options."""
    if len(choice.options) < least:
        st.session_state.pop(choice.key, None)
        return {choice.name: ANY}
    options = choice.options if ANY in choice.options else {ANY: "All", **choice.options}
    return {choice.name: _Choice(choice.name, choice.label, options, choice.explain).draw(width)}


def _wish(chosen: Mapping[str, str]) -> QueueWish:
    discipline, verification = chosen["discipline"], chosen["verification"]
    wanted = SampleFilter(
        review=_REVIEW.get(chosen["state"]),
        node_id=int(discipline) if discipline else None,
        difficulty=chosen["difficulty"] or None,
        verification=VerificationState(verification) if verification else None,
        strategy=chosen["strategy"] or None,
        run_id=chosen["run"] or None,
        flagged={"yes": True, "no": False}.get(chosen["flagged"]),
        repaired_in=chosen["repaired"] or None,
    )
    return QueueWish(wanted, Order(chosen["order"]))


def params_of(wish: QueueWish, usual: Order) -> dict[str, str]:
    """A wish as the URL says it; what is usual is left out."""
    wanted = wish.wanted
    state = next((name for name, review in _REVIEW.items() if review is wanted.review), "all")
    said = {
        "state": "" if state == "pending" else state,
        "order": "" if wish.order is usual else wish.order.value,
        "strategy": wanted.strategy or "",
        "discipline": str(wanted.node_id or ""),
        "difficulty": wanted.difficulty or "",
        "verification": wanted.verification.value if wanted.verification else "",
        "run": wanted.run_id or "",
        "flagged": {True: "yes", False: "no", None: ""}[wanted.flagged],
        "repaired": wanted.repaired_in or "",
    }
    return {name: value for name, value in said.items() if value}


def narrowed() -> bool:
    """Does any filter but the state leave samples out?"""
    return any(st.session_state.get(f"review.{name}") for name in NAMES if name not in {"state", "order"})


def clear_filters() -> None:
    """All samples, pending ones, in the same order; the place is kept."""
    for name in NAMES:
        if name != "order":
            st.session_state[f"review.{name}"] = "pending" if name == "state" else ANY
    look_again()


def show_state(state: str) -> None:
    """Look at the samples in another state, from the first one on."""
    st.session_state["review.state"] = state
    look_again()


def look_again() -> None:
    """The wish changed: begin at its start, with no form open."""
    for name in ("review.at", "review.after", "review.editing", "review.rejecting"):
        st.session_state[name] = None


def forget() -> None:
    """Another project or person: what was chosen is not theirs."""
    for name in NAMES:
        st.session_state.pop(f"review.{name}", None)


def look_at(sample_id: int, **chosen: str) -> None:
    """Take a sample in hand, with these filters and no others: the page begins anew at what the URL then names."""
    forget()
    for name in NAMES:
        st.query_params.pop(name, None)
    for name, value in {**chosen, "sample": str(sample_id)}.items():
        st.query_params[name] = value
    st.session_state.pop("review.whose", None)
