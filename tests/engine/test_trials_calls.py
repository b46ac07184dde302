"""The trials of calls and money in small: each promise holds, and each trial fails when its bug is put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.bank import MODES
from tests.trials import bills, budgets, faults, keys, once_only, timing, worker_kills, worker_stops
from tests.trials.apart import apart
from tests.trials.expected import EXPECTED, HANGING
from tests.trials.storage_bugs import replaced
from tests.trials.trial import Outcome, Tally

SOME_MODES = ["ok", "reset_mid", "http_429_seconds", "http_401", "body_cut", "finish_length", "usage_null"]
NEAR_ENOUGH = 1.5
FEW = timing.Limits("few requests, headers", requests=4)  # so few that a slow machine runs into them too
TIMED = ("A4", "A6", "D1 ", "P1 ", "D9", "D10")  # deadlines, paces, moments of kills: these run alone


def held(outcome: Outcome) -> bool:
    """It was tried and nothing went wrong."""
    return outcome.trials > 0 and not outcome.failures


def cases(trials: Mapping[str, Callable[[], Outcome]]) -> list[object]:
    """One case for each trial, under its name."""
    return [
        pytest.param(trial, id=name, marks=[pytest.mark.alone] if name.startswith(TIMED) else [])
        for name, trial in trials.items()
    ]


def hasty(trial: Callable[[], Outcome]) -> Outcome:
    """With a short deadline."""
    with replaced(timing, "DEADLINE", 0.4):
        return trial()


def taken_over(bug: str) -> Outcome:
    """One short run that a second worker takes over."""
    tally = Tally()
    tally.add(worker_stops.stood_still(1, bug, items=20))
    return tally.outcome()


def test_the_table_of_endings_knows_every_fault() -> None:
    assert EXPECTED.keys() == MODES.keys()
    assert set(MODES) > HANGING


PROMISES: dict[str, Callable[[], Outcome]] = {
    "B1 no history passes a cap": lambda: budgets.histories(15, 1),
    "B2 processes share a budget": lambda: apart("tests.trials.budgets", 1, "none"),
    "B3 lies about usage": lambda: bills.lies(["usage_null", "usage_above_max"], 1),
    "B4 mixed faults": lambda: bills.mixed(80),
    "B5 query budgets": lambda: budgets.query_budgets([1, 7]),
    "B6 slips in prices": bills.slips,
    "D1 kills lose nothing": lambda: worker_kills.data(1),
    "P1 doubts are listed": lambda: worker_kills.payments(1),
    "P2 finished runs": lambda: once_only.each(once_only.again, 1),
    "P3 reading again": lambda: once_only.each(once_only.reparsed, 2),
    "P4 keys": keys.keys,
    "P5 one request an attempt": lambda: faults.one_by_one(1),
    "P6 double clicks": lambda: apart("tests.trials.once_only", 1, "none"),
    "A1 the table": lambda: faults.every_mode(SOME_MODES),
    "A1 structure": faults.structures,
    "A3 hopeless requests": lambda: faults.hopeless(1),
    "A4 deadlines": lambda: hasty(lambda: timing.hanging(["drip", "hang_mid"], 1, NEAR_ENOUGH)),
    "A4 broken connections": lambda: timing.breaking(1),
    "A5 rejections": lambda: faults.rejected(["http_401", "http_429_quota"], 1),
    "A6 rate limits": lambda: timing.limited(timing.CASES[0], 1.5, least=0.0),
    "A7 incomplete answers": lambda: faults.incomplete(20),
    "A8 answers mixed up": lambda: faults.mixed_up(1),
    "D9 taken over": lambda: taken_over("none"),
    "D10 told to end": lambda: worker_stops.each([worker_stops.told_to_end], 1),
}
BUGS: dict[str, Callable[[], Outcome]] = {
    "B1 holds do not count": lambda: budgets.histories(5, 1, "holds do not count"),
    "B2 holds do not count": lambda: apart("tests.trials.budgets", 1, "holds do not count"),
    "B3 usage is believed": lambda: bills.lies(["usage_zero"], 1, "usage is believed"),
    "B4 hidden retry": lambda: bills.mixed(60, "hidden retry"),
    "B5 calls under way do not count": lambda: budgets.query_budgets([7], "calls under way do not count"),
    "B6 prices unquestioned": lambda: bills.slips("prices unquestioned"),
    "D1 a run begins anew": lambda: worker_kills.data(1, "begins anew"),
    "P1 a run begins anew": lambda: worker_kills.payments(1, "begins anew"),
    "P2 nothing is remembered": lambda: once_only.each(once_only.again, 1, "nothing remembered"),
    "P3 read before stored": lambda: once_only.each(once_only.reparsed, 1, "read before stored"),
    "P4 a key that leaves something out": keys.key_bugs,
    "P5 hidden retry": lambda: faults.one_by_one(1, "hidden retry"),
    "P6 the token is not read": lambda: apart("tests.trials.once_only", 1, "token unread"),
    "A1 hidden retry": lambda: faults.every_mode(["http_500"], bug="hidden retry"),
    "A3 endless retries": lambda: faults.hopeless(1, 3, bug="endless retries"),
    "A4 no deadline": lambda: hasty(lambda: timing.hanging(["drip"], 1, NEAR_ENOUGH, "no deadline")),
    "A5 a rejection is retried": lambda: faults.rejected(["http_401"], 1, "rejection retried"),
    "A6 limits are not heeded": lambda: timing.limited(FEW, 1.5, "limits unheeded", least=0.0),
    "A7 the finish is not looked at": lambda: faults.incomplete(20, "finish unchecked"),
    "A8 answers by id": lambda: faults.mixed_up(1, "answers by id"),
    "D9 a lease without epoch": lambda: taken_over("lease without epoch"),
    "D10 the signal is not heard": lambda: worker_stops.each([worker_stops.told_to_end], 1, "signal unheard"),
}


@pytest.mark.parametrize("promise", cases(PROMISES))
def test_a_promise_holds(promise: Callable[[], Outcome]) -> None:
    outcome = promise()
    assert held(outcome), outcome.notes


@pytest.mark.parametrize("broken", cases(BUGS))
def test_a_seeded_bug_is_caught(broken: Callable[[], Outcome]) -> None:
    assert broken().failures
