"""C1: two people in two processes who judge or edit the same sample at the same moment."""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from core.domain.people import Principal
from core.domain.records import Review, Sample
from core.domain.review import ReviewPlan, standing, state_of
from core.domain.states import ReviewState
from core.errors import ConflictError
from core.services.review import ReviewService
from core.settings import Settings
from core.store import events, reviews, samples
from core.store.database import Store, Tx
from core.workspace import Workspace
from tests.trials.apart import apart, joined, tell
from tests.trials.storage_bugs import replaced
from tests.trials.trial import Outcome, Tally, Trial

PEOPLE = ("Ada", "Ben")
DOINGS = ("accept", "reject", "edit")
_WRITTEN, _PART = 500, 2_500
_append, _write = events.append, Store.write


@dataclass(frozen=True, slots=True)
class Told:
    """What one person was told of one press: "done", "conflict", or the error that nobody may see."""

    person: str
    doing: str
    sample: int
    token: str
    ended: str


# ---- Seeded bugs ----


class _Blind(ReviewService):
    """Nobody looks at the version: whatever stands there is taken for what was seen."""

    def decide(self, who: Principal, seen: Sample, verdict: ReviewState, **more: Any) -> Sample:
        try:
            return super().decide(who, seen, verdict, **more)
        except ConflictError as error:
            return super().decide(who, cast("Sample", error.current), verdict, **more)

    def edit(self, who: Principal, seen: Sample, question: str, answer: str, *, token: str) -> Sample:
        try:
            return super().edit(who, seen, question, answer, token=token)
        except ConflictError as error:
            return super().edit(who, cast("Sample", error.current), question, answer, token=token)


@contextmanager
def _unseen() -> Iterator[None]:
    from core import workspace

    with replaced(workspace, "ReviewService", _Blind):
        yield


@contextmanager
def _late_events() -> Iterator[None]:
    """Events are written after the commit, and one in ten processes that should write one is gone by then."""
    waiting: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    rng = Random(1)

    def later(*told: Any, **more: Any) -> int:
        waiting.append((told[1:], more))
        return 0

    @contextmanager
    def write(store: Store, *, patient: bool = True) -> Iterator[Tx]:
        with _write(store, patient=patient) as tx:
            yield tx
        while waiting:
            told, more = waiting.pop()
            if rng.random() > 0.1:
                with _write(store) as tx:
                    _append(tx, *told, **more)

    with replaced(events, "append", later), replaced(Store, "write", write):
        yield


@contextmanager
def _deferred(store: Store, *, patient: bool = True) -> Iterator[Tx]:
    """The lock is taken only when something is written: what was read before may be old by then."""
    with store._borrow() as connection:
        connection.execute("PRAGMA busy_timeout=100")
        connection.execute("BEGIN")
        yield Tx(connection)
        connection.execute("COMMIT")


BUGS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "none": nullcontext,
    "version unread": _unseen,
    "late events": _late_events,
    "deferred": lambda: replaced(Store, "write", _deferred),
}

# ---- The race ----


def _open(home: str) -> Workspace:
    environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
    return Workspace.open(Settings.load(environ), environ)


def _planted(home: str, count: int) -> tuple[str, list[int]]:
    """A project with so many pending samples."""
    work = _open(home)
    project = work.projects.create(Principal("Ada"), "Races", token="races", starter=False).id
    empty = dict.fromkeys(
        ("run_id", "item_idx", "difficulty", "node_id", "subject_id", "question_request", "answer_request")
    )
    ids: list[int] = []
    for first in range(0, count, _WRITTEN):
        with work.context.store.write() as tx:
            reviews.keep_plan(tx, project, ReviewPlan(second_share=0.1))
            for number in range(first, min(count, first + _WRITTEN)):
                row: dict[str, object] = {
                    **empty,
                    "project_id": project,
                    "origin": "model",
                    "strategy": "glan",
                    "lineage": {},
                }
                texts = {"question": f"Question {number}?", "answer": f"Answer {number}."}
                more = {"review": ReviewState.PENDING, "preview": False, "created_at": 1.0}
                ids.append(samples.insert(tx, {**row, **texts, **more}, "teacher"))
    work.close()
    return project, ids


def _press(work: Workspace, person: str, doing: str, seen: Sample, token: str) -> str:
    """Do what the person pressed; whoever is told of a conflict has lost nothing."""
    who = Principal(person)
    try:
        if doing == "edit":
            work.review.edit(who, seen, f"{seen.question} {person}", seen.answer, token=token)
        else:
            verdict = ReviewState.ACCEPTED if doing == "accept" else ReviewState.REJECTED
            work.review.decide(who, seen, verdict, token=token)
    except ConflictError as error:
        return "conflict" if isinstance(error.current, Sample) else "a conflict that does not show what stands there"
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody may see it
        return f"{type(error).__name__}: {error}"
    return "done"


def _side(home: str, project: str, ids: Sequence[int], plan: Sequence[str], person: str, gate: Any, told: Any) -> None:
    """One process: look, wait for the other, press."""
    work, found = _open(home), list[Told]()
    for sample_id, doing in zip(ids, plan, strict=True):
        seen = work.review.view(project, sample_id).sample
        token = f"{person}-{sample_id}"
        gate.wait(timeout=60)
        found.append(Told(person, doing, sample_id, token, _press(work, person, doing, seen, token)))
        gate.wait(timeout=60)
    work.close()
    told.put(found)


def races(count: int, bug: str = "none", seed: int = 0) -> Outcome:
    """So many samples, each pressed by two people from one barrier."""
    rng, tally = Random(seed), Tally()
    plans = [rng.choices(DOINGS, k=count) for _ in PEOPLE]
    context = multiprocessing.get_context("fork")
    gate, queue = context.Barrier(len(PEOPLE)), context.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="studio-presses-") as home, BUGS[bug]():
        project, ids = _planted(home, count)
        sides = [
            context.Process(target=_side, args=(home, project, ids, plan, person, gate, queue))
            for plan, person in zip(plans, PEOPLE, strict=True)
        ]
        for side in sides:
            side.start()
        told = [each for _ in sides for each in queue.get()]
        for side in sides:
            side.join(timeout=60)
        work = _open(home)
        _judge(work, project, told, tally)
        work.close()
    ended = Counter(each.ended for each in told)
    return tally.outcome(f"{count:,} pairs: {ended['done']:,} presses done, {ended['conflict']:,} told of a conflict")


# ---- What must hold afterwards ----


def _judge(work: Workspace, project: str, told: Sequence[Told], tally: Tally) -> None:
    both: dict[int, list[Told]] = {}
    for each in told:
        both.setdefault(each.sample, []).append(each)
    with work.context.store.read() as tx:
        plan, logged = reviews.plan_of(tx, project), _logged(tx, project)
        for sample_id, pair in both.items():
            wrong = _misjudged(tx, samples.get(tx, project, sample_id), pair, logged.get(str(sample_id), []), plan)
            tally.add(wrong, " and ".join(each.doing for each in pair))
        broken = events.broken_link(tx)
        tally.add([] if broken is None else [f"event {broken} does not follow"], "the chain of events", trials=0)


def _logged(tx: Tx, project: str) -> dict[str, list[tuple[str, str]]]:
    """Sample -> (person, word) of its events, oldest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    sql = "SELECT entity_id, person, after FROM event WHERE project_id=? AND entity='sample' ORDER BY id"
    for row in tx.each(sql, (project,)):
        found.setdefault(row["entity_id"], []).append((row["person"], json.loads(row["after"])["verdict"]))
    return found


def _misjudged(
    tx: Tx, sample: Sample, pair: Sequence[Told], logged: Sequence[tuple[str, str]], plan: ReviewPlan
) -> list[str]:
    """What is wrong with one sample after two presses."""
    history = reviews.of_sample(tx, sample.id)
    done = [each for each in pair if each.ended == "done"]
    wrong = [each.ended for each in pair if each.ended not in {"done", "conflict"}]
    if len(done) != 1:
        wrong.append(f"{len(done)} of the two were told done")
    if sorted((each.person, each.verdict) for each in history) != sorted((each.person, each.doing) for each in done):
        wrong.append(f"told done: {_words(done)}, in the history: {[(r.person, r.verdict) for r in history]}")
    if [(each.person, each.verdict) for each in history] != list(logged):
        wrong.append(f"in the history: {[(r.person, r.verdict) for r in history]}, in the events: {list(logged)}")
    return [*wrong, *_unfounded(tx, sample, history)]


def _unfounded(tx: Tx, sample: Sample, history: Sequence[Review]) -> Iterator[str]:
    """State and text follow from the history."""
    state = state_of(standing(history, sample.content_hash))
    if state is not sample.review:
        yield f"it is {sample.review}, from the history follows {state}"
    edits = sum(entry.verdict == "edit" for entry in history)
    texts = samples.revisions(tx, sample.id)
    if len(texts) != edits + 1 or texts[-1]["content_hash"] != sample.content_hash:
        yield f"{edits} edits made {len(texts)} texts, of which the sample has {sample.revision}"


def _words(told: Sequence[Told]) -> list[tuple[str, str]]:
    return [(each.person, each.doing) for each in told]


def main(count: str, bug: str, seed: str = "0") -> int:
    """The process of C1."""
    tell(races(int(count), bug, int(seed)))
    return 0


def _in_parts(count: int) -> Outcome:
    """So many pairs, in processes that each end well within the time that one may take."""
    firsts = range(0, count, _PART)
    return joined([apart("tests.trials.review_races", min(_PART, count - first), "none", first) for first in firsts])


def _seeded() -> Outcome:
    """Each bug is to be caught by itself; one that is not makes the whole count as missed."""
    caught = {bug: apart("tests.trials.review_races", 60, bug) for bug in BUGS if bug != "none"}
    missed = [bug for bug, outcome in caught.items() if not outcome.failures]
    failures = 0 if missed else sum(outcome.failures for outcome in caught.values())
    return Outcome(sum(each.trials for each in caught.values()), failures, tuple(f"missed: {bug}" for bug in missed))


TRIALS = [
    Trial(
        "C1",
        "Of two who press at once on one sample one wins, the other sees it; none is lost",
        lambda scale: _in_parts(min(500 * scale, 20_000)),
        "version unread; event after commit; deferred",
        _seeded,
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
