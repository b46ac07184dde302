"""Work whose every word is checked after a fault of the disk: calls on the ledger, reviews, backups.

`python -m tests.trials.disk_work KIND HOME BUG` does the work and writes one line into the file `acks` for each thing
that it was told is saved.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.domain.money import NO_PRICE, Charge, Usage
from core.domain.people import Principal
from core.domain.states import ReviewState
from core.domain.taxonomy import NodeKind
from core.errors import StoreError
from core.llm.keys import KeyFile
from core.runs.writer import GroupWriter
from core.services.context import Context
from core.services.review import ReviewService
from core.settings import Settings
from core.store import backups, curricula, database, events, ledger, nodes, samples
from core.store.database import Store, Tx
from core.store.migrations import migrate
from tests.trials.storage_bugs import BUGS
from tests.trials.strace import ACKS
from tests.unit.conftest import T0, make_reply, plant_project, plant_request, plant_run

CALLS, AT_ONCE = 48, 6
SAMPLES = 24
BACKUPS = 6
PAGES_PER_CHECKPOINT = 60
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind: make its home, do it, and find what is broken afterwards given what was said."""

    plant: Callable[[Tx], None]
    do: Callable[[Store, Settings, Say], None]
    check: Callable[[Tx, Settings, tuple[str, ...]], list[str]]


def prepare(kind: str, home: Path, bug: str) -> None:
    """A database for this kind of work."""
    store = Store(Settings.load({"STUDIO_HOME": str(home)}).database)
    with BUGS[bug]():
        migrate(store)
        with store.write() as tx:
            WORKS[kind].plant(tx)
        store.close()


def broken(kind: str, home: Path, said: tuple[str, ...]) -> list[str]:
    """What is not as it was said, or half done, or damaged, in what a fault left below `home`."""
    settings = Settings.load({"STUDIO_HOME": str(home)})
    store = Store(settings.database)
    try:
        with store.read() as tx:
            found = str(tx.value("PRAGMA integrity_check"))
            return [f"damaged: {found[:80]}"] if found != "ok" else WORKS[kind].check(tx, settings, said)
    except (database.DatabaseError, StoreError) as error:
        return [f"damaged: {error}"]
    finally:
        store.close()


# ---- calls on the ledger ----


def plant_calls(tx: Tx) -> None:
    """Requests nobody has sent."""
    plant_project(tx, "p")
    plant_run(tx, "p", "r", items=CALLS)
    for index in range(CALLS):
        plant_request(tx, "p", "r", index)


def do_calls(store: Store, settings: Settings, say: Say) -> None:
    """Reserve and settle all of them, several at once."""
    asyncio.run(_calls(GroupWriter(store), say))


async def _calls(writer: GroupWriter, say: Say) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def call(request: int) -> None:
        async with gate:
            attempt = await writer.run(lambda tx: _reserve(tx, request))
            say(f"reserved {request}")
            await writer.run(lambda tx: _settle(tx, attempt, request))
            say(f"settled {request}")

    await asyncio.gather(*(call(number) for number in range(1, CALLS + 1)))
    await writer.close()


def _reserve(tx: Tx, request: int) -> int:
    return ledger.reserve(
        tx, [request], run_id="r", project_id="p", epoch=0, stage="question", hold=9, price=NO_PRICE, at=T0
    )


def _settle(tx: Tx, attempt: int, request: int) -> None:
    ledger.settle(tx, attempt, make_reply(f"{request} " * 900), Charge(5, Usage(10, 5), measured=True), T0 + 1)


def check_calls(tx: Tx, settings: Settings, said: tuple[str, ...]) -> list[str]:
    """Every acknowledged step is there, an answer and its payment only together, the totals are the sums."""
    wrong = [f"the total of {scope} differs" for scope in ledger.drift(tx)]
    for line in said:
        word, request = line.split()
        states = [attempt.state.value for attempt in ledger.attempts(tx, request_id=int(request))]
        if not states or (word == "settled" and states != ["settled"]):
            wrong.append(f"lost: {line}")
    half = tx.value(
        "SELECT count(*) FROM request r JOIN attempt a ON a.request_id=r.id"
        " WHERE (a.state='settled') != (r.reply IS NOT NULL) OR r.state='planned'"
    )
    return [*wrong, *(["half done: an answer without its payment"] if half else [])]


# ---- reviews ----


def plant_samples(tx: Tx) -> None:
    """Samples nobody has judged."""
    plant_project(tx, "p")
    plant_run(tx, "p", "r")
    row: dict[str, Any] = {"project_id": "p", "run_id": "r", "item_idx": 0, "origin": "model", "strategy": "glan"}
    node = nodes.insert(tx, "p", None, NodeKind.FIELD, "Statistics")
    subject = curricula.insert_subject(tx, "p", node, "Regression", level="introductory")
    row |= {"difficulty": "basic", "node_id": node, "subject_id": subject, "question_request": None}
    row |= {"answer_request": None, "review": ReviewState.PENDING, "preview": False, "created_at": T0}
    for number in range(SAMPLES):
        more = {"lineage": {}, "question": f"Why {number}?", "answer": "Because. " * 200}
        samples.insert(tx, {**row, **more}, person="teacher")


def do_reviews(store: Store, settings: Settings, say: Say) -> None:
    """Accept or reject every sample, then change the mind about every third."""
    service = ReviewService(Context(store, settings, KeyFile(settings.keys, {}), {}, lambda: T0))
    turns = [(number, n) for n in (1, 2) for number in range(1, SAMPLES + 1) if n == 1 or number % 3 == 0]
    for number, turn in turns:
        verdict = ReviewState.ACCEPTED if (number + turn) % 2 else ReviewState.REJECTED
        service.decide(Principal("Ada"), service.view("p", number).sample, verdict, token=f"{number}-{turn}")
        say(f"{number}-{turn}")


def check_reviews(tx: Tx, settings: Settings, said: tuple[str, ...]) -> list[str]:
    """Every acknowledged verdict is there; a verdict, its event and the state of its sample only together."""
    logged = {row["token"]: row["verdict"] for row in tx.rows("SELECT token, verdict FROM review ORDER BY id")}
    wrong = [f"lost: {token}" for token in said if token not in logged]
    last = {int(token.split("-")[0]): f"{verdict}ed" for token, verdict in logged.items()}
    states = {row["id"]: row["review"] for row in tx.rows("SELECT id, review FROM sample")}
    if any(states[number] != last.get(number, ReviewState.PENDING) for number in states):
        wrong.append("half done: a verdict without its sample")
    if tx.value("SELECT count(*) FROM event WHERE kind LIKE 'review%'") != len(logged):
        wrong.append("half done: a verdict without its event")
    if events.broken_link(tx) is not None:
        wrong.append("damaged: the history is broken")
    return wrong


# ---- backups ----


def do_backups(store: Store, settings: Settings, say: Say) -> None:
    """Write some rows and make a backup, several times."""
    for number in range(BACKUPS):
        for row in range(3):
            with store.write() as tx:
                tx.run("INSERT INTO form_token(token, at) VALUES (?, 0)", (f"{number}-{row}",))
        made = backups.make(store, settings.backups, f"studio-{number}")
        say(f"{made.name} {3 * (number + 1)}")


def check_backups(tx: Tx, settings: Settings, said: tuple[str, ...]) -> list[str]:
    """Every acknowledged backup is there and whole, and no file has the name of a backup without being one."""
    promised = {name: int(rows) for name, rows in (line.split() for line in said)}
    there = {path.name: path for path in settings.backups.glob("*.db")}
    wrong = [f"lost: backup {name}" for name in promised if name not in there]
    if tx.value("SELECT count(*) FROM form_token") < max(promised.values(), default=0):
        wrong.append("lost: rows that were saved before a backup")
    for name, path in there.items():
        if _rows_in(path) < promised.get(name, 0):
            wrong.append(f"damaged: backup {name}")
    return wrong


def _rows_in(path: Path) -> int:
    """Rows in a backup, -1 when it is none."""
    copy = Store(path)
    try:
        with copy.read() as tx:
            sound = tx.value("PRAGMA integrity_check") == "ok"
            return int(tx.value("SELECT count(*) FROM form_token")) if sound else -1
    except (database.DatabaseError, StoreError):
        return -1
    finally:
        copy.close()


WORKS = {
    "calls": Work(plant_calls, do_calls, check_calls),
    "reviews": Work(plant_samples, do_reviews, check_reviews),
    "backups": Work(lambda tx: plant_project(tx, "p"), do_backups, check_backups),
}


def main(kind: str, home: str, bug: str) -> int:
    """The process whose system calls are recorded. It checkpoints often, so that a short record shows everything."""
    often = f"PRAGMA wal_autocheckpoint={PAGES_PER_CHECKPOINT}"
    database._PRAGMAS = (*database._PRAGMAS, often)  # type: ignore[assignment]
    settings = Settings.load({"STUDIO_HOME": home})
    acks = os.open(Path(home) / ACKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    store = Store(settings.database)

    def say(line: str) -> None:
        os.write(acks, f"{line}\n".encode())

    with BUGS[bug]():
        WORKS[kind].do(store, settings, say)
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
