"""What a project has to make samples from, and the strategies that there are. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.filters import SampleFilter
from core.domain.plans import PlanKind
from core.domain.records import Run
from core.domain.seeds import SeedSet
from core.domain.states import ReviewState
from core.domain.strategies import FROM_SEEDS, MADE, Strategy
from core.generation.strategies.registry import METHODS
from core.services.sources import sources_of
from core.store import runs, samples, seeds
from core.store.database import Tx

_RUNS = 100


@dataclass(frozen=True, slots=True)
class Materials:
    """Seed sets with examples, the newest runs for samples, accepted samples, strategies in the order to offer them.

    `syllabi` counts those that are verified, `unverified` the others; `with_finals` are ids of the seed sets that have
    final answers.
    """

    strategies: tuple[Strategy, ...]
    syllabi: int
    unverified: int
    seed_sets: tuple[SeedSet, ...]
    with_finals: frozenset[int]
    runs: tuple[Run, ...]
    accepted: int

    def has(self, strategy: Strategy) -> bool:
        """Is there anything that this strategy can draw on?"""
        if strategy is Strategy.GLAN:
            return bool(self.syllabi)
        if strategy in FROM_SEEDS:
            return bool(self.seed_sets)
        return bool(self.accepted or self.runs)

    @property
    def possible(self) -> tuple[Strategy, ...]:
        """The strategies that have something to draw on."""
        return tuple(strategy for strategy in self.strategies if self.has(strategy))


def materials_of(tx: Tx, project_id: str) -> Materials:
    """All of it from one snapshot."""
    views = sources_of(tx, project_id, include_unverified=False)
    made = [run for run in runs.page(tx, project_id, size=_RUNS) if run.kind is PlanKind.SAMPLES]
    return Materials(
        tuple(strategy for strategy in MADE if strategy in METHODS),
        sum(len(view.sources) for view in views),
        sum(view.unverified for view in views),
        tuple(found for found in seeds.page(tx, project_id) if found.n_examples),
        seeds.with_finals(tx, project_id),
        tuple(made),
        samples.count(tx, project_id, SampleFilter(review=ReviewState.ACCEPTED)),
    )
