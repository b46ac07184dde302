"""Which rows of a dataset stay when no discipline, strategy or kind may outweigh the others.

Four rules, each of them optional: so many rows of one discipline, so many of one strategy, so many generated rows for
one that people wrote, so many basic rows for one challenging. Which rows go is drawn by seed, families of near
duplicates one after the other, and never hangs on the order of the rows. The result is maximal: of the rows left out
not one can be put back without breaking a rule, and the first rule that it would break is the reason given for it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.sampling import Difficulty
from core.errors import InvalidInputError


class LeftOut(StrEnum):
    """Why a row does not stay."""

    DISCIPLINE = "discipline"
    STRATEGY = "strategy"
    GENERATED = "generated"
    BASIC = "basic"


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What the rules look at. Rows of one `family` are near duplicates of each other; None = of nobody.

    A row without a discipline has no cap of that kind; one without a difficulty is neither basic nor challenging.
    """

    id: int
    discipline: int | None
    strategy: str
    human: bool
    difficulty: Difficulty | None
    family: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """The rules. None = no such rule; `disciplines` and `strategies` hold caps of their own for some of them."""

    per_discipline: int | None = None
    disciplines: Mapping[int, int] = field(default_factory=dict)
    per_strategy: int | None = None
    strategies: Mapping[str, int] = field(default_factory=dict)
    generated_per_human: float | None = None
    basic_per_challenging: float | None = None


@dataclass(frozen=True, slots=True)
class Balanced:
    """Ids of the rows that stay, and of each other one the first rule that it would break."""

    kept: frozenset[int]
    left: Mapping[int, LeftOut]


def balanced(rows: Sequence[BalanceRow], wish: Balance, seed: int) -> Balanced:
    """See the module. Ids must differ; raises InvalidInputError for a number below nought."""
    _check(wish)
    drawn = _drawn(rows, seed)
    kept = _Kept(wish)
    for row in drawn:
        if kept.over_caps(row) is None:
            kept.put(row)
    kept.trim(drawn)
    kept.refill(drawn)
    left = {row.id: reason for row in drawn if row.id not in kept.ids and (reason := kept.refuses(row))}
    return Balanced(frozenset(kept.ids), left)


def _check(wish: Balance) -> None:
    caps = [wish.per_discipline, wish.per_strategy, *wish.disciplines.values(), *wish.strategies.values()]
    ratios = [wish.generated_per_human, wish.basic_per_challenging]
    for number in (*caps, *ratios):
        if number is not None and not 0 <= number < float("inf"):
            raise InvalidInputError(f"{number} is no number of rows.", "Type nought or more, or leave the field empty.")


def _drawn(rows: Iterable[BalanceRow], seed: int) -> list[BalanceRow]:
    """In the order in which rows are let in: family after family."""

    def place(row: BalanceRow) -> tuple[bytes, bytes]:
        family = f"family {row.family}" if row.family is not None else f"row {row.id}"
        return _lot(seed, family), _lot(seed, f"row {row.id}")

    return sorted(rows, key=place)


def _lot(seed: int, name: str) -> bytes:
    return hashlib.blake2b(f"{seed} {name}".encode(), digest_size=16).digest()


class _Kept:
    """The rows that stay so far, counted as the rules count them."""

    def __init__(self, wish: Balance) -> None:
        self._wish = wish
        self.ids: set[int] = set()
        self._disciplines: Counter[int | None] = Counter()
        self._strategies: Counter[str] = Counter()
        self._human = self._generated = self._basic = self._challenging = 0

    def put(self, row: BalanceRow, times: int = 1) -> None:
        """Let it in, or out again (-1)."""
        (self.ids.add if times > 0 else self.ids.remove)(row.id)
        self._disciplines[row.discipline] += times
        self._strategies[row.strategy] += times
        self._human += times * row.human
        self._generated += times * (not row.human)
        self._basic += times * (row.difficulty is Difficulty.BASIC)
        self._challenging += times * (row.difficulty is Difficulty.CHALLENGING)

    def over_caps(self, row: BalanceRow) -> LeftOut | None:
        """The cap that has no room for one more like this."""
        wish = self._wish
        if row.discipline is not None:
            cap = wish.disciplines.get(row.discipline, wish.per_discipline)
            if cap is not None and self._disciplines[row.discipline] >= cap:
                return LeftOut.DISCIPLINE
        cap = wish.strategies.get(row.strategy, wish.per_strategy)
        return LeftOut.STRATEGY if cap is not None and self._strategies[row.strategy] >= cap else None

    def refuses(self, row: BalanceRow) -> LeftOut | None:
        """The first rule that one more like this would break."""
        if over := self.over_caps(row):
            return over
        if not row.human and self._generated + 1 > self._most_generated():
            return LeftOut.GENERATED
        return LeftOut.BASIC if self._one_basic_too_many(row) else None

    def _most_generated(self) -> float:
        ratio = self._wish.generated_per_human
        return float("inf") if ratio is None else ratio * self._human

    def _most_basic(self) -> float:
        ratio = self._wish.basic_per_challenging
        return float("inf") if ratio is None else ratio * self._challenging

    def _one_basic_too_many(self, row: BalanceRow) -> bool:
        return row.difficulty is Difficulty.BASIC and self._basic + 1 > self._most_basic()

    def trim(self, drawn: Sequence[BalanceRow]) -> None:
        """Let rows out, the last drawn first, until both ratios hold; what people wrote goes last."""
        generated = [row for row in drawn if not row.human and row.id in self.ids]
        basic = [row for row in drawn if row.difficulty is Difficulty.BASIC and row.id in self.ids]
        basic.sort(key=lambda row: not row.human)
        while (by_kind := self._generated > self._most_generated()) or self._basic > self._most_basic():
            row = (generated if by_kind else basic).pop()
            if row.id in self.ids:
                self.put(row, -1)

    def refill(self, drawn: Sequence[BalanceRow]) -> None:
        """Let in again what the ratios have room for after all."""
        more = True
        while more:
            more = False
            for row in drawn:
                if row.id not in self.ids and self.refuses(row) is None:
                    self.put(row)
                    more = True
