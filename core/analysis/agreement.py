"""How far people agree when they vote on the same things: Krippendorff's alpha, and plain shares beside it."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from core.analysis.intervals import wilson

Rating = tuple[str, int, str]  # person, what was judged, verdict
# Krippendorff's customary bounds (Content Analysis, 2004).
RELIABLE, TENTATIVE = 0.80, 0.667
_LIBRARY, _LOADING = "nltk.metrics.agreement", threading.Lock()


@dataclass(frozen=True, slots=True)
class Words:
    """How agreement on one kind of thing is talked about."""

    no_overlap: str
    one_person: str
    one_verdict: str
    reliable: str
    tentative: str
    unreliable: str
    chance: str


NODES = Words(
    no_overlap="No node has votes of two people yet.",
    one_person="Only one person has voted.",
    one_verdict="Everybody gave the same verdict everywhere, so there is nothing that chance could be told from.",
    reliable="Reliable: build on these decisions.",
    tentative="Tentative: good enough to go on; settle the disputed nodes first.",
    unreliable="Not reliable: agree on what counts as keep, settle the disputed nodes, then vote again.",
    chance="No better than chance: talk about what keep means before anybody goes on voting.",
)
SAMPLES = Words(
    no_overlap="No sample has two blind verdicts yet.",
    one_person="Only one person has judged.",
    one_verdict="Everybody gave the same verdict everywhere: whether they would see the same faults is not shown yet. "
    "Gold items of the other verdict would show it.",
    reliable="Good enough to build on.",
    tentative="Good enough to go on with care: settle the disputes and sharpen the guidelines where they arose.",
    unreliable="Not good enough to build on: look at the disagreements together, mend the guidelines, then go on.",
    chance="No better than chance: agree on what accept means before anybody goes on.",
)


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha (nominal): 1 = full agreement, 0 = as good as chance; None with the reason."""

    value: float | None
    reason: str = ""
    words: Words = NODES

    @property
    def meaning(self) -> str:
        """What it says in plain words, and what to do."""
        if self.value is None:
            return self.reason
        if self.value >= RELIABLE:
            return self.words.reliable
        if self.value >= TENTATIVE:
            return self.words.tentative
        return self.words.unreliable if self.value > 0 else self.words.chance


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on some things: `agreed` of `pairs` pairs of verdicts on one thing are equal, with a 95 % interval.

    The interval takes things, not pairs, as independent: `whole` of `units` things have one verdict only.
    """

    alpha: Alpha
    units: int
    people: int
    votes: int
    pairs: int
    agreed: int
    whole: int

    @property
    def share(self) -> float | None:
        """Percent agreement over all pairs of verdicts."""
        return self.agreed / self.pairs if self.pairs else None

    @property
    def interval(self) -> tuple[float, float]:
        """Of the share of things on which all verdicts are equal."""
        return wilson(self.whole, self.units)


@dataclass(frozen=True, slots=True)
class PersonAgreement:
    """One person against everybody else: alpha over all pairs with another's vote, and the share with the majority.

    `with_majority` of `compared` votes agree with the majority of the other votes on the thing; ties are not compared.
    """

    person: str
    votes: int
    alpha: Alpha
    with_majority: int
    compared: int

    @property
    def interval(self) -> tuple[float, float]:
        """Of the share with the majority."""
        return wilson(self.with_majority, self.compared)


def library() -> Any:
    """The module that computes alpha. Loading it takes a second or more, so that it waits until somebody needs it.

    One thread at a time: its packages import each other, and two that load them see half of them.
    """
    with _LOADING:
        return import_module(_LIBRARY)


def alpha_of(ratings: Sequence[Rating], words: Words = NODES) -> Alpha:
    """Krippendorff's alpha for nominal data; verdicts that are alone on their thing do not count."""
    shared = _shared(ratings)
    people = {person for person, _, _ in ratings}
    if len(people) < 2:
        return Alpha(None, words.one_person if people else words.no_overlap, words)
    if not shared:
        return Alpha(None, words.no_overlap, words)
    if len({verdict for _, _, verdict in shared}) < 2:
        return Alpha(None, words.one_verdict, words)
    return Alpha(float(library().AnnotationTask(data=shared).alpha()), words=words)


def agreement(ratings: Sequence[Rating], words: Words = NODES) -> Agreement:
    """All figures for these verdicts."""
    by_unit = by_thing(_shared(ratings))
    pairs = agreed = whole = 0
    for verdicts in by_unit.values():
        counts, n = Counter(verdicts.values()), len(verdicts)
        pairs += n * (n - 1) // 2
        agreed += sum(k * (k - 1) // 2 for k in counts.values())
        whole += len(counts) == 1
    people = {person for verdicts in by_unit.values() for person in verdicts}
    votes = sum(map(len, by_unit.values()))
    return Agreement(alpha_of(ratings, words), len(by_unit), len(people), votes, pairs, agreed, whole)


def by_person(ratings: Sequence[Rating]) -> list[PersonAgreement]:
    """Every person against all others, by name."""
    by_unit = by_thing(_shared(ratings))
    given: dict[str, list[int]] = defaultdict(list)
    for unit, verdicts in by_unit.items():
        for person in verdicts:
            given[person].append(unit)
    return [_person(person, {unit: by_unit[unit] for unit in given[person]}) for person in sorted(given)]


def by_thing(ratings: Iterable[Rating]) -> dict[int, dict[str, str]]:
    """What was judged -> person -> verdict; of one person the last."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for person, unit, verdict in ratings:
        found[unit][person] = verdict
    return found


def _person(person: str, by_unit: Mapping[int, Mapping[str, str]]) -> PersonAgreement:
    pairs: list[Rating] = []
    with_majority = compared = 0
    for verdicts in by_unit.values():
        own = verdicts[person]
        others = [verdict for other, verdict in verdicts.items() if other != person]
        for other in others:
            pairs += [("own", len(pairs) // 2, own), ("other", len(pairs) // 2, other)]
        ranked = Counter(others).most_common(2)
        if len(ranked) == 1 or ranked[0][1] > ranked[1][1]:
            compared += 1
            with_majority += own == ranked[0][0]
    return PersonAgreement(person, len(by_unit), alpha_of(pairs), with_majority, compared)


def _shared(ratings: Sequence[Rating]) -> list[Rating]:
    votes = Counter(unit for _, unit, _ in ratings)
    return [rating for rating in ratings if votes[rating[1]] > 1]
