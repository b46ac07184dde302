"""The keys of the review page: what each entry of the log means for the sample that was on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.records import Sample
from core.errors import NotFoundError
from core.ids import new_token
from core.services.review import SampleView
from pages.components.card_keys import CardKeys
from pages.components.review_queue import token_of
from pages.components.review_wishes import VERDICTS, Wish, fulfil, open_edit, undo
from pages.components.session import Here

AHEAD = 6
_ACK, _SITTING = "review.ack", "review.sitting"
_KEYS = CardKeys(
    "review",
    {"id": "sample", "keys": {"a": "accept", "x": "reject", "s": "skip", "e": "edit", "u": "undo"}, "ask": "reject"},
)


def keyed() -> bool:
    """Is the key reader there?"""
    return _KEYS.ready()


def read_keys(h: Here, views: Sequence[SampleView], *, still: bool) -> None:
    """Mount the reader over these cards; `still` while a form is open and keys are letters."""
    ack = st.session_state.get(_ACK, 0)
    _KEYS.mount([_card(view.sample) for view in views], ack=ack, still=still, reasons=len(h.project.reject_reasons))


def _card(sample: Sample) -> dict[str, object]:
    token = token_of(sample.id)
    return {"sample": sample.id, "version": sample.version, "revision": sample.revision, "token": token}


def in_their_slots(views: Sequence[SampleView]) -> list[SampleView | None]:
    """The cards in places that they keep while others come and go."""
    by_id = {view.sample.id: view for view in views}
    return [by_id.get(slot) if slot is not None else None for slot in _KEYS.in_their_slots(list(by_id))]


def work_off(h: Here) -> None:
    """Carry out the entries of the log that are new, in their order; an interruption repeats one, its token counts."""
    for entry in _KEYS.entries(st.session_state.get(_ACK, 0)):
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
