"""The append-only history of what people said of samples; the state of a sample follows from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from core.domain.records import Review, Sample
from core.domain.review import Entry, ReviewPlan, second_due, standing, state_of
from core.store import gold, repair_wishes, samples
from core.store.database import Tx


def log(tx: Tx, sample: Sample, token: str, person: str, entry: Entry, at: float) -> int:
    """Append to the history; a used token raises IntegrityError."""
    before = {"revision": sample.revision, "verification": sample.verification, "review": sample.review}
    return tx.insert(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, reason, note, before, undoes,"
        " at, purpose, batch) VALUES (:token,:project,:sample,:hash,:person,:word,:reason,:note,:before,:undoes,:at,"
        ":purpose,:batch)",
        {
            **asdict(entry),
            "token": token,
            "project": sample.project_id,
            "sample": sample.id,
            "hash": sample.content_hash,
            "person": person,
            "before": json.dumps(before),
            "at": at,
        },
    )


def has_token(tx: Tx, token: str) -> bool:
    """Was this press already counted?"""
    return tx.row("SELECT 1 FROM review WHERE token=?", (token,)) is not None


def taken_back(tx: Tx, token: str) -> Review | None:
    """The entry that this press took back, if it was counted already."""
    row = tx.row("SELECT r.* FROM review u JOIN review r ON r.id=u.undoes WHERE u.token=?", (token,))
    return Review.model_validate(row) if row else None


def last(tx: Tx, project_id: str, person: str) -> Review | None:
    """The newest entry of the person that can be taken back and was not.

    Human seeds are taken back set by set, imported verdicts file by file.
    """
    row = tx.row(
        "SELECT * FROM review r WHERE project_id=? AND person=? AND verdict!='undo' "
        " AND purpose NOT IN ('seed', 'import') AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id)"
        " ORDER BY id DESC LIMIT 1",
        (project_id, person),
    )
    return Review.model_validate(row) if row else None


def of_sample(tx: Tx, sample_id: int) -> list[Review]:
    """The history of one sample, oldest first."""
    rows = tx.rows("SELECT * FROM review WHERE sample_id=? ORDER BY id", (sample_id,))
    return [Review.model_validate(row) for row in rows]


def of_samples(tx: Tx, ids: Sequence[int]) -> dict[int, list[Review]]:
    """Sample id -> its history, oldest first."""
    rows = tx.rows(
        "SELECT * FROM review WHERE sample_id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(list(ids)),)
    )
    entries = [Review.model_validate(row) for row in rows]
    return {sample: [entry for entry in entries if entry.sample_id == sample] for sample in ids}


def settle(tx: Tx, sample: Sample, plan: ReviewPlan) -> Sample:
    """Let the state of the sample follow from its history; ConflictError if it is not the present one any more.

    Call it after every entry that counts. A sample with one verdict awaits a second person if it was drawn for that.
    """
    history = of_sample(tx, sample.id)
    verdicts = standing(history, sample.content_hash)
    samples.set_review(tx, sample, state_of(verdicts), second=_second(tx, sample, verdicts, plan))
    present = samples.get(tx, sample.project_id, sample.id)
    repair_wishes.follow(tx, present, history)
    return present


def draw_second(tx: Tx, sample: Sample, plan: ReviewPlan) -> None:
    """Say anew whether the sample awaits a second person, as its known verdict came or went.

    Its version stays: what somebody has on screen is still as it was.
    """
    verdicts = standing(of_sample(tx, sample.id), sample.content_hash)
    samples.set_second(tx, sample, _second(tx, sample, verdicts, plan))


def _second(tx: Tx, sample: Sample, verdicts: Sequence[Review], plan: ReviewPlan) -> int:
    known = gold.find(tx, sample) is not None
    return second_due(verdicts, sample.shuffle, plan.second_share, gold=known)


def plan_of(tx: Tx, project_id: str) -> ReviewPlan:
    """How the project is reviewed; the usual plan unless somebody made another."""
    text = tx.value("SELECT plan FROM review_plan WHERE project_id=?", (project_id,))
    return ReviewPlan.model_validate_json(text) if text else ReviewPlan()


def keep_plan(tx: Tx, project_id: str, plan: ReviewPlan) -> None:
    """Review by this plan from now on; what has a verdict keeps it."""
    tx.run(
        "INSERT INTO review_plan(project_id, plan) VALUES (?,?)"
        " ON CONFLICT(project_id) DO UPDATE SET plan=excluded.plan, version=version+1",
        (project_id, plan.model_dump_json()),
    )
