"""How far reviewers agree where the second did not know of the first: overall, by pair of people, by discipline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.analysis.agreement import RELIABLE, SAMPLES, TENTATIVE, Agreement, Rating, agreement, by_thing
from core.analysis.agreement_interval import alpha_interval
from core.domain.states import ReviewState
from core.store import reviewers, samples
from core.store.database import Row, Tx

FEW = 20  # below so many pairs or gold items nothing is concluded
DISAGREEMENTS = 20


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
        if self._shaky:
            return f"Looks {self._level}, but chance could hide worse: let more samples be judged twice."
        return self.figures.alpha.meaning

    @property
    def reading(self) -> str:
        """The same in a word or two, for tables."""
        if self.few:
            return "too few"
        return f"looks {self._level}" if self._shaky else self._level

    @property
    def _level(self) -> str:
        value = self.figures.alpha.value
        if value is None:
            return "one verdict only"
        return "good" if value >= RELIABLE else "fair" if value >= TENTATIVE else "weak" if value > 0 else "chance"

    @property
    def _shaky(self) -> bool:
        """Good or fair, but for the lower end of the interval?"""
        low, value = (self.interval or (0.0, 0.0))[0], self.figures.alpha.value
        return value is not None and value >= TENTATIVE > low


@dataclass(frozen=True, slots=True)
class Saying:
    """What one person said of a sample."""

    person: str
    verdict: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A text of which two people said different things without knowing of each other.

    `state` is what came of it since, None where the sample has another text by now.
    """

    sample_id: int
    question: str
    state: ReviewState | None
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Agreement from blind pairs; `disagreements` are the newest of `disputes`."""

    overall: BlindAgreement
    pairs: tuple[BlindAgreement, ...]
    disciplines: tuple[BlindAgreement, ...]
    disputes: int
    disagreements: tuple[Disagreement, ...]


def read_agreement(tx: Tx, project_id: str) -> Standing:
    """All figures from one snapshot."""
    rows = reviewers.blind(tx, project_id)
    names = samples.disciplines(tx, project_id)
    ratings = _ratings(rows)
    nodes = dict(zip(_units(rows), (row["node_id"] for row in rows), strict=True))
    by_pair: dict[tuple[str, str], list[Rating]] = defaultdict(list)
    by_node: dict[int, list[Rating]] = defaultdict(list)
    apart = []
    for unit, verdicts in by_thing(ratings).items():
        for one, other in combinations(sorted(verdicts), 2):
            by_pair[one, other] += [(one, unit, verdicts[one]), (other, unit, verdicts[other])]
        by_node[nodes[unit] if nodes[unit] in names else 0] += [(name, unit, said) for name, said in verdicts.items()]
        if len(set(verdicts.values())) > 1:
            apart.append(unit)
    shown = _disagreements(tx, rows, apart[-DISAGREEMENTS:])
    pairs = _ranked((f"{one} and {other}", told) for (one, other), told in by_pair.items())
    disciplines = _ranked((names.get(node, "No discipline"), told) for node, told in by_node.items())
    return Standing(_group("All", ratings), pairs, disciplines, len(apart), shown)


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
    wanted = set(units)
    entries: dict[int, set[int]] = defaultdict(set)
    for unit, row in zip(_units(rows), rows, strict=True):
        if unit in wanted:
            entries[unit] |= {row["first_id"], row["second_id"]}
    told = reviewers.said(tx, [each for ids in entries.values() for each in ids])
    found = []
    for unit in reversed(units):
        said = [told[each] for each in sorted(entries[unit])]
        sayings = tuple(Saying(row["person"], row["verdict"], row["reason"], row["note"]) for row in said)
        state = ReviewState(said[0]["state"]) if said[0]["state"] else None
        found.append(Disagreement(said[0]["sample_id"], said[0]["question"], state, sayings))
    return tuple(found)
