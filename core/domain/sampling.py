"""Which class sessions and key concepts go into a question (GLAN, section 2.4).

A deck is every allowed set of one syllabus and one difficulty. It is dealt in a shuffled order that depends on the
seed alone, so a position always means the same card and no card comes twice before the deck is used up.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heappush
from itertools import accumulate
from math import comb

MAX_CONCEPTS = 5


class Difficulty(StrEnum):
    """Basic questions use one session, challenging ones two, both always."""

    BASIC = "basic"
    CHALLENGING = "challenging"


@dataclass(frozen=True, slots=True)
class Card:
    """One draw: indices of sessions, and for each of them the indices of its concepts."""

    sessions: tuple[int, ...]
    concepts: tuple[tuple[int, ...], ...]


def basic_sets(m: int) -> int:
    """Sets of 1 to 5 of `m` concepts of one session: sum of C(m, i), i = 1..5."""
    return sum(comb(m, i) for i in range(1, MAX_CONCEPTS + 1))


def challenging_sets(m1: int, m2: int) -> int:
    """Sets of 2 to 5 concepts of two sessions that use both: sum of C(m1+m2,i) - C(m1,i) - C(m2,i), i = 2..5."""
    return sum(comb(m1 + m2, i) - comb(m1, i) - comb(m2, i) for i in range(2, MAX_CONCEPTS + 1))


@dataclass(frozen=True)
class Deck:
    """All cards of one difficulty over a syllabus; `sizes` are the numbers of concepts of its sessions."""

    sizes: tuple[int, ...]
    difficulty: Difficulty
    seed: str

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The sessions of each group of cards: single ones, or pairs."""
        n = len(self.sizes)
        if self.difficulty is Difficulty.BASIC:
            return tuple((i,) for i in range(n))
        return tuple((i, j) for i in range(n) for j in range(i + 1, n))

    def _group_size(self, group: tuple[int, ...]) -> int:
        sizes = [self.sizes[i] for i in group]
        return basic_sets(sizes[0]) if len(sizes) == 1 else challenging_sets(sizes[0], sizes[1])

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(self._group_size(group) for group in self.groups))

    @property
    def size(self) -> int:
        """How many different cards there are."""
        return self._ends[-1] if self._ends else 0

    def deal(self, start: int, count: int) -> list[Card]:
        """`count` cards from position `start` on; past the end a new round begins in a new order.

        Raises ValueError for a deck without cards.
        """
        groups, ends = self.groups, self._ends
        if not self.size:
            raise ValueError("this syllabus has no set of concepts to draw from")
        cards = []
        for position in range(start, start + count):
            lap, place = divmod(position, ends[-1])
            rank = _shuffled(place, ends[-1], f"{self.seed}/{self.difficulty}/{lap}")
            index = bisect_right(ends, rank)
            group = groups[index]
            local = rank - (ends[index - 1] if index else 0)
            cards.append(Card(group, self._unrank(group, local)))
        return cards

    def _unrank(self, group: tuple[int, ...], rank: int) -> tuple[tuple[int, ...], ...]:
        sizes = [self.sizes[i] for i in group]
        if len(sizes) == 1:
            for k in range(1, MAX_CONCEPTS + 1):
                if rank < comb(sizes[0], k):
                    return (_combination(sizes[0], k, rank),)
                rank -= comb(sizes[0], k)
        for total in range(2, MAX_CONCEPTS + 1):
            for first in range(1, total):
                left, right = comb(sizes[0], first), comb(sizes[1], total - first)
                if rank < left * right:
                    a, b = divmod(rank, right)
                    return (_combination(sizes[0], first, a), _combination(sizes[1], total - first, b))
                rank -= left * right
        raise AssertionError("rank beyond the group")


def _combination(n: int, k: int, rank: int) -> tuple[int, ...]:
    """The `rank`-th k-subset of range(n) in lexicographic order."""
    chosen = []
    item = 0
    while k:
        with_item = comb(n - item - 1, k - 1)
        if rank < with_item:
            chosen.append(item)
            k -= 1
        else:
            rank -= with_item
        item += 1
    return tuple(chosen)


def _shuffled(place: int, size: int, seed: str) -> int:
    """A seeded permutation of range(size) at `place`: a four-round Feistel network, walked until it lands inside."""
    half_bits = max(1, ((size - 1).bit_length() + 1) // 2)
    mask = (1 << half_bits) - 1
    value = place
    while True:
        left, right = value >> half_bits, value & mask
        for turn in range(4):
            digest = hashlib.blake2b(f"{seed}/{turn}/{right}".encode(), digest_size=8).digest()
            left, right = right, left ^ (int.from_bytes(digest) & mask)
        value = (left << half_bits) | right
        if value < size:
            return value


@lru_cache(maxsize=16)
def subset(total: int, size: int, seed: int) -> tuple[int, ...]:
    """`size` of range(total) by a seeded draw, in order; with one seed a smaller subset is part of a larger one."""
    return tuple(sorted(_shuffled(place, total, f"subset/{seed}") for place in range(size)))


def in_proportion(weights: Sequence[int], count: int) -> list[int]:
    """`count` indices in which every beginning holds each index in proportion to its weight, to less than one.

    Tijdeman's chairman assignment: an index may come when its share allows it, and the most urgent one comes. With
    equal weights these are rounds: in_proportion([1, 1], 3) == [0, 1, 0]. A longer order begins like a shorter one.
    """
    drawn = [(index, weight) for index, weight in enumerate(weights) if weight > 0]
    if len(drawn) < 2:
        return [drawn[0][0]] * count if drawn else []
    total, slack = sum(weight for _, weight in drawn), 2 * len(drawn) - 2

    def due(index: int, weight: int, turn: int) -> tuple[int, int, int, int]:
        """(from when on, until when at the latest, index, turn) of an index's next turn, in places of the order."""
        scale = weight * slack
        early = -(-(turn * slack + 1) * total // scale)
        return early, ((turn + 1) * slack - 1) * total // scale, index, turn

    waiting = [due(index, weight, 0) for index, weight in drawn]
    heapify(waiting)
    ready: list[tuple[int, int, int]] = []
    order = []
    for place in range(1, count + 1):
        while waiting and waiting[0][0] <= place:
            _, late, index, turn = heappop(waiting)
            heappush(ready, (late, index, turn))
        _, index, turn = heappop(ready)
        order.append(index)
        heappush(waiting, due(index, weights[index], turn + 1))
    return order
