"""The people who review: how far they are, how far they agree when they judge blind, how they judge gold items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.analysis.agreement import RELIABLE, SAMPLES, TENTATIVE, Agreement, Rating, agreement, by_thing
from core.analysis.agreement_interval import alpha_interval
from core.analysis.intervals import wilson
from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.records import Sample
from core.domain.review import VERDICTS, WORDS
from core.domain.states import ReviewState
from core.errors import InvalidInputError
from core.services.context import Context
from core.store import events, gold, reports, reviewers, samples
from core.store.database import Row, Tx

SITTING = 300.0  # a longer gap between two verdicts is a pause
FEW = 20  # below so many pairs or gold items nothing is concluded
DISAGREEMENTS = 20
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
        """Given one by one, gold items left out."""
        return self.accepted + self.rejected


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review is. `seconds` samples await a second verdict, `own_seconds` of them that of this person."""

    people: tuple[PersonProgress, ...]
    pending: int
    accepted: int
    rejected: int
    disputed: int
    seconds: int
    own_seconds: int


@dataclass(frozen=True, slots=True)
class BlindAgreement:
    """Agreement of one group of samples; `name` is the group's, `interval` alpha's 95 % interval, None without one."""

    name: str
    figures: Agreement
    interval: tuple[float, float] | None

    @property
    def few(self) -> bool:
        """Too few samples to conclude anything?"""
        return self.figures.units < FEW

    @property
    def meaning(self) -> str:
        """What the figures say in plain words."""
        units = self.figures.units
        if not units:
            return SAMPLES.no_overlap
        if self.few:
            return f"Too few to tell: {units} of at least {FEW} samples."
        low = self.interval[0] if self.interval else None
        value = self.figures.alpha.value
        if value is not None and value >= TENTATIVE and low is not None and low < TENTATIVE:
            firm = "good" if value >= RELIABLE else "fair"
            return f"Looks {firm}, but chance could hide worse: let more samples be judged twice."
        return self.figures.alpha.meaning


@dataclass(frozen=True, slots=True)
class Saying:
    """What one person said of a sample."""

    person: str
    verdict: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A text of which two people said different things without knowing of each other."""

    sample_id: int
    question: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Agreement from blind pairs; `disagreements` are the newest of `disputes`."""

    overall: BlindAgreement
    pairs: tuple[BlindAgreement, ...]
    disciplines: tuple[BlindAgreement, ...]
    disputes: int
    disagreements: tuple[Disagreement, ...]


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
    def meaning(self) -> str:
        """What it says in plain words."""
        low, high = self.interval
        if self.shown < FEW:
            return f"Too few to tell: {self.shown} of at least {FEW} gold items."
        lean = ""
        if self.let_in > 2 * self.kept_out:
            lean = " Leans towards accepting."
        elif self.kept_out > 2 * self.let_in:
            lean = " Leans towards rejecting."
        if low >= GOOD_HITS:
            return f"Judges as the gold items say.{lean}"
        if high < GOOD_HITS:
            return f"Misses too often: go through the misses together.{lean}"
        return f"Not clear yet: more gold items would tell.{lean}"


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
    missed: int


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A page of gold items, the newest first, and the scores of everybody who met some."""

    items: tuple[GoldItem, ...]
    count: int
    outdated: int
    scores: tuple[GoldScore, ...]


class ReviewerService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def people(self, project_id: str) -> list[str]:
        """Everybody who ever judged, skipped or edited a sample here."""
        with self._c.store.read() as tx:
            return reviewers.people(tx, project_id)

    def progress(self, who: Principal, project_id: str) -> Progress:
        """Who did how much, and what waits."""
        with self._c.store.read() as tx:
            told, paces = reviewers.tallies(tx, project_id), reviewers.paces(tx, project_id, SITTING)
            states = reports.review_counts(tx, project_id)
            due, own = reviewers.seconds_due(tx, project_id, who.name)
        found = [PersonProgress(pace=paces.get(row["person"]), **row) for row in told]
        counts = [states.get(state, 0) for state in ReviewState]
        return Progress(tuple(sorted(found, key=lambda each: -each.verdicts)), *counts, due, own)

    def agreement(self, project_id: str) -> Standing:
        """How far people agree where a second person did not know of the first."""
        with self._c.store.read() as tx:
            rows = reviewers.blind(tx, project_id)
            names = samples.disciplines(tx, project_id)
            pairs = _ratings(rows)
            apart = [unit for unit, verdicts in by_thing(pairs).items() if len(set(verdicts.values())) > 1]
            shown = _disagreements(tx, rows, apart[-DISAGREEMENTS:])
        by_pair, by_node = defaultdict(list), defaultdict(list)
        nodes = dict(zip(_units(rows), (row["node_id"] for row in rows), strict=True))
        for unit, verdicts in by_thing(pairs).items():
            for one, other in combinations(sorted(verdicts), 2):
                by_pair[one, other] += [(one, unit, verdicts[one]), (other, unit, verdicts[other])]
            name = names.get(nodes[unit], "no discipline")
            by_node[name] += [(person, unit, said) for person, said in verdicts.items()]
        return Standing(
            _group("All", pairs),
            _ranked((f"{one} and {other}", ratings) for (one, other), ratings in by_pair.items()),
            _ranked(by_node.items()),
            len(apart),
            shown,
        )

    def gold(self, project_id: str, *, below: int = 0) -> GoldSet:
        """The gold items below this id (0 = from the newest), and how people judged them."""
        with self._c.store.read() as tx:
            items = tuple(_item(row) for row in gold.page(tx, project_id, below=below, size=GOLD_PAGE))
            scores = tuple(GoldScore(**row) for row in gold.scores(tx, project_id))
            return GoldSet(items, *gold.count(tx, project_id), scores)

    def add_gold(
        self,
        who: Principal,
        project_id: str,
        sample_id: int,
        verdict: ReviewState,
        why: str = "",
        *,
        seen: Sample | None = None,
    ) -> int:
        """Make the present text of a sample a gold item, in place of an earlier one; ConflictError if not as `seen`."""
        who.must(Action.SETTINGS)
        word = WORDS.get(verdict)
        if word is None:
            raise InvalidInputError("The known verdict is accept or reject.", "Choose one of the two.")
        with self._c.store.write() as tx:
            sample = samples.get(tx, project_id, sample_id)
            if seen is not None and seen.content_hash != sample.content_hash:
                raise samples.conflict(tx, seen)
            if sample.preview:
                raise InvalidInputError(
                    f"Sample {sample_id} is a preview, which nobody reviews.", "Choose a sample of a run."
                )
            made = gold.insert(tx, sample, word, clean_text(why)[:2000], who.name, self._c.clock())
            told = {"verdict": word, "why": clean_text(why)[:2000], "hash": sample.content_hash}
            self._log(tx, who, project_id, "gold add", sample_id, told)
            return made

    def remove_gold(self, who: Principal, project_id: str, gold_id: int) -> None:
        """It measures nobody any more, and what it measured counts no more."""
        who.must(Action.SETTINGS)
        with self._c.store.write() as tx:
            item = gold.get(tx, project_id, gold_id)
            gold.remove(tx, item)
            self._log(tx, who, project_id, "gold remove", item.sample_id, {"verdict": item.verdict})

    def _log(self, tx: Tx, who: Principal, project_id: str, kind: str, sample_id: int, after: object) -> None:
        events.append(tx, project_id, who.name, self._c.clock(), kind, ("sample", sample_id), after=after)


def _units(rows: Sequence[Row]) -> list[int]:
    """What each row is about: a number for every text."""
    numbers: dict[tuple[int, str], int] = {}
    return [numbers.setdefault((row["sample_id"], row["content_hash"]), len(numbers)) for row in rows]


def _ratings(rows: Sequence[Row]) -> list[Rating]:
    """Both verdicts of every row; a first verdict with two seconds counts once."""
    found: dict[tuple[str, int], str] = {}
    for unit, row in zip(_units(rows), rows, strict=True):
        found[row["first"], unit] = row["first_said"]
        found[row["second"], unit] = row["second_said"]
    return [(person, unit, said) for (person, unit), said in found.items()]


def _group(name: str, ratings: Sequence[Rating]) -> BlindAgreement:
    figures = agreement(ratings, SAMPLES)
    return BlindAgreement(name, figures, alpha_interval(ratings))


def _ranked(groups: Iterable[tuple[str, Sequence[Rating]]]) -> tuple[BlindAgreement, ...]:
    found = [_group(name, ratings) for name, ratings in groups]
    return tuple(sorted(found, key=lambda each: (-each.figures.units, each.name)))


def _disagreements(tx: Tx, rows: Sequence[Row], units: Sequence[int]) -> tuple[Disagreement, ...]:
    """These texts, the newest first, with who said what."""
    wanted, entries = set(units), defaultdict(set)
    for unit, row in zip(_units(rows), rows, strict=True):
        if unit in wanted:
            entries[unit] |= {row["first_id"], row["second_id"]}
    told = reviewers.said(tx, [each for ids in entries.values() for each in ids])
    found = []
    for unit in reversed(units):
        said = [told[each] for each in sorted(entries[unit])]
        sayings = tuple(Saying(row["person"], row["verdict"], row["reason"], row["note"]) for row in said)
        found.append(Disagreement(said[0]["sample_id"], said[0]["question"], sayings))
    return tuple(found)


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
        row["missed"],
    )
