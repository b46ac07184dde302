"""Which samples are meant: the one filter of queues, counts and lists."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.states import ReviewState, VerificationState


@dataclass(frozen=True, slots=True)
class SampleFilter:
    """Which samples are meant; None = any. Preview samples are left out unless asked for.

    `repaired_in` is a run of repairs: those that it mended.
    """

    review: ReviewState | None = None
    node_id: int | None = None
    difficulty: str | None = None
    verification: VerificationState | None = None
    strategy: str | None = None
    run_id: str | None = None
    preview: bool = False
    flagged: bool | None = None
    repaired_in: str | None = None
