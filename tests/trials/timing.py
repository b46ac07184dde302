"""A4, A6: a call ends at its deadline whatever its connection does, and rate limits are used up but not run into."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from core.domain.states import ItemState
from core.errors import TeacherError
from core.llm.openai_teacher import OpenAITeacher
from tests.bank import Bank, Chance, Entry, Pace, bank_process, running
from tests.bank.bank import LIMITED
from tests.bank.limits import Limiter
from tests.trials.apart import joined
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.storage_bugs import replaced
from tests.trials.studio import studio
from tests.trials.trial import Outcome, Tally, Trial
from tests.unit.conftest import make_call

DEADLINE, NEAR = 1.0, 0.10
AT_ONCE = 4
HANGING = ("hang_before", "hang_after_headers", "hang_mid", "drip")
BREAKING = ("reset_before", "reset_mid", "close_before")
PACE = Pace(hang=30.0, drip=0.2)


# ---- A4 ----


async def _ended(teacher: OpenAITeacher) -> tuple[float, str]:
    """How long one call took, and by which error it ended."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(3 * DEADLINE):
            await teacher.ask(make_call())
    except TeacherError as error:
        return time.monotonic() - started, error.code
    except TimeoutError:
        return time.monotonic() - started, "never"
    return time.monotonic() - started, "answered"


async def _all_ended(base_url: str, count: int) -> list[tuple[float, str]]:
    teacher = OpenAITeacher(base_url, "", deadline=DEADLINE)
    try:
        return await asyncio.gather(*(_ended(teacher) for _ in range(count)))
    finally:
        await teacher.close()


def _late(found: Sequence[tuple[float, str]], near: float) -> list[str]:
    """Those that did not end at the deadline, by their deadline."""
    good = [code == "timeout" and abs(seconds - DEADLINE) <= near * DEADLINE for seconds, code in found]
    return [f"{code} after {seconds:.2f} s" for (seconds, code), fine in zip(found, good, strict=True) if not fine]


def hanging(modes: Sequence[str], count: int, near: float = NEAR, bug: str = "none") -> Outcome:
    """Answers that never come, or byte by byte: every call ends at its deadline."""
    tally = Tally()
    with CALL_BUGS[bug]():
        for mode in modes:
            with running(Bank(faults=Chance(1.0, (mode,)), pace=PACE)) as bank:
                for one in asyncio.run(_all_ended(bank.base_url, count)):
                    tally.add(_late([one], near), mode)
    return tally.outcome()


def half_open(count: int, near: float = NEAR) -> Outcome:
    """A server that stands still with all its connections open."""
    tally = Tally()
    with bank_process() as bank:
        os.kill(bank.pid, signal.SIGSTOP)
        try:
            for one in asyncio.run(_all_ended(bank.base_url, count)):
                tally.add(_late([one], near), "half-open")
        finally:
            os.kill(bank.pid, signal.SIGCONT)
    return tally.outcome()


def breaking(count: int) -> Outcome:
    """Connections that break: every call ends there and then, well before its deadline."""
    tally = Tally()
    for mode in BREAKING:
        with running(Bank(faults=Chance(1.0, (mode,)))) as bank:
            for seconds, code in asyncio.run(_all_ended(bank.base_url, count)):
                good = code == "reset" and seconds < DEADLINE
                tally.add([] if good else [f"{mode}: {code} after {seconds:.2f} s"])
    return tally.outcome()


# ---- A6 ----


@dataclass(frozen=True, slots=True)
class Limits:
    """A bank with limits for `WINDOW` seconds, and what the studio is told about them."""

    name: str
    requests: int = 0
    tokens: int = 0
    headers: bool = True
    told: bool = False

    @property
    def settings(self) -> dict[str, object]:
        """Of the connection, for a minute."""
        minute = 60 / WINDOW
        return {"rpm": self.requests * minute, "tpm": self.tokens * minute} if self.told else {}


WINDOW, WARM_UP = 2.0, 4.0
LEAST_USED, MOST_REJECTED = 0.85, 0.02
LATENCY = 0.1
WRAPPING = 11  # prompt tokens that the bank bills and its limiter does not count
CASES = (
    Limits("requests, headers", requests=100),
    Limits("requests, typed in, no headers", requests=100, headers=False, told=True),
    Limits("tokens, headers", tokens=100_000),
    Limits("requests, not a word", requests=100, headers=False),
)


@contextmanager
def _silent(limits: Limits) -> Iterator[None]:
    """Without headers the bank says nothing of its limits."""
    with nullcontext() if limits.headers else replaced(Limiter, "headers", lambda _: ()):
        yield


def limited(limits: Limits, seconds: float, bug: str = "none", *, least: float = LEAST_USED) -> Outcome:
    """Work under the limits for so long after the first request; judge what came after the warm-up, half at least."""
    bank = Bank(rpm=limits.requests, tpm=limits.tokens, window=WINDOW, latency=LATENCY)
    warm_up = min(WARM_UP, seconds / 2)
    with studio(pauses=nullcontext) as made, running(bank), _silent(limits), CALL_BUGS[bug]():
        run_id = made.new_run(made.at_bank(bank, concurrency=40, **limits.settings), 5_000)
        asyncio.run(_until_judged(made.working(run_id), bank.log, warm_up, seconds))
        seen = list(bank.log)
        failed = made.ended(run_id).keys() - {ItemState.DONE, ItemState.PLANNED}
        asked = made.run(run_id).plan["teachers"]["question"]["max_tokens"]
    counted = [entry for entry in seen if entry.arrived >= seen[0].arrived + warm_up]
    return _judged(limits, counted, asked, least, [f"items ended {state}" for state in failed])


async def _until_judged(work: Any, seen: Sequence[Entry], warm_up: float, seconds: float) -> None:
    """On a starved machine the time begins late, and goes on until something came after the warm-up."""

    def enough() -> bool:
        return bool(seen) and time.time() >= seen[0].arrived + seconds and seen[-1].arrived >= seen[0].arrived + warm_up

    task = asyncio.create_task(work)
    while not (enough() or task.done()):
        await asyncio.wait([task], timeout=0.02)
    task.cancel()
    await asyncio.wait([task])


def _judged(limits: Limits, seen: Sequence[Entry], max_tokens: int, least: float, wrong: list[str]) -> Outcome:
    passed = [entry for entry in seen if entry.mode != LIMITED]
    rejected = 1 - len(passed) / len(seen)
    used = sum(entry.prompt_tokens - WRAPPING + max_tokens for entry in passed) if limits.tokens else len(passed)
    lasted = seen[-1].arrived - seen[0].arrived
    share = used / lasted / ((limits.tokens or limits.requests) / WINDOW) if lasted else 0.0
    if share < least:
        wrong.append(f"{limits.name}: only {share:.0%} of the limit was used")
    if rejected > MOST_REJECTED:
        wrong.append(f"{limits.name}: {rejected:.1%} of {len(seen)} requests were rejected")
    tally = Tally()
    tally.add(wrong)
    return tally.outcome(f"{limits.name}: {share:.0%} of the limit used, {rejected:.1%} rejected of {len(seen)}")


TRIALS = [
    Trial(
        "A4",
        "A call that hangs, drips or stands half-open ends at its deadline",
        lambda scale: joined(
            [hanging(HANGING, AT_ONCE * scale), half_open(AT_ONCE * scale), breaking(AT_ONCE * scale)]
        ),
        "a deadline for each byte only",
        lambda: hanging(["drip"], 2, bug="no deadline"),
    ),
    Trial(
        "A6",
        "Rate limits are used to 85 % and run into by 2 % of the requests",
        lambda scale: joined([limited(limits, 10.0 + 2 * scale) for limits in CASES]),
        "nobody waits for the limit",
        lambda: limited(CASES[0], 7.0, bug="limits unheeded"),
    ),
]
