"""Datasets: choose accepted samples, freeze them for ever."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from core.domain.filters import SampleFilter
from core.domain.holding_out import held_out, origins
from core.domain.naming import clean_name, name_key
from core.domain.people import Action, Principal
from core.domain.records import Dataset, Export, Sample
from core.domain.states import DATASET_MOVES, DatasetState, ReviewState, VerificationState, move
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.errors import InvalidInputError
from core.ids import new_id
from core.interchange.dataset_rows import full_row
from core.services.context import Context
from core.store import datasets, events, exports, projects, reviews, samples, verifications
from core.store.database import Tx

_SAME_QUESTION = {Strategy.ANSWER_AUGMENTATION, Strategy.HUMAN}


@dataclass(frozen=True, slots=True)
class DatasetFilter:
    """Which accepted samples go in. Empty `disciplines` and `strategies` = all. `demo` lets demo content in."""

    disciplines: tuple[int, ...] = ()
    strategies: tuple[str, ...] = ()
    difficulty: str | None = None
    without_failed_verification: bool = False
    demo: bool = True
    validation_share: float = 0.0
    random_seed: int = 0

    def fits(self, sample: Sample) -> bool:
        """Is this accepted sample wanted?"""
        if self.disciplines and sample.node_id not in self.disciplines:
            return False
        if self.strategies and sample.strategy not in self.strategies:
            return False
        if self.difficulty and sample.difficulty != self.difficulty:
            return False
        if self.without_failed_verification and sample.verification is VerificationState.FAILED:
            return False
        return self.demo or sample.origin != "demo"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter gives: counts by discipline, difficulty, origin and strategy, and exact duplicates left out.

    Samples from seeds have no discipline and no difficulty: those counts are of the others. `human` are seed examples
    that people put in, `generated` what teachers made; `validation` is how many rows would be held out.
    """

    rows: int
    duplicates: int
    by_discipline: dict[str, int]
    by_difficulty: dict[str, int]
    by_origin: dict[str, int]
    by_strategy: dict[str, int]
    human: int
    generated: int
    validation: int


class DatasetService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def page(self, project_id: str) -> list[tuple[Dataset, list[Export]]]:
        """Versions with their files, newest first."""
        with self._c.store.read() as tx:
            return [(dataset, exports.of_dataset(tx, dataset.id)) for dataset in datasets.page(tx, project_id)]

    def select(self, project_id: str, wanted: DatasetFilter) -> Selection:
        """What would be frozen now."""
        duplicates = [0]
        with self._c.store.read() as tx:
            chosen = list(_chosen(tx, project_id, wanted, duplicates))
        return _selection(chosen, duplicates[0], len(_held_out(chosen, wanted)))

    def freeze(self, who: Principal, project_id: str, name: str, wanted: DatasetFilter, *, token: str) -> Dataset:
        """A new frozen version of what the filter gives now, from one snapshot. A token makes one version."""
        who.must(Action.FREEZE)
        cleaned, at = clean_name(name, "dataset name"), self._c.clock()
        if not 0 <= wanted.validation_share <= 0.5:
            raise InvalidInputError("The validation share must lie between 0 and 50 %.", "Choose a smaller share.")
        with self._c.store.write() as tx:
            known = datasets.find_by_token(tx, token)
            if known:
                return known
            dataset_id = new_id(at)
            row = {
                "id": dataset_id,
                "project_id": project_id,
                "name": cleaned,
                "filter": asdict(wanted),
                "created_by": who.name,
                "created_at": at,
                "token": token,
            }
            datasets.insert(tx, row)
            self._fill(tx, project_id, dataset_id, wanted, at)
            events.append(tx, project_id, who.name, at, "froze", ("dataset", dataset_id), after={"name": cleaned})
            return datasets.get(tx, project_id, dataset_id)

    def _fill(self, tx: Tx, project_id: str, dataset_id: str, wanted: DatasetFilter, at: float) -> None:
        duplicates = [0]
        chosen = list(_chosen(tx, project_id, wanted, duplicates))
        if not chosen:
            raise InvalidInputError(
                "No accepted sample fits this choice.", "Accept samples on the Review page, or widen the choice."
            )
        out = _held_out(chosen, wanted)
        splits = ["validation" if place in out else "train" for place in range(len(chosen))]
        aliases: dict[str, str] = {}
        rows = []
        for position, sample in enumerate(chosen):
            accepted = [r for r in reviews.of_sample(tx, sample.id) if r.content_hash == sample.content_hash]
            review = next((r for r in reversed(accepted) if r.verdict == "accept"), None)
            person = review.person if review else ""
            alias = aliases.setdefault(person, f"reviewer {len(aliases) + 1}")
            full = full_row(sample, review, alias, verifications.of_sample(tx, sample.id))
            text = json.dumps(full, ensure_ascii=False, allow_nan=False)
            rows.append((position, sample.id, sample.revision, sample.content_hash, splits[position], text))
        datasets.add_items(tx, dataset_id, rows)
        card = {
            **asdict(_selection(chosen, duplicates[0], len(out))),
            "splits": dict(Counter(splits)),
            "reviewers": len(aliases),
            "project": projects.get(tx, project_id).name,
            "guidelines": projects.get(tx, project_id).guidelines,
        }
        move(DATASET_MOVES, "The dataset", DatasetState.DRAFT, DatasetState.FROZEN)
        datasets.freeze(tx, dataset_id, len(rows), card, at)

    def rows(self, project_id: str, dataset_id: str, limit: int = 20) -> list[dict[str, Any]]:
        """The first rows of a version."""
        with self._c.store.read() as tx:
            datasets.get(tx, project_id, dataset_id)
            return list(datasets.rows(tx, dataset_id, limit=limit))


def _chosen(tx: Tx, project_id: str, wanted: DatasetFilter, duplicates: list[int]) -> Iterator[Sample]:
    """Accepted samples that fit, without exact repetitions; counts what it leaves out."""
    seen: set[tuple[str, ...]] = set()
    for sample in samples.each(tx, project_id, SampleFilter(review=ReviewState.ACCEPTED)):
        if not wanted.fits(sample):
            continue
        key = _says(sample)
        if key in seen:
            duplicates[0] += 1
            continue
        seen.add(key)
        yield sample


def _says(sample: Sample) -> tuple[str, ...]:
    """Equal for repetitions. Several answers to one seed question are meant: there the answer counts too."""
    texts = [text for turn in sample.history for text in turn]
    texts.append(sample.question)
    if sample.strategy in _SAME_QUESTION:
        texts.append(sample.answer)
    return tuple(map(name_key, texts))


def _selection(chosen: list[Sample], duplicates: int, validation: int) -> Selection:
    return Selection(
        len(chosen),
        duplicates,
        dict(Counter(sample.lineage["discipline"] for sample in chosen if "discipline" in sample.lineage)),
        dict(Counter(sample.difficulty.value for sample in chosen if sample.difficulty)),
        dict(Counter(sample.origin.value for sample in chosen)),
        dict(Counter(sample.strategy for sample in chosen)),
        sum(sample.strategy == Strategy.HUMAN for sample in chosen),
        sum(sample.origin is Origin.MODEL for sample in chosen),
        validation,
    )


def _held_out(chosen: list[Sample], wanted: DatasetFilter) -> frozenset[int]:
    return held_out(origins(chosen), wanted.validation_share, wanted.random_seed)
