"""Which rows are held out for validation and test: never a question that training rows ask too."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from core.domain.lineage import seed_of
from core.domain.naming import name_key
from core.domain.records import Sample

TRAIN, VALIDATION, TEST = "train", "validation", "test"


def validation_rows(count: int, share: float) -> int:
    """How many of `count` rows are to be held out; at least one row stays for training."""
    return max(0, min(int(count * share + 0.5), count - 1))


def origins(chosen: Iterable[Sample]) -> list[bytes]:
    """A digest of what each sample goes back to, parents in front of what goes on from them: its seed question, or its
    first."""
    known: dict[int, bytes] = {}
    for sample in chosen:
        asked = (seed_of(sample.lineage) or {}).get("question")
        first = asked or (sample.history[0][0] if sample.history else sample.question)
        known[sample.id] = known.get(sample.parent_id or 0) or _digest(name_key(str(first)))
    return list(known.values())


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def concept_set(sample: Sample) -> tuple[str, ...] | None:
    """The same for samples drawn from the same key concepts of the same sessions of a subject; None without them."""
    made: Mapping[str, Any] = sample.lineage
    sessions, groups = made.get("sessions"), made.get("groups")
    if not sessions or not groups:
        return None
    drawn = [[session, *concepts] for session, concepts in zip(sessions, groups, strict=False)]
    keyed = sorted("\n".join(sorted(name_key(str(name)) for name in names)) for names in drawn)
    return name_key(str(made.get("subject", ""))), *keyed


def families_of(*groupings: Sequence[Hashable | None]) -> list[int]:
    """For each row the place of the first row that hangs together with it, in whichever grouping, over any steps.

    A grouping names for each row its group; None = in no group.
    """
    above = list(range(len(groupings[0]) if groupings else 0))

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for grouping in groupings:
        first: dict[Hashable, int] = {}
        for place, group in enumerate(grouping):
            if group is not None:
                low, high = sorted((root(first.setdefault(group, place)), root(place)))
                above[high] = low
    return [root(place) for place in range(len(above))]


def split(families: Sequence[Hashable], shares: Mapping[str, float], seed: int, keys: Sequence[int] = ()) -> list[str]:
    """For each row the name of its split: those of `shares` as near to their share as whole families allow, else train.

    Families are drawn by seed and the least of their `keys`, by default the places of their rows: with keys that last,
    such as sample ids, hardly any row changes sides when a later version has some rows more or less. Training always
    keeps a row.
    """
    members: dict[Hashable, list[int]] = defaultdict(list)
    for place, family in enumerate(families):
        members[family].append(place)
    named = keys or range(len(families))
    drawn = sorted(members.values(), key=lambda family: _lot(seed, min(named[place] for place in family)))
    found, free = [TRAIN] * len(families), len(families)
    for name, share in shares.items():
        wanted = min(validation_rows(len(families), share), free - 1)
        taken, drawn = _taken(drawn, wanted)
        for place in (place for family in taken for place in family):
            found[place] = name
        free -= sum(map(len, taken))
    return found


def _lot(seed: int, key: int) -> bytes:
    """The place of a family in the draw: the same in every version."""
    return hashlib.sha256(f"{seed}:{key}".encode()).digest()


def _taken(drawn: Sequence[list[int]], wanted: int) -> tuple[list[list[int]], list[list[int]]]:
    """Families with about so many rows, and the others: what fits, then at most one that brings it nearer still."""
    taken, others, left = list[list[int]](), list[list[int]](), wanted
    for family in drawn:
        fits = len(family) <= left
        (taken if fits else others).append(family)
        left -= len(family) * fits
    nearest = min(others, key=len, default=[])
    if left > 0 and len(others) > 1 and len(nearest) < 2 * left:
        others.remove(nearest)
        taken.append(nearest)
    return taken, others
