"""Examples that ask the same, or nearly the same, as others of their set.

Exact: the seed key is equal. Near: the numbers are the same and at least 90 of 100 letters are, in their order; only
examples that share one of their rarest words are compared, and no word leads to more than a few comparisons, so the
work grows with the number of examples and not with its square.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz

from core.interchange.seeds.model import NearPair, Repeats

ALIKE: Final = 90.0
MAX_COMPARED: Final = 20_000
_LONGEST: Final = 1_000
_RARE: Final = 5
_RECENT: Final = 8
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")


def repeats(keys: Sequence[str]) -> Repeats:
    """Among examples with these seed keys, by place."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        groups[key].append(place)
    exact = tuple(tuple(places) for places in groups.values() if len(places) > 1)
    single = [(places[0], key[:_LONGEST]) for key, places in groups.items()][:MAX_COMPARED]
    return Repeats(exact, tuple(sorted(_near(single), key=lambda pair: (pair.first, pair.second))), len(single))


def _near(texts: Sequence[tuple[int, str]]) -> Iterable[NearPair]:
    words = [frozenset(_WORD.findall(text)) for _, text in texts]
    often = Counter(word for found in words for word in found)
    recent: dict[str, list[int]] = defaultdict(list)
    numbers = [tuple(sorted(_NUMBER.findall(text))) for _, text in texts]
    for index, (place, text) in enumerate(texts):
        seen: set[int] = set()
        for word in sorted((w for w in words[index] if often[w] > 1), key=lambda w: (often[w], w))[:_RARE]:
            seen.update(recent[word][-_RECENT:])
            recent[word].append(index)
        for other in sorted(seen):
            if numbers[other] == numbers[index]:
                score = fuzz.ratio(texts[other][1], text, score_cutoff=ALIKE)
                if score:
                    yield NearPair(texts[other][0], place, round(score, 1))
                    break
