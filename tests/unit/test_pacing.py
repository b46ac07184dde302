"""How fast a teacher is asked: places, rates that are set, told or felt, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.errors import TeacherUnavailableError
from core.runs.pacing import RAMP_SECONDS, Pace, seconds_of


class Clock:
    """Time that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def busy(retry_after: float | None = None) -> TeacherUnavailableError:
    """A "too many requests"."""
    error = TeacherUnavailableError("Slow down.", "Wait.", code="http_429")
    error.retry_after = retry_after
    return error


def told(limit: int, remaining: int, reset: str, kind: str = "requests") -> dict[str, str]:
    """Rate-limit headers as servers send them."""
    return {
        f"x-ratelimit-limit-{kind}": str(limit),
        f"x-ratelimit-remaining-{kind}": str(remaining),
        f"x-ratelimit-reset-{kind}": reset,
    }


async def starts(pace: Pace, clock: Clock, seconds: float, *, tokens: int = 0, step: float = 0.01) -> int:
    """How many calls start within so many seconds when each ends at once and more are always wanted."""
    started, end = 0, clock.now + seconds
    while clock.now < end:
        while pace._may_start():
            pace._start(tokens)
            started += 1
            pace.leave(tokens=tokens, used=tokens)
        clock.now += step
    return started


def paced(work: Callable[[Pace, Clock], Awaitable[Any]], **settings: Any) -> Any:
    """Run `work` with a pace on a clock of its own, past its first calls."""
    clock = Clock()

    async def go() -> Any:
        pace = Pace(clock=clock, **{"most": 8, **settings})
        pace._started = pace.most
        return await work(pace, clock)

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6m0s", 360.0), ("20ms", 0.02), ("1h2m3.5s", 3723.5), ("1.5", 1.5), ("0", 0.0), ("soon", None), ("", None)],
)
def test_durations_are_read_as_headers_write_them(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def test_no_more_calls_at_once_than_are_allowed_and_the_first_to_come_is_the_first_to_go() -> None:
    async def work(pace: Pace, clock: Clock) -> None:
        order: list[int] = []

        async def call(number: int) -> None:
            await pace.enter(0)
            order.append(number)
            assert pace.busy <= 2
            await asyncio.sleep(0)
            pace.leave()

        await asyncio.gather(*(call(number) for number in range(20)))
        assert order == list(range(20))
        assert pace.busy == 0

    paced(work, most=2)


def test_the_first_calls_start_one_after_the_other() -> None:
    clock = Clock()
    pace = Pace(most=8, clock=clock)
    pace._start(0)
    assert not pace._may_start()
    clock.now += RAMP_SECONDS
    assert pace._may_start()


def test_a_caller_that_gives_up_leaves_its_place_to_the_next() -> None:
    async def work(pace: Pace, clock: Clock) -> None:
        await pace.enter(0)
        first, second = asyncio.create_task(pace.enter(0)), asyncio.create_task(pace.enter(0))
        await asyncio.sleep(0)
        first.cancel()
        pace.leave()
        await second
        assert pace.busy == 1

    paced(work, most=1)


@pytest.mark.parametrize("rpm", [60, 600])
def test_requests_a_minute_are_kept_and_spread_evenly(rpm: int) -> None:
    async def work(pace: Pace, clock: Clock) -> None:
        counts = [await starts(pace, clock, 10) for _ in range(6)]
        assert sum(counts) <= rpm + rpm * 0.5 / 60 + 1
        assert min(counts) >= rpm / 6 * 0.9

    paced(work, rpm=rpm)


def test_tokens_a_minute_are_kept() -> None:
    async def work(pace: Pace, clock: Clock) -> int:
        return await starts(pace, clock, 60, tokens=500)

    assert 50 <= paced(work, tpm=30_000) <= 61


def test_tokens_that_were_not_used_are_given_back() -> None:
    async def work(pace: Pace, clock: Clock) -> float:
        pace._start(6000)
        waited = pace._wait()
        pace.leave(tokens=6000, used=1000)
        return waited - pace._wait()

    assert paced(work, tpm=60_000) == pytest.approx(5.0)


def test_a_server_that_says_how_much_is_left_is_never_asked_for_more() -> None:
    async def work(pace: Pace, clock: Clock) -> None:
        pace._start(0)
        pace.leave(limits=told(60, 0, "20s"))
        assert await starts(pace, clock, 19.5) == 0
        assert await starts(pace, clock, 2) > 0

    paced(work)


def test_what_is_left_of_a_window_is_spread_over_it() -> None:
    async def work(pace: Pace, clock: Clock) -> int:
        pace._start(0)
        pace.leave(limits=told(100, 50, "10s"))
        return await starts(pace, clock, 5)

    assert 20 <= paced(work) <= 30


@pytest.mark.parametrize("headers", [told(60, -5, "x"), told(0, 0, "1s"), {"x-ratelimit-limit-requests": "many"}])
def test_headers_that_make_no_sense_are_ignored(headers: dict[str, str]) -> None:
    async def work(pace: Pace, clock: Clock) -> bool:
        pace._start(0)
        pace.leave(limits=headers)
        return pace._may_start()

    assert paced(work)


def test_too_many_halves_the_calls_at_once_once_for_a_burst_and_success_brings_them_back() -> None:
    async def work(pace: Pace, clock: Clock) -> None:
        for _ in range(4):
            pace._start(0)
        for _ in range(4):
            pace.leave(error=busy(2.0))
        assert pace.limit == 4.0
        assert not pace._may_start()
        clock.now += 2.0
        assert pace._may_start()
        for _ in range(200):
            pace._start(0)
            pace.leave()
            clock.now += 1
        assert pace.limit == 8.0

    paced(work)


def test_without_a_word_from_the_server_the_pause_doubles_while_it_refuses() -> None:
    async def work(pace: Pace, clock: Clock) -> list[float]:
        pauses = []
        for _ in range(4):
            pace._start(0)
            pace.leave(error=busy())
            pauses.append(pace._wait())
            clock.now += max(pauses[-1], 1.0)
        return pauses

    assert paced(work) == [0.5, 1.0, 2.0, 4.0]


def test_a_limit_nobody_tells_is_found_and_seldom_broken() -> None:
    """A server that takes two calls a second and says nothing: fewer than 1 in 20 are refused once it is known."""

    async def work(pace: Pace, clock: Clock) -> tuple[int, int]:
        passed = refused = 0
        allowed = 2.0
        for tick in range(60_000):
            clock.now += 0.01
            allowed = min(2.0, allowed + 0.02)
            while pace._may_start():
                pace._start(0)
                if allowed >= 1:
                    allowed -= 1
                    passed += tick > 6000
                    pace.leave()
                else:
                    refused += tick > 6000
                    pace.leave(error=busy())
        return passed, refused

    passed, refused = paced(work)
    assert refused <= 0.05 * passed
    assert passed >= 0.7 * 2 * 540


def test_a_pause_that_ends_while_it_is_looked_at_leaves_nobody_behind() -> None:
    class Jumping(Clock):
        """Time passes with every look."""

        step = 0.0

        def __call__(self) -> float:
            self.now += self.step
            return self.now

    async def go() -> int:
        clock = Jumping()
        pace = Pace(most=1, clock=clock)
        pace._started = pace.most
        await pace.enter(0)
        waiting = asyncio.create_task(pace.enter(0))
        await asyncio.sleep(0)
        pace._pause_until, clock.step = clock.now + 1.0, 0.4
        pace.leave()  # looks once for itself, then finds the pause; the next look would find it over
        await asyncio.wait_for(waiting, 10)
        return pace.busy

    assert asyncio.run(go()) == 1
