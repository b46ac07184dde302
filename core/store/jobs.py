"""Rows of jobs: the queue, the lease, the progress.

While a job waits, `lease_until` is the moment before which it is not begun; while it runs, the moment until which its
worker is believed to be alive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.domain.jobs import TRIES, Job, JobKind
from core.errors import NotFoundError
from core.ids import new_id
from core.store.database import Tx


def add(
    tx: Tx,
    project_id: str,
    kind: JobKind,
    dataset_id: str | None,
    what: Mapping[str, Any],
    *,
    person: str,
    at: float,
    token: str,
) -> Job:
    """Queue a job; a token that was used before gives the job it made then."""
    row = tx.row(
        "INSERT INTO job(id, project_id, kind, dataset_id, what, created_by, created_at, token)"
        " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT(token) DO UPDATE SET token=excluded.token RETURNING *",
        (new_id(at), project_id, kind, dataset_id, json.dumps(what, ensure_ascii=False), person, at, token),
    )
    return Job.model_validate(row)


def get(tx: Tx, job_id: str, project_id: str | None = None) -> Job:
    """The job; raises NotFoundError."""
    row = tx.row("SELECT * FROM job WHERE id=? AND (? IS NULL OR project_id=?)", (job_id, project_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no job {job_id} in this project.", "Choose one from the list.")
    return Job.model_validate(row)


def of_dataset(tx: Tx, dataset_id: str, kind: JobKind | None = None, *, size: int = 20) -> list[Job]:
    """The jobs on a dataset, the one that was ordered last first, whatever the clock said."""
    rows = tx.rows(
        "SELECT * FROM job WHERE dataset_id=? AND (? IS NULL OR kind=?) ORDER BY rowid DESC LIMIT ?",
        (dataset_id, kind, kind, size),
    )
    return [Job.model_validate(row) for row in rows]


def active(tx: Tx, project_id: str | None = None) -> list[Job]:
    """Queued and running ones, oldest first."""
    rows = tx.rows(
        "SELECT * FROM job WHERE state IN ('queued','running') AND (? IS NULL OR project_id=?) ORDER BY id",
        (project_id, project_id),
    )
    return [Job.model_validate(row) for row in rows]


def waits(tx: Tx, at: float) -> bool:
    """Is there a job that can be begun? Asked before `claim`, so that an idle worker takes no lock."""
    sql = "SELECT 1 FROM job WHERE state IN ('queued','running') AND lease_until<=? LIMIT 1"
    return tx.value(sql, (at,)) is not None


def claim(tx: Tx, owner: str, at: float, lease: float) -> Job | None:
    """Begin the oldest job that waits or whose worker is gone; its epoch grows. None when there is nothing to do.

    A job that was begun too often, or that was cancelled while its worker died, ends here.
    """
    tx.run(
        "UPDATE job SET state=CASE WHEN cancel THEN 'cancelled' ELSE 'failed' END, ended_at=?, owner='',"
        " error=CASE WHEN cancel OR error<>'' THEN error ELSE 'The worker died over it each time it was tried.' END,"
        " hint=CASE WHEN cancel OR hint<>'' THEN hint ELSE 'Look into logs/worker.log, then order it again.' END"
        " WHERE state IN ('queued','running') AND lease_until<=? AND (cancel OR tries>=?)",
        (at, at, TRIES),
    )
    row = tx.row(
        "UPDATE job SET state='running', owner=?, epoch=epoch+1, tries=tries+1, lease_until=?, started_at=?, done=0,"
        " total=0, error='', hint='' WHERE id=(SELECT id FROM job WHERE state IN ('queued','running')"
        " AND lease_until<=? ORDER BY id LIMIT 1) RETURNING *",
        (owner, at + lease, at, at),
    )
    return Job.model_validate(row) if row else None


def release_orphans(tx: Tx, owners_like: str) -> int:
    """End the leases of workers that are known to be dead, so that nobody waits for them to run out; how many."""
    return tx.run("UPDATE job SET lease_until=0 WHERE state='running' AND owner LIKE ?", (owners_like,))


def beat(tx: Tx, job: Job, at: float, lease: float, progress: tuple[int, int] | None = None) -> Job | None:
    """Prolong the lease and note how far it is; the job as it is now, None if this worker has it no more."""
    done, total = progress or (None, None)
    row = tx.row(
        "UPDATE job SET lease_until=?, done=ifnull(?, done), total=ifnull(?, total)"
        " WHERE id=? AND epoch=? AND state='running' RETURNING *",
        (at + lease, done, total, job.id, job.epoch),
    )
    return Job.model_validate(row) if row else None


def finish(tx: Tx, job: Job, result: Mapping[str, Any], at: float) -> None:
    """It is done, and this came of it."""
    tx.run(
        "UPDATE job SET state='done', result=?, ended_at=?, owner='', cancel=0, done=max(done, total)"
        " WHERE id=? AND epoch=? AND state='running'",
        (json.dumps(result, ensure_ascii=False), at, job.id, job.epoch),
    )


def fail(tx: Tx, job: Job, error: str, hint: str, at: float) -> None:
    """It cannot be done."""
    tx.run(
        "UPDATE job SET state='failed', error=?, hint=?, ended_at=?, owner='' WHERE id=? AND epoch=?"
        " AND state='running'",
        (error, hint, at, job.id, job.epoch),
    )


def put_back(tx: Tx, job: Job, *, error: str = "", hint: str = "", after: float = 0.0, counts: bool = True) -> None:
    """Let it be begun again `after` this moment. One that was only interrupted does not count as tried."""
    tx.run(
        "UPDATE job SET state='queued', error=?, hint=?, lease_until=?, owner='', tries=tries-? WHERE id=? AND epoch=?"
        " AND state='running'",
        (error, hint, after, 0 if counts else 1, job.id, job.epoch),
    )


def cancel(tx: Tx, job_id: str, at: float) -> None:
    """A waiting job ends at once, a running one at its next step; one that has ended stays as it is."""
    tx.run("UPDATE job SET state='cancelled', ended_at=? WHERE id=? AND state='queued'", (at, job_id))
    tx.run("UPDATE job SET cancel=1 WHERE id=? AND state='running'", (job_id,))


def stop(tx: Tx, job: Job, at: float) -> None:
    """Cancelled while it was worked on: it ends."""
    tx.run(
        "UPDATE job SET state='cancelled', ended_at=?, owner='' WHERE id=? AND epoch=? AND state='running'",
        (at, job.id, job.epoch),
    )
