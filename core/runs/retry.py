"""When a failed attempt is tried again: the whole policy, in one place.

| what happened | what follows |
| --- | --- |
| no connection, 408, 409, 429, 5xx, time-out, broken body | again after a jittered, doubling pause or the Retry-After |
| the same such error three times while others succeed (429 apart) | final for this request: it is the request's fault |
| quota, key, permission, unknown model | the run stops with the reason |
| 400, 413, 422, an answer that is none | final for this request |
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.errors import TeacherError, TeacherUnavailableError

MAX_ATTEMPTS = 5
MAX_SECONDS = 600.0
SAME_ERRORS = 3
_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0


def delay(attempt: int, error: TeacherError, elapsed: float, rng: Random) -> float | None:
    """Seconds to wait before the next attempt after `attempt` (1 = the first) failed; None = give up.

    Only unavailability is retried, at most five attempts and ten minutes, with full jitter; the server's Retry-After
    is obeyed when it asks for more.
    """
    if not isinstance(error, TeacherUnavailableError) or attempt >= MAX_ATTEMPTS:
        return None
    if error.retry_after == 0.0:
        return 0.0
    wait = rng.uniform(0, min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** (attempt - 1)))
    wait = max(wait, error.retry_after or 0.0)
    return wait if elapsed + wait <= MAX_SECONDS else None


@dataclass(slots=True)
class Patience:
    """The memory of one request's failures: how many, how often the same, and whether others fared better."""

    successes: int
    attempts: int = 0
    code: str = ""
    same: int = 0

    def wait(self, error: TeacherError, elapsed: float, rng: Random, successes: int) -> float | None:
        """Seconds before the next attempt, None to give up; `successes` are those of all requests so far."""
        self.attempts += 1
        self.same = self.same + 1 if error.code == self.code else 1
        self.code = error.code
        hopeless = self.same >= SAME_ERRORS and successes > self.successes and error.code != "http_429"
        return None if hopeless else delay(self.attempts, error, elapsed, rng)
