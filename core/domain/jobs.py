"""Jobs: longer work on datasets that the worker does beside the runs."""

from __future__ import annotations

from enum import StrEnum

from core.domain.entity import Entity, Object

TRIES = 3  # so often a job is begun; then it stays failed with its last reason


class JobKind(StrEnum):
    """What there is to do."""

    PREPARE = "prepare"
    EXPORT = "export"


class JobState(StrEnum):
    """Of a job; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Entity):
    """A job as it stands. `total` 0 = nobody knows yet how much there is to do; `result` is there once it is done."""

    id: str
    project_id: str
    kind: JobKind
    dataset_id: str | None
    what: Object
    state: JobState
    done: int
    total: int
    error: str
    hint: str
    result: Object
    cancel: bool
    tries: int
    owner: str
    epoch: int
    created_by: str
    created_at: float
    started_at: float | None
    ended_at: float | None

    @property
    def is_active(self) -> bool:
        """Is there still something to come?"""
        return self.state in {JobState.QUEUED, JobState.RUNNING}
