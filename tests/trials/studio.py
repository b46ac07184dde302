"""A studio whose teacher is the bank, and the audit that holds its ledger against what the bank wrote down."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from core.domain.call_records import Attempt
from core.domain.money import Price
from core.domain.records import Run
from core.domain.states import AttemptState, ItemState
from core.llm import troubles
from core.llm.keys import KeyFile
from core.runs import engine as engine_module
from core.runs import pacing, sending
from core.runs.engine import Engine
from core.runs.seats import Teachers
from core.runs.writer import GroupWriter
from core.store import projects, runs
from tests.bank import Bank, Entry, Prices, running
from tests.bank.log import billed_by_call, calls, requests_by_call
from tests.bank.process import FarBank
from tests.engine.conftest import LEASE, Bench, Impatient
from tests.trials.storage_bugs import replaced

PRICES = Prices()
PRICE = Price(PRICES.input, PRICES.output, PRICES.cached or 0, source="typed in")
OTHER_TEXT = frozenset({"lone_surrogate", "nul", "choices_two"})
SEPARATOR = "\x1e"  # between several answers to one call, in what the bank writes down
SHORT_SECONDS = 0.02
SOME_TOKENS = 600


class Studio(Bench):
    """A bench with connections to banks; every run of it asks for something else than the ones before."""

    def at_bank(self, bank: Bank | FarBank, **settings: object) -> str:
        """A connection to this bank, at its prices."""
        return self.connect("openai", price=PRICE, base_url=bank.base_url, **settings)

    def new_run(self, connection: str, count: int, *, seed: int = 0, **caps: int) -> str:
        """A run that can use no stored answer: its token limit, part of every key, is its own."""
        own = SOME_TOKENS + next(self._numbers)
        return self.samples_run(connection, count, verify=False, seed=seed, max_tokens=own, **caps)

    def work(self, run_id: str) -> Run:
        """Let the engine work on the run as the worker does, but without a pause between attempts."""
        asyncio.run(self.working(run_id))
        return self.run(run_id)

    async def working(self, run_id: str, clock: Callable[[], float] | None = None) -> None:
        """The same inside a loop."""
        now = clock or (lambda: self.now)
        writer, teachers = GroupWriter(self.store), Teachers(KeyFile(self.settings.keys, os.environ))
        engine = Engine(self.store, writer, teachers, now, Impatient(), LEASE)
        try:
            run = await writer.run(lambda tx: runs.claim(tx, "trial", now(), LEASE, only=run_id))
            assert run is not None, f"nobody may have {run_id}"
            await engine.execute(run)
        finally:
            await teachers.close()
            await writer.close()

    def cap_project(self, cost: int | None, calls_most: int | None = None) -> None:
        """Caps that all runs share."""
        with self.store.write() as tx:
            (project,) = projects.page(tx)
            tx.run("UPDATE project SET cost_cap=?, call_cap=? WHERE id=?", (cost, calls_most, project.id))

    def ended(self, run_id: str) -> Counter[ItemState]:
        """How many items ended how."""
        return Counter(self.states(run_id))

    def served(self) -> dict[int, list[int]]:
        """The requests that each attempt serves, in the order of its answers."""
        with self.store.read() as tx:
            rows = tx.rows(
                "SELECT id, request_id, 0 AS position FROM attempt UNION ALL"
                " SELECT attempt_id, request_id, position FROM attempt_share ORDER BY position"
            )
        found: dict[int, list[int]] = {}
        for row in rows:
            found.setdefault(row["id"], []).append(row["request_id"])
        return found

    def replies(self) -> dict[int, str]:
        """Stored answers by request."""
        with self.store.read() as tx:
            rows = tx.rows("SELECT id, reply FROM request WHERE reply IS NOT NULL")
        return {row["id"]: row["reply"] for row in rows}


@contextmanager
def quick() -> Iterator[None]:
    """Pauses that a teacher asks for, and those between two looks, are cut short; how many there are is not."""
    with ExitStack() as stack:
        for owner, name, value in (
            (pacing, "FIRST_PAUSE", SHORT_SECONDS / 4),
            (pacing, "LONGEST_PAUSE", SHORT_SECONDS),
            (pacing, "CALM_SECONDS", 3600.0),
            (pacing, "EARLY_GROWTH_A_SECOND", 1e9),
            (troubles, "MAX_RETRY_AFTER", SHORT_SECONDS),
            (sending, "ROOM_SECONDS", SHORT_SECONDS),
            (engine_module, "BEAT_SECONDS", 0.1),
        ):
            stack.enter_context(replaced(owner, name, value))
        stack.enter_context(replaced(engine_module.log, "disabled", True))  # errors of the program are meant here
        yield


@contextmanager
def studio(pauses: Callable[[], AbstractContextManager[None]] = quick) -> Iterator[Studio]:
    """A new one in a folder of its own, with short pauses unless told otherwise."""
    with tempfile.TemporaryDirectory(prefix="studio-trial-") as folder, pauses():
        made = Studio(Path(folder))
        made.now = time.time()
        try:
            yield made
        finally:
            made.store.close()


@contextmanager
def studio_and_bank(bank: Bank) -> Iterator[tuple[Studio, Bank]]:
    """A new studio, and the bank in a thread beside it."""
    with studio() as made, running(bank):
        yield made, bank


def call_of(attempt: Attempt) -> str:
    """The id under which the bank knows it."""
    return f"{attempt.run_id}-{attempt.id}"


def audit(made: Studio, log: Sequence[Entry], rows: Sequence[Attempt] | None = None) -> list[str]:
    """Where ledger and bank disagree: about requests, money, or the answer that is stored for a request.

    `rows` are the attempts that the log is about, all of them unless given.
    """
    wrong = [f"the ledger: {line}" for line in ledger_troubles(made)]
    attempts = {call_of(attempt): attempt for attempt in (made.attempts() if rows is None else rows)}
    seen, bill = requests_by_call(log), billed_by_call(log)
    wrong += [f"{count} requests for attempt {call!r}" for call, count in seen.items() if count != 1]
    wrong += [f"a request of nobody: {call!r}" for call in seen.keys() - attempts.keys()]
    for call, attempt in attempts.items():
        left = attempt.state is not AttemptState.IN_DOUBT and attempt.error_code != "connect"
        if left and call not in seen:
            wrong.append(f"attempt {call} never reached the bank")
        if attempt.cost < bill[call] or (attempt.measured and attempt.cost != bill[call]):
            wrong.append(f"attempt {call} is booked at {attempt.cost}, billed at {bill[call]}")
    return wrong + misplaced(made, attempts, log)


def ledger_troubles(made: Studio) -> list[str]:
    """What is wrong within the ledger and the file."""
    try:
        made.check_ledger()
    except AssertionError as error:
        return [str(error) or "totals, holds or the file are not in order"]
    return []


def misplaced(made: Studio, attempts: dict[str, Attempt], log: Sequence[Entry]) -> list[str]:
    """Answers that are stored under another request than the one whose connection carried them."""
    replies, served = made.replies(), made.served()
    sent, wrong = {entry.call: entry for entry in calls(log)}, []
    for call, attempt in attempts.items():
        entry = sent.get(call)
        answered = attempt.state is AttemptState.SETTLED and not attempt.error_code
        if not answered or entry is None or entry.mode in OTHER_TEXT:
            continue
        if digest(SEPARATOR.join(replies.get(request, "") for request in served[attempt.id])) != entry.reply:
            wrong.append(f"request {attempt.request_id} holds another answer than the one it was sent")
    return wrong


def digest(text: str) -> str:
    """As the bank writes down what it said."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
