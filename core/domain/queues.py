"""Queues of review: what a person wishes to be served, where they were, which keys their hands know."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from core.domain.filters import SampleFilter
from core.domain.review import Order, ReviewPlan
from core.domain.states import ReviewState, VerificationState
from core.errors import InvalidInputError

KEYS: Mapping[str, str] = MappingProxyType(
    {"accept": "a", "reject": "x", "skip": "s", "edit": "e", "undo": "u", "flag": "f", "fix": "g"}
)
RESERVED_KEYS = frozenset("cr")  # Streamlit's own
REASON_KEYS = frozenset("123456789")
_POSSIBLE = frozenset(string.ascii_lowercase + "0") - RESERVED_KEYS


class Turn(StrEnum):
    """What a person gets next, without being told."""

    PENDING = "pending"
    SECOND = "second"
    GOLD = "gold"


@dataclass(frozen=True, slots=True)
class QueueWish:
    """Which samples a person wants to see, in which order.

    Pending samples are worked off by lease, with blind second verdicts and gold items among them; disputes are settled
    by lease; any other state, or all, is looked through without one.
    """

    wanted: SampleFilter
    order: Order = Order.OLDEST

    @property
    def leased(self) -> bool:
        """Is it a queue in which nobody gets what somebody else has in hand?"""
        return self.wanted.review in {ReviewState.PENDING, ReviewState.DISPUTED}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person was: the wish and the sample in hand, None at the end of the queue."""

    wish: QueueWish
    sample_id: int | None

    def as_json(self) -> str:
        """As it is kept."""
        wish = {"wanted": asdict(self.wish.wanted), "order": self.wish.order}
        return json.dumps({**wish, "sample": self.sample_id})

    @staticmethod
    def from_json(text: str) -> Place:
        """What `as_json` wrote."""
        kept: dict[str, Any] = json.loads(text)
        wanted = dict(kept["wanted"])
        for name, kind in (("review", ReviewState), ("verification", VerificationState)):
            wanted[name] = kind(wanted[name]) if wanted[name] else None
        return Place(QueueWish(SampleFilter(**wanted), Order(kept["order"])), kept["sample"])


def checked_keys(chosen: Mapping[str, str]) -> dict[str, str]:
    """The keys of all wishes, those that were not chosen as usual; InvalidInputError if they cannot be used."""
    strange = sorted(set(chosen) - set(KEYS))
    if strange:
        raise InvalidInputError(f"There is no wish {strange[0]!r} to give a key to.", f"Choose from {', '.join(KEYS)}.")
    keys = {wish: chosen.get(wish, usual).strip().lower() for wish, usual in KEYS.items()}
    for wish, key in keys.items():
        if key not in _POSSIBLE:
            raise InvalidInputError(f"The key {key!r} for {wish} cannot be used.", _why_not(key))
        twin = next((other for other in keys if other != wish and keys[other] == key), None)
        if twin:
            raise InvalidInputError(f"The key {key!r} is given to {wish} and to {twin}.", "Choose another for one.")
    return keys


def _why_not(key: str) -> str:
    if key in RESERVED_KEYS:
        return "C and R belong to the app; choose another letter."
    if key in REASON_KEYS:
        return "1 to 9 choose the reasons; choose a letter or 0."
    return "Choose one letter from a to z, or 0."


def drawn(plan: ReviewPlan, person: str, number: int) -> Turn:
    """What the person's turn of this number brings, if there is any: as good as random, and the same each time.

    Second verdicts come twice as often as they are drawn, so that they do not pile up.
    """
    place = int(hashlib.sha256(f"{person}\n{number}".encode()).hexdigest()[:12], 16) / 16**12
    if place < plan.gold_share:
        return Turn.GOLD
    seconds = min(0.5, max(0.1, 2 * plan.second_share))
    return Turn.SECOND if place < plan.gold_share + seconds else Turn.PENDING
