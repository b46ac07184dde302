"""A1, A3, A5, A7, A8, P5: whatever an endpoint does, every item and every request ends as the table says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from random import Random

from core.domain.call_records import Attempt, Request
from core.domain.states import AttemptState, ItemState, RunState
from tests.bank import MODES, Bank, ByBody, Chance, Pace, Script, running
from tests.bank.log import calls, requests_by_call
from tests.trials.apart import joined
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.expected import EXPECTED, HANGING, STOPPING, STRUCTURE, Charge, Expected
from tests.trials.studio import Studio, audit, call_of, studio, studio_and_bank
from tests.trials.trial import Outcome, Tally, Trial

PACE = Pace(slow=0.05, hang=30.0, drip=0.2, huge=17_000_000)
SHORT_DEADLINE, USUAL_DEADLINE = 0.3, 20.0
AT_ONCE = (1, 20)
FEW = {"huge_body": 2, "json_deep": 1}  # large; always the same text, which is known the second time
RESTLESS = sorted(set(MODES) - STOPPING - HANGING - {"slow", "huge_body"})


# ---- A1: one mode at a time ----


def one_mode(made: Studio, bank: Bank, mode: str, at_once: int, count: int) -> list[str]:
    """A run whose every request meets the mode; what did not end as the table says."""
    bank.faults = Chance(1.0, (mode,))
    bank.clear()
    deadline = SHORT_DEADLINE if mode in HANGING else USUAL_DEADLINE
    run_id = made.new_run(made.at_bank(bank, concurrency=at_once, deadline=deadline), count)
    run, expected = made.work(run_id), EXPECTED[mode]
    wrong = audit(made, bank.log, made.attempts(run_id))
    wrong += _wrong_run(run.state, run.reason, run.hint, expected)
    wrong += _wrong_items(made, run_id, count, expected)
    wrong += _wrong_calls(made.requests(run_id), made.attempts(run_id), expected, at_once)
    return wrong


def _wrong_run(state: RunState, reason: str, hint: str, expected: Expected) -> list[str]:
    if not expected.stops:
        return [] if state is RunState.COMPLETED else [f"the run is {state}: {reason}"]
    told = state is RunState.INTERRUPTED and reason and hint
    return [] if told else [f"the run is {state}, reason {reason!r}, hint {hint!r}"]


def _wrong_items(made: Studio, run_id: str, count: int, expected: Expected) -> list[str]:
    ended = made.ended(run_id)
    wrong = [] if ended == {expected.item: count} else [f"items ended {dict(ended)}, not {expected.item}"]
    if any(not item.error for item in made.items(run_id)) and expected.item not in {ItemState.DONE, ItemState.PLANNED}:
        wrong.append("an item ended without a reason")
    return wrong


def _wrong_calls(requests: Sequence[Request], attempts: Sequence[Attempt], expected: Expected, most: int) -> list[str]:
    states = {request.state for request in requests}
    wrong = [] if states == {expected.request} else [f"requests are {states}, not {expected.request}"]
    tries = Counter(attempt.request_id for attempt in attempts)
    if set(tries.values()) != {expected.attempts}:
        wrong.append(f"requests were sent {sorted(set(tries.values()))} times, not {expected.attempts}")
    if expected.stops and len(attempts) > most:
        wrong.append(f"{len(attempts)} calls left before the run stopped")
    charges = {_charge(attempt) for attempt in attempts}
    return wrong + ([] if charges == {expected.charge} else [f"attempts are booked at {charges}"])


def _charge(attempt: Attempt) -> Charge:
    if attempt.measured:
        return Charge.MEASURED
    return Charge.FREE if attempt.state is AttemptState.RELEASED and not attempt.cost else Charge.HOLD


def every_mode(modes: Sequence[str], rounds: int = 1, bug: str = "none") -> Outcome:
    """Every mode, alone and with many calls at once."""
    tally = Tally()
    with studio_and_bank(Bank(pace=PACE)) as (made, bank), CALL_BUGS[bug]():
        for mode, at_once in [*itertools.product(modes, AT_ONCE)] * rounds:
            count = FEW.get(mode, 3 if at_once == 1 else at_once)
            tally.add(one_mode(made, bank, mode, at_once, count), f"{mode}, {at_once} at once")
    return tally.outcome()


def structures(bug: str = "none") -> Outcome:
    """JSON that comes in each of these ways, where a stage needs JSON."""
    tally = Tally()
    with studio() as made, CALL_BUGS[bug]():
        for mode, state in STRUCTURE.items():
            with running(Bank(faults=Chance(1.0, (mode,)))) as bank:
                run_id = made.subjects_run(made.at_bank(bank))
                run = made.work(run_id)
                ended = made.states(run_id)
            good = run.state is RunState.COMPLETED and ended == [state]
            tally.add([] if good else [f"{mode} where JSON is needed: {ended}, not {state}"])
    return tally.outcome()


def a1(scale: int) -> Outcome:
    """All of the table."""
    missing = set(MODES) ^ set(EXPECTED)
    table = Outcome(1, int(bool(missing)), (f"not in the table: {missing}",) if missing else ())
    return joined([table, every_mode(list(EXPECTED), scale), structures()])


# ---- A3: some requests fail whatever is done ----


def hopeless(rounds: int, seed: int = 0, bug: str = "none") -> Outcome:
    """A share of the bodies is always answered with 500: few attempts each, and no other request suffers."""
    tally, hit = Tally(), 0
    for number in range(rounds):
        plan = ByBody(0.01, ("http_500",), seed + number)
        with studio_and_bank(Bank(faults=plan)) as (made, bank), CALL_BUGS[bug]():
            run_id = made.new_run(made.at_bank(bank, concurrency=20), 100)
            run = made.work(run_id)
            bad = {entry.call for entry in bank.log if entry.mode != "ok"}
            wrong = audit(made, bank.log)
            tries = Counter(attempt.request_id for attempt in made.attempts(run_id))
            stricken = {attempt.request_id for attempt in made.attempts(run_id) if call_of(attempt) in bad}
            ended = made.ended(run_id)
            hit += len(stricken)
        wrong += [f"a request was sent {tries[request]} times" for request in stricken if tries[request] > 5]
        if run.state is not RunState.COMPLETED or ended != _but(100, len(stricken)):
            wrong.append(f"{len(stricken)} hopeless requests, items ended {dict(ended)}, the run {run.state}")
        tally.add(wrong)
    return tally.outcome(f"{hit} hopeless requests")


def _but(count: int, failed: int) -> dict[ItemState, int]:
    ended = {ItemState.DONE: count - failed, ItemState.FAILED: failed}
    return {state: number for state, number in ended.items() if number}


# ---- A5: nothing works until a person changes something ----


def rejected(modes: Sequence[str], rounds: int, bug: str = "none") -> Outcome:
    """From the start or from some call on: the run stops after the calls under way, says why, and can be resumed."""
    at_once, tally = 8, Tally()
    for number in range(rounds):
        for mode in modes:
            after = 0 if number % 2 == 0 else Random(number).randint(5, 40)
            with studio_and_bank(Bank(faults=Script(["ok"] * after, then=mode), latency=0.01)) as (made, bank):
                run_id = made.new_run(made.at_bank(bank, concurrency=at_once), 30)
                with CALL_BUGS[bug]():
                    run = made.work(run_id)
                refused = sum(entry.mode == mode for entry in bank.log)
                wrong = [] if refused <= at_once else [f"{refused} calls were refused before the run stopped"]
                wrong += _wrong_run(run.state, run.reason, run.hint, EXPECTED[mode])
                bank.faults = Chance(0.0, ())
                wrong += _resumed(made, run_id) if run.state is RunState.INTERRUPTED else []
                wrong += audit(made, bank.log)
            tally.add(wrong, f"{mode} after {after} calls")
    return tally.outcome()


def _resumed(made: Studio, run_id: str) -> list[str]:
    made.resume(run_id)
    run, ended = made.work(run_id), made.ended(run_id)
    done = run.state is RunState.COMPLETED and set(ended) == {ItemState.DONE}
    return [] if done else [f"after it was resumed the run is {run.state}, items {dict(ended)}"]


# ---- A7, A8, P5 ----


def incomplete(count: int, bug: str = "none") -> Outcome:
    """Truncated, filtered and refused answers at random: none becomes part of a sample."""
    plan = Chance(0.5, ("finish_length", "finish_filter", "refusal"), seed=count)
    with studio_and_bank(Bank(faults=plan)) as (made, bank), CALL_BUGS[bug]():
        made.work(made.new_run(made.at_bank(bank, concurrency=20), count))
        good = {entry.call for entry in bank.log if entry.mode == "ok"}
        spoilt = len(bank.log) - len(good)
        usable = {attempt.request_id for attempt in made.attempts() if call_of(attempt) in good}
        bad = [s.id for s in made.samples() if not {s.question_request, s.answer_request} <= usable]
        wrong = audit(made, bank.log) + [f"sample {number} has an incomplete answer" for number in bad]
    return Outcome(spoilt, len(wrong), tuple(wrong))


def mixed_up(rounds: int, bug: str = "none") -> Outcome:
    """Answers to other requests and ids that come twice: each is kept where its connection brought it."""
    tally = Tally()
    for number in range(rounds):
        plan = Chance(0.7, ("swap", "duplicate_id", "other_model"), seed=number)
        with studio_and_bank(Bank(faults=plan, latency=(0.0, 0.02))) as (made, bank), CALL_BUGS[bug]():
            run = made.work(made.new_run(made.at_bank(bank, concurrency=20), 10))
            wrong = audit(made, bank.log)
        tally.add(wrong + ([] if run.state is RunState.COMPLETED else [f"the run is {run.state}"]))
    return tally.outcome()


def one_by_one(rounds: int, bug: str = "none") -> Outcome:
    """Every mode once, among others: exactly one HTTP request for each attempt."""
    tally, sent = Tally(), 0
    for number in range(rounds):
        order = Random(number).sample(RESTLESS, len(RESTLESS))
        with studio_and_bank(Bank(faults=Script(order), pace=PACE)) as (made, bank), CALL_BUGS[bug]():
            made.work(made.new_run(made.at_bank(bank, concurrency=8), 40))
            seen = requests_by_call(bank.log)
            ours = {call_of(attempt) for attempt in made.attempts()}
            sent += len(calls(bank.log))
        wrong = [f"{count} requests for attempt {call}" for call, count in seen.items() if count != 1]
        tally.add(wrong + [f"attempt {call} and the log of the bank disagree" for call in ours ^ seen.keys()])
    return tally.outcome(f"{sent} requests")


REJECTIONS = sorted(STOPPING)
TRIALS = [
    Trial(
        "A1",
        "Every fault ends its item, its request and its money as the table says",
        a1,
        "a hidden retry in the client",
        lambda: every_mode(["http_500", "reset_mid"], bug="hidden retry"),
    ),
    Trial(
        "A3",
        "Requests that always fail are given up after five attempts, others are spared",
        lambda scale: hopeless(5 * scale),
        "no end to the attempts",
        lambda: hopeless(2, bug="endless retries"),
    ),
    Trial(
        "A5",
        "No money, key or model: the run stops at once, says why, and can be resumed",
        lambda scale: rejected(REJECTIONS, 4 * scale),
        "a wrong key is tried again",
        lambda: rejected(["http_401"], 1, "rejection retried"),
    ),
    Trial(
        "A7",
        "No truncated, filtered or refused answer is taken for a complete one",
        lambda scale: incomplete(150 * scale),
        "nobody looks at the finish reason",
        lambda: incomplete(30, "finish unchecked"),
    ),
    Trial(
        "A8",
        "An answer is kept under the request whose connection carried it",
        lambda scale: mixed_up(20 * scale),
        "answers are told apart by their id",
        lambda: mixed_up(1, "answers by id"),
    ),
    Trial(
        "P5",
        "Every attempt on the ledger is one HTTP request, whatever goes wrong",
        one_by_one,
        "a hidden retry in the client",
        lambda: one_by_one(1, "hidden retry"),
    ),
]
