"""A server that says "too many" and nothing else: its rate is guessed from what went well, and tried again slowly."""

from __future__ import annotations

import asyncio

from core.errors import TeacherUnavailableError
from core.runs.pacing import Pace

STEP = 0.01


class Server:
    """Calls at a pace on a clock that nothing but the test moves; every call is answered at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pace = Pace(most=8, clock=lambda: self.now)
        self.pace._started = self.pace.most  # past the first calls, which start one after the other

    async def call(self, error: TeacherUnavailableError | None = None) -> None:
        """One call that may start now."""
        await self.pace.enter(0)
        self.pace.leave(error=error)

    def calls_in(self, seconds: float, most_a_second: float = 50.0) -> int:
        """How many calls start in that time, when there is always something to do."""
        count, end, free = 0, self.now + seconds, self.now
        while self.now < end:
            if self.now >= free and self.pace._may_start():
                asyncio.run(self.call())
                count, free = count + 1, free + 1 / most_a_second
            self.now += STEP
        return count

    def says_too_many(self) -> None:
        """One call is turned away."""
        error = TeacherUnavailableError("Busy.", "Wait.", code="http_429")
        error.retry_after = STEP
        asyncio.run(self.call(error))
        self.now += 2 * STEP


def test_a_rejection_in_the_first_moment_does_not_slow_the_run_down_for_minutes() -> None:
    server = Server()
    asyncio.run(server.call())
    server.says_too_many()
    server.calls_in(8.0)
    assert server.calls_in(4.0) > 100


def test_after_a_rejection_the_pace_stays_below_what_was_too_much_for_some_seconds() -> None:
    server = Server()
    before = server.calls_in(10.0) / 10
    server.says_too_many()
    after = server.calls_in(8.0) / 8
    assert 0.6 * before < after < 0.9 * before
