"""What several people did on the samples of a project, for tests of the screens that show it."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.records import Project, Sample
from core.domain.states import ReviewState
from tests.pages.conftest import Studio

ADA, BO = Principal("Ada"), Principal("Bo")
YES, NO = ReviewState.ACCEPTED, ReviewState.REJECTED


def pending(studio: Studio, project: Project) -> list[Sample]:
    """All pending samples by id."""
    return studio.work.review.queue(project.id, SampleFilter(review=ReviewState.PENDING), size=1000)


def judge_blind(
    studio: Studio,
    project: Project,
    pairs: Sequence[tuple[ReviewState, ReviewState]],
    people: tuple[Principal, Principal] = (ADA, BO),
) -> list[Sample]:
    """Two people judge the first pending samples, the second without knowing of the first."""
    found = pending(studio, project)[: len(pairs)]
    for sample, (one, other) in zip(found, pairs, strict=True):
        first = studio.work.review.decide(people[0], sample, one, token=f"one {sample.id}", reason="Unclear")
        studio.work.review.decide(people[1], first, other, token=f"other {sample.id}", blind=True)
    return found
