"""What becomes of an item, its request and its money in every mode of the bank: the one table.

`item` and `request` are the final states when every request meets the mode; `attempts` is how often the request is
sent. `charge` says what each attempt costs in the ledger: what the bank bills (measured), the whole hold because
nobody can tell (hold), or nothing (free). A mode that stops the run leaves its items planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.states import ItemState, RequestState


class Charge(StrEnum):
    """What an attempt is booked at."""

    MEASURED = "what was billed"
    HOLD = "the whole hold"
    FREE = "nothing"


@dataclass(frozen=True, slots=True)
class Expected:
    """The end of an item whose every request meets one mode."""

    item: ItemState
    request: RequestState
    attempts: int
    charge: Charge

    @property
    def stops(self) -> bool:
        """Does the run stop with a reason?"""
        return self.item is ItemState.PLANNED


def _of(item: ItemState, request: RequestState, attempts: int, charge: Charge, modes: str) -> dict[str, Expected]:
    return dict.fromkeys(modes.split(), Expected(item, request, attempts, charge))


EXPECTED: dict[str, Expected] = {
    **_of(
        *(ItemState.DONE, RequestState.PARSED, 1, Charge.MEASURED),
        "ok slow wrong_content_type choices_two json_prose json_fence json_nan json_duplicate_keys json_deep"
        " lone_surrogate nul line_separator other_model duplicate_id swap usage_total usage_above_max",
    ),
    **_of(
        *(ItemState.DONE, RequestState.PARSED, 1, Charge.HOLD),
        "usage_null usage_missing usage_zero usage_negative usage_string usage_huge usage_cached_above_prompt",
    ),
    **_of(ItemState.TRUNCATED, RequestState.TRUNCATED, 1, Charge.MEASURED, "finish_length"),
    **_of(ItemState.FILTERED, RequestState.FILTERED, 1, Charge.MEASURED, "finish_filter"),
    **_of(ItemState.REFUSED, RequestState.REFUSED, 1, Charge.MEASURED, "refusal"),
    **_of(ItemState.INVALID, RequestState.INVALID, 1, Charge.MEASURED, "content_null content_empty tool_calls"),
    **_of(
        *(ItemState.INVALID, RequestState.FAILED, 1, Charge.HOLD),
        "error_200 html_200 body_empty body_cut body_deep choices_null choices_empty content_list gzip_garbage"
        " huge_body",
    ),
    **_of(
        *(ItemState.FAILED, RequestState.FAILED, 5, Charge.HOLD),
        "hang_before hang_after_headers hang_mid drip close_before reset_before reset_after_headers reset_mid"
        " short_length broken_chunks",
    ),
    **_of(
        *(ItemState.FAILED, RequestState.FAILED, 5, Charge.FREE),
        "http_429 http_429_seconds http_429_date http_429_absurd http_500 http_502_html http_503 http_504 http_529",
    ),
    **_of(ItemState.FAILED, RequestState.FAILED, 1, Charge.FREE, "http_400_context http_413 http_422"),
    **_of(ItemState.PLANNED, RequestState.FAILED, 1, Charge.FREE, "http_401 http_403 http_404_model http_429_quota"),
}
STRUCTURE: dict[str, ItemState] = {
    "ok": ItemState.DONE,
    "json_prose": ItemState.DONE,
    "json_fence": ItemState.DONE,
    "json_nan": ItemState.INVALID,
    "json_duplicate_keys": ItemState.INVALID,
    "json_deep": ItemState.INVALID,
}
"""The end of an item that needs JSON, where that JSON comes in this way."""
HANGING = frozenset({"hang_before", "hang_after_headers", "hang_mid", "drip"})
STOPPING = frozenset(mode for mode, end in EXPECTED.items() if end.stops)
