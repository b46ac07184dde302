"""Seed examples that people put among the samples of their project, set by set in whole statements."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from core.domain.naming import content_hash
from core.domain.review import Purpose, shuffled
from core.domain.seeds import SeedExample, SeedSet
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.store.database import Tx

TOKEN = "human-seeds"  # noqa: S105 - how the tokens of these review entries begin
_OF_SET = (
    "s.project_id=:project AND s.strategy='human' AND s.seed_example_id IN"
    " (SELECT id FROM seed_example WHERE set_id=:set)"
)
_OWN_WORD = (  # of `standing`: a person's verdict on the present text, which no word for the whole set moves
    "EXISTS (SELECT 1 FROM review r WHERE r.sample_id=s.id AND r.content_hash=s.content_hash AND r.verdict IN"
    " ('accept', 'reject') AND r.purpose NOT IN ('seed', 'gold')"
    " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id))"
)
_LAST_REASON = "(SELECT r.reason FROM review r WHERE r.sample_id=s.id AND r.purpose='seed' ORDER BY r.id DESC LIMIT 1)"


def answered(tx: Tx, set_id: int) -> list[int]:
    """Ids of the examples that have an answer, in the order of the set."""
    rows = tx.rows("SELECT id FROM seed_example WHERE set_id=? AND answer!='' ORDER BY position", (set_id,))
    return [row["id"] for row in rows]


def standing(tx: Tx, project_id: str, set_id: int) -> dict[str, int]:
    """Review state -> number of the samples that were made of examples of the set."""
    rows = tx.rows(
        f"SELECT s.review, count(*) AS n FROM sample s WHERE {_OF_SET} GROUP BY s.review",  # noqa: S608 - a constant
        {"project": project_id, "set": set_id},
    )
    return {row["review"]: row["n"] for row in rows}


def known(tx: Tx, project_id: str, set_id: int) -> dict[int, int]:
    """Example -> its sample."""
    rows = tx.rows(
        f"SELECT s.seed_example_id, s.id FROM sample s WHERE {_OF_SET}",  # noqa: S608 - a constant
        {"project": project_id, "set": set_id},
    )
    return {row["seed_example_id"]: row["id"] for row in rows}


def withdrawn(tx: Tx, project_id: str, set_id: int, reason: str) -> set[int]:
    """Samples that are rejected because the set was, for this reason, and of which nobody gave a word of their own."""
    rows = tx.rows(
        f"SELECT s.id FROM sample s WHERE {_OF_SET} AND s.review='rejected' AND NOT {_OWN_WORD}"  # noqa: S608
        f" AND {_LAST_REASON}=:reason",
        {"project": project_id, "set": set_id, "reason": reason},
    )
    return {row["id"] for row in rows}


def wanted(tx: Tx, project_id: str, set_id: int) -> list[int]:
    """Samples made of examples of the set that are not rejected and of which nobody said anything on their own."""
    rows = tx.rows(
        f"SELECT s.id FROM sample s WHERE {_OF_SET} AND s.review!='rejected' AND NOT {_OWN_WORD}",  # noqa: S608
        {"project": project_id, "set": set_id},
    )
    return [row["id"] for row in rows]


def human_and_generated(tx: Tx, project_id: str) -> tuple[int, int]:
    """Accepted human seeds, and accepted samples that teachers made."""
    row = tx.row(
        "SELECT ifnull(sum(iif(strategy='human', n, 0)), 0) AS human, ifnull(sum(iif(origin='model', n, 0)), 0)"
        " AS generated FROM tally WHERE project_id=? AND preview=0 AND review='accepted'",
        (project_id,),
    )
    assert row is not None
    return row["human"], row["generated"]


def insert(tx: Tx, chosen: SeedSet, examples: Sequence[SeedExample], person: str, at: float) -> list[int]:
    """Samples of these examples, pending, with their first revision; their ids."""
    tx.many(
        "INSERT INTO sample(project_id, origin, strategy, lineage, question, answer, content_hash, verification,"
        " review, created_at, seed_example_id, shuffle) VALUES (?,?,?,?,?,?,?,'generated','pending_review',?,?,?)",
        [_row(chosen, example, at) for example in examples],
    )
    ids = json.dumps([example.id for example in examples])
    tx.run(
        "INSERT INTO revision(sample_id, n, question, answer, content_hash, person, at) SELECT id, 1, question, answer,"
        " content_hash, ?, ? FROM sample WHERE project_id=? AND strategy='human' AND seed_example_id IN"
        " (SELECT value FROM json_each(?))",
        (person, at, chosen.project_id, ids),
    )
    rows = tx.rows(
        "SELECT id FROM sample WHERE project_id=? AND strategy='human' AND seed_example_id IN"
        " (SELECT value FROM json_each(?))",
        (chosen.project_id, ids),
    )
    return [row["id"] for row in rows]


def _row(chosen: SeedSet, example: SeedExample, at: float) -> tuple[object, ...]:
    lineage = {
        "strategy": Strategy.HUMAN.value,
        "seed_set": chosen.id,
        "seed_set_name": chosen.label,
        "task_type": chosen.task_type.value,
        "seed_example": example.id,
        "seed_position": example.position,
        "seed_question": example.prompt,
    }
    digest = content_hash(example.prompt, example.answer, ())
    told = json.dumps(lineage, ensure_ascii=False)
    texts = (told, example.prompt, example.answer, digest)
    return (chosen.project_id, Origin.PERSON.value, Strategy.HUMAN.value, *texts, at, example.id, shuffled(digest))


def judge(
    tx: Tx, ids: Collection[int], state: ReviewState, person: str, at: float, *, token: str, reason: str = ""
) -> None:
    """Give all of them this verdict, with an entry in the review history of each."""
    verdict = {ReviewState.ACCEPTED: "accept", ReviewState.REJECTED: "reject"}[state]
    told = {"ids": json.dumps(sorted(ids)), "token": f"{TOKEN}:{token}:", "person": person, "at": at}
    tx.run(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, reason, before, at, purpose)"
        " SELECT :token || id, project_id, id, content_hash, :person, :verdict, :reason, json_object('revision',"
        " revision, 'verification', verification, 'review', review), :at, :purpose FROM sample WHERE id IN"
        " (SELECT value FROM json_each(:ids)) ORDER BY id",
        {**told, "verdict": verdict, "reason": reason, "purpose": Purpose.SEED},
    )
    tx.run(
        "UPDATE sample SET review=:state, version=version+1 WHERE id IN (SELECT value FROM json_each(:ids))",
        {"state": state, "ids": told["ids"]},
    )
