"""A rate limiter for requests and tokens that describes itself in headers as OpenAI's does."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from tests.bank.modes.status import too_many
from tests.bank.wire import Response


def duration(seconds: float) -> str:
    """As in OpenAI's headers: 20ms, 1.5s, 6m0s, 1h0m0s."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{rest:.3f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


@dataclass
class Bucket:
    """`size` tokens at most, refilled evenly over `window` seconds."""

    size: int
    window: float
    level: float = field(init=False)
    _at: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        self.level = float(self.size)

    def refill(self, now: float) -> None:
        """Bring the level up to date."""
        self.level = min(self.size, self.level + (now - self._at) * self.size / self.window)
        self._at = now

    def missing(self, amount: float) -> float:
        """Seconds until `amount` can be taken."""
        return max(0.0, (amount - self.level) * self.window / self.size)


@dataclass
class Limiter:
    """0 means no limit. A request costs one request, and the tokens of its prompt and its max_tokens."""

    rpm: int = 0
    tpm: int = 0
    window: float = 60.0

    def __post_init__(self) -> None:
        sizes = {"requests": self.rpm, "tokens": self.tpm}
        self._buckets = {name: Bucket(size, self.window) for name, size in sizes.items() if size}

    def __bool__(self) -> bool:
        return bool(self._buckets)

    def refused(self, tokens: int) -> Response | None:
        """Take one request from the buckets, or the 429 that says how long to wait."""
        wanted, wait, now = {"requests": 1, "tokens": tokens}, 0.0, time.monotonic()
        for name, bucket in self._buckets.items():
            bucket.refill(now)
            wait = max(wait, bucket.missing(wanted[name]))
        if wait > 0:
            seconds = str(math.ceil(wait)) if self.window >= 60 else f"{wait:.3f}"
            refusal = too_many(retry_after=seconds, retry_after_ms=str(math.ceil(wait * 1000)))
            return Response(refusal.status, refusal.body, (*refusal.headers, *self.headers()))
        for name, bucket in self._buckets.items():
            bucket.level -= wanted[name]
        return None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """What is left and when it is full again."""
        found = []
        for name, bucket in self._buckets.items():
            found += [
                (f"x-ratelimit-limit-{name}", str(bucket.size)),
                (f"x-ratelimit-remaining-{name}", str(max(0, int(bucket.level)))),
                (f"x-ratelimit-reset-{name}", duration(bucket.missing(bucket.size))),
            ]
        return tuple(found)
