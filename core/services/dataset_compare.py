"""Comparing two versions of a dataset, or a version with a prepared draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.records import Dataset
from core.domain.states import ReviewState
from core.store import dataset_compare, datasets
from core.store.database import Tx

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One sample in both versions, as {"split", "row"}, None where it is missing; `state` is what people say now."""

    sample_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    state: ReviewState


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from `one` to `other`: how many rows, and examples.

    `rewritten` are the same samples with another text, `moved` those on another side of the split; a row can be both.
    """

    one: Dataset
    other: Dataset
    counts: Mapping[str, int]
    examples: Mapping[str, tuple[Change, ...]]

    @property
    def same(self) -> bool:
        """Do both hold the same texts on the same sides?"""
        return not any(self.counts.values())


def compare(tx: Tx, project_id: str, one: str, other: str) -> Comparison:
    """See the module; raises NotFoundError."""
    pair = datasets.get(tx, project_id, one), datasets.get(tx, project_id, other)
    counts = {kind: dataset_compare.count(tx, kind, one, other) for kind in dataset_compare.KINDS}
    examples = {kind: _examples(tx, kind, one, other) for kind, number in counts.items() if number}
    return Comparison(*pair, counts, examples)


def _examples(tx: Tx, kind: str, one: str, other: str) -> tuple[Change, ...]:
    ids = dataset_compare.examples(tx, kind, one, other, EXAMPLES)
    before, after = (dataset_compare.rows_of(tx, version, ids) for version in (one, other))
    states = dataset_compare.states(tx, ids)
    return tuple(Change(ident, before.get(ident), after.get(ident), ReviewState(states[ident])) for ident in ids)
