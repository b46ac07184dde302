"""D1, P1: a worker killed at random moments, again and again: nothing is lost, and nothing is paid twice unseen."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

from core.domain.states import AttemptState, ItemState, RunState
from core.workspace import Workspace
from tests.bank import Bank, Entry, running
from tests.engine.conftest import PROJECT
from tests.trials.mixed import mixed_run
from tests.trials.studio import Studio, audit, call_of, ledger_troubles, studio
from tests.trials.trial import Outcome, Tally, Trial
from tests.trials.worker_process import end_lease, epoch, wait_until, worker

KILLS = 10
AT_ONCE = 20
ITEMS_A_KILL, FIRST_ITEMS = 100, 100
FEW_ITEMS, SOON = 60, 0.3
MIXED_SHARE = 3  # an item of the mixed plan takes as many calls as three of the other
LATEST = 1.5
LATENCY = (0.02, 0.15)
ENDED = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.INTERRUPTED, RunState.BUDGET_EXHAUSTED})
Row = tuple[object, ...]


@dataclass
class Story:
    """What happened in one run that was killed several times."""

    kills: int = 0
    saved: int = 0
    lost: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    figures: str = ""


def saved(made: Studio, run_id: str) -> set[Row]:
    """What anybody can see is saved: answers, what they cost, how items ended, samples."""
    with made.store.read() as tx:
        asked = (
            "SELECT 'answer', id, reply FROM request WHERE run_id=? AND reply IS NOT NULL",
            "SELECT 'payment', id, cost FROM attempt WHERE run_id=? AND state='settled'",
            "SELECT 'item', idx, state || error FROM item WHERE run_id=? AND state!='planned'",
            "SELECT 'sample', id, content_hash FROM sample WHERE run_id=?",
        )
        return {tuple(row.values()) for sql in asked for row in tx.rows(sql, (run_id,))}


def kill_once(made: Studio, run_id: str, moment: float, bug: str) -> set[Row] | None:
    """Start a worker and kill it a moment after it began; what was saved until then, None if the run was over."""
    before = epoch(made, run_id)
    with worker(made, bug) as process:
        wait_until(lambda: epoch(made, run_id) > before or made.run(run_id).state in ENDED)
        if not wait_until(lambda: made.run(run_id).state in ENDED, moment):
            there = saved(made, run_id)
            process.kill()
            process.wait()
            return there
    return None


def queued(made: Studio, connection: str, items: int, *, mixed: bool) -> str:
    """A run of one strategy, or of a mixed plan with checks that takes about as long."""
    return mixed_run(made, connection, items // MIXED_SHARE) if mixed else made.new_run(connection, items)


def killed(kills: int, seed: int, bug: str, *, mixed: bool) -> Story:
    """One run, killed so often, then finished; a single kill comes soon, in a short run."""
    rng, story = Random(seed), Story()
    bank = Bank(latency=LATENCY, seed=seed)
    with studio() as made, running(bank):
        items, latest = (FIRST_ITEMS + ITEMS_A_KILL * kills, LATEST) if kills > 1 else (FEW_ITEMS, SOON)
        run_id = queued(made, made.at_bank(bank, concurrency=AT_ONCE), items, mixed=mixed)
        there: set[Row] = set()
        while story.kills < kills:
            found = kill_once(made, run_id, rng.uniform(0.005, latest), bug)
            if found is None:
                break
            story.kills += 1
            story.lost += [f"{row[0]} {row[1]} was saved and is gone" for row in sorted(there - found, key=str)]
            there = found
            if rng.random() < 0.8:
                end_lease(made, run_id)
        with worker(made, bug) as process:
            wait_until(lambda: made.run(run_id).state in ENDED)
            process.terminate()
            process.wait(20)
        story.saved = len(there)
        story.lost += _lost(made, run_id, there)
        _bank_side(made, run_id, bank.log, story)
    return story


def _lost(made: Studio, run_id: str, there: set[Row]) -> list[str]:
    """What is missing or damaged at the end, and items without a proper one."""
    gone = there - saved(made, run_id)
    wrong = [f"{row[0]} {row[1]} was saved and is gone" for row in sorted(gone, key=str)] + ledger_troubles(made)
    run = made.run(run_id)
    if run.state is not RunState.COMPLETED:
        wrong.append(f"the run is {run.state}: {run.reason}")
    items = made.items(run_id)
    proper = {ItemState.DONE, ItemState.DROPPED}
    bad = [
        f"item {i.idx}: {i.state}, {i.error}" for i in items if i.state not in proper and "cut off twice" not in i.error
    ]
    samples = Counter(sample.item_idx for sample in made.samples() if sample.run_id == run_id)
    whole = samples == Counter(i.idx for i in items if i.state is ItemState.DONE)
    wrong += [] if whole else ["the samples are not one of each item that is done"]
    return wrong + bad


def _bank_side(made: Studio, run_id: str, log: Sequence[Entry], story: Story) -> None:
    """Hold the list of calls in doubt, as the app shows it, against what the bank received."""
    work = Workspace.open(made.settings, {})
    listed = [doubt.call.attempt for doubt in work.runs.doubts(PROJECT, run_id, size=1_000_000)]
    doubts = {call_of(attempt) for attempt in listed if attempt.state is AttemptState.IN_DOUBT}
    work.close()
    attempts = {call_of(attempt): attempt for attempt in made.attempts()}
    stored = {call for call, a in attempts.items() if a.state is AttemptState.SETTLED and not a.error_code}
    received = {entry.call: attempts[entry.call].request_id for entry in log if entry.call in attempts}
    served, numbers = made.served(), {call: attempt.id for call, attempt in attempts.items()}
    kept = Counter(r for call in received if call not in doubts for r in served[numbers[call]])
    again, unsent = len(received) - len(set(received.values())), len(doubts - received.keys())
    story.paid += audit(made, log)
    story.paid += [f"{call} was received, is neither stored nor listed" for call in received.keys() - stored - doubts]
    story.paid += [f"request {request} was paid {count} times unseen" for request, count in kept.items() if count > 1]
    story.paid += _other_bodies(received, log)
    bound = AT_ONCE * max(1, story.kills)
    if again > bound or unsent > bound:
        story.paid.append(f"{again} second payments and {unsent} unsent doubts, more than {bound}")
    story.figures = (
        f"{story.kills} kills, {len(log):,} requests, {len(doubts)} in doubt, of them {unsent} never reached the bank,"
        f" {again} second payments (at most {bound})"
    )


def _other_bodies(received: dict[str, int], log: Sequence[Entry]) -> list[str]:
    """Requests that did not say the same whenever they were sent for so many answers."""
    said = {(received[entry.call], entry.n, entry.body) for entry in log if entry.call in received}
    times = Counter((request, answers) for request, answers, _ in said)
    return [f"request {request} was sent with {count} bodies" for (request, _), count in times.items() if count > 1]


@cache
def stories(kills: int, bug: str = "none") -> tuple[Story, ...]:
    """So many kills of runs of either kind, ten to a run; told once for both trials."""
    each = [min(KILLS, kills - done) for done in range(0, kills, KILLS)]
    return tuple(killed(count, seed, bug, mixed=mixed) for seed, count in enumerate(each) for mixed in (False, True))


def data(kills: int, bug: str = "none") -> Outcome:
    """D1's side."""
    tally, rows, started = Tally(), 0, time.monotonic()
    for story in stories(kills, bug):
        tally.add(story.lost, trials=story.kills)
        rows += story.saved
    return tally.outcome(f"{tally.trials} kills in {time.monotonic() - started:.0f} s, {rows:,} rows seen saved")


def payments(kills: int, bug: str = "none") -> Outcome:
    """P1's side."""
    tally = Tally()
    for story in stories(kills, bug):
        tally.add(story.paid, trials=story.kills)
    return tally.outcome(*(story.figures for story in stories(kills, bug)))


TRIALS = [
    Trial(
        "D1",
        "Kills of the worker lose nothing that was saved, and the run is finished",
        lambda scale: data(KILLS * scale),
        "a run that is taken over begins anew",
        lambda: data(2, "begins anew"),
    ),
    Trial(
        "P1",
        "No stored answer is paid twice; what may have been is on the list of doubts",
        lambda scale: payments(KILLS * scale),
        "calls that were cut off are forgotten",
        lambda: payments(2, "doubt forgotten"),
    ),
]
