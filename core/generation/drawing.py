"""Which samples a plan stands for: decks dealt evenly over disciplines and subjects, basic and challenging mixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, cycle, pairwise
from types import MappingProxyType
from typing import Any

from core.domain.curriculum import Subject, Syllabus, syllabus_text
from core.domain.sampling import Card, Deck, Difficulty, in_proportion
from core.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Source:
    """One syllabus to draw from, with the discipline that it is drawn for: its own, or one that shares it."""

    path: tuple[str, ...]
    node_id: int
    subject: Subject
    syllabus: Syllabus

    @property
    def text(self) -> str:
        """The whole syllabus as the question prompt shows it."""
        return syllabus_text(self.subject.name, self.subject.level, self.syllabus)

    def deck(self, difficulty: Difficulty, seed: int) -> Deck:
        """All sets of concepts of this syllabus for one difficulty."""
        sizes = tuple(len(session.concepts) for session in self.syllabus.sessions)
        return Deck(sizes, difficulty, f"{seed}/{self.syllabus.id}/{self.syllabus.version}")

    def deck_key(self, difficulty: Difficulty, seed: int) -> str:
        """What a deck's position is stored under."""
        return f"{self.syllabus.id}:{self.syllabus.version}:{difficulty.value}:{seed}"


def challenging_flags(count: int, share: float) -> list[bool]:
    """Which of `count` samples are challenging, spread evenly; their number is the share rounded to the nearest."""
    return [int((i + 1) * share + 0.5) > int(i * share + 0.5) for i in range(count)]


def draw(
    sources: Sequence[Source],
    count: int,
    share: float,
    seed: int,
    start: Mapping[str, int],
    weights: Mapping[int, int] = MappingProxyType({}),
    *,
    first: int | None = None,
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Specs of `count` sample items, or of the `first` ones of them, and the deck positions after all.

    Every discipline gets its share by `weights` (node id -> weight, 1 where none is named, 0 = none of it), inside it
    every subject the same; any prefix keeps to the shares too, so a run that ends early has covered all. A syllabus of
    a single session has no challenging deck and gives basic questions instead.
    """
    order = _order(sources, count, weights)
    flags = _flags_by_source(order, len(sources), challenging_flags(count, share))
    dealers = [_dealers(source, seed) for source in sources]
    wanted = count if first is None else first
    positions = dict(start)
    specs = []
    for place, index in enumerate(order):
        difficulty, deck, key = dealers[index][next(flags[index])]
        position = positions.get(key, 0)
        positions[key] = position + 1
        if place < wanted:
            card = deck.deal(position, 1)[0]
            specs.append(_spec(sources[index], card, difficulty, position, position // deck.size))
    return specs, positions


def _dealers(source: Source, seed: int) -> dict[bool, tuple[Difficulty, Deck, str]]:
    """What questions of a source are dealt from, challenging or not."""
    basic, challenging = (
        (difficulty, source.deck(difficulty, seed), source.deck_key(difficulty, seed))
        for difficulty in (Difficulty.BASIC, Difficulty.CHALLENGING)
    )
    return {False: basic, True: challenging if challenging[1].size else basic}


def _order(sources: Sequence[Source], count: int, weights: Mapping[int, int]) -> list[int]:
    """The place among `sources` of each item."""
    by_discipline: dict[int, list[int]] = {}
    for index, source in enumerate(sources):
        by_discipline.setdefault(source.node_id, []).append(index)
    groups = list(by_discipline.values())
    turns = in_proportion([weights.get(node_id, 1) for node_id in by_discipline], count)
    if len(turns) < count:
        raise InvalidInputError("No discipline of the plan has a share.", "Give at least one a weight above 0.")
    cursors = [cycle(group) for group in groups]
    return [next(cursors[turn]) for turn in turns]


def _flags_by_source(order: Sequence[int], sources: int, flags: Sequence[bool]) -> list[Iterator[bool]]:
    """The flags cut into one run per source, so that each source gets its share of challenging questions.

    Every second run is turned around: a short prefix of the plan then shows both difficulties.
    """
    counts = Counter(order)
    cuts = [0, *accumulate(counts[i] for i in range(sources))]
    return [iter(flags[low:high][:: -1 if i % 2 else 1]) for i, (low, high) in enumerate(pairwise(cuts))]


def _spec(source: Source, card: Card, difficulty: Difficulty, position: int, lap: int) -> dict[str, Any]:
    sessions = [source.syllabus.sessions[i] for i in card.sessions]
    return {
        "kind": "samples",
        "path": list(source.path),
        "discipline": source.path[-1],
        "node_id": source.subject.node_id,
        "subject": source.subject.name,
        "subject_id": source.subject.id,
        "syllabus_id": source.syllabus.id,
        "syllabus_version": source.syllabus.version,
        "sessions": [session.name for session in sessions],
        "session_numbers": [i + 1 for i in card.sessions],
        "n_sessions": len(source.syllabus.sessions),
        "groups": [
            [session.concepts[k] for k in chosen] for session, chosen in zip(sessions, card.concepts, strict=True)
        ],
        "difficulty": difficulty.value,
        "position": position,
        "index": lap,
    }
