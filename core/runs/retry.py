"""When a failed attempt is tried again: the whole policy, in one place."""

from __future__ import annotations

from random import Random

from core.errors import TeacherError, TeacherUnavailableError

MAX_ATTEMPTS = 5
MAX_SECONDS = 600.0
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
