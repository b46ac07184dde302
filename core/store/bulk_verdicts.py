"""Verdicts given as one and taken back as one: whole statements over many samples, never row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from core.domain.records import Review
from core.domain.review import SHUFFLE_RANGE, VERDICTS, Entry, ReviewPlan
from core.domain.states import ReviewState
from core.store import queues, reviews, samples
from core.store.database import Tx

_BEFORE = "json_object('revision', s.revision, 'verification', s.verification, 'review', s.review)"
_STANDS = (  # of `standing`: some verdict on the present text that was not taken back
    "EXISTS (SELECT 1 FROM review o WHERE o.sample_id=s.id AND o.content_hash=s.content_hash"
    " AND o.verdict IN ('accept', 'reject') AND o.purpose!='gold'"
    " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=o.id))"
)


def fingerprint(texts: Iterable[tuple[int, str]]) -> str:
    """SHA-256 over the lines "id hash" of these samples, by id: says which texts are meant."""
    lines = "".join(f"{sample_id} {digest}\n" for sample_id, digest in sorted(texts))
    return hashlib.sha256(lines.encode()).hexdigest()


def judge(
    tx: Tx, project_id: str, texts: Mapping[int, str], person: str, entry: Entry, plan: ReviewPlan, at: float
) -> list[tuple[int, str]]:
    """Give one verdict to all these texts (sample id -> hash) that are still there, pending and no gold items.

    What somebody else has in hand is left to them. The samples and hashes that got it. The rules are those of
    `reviews.settle` for a text without any verdict.
    """
    since = _last(tx)
    tx.run(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, reason, note, before, at,"  # noqa: S608 - a constant
        " purpose, batch)"
        f" SELECT :batch || ':' || s.id, s.project_id, s.id, s.content_hash, :person, :word, :reason, :note, {_BEFORE},"
        " :at, :purpose, :batch FROM json_each(:texts) t CROSS JOIN sample s ON s.id=CAST(t.key AS INTEGER)"
        " WHERE s.project_id=:project AND s.content_hash=t.value AND s.review='pending_review' AND s.preview=0"
        " AND NOT EXISTS (SELECT 1 FROM gold g WHERE g.sample_id=s.id AND g.content_hash=s.content_hash"
        " AND NOT g.removed) AND NOT EXISTS (SELECT 1 FROM review_lease l WHERE l.sample_id=s.id AND l.person!=:person"
        f" AND {queues.HELD})",
        {
            **{name: value for name, value in asdict(entry).items() if name != "undoes"},
            "person": person,
            "at": at,
            "texts": json.dumps(texts),
            "project": project_id,
        },
    )
    tx.run(
        "UPDATE sample SET review=:state, version=version+1,"
        " second=((shuffle * 48271) % :modulus < :bound)"  # as `is_seconded` draws
        " WHERE id IN (SELECT sample_id FROM review WHERE id>:since)",
        {
            "state": VERDICTS[entry.word],
            "modulus": SHUFFLE_RANGE - 1,
            "bound": plan.second_share * SHUFFLE_RANGE,
            "since": since,
        },
    )
    return _since(tx, since)


def is_taken_back(tx: Tx, batch: str) -> bool:
    """Was this batch taken back, or begun to be? That goes from its first verdict on."""
    return (
        tx.row("SELECT 1 FROM review WHERE undoes=(SELECT min(id) FROM review WHERE batch=? AND batch!='')", (batch,))
        is not None
    )


def left(tx: Tx, batch: str) -> int:
    """How many verdicts of it stand."""
    return int(
        tx.value(
            "SELECT count(*) FROM review r WHERE batch=? AND batch!='' AND verdict!='undo'"
            " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id)",
            (batch,),
        )
    )


def half_taken(tx: Tx, project_id: str, person: str) -> str | None:
    """The person's newest bulk verdict of which the first one is taken back and the last one stands.

    Reads the ends of each batch, however large they are.
    """
    row = tx.row(
        "WITH RECURSIVE told(batch) AS (SELECT min(batch) FROM review WHERE batch>='bulk-' AND batch<'bulk.'"
        " AND batch!='' UNION ALL SELECT (SELECT min(batch) FROM review WHERE batch>told.batch AND batch<'bulk.'"
        " AND batch!='') FROM told WHERE told.batch IS NOT NULL), ends AS (SELECT batch,"
        " (SELECT min(id) FROM review r WHERE r.batch=told.batch AND r.batch!='') AS first,"
        " (SELECT max(id) FROM review r WHERE r.batch=told.batch AND r.batch!='') AS last FROM told)"
        " SELECT ends.batch FROM ends JOIN review r ON r.id=ends.first WHERE r.project_id=? AND r.person=?"
        " AND EXISTS (SELECT 1 FROM review u WHERE u.undoes=ends.first)"
        " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=ends.last) ORDER BY ends.first DESC",
        (project_id, person),
    )
    return row["batch"] if row else None


def size(tx: Tx, batch: str) -> int:
    """How many verdicts were given in it."""
    return int(tx.value("SELECT count(*) FROM review WHERE batch=? AND batch!='' AND verdict!='undo'", (batch,)))


def first(tx: Tx, project_id: str, batch: str) -> Review | None:
    """The first verdict of it."""
    row = tx.row(
        "SELECT * FROM review WHERE batch=? AND batch!='' AND project_id=? ORDER BY id LIMIT 1", (batch, project_id)
    )
    return Review.model_validate(row) if row else None


def first_standing(tx: Tx, batch: str, since: int = 0) -> int | None:
    """The oldest verdict of the batch that stands, from entry `since` on; what is taken back never stands again."""
    found = tx.value(
        "SELECT id FROM review r WHERE batch=? AND batch!='' AND id>=? AND verdict!='undo'"
        " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id) ORDER BY id LIMIT 1",
        (batch, since),
    )
    return None if found is None else int(found)


def take_back(
    tx: Tx, batch: str, person: str, token: str, plan: ReviewPlan, at: float, first: int, most: int
) -> list[tuple[int, str]]:
    """Take back `most` of the batch's verdicts from entry `first` on; the samples with the hashes they have now.

    The first entry carries the token, unless an earlier slice has it. A sample without another verdict on its present
    text is pending again; of the others the state follows from what stands.
    """
    since = _last(tx)
    tx.run(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, before, undoes, at)"  # noqa: S608 - a constant
        " SELECT iif(row_number() OVER (ORDER BY r.id)=1 AND NOT EXISTS (SELECT 1 FROM review WHERE token=:token),"
        " :token, :token || '.' || r.id), s.project_id, s.id,"
        f" s.content_hash, :person, 'undo', {_BEFORE}, r.id, :at FROM (SELECT * FROM review r WHERE batch=:batch"
        " AND batch!='' AND id>=:first AND verdict!='undo' AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id)"
        " ORDER BY id LIMIT :most) r JOIN sample s ON s.id=r.sample_id ORDER BY r.id",
        {"token": token, "person": person, "batch": batch, "at": at, "first": first, "most": most},
    )
    others = tx.rows(
        "SELECT s.id FROM review r JOIN sample s ON s.id=r.sample_id"  # noqa: S608 - a constant
        f" WHERE r.id>? AND {_STANDS} ORDER BY s.id",
        (since,),
    )
    tx.run(
        "UPDATE sample AS s SET review=:pending, second=0, version=version+1"  # noqa: S608 - a constant
        f" WHERE id IN (SELECT sample_id FROM review WHERE id>:since) AND NOT {_STANDS}",
        {"pending": ReviewState.PENDING, "since": since},
    )
    for sample in samples.by_ids(tx, [row["id"] for row in others]):
        reviews.settle(tx, sample, plan)
    return _since(tx, since)


def _last(tx: Tx) -> int:
    return int(tx.value("SELECT ifnull(max(id), 0) FROM review"))


def _since(tx: Tx, since: int) -> list[tuple[int, str]]:
    rows = tx.each("SELECT sample_id, content_hash FROM review WHERE id>? ORDER BY sample_id", (since,))
    return [(row["sample_id"], row["content_hash"]) for row in rows]
