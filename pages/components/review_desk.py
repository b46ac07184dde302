"""The desk of the review page: progress, the sample in hand, the end of the queue. Only this reruns at a key press.

With the card's script there, the browser holds the next samples and hands in a log of presses; without it one plain
card with buttons is drawn. Both act through the same wishes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core.domain.queues import KEYS, Place, QueueWish
from core.domain.records import Sample
from core.domain.states import ReviewState
from core.errors import NotFoundError
from core.services.queues import Serving
from core.services.sample_views import SampleView
from pages.components import review_line as line
from pages.components.markdown_tree import tree
from pages.components.review_actions import draw_actions
from pages.components.review_card import draw_card
from pages.components.review_data import Card, card_of
from pages.components.review_edit import draw_edit, draw_troubles, edited
from pages.components.review_end import finished, nothing_at_all
from pages.components.review_filters import narrowed
from pages.components.review_line import Told
from pages.components.review_lineage import said_now
from pages.components.review_log import PASSING, acks, open_entries, work_off
from pages.components.review_queue import act, acted, go_on, hold, place, show
from pages.components.review_wishes import FIXED, LAST, PROBLEM, last_words
from pages.components.session import PERSON, Here

FAST = 4  # presses that come together
_OPENING = "Opening the first sample …"
_TO_DO = "Read question and answer, then accept or reject them: one key or button, and the next sample is there."
_TAKEN = "The sample of the address is in somebody else's hands; here is the next one."
_SERVED = "review.served"
EVERY = 20  # seconds after which an idle page looks for what others did


def desk_name(h: Here) -> str:
    """Tells the browser's logs apart: one for each project and person."""
    return hashlib.sha256(f"{h.project_id}\n{h.who.name}".encode()).hexdigest()[:24]


def draw_screen(h: Here) -> None:
    """The card in the browser, once a page."""
    fixed = {
        "keys": dict(h.work.queues.keys(h.who)),
        "usual": dict(KEYS),
        "reasons": list(h.project.reject_reasons),
        "guidelines": tree(h.project.guidelines),
    }
    told = hashlib.sha256(repr(fixed).encode()).hexdigest()[:16]
    line.draw_element(desk_name(h), {**fixed, "told": told})


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is at hand for one drawing. `held` is in the browser or on its way, `coming` goes out with this message.

    `hasty`: presses come so fast that only what they need is done; the browser asks again for the rest.
    """

    heard: Told | None
    held: list[int]
    coming: list[SampleView]
    serving: Serving
    hasty: bool

    @property
    def hand(self) -> int | None:
        """The sample on screen: what is to be brought to the top, else the first that the browser holds or gets."""
        fronts = [each["id"] for each in line.puts() if each["how"] == "front"]
        return next(iter([*fronts[-1:], *self.held, *(view.sample.id for view in self.coming)]), None)


@st.fragment(run_every=EVERY)
def desk(h: Here, wish: QueueWish) -> None:
    """Draw what is in hand."""
    name, wish_id = desk_name(h), _id_of(wish)
    heard = line.told(name)
    fast = len(open_entries(heard)) >= FAST
    if heard is None or open_entries(heard):
        act()
    left = work_off(h, heard)
    line.begin(heard, wish_id)
    now = _at_hand(h, wish, wish_id, heard, fast=fast)
    form = edited(h)
    hand = form.id if form else now.hand
    if now.hasty:
        hold(hand)
    else:
        show(h, wish, hand)
    foot = _draw(h, wish, now, form, hand)
    person = h.who.name if PERSON in st.query_params else ""
    message = {
        "puts": _puts(h, wish, person, [*now.held, *(view.sample.id for view in now.coming)]),
        "acks": acks(),
        "still": form is not None,
        "over": hand is None,
        "left": left or now.hasty,
    }
    with foot:
        line.send(name, wish_id, [card_of(view, person) for view in now.coming], message)
    if st.session_state.pop(FIXED, False):
        st.rerun()  # what waits to be repaired and what came back is told above


def _at_hand(h: Here, wish: QueueWish, wish_id: str, heard: Told | None, *, fast: bool) -> _Desk:
    pressed = {entry.sample for entry in open_entries(heard) if entry.do in PASSING}
    held = [card for card in line.at_hand(heard, wish_id) if card not in pressed]
    more = line.wanted(len(held), len(pressed))
    known = st.session_state.get(_SERVED)
    if fast and held and not more and known:
        return _Desk(heard, held, [], known, hasty=True)
    serving = _serving(h, wish, held, more, first=heard is None or not heard.seen)
    if serving.taken:
        st.session_state[LAST] = _TAKEN
    for sample_id in serving.gone:
        line.put(sample_id, "gone")
    held = [card for card in held if card not in serving.gone]
    st.session_state[_SERVED] = replace(serving, views=())
    passed = {*held, *pressed}
    coming = [view for view in serving.views if view.sample.id not in passed]
    return _Desk(heard, held, coming, serving, hasty=fast)


def _card_view(h: Here, wish: QueueWish, sample_id: int, held: list[int]) -> SampleView | None:
    """One sample as its reader may see it, None if it is gone or in somebody else's hands."""
    try:
        views = h.work.queues.serve(h.who, h.project_id, wish, first=sample_id, size=0 if held else 1, held=held).views
    except NotFoundError:
        return None
    return next((view for view in views if view.sample.id == sample_id), None)


def _serving(h: Here, wish: QueueWish, held: list[int], more: int, *, first: bool) -> Serving:
    """What comes next: enough for the browser to go on, a first handful before anything else; often only the counts.

    Who has been away for the time of a lease keeps none.
    """
    serve = partial(h.work.queues.serve, h.who, h.project_id)
    if held and not acted(h):
        return serve(replace(wish, wanted=replace(wish.wanted, review=None)), size=0)
    if held:
        return serve(wish, after=line.tail(held), size=more, held=held)
    kept = h.work.queues.place(h.who, h.project_id)
    if kept and kept.wish != wish:
        h.work.queues.release(h.who, h.project_id)
    at, after = place()
    if first and at and _passed(h, wish, at):
        at, after = None, at
    size = line.FIRST if first else line.AT_ONCE
    try:
        return serve(wish, first=at, after=after, size=size)
    except NotFoundError as error:
        st.session_state[PROBLEM] = (error.message, "The queue goes on below.")
        go_on(None)
        return serve(wish, size=size)


def _passed(h: Here, wish: QueueWish, sample_id: int) -> bool:
    """Has the person judged the sample of the address, which the reload of a fast hand left behind?"""
    try:
        view = h.work.review.view(h.project_id, sample_id)
    except NotFoundError:
        return False
    judged = any(entry.person == h.who.name for entry in said_now(view))
    return wish.leased and judged and view.sample.review is not wish.wanted.review


def _draw(
    h: Here, wish: QueueWish, now: _Desk, form: Sample | None, hand: int | None
) -> st.delta_generator.DeltaGenerator:
    """Answers with a place where the line to the browser, which shows nothing, takes no room."""
    counts = now.serving.counts
    if not counts.all and hand is None and not narrowed():
        nothing_at_all(h)
        return st.container()
    opening = now.heard is None and form is None and hand is not None
    to_do = _TO_DO if wish.wanted.review is ReviewState.PENDING and hand is not None else ""
    _count(now.serving)
    foot = st.container(gap=None)
    with foot:
        _caption(h, _OPENING if opening and not line.overdue() else to_do)
    draw_troubles(h)
    if form:
        draw_edit(h, form)
    elif hand is None:
        finished(h, wish, counts)
    elif opening:
        _plainly(h, now.coming[0])
    return foot


def _plainly(h: Here, view: SampleView) -> None:
    """The plain card, once the card's own script had its time to come."""
    if not line.overdue():
        _look_again()
        return
    with st.container(key="review.plain"):
        draw_actions(h, view)
        draw_card(view, h.project.guidelines)


@st.fragment(run_every=line.PATIENCE)
def _look_again() -> None:
    """Runs on its own for as long as it is drawn."""
    if line.overdue():
        st.rerun()


def _count(serving: Serving) -> None:
    counts = serving.counts
    if not counts.all:
        return
    parts = [f"{counts.accepted:,} accepted", f"{counts.rejected:,} rejected", f"{counts.pending:,} pending"]
    if counts.disputed:
        parts.insert(2, f"{counts.disputed:,} disputed")
    share = serving.judged / serving.total if serving.total else 0.0
    words = f"**{serving.judged:,} of {serving.total:,} judged** ({', '.join(parts)})"
    st.progress(min(share, 1.0), text=words)


def _caption(h: Here, to_do: str) -> None:
    words = last_words(h) or to_do
    if words:
        st.caption(words)


def _puts(h: Here, wish: QueueWish, person: str, held: list[int]) -> list[Card]:
    """Cards that changed or are to be on top, as they stand, and ids of those that are to go."""
    made = []
    for each in line.puts():
        view = None if each["how"] == "gone" else _card_view(h, wish, each["id"], held)
        made.append({**each, "how": each["how"] if view else "gone", "card": card_of(view, person) if view else None})
    return made


def _id_of(wish: QueueWish) -> str:
    return hashlib.sha256(Place(wish, None).as_json().encode()).hexdigest()[:16]
