"""What the entries of the review history have to agree with: the events that were written with them.

Nothing is taken for granted of either: whoever changed a row may have left anything in it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from core.domain.review import Purpose
from core.store import bulk_verdicts, human_seeds, verdict_imports
from core.store.database import Row, Tx
from core.store.review_audit import Findings

_DEMO: Final = "demo-*"
_SINGLES: Final = (
    "SELECT r.id, r.sample_id, r.person, r.verdict, r.content_hash, r.reason, r.note, r.purpose FROM review r"
    " LEFT JOIN review b ON b.id=r.undoes WHERE r.batch='' AND r.verdict!='skip' AND r.purpose!=:seed"
    " AND r.token NOT GLOB :demo AND ifnull(b.batch, '')='' ORDER BY r.id"
)
_WORDS: Final = "review "
_ENTRY, _EVENT = 0, 1
Key = tuple[int, str, str, str]
"""(sample, person, word, content hash) of an entry and of its event."""
Rest = tuple[str, ...] | None
"""(reason, note, purpose); None where an event does not tell of them."""


def events_of_verdicts(tx: Tx) -> Findings:
    """Entries without their event, events without their entry, and those that tell different things.

    Entries and events are written together, so both come in the same order and almost nothing waits for its partner.
    """
    found, pairs = Findings(), _Pairs()
    batches: dict[str, list[Row]] = {}
    singles = tx.each(_SINGLES, {"seed": Purpose.SEED, "demo": _DEMO})
    seeds: Counter[tuple[str, float]] = Counter()
    for event in tx.each("SELECT * FROM event ORDER BY id"):
        if event["batch"]:
            if event["entity"] in {"batch", verdict_imports.ENTITY}:
                batches.setdefault(event["batch"], []).append(event)
        elif event["entity"] == "sample" and event["kind"].startswith(_WORDS):
            for entry in islice(singles, 1):
                pairs.add(_ENTRY, _key(entry), _rest(entry))
            pairs.add(_EVENT, _key_told(event), _rest_told(event))
        elif event["entity"] == "seed set" and event["kind"].endswith("human seeds"):
            seeds[event["project_id"], event["at"]] += _number(_told(event).get("examples"))
    for entry in singles:
        pairs.add(_ENTRY, _key(entry), _rest(entry))
    for row in _check_batches(tx, found, batches):
        pairs.add(_ENTRY, _key(row), None)
    pairs.tell(found)
    _check_seeds(tx, found, seeds)
    return found


class _Pairs:
    """Entries and events that wait for their partner."""

    def __init__(self) -> None:
        self._seen = 0
        self._waiting: dict[Key, tuple[list[Rest], list[Rest]]] = {}

    def add(self, side: int, key: Key, rest: Rest) -> None:
        """One more; it leaves with the first of the other side that tells the same."""
        self._seen += side == _ENTRY and rest is not None
        both = self._waiting.setdefault(key, ([], []))
        others = both[1 - side]
        partner = next((place for place, other in enumerate(others) if None in (rest, other) or rest == other), None)
        if partner is None:
            both[side].append(rest)
        else:
            del others[partner]
        if not any(both):
            del self._waiting[key]

    def tell(self, found: Findings) -> None:
        """Who waits in vain."""
        found.seen += self._seen
        for (sample, person, word, _), (entries, events) in sorted(self._waiting.items()):
            what = f"the {word} of {person} on sample {sample}"
            for _ in range(min(len(entries), len(events))):
                found.add(f"{what} has another reason, note or purpose than its event")
            for _ in entries[len(events) :]:
                found.add(f"{what} has no event")
            for _ in events[len(entries) :]:
                found.add(f"an event tells of {what}, the history does not")


def _key(entry: Row) -> Key:
    return entry["sample_id"], entry["person"], entry["verdict"], entry["content_hash"]


def _rest(entry: Row) -> Rest:
    return entry["reason"], entry["note"], entry["purpose"]


def _key_told(event: Row) -> Key:
    sample, word = event["entity_id"], event["kind"].removeprefix(_WORDS)
    return int(sample) if sample.isdecimal() else 0, event["person"], word, str(_told(event).get("hash", ""))


def _rest_told(event: Row) -> Rest:
    """Events from before purposes, and of repairs, tell of none."""
    told = _told(event)
    return (str(told.get("reason", "")), str(told.get("note", "")), str(told["purpose"])) if "purpose" in told else None


def _told(event: Row) -> Mapping[str, Any]:
    try:
        told = json.loads(event["after"] or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _number(told: object) -> int:
    return told if isinstance(told, int) and told > 0 else 0


# ---- Entries that were given as one ----


def _check_batches(tx: Tx, found: Findings, told: Mapping[str, list[Row]]) -> Iterator[Row]:
    """Counts and hashes of each batch; entries that took a part of one back singly have events of their own."""
    known = [row["batch"] for row in tx.rows("SELECT DISTINCT batch FROM review WHERE batch<>''")]
    for batch in dict.fromkeys([*known, *told]):
        own = told.get(batch, [])
        given = [event for event in own if event["kind"] not in {"review undo", verdict_imports.BACK}]
        taken = [event for event in own if event["kind"] in {"review undo", verdict_imports.BACK}]
        rest = _consumed(found, batch, given, _rows(tx, batch))
        for _ in rest:
            found.add(f"an entry of {batch!r} is in no event")
        yield from _consumed(found, batch, taken, _undoing(tx, batch))


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


def _consumed(found: Findings, batch: str, told: list[Row], rows: Iterator[Row]) -> Iterator[Row]:
    """What is left of the rows once each event has had as many as it tells of, and as it tells of them."""
    for event in told:
        after = _told(event)
        count = _number(after.get("count"))
        own = list(islice(rows, count))
        found.seen += len(own)
        if len(own) < count:
            found.add(f"event {event['id']} tells of {count:,} entries of {batch!r}, there are {len(own):,}")
        elif not _are_told(event, after, own):
            found.add(f"the entries of {batch!r} are not those of event {event['id']}")
    return rows


def _are_told(event: Row, after: Mapping[str, Any], rows: list[Row]) -> bool:
    if event["entity"] == verdict_imports.ENTITY:
        return verdict_imports.digest_of(rows)[1] == after.get("sha256")
    said = {(row["person"], f"{_WORDS}{row['verdict']}") for row in rows}
    texts = bulk_verdicts.fingerprint((row["sample_id"], row["content_hash"]) for row in rows)
    return said <= {(event["person"], event["kind"])} and texts == after.get("sha256")


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
