"""How fast and how long a connection may be asked: what can be set, and a clear sentence for what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class _Bounds:
    least: int
    most: int
    what: str
    hint: str


_BOUNDS = {
    "concurrency": _Bounds(1, 256, "The number of calls at once", "Leave it empty for 8."),
    "rpm": _Bounds(1, 1_000_000, "The limit of requests per minute", "Leave it empty to learn it from the server."),
    "tpm": _Bounds(
        1_000, 1_000_000_000, "The limit of tokens per minute", "Leave it empty to learn it from the server."
    ),
    "deadline": _Bounds(5, 3_600, "The deadline in seconds", "Leave it empty for 120 seconds."),
}


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with None for what was left empty; raises InvalidInputError for a pace that makes no sense."""
    return {name: _checked(_BOUNDS[name], value) if name in _BOUNDS else value for name, value in settings.items()}


def _checked(bounds: _Bounds, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not bounds.least <= value <= bounds.most:
        between = f"between {bounds.least:,} and {bounds.most:,}"
        raise InvalidInputError(f"{bounds.what} must be a whole number {between}, not {str(value)[:40]}.", bounds.hint)
    return value
