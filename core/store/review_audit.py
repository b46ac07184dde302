"""What the review history has to agree with: states, texts, events. Each check is one pass over what it reads.

A finding is a text that names the place; `Findings` keeps the first few and counts all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from core.domain.naming import content_hash
from core.domain.records import Review
from core.domain.review import Purpose, standing, state_of
from core.store import bulk_verdicts, events, human_seeds, review_marks, standings, verdict_imports
from core.store.database import Row, Tx
from core.store.review_marks import Shares

_KEPT: Final = 5
_DEMO: Final = "demo-*"
Key = tuple[int, str, str, str]
"""(sample, person, word, content hash) of an entry and of its event."""


@dataclass(slots=True)
class Findings:
    """The first few places where something is wrong, how many there are, and how much was looked at."""

    seen: int = 0
    wrong: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """One more."""
        self.wrong += 1
        if len(self.places) < _KEPT:
            self.places.append(place)


# ---- States and texts ----

_TEXTS = (
    f"SELECT {review_marks.COLUMNS}, s.review, s.history, s.revision, d.first_by, r.n, r.question, r.answer,"  # noqa: S608
    " r.content_hash, s.question IS NOT r.question OR s.answer IS NOT r.answer OR s.content_hash IS NOT r.content_hash"
    " AS differs FROM sample s LEFT JOIN second_due d ON d.sample_id=s.id"
    " LEFT JOIN revision r ON r.sample_id=s.id ORDER BY s.id, r.n"
)


def states_and_texts(tx: Tx) -> tuple[Findings, Findings, Findings]:
    """(samples whose state does not follow from their history, those whose flag or second verdict does not, texts that
    do not have their hash or are not there)."""
    states, marks, texts = Findings(), Findings(), Findings()
    drawn = review_marks.shares(tx)
    histories = _Histories(standings.each_history(tx))
    last: tuple[int, int] = (0, 0)
    for row in tx.each(_TEXTS):
        if row["id"] != last[0]:
            history = histories.of(row["id"])
            _check_state(states, row, history)
            _check_marks(marks, row, history, drawn[row["project_id"]])
        last = (row["id"], row["revision"])
        _check_text(texts, row)
    return states, marks, texts


class _Histories:
    """Walks along the histories while somebody walks along the samples, both by id."""

    def __init__(self, found: Iterator[tuple[int, list[Review]]]) -> None:
        self._found = found
        self._next = next(found, None)

    def of(self, sample_id: int) -> list[Review]:
        """The history of this sample; ask in ascending order."""
        while self._next and self._next[0] < sample_id:
            self._next = next(self._found, None)
        return self._next[1] if self._next and self._next[0] == sample_id else []


def _check_state(found: Findings, row: Row, history: list[Review]) -> None:
    found.seen += 1
    state = state_of(standing(history, row["present"])) if history else "pending_review"
    if state != row["review"]:
        found.add(f"sample {row['id']} is {_plain(row['review'])}, its history says {_plain(state)}")


def _check_marks(found: Findings, row: Row, history: list[Review], drawn: Shares) -> None:
    found.seen += 1
    for place in review_marks.wrong(row, history, drawn):
        found.add(place)


def _check_text(found: Findings, row: Row) -> None:
    found.seen += 1
    name = f"sample {row['id']}"
    if row["n"] is None:
        found.add(f"{name} has no text on record")
        return
    history = json.loads(row["history"]) if row["history"] != "[]" else ()
    if content_hash(row["question"], row["answer"], history) != row["content_hash"]:
        found.add(f"text {row['n']} of {name} does not have its hash")
    if row["n"] == row["revision"] and row["differs"]:
        found.add(f"{name} does not show its text {row['n']}")


def _plain(state: str) -> str:
    return state.replace("_review", "").replace("_", " ")


# ---- Events ----

_SINGLES = (
    "SELECT r.id, r.sample_id, r.person, r.verdict, r.content_hash FROM review r LEFT JOIN review b ON b.id=r.undoes"
    " WHERE r.batch='' AND r.verdict!='skip' AND r.purpose!=:seed AND r.token NOT GLOB :demo"
    " AND ifnull(b.batch, '')='' ORDER BY r.id"
)
_WORDS = "review "


def events_of_verdicts(tx: Tx) -> tuple[Findings, int | None]:
    """(entries without their event and events without their entry, the first event that breaks the chain).

    Entries and events are written together, so both come in the same order and almost nothing waits for its partner.
    """
    found, chain = Findings(), events.Chain()
    waiting: Counter[Key] = Counter()
    batches: dict[str, list[Mapping[str, Any]]] = {}
    singles = tx.each(_SINGLES, {"seed": Purpose.SEED, "demo": _DEMO})
    seeds: Counter[tuple[str, float]] = Counter()
    for event in tx.each("SELECT * FROM event ORDER BY id"):
        chain.check(event)
        if event["batch"]:
            if event["entity"] in {"batch", verdict_imports.ENTITY}:
                batches.setdefault(event["batch"], []).append(event)
        elif event["entity"] == "sample" and event["kind"].startswith(_WORDS):
            waiting = _paired(found, waiting, event, next(singles, None))
        elif event["entity"] == "seed set" and event["kind"].endswith("human seeds"):
            seeds[event["project_id"], event["at"]] += json.loads(event["after"])["examples"]
    for entry in singles:
        found.seen += 1
        _count(waiting, _key(entry), 1)
    for key in _check_batches(tx, found, batches):
        _count(waiting, key, 1)
    _tell(found, waiting)
    _check_seeds(tx, found, seeds)
    return found, chain.broken


def _paired(found: Findings, waiting: Counter[Key], event: Row, entry: Row | None) -> Counter[Key]:
    if entry:
        found.seen += 1
        _count(waiting, _key(entry), 1)
    told = json.loads(event["after"] or "{}")
    word = event["kind"].removeprefix(_WORDS)
    _count(waiting, (int(event["entity_id"]), event["person"], word, str(told.get("hash", ""))), -1)
    return waiting


def _key(entry: Row) -> Key:
    return entry["sample_id"], entry["person"], entry["verdict"], entry["content_hash"]


def _count(waiting: Counter[Key], key: Key, number: int) -> None:
    waiting[key] += number
    if not waiting[key]:
        del waiting[key]


def _tell(found: Findings, waiting: Counter[Key]) -> None:
    for (sample, person, word, _), number in sorted(waiting.items()):
        for _ in range(abs(number)):
            if number > 0:
                found.add(f"the {word} of {person} on sample {sample} has no event")
            else:
                found.add(f"an event tells of the {word} of {person} on sample {sample}, the history does not")


# ---- Entries that were given as one ----


def _check_batches(tx: Tx, found: Findings, told: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[Key]:
    """Counts and hashes of each batch; entries that took a part of one back singly have events of their own."""
    known = [row["batch"] for row in tx.rows("SELECT DISTINCT batch FROM review WHERE batch<>''")]
    for batch in dict.fromkeys([*known, *told]):
        own = told.get(batch, [])
        given = [event for event in own if event["kind"] not in {"review undo", verdict_imports.BACK}]
        taken = [event for event in own if event["kind"] in {"review undo", verdict_imports.BACK}]
        rest = _consumed(found, batch, given, _rows(tx, batch))
        for _ in rest:
            found.add(f"an entry of {batch!r} is in no event")
        yield from (_key(row) for row in _consumed(found, batch, taken, _undoing(tx, batch)))


def _rows(tx: Tx, batch: str) -> Iterator[Row]:
    return tx.each(
        "SELECT token, sample_id, content_hash, person, verdict FROM review WHERE batch=? AND batch<>''"
        " AND verdict!='undo' ORDER BY id",
        (batch,),
    )


def _undoing(tx: Tx, batch: str) -> Iterator[Row]:
    return tx.each(
        "SELECT u.token, u.sample_id, u.content_hash, u.person, u.verdict FROM review r JOIN review u ON u.undoes=r.id"
        " WHERE r.batch=? AND r.batch<>'' ORDER BY u.id",
        (batch,),
    )


def _consumed(found: Findings, batch: str, told: list[Mapping[str, Any]], rows: Iterator[Row]) -> Iterator[Row]:
    """What is left of the rows once each event has had as many as it tells of, with the hash that it tells."""
    for event in told:
        after = json.loads(event["after"])
        own = list(islice(rows, after["count"]))
        found.seen += len(own)
        if len(own) < after["count"]:
            found.add(f"event {event['id']} tells of {after['count']:,} entries of {batch!r}, there are {len(own):,}")
        elif _hash_of(event, own) != after["sha256"]:
            found.add(f"the entries of {batch!r} are not those of event {event['id']}")
    return rows


def _hash_of(event: Mapping[str, Any], rows: list[Row]) -> str:
    if event["entity"] == verdict_imports.ENTITY:
        return verdict_imports.digest_of(rows)[1]
    return bulk_verdicts.fingerprint((row["sample_id"], row["content_hash"]) for row in rows)


def _check_seeds(tx: Tx, found: Findings, told: Counter[tuple[str, float]]) -> None:
    """Human seeds are put in and taken back set by set: the event tells how many."""
    rows = tx.rows(
        "SELECT project_id, at, count(*) AS n FROM review WHERE purpose=? AND token GLOB ? GROUP BY 1, 2",
        (Purpose.SEED, f"{human_seeds.TOKEN}:*"),
    )
    given = Counter({(row["project_id"], row["at"]): row["n"] for row in rows})
    found.seen += given.total()
    for project, at in given.keys() | told.keys():
        if given[project, at] != told[project, at]:
            entries, events_tell = given[project, at], told[project, at]
            found.add(f"{entries:,} entries of human seeds in project {project}, the event tells of {events_tell:,}")
