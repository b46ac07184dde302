"""Which rows are held out for validation: never a question that training rows ask too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random

from core.domain.lineage import seed_of
from core.domain.naming import name_key
from core.domain.records import Sample


def validation_rows(count: int, share: float) -> int:
    """How many of `count` rows are to be held out; at least one row stays for training."""
    return max(0, min(int(count * share + 0.5), count - 1))


def origins(chosen: Iterable[Sample]) -> list[str]:
    """What each sample goes back to, parents in front of what goes on from them: its seed question, or its first."""
    known: dict[int, str] = {}
    for sample in chosen:
        asked = (seed_of(sample.lineage) or {}).get("question")
        first = asked or (sample.history[0][0] if sample.history else sample.question)
        known[sample.id] = known.get(sample.parent_id or 0) or name_key(str(first))
    return list(known.values())


def held_out(origins: Sequence[str], share: float, seed: int) -> frozenset[int]:
    """Places of the rows held out, drawn by seed. Rows of one origin stay together, so it can be a few less."""
    families: dict[str, list[int]] = defaultdict(list)
    for place, origin in enumerate(origins):
        families[origin].append(place)
    drawn = list(families.values())
    Random(seed).shuffle(drawn)  # noqa: S311 - reproducible
    left, found = validation_rows(len(origins), share), list[int]()
    for family in drawn:
        if len(family) <= left:
            found += family
            left -= len(family)
    return frozenset(found)
