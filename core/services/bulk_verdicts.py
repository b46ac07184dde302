"""One verdict for many samples at once: looked at first, given once, taken back as one.

What is judged is what the preview counted and nothing else: a sample that has changed or has a verdict by now, or that
somebody else has in hand, is passed over.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice

from core.domain.filters import SampleFilter
from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.records import Sample
from core.domain.review import MAX_NOTE, MAX_REASON, VERDICTS, WORDS, Entry, Purpose, words
from core.domain.states import ReviewState, VerificationState
from core.domain.strategies import Strategy
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.context import Context
from core.services.shelf import Shelf
from core.services.slices import Slices
from core.store import bulk_verdicts, events, reviews, samples
from core.store.database import Tx

EXAMPLES = 10
KEPT = 2
NO_DISCIPLINE = 0


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What one verdict would be given to, as it was counted; `until` and `fingerprint` say which texts were meant.

    `states` counts everything that fits, its review state left aside; `judged` is what would get the verdict, `gold`
    the pending gold items that are left out. The other counts are of `judged`; discipline 0 = none.
    """

    wanted: SampleFilter
    until: int
    fingerprint: str
    states: Mapping[ReviewState, int]
    judged: int
    gold: int
    strategies: Mapping[Strategy, int]
    disciplines: Mapping[int, int]
    names: Mapping[int, str]
    verifications: Mapping[VerificationState, int]
    examples: tuple[Sample, ...]
    second_share: float


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What came of it: `judged` samples got the verdict, `passed_over` had changed or were in somebody's hands."""

    batch: str
    judged: int
    passed_over: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A bulk verdict that is taken back in part, because the studio stopped in the middle: `left` of it stand."""

    batch: str
    verdict: ReviewState
    left: int
    taken: int


@dataclass(frozen=True, slots=True)
class _Kept:
    preview: BulkPreview
    texts: Mapping[int, str]


class BulkVerdictService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._kept = Shelf(KEPT)

    def preview(self, project_id: str, wanted: SampleFilter) -> BulkPreview:
        """Count what fits now and is pending, and draw the examples that are to be looked at."""
        with self._c.store.read() as tx:
            kept = _look(tx, project_id, wanted, None)
        return self._keep(project_id, kept).preview

    def again(self, project_id: str, wanted: SampleFilter, until: int, fingerprint: str) -> BulkPreview:
        """The preview that was made before; ConflictError if it is forgotten and what fits has changed since."""
        return self._find(project_id, wanted, until, fingerprint).preview

    def judge(
        self,
        who: Principal,
        project_id: str,
        seen: BulkPreview,
        verdict: ReviewState,
        *,
        looked: Collection[int],
        token: str,
        reason: str = "",
        note: str = "",
    ) -> BulkOutcome:
        """Give the verdict to what `seen` counted; `looked` are the examples that were looked at. A token counts once.

        Many samples are judged in several transactions; whatever of them is committed belongs to the one batch, and
        the same token goes on where they were cut short.
        """
        who.must(Action.REVIEW)
        word = WORDS.get(verdict)
        if word is None:
            raise InvalidInputError("A verdict is accept or reject.", "Choose one of the two.")
        if not seen.judged:
            raise InvalidInputError("None of these samples is pending.", "What has a verdict keeps it.")
        left = sum(sample.id not in looked for sample in seen.examples)
        if left:
            raise InvalidInputError(
                f"{left} of the {len(seen.examples)} examples have not been looked at.", "Page through all of them."
            )
        if verdict is ReviewState.REJECTED and not (clean_text(reason) or clean_text(note)):
            raise InvalidInputError("Nothing is rejected in bulk without a reason.", "Choose one, or write why.")
        texts = self._find(project_id, seen.wanted, seen.until, seen.fingerprint).texts
        told = words(reason, "reason", MAX_REASON), words(note, "note", MAX_NOTE)
        entry = Entry(word, *told, Purpose.BULK, f"bulk-{token}")
        judged = self._judge(who, project_id, texts, entry, seen.wanted)
        return BulkOutcome(entry.batch, judged, len(texts) - judged)

    def take_back(self, who: Principal, project_id: str, batch: str, *, token: str) -> int:
        """Take back one's own bulk verdict as one, whatever was done since; how many samples that changed.

        A batch that is taken back already changes nothing.
        """
        who.must(Action.REVIEW)
        with self._c.store.read() as tx:
            first = bulk_verdicts.first(tx, project_id, batch)
        if first is None or first.person != who.name or first.purpose != Purpose.BULK:
            raise NotFoundError("There is no such bulk verdict of yours.", "Undo on the Review page goes step by step.")
        return take_back_bulk(self._c, who, project_id, batch, token)

    def unfinished(self, who: Principal, project_id: str) -> Unfinished | None:
        """One's own bulk verdict that was to be taken back and still stands in part, the newest of several."""
        with self._c.store.read() as tx:
            batch = bulk_verdicts.half_taken(tx, project_id, who.name)
            first = bulk_verdicts.first(tx, project_id, batch) if batch else None
            if first is None:
                return None
            left = bulk_verdicts.left(tx, first.batch)
            taken = bulk_verdicts.size(tx, first.batch) - left
        return Unfinished(first.batch, VERDICTS[first.verdict], left, taken)

    def _judge(
        self, who: Principal, project_id: str, texts: Mapping[int, str], entry: Entry, wanted: SampleFilter
    ) -> int:
        """In slices; how many got the verdict. What was taken back of the batch is not judged anew."""
        left, slices = iter(texts.items()), Slices(self._c.store)
        while part := dict(islice(left, slices.size)):
            with slices.write() as tx:
                if bulk_verdicts.is_taken_back(tx, entry.batch):
                    break
                plan = reviews.plan_of(tx, project_id)
                at = self._c.clock()
                done = bulk_verdicts.judge(tx, project_id, part, who.name, entry, plan, at)
                told = {"verdict": entry.word, "reason": entry.reason, "note": entry.note, "filter": asdict(wanted)}
                if done:
                    _log(tx, who, project_id, entry.batch, f"review {entry.word}", done, told, at)
        with self._c.store.read() as tx:
            return bulk_verdicts.size(tx, entry.batch)

    def _keep(self, project_id: str, kept: _Kept) -> _Kept:
        return self._kept.get(_key(project_id, kept.preview), lambda: kept)

    def _find(self, project_id: str, wanted: SampleFilter, until: int, fingerprint: str) -> _Kept:
        """What the preview meant; looked up again when it is forgotten, as long as nothing has changed."""

        def look() -> _Kept:
            with self._c.store.read() as tx:
                found = _look(tx, project_id, wanted, until)
            if found.preview.fingerprint != fingerprint:
                raise ConflictError(
                    "Some of these samples have changed since they were counted.", "Look at what would be judged now."
                )
            return found

        return self._kept.get((project_id, wanted, until, fingerprint), look)


def take_back_bulk(context: Context, who: Principal, project_id: str, batch: str, token: str) -> int:
    """Take back what is left of a batch, in slices; how many verdicts.

    The same token goes on where it was cut short, and changes nothing once all is taken back.
    """
    taken, since, slices = 0, 0, Slices(context.store)
    while True:
        with context.store.read() as tx:
            first = bulk_verdicts.first_standing(tx, batch, since)
        if first is None:
            return taken
        with slices.write() as tx:
            plan, at = reviews.plan_of(tx, project_id), context.clock()
            done = bulk_verdicts.take_back(tx, batch, who.name, token, plan, at, first, slices.size)
            if done:
                _log(tx, who, project_id, batch, "review undo", done, {"verdict": "undo"}, at)
        taken, since = taken + len(done), first


def _look(tx: Tx, project_id: str, wanted: SampleFilter, until: int | None) -> _Kept:
    """Count and collect, in one snapshot; only samples up to id `until`, None = all there are."""
    pending = wanted.review in {None, ReviewState.PENDING}
    target = replace(wanted, review=ReviewState.PENDING)
    texts: dict[int, str] = {}
    strategies: Counter[Strategy] = Counter()
    disciplines: Counter[int] = Counter()
    verifications: Counter[VerificationState] = Counter()
    gold = last = 0
    for row in samples.briefly(tx, project_id, target, until=until) if pending else ():
        last = row["id"]
        if row["gold"]:
            gold += 1
            continue
        texts[row["id"]] = row["content_hash"]
        strategies[Strategy(row["strategy"])] += 1
        disciplines[row["node_id"] or NO_DISCIPLINE] += 1
        verifications[VerificationState(row["verification"])] += 1
    preview = BulkPreview(
        wanted=wanted,
        until=last if until is None else until,
        fingerprint=bulk_verdicts.fingerprint(texts.items()),
        states={state: samples.count(tx, project_id, replace(wanted, review=state)) for state in ReviewState},
        judged=len(texts),
        gold=gold,
        strategies=strategies,
        disciplines=disciplines,
        names=samples.disciplines(tx, project_id),
        verifications=verifications,
        examples=tuple(samples.by_ids(tx, _drawn(list(texts)))),
        second_share=reviews.plan_of(tx, project_id).second_share,
    )
    return _Kept(preview, texts)


def _drawn(ids: Sequence[int]) -> list[int]:
    """The examples: the same for the same samples, in random order."""
    draw = random.Random(f"{len(ids)} {ids[-1] if ids else 0}")  # noqa: S311 - no secret
    return draw.sample(ids, min(EXAMPLES, len(ids)))


def _key(project_id: str, seen: BulkPreview) -> tuple[object, ...]:
    return project_id, seen.wanted, seen.until, seen.fingerprint


def _log(
    tx: Tx,
    who: Principal,
    project_id: str,
    batch: str,
    kind: str,
    done: Sequence[tuple[int, str]],
    told: Mapping[str, object],
    at: float,
) -> None:
    """One event for all of them: how many, and the fingerprint of which texts."""
    after = {key: value for key, value in told.items() if value}
    after |= {"purpose": Purpose.BULK, "count": len(done), "sha256": bulk_verdicts.fingerprint(done)}
    events.append(tx, project_id, who.name, at, kind, ("batch", batch), after=after, batch=batch)
