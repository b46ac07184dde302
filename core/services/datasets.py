"""Datasets: choose accepted samples, prepare a draft, read its report, freeze it for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain.dataset_wish import DatasetWish
from core.domain.jobs import Job, JobKind, JobState
from core.domain.naming import clean_name
from core.domain.people import Action, Principal
from core.domain.records import Dataset, Export
from core.domain.states import DATASET_MOVES, DatasetState, move
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.errors import ConflictError, StudioError
from core.ids import new_id
from core.runs import preparing
from core.runs.preparing_report import without_texts
from core.services.context import Context
from core.services.dataset_compare import Change, Comparison, compare
from core.store import dataset_material, datasets, events, exports, jobs, nodes
from core.store.database import DatabaseError, Tx

__all__ = ["Change", "Comparison", "DatasetService", "DatasetWish", "Draft", "DraftState", "Outline"]


@dataclass(frozen=True, slots=True)
class Outline:
    """Accepted samples that fit a wish, counted quickly: repeats, benchmarks and balance are left aside.

    `accepted` counts all there are. Samples from seeds have no discipline and no difficulty. `human` are seed examples
    that people put in, `generated` what teachers made, `open_seconds` those that await a second verdict.
    """

    accepted: int
    rows: int
    by_discipline: Mapping[str, int]
    by_difficulty: Mapping[str, int]
    by_origin: Mapping[str, int]
    by_strategy: Mapping[str, int]
    human: int
    generated: int
    open_seconds: int


class DraftState(StrEnum):
    """How far a draft is."""

    PREPARING = "preparing"
    PREPARED = "prepared"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft and the job that prepares it; None where it was prepared in one go with freezing it."""

    dataset: Dataset
    job: Job | None

    @property
    def state(self) -> DraftState:
        """What the page shows."""
        if self.dataset.prepared_at is not None:
            return DraftState.PREPARED
        if self.job is not None and self.job.is_active:
            return DraftState.PREPARING
        cancelled = self.job is not None and self.job.state is JobState.CANCELLED
        return DraftState.CANCELLED if cancelled else DraftState.FAILED

    @property
    def wish(self) -> DatasetWish:
        """What it was prepared from."""
        return DatasetWish.model_validate(self.dataset.filter)

    @property
    def left_nothing(self) -> bool:
        """Did it fail because of its choice?"""
        return self.job is not None and self.job.error == preparing.NOTHING_LEFT

    @property
    def preparation(self) -> str:
        """Another one for each time that it is prepared: whoever says which they saw changes no other."""
        return self.job.id if self.job is not None else ""

    @property
    def was(self) -> Mapping[str, Any]:
        """What it was when it had been prepared the last time but one: "name", "wish", "card"; empty without that."""
        was: Mapping[str, Any] = self.job.what.get("was", {}) if self.job is not None else {}
        return was


class DatasetService:
    """See the module. A token makes one draft."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def page(self, project_id: str) -> list[tuple[Dataset, list[Export]]]:
        """Versions with their files, newest first."""
        with self._c.store.read() as tx:
            return [(dataset, exports.of_dataset(tx, dataset.id)) for dataset in datasets.page(tx, project_id)]

    def drafts(self, project_id: str) -> list[Draft]:
        """What is neither frozen nor discarded, newest first."""
        with self._c.store.read() as tx:
            return [_draft(tx, dataset) for dataset in datasets.drafts(tx, project_id)]

    def get(self, project_id: str, dataset_id: str) -> Dataset:
        """A version or a draft; raises NotFoundError."""
        with self._c.store.read() as tx:
            return datasets.get(tx, project_id, dataset_id)

    def draft(self, project_id: str, dataset_id: str) -> Draft:
        """A draft with its progress; its report is the card of the dataset. Raises NotFoundError."""
        with self._c.store.read() as tx:
            return _draft(tx, datasets.get(tx, project_id, dataset_id))

    def outline(self, project_id: str, wish: DatasetWish) -> Outline:
        """What fits the wish now."""
        with self._c.store.read() as tx:
            kinds = dataset_material.kinds(tx, project_id)
            seen = {kind["node_id"] for kind in kinds if kind["node_id"] is not None}
            names = nodes.labels(tx, project_id, seen)
        return _outline(kinds, names, wish)

    def prepare(self, who: Principal, project_id: str, name: str, wish: DatasetWish, *, token: str) -> Dataset:
        """A new draft, which the worker fills."""
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            known = datasets.find_by_token(tx, token)
            if known:
                return known
            made, at = self._insert(tx, who, project_id, name, wish, token), self._c.clock()
            jobs.add(tx, project_id, JobKind.PREPARE, made.id, {}, person=who.name, at=at, token=f"prepare:{made.id}")
            after = {"name": made.name, "wish": made.filter}
            events.append(tx, project_id, who.name, at, "prepared", ("dataset", made.id), after=after)
            return made

    def _insert(self, tx: Tx, who: Principal, project_id: str, name: str, wish: DatasetWish, token: str) -> Dataset:
        at = self._c.clock()
        row = {
            "id": new_id(at),
            "project_id": project_id,
            "name": clean_name(name, "dataset name"),
            "filter": wish.model_dump(mode="json"),
            "created_by": who.name,
            "created_at": at,
            "token": token,
        }
        datasets.insert(tx, row)
        return datasets.get(tx, project_id, str(row["id"]))

    def prepare_again(
        self, who: Principal, project_id: str, dataset_id: str, name: str, wish: DatasetWish, *, seen: str, token: str
    ) -> Dataset:
        """Have the worker fill a draft anew by this wish, in place; its figures so far stay beside the new ones.

        ConflictError if `seen` is not its preparation any more. A token makes one job.
        """
        who.must(Action.FREEZE)
        after: dict[str, Any] = {"name": clean_name(name, "dataset name"), "wish": wish.model_dump(mode="json")}
        with self._c.store.write() as tx:
            draft, at = _draft(tx, datasets.get(tx, project_id, dataset_id)), self._c.clock()
            move(DATASET_MOVES, "The dataset", draft.dataset.state, DatasetState.DRAFT)
            what, once = {"was": _figures(draft)}, f"prepare:{token}"
            job = jobs.add(tx, project_id, JobKind.PREPARE, dataset_id, what, person=who.name, at=at, token=once)
            if job.id == draft.preparation:
                return draft.dataset
            _must_be(draft, seen)
            datasets.wish_again(tx, dataset_id, after["name"], after["wish"])
            entity, before = ("dataset", dataset_id), {"name": draft.dataset.name, "wish": draft.dataset.filter}
            events.append(tx, project_id, who.name, at, "prepared again", entity, before=before, after=after)
            return datasets.get(tx, project_id, dataset_id)

    def cancel(self, who: Principal, project_id: str, dataset_id: str) -> None:
        """Stop preparing; the draft can be discarded then."""
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            draft = _draft(tx, datasets.get(tx, project_id, dataset_id))
            if draft.job is not None:
                jobs.cancel(tx, draft.job.id, self._c.clock())

    def discard(self, who: Principal, project_id: str, dataset_id: str) -> None:
        """Give a draft up and drop its rows; no version gets its number."""
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            draft, at = _draft(tx, datasets.get(tx, project_id, dataset_id)), self._c.clock()
            move(DATASET_MOVES, "The dataset", draft.dataset.state, DatasetState.DISCARDED)
            if draft.job is not None:
                jobs.cancel(tx, draft.job.id, at)
            datasets.discard(tx, dataset_id)
            before = {"name": draft.dataset.name}
            events.append(tx, project_id, who.name, at, "discarded", ("dataset", dataset_id), before=before)
        preparing.empty(self._desk, dataset_id)

    def freeze_draft(self, who: Principal, project_id: str, dataset_id: str, *, seen: str | None = None) -> Dataset:
        """Make a prepared draft the next version, if each of its rows is still accepted with this very text.

        ConflictError if `seen`, the preparation whose report was read, is not the last one; None = whichever it is.
        """
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            draft, at = _draft(tx, datasets.get(tx, project_id, dataset_id)), self._c.clock()
            if draft.dataset.state is DatasetState.FROZEN:
                return draft.dataset
            move(DATASET_MOVES, "The dataset", draft.dataset.state, DatasetState.FROZEN)
            _must_be(draft, draft.preparation if seen is None else seen)
            if draft.dataset.prepared_at is None:
                raise ConflictError("This draft is not prepared yet.", "Prepare it again, then freeze it.")
            _must_stand(*datasets.stale(tx, dataset_id))
            datasets.freeze(tx, dataset_id, at)
            made = datasets.get(tx, project_id, dataset_id)
            after = {"name": made.name, "number": made.number, "rows": made.n_items}
            events.append(tx, project_id, who.name, at, "froze", ("dataset", dataset_id), after=after)
            return made

    def freeze(self, who: Principal, project_id: str, name: str, wish: DatasetWish, *, token: str) -> Dataset:
        """Prepare here and freeze in one go, for the command line."""
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            draft = datasets.find_by_token(tx, token) or self._insert(tx, who, project_id, name, wish, token)
        try:
            if draft.state is DatasetState.DRAFT:
                preparing.fill(self._desk, self._c.settings.home, project_id, draft.id)
            return self.freeze_draft(who, project_id, draft.id)
        except BaseException:
            with suppress(StudioError, DatabaseError):  # where nothing can be written, it stays on the list of drafts
                self.discard(who, project_id, draft.id)
            raise

    @property
    def _desk(self) -> preparing.Desk:
        return preparing.Alone(self._c.store, self._c.clock)

    def rows(self, project_id: str, dataset_id: str, limit: int = 20, *, first: int = 0) -> list[dict[str, Any]]:
        """Rows of a version or of a prepared draft, from position `first` (0 = the first one)."""
        with self._c.store.read() as tx:
            datasets.get(tx, project_id, dataset_id)
            return list(datasets.rows(tx, dataset_id, first=first, limit=limit))

    def compare(self, project_id: str, one: str, other: str) -> Comparison:
        """What differs from version `one` to version `other`; raises NotFoundError."""
        with self._c.store.read() as tx:
            return compare(tx, project_id, one, other)


def _draft(tx: Tx, dataset: Dataset) -> Draft:
    return Draft(dataset, next(iter(jobs.of_dataset(tx, dataset.id, JobKind.PREPARE)), None))


def _figures(draft: Draft) -> Mapping[str, Any]:
    """What a draft says of itself, to be compared with; of one that came to nothing what it was before."""
    if draft.state is not DraftState.PREPARED:
        return draft.was
    dataset = draft.dataset
    return {"name": dataset.name, "wish": dataset.filter, "card": without_texts(dataset.card)}


def _must_be(draft: Draft, preparation: str) -> None:
    if draft.state is DraftState.PREPARING:
        raise ConflictError("This draft is being prepared.", "Wait until it is, or cancel that first.")
    if draft.preparation != preparation:
        raise ConflictError("This draft was prepared again since you opened it.", "Read its new report first.")


def _must_stand(stale: int, ids: list[int]) -> None:
    if stale:
        rows = "1 row of this draft is" if stale == 1 else f"{stale:,} rows of this draft are"
        raise ConflictError(
            f"{rows} not accepted with this very text any more.",
            "Somebody judged or edited since it was prepared: prepare it again, then freeze.",
            current=ids,
        )


def _outline(kinds: list[dict[str, Any]], names: Mapping[int, str], wish: DatasetWish) -> Outline:
    fitting = [kind for kind in kinds if wish.fits(kind)]
    by = {column: Counter[str]() for column in ("discipline", "difficulty", "origin", "strategy")}
    for kind in fitting:
        told = {**kind, "discipline": names.get(kind["node_id"])}
        for column, counter in by.items():
            if told[column]:
                counter[told[column]] += kind["n"]
    return Outline(
        sum(kind["n"] for kind in kinds),
        sum(kind["n"] for kind in fitting),
        dict(by["discipline"]),
        dict(by["difficulty"]),
        dict(by["origin"]),
        dict(by["strategy"]),
        by["strategy"][Strategy.HUMAN],
        by["origin"][Origin.MODEL],
        sum(kind["n"] for kind in fitting if kind["second"] == 1),
    )
