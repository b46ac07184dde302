"""How fast one teacher is asked: calls at once, requests and tokens a minute, learnt from what its server says.

Starts are spread evenly instead of sent in bursts. A "too many requests" halves the number of calls at once, which
then grows back by one for each round that went well (additive increase, multiplicative decrease), and nobody starts
before the server's Retry-After has passed. Limits come from the settings of the connection and from `x-ratelimit-*`
headers; of several, the strictest counts.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import re
import time
from collections import deque
from collections.abc import Callable, Mapping

from core.errors import TeacherUnavailableError

BURST_SECONDS = 0.5
CALM_SECONDS = 1.0
RAMP_SECONDS = 0.0008
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
RECENT_SECONDS = 10.0
LEAST_WATCHED_SECONDS = 2.0  # fewer say little about the rate that a server allows
GROWTH_A_SECOND, EARLY_GROWTH_A_SECOND = 1.01, 2.0
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(text: str) -> float | None:
    """A duration as rate-limit headers write it ("6m0s", "20ms", "1.5"); None if it is none."""
    cleaned = text.strip()
    parts = _DURATION.findall(cleaned)
    if parts and "".join(number + unit for number, unit in parts) == cleaned:
        return sum(float(number) * _UNITS[unit] for number, unit in parts)
    try:
        return float(cleaned)
    except ValueError:
        return None


class Meter:
    """Spaces starts so that `rate` units a second are not exceeded; `rate` None lets everything pass."""

    def __init__(self, rate: float | None = None) -> None:
        self._set = rate
        self._learnt: float | None = None
        self._next = 0.0

    @property
    def rate(self) -> float | None:
        """The strictest rate known."""
        known = [rate for rate in (self._set, self._learnt) if rate is not None]
        return min(known) if known else None

    def wait(self, now: float) -> float:
        """Seconds until the next start."""
        return max(0.0, self._next - now) if self.rate is not None else 0.0

    def start(self, now: float, units: float) -> None:
        """Somebody starts and uses so many units."""
        rate = self.rate
        if rate is not None:
            self._next = max(self._next, now - BURST_SECONDS) + units / rate

    def correct(self, units: float) -> None:
        """The start used so many units more (or fewer) than was thought."""
        rate = self.rate
        if rate is not None:
            self._next += units / rate

    def learn(self, now: float, limit: float, remaining: float, reset: float, under_way: float) -> None:
        """Spread what is left over the time until it is full again.

        With a fixed window that is the even pace; with a bucket that refills all the time it settles where the bucket
        is half full, which is the refill rate.
        """
        left = max(0.0, remaining - under_way)
        if left <= 0:
            self._next = max(self._next, now + reset)
            self._learnt = max(limit, 1.0) / max(reset, 1.0)
        else:
            self._learnt = left / max(reset, 0.001)


class Pace:
    """The turnstile of one connection; safe for the tasks of one event loop.

    Whose work began first is served first, so that what was begun is finished before more is begun: a budget that ends
    in between leaves few samples half made.
    """

    def __init__(
        self,
        *,
        most: int,
        rpm: float | None = None,
        tpm: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self.limit = float(most)
        self.busy = 0
        self.successes = 0
        self._requests = Meter(rpm / 60 if rpm else None)
        self._tokens = Meter(tpm / 60 if tpm else None)
        self._clock = clock
        self._waiting: list[tuple[float, int, asyncio.Future[None], int, Callable[[], None]]] = []
        self._came = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._pause_until = 0.0
        self._pauses = 0
        self._calm_at = 0.0
        self._recent: deque[float] = deque()
        self._ramp_at = 0.0
        self._started = 0
        self._blind: float | None = None
        self._blind_at = 0.0
        self._blind_grown = 0.0
        self._growth = GROWTH_A_SECOND

    async def enter(self, tokens: int, got: Callable[[], None] = lambda: None, *, turn: float = 0.0) -> None:
        """Wait for a place; `tokens` is what the call is expected to count against a token limit.

        The least `turn` is served first, of equal ones who came first.
        `got` is called at the very moment the place is given, while the caller has yet to wake up.
        """
        if not self._waiting and self._may_start():
            self._start(tokens)
            got()
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (turn, next(self._came), future, tokens, got))
        self._wake()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._free()
            raise

    def leave(
        self,
        *,
        tokens: int = 0,
        used: int = 0,
        limits: Mapping[str, str] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Give the place back: `tokens` were expected and `used` came, or it ended with an error."""
        now = self._clock()
        if error is None:
            self._went_well(now)
            self._tokens.correct(used - tokens if used else 0)
        elif isinstance(error, TeacherUnavailableError) and error.code == "http_429":
            self._too_many(now, error.retry_after)
        if limits:
            self.learn(limits)
        self._free()

    def learn(self, limits: Mapping[str, str]) -> None:
        """Read `x-ratelimit-*` headers (limit, remaining, reset; of requests and of tokens)."""
        now = self._clock()
        for kind, meter, under_way in (("requests", self._requests, self.busy - 1), ("tokens", self._tokens, 0)):
            try:
                limit = float(limits[f"x-ratelimit-limit-{kind}"])
                remaining = float(limits[f"x-ratelimit-remaining-{kind}"])
                reset = seconds_of(limits[f"x-ratelimit-reset-{kind}"])
            except (KeyError, ValueError):
                continue
            if limit > 0 and reset is not None and 0 <= reset <= 86400:
                meter.learn(now, limit, remaining, reset, max(0, under_way))

    # ---- inside ----

    def _has_place(self) -> bool:
        return self.busy < max(1, int(self.limit))

    def _may_start(self) -> bool:
        return self._has_place() and self._wait() <= 0

    def _wait(self) -> float:
        now = self._clock()
        waits = [self._pause_until - now, self._requests.wait(now), self._tokens.wait(now)]
        if self._blind is not None:
            waits.append(self._blind_at - now)
        if self._started < self.most:
            waits.append(self._ramp_at - now)
        return max(waits)

    def _start(self, tokens: int) -> None:
        now = self._clock()
        self.busy += 1
        self._started += 1
        self._ramp_at = now + RAMP_SECONDS
        self._requests.start(now, 1.0)
        self._tokens.start(now, float(tokens))
        if self._blind is not None:
            self._blind_at = max(self._blind_at, now) + 1 / self._blind

    def _free(self) -> None:
        self.busy -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            _, _, future, tokens, got = self._waiting[0]
            if future.done():
                heapq.heappop(self._waiting)
                continue
            if not self._has_place():
                return  # whoever gives one back comes here again
            wait = self._wait()
            if wait > 0:
                self._wake_later(wait)
                return
            heapq.heappop(self._waiting)
            self._start(tokens)
            got()
            future.set_result(None)

    def _wake_later(self, wait: float) -> None:
        if self._timer is not None:
            return

        def ring() -> None:
            self._timer = None
            self._wake()

        self._timer = asyncio.get_running_loop().call_later(min(wait, 1.0), ring)

    def _went_well(self, now: float) -> None:
        self.successes += 1
        self._pauses = 0
        self.limit = min(float(self.most), self.limit + 1 / max(self.limit, 1.0))
        if self._blind is not None:
            self._blind *= self._growth ** max(0.0, now - self._blind_grown)
            self._blind_grown = now
        self._recent.append(now)
        while self._recent and self._recent[0] < now - RECENT_SECONDS:
            self._recent.popleft()

    def _guess(self, now: float) -> None:
        """Take three quarters of what lately went well for the rate; what was watched for a moment is soon outgrown."""
        watched = now - self._recent[0]
        self._blind = 0.75 * len(self._recent) / max(1.0, watched)
        self._growth = GROWTH_A_SECOND if watched >= LEAST_WATCHED_SECONDS else EARLY_GROWTH_A_SECOND
        self._blind_grown = now

    def _too_many(self, now: float, retry_after: float | None) -> None:
        if now >= self._calm_at:  # one decision for all calls of a burst
            self._calm_at = now + CALM_SECONDS
            self.limit = max(1.0, self.limit / 2)
            self._pauses += 1
            if self._requests.rate is None and self._recent:
                self._guess(now)
        pause = retry_after or min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._pauses - 1))
        self._pause_until = max(self._pause_until, now + pause)
