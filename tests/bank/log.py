"""What the bank wrote down, and the questions that a test asks about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tests.bank.billing import Usage

CHAT = "POST /v1/chat/completions"
BATCH_LINE = "batch line"
PLAIN = frozenset({"ok", "slow"})


@dataclass(slots=True)
class Entry:
    """One request, written when it arrived and filled in when it was answered.

    `call` is the client's own id of the attempt, `key` the last four characters of its key, `body` and `reply` are
    SHA-256. Tokens and `billed` (nano-dollars) are what the bank charges, whatever the answer said. `answered` tells
    how much of the answer was written: none, partial or full; `finished` when its last byte was. Lines of a `batch`
    carry their custom_id as `call`, and count as answered when the file with their answers was fetched.
    """

    number: int
    arrived: float
    route: str
    call: str = ""
    key: str = ""
    body: str = ""
    model: str = ""
    n: int = 1
    mode: str = "ok"
    batch: str = ""
    answered: str = "none"
    status: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    billed: int = 0
    reply: str = ""
    finished: float | None = None

    def bill(self, usage: Usage, amount: int) -> None:
        """An answer was computed: it is paid for, whether or not it arrives."""
        self.prompt_tokens, self.completion_tokens = usage.prompt, usage.completion
        self.cached_tokens, self.reasoning_tokens = usage.cached, usage.reasoning
        self.billed = amount

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(field.name for field in fields(Entry))


def read(path: Path) -> list[Entry]:
    """The log from its file: each request stands there when it arrived and once more when it ended."""
    latest: dict[int, Entry] = {}
    for line in path.read_text().splitlines():
        entry = Entry(**json.loads(line))
        latest[entry.number] = entry
    return [latest[number] for number in sorted(latest)]


def calls(log: Iterable[Entry]) -> list[Entry]:
    """Requests for a completion, lines of batches included."""
    return [entry for entry in log if entry.route in {CHAT, BATCH_LINE}]


def requests_by_call(log: Iterable[Entry]) -> Counter[str]:
    """How many requests carried each id; more than one means that somebody retried behind the ledger's back."""
    return Counter(entry.call for entry in calls(log))


def requests_by_body(log: Iterable[Entry]) -> Counter[str]:
    """How often each body was sent."""
    return Counter(entry.body for entry in calls(log))


def answered_plainly(entry: Entry) -> bool:
    """A good answer left in full: a client that was alive can have stored it."""
    return entry.answered == "full" and entry.status == 200 and entry.mode in PLAIN


def paid_again(log: Iterable[Entry], good: Callable[[Entry], bool] = answered_plainly) -> dict[str, list[Entry]]:
    """Bodies that were answered well more than once, with those entries."""
    found: dict[str, list[Entry]] = {}
    for entry in calls(log):
        if good(entry):
            found.setdefault(entry.body, []).append(entry)
    return {body: entries for body, entries in found.items() if len(entries) > 1}


def billed_by_call(log: Iterable[Entry]) -> Counter[str]:
    """Nano-dollars by the client's id of the attempt."""
    bill: Counter[str] = Counter()
    for entry in calls(log):
        bill[entry.call] += entry.billed
    return bill


def totals(log: Sequence[Entry]) -> dict[str, Any]:
    """Sums over the requests for completions; times are seconds since the epoch, None while there are none."""
    listed = calls(log)
    ended = [entry.finished for entry in listed if entry.finished is not None]
    sums = {
        name: sum(getattr(entry, name) for entry in listed)
        for name in ("billed", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")
    }
    return {
        "requests": len(listed),
        **sums,
        "answered": dict(Counter(entry.answered for entry in listed)),
        "modes": dict(Counter(entry.mode for entry in listed)),
        "statuses": {str(status): count for status, count in Counter(entry.status for entry in listed).items()},
        "first_arrival": min((entry.arrived for entry in listed), default=None),
        "last_answer": max(ended, default=None),
        "most_at_once": most_at_once(listed),
    }


def most_at_once(log: Iterable[Entry]) -> int:
    """The largest number of requests that were waiting for their answer at one time; no lines of batches."""
    single = [entry for entry in log if entry.route == CHAT]
    moves = [(entry.arrived, 1) for entry in single]
    moves += [(entry.finished, -1) for entry in single if entry.finished is not None]
    waiting = most = 0
    for _, step in sorted(moves):
        waiting += step
        most = max(most, waiting)
    return most
