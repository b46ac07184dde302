"""The line to the card in the browser: what it tells, and the messages that it is sent.

The browser tells which cards it holds and hands in a numbered log of presses; it is believed in form only, and every
entry meets the checks of the services. Cards that are on their way are not sent again: they are known by the number of
their message until the browser has seen a message of that number or a later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.ids import new_token

LINE = "review.line"
PATIENCE = 4  # seconds that the card's script has to come before a plain card is drawn
FIRST, AHEAD, FEW, MOST, AT_ONCE = 12, 160, 12, 240, 32
_NO, _SENT, _PUTS, _FOR, _SESSION = "review.no", "review.sent", "review.puts", "review.sent_for", "review.session"
_PLACE, _TAIL, _SEEN, _UNTIL = "review.sent_place", "review.tail", "review.seen", "review.until"
_PARTS = Path(__file__).parent.parent / "assets" / "review_card"
_SCRIPTS = ("draw", "card", "log", "desk", "keys", "bar", "dialogs", "element")
_card = st.components.v2.component(
    "glan_review_card",
    js="\n".join((_PARTS / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
    css=(_PARTS / "card.css").read_text(encoding="utf-8"),
)
_feed = st.components.v2.component("glan_review_feed", js=(_PARTS / "feed.js").read_text(encoding="utf-8"))
Number = Field(default=0, ge=0, lt=2**53)


class Entry(BaseModel):
    """One press. `version` and `hash` are those of the text that was on screen; `on`: it flags, else it unflags."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    nonce: str = Field(min_length=8, max_length=64, pattern=r"^[0-9a-z]+$")
    seq: int = Field(ge=1, lt=2**53)
    do: Literal["accept", "reject", "skip", "edit", "undo", "flag", "keys"]
    sample: int = Number
    version: int = Number
    hash: str = Field(default="", max_length=80)
    blind: bool = False
    reason: str = Field(default="", max_length=400)
    note: str = Field(default="", max_length=2000)
    fix: bool = False
    on: bool = True
    keys: Mapping[str, str] = Field(default_factory=dict, max_length=20)

    @property
    def token(self) -> str:
        """Counts once, whichever tab hands it in."""
        return f"{self.nonce}.{self.seq}"


class Told(BaseModel):
    """What the browser told last. `held` are the cards it has, the one in hand first; `seen` the last message."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    desk: str
    visit: str = Field(max_length=64)
    wish: str
    seen: int = Number
    held: tuple[int, ...] = Field(default=(), max_length=2000)
    log: tuple[Entry, ...] = ()


def told(desk: str) -> Told | None:
    """What the browser told of this desk; None as long as its script is not there."""
    raw = (st.session_state.get(LINE) or {}).get("told")
    if not isinstance(raw, Mapping) or raw.get("desk") != desk:
        return None
    log = raw.get("log")
    entries = [entry for each in (log if isinstance(log, list) else ()) if (entry := _entry(each))]
    try:
        return Told.model_validate({**raw, "log": entries})
    except ValidationError:
        return None


def overdue() -> bool:
    """Did the card's script have its time to come? One that never came is not waited for again in this session."""
    return monotonic() > float(st.session_state.setdefault(_UNTIL, monotonic() + PATIENCE))


def _entry(raw: object) -> Entry | None:
    try:
        return Entry.model_validate(raw)
    except ValidationError:
        return None


def begin(heard: Told | None, wish: str) -> None:
    """Take in what the browser has; forget what was sent to another visit of the page or for another wish."""
    state = st.session_state
    if heard:
        state.pop(_UNTIL, None)
    now = (heard.visit if heard else "", wish)
    before = state.get(_FOR)
    if heard is None or before is None or before[1] != wish or (before[0] and before[0] != now[0]):
        state[_SENT], state[_PUTS], state[_TAIL] = {}, [], None
    state[_FOR] = now
    state[_SEEN] = heard.seen if heard and heard.wish == wish else 0
    state[_NO] = max(state.get(_NO, 0), state[_SEEN])
    if heard and heard.wish == wish:
        has = {*heard.held, *(entry.sample for entry in heard.log)}
        state[_SENT] = {card: sent for card, sent in state[_SENT].items() if card not in has}
        state[_PUTS] = [put for put in state[_PUTS] if put["no"] > heard.seen]


def at_hand(heard: Told | None, wish: str) -> list[int]:
    """The cards that the browser holds or that are on their way to it, the one in hand first."""
    held = heard.held if heard and heard.wish == wish else ()
    return list(dict.fromkeys([*held, *st.session_state[_SENT]]))


def _lost(seen: int) -> list[dict[str, Any]]:
    """Cards of messages that the browser did not see because a later one overtook them."""
    return [sent["card"] for sent in st.session_state[_SENT].values() if sent["no"] <= seen]


def tail(held: Sequence[int]) -> int:
    """The last card that was sent."""
    return int(st.session_state.get(_TAIL) or held[-1])


def passed(sample_id: int) -> None:
    """A press on it was worked off: it need not come again."""
    st.session_state.get(_SENT, {}).pop(sample_id, None)


def wanted(held: int, pressed: int) -> int:
    """How many more cards the browser is to get now: the faster somebody presses the more it holds.

    A few at a time, so that the first of them are there early; none while it has nearly enough.
    """
    missing = min(MOST, AHEAD + 4 * pressed) - held
    return 0 if missing < FEW < held else max(0, min(missing, AT_ONCE))


def put(sample_id: int, how: Literal["fresh", "front", "gone"]) -> None:
    """Let the next messages bring a card anew, bring it to the top, or take it away."""
    state = st.session_state
    others = [each for each in state.get(_PUTS, []) if each["id"] != sample_id]
    state[_PUTS] = [*others, {"id": sample_id, "how": how, "no": state.get(_NO, 0) + 1}]


def puts() -> Sequence[Mapping[str, Any]]:
    """What the browser has not confirmed yet."""
    return list(st.session_state[_PUTS])


def send(desk: str, wish: str, cards: Sequence[dict[str, Any]], message: Mapping[str, object]) -> None:
    """Mount the line with the next message: these cards, those that got lost on the way, and what `message` holds.

    Cards under way are kept until the browser says that it has them: puts, acks, still, over and left are the message.
    """
    state = st.session_state
    again = _lost(state[_SEEN])
    state[_NO] += 1
    for card in cards:
        card["at"] = state[_PLACE] = state.get(_PLACE, 0) + 1
        state[_TAIL] = card["id"]
    for card in [*again, *cards]:
        state[_SENT][card["id"]] = {"no": state[_NO], "card": card}
    session = state.setdefault(_SESSION, new_token())
    head = {"desk": desk, "session": session, "no": state[_NO], "wish": wish, "cards": [*again, *cards]}
    _feed(key=LINE, data={**head, **message}, on_told_change=_heard)


def draw_element(desk: str, fixed: Mapping[str, object]) -> None:
    """Put the card on the page; what it shows comes over the line. `fixed` stays the same from drawing to drawing."""
    _card(key="review.element", data={"desk": desk, **fixed}, height="content")


def _heard() -> None:
    """The rerun itself does what is needed."""
