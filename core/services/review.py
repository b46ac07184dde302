"""Review: the queue, verdicts that count once, edits, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain.filters import SampleFilter
from core.domain.lineage import requests_behind
from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.records import Review, Sample
from core.domain.sampling import Difficulty
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.errors import InvalidInputError, NotFoundError
from core.services.context import Context
from core.store import events, ledger, samples
from core.store.database import Tx

MAX_TEXT = 64_000


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How far a queue is."""

    pending: int
    accepted: int
    rejected: int

    @property
    def all(self) -> int:
        """Samples that fit the filter."""
        return self.pending + self.accepted + self.rejected


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample with all that helps to judge it. `cost` is nano-dollars, None for demo content."""

    sample: Sample
    verifications: tuple[dict[str, object], ...]
    reviews: tuple[Review, ...]
    revisions: tuple[dict[str, object], ...]
    cost: int | None


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


class ReviewService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def queue(self, project_id: str, wanted: SampleFilter, *, after: int = 0, size: int = 5) -> list[Sample]:
        """The next samples by id after `after`; from the start again when the end is reached."""
        with self._c.store.read() as tx:
            found = samples.page(tx, project_id, wanted, after=after, size=size)
            return found or (samples.page(tx, project_id, wanted, after=0, size=size) if after else [])

    def ahead(
        self, project_id: str, wanted: SampleFilter, *, first: int | None = None, after: int = 0, size: int = 1
    ) -> list[SampleView]:
        """Sample `first`, also when it does not fit the filter, and those that follow it in the queue.

        Without `first` as in `queue`. Raises NotFoundError when `first` does not exist.
        """
        with self._c.store.read() as tx:
            if first is None:
                found = samples.page(tx, project_id, wanted, after=after, size=size)
                if not found and after:
                    found = samples.page(tx, project_id, wanted, size=size)
            else:
                found = [samples.get(tx, project_id, first)]
                if size > 1:
                    found += samples.page(tx, project_id, wanted, after=first, size=size - 1)
            return [_view(tx, sample) for sample in found]

    def choices(self, project_id: str) -> QueueChoices:
        """What the samples come from, for the filters of a queue."""
        with self._c.store.read() as tx:
            kinds = samples.kinds(tx, project_id)
            return QueueChoices(
                samples.disciplines(tx, project_id),
                samples.runs(tx, project_id),
                [strategy for strategy in Strategy if any(strategy == made for made, _ in kinds)],
                [difficulty for difficulty in Difficulty if any(difficulty == hard for _, hard in kinds)],
            )

    def counts(self, project_id: str, wanted: SampleFilter) -> QueueCounts:
        """How many of the samples that fit the filter (its review state left aside) are in each state."""
        with self._c.store.read() as tx:
            numbers = [
                samples.count(tx, project_id, _with_state(wanted, state))
                for state in (ReviewState.PENDING, ReviewState.ACCEPTED, ReviewState.REJECTED)
            ]
        return QueueCounts(*numbers)

    def view(self, project_id: str, sample_id: int) -> SampleView:
        """One sample."""
        with self._c.store.read() as tx:
            return _view(tx, samples.get(tx, project_id, sample_id))

    def decide(
        self, who: Principal, seen: Sample, verdict: ReviewState, *, token: str, reason: str = "", note: str = ""
    ) -> Sample:
        """Accept or reject the text that was seen; ConflictError if it is not the present one. A token counts once."""
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            if samples.has_token(tx, token):
                return samples.get(tx, seen.project_id, seen.id)
            if seen.review is verdict and not (reason or note):
                return seen
            word = {ReviewState.ACCEPTED: "accept", ReviewState.REJECTED: "reject"}.get(verdict)
            if word is None:
                raise InvalidInputError("A verdict is accept or reject.", "Use undo to take one back.")
            self._log(tx, who, seen, token, word, reason=clean_text(reason)[:200], note=clean_text(note)[:2000])
            samples.set_review(tx, seen, verdict)
            return samples.get(tx, seen.project_id, seen.id)

    def skip(self, who: Principal, seen: Sample, *, token: str) -> None:
        """Note that the person passed it over; it stays pending."""
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            if not samples.has_token(tx, token):
                samples.log_review(tx, seen, token, who.name, "skip", self._c.clock())

    def edit(self, who: Principal, seen: Sample, question: str, answer: str, *, token: str) -> Sample:
        """A new revision; it is pending and unverified again. Unchanged text changes nothing."""
        who.must(Action.REVIEW)
        new_question, new_answer = _checked(question, "question"), _checked(answer, "answer")
        with self._c.store.write() as tx:
            if samples.has_token(tx, token) or (new_question, new_answer) == (seen.question, seen.answer):
                return samples.get(tx, seen.project_id, seen.id)
            self._log(tx, who, seen, token, "edit")
            samples.revise(tx, seen, new_question, new_answer, who.name, self._c.clock())
            return samples.get(tx, seen.project_id, seen.id)

    def undo(self, who: Principal, project_id: str, *, token: str) -> Sample:
        """Take back the person's last verdict, edit or skip; any number of steps. NotFoundError at the beginning."""
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            last = samples.last_review(tx, project_id, who.name)
            if last is None:
                raise NotFoundError("There is nothing to undo.", "Your history in this project begins here.")
            sample = samples.get(tx, project_id, last.sample_id)
            if samples.has_token(tx, token):
                return sample
            newer = [r for r in samples.reviews(tx, sample.id) if r.id > last.id and r.person != who.name]
            if any(r.verdict not in {"skip", "undo"} for r in newer):
                raise samples.conflict(tx, sample)
            self._log(tx, who, sample, token, "undo", undoes=last.id)
            if last.verdict != "skip":
                samples.go_back(tx, sample, last.before)
            return samples.get(tx, project_id, sample.id)

    def _log(
        self,
        tx: Tx,
        who: Principal,
        sample: Sample,
        token: str,
        verdict: str,
        *,
        reason: str = "",
        note: str = "",
        undoes: int | None = None,
    ) -> None:
        at = self._c.clock()
        samples.log_review(tx, sample, token, who.name, verdict, at, reason=reason, note=note, undoes=undoes)
        after = {"verdict": verdict, "reason": reason, "hash": sample.content_hash}
        events.append(tx, sample.project_id, who.name, at, f"review {verdict}", ("sample", sample.id), after=after)


def _view(tx: Tx, sample: Sample) -> SampleView:
    used = requests_behind(sample)
    costs = [a.cost for request in used for a in ledger.attempts(tx, request_id=request)]
    return SampleView(
        sample,
        tuple(samples.verifications(tx, sample.id)),
        tuple(samples.reviews(tx, sample.id)),
        tuple(samples.revisions(tx, sample.id)),
        sum(costs) if used else None,
    )


def _with_state(wanted: SampleFilter, state: ReviewState) -> SampleFilter:
    return replace(wanted, review=state)


def _checked(text: str, what: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise InvalidInputError(f"The {what} is empty.", "Write it, or reject the sample instead.")
    if len(cleaned) > MAX_TEXT:
        raise InvalidInputError(f"The {what} has more than {MAX_TEXT:,} characters.", "Shorten it.")
    return cleaned
