"""D2: writers killed without warning at random moments lose nothing that they were told is saved."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from core.store.database import Store
from core.store.migrations import migrate
from tests.trials.apart import apart, tell
from tests.trials.storage_bugs import BUGS
from tests.trials.trial import Outcome, Trial

ROUNDS = 200
ROUNDS_PER_FILE = 40
ACCOUNTS, SUM = 6, 6_000
LAST_KILL_SECONDS = 0.12
ACK_BYTES = 4
SCHEMA = (
    "CREATE TABLE account(id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT",
    """CREATE TABLE entry(round INTEGER, writer INTEGER, n INTEGER, source INTEGER NOT NULL, target INTEGER NOT NULL,
    amount INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (round, writer, n)) STRICT""",
)


def make(path: Path) -> None:
    """Accounts that hold `SUM` together, and no entry."""
    store = Store(path)
    migrate(store)
    with store.write() as tx:
        for sql in SCHEMA:
            tx.run(sql)
        tx.many("INSERT INTO account VALUES (?, ?)", [(n, SUM // ACCOUNTS) for n in range(ACCOUNTS)])
    store.close()


def save(store: Store, place: tuple[int, int], n: int, move: tuple[int, int, int, str]) -> None:
    """Move an amount from a source to a target, together with its entry."""
    source, target, amount, _ = move
    with store.write() as tx:
        tx.run("UPDATE account SET amount=amount-? WHERE id=?", (amount, source))
        tx.run("INSERT INTO entry VALUES (?,?,?,?,?,?,?)", (*place, n, *move))
        tx.run("UPDATE account SET amount=amount+? WHERE id=?", (amount, target))


def write(path: Path, place: tuple[int, int], told: int) -> None:
    """Save entries for ever; say the number of each once it is saved."""
    rng, store = Random(f"{place}"), Store(path)
    for n in range(1_000_000):
        source, target = rng.sample(range(ACCOUNTS), 2)
        save(store, place, n, (source, target, rng.randint(1, 50), "x" * rng.choice((10, 10, 200, 9_000))))
        os.write(told, n.to_bytes(ACK_BYTES, "big"))


class Writer:
    """A process of its own that writes and says what is saved."""

    def __init__(self, path: Path, place: tuple[int, int]) -> None:
        self.place = place
        self._told, saying = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            try:
                write(path, place, saying)
            finally:
                os._exit(1)
        os.close(saying)

    def kill(self) -> bool:
        """End it where it stands; False when it had ended by itself."""
        os.kill(self._pid, signal.SIGKILL)
        return os.WIFSIGNALED(os.waitpid(self._pid, 0)[1])

    def saved(self) -> int:
        """How many entries it was told are saved; to be asked once, after its end."""
        with open(self._told, "rb") as pipe:  # noqa: PTH123 - a descriptor
            return len(pipe.read()) // ACK_BYTES


def kill_all(path: Path, number: int, rng: Random) -> tuple[dict[tuple[int, int], int], list[str]]:
    """One round: place -> entries that its writer was told are saved, and what went wrong."""
    writers = [Writer(path, (number, n)) for n in range(rng.randint(2, 4))]
    wrong = []
    for writer in writers:
        time.sleep(rng.uniform(0.005, LAST_KILL_SECONDS / len(writers)))
        if not writer.kill():
            wrong.append(f"round {number}: a writer gave up")
    return {writer.place: writer.saved() for writer in writers}, wrong


def broken(path: Path, saved: dict[tuple[int, int], int]) -> list[str]:
    """What is not as promised in the file that the writers left behind."""
    wrong, store = [], Store(path)
    with store.read() as tx:
        found = str(tx.value("PRAGMA integrity_check"))
        if found != "ok":
            wrong.append(found)
        for place, count in saved.items():
            there = tx.value("SELECT count(*) FROM entry WHERE round=? AND writer=? AND n<?", (*place, count))
            if there != count:
                wrong.append(f"round {place[0]}: {count - there} of {count} saved entries are lost")
        if tx.value("SELECT sum(amount) FROM account") != SUM:
            wrong.append("an amount left one account and did not reach the other")
        moved = tx.rows(
            "SELECT id FROM account WHERE amount != ? - (SELECT total(amount) FROM entry WHERE source=id)"
            " + (SELECT total(amount) FROM entry WHERE target=id)",
            (SUM // ACCOUNTS,),
        )
        if moved:
            wrong.append("the accounts are not what the entries say")
    store.close()
    return wrong


def rounds(bug: str, count: int, seed: int) -> Outcome:
    """So many rounds; must run in a process with one thread, because it forks."""
    rng, failures, acks, notes = Random(seed), 0, 0, []
    with tempfile.TemporaryDirectory(prefix="studio-kills-") as folder:
        for number in range(count):
            path = Path(folder) / f"{number // ROUNDS_PER_FILE}.db"
            if number % ROUNDS_PER_FILE == 0:
                make(path)
            with BUGS[bug]():
                saved, wrong = kill_all(path, number, rng)
            wrong += broken(path, saved)
            acks += sum(saved.values())
            failures += bool(wrong)
            notes += wrong
    return Outcome(count, failures, (f"{count} rounds, {acks:,} entries were said to be saved", *notes[:5]))


def main(bug: str, count: str, seed: str) -> int:
    """The process of the trial."""
    tell(rounds(bug, int(count), int(seed)))
    return 0


TRIALS = [
    Trial(
        "D2",
        "Writers killed at random moments lose nothing that was saved",
        lambda scale: apart("tests.trials.kills", "none", ROUNDS * scale, scale),
        "three of four transactions wait for a later COMMIT",
        lambda: apart("tests.trials.kills", "late", 5, 1),
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
