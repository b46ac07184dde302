"""Identifiers and time, passed in so that tests can fix them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def now() -> float:
    """Seconds since 1970, UTC."""
    return time.time()


def iso(at: float) -> str:
    """`at` as an ISO 8601 text in UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id(at: float | None = None) -> str:
    """A 16-character id that sorts by the time it was made (milliseconds) and is unguessable within it."""
    moment = int((now() if at is None else at) * 1000)
    return _base32(moment, 9) + _base32(secrets.randbits(35), 7)


def new_token() -> str:
    """A one-time token for a form."""
    return secrets.token_urlsafe(16)
