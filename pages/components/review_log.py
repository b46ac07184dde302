"""What each entry of the browser's log means for the sample that was on screen, worked off in order, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

import streamlit as st

from core.domain.records import Sample
from core.errors import NotFoundError, StudioError
from pages.components.review_line import Entry, Told, passed, put
from pages.components.review_wishes import PROBLEM, Wish, as_seen, flag, fulfil, open_edit, undo
from pages.components.session import Here

PATIENCE = 0.1  # seconds for entries before the browser gets its next message
PASSING = frozenset({"accept", "reject", "skip"})  # after these the next sample is in hand
_ACKS = "review.acks"


def acks() -> Mapping[str, int]:
    """How far each log is worked off, by the name of the page that wrote it."""
    return dict(st.session_state.get(_ACKS, {}))


def open_entries(heard: Told | None) -> list[Entry]:
    """The entries that are not worked off yet, in their order."""
    done = acks()
    return [entry for entry in (heard.log if heard else ()) if entry.seq > done.get(entry.nonce, 0)]


def work_off(h: Here, heard: Told | None) -> bool:
    """Carry out what is new; True when some is left for the next time. An interruption repeats one: its token counts.

    Entries of one page have their order, those that another visit left come first.
    """
    until = monotonic() + PATIENCE
    for entry in open_entries(heard):
        if monotonic() > until:
            return True
        _carry_out(h, entry)
        passed(entry.sample)
        st.session_state[_ACKS] = {**acks(), entry.nonce: entry.seq}
    return False


def _carry_out(h: Here, entry: Entry) -> None:
    if entry.do == "keys":
        _keep_keys(h, entry)
    elif entry.do == "undo":
        _undo(h, entry)
    else:
        try:
            view = h.work.review.view(h.project_id, entry.sample)
        except NotFoundError as error:
            st.session_state[PROBLEM] = (error.message, error.hint)
            return
        _DO.get(entry.do, _judge)(h, entry, as_seen(view, entry.version, entry.hash))


def _judge(h: Here, entry: Entry, seen: Sample) -> None:
    fulfil(h, Wish(entry.do, seen, entry.token, entry.reason, entry.note, entry.fix, entry.blind))


def _flag(h: Here, entry: Entry, seen: Sample) -> None:
    flag(h, seen, entry.token, entry.on)


def _edit(h: Here, _entry: Entry, seen: Sample) -> None:
    """Always the text as it stands: what was on screen may be older."""
    open_edit(h.work.review.view(h.project_id, seen.id).sample)


def _undo(h: Here, entry: Entry) -> None:
    """The browser shows the sample that it believes to be the last; another one takes its place."""
    found = undo(h, entry.token)
    if entry.sample and found != entry.sample:
        put(entry.sample, "gone")
    if found is not None:
        put(found, "fresh" if found == entry.sample else "front")


def _keep_keys(h: Here, entry: Entry) -> None:
    try:
        h.work.queues.keep_keys(h.who, entry.keys)
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)


_DO: Mapping[str, Callable[[Here, Entry, Sample], None]] = {"flag": _flag, "edit": _edit}
