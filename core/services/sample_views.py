"""What a reviewer gets to see: a sample with all that helps to judge it, how far a queue is, how it can be narrowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.domain.records import Review, Sample
from core.domain.sampling import Difficulty
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.store import reviews, samples, verifications
from core.store.database import Tx
from core.store.sample_prices import prices


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How far a queue is."""

    pending: int
    accepted: int
    rejected: int
    disputed: int

    @property
    def all(self) -> int:
        """Samples that fit the filter."""
        return self.pending + self.accepted + self.rejected + self.disputed

    @staticmethod
    def of(told: Mapping[ReviewState, tuple[int, int]]) -> QueueCounts:
        """What the tally says of each state."""
        return QueueCounts(*(told.get(state, (0, 0))[0] for state in ReviewState))


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample with all that helps to judge it. `cost` is nano-dollars, None for demo content and unknown prices.

    `blind`: the viewer must not see what others said of this text. The sample then reads as pending, and `reviews` are
    the viewer's and those of earlier texts.
    """

    sample: Sample
    verifications: tuple[dict[str, object], ...]
    reviews: tuple[Review, ...]
    revisions: tuple[dict[str, object], ...]
    cost: int | None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """What a queue can be narrowed to: names by discipline id, titles by run id, the newest run first.

    Strategies and difficulties are those of its samples; samples from seeds have no difficulty.
    """

    disciplines: Mapping[int, str]
    runs: Mapping[str, str]
    strategies: Sequence[Strategy]
    difficulties: Sequence[Difficulty]

    @property
    def any(self) -> bool:
        """Is there a sample at all?"""
        return bool(self.strategies)


def views_of(tx: Tx, found: Sequence[Sample], blind_for: Mapping[int, str] = MappingProxyType({})) -> list[SampleView]:
    """The samples with all that helps to judge them, in as many queries for many as for one.

    `blind_for`: sample id -> the person who must not see what others said of it.
    """
    ids = [sample.id for sample in found]
    checks, told = verifications.of_samples(tx, ids), reviews.of_samples(tx, ids)
    texts = samples.revisions_of(tx, ids)
    paid = prices(tx, found, checks)
    views = [
        SampleView(
            sample,
            tuple(checks[sample.id]),
            tuple(told[sample.id]),
            tuple(texts[sample.id]),
            paid[sample.id].nano_dollars if sample.id in paid else None,
        )
        for sample in found
    ]
    return [_blinded(view, blind_for.get(view.sample.id)) for view in views]


def _blinded(view: SampleView, person: str | None) -> SampleView:
    if person is None:
        return view
    sample = view.sample.model_copy(update={"review": ReviewState.PENDING, "second": 0})
    told = tuple(entry for entry in view.reviews if entry.person == person or entry.content_hash != sample.content_hash)
    return replace(view, sample=sample, reviews=told, blind=True)
