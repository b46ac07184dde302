"""What people say of samples: whose verdict stands, what follows from several, in which order samples are served."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.domain.naming import clean_text
from core.domain.records import Review, Sample
from core.domain.states import ReviewState
from core.errors import InvalidInputError

SHUFFLE_RANGE = 2**31
UNVERIFIED_DOUBT = 30
MAX_TEXT = 64_000  # characters of a question or an answer that a person or a repair writes
MAX_REASON, MAX_NOTE = 200, 2_000
LONGEST_LEASE = 24 * 60  # minutes
VERDICTS = {"accept": ReviewState.ACCEPTED, "reject": ReviewState.REJECTED}
WORDS = {state: word for word, state in VERDICTS.items()}


class Purpose(StrEnum):
    """Why a verdict was given. Only first and blind second verdicts say something about agreement."""

    FIRST = "first"
    SECOND = "second"  # blind: the person did not see that there was a first
    FURTHER = "further"  # given in sight of an earlier verdict
    SETTLE = "settle"  # an adjudicator's, who saw both sides of a dispute
    GOLD = "gold"  # on a sample whose verdict is known; measures the reviewer and moves no sample
    BULK = "bulk"
    IMPORT = "import"
    SEED = "seed"  # human seeds, which are put in and taken back set by set


class Order(StrEnum):
    """In which order a queue serves its samples."""

    OLDEST = "oldest"
    NEWEST = "newest"
    RANDOM = "random"
    BY_DISCIPLINE = "by_discipline"  # one of each discipline in turn
    BY_STRATEGY = "by_strategy"
    UNCERTAIN = "uncertain"  # where machine checks disagree first

    @property
    def label(self) -> str:
        """As people read it."""
        return _LABELS[self]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person adds to the history of a sample; `word` is accept, reject, skip, edit, undo, flag or unflag.

    `undoes` is the id of the entry that is taken back, `batch` the same for verdicts given as one.
    """

    word: str
    reason: str = ""
    note: str = ""
    purpose: Purpose = Purpose.FIRST
    batch: str = ""
    undoes: int | None = None


TOGETHER = frozenset({Purpose.BULK, Purpose.IMPORT, Purpose.SEED})  # given for many at once and taken back as one
_BESIDE = frozenset({Purpose.SECOND, Purpose.FURTHER, Purpose.SETTLE})
_LABELS = {
    Order.OLDEST: "Oldest first",
    Order.NEWEST: "Newest first",
    Order.RANDOM: "Random",
    Order.BY_DISCIPLINE: "Disciplines in turn",
    Order.BY_STRATEGY: "Strategies in turn",
    Order.UNCERTAIN: "Most uncertain first",
}
Share = Annotated[float, Field(ge=0, le=1)]


class ReviewPlan(BaseModel):
    """How a project is reviewed.

    `share` of the samples is to be reviewed, chosen at random once and for all; `second_share` of what has a verdict
    is shown to a second person, who does not know it; `gold_share` of what is served are gold items as long as there
    are any that the person has not seen. `adjudicators` settle disputes that they are no party of; nobody named, or all
    of them parties = everybody whose own verdict is not part of the dispute.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Order = Order.OLDEST
    share: Share = 1.0
    second_share: Share = 0.10
    gold_share: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    lease_minutes: Annotated[int, Field(ge=1, le=LONGEST_LEASE)] = 15
    adjudicators: tuple[str, ...] = ()


def standing(reviews: Iterable[Review], content_hash: str) -> list[Review]:
    """The verdicts that count for this text: of each person the last that was not taken back, the oldest first.

    `reviews` is the history of one sample, oldest first. Verdicts on gold items move no sample. Whoever put a set of
    human seeds in or took it back spoke for the set: one voice, which any person's own word replaces.
    """
    history = list(reviews)
    undone = {entry.undoes for entry in history if entry.undoes is not None}
    latest: dict[str, Review] = {}
    for entry in history:
        told = entry.verdict in VERDICTS and entry.purpose != Purpose.GOLD
        if told and entry.content_hash == content_hash and entry.id not in undone:
            voice = "" if entry.purpose == Purpose.SEED else entry.person  # nobody's name is empty
            latest.pop(voice, None)
            latest[voice] = entry
    return [entry for voice, entry in latest.items() if voice or len(latest) == 1]


def state_of(verdicts: Sequence[Review]) -> ReviewState:
    """What follows from the standing verdicts: the adjudicator's word, else what all say, else a dispute."""
    settled = [entry for entry in verdicts if entry.purpose == Purpose.SETTLE]
    said = {VERDICTS[entry.verdict] for entry in (settled[-1:] or verdicts)}
    if not said:
        return ReviewState.PENDING
    return said.pop() if len(said) == 1 else ReviewState.DISPUTED


def second_due(verdicts: Sequence[Review], shuffle: int, share: float, *, gold: bool) -> int:
    """Is a second person to look? 0 no, 1 yes: one verdict stands and it was drawn for that, 2 done.

    A `gold` item awaits nobody: others are measured by it, and whoever knows its verdict is not blind.
    """
    if len(verdicts) > 1:
        return 2
    first = bool(verdicts) and not gold and verdicts[0].purpose not in {Purpose.SEED, Purpose.SETTLE}
    return int(first and is_seconded(shuffle, share))


def adjudicators(plan: ReviewPlan, parties: Collection[str]) -> Collection[str]:
    """Who alone may settle a dispute between these people; nobody = everybody who is no party.

    No party settles its own dispute: where all who are named are parties, it is open to others.
    """
    return [person for person in plan.adjudicators if person not in parties]


def may_settle(plan: ReviewPlan, person: str, parties: Collection[str]) -> bool:
    """Is this person an adjudicator of a dispute between these people?"""
    named = adjudicators(plan, parties)
    return person not in parties and (not named or person in named)


def went_on(told: Iterable[Review], edit: Review, content_hash: str) -> bool:
    """Did somebody else build on an edit, so that it cannot be taken back? `told` is the history of its sample.

    What was taken back, and what was said of another text than the present one, does not keep it.
    """
    entries = list(told)
    undone = {entry.undoes for entry in entries}
    newer = [entry for entry in entries if entry.id > edit.id and entry.id not in undone]
    return any(
        entry.verdict == "edit" or (entry.verdict in VERDICTS and entry.content_hash == content_hash)
        for entry in newer
        if entry.person != edit.person
    )


def is_flagged(told: Iterable[Review]) -> bool:
    """Does the last flag that was not taken back mark the sample?"""
    entries = list(told)
    undone = {entry.undoes for entry in entries}
    marks = [entry.verdict for entry in entries if entry.verdict in {"flag", "unflag"} and entry.id not in undone]
    return marks[-1:] == ["flag"]


def words(text: str, what: str, most: int) -> str:
    """What a person said beside a verdict, cleaned; refused where it is too long, never cut."""
    cleaned = clean_text(text)
    if len(cleaned) > most:
        raise InvalidInputError(f"The {what} has {len(cleaned):,} characters; {most:,} are allowed.", "Shorten it.")
    return cleaned


def purpose_of(told: Sequence[Review], sample: Sample, person: str, plan: ReviewPlan, *, blind: bool) -> Purpose:
    """Why this person's verdict on the present text is wanted; `told` is the history of the sample.

    Whoever once judged the text beside another's verdict knows of it and is not blind any more, also when that was
    taken back.
    """
    verdicts = standing(told, sample.content_hash)
    others = [entry for entry in verdicts if entry.person != person or entry.purpose == Purpose.SEED]
    if any(entry.person == person and entry.purpose == Purpose.SETTLE for entry in verdicts):
        return Purpose.SETTLE
    if sample.review is ReviewState.DISPUTED and may_settle(plan, person, {entry.person for entry in verdicts}):
        return Purpose.SETTLE
    if not others:
        return Purpose.FIRST
    involved = len(others) < len(verdicts) or any(
        (entry.person, entry.content_hash) == (person, sample.content_hash) and entry.purpose in _BESIDE
        for entry in told
    )
    return Purpose.SECOND if blind and not involved else Purpose.FURTHER


def is_picked(shuffle: int, share: float) -> bool:
    """Does a sample belong to a random share? The same samples stay in when the share grows."""
    return shuffle < share * SHUFFLE_RANGE


def is_seconded(shuffle: int, share: float) -> bool:
    """Is a second person to look at it? Drawn from other digits than the random share of the review itself."""
    return (shuffle * 48_271) % (SHUFFLE_RANGE - 1) < share * SHUFFLE_RANGE


def shuffled(content_hash: str) -> int:
    """The place of a sample in random orders, 0 to 2**31-1, fixed by its first text."""
    return int(content_hash[:8], 16) % SHUFFLE_RANGE


def doubt(passed: int, failed: int) -> int:
    """How uncertain machine checks leave a text, 0 to 100: most when they disagree evenly, none when all passed."""
    if not passed and not failed:
        return UNVERIFIED_DOUBT
    if not passed or not failed:
        return 0 if passed else 20
    return 50 + 100 * min(passed, failed) // (passed + failed)
