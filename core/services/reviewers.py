"""The people who review: how far they are, how far they agree when they judge blind, how they judge gold items."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from core.analysis.intervals import wilson
from core.domain.filters import SampleFilter
from core.domain.naming import name_key
from core.domain.people import TEACHER, Action, Principal
from core.domain.review import MAX_NOTE, VERDICTS, WORDS, words
from core.domain.states import ReviewState
from core.errors import InvalidInputError
from core.services.blind_agreement import FEW, Standing, read_agreement
from core.services.context import Context
from core.services.shelf import Shelf
from core.store import events, gold, queue_walk, reports, reviewers, reviews, samples, verdict_imports, verifying
from core.store.database import Row, Tx

SITTING = 300.0  # a longer gap between two verdicts is a pause
GOLD_PAGE = 25
GOOD_HITS = 0.8


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """What one person did and did not take back. `pace` = median seconds between two verdicts of one sitting."""

    person: str
    accepted: int
    rejected: int
    bulk: int
    skipped: int
    edits: int
    flags: int
    pace: float | None
    seen: float

    @property
    def verdicts(self) -> int:
        """Given one by one."""
        return self.accepted + self.rejected


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review is. `gold_pending` of the pending samples are gold items.

    `seconds` samples await a second verdict, `own_seconds` of them that of this person.
    """

    people: tuple[PersonProgress, ...]
    pending: int
    gold_pending: int
    accepted: int
    rejected: int
    disputed: int
    seconds: int
    own_seconds: int


@dataclass(frozen=True, slots=True)
class GoldScore:
    """How one person judged gold items, each by the first verdict. `let_in`: accepted what is to be rejected."""

    person: str
    shown: int
    hits: int
    let_in: int
    kept_out: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share of hits."""
        return wilson(self.hits, self.shown)

    @property
    def few(self) -> bool:
        """Too few items to conclude anything?"""
        return self.shown < FEW

    @property
    def misses_often(self) -> bool:
        """Is the share of hits below what is good, as surely as its interval says?"""
        return not self.few and self.interval[1] < GOOD_HITS

    @property
    def meaning(self) -> str:
        """What it says in plain words."""
        if self.few:
            return f"Too few to tell: {self.shown} of at least {FEW}"
        lean = ""
        if self.let_in > 2 * self.kept_out:
            lean = ", leans towards accepting"
        elif self.kept_out > 2 * self.let_in:
            lean = ", leans towards rejecting"
        if self.interval[0] >= GOOD_HITS:
            return f"Judges as they say{lean}"
        return f"{'Misses too often' if self.misses_often else 'Not clear yet'}{lean}"


@dataclass(frozen=True, slots=True)
class GoldItem:
    """A gold item on the list; `outdated`: its sample has another text by now, so it measures nobody any more."""

    id: int
    sample_id: int
    verdict: ReviewState
    why: str
    person: str
    at: float
    outdated: bool
    question: str
    shown: int
    missed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A page of gold items, the newest first, and the scores of everybody who met some: who misses most first, those
    who met too few last. Of all items some are `outdated` and some, `ahead`, still to measure the reader."""

    items: tuple[GoldItem, ...]
    more: bool
    count: int
    outdated: int
    ahead: int
    scores: tuple[GoldScore, ...]


class ReviewerService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._kept = Shelf(16)  # histories only grow: figures hold as long as the last entry is the last

    def people(self, project_id: str) -> list[str]:
        """Everybody who ever judged, skipped or edited a sample here."""
        with self._c.store.read() as tx:
            return [name for name in reviewers.people(tx, project_id) if name != TEACHER]

    def known_as(self, project_id: str, name: str) -> str:
        """The name as somebody signs with it here already, where only case, spaces or Unicode form differ."""
        with self._c.store.read() as tx:
            known = [*verifying.people(tx, project_id), *verdict_imports.people(tx, project_id)]
        return next((each for each in known if name_key(each) == name_key(name)), name) if name not in known else name

    def progress(self, who: Principal, project_id: str) -> Progress:
        """Who did how much, and what waits."""
        with self._c.store.read() as tx:
            key = ("people", project_id, reviewers.revision(tx))
            people = self._kept.get(key, lambda: _people(tx, project_id))
            states = reports.review_counts(tx, project_id)
            known = queue_walk.golds_pending(tx, project_id, SampleFilter())
            due, own = reviewers.seconds_due(tx, project_id, who.name)
        pending, accepted, rejected, disputed = (states.get(state, 0) for state in ReviewState)
        return Progress(people, pending, known, accepted, rejected, disputed, due, own)

    def agreement(self, project_id: str) -> Standing:
        """How far people agree where a second person did not know of the first."""
        with self._c.store.read() as tx:
            key = ("agreement", project_id, reviewers.revision(tx))
            return self._kept.get(key, lambda: read_agreement(tx, project_id))

    def gold_pending(self, project_id: str, wanted: SampleFilter) -> int:
        """Gold items among the pending samples that fit; they measure who judges them and stay pending."""
        with self._c.store.read() as tx:
            return queue_walk.golds_pending(tx, project_id, wanted)

    def gold(self, project_id: str, *, below: int = 0, reader: str = "", every: bool = False) -> GoldSet:
        """The gold items below this id (0 = from the newest), and how people judged them.

        `reader` looks at them, and had better not see what is still to measure them, unless it is to be `every` item.
        """
        but_of = "" if every else reader
        with self._c.store.read() as tx:
            rows = gold.page(tx, project_id, below=below, size=GOLD_PAGE + 1, but_of=but_of)
            items, more = tuple(_item(row) for row in rows[:GOLD_PAGE]), len(rows) > GOLD_PAGE
            scores = [GoldScore(**row) for row in gold.scores(tx, project_id)]
            scores.sort(key=lambda each: (each.few, each.hits / each.shown, each.person))
            return GoldSet(items, more, *gold.count(tx, project_id, reader), tuple(scores))

    def add_gold(
        self,
        who: Principal,
        project_id: str,
        sample_id: int,
        verdict: ReviewState,
        why: str = "",
    ) -> int:
        """Make the present text of a sample a gold item, in place of an earlier one."""
        who.must(Action.SETTINGS)
        word = WORDS.get(verdict)
        if word is None:
            raise InvalidInputError("The known verdict is accept or reject.", "Choose one of the two.")
        with self._c.store.write() as tx:
            sample = samples.get(tx, project_id, sample_id)
            if sample.preview:
                raise InvalidInputError(
                    f"Sample {sample_id} is a preview, which nobody reviews.", "Choose a sample of a run."
                )
            told = {"verdict": word, "why": words(why, "explanation", MAX_NOTE), "hash": sample.content_hash}
            made = gold.insert(tx, sample, word, told["why"], who.name, self._c.clock())
            reviews.draw_second(tx, sample, reviews.plan_of(tx, project_id))
            self._log(tx, who, project_id, "gold add", sample_id, told)
            return made

    def remove_gold(self, who: Principal, project_id: str, gold_id: int) -> None:
        """It measures nobody any more, and what it measured counts no more; a second verdict may be due again."""
        who.must(Action.SETTINGS)
        with self._c.store.write() as tx:
            item = gold.get(tx, project_id, gold_id)
            gold.remove(tx, item)
            reviews.draw_second(tx, samples.get(tx, project_id, item.sample_id), reviews.plan_of(tx, project_id))
            self._log(tx, who, project_id, "gold remove", item.sample_id, {"verdict": item.verdict})

    def _log(self, tx: Tx, who: Principal, project_id: str, kind: str, sample_id: int, after: object) -> None:
        events.append(tx, project_id, who.name, self._c.clock(), kind, ("sample", sample_id), after=after)


def _people(tx: Tx, project_id: str) -> tuple[PersonProgress, ...]:
    gaps: dict[str, list[float]] = defaultdict(list)
    for row in reviewers.gaps(tx, project_id, SITTING):
        gaps[row["person"]].append(row["gap"])
    found = [
        PersonProgress(pace=median(gaps[row["person"]]) if row["person"] in gaps else None, **row)
        for row in reviewers.tallies(tx, project_id)
        if row["person"] != TEACHER  # a repair is a run's work
    ]
    return tuple(sorted(found, key=lambda each: (-each.verdicts, each.person)))


def _item(row: Row) -> GoldItem:
    return GoldItem(
        row["id"],
        row["sample_id"],
        VERDICTS[row["verdict"]],
        row["why"],
        row["person"],
        row["at"],
        bool(row["outdated"]),
        row["question"],
        row["shown"],
        tuple(sorted(json.loads(row["missed_by"] or "[]"))),
    )
