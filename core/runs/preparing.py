"""Making the draft of a dataset version: read one snapshot, choose, write the rows in slices, report.

Everything is read in one transaction, so that verdicts given meanwhile do not mix in; the rows wait in a file until it
has ended, since a reader may hold up writers. A draft that was begun and not ended is emptied and filled from the
start; only a complete one says that it is prepared.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from core.analysis.choosing import Chosen, Texts, candidates, choose
from core.domain.dataset_wish import DatasetWish, Reason
from core.domain.people import TEACHER
from core.domain.records import Dataset, Review
from core.domain.review import Purpose, standing
from core.errors import InvalidInputError
from core.ids import Clock, iso
from core.interchange.dataset_rows import full_row, price_of
from core.runs.preparing_report import Lineages, report
from core.runs.work import Work
from core.store import benchmarks, dataset_material, datasets
from core.store.database import Store, Tx, journal_mode
from core.store.dataset_material import Material

SLICE = 1_000
NOTHING_LEFT = "No accepted sample is left by this choice."
PAUSE = 0.005  # between slices, so that others come to write
_PARTS = 1_000
READ, CHOSEN, _PUT_TOGETHER = 300, 500, 750  # how far it is after each step, of _PARTS


class Desk(Protocol):
    """Where a draft is made: a job in the hands of the worker, or the process that asks for it."""

    @property
    def store(self) -> Store:
        """The database."""

    @property
    def clock(self) -> Clock:
        """The time."""

    def progress(self, done: int, total: int = 0) -> None:
        """Say how far it is; raises to stop."""

    def write(self) -> AbstractContextManager[Tx]:
        """A transaction that only whoever has the work in hand gets."""


@dataclass(frozen=True, slots=True)
class Alone:
    """The desk of a process that makes a draft which nobody else knows of."""

    store: Store
    clock: Clock

    def progress(self, done: int, total: int = 0) -> None:
        """Nobody asks."""

    def write(self) -> AbstractContextManager[Tx]:
        """Any transaction."""
        return self.store.write()


def prepare(work: Work) -> Mapping[str, object]:
    """The job: fill its draft."""
    assert work.job.dataset_id is not None
    return fill(work, work.settings.home, work.job.project_id, work.job.dataset_id)


def fill(desk: Desk, folder: Path, project_id: str, dataset_id: str) -> Mapping[str, object]:
    """Fill a draft by its wish; `folder` takes a file for its rows, which has no name and ends with it.

    Raises InvalidInputError when nothing is left to put in.
    """
    with desk.write() as tx:
        dataset = datasets.get(tx, project_id, dataset_id)
        if dataset.prepared_at is not None:
            return {"rows": dataset.n_items}
        datasets.begin(tx, dataset_id)
        emptied = datasets.leftovers(tx)
    for ident in (dataset_id, *emptied):
        empty(desk, ident)
    with tempfile.TemporaryFile("w+", dir=folder, encoding="utf-8", newline="\n") as spool:
        card = _read(desk, dataset, spool)
        spool.seek(0)
        _write(desk, dataset_id, spool, int(card["rows"]))
    with desk.write() as tx:
        datasets.finish(tx, dataset_id, int(card["rows"]), card, desk.clock())
    return {"rows": card["rows"]}


def empty(desk: Desk, dataset_id: str) -> None:
    """Drop what a draft holds, slice by slice."""
    dropped = SLICE
    while dropped:
        with desk.write() as tx:
            dropped = datasets.drop_items(tx, dataset_id, SLICE)
        time.sleep(PAUSE if dropped else 0)


def _read(desk: Desk, dataset: Dataset, spool: IO[str]) -> dict[str, Any]:
    """Choose, put the rows into the file, and say what came of it: all from one snapshot."""
    wish = DatasetWish.model_validate(dataset.filter)
    wal = journal_mode()[0] == "wal"

    def tell(done: int) -> None:
        """Without a write-ahead log whoever reads must not wait for a writer."""
        if wal:
            desk.progress(done, _PARTS)

    with desk.store.read() as tx:
        found, roots = candidates(_counted(tx, dataset.project_id, wish, tell))
        tell(READ)
        questions = benchmarks.questions(tx, dataset.project_id, wish.benchmarks)
        texts = Texts(partial(dataset_material.asked, tx), lambda share: tell(READ + int((CHOSEN - READ) * share)))
        chosen = choose(found, roots, wish, texts, questions)
        if not chosen.rows:
            raise _nothing_left(chosen)
        tell(CHOSEN)
        told = _put_together(tx, chosen, spool, tell)
        card = report(tx, dataset.project_id, wish, found, chosen)
    return {**card, **told}


def _nothing_left(chosen: Chosen) -> InvalidInputError:
    reasons = Counter(reason for reason, _ in chosen.left.values())
    words = ", ".join(f"{reasons[reason]:,} {reason.label.lower()}" for reason in Reason if reasons[reason])
    hint = "Accept samples on the Review page, or widen the choice."
    return InvalidInputError(NOTHING_LEFT, f"Left out: {words}. {hint}" if words else hint)


def _counted(tx: Tx, project_id: str, wish: DatasetWish, tell: Callable[[int], None]) -> Iterator[Any]:
    most = sum(kind["n"] for kind in dataset_material.kinds(tx, project_id) if wish.fits(kind))
    for number, sample in enumerate(dataset_material.accepted(tx, project_id, wish)):
        if number % SLICE == 0:
            tell(READ * number // max(1, most))
        yield sample


def _put_together(tx: Tx, chosen: Chosen, spool: IO[str], tell: Callable[[int], None]) -> dict[str, Any]:
    """One line a row in the file; what the report says of their lineage, and "content", the hash over all lines."""
    aliases, lineages, digest = dict[str, str](), Lineages(), hashlib.sha256()
    rows = list(zip(chosen.rows, chosen.splits, strict=True))
    for first in range(0, len(rows), SLICE):
        part = rows[first : first + SLICE]
        for (_, side), material in zip(part, dataset_material.slice_of(tx, [row.id for row, _ in part]), strict=True):
            row = _row(material, aliases)
            lineages.add(row)
            sample, text = material.sample, json.dumps(row, ensure_ascii=False, allow_nan=False)
            line = datasets.line(sample.id, sample.revision, sample.content_hash, side, text)
            digest.update(line.encode())
            spool.write(line)
        tell(CHOSEN + (_PUT_TOGETHER - CHOSEN) * (first + len(part)) // len(rows))
    return {**lineages.told(), "content": digest.hexdigest()}


def _row(material: Material, aliases: dict[str, str]) -> dict[str, Any]:
    def alias(person: str) -> str:
        return aliases.setdefault(person, f"reviewer {len(aliases) + 1}")

    review = credited(material.reviews, material.sample.content_hash)
    by = alias(review.person) if review else None
    edits = [{"by": alias(edit.person), "at": iso(edit.at)} for edit in edits_of(material.reviews)]
    price = price_of(material.price.nano_dollars, material.price.stages) if material.price else None
    return full_row(material.sample, review, by, material.verifications, edits=edits, price=price, root=material.root)


def edits_of(reviews: Sequence[Review]) -> list[Review]:
    """The edits by people that the present text goes back to, the oldest first."""
    undone = {review.undoes for review in reviews}
    edits = [review for review in reviews if review.verdict == "edit" and review.id not in undone]
    return [edit for edit in edits if edit.person != TEACHER]


def credited(reviews: Sequence[Review], content_hash: str) -> Review | None:
    """The verdict that made a text accepted: an adjudicator's, else the last one that stands."""
    accepting = [review for review in standing(reviews, content_hash) if review.verdict == "accept"]
    settled = [review for review in accepting if review.purpose == Purpose.SETTLE]
    return next(reversed(settled or accepting), None)


def _write(desk: Desk, dataset_id: str, spool: IO[str], rows: int) -> None:
    position = 0
    while part := [line.rstrip("\n").split("\t", 4) for line in islice(spool, SLICE)]:
        items = [
            (position + number, int(ident), int(revision), digest, side, row)
            for number, (ident, revision, digest, side, row) in enumerate(part)
        ]
        with desk.write() as tx:
            datasets.add_items(tx, dataset_id, items)
        position += len(items)
        desk.progress(_PUT_TOGETHER + (_PARTS - _PUT_TOGETHER) * position // rows, _PARTS)
        time.sleep(PAUSE)
