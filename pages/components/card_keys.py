"""The key reader of pages that go through cards: fast presses, each on the card that was on screen, in a numbered log.

Native shortcuts lose presses that come faster than a rerun. This component holds the next cards in the browser and
goes on at once; without it (its script did not load) the native buttons do the same one press at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_SCRIPT = Path(__file__).parent.parent / "assets" / "card_keys.js"
_reader = st.components.v2.component("glan_card_keys", js=_SCRIPT.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class CardKeys:
    """One page's reader. `name` is the prefix of its widget keys and `words` tells the script how the page speaks."""

    name: str
    words: Mapping[str, object]

    @property
    def key(self) -> str:
        """Where the log is found in the session state."""
        return f"{self.name}.keys"

    def _state(self) -> Mapping[str, Any]:
        return st.session_state.get(self.key) or {}

    def ready(self) -> bool:
        """Is the reader there?"""
        return bool(self._state().get("ready"))

    def mount(self, cards: Sequence[Mapping[str, object]], *, ack: int, still: bool, reasons: int = 0) -> None:
        """Read keys for these cards; `still` while a form is open and keys are letters."""
        words = {"name": self.name.replace(".", "-"), **self.words}
        data = {"words": words, "cards": list(cards), "ack": ack, "reasons": reasons, "still": still}
        _reader(
            key=self.key,
            data={**data, "ready": self.ready()},
            on_log_change=_noted,
            on_ready_change=_noted,
        )

    def entries(self, ack: int) -> list[Mapping[str, Any]]:
        """The entries of the log behind number `ack`, in their order."""
        new = [entry for entry in self._state().get("log") or () if entry["seq"] > ack]
        return sorted(new, key=lambda entry: int(entry["seq"]))

    def in_their_slots(self, ids: Sequence[int]) -> list[int | None]:
        """The cards in places that they keep while others come and go, so that the browser redraws only new ones."""
        key = f"{self.name}.slots"
        slots: list[int | None] = st.session_state.get(key) or [None]
        slots += [None] * (len(ids) - len(slots))
        kept = [slot if slot in ids else None for slot in slots]
        coming = iter([card for card in ids if card not in kept])
        st.session_state[key] = [next(coming, None) if slot is None else slot for slot in kept]
        return list(st.session_state[key])


def _noted() -> None:
    """The rerun itself does what is needed."""
