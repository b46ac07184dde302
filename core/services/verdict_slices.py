"""A file of verdicts is written and taken back slice by slice: the write lock is given back in between.

Each slice is one transaction with an event of its own that tells how far the file has come, so that after a death the
rest can follow, and two people who take in the same file at once write each slice once. All slices are one batch.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.domain.naming import clean_text
from core.domain.people import Principal
from core.errors import ConflictError, NotFoundError
from core.services.context import Context
from core.services.slices import Slices
from core.services.verdict_files import Imported, Look
from core.services.verdict_matching import Choice, Fate, Plan, planned
from core.store import bulk_verdicts, events, reviews, standings, verdict_imports
from core.store.database import Tx

Tell = Callable[[int, int], None]


def nobody(_done: int, _all: int) -> None:
    """Hears of the course of an import and does nothing."""


def reading_of(look: Look, choice: Choice) -> str:
    """Says how a file is read: two readings that are the same write the same."""
    told = [repr(look.file.options), sorted(choice.words.items()), sorted(choice.people.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def imports(tx: Tx, project_id: str) -> list[Imported]:
    """Every file that was taken in, the newest first."""
    told = verdict_imports.batches(tx, project_id)
    return [_imported(batch, rows) for batch, rows in reversed(told.items())]


def standing(tx: Tx, project_id: str, digest: str) -> Imported | None:
    """The import of the file with this digest, in full or in part, unless it was taken back."""
    found = imports(tx, project_id)
    return next((one for one in found if one.sha256 == digest and not one.taken_back), None)


def take_in(
    context: Context, who: Principal, project_id: str, look: Look, choice: Choice, stamp: str, tell: Tell
) -> Imported | None:
    """See `VerdictImportService.take_in`."""
    work = _Taking(context, who, project_id, look, choice)
    with context.store.read() as tx:
        stands = work.standing(tx)
        if stands and stands.complete:
            return stands
        work.follow(stands)
        plan = planned(tx, project_id, look.file.said, choice, done=work.done)
        if plan.stamp != stamp:
            raise ConflictError(
                "The project changed since this was shown, and other verdicts would be written now.",
                "Look at the preview again and decide then.",
            )
        if not stands and not plan.written:
            return None
    while work.done < work.total:
        work.slice()
        tell(work.done, work.total)
    with context.store.read() as tx:
        return next(one for one in imports(tx, project_id) if one.batch == work.batch)


def take_back(context: Context, who: Principal, project_id: str, batch: str, tell: Tell) -> int:
    """See `VerdictImportService.take_back`; of a file that is taken back in part already the rest."""
    taken, since, slices = 0, 0, Slices(context.store)
    while True:
        at = context.clock()
        with context.store.read() as tx:
            found = next((one for one in imports(tx, project_id) if one.batch == batch), None)
            first = bulk_verdicts.first_standing(tx, batch, since)
        if found is None or first is None:
            if taken:
                return taken
            raise NotFoundError("This file is not in, or was taken back already.", "Reload the page.")
        with slices.write() as tx:
            count, digest, touched = verdict_imports.take_back(tx, batch, who.name, at, first, slices.size)
            standings.settle_all(tx, project_id, touched, reviews.plan_of(tx, project_id))
            after = {"batch": batch, "count": count, "sha256": digest, "file": found.name}
            entity = (verdict_imports.ENTITY, batch)
            if count:
                events.append(tx, project_id, who.name, at, verdict_imports.BACK, entity, after=after, batch=batch)
        taken, since = taken + count, first
        tell(found.undone + count, found.count)


class _Taking:
    """One course of taking a file in; `done` of its verdicts are dealt with."""

    def __init__(self, context: Context, who: Principal, project_id: str, look: Look, choice: Choice) -> None:
        self._c, self._who, self._project, self._look, self._choice = context, who, project_id, look, choice
        self._reading = reading_of(look, choice)
        self.batch, self.done, self.total = "", 0, len(look.file.said)
        self._slices = Slices(context.store)

    def standing(self, tx: Tx) -> Imported | None:
        """What is there of the file."""
        return standing(tx, self._project, self._look.digest)

    def follow(self, stands: Imported | None) -> None:
        """Go on where it stands, whoever brought it there; ConflictError where it cannot be finished."""
        if stands is None:
            if self.batch:
                raise ConflictError("This file was taken back while it came in.", "Take it in again if you meant to.")
            return
        if stands.undone:
            raise ConflictError("A part of this file is taken back.", "Take back the rest first.")
        if stands.reading != self._reading:
            raise ConflictError(
                f"{stands.done:,} of {stands.total:,} verdicts of this file are in, read in another way.",
                "Choose the same words, people and questions as then to finish it, or take back what is in.",
            )
        self.batch, self.done = stands.batch, max(self.done, stands.done)

    def slice(self) -> None:
        """The next verdicts: planned on a snapshot, and again under the lock if somebody wrote in between."""
        first, at = self.done, self._c.clock()
        part = self._look.file.said[first : first + self._slices.size]
        with self._c.store.read() as tx:
            seen, plan = verdict_imports.revision(tx), planned(tx, self._project, part, self._choice)
        with self._slices.write() as tx:
            self.follow(self.standing(tx))
            if self.done != first:
                return
            if verdict_imports.revision(tx) != seen:
                plan = planned(tx, self._project, part, self._choice)
            done = first + len(part)
            if plan.written or done == self.total:
                self._write(tx, plan, done, at)
        self.done = done

    def _write(self, tx: Tx, plan: Plan, done: int, at: float) -> None:
        batch = self.batch or self._new_batch(tx)
        written = verdict_imports.write(tx, self._project, batch, list(_lines(batch, plan)), at)
        touched = dict.fromkeys(each.place.id for each in plan.written if each.place and each.fate is Fate.COUNTS)
        standings.settle_all(tx, self._project, list(touched), reviews.plan_of(tx, self._project))
        after = {"batch": batch, "count": written[0], "sha256": written[1], "done": done, **self._told(plan)}
        entity = (verdict_imports.ENTITY, batch)
        kind = verdict_imports.KIND
        events.append(tx, self._project, self._who.name, at, kind, entity, after=after, batch=batch)
        self.batch = batch

    def _new_batch(self, tx: Tx) -> str:
        known = sum(one.sha256 == self._look.digest for one in imports(tx, self._project))
        return f"{verdict_imports.BATCH}:{self._project}:{self._look.digest[:16]}.{known + 1}"

    def _told(self, plan: Plan) -> dict[str, Any]:
        """What the event of a slice tells beside what it wrote."""
        return {
            "total": self.total,
            "reading": self._reading,
            "file": clean_text(self._look.name)[:200],
            "file_sha256": self._look.digest,
            "source": self._look.file.source.value,
            "words": dict(Counter(each.meaning.value for each in plan.written)),
            "people": sorted({each.person for each in plan.written})[:200],
            "fates": {fate.value: number for fate, number in plan.fates.items()},
        }


def _lines(batch: str, plan: Plan) -> Iterator[verdict_imports.Line]:
    for each in plan.written:
        place, said = each.place, each.said
        assert place is not None
        theirs = hashlib.sha256(said.person.encode("utf-8", "replace")).hexdigest()[:12]
        before = {"revision": place.revision, "verification": place.verification, "review": place.review}
        yield verdict_imports.Line(
            f"{batch}:{said.line}.{said.turn}:{theirs}",
            place.id,
            each.content_hash,
            each.person,
            each.meaning.value,
            clean_text(said.reason)[:200],
            clean_text(said.note)[:2000],
            json.dumps(before),
        )


def _imported(batch: str, told: Sequence[Mapping[str, Any]]) -> Imported:
    """What all events of a batch tell together; files from before slices were written by one event, to their end."""
    given = [row for row in told if row["kind"] == verdict_imports.KIND]
    first, last = given[0], given[-1]
    counts: Counter[str] = Counter()
    for row in given:
        counts.update(row["words"])
    return Imported(
        batch,
        first["file"],
        first["file_sha256"],
        first["source"],
        first["person"],
        first["at"],
        counts,
        sorted({person for row in given for person in row["people"]}),
        first.get("reading", ""),
        last.get("done", 0),
        last.get("total", 0),
        sum(row["count"] for row in told if row["kind"] == verdict_imports.BACK),
    )
