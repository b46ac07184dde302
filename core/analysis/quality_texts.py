"""How varied the samples of a group are, and how much of their material they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.quality_words import Corpus, distinct


@dataclass(frozen=True, slots=True)
class Marks:
    """What is compared of one sample: equal numbers are equal texts. `family` is that of its near duplicates."""

    question: int
    pair: int
    family: int
    words: int
    answer_words: int


@dataclass(frozen=True, slots=True)
class Variety:
    """Shares of `n` samples that repeat an earlier one of the same group, n-gram diversity, and mean lengths in words.

    `questions` counts equal questions, `pairs` equal questions with equal answers, `near` near duplicates of questions.
    """

    n: int
    questions: float
    pairs: float
    near: float
    distinct_1: float | None
    distinct_2: float | None
    words: float
    answer_words: float


def variety(corpus: Corpus, marks: Sequence[Marks], chosen: Sequence[int]) -> Variety:
    """Of the chosen samples, at least one."""
    own = [marks[index] for index in chosen]
    n = len(own)
    return Variety(
        n,
        1 - len({each.question for each in own}) / n,
        1 - len({each.pair for each in own}) / n,
        1 - len({each.family for each in own}) / n,
        distinct(corpus, chosen, 1),
        distinct(corpus, chosen, 2),
        sum(each.words for each in own) / n,
        sum(each.answer_words for each in own) / n,
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the things that samples could be drawn from were used."""

    used: int
    all: int

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.used / self.all if self.all else None


NOT_DRAWN = Coverage(0, 0)
Concept = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Material:
    """What there is now: key concepts of each discipline as (syllabus, class session, concept), examples of each seed
    set."""

    concepts: Mapping[int, frozenset[Concept]]
    examples: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one sample was made from."""

    discipline: int | None = None
    concepts: tuple[Concept, ...] = ()
    seed_set: int | None = None
    example: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Coverage of a group: key concepts and class sessions of its disciplines, examples of its seed sets."""

    concepts: Coverage
    sessions: Coverage
    seeds: Coverage


def use(material: Material, drawn: Sequence[Drawn]) -> Use:
    """What is no longer in the curriculum counts neither as used nor as there."""
    taught = frozenset().union(
        *(
            material.concepts.get(node, frozenset())
            for node in {each.discipline for each in drawn if each.concepts}
            if node
        )
    )
    named = {concept for each in drawn for concept in each.concepts} & taught
    seeds = {each.seed_set: 0 for each in drawn if each.seed_set is not None}
    used = {(each.seed_set, each.example) for each in drawn if each.example is not None}
    return Use(
        Coverage(len(named), len(taught)),
        Coverage(len({concept[:2] for concept in named}), len({concept[:2] for concept in taught})),
        Coverage(len(used), sum(material.examples.get(number, 0) for number in seeds)),
    )
