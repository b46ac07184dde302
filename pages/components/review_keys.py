"""The key reader of the review page: fast presses, each on the card that was on screen, in a numbered log.

Native shortcuts lose presses that come faster than a rerun. This component holds the next cards in the browser and
goes on at once; without it (its script did not load) the native buttons do the same one press at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.records import Sample
from core.errors import NotFoundError
from core.ids import new_token
from core.services.review import SampleView
from pages.components.review_queue import token_of
from pages.components.review_wishes import VERDICTS, Wish, fulfil, open_edit, undo
from pages.components.session import Here

AHEAD = 6
_KEY, _ACK, _SLOTS, _SITTING = "review.keys", "review.ack", "review.slots", "review.sitting"
_SCRIPT = Path(__file__).parent.parent / "assets" / "review_keys.js"
_reader = st.components.v2.component("glan_review_keys", js=_SCRIPT.read_text(encoding="utf-8"))


def keyed() -> bool:
    """Is the key reader there?"""
    return bool(_state().get("ready"))


def read_keys(h: Here, views: Sequence[SampleView], *, still: bool) -> None:
    """Mount the reader over these cards; `still` while a form is open and keys are letters."""
    cards = [_card(view.sample) for view in views]
    _reader(
        key=_KEY,
        data={
            "cards": cards,
            "ack": st.session_state.get(_ACK, 0),
            "reasons": len(h.project.reject_reasons),
            "still": still,
            "ready": keyed(),
        },
        on_log_change=_noted,
        on_ready_change=_noted,
    )


def _noted() -> None:
    """The rerun itself does what is needed."""


def _card(sample: Sample) -> dict[str, object]:
    token = token_of(sample.id)
    return {"sample": sample.id, "version": sample.version, "revision": sample.revision, "token": token}


def _state() -> Mapping[str, Any]:
    return st.session_state.get(_KEY) or {}


def in_their_slots(views: Sequence[SampleView]) -> list[SampleView | None]:
    """The cards in places that they keep while others come and go, so that the browser redraws only new ones."""
    slots: list[int | None] = st.session_state.get(_SLOTS) or [None]
    slots += [None] * (len(views) - len(slots))
    by_id = {view.sample.id: view for view in views}
    kept = [slot if slot in by_id else None for slot in slots]
    coming = iter(sample_id for sample_id in by_id if sample_id not in kept)
    st.session_state[_SLOTS] = [next(coming, None) if slot is None else slot for slot in kept]
    return [by_id.get(slot) if slot is not None else None for slot in st.session_state[_SLOTS]]


def work_off(h: Here) -> None:
    """Carry out the entries of the log that are new, in their order; an interruption repeats one, its token counts."""
    entries = [entry for entry in _state().get("log") or () if entry["seq"] > st.session_state.get(_ACK, 0)]
    for entry in sorted(entries, key=lambda entry: entry["seq"]):
        _carry_out(h, entry)
        st.session_state[_ACK] = entry["seq"]


def _carry_out(h: Here, entry: Mapping[str, Any]) -> None:
    if entry["do"] == "undo":
        undo(h, f"{st.session_state.setdefault(_SITTING, new_token())}.{entry['seq']}")
        return
    try:
        present = h.work.review.view(h.project_id, int(entry["sample"])).sample
    except NotFoundError:
        return
    seen = present.model_copy(update={"version": entry["version"], "revision": entry["revision"]})
    if entry["do"] == "edit":
        open_edit(present)
    elif entry["do"] == "skip" or entry["do"] in VERDICTS:
        reasons = h.project.reject_reasons
        number = entry.get("reason", 0)
        reason = reasons[number - 1] if 1 <= number <= len(reasons) else ""
        fulfil(h, Wish(entry["do"], seen, str(entry["token"]), reason, str(entry.get("note", ""))))
        st.session_state["review.note"] = ""
