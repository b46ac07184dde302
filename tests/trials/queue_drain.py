"""C3: eight reviewers, each a process, empty one queue; some walk away with samples in hand."""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from random import Random
from typing import Any

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.queues import QueueWish
from core.domain.review import Order, ReviewPlan
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.errors import ConflictError
from core.services import queues as service
from core.services.queues import QueueService, Serving
from core.services.serving import NEAR, Asked, Desk
from core.settings import Settings
from core.store import queues, reviews, samples, tally
from core.store.database import Tx
from core.workspace import Workspace
from tests.trials.apart import apart, tell
from tests.trials.storage_bugs import replaced
from tests.trials.trial import Outcome, Tally, Trial

PEOPLE = tuple(f"Reviewer {number}" for number in range(1, 9))
PENDING = SampleFilter(review=ReviewState.PENDING)
ORDERS = (Order.OLDEST, Order.NEWEST, Order.RANDOM, Order.UNCERTAIN, Order.BY_STRATEGY)
AHEAD = 4
HASTE = 300  # the studio's clock runs so much faster: a lease of 15 minutes lasts 3 seconds
LEASE_SECONDS = 15 * 60 / HASTE
WALK_AWAY = 0.01
PATIENCE_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Held:
    """A sample was near, on screen or next to be, from when it had been served until the next call or the lease ended.

    What is held further ahead may be taken over by whoever would get nothing.
    """

    person: str
    sample: int
    start: float
    end: float


def _clock() -> float:
    return time.monotonic() * HASTE


def _select_then_insert(
    self: QueueService,
    who: Principal,
    project_id: str,
    wish: QueueWish,
    *,
    size: int = 1,
    first: int | None = None,
    after: int | None = None,
) -> Serving:
    """What is free is read in one transaction and claimed in another."""
    asked, at, claims = Asked(project_id, who.name, wish, size, first, after), _clock(), list[Any]()
    with (
        replaced(queues, "lease", lambda _, *claim: claims.append(claim)),
        replaced(queues, "keep_turn", lambda *_: None),
        self._c.store.read() as tx,
    ):
        hand = Desk(tx, asked, reviews.plan_of(tx, project_id), at).deal(at + 15 * 60)
    with self._c.store.write() as tx:
        queues.lease(tx, *claims[-1])
        return service._serving(tx, asked, hand)


@contextmanager
def _unlocked() -> Iterator[None]:
    with replaced(QueueService, "serve", _select_then_insert):
        yield


BUGS: dict[str, Callable[[], AbstractContextManager[None]]] = {"none": nullcontext, "select then insert": _unlocked}


def _open(home: str) -> Workspace:
    environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
    return Workspace.open(Settings.load(environ), environ, _clock)


def _planted(home: str, count: int) -> str:
    work = _open(home)
    project = work.projects.create(Principal("Ada"), "Queue", token="queue", starter=False).id
    with work.context.store.write() as tx:
        reviews.keep_plan(tx, project, ReviewPlan(second_share=0, gold_share=0, lease_minutes=15))
        for number in range(count):
            _plant(tx, project, number)
    work.close()
    return project


def _plant(tx: Tx, project: str, number: int) -> None:
    strategy = (Strategy.NEW_QUESTION, Strategy.SELF_INSTRUCT, Strategy.ANSWER_AUGMENTATION)[number % 3]
    nothing: dict[str, Any] = dict.fromkeys(
        ("run_id", "item_idx", "difficulty", "node_id", "subject_id", "question_request", "answer_request")
    )
    row: dict[str, Any] = {
        "project_id": project,
        "origin": "model",
        "strategy": strategy.value,
        "lineage": {},
        "created_at": 1.0,
    }
    text = {"question": f"Question {number}?", "answer": "Answer.", "review": ReviewState.PENDING, "preview": False}
    samples.insert(tx, {**nothing, **row, **text}, person="teacher")


def _work(home: str, project: str, person: str, gate: Any, told: Any) -> None:
    """Judge what comes until nothing does for longer than a lease."""
    work, who, rng, held = _open(home), Principal(person), Random(person), list[Held]()
    wish = QueueWish(PENDING, ORDERS[PEOPLE.index(person) % len(ORDERS)])
    gate.wait(timeout=60)
    after, idle, give_up = None, 0.0, time.monotonic() + PATIENCE_SECONDS
    for press in itertools.count():
        served = work.queues.serve(who, project, wish, size=AHEAD, after=after).views
        start = time.monotonic()
        if not served:
            idle = idle or start
            if start - idle > 2 * LEASE_SECONDS or start > give_up:
                break
            time.sleep(0.1)
            continue
        idle, after = 0.0, served[0].sample.id
        if rng.random() < WALK_AWAY:
            time.sleep(1.2 * LEASE_SECONDS)
        else:
            _judge(work, who, served[0].sample, f"{person} {press}")
        end = min(time.monotonic(), start + 0.9 * LEASE_SECONDS)
        held += [Held(person, view.sample.id, start, end) for view in served[:NEAR]]
    work.close()
    told.put(held)


def _judge(work: Workspace, who: Principal, seen: Any, token: str) -> None:
    try:
        work.review.decide(who, seen, ReviewState.ACCEPTED, token=token, blind=True)
    except ConflictError:
        return  # the lease had run out and somebody else was quicker: told, and nothing is counted


def drain(count: int, bug: str = "none") -> Outcome:
    """So many samples, eight reviewers."""
    checks = Tally()
    with tempfile.TemporaryDirectory(prefix="studio-queue-") as home, BUGS[bug]():
        project = _planted(home, count)
        context = multiprocessing.get_context("fork")
        gate, told = context.Barrier(len(PEOPLE)), context.SimpleQueue()
        processes = [context.Process(target=_work, args=(home, project, person, gate, told)) for person in PEOPLE]
        started = time.monotonic()
        for process in processes:
            process.start()
        held = [each for _ in PEOPLE for each in told.get()]
        for process in processes:
            process.join(timeout=60)
        work = _open(home)
        with work.context.store.read() as tx:
            verdicts = tx.rows(
                "SELECT s.id, (SELECT count(*) FROM review r WHERE r.sample_id=s.id) AS n FROM sample s ORDER BY s.id"
            )
            checks.add(tally.wrong(tx), "counts", trials=0)
        work.close()
    twice = doubles(held)
    for row in verdicts:
        wrong = [f"judged {row['n']} times"] if row["n"] != 1 else []
        checks.add([*wrong, *twice.get(row["id"], ())], f"sample {row['id']}")
    people = {each.person for each in held}
    return checks.outcome(
        f"{count:,} samples judged by {len(people)} reviewers in {time.monotonic() - started:.0f} s, "
        f"{len({each.sample for each in held}):,} of them served"
    )


def doubles(held: Sequence[Held]) -> dict[int, list[str]]:
    """Samples that were in two people's hands at one moment, in words."""
    found: dict[int, list[str]] = {}
    for sample, group in itertools.groupby(sorted(held, key=lambda h: (h.sample, h.start)), key=lambda h: h.sample):
        ends: dict[str, float] = {}
        for each in group:
            other = next((person for person, end in ends.items() if person != each.person and end > each.start), None)
            if other:
                found.setdefault(sample, []).append(f"in the hands of {other} and {each.person}")
            ends[each.person] = max(each.end, ends.get(each.person, 0.0))
    return found


def main(count: str, bug: str) -> int:
    """The process of C3."""
    tell(drain(int(count), bug))
    return 0


TIERS = {1: 300, 10: 2_000, 100: 20_000}


def claims(scale: int) -> int:
    """How many samples a tier has."""
    return TIERS.get(scale, 300 * scale)


TRIALS = [
    Trial(
        "C3",
        "Of 8 who empty one queue nobody gets what another has on screen or next; nothing is left out",
        lambda scale: apart("tests.trials.queue_drain", claims(scale), "none"),
        "a lease is read, then claimed, without the lock",
        lambda: apart("tests.trials.queue_drain", 150, "select then insert"),
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
