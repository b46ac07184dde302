"""How far people agree when they vote on the same things: Krippendorff's alpha, and plain shares beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.analysis.intervals import wilson

Rating = tuple[str, int, str]  # person, node, verdict
NO_OVERLAP = "No node has votes of two people yet."
ONE_PERSON = "Only one person has voted."
ONE_VERDICT = "Everybody gave the same verdict everywhere, so there is nothing that chance could be told from."
# Krippendorff's customary bounds (Content Analysis, 2004).
RELIABLE, TENTATIVE = 0.80, 0.667


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha (nominal): 1 = full agreement, 0 = as good as chance; None with the reason."""

    value: float | None
    reason: str = ""

    @property
    def meaning(self) -> str:
        """What it says in plain words, and what to do."""
        if self.value is None:
            return self.reason
        if self.value >= RELIABLE:
            return "Reliable: build on these decisions."
        if self.value >= TENTATIVE:
            return "Tentative: good enough to go on; settle the disputed nodes first."
        if self.value > 0:
            return "Not reliable: agree on what counts as keep, settle the disputed nodes, then vote again."
        return "No better than chance: talk about what keep means before anybody goes on voting."


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on some nodes: `agreed` of `pairs` pairs of votes on one node are equal, with a 95 % interval.

    The interval takes nodes, not pairs, as independent: `whole` of `nodes` nodes have one verdict only.
    """

    alpha: Alpha
    nodes: int
    people: int
    votes: int
    pairs: int
    agreed: int
    whole: int

    @property
    def share(self) -> float | None:
        """Percent agreement over all pairs of votes."""
        return self.agreed / self.pairs if self.pairs else None

    @property
    def interval(self) -> tuple[float, float]:
        """Of the share of nodes on which all votes are equal."""
        return wilson(self.whole, self.nodes)


@dataclass(frozen=True, slots=True)
class PersonAgreement:
    """One person against everybody else: alpha over all pairs with another's vote, and the share with the majority.

    `with_majority` of `compared` votes agree with the majority of the other votes on the node; ties are not compared.
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


def alpha_of(ratings: Sequence[Rating]) -> Alpha:
    """Krippendorff's alpha for nominal data; votes that are alone on their node do not count."""
    shared = _shared(ratings)
    people = {person for person, _, _ in ratings}
    if len(people) < 2:
        return Alpha(None, ONE_PERSON if people else NO_OVERLAP)
    if not shared:
        return Alpha(None, NO_OVERLAP)
    if len({verdict for _, _, verdict in shared}) < 2:
        return Alpha(None, ONE_VERDICT)
    from nltk.metrics.agreement import AnnotationTask  # noqa: PLC0415 - takes a while to import

    return Alpha(float(AnnotationTask(data=shared).alpha()))


def agreement(ratings: Sequence[Rating]) -> Agreement:
    """All figures for these votes."""
    by_node = _by_node(_shared(ratings))
    pairs = agreed = whole = 0
    for verdicts in by_node.values():
        counts, n = Counter(verdicts.values()), len(verdicts)
        pairs += n * (n - 1) // 2
        agreed += sum(k * (k - 1) // 2 for k in counts.values())
        whole += len(counts) == 1
    people = {person for verdicts in by_node.values() for person in verdicts}
    return Agreement(
        alpha_of(ratings), len(by_node), len(people), sum(map(len, by_node.values())), pairs, agreed, whole
    )


def by_person(ratings: Sequence[Rating]) -> list[PersonAgreement]:
    """Every person against all others, by name."""
    by_node = _by_node(_shared(ratings))
    given: dict[str, list[int]] = defaultdict(list)
    for node, verdicts in by_node.items():
        for person in verdicts:
            given[person].append(node)
    return [_person(person, {node: by_node[node] for node in given[person]}) for person in sorted(given)]


def _person(person: str, by_node: Mapping[int, Mapping[str, str]]) -> PersonAgreement:
    pairs: list[Rating] = []
    with_majority = compared = 0
    for verdicts in by_node.values():
        own = verdicts[person]
        others = [verdict for other, verdict in verdicts.items() if other != person]
        for other in others:
            pairs += [("own", len(pairs) // 2, own), ("other", len(pairs) // 2, other)]
        ranked = Counter(others).most_common(2)
        if len(ranked) == 1 or ranked[0][1] > ranked[1][1]:
            compared += 1
            with_majority += own == ranked[0][0]
    return PersonAgreement(person, len(by_node), alpha_of(pairs), with_majority, compared)


def _by_node(ratings: Iterable[Rating]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for person, node, verdict in ratings:
        found[node][person] = verdict
    return found


def _shared(ratings: Sequence[Rating]) -> list[Rating]:
    votes = Counter(node for _, node, _ in ratings)
    return [rating for rating in ratings if votes[rating[1]] > 1]
