"""Review: the queue, verdicts that count once, edits, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from core.domain.filters import SampleFilter
from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.records import Review, Sample
from core.domain.review import (
    MAX_NOTE,
    MAX_REASON,
    MAX_TEXT,
    TOGETHER,
    VERDICTS,
    WORDS,
    Entry,
    Purpose,
    is_flagged,
    purpose_of,
    standing,
    went_on,
    words,
)
from core.domain.sampling import Difficulty
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.errors import InvalidInputError, NotFoundError
from core.services.bulk_verdicts import take_back_bulk
from core.services.context import Context
from core.services.sample_views import QueueChoices, QueueCounts, SampleView, views_of
from core.store import bulk_verdicts, events, gold, repair_wishes, reviews, samples, tally, verifications
from core.store.database import Tx


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
            return views_of(tx, found)

    def choices(self, project_id: str) -> QueueChoices:
        """What the samples come from, for the filters of a queue."""
        with self._c.store.read() as tx:
            kinds = tally.kinds(tx, project_id)
            return QueueChoices(
                samples.disciplines(tx, project_id),
                samples.runs(tx, project_id),
                [strategy for strategy in Strategy if any(strategy == made for made, _ in kinds)],
                [difficulty for difficulty in Difficulty if any(difficulty == hard for _, hard in kinds)],
            )

    def counts(self, project_id: str, wanted: SampleFilter) -> QueueCounts:
        """How many of the samples that fit the filter (its review state left aside) are in each state."""
        with self._c.store.read() as tx:
            return QueueCounts.of(tally.by_review(tx, project_id, replace(wanted, review=None)))

    def view(self, project_id: str, sample_id: int) -> SampleView:
        """One sample."""
        with self._c.store.read() as tx:
            return views_of(tx, [samples.get(tx, project_id, sample_id)])[0]

    def decide(
        self,
        who: Principal,
        seen: Sample,
        verdict: ReviewState,
        *,
        token: str,
        reason: str = "",
        note: str = "",
        blind: bool = False,
        fix: bool = False,
    ) -> Sample:
        """Accept or reject the text that was seen; ConflictError if it is not the present one. A token counts once.

        `blind`: earlier verdicts were not shown. On a gold item the verdict measures the person and moves nothing.
        `fix`: a teacher is to mend the rejected text by reason and note.
        """
        who.must(Action.REVIEW)
        word = _word(verdict, fix=fix, told=bool(clean_text(reason) or clean_text(note)))
        with self._c.store.write() as tx:
            present = samples.get(tx, seen.project_id, seen.id)
            if reviews.has_token(tx, token):
                return present
            if (present.version, present.content_hash) != (seen.version, seen.content_hash):
                raise samples.conflict(tx, seen)
            plan, told = reviews.plan_of(tx, seen.project_id), reviews.of_sample(tx, seen.id)
            purpose = purpose_of(told, present, who.name, plan, blind=blind)
            known = gold.find(tx, present)
            if known and known.person != who.name and (blind or purpose is not Purpose.SETTLE):
                purpose = Purpose.GOLD
            entry = Entry(word, words(reason, "reason", MAX_REASON), words(note, "note", MAX_NOTE), purpose)
            again = purpose is not Purpose.GOLD and _says_so(standing(told, present.content_hash), who.name, word)
            if again and not (entry.reason or entry.note):
                return present
            logged = self._log(tx, who, present, token, entry)
            if purpose is Purpose.GOLD:
                return present
            if fix:
                repair_wishes.add(tx, present, logged, entry, who.name, self._c.clock())
            return reviews.settle(tx, present, plan)

    def skip(self, who: Principal, seen: Sample, *, token: str) -> None:
        """Note that the person passed this text over; the sample stays as it is."""
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            if not reviews.has_token(tx, token):
                present = samples.get(tx, seen.project_id, seen.id)
                passed = present.model_copy(update={"content_hash": seen.content_hash})
                reviews.log(tx, passed, token, who.name, Entry("skip"), self._c.clock())

    def flag(self, who: Principal, seen: Sample, *, on: bool, token: str, note: str = "") -> Sample:
        """Mark it for somebody's attention, or take the mark away; no verdict, and the text may have changed.

        What is so already stays so: of two who mark it at one moment neither takes the other's mark away.
        """
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            present = samples.get(tx, seen.project_id, seen.id)
            if reviews.has_token(tx, token):
                return present
            told = words(note, "note", MAX_NOTE)
            self._log(tx, who, present, token, Entry("flag" if on else "unflag", note=told))
            samples.set_flag(tx, present, on)
            return samples.get(tx, seen.project_id, seen.id)

    def edit(self, who: Principal, seen: Sample, question: str, answer: str, *, token: str) -> Sample:
        """A new revision, unverified; verdicts given to the very same text before count again, else it is pending.

        Unchanged text changes nothing. What a model wrote may be longer than what people may write.
        """
        who.must(Action.REVIEW)
        new_question = _checked(question, "question", len(seen.question))
        new_answer = _checked(answer, "answer", len(seen.answer))
        with self._c.store.write() as tx:
            present = samples.get(tx, seen.project_id, seen.id)
            if reviews.has_token(tx, token) or (new_question, new_answer) == (seen.question, seen.answer):
                return present
            if present.version != seen.version:
                raise samples.conflict(tx, seen)
            self._log(tx, who, present, token, Entry("edit"))
            samples.revise(tx, present, new_question, new_answer, who.name, self._c.clock())
            edited = samples.get(tx, seen.project_id, seen.id)
            verifications.weigh(tx, edited.id, edited.content_hash)
            return self._settled(tx, edited)

    def undo(self, who: Principal, project_id: str, *, token: str) -> Sample:
        """Take back the person's last verdict, edit, flag or skip, verdicts given as one together; any number of steps.

        Raises NotFoundError at the beginning, ConflictError when somebody went on from an edit. The sample it was
        about, of several the first.
        """
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            done = reviews.taken_back(tx, token)
            last = done or reviews.last(tx, project_id, who.name)
            if last is None:
                raise NotFoundError("There is nothing to undo.", "Your history in this project begins here.")
            if last.purpose != Purpose.BULK:
                if not done:
                    self._take_back(tx, who, last, project_id, token)
                return samples.get(tx, project_id, last.sample_id)
        take_back_bulk(self._c, who, project_id, last.batch, token)
        return self._first_of(project_id, last.batch)

    def _first_of(self, project_id: str, batch: str) -> Sample:
        with self._c.store.read() as tx:
            first = bulk_verdicts.first(tx, project_id, batch)
            assert first is not None
            return samples.get(tx, project_id, first.sample_id)

    def _take_back(self, tx: Tx, who: Principal, entry: Review, project_id: str, token: str) -> None:
        sample = samples.get(tx, project_id, entry.sample_id)
        if entry.verdict == "edit" and went_on(reviews.of_sample(tx, sample.id), entry, sample.content_hash):
            raise samples.conflict(tx, sample)
        self._log(tx, who, sample, token, Entry("undo", undoes=entry.id))
        if entry.verdict in {"flag", "unflag"}:
            samples.set_flag(tx, sample, is_flagged(reviews.of_sample(tx, sample.id)))
        elif entry.verdict == "edit":
            samples.go_back(tx, sample, entry.before)
            verifications.weigh(tx, sample.id, entry.content_hash)
            self._settled(tx, sample)
        elif entry.verdict in VERDICTS and entry.purpose != Purpose.GOLD:
            self._settled(tx, sample)

    @staticmethod
    def _settled(tx: Tx, sample: Sample) -> Sample:
        """The sample, whose text may just have changed, in the state that follows from its history."""
        present = samples.get(tx, sample.project_id, sample.id)
        return reviews.settle(tx, present, reviews.plan_of(tx, sample.project_id))

    def _log(self, tx: Tx, who: Principal, sample: Sample, token: str, entry: Entry) -> int:
        at = self._c.clock()
        logged = reviews.log(tx, sample, token, who.name, entry, at)
        told = {key: value for key, value in asdict(entry).items() if value and key != "word"}
        after = {"verdict": entry.word, **told, "hash": sample.content_hash}
        kind = f"review {entry.word}"
        events.append(tx, sample.project_id, who.name, at, kind, ("sample", sample.id), after=after)
        return logged


def _word(verdict: ReviewState, *, fix: bool, told: bool) -> str:
    """The word for a verdict; only a rejection that says why can ask for a repair."""
    word = WORDS.get(verdict)
    if word is None:
        raise InvalidInputError("A verdict is accept or reject.", "Use undo to take one back.")
    if fix and verdict is not ReviewState.REJECTED:
        raise InvalidInputError("Only a rejected sample can be repaired.", "Reject it and ask for the repair.")
    if fix and not told:
        raise InvalidInputError(
            "A repair needs your words.", "Choose a reason or write a note: the teacher mends what it says."
        )
    return word


def _says_so(verdicts: Sequence[Review], person: str, word: str) -> bool:
    """Did the person say this one by one? What was given for many at once is taken back as one, this is not."""
    return any((entry.person, entry.verdict) == (person, word) and entry.purpose not in TOGETHER for entry in verdicts)


def _checked(text: str, what: str, before: int) -> str:
    cleaned, most = clean_text(text), max(MAX_TEXT, before)
    if not cleaned:
        raise InvalidInputError(f"The {what} is empty.", "Write it, or reject the sample instead.")
    if len(cleaned) > most:
        raise InvalidInputError(f"The {what} has more than {most:,} characters.", "Shorten it.")
    return cleaned
