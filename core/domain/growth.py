"""Growing a taxonomy with a teacher, level by level: what is aimed at, how far it is, what the next level may cost."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.entity import Entity
from core.domain.taxonomy import NodeKind

MAX_SCOPE = 500
MAX_NAMES = 50
NAMES = 12  # asked for in one answer, unless somebody says otherwise
MAX_QUERIES = 20
LEVELS = (NodeKind.FIELD, NodeKind.SUB_FIELD, NodeKind.DISCIPLINE)


class Goal(Entity):
    """What a taxonomy is to cover, down to which of `LEVELS`, and how hard a teacher is asked at each place."""

    scope: str = ""
    depth: int = len(LEVELS)
    queries: int = 3
    names: int = NAMES

    @property
    def kinds(self) -> tuple[NodeKind, ...]:
        """The levels aimed at, from the top."""
        return LEVELS[: self.depth]


@dataclass(frozen=True, slots=True)
class Level:
    """How far one level is. `places` are the nodes above it that were accepted and have nothing below yet.

    None among the places is the top. `parents` are the nodes above it that have something below already.
    """

    kind: NodeKind
    verified: int
    open: int
    removed: int
    places: tuple[int | None, ...]
    parents: int

    @property
    def live(self) -> int:
        """Nodes that are not removed."""
        return self.verified + self.open

    @property
    def branching(self) -> float | None:
        """How many nodes a place has got on average; None while there is none."""
        return self.live / self.parents if self.parents else None


@dataclass(frozen=True, slots=True)
class NextLevel:
    """A guess at the level after this one; `cost` in nano-dollars is None without a price."""

    places: int
    calls: int
    cost: int | None


def current_level(levels: tuple[Level, ...]) -> int:
    """The first level, from 0, where something is open or to be asked for; the last one when all is done."""
    return next((i for i, level in enumerate(levels) if level.open or level.places), len(levels) - 1)


def guess_next(level: Level, below: Level, goal: Goal, *, calls: int, cost: int | None) -> NextLevel:
    """What the level `below` may take once `level` is asked for and all of it accepted.

    Each place is taken to bring as much as places did so far, or an answer's worth of names where nothing is known
    yet. `calls` and `cost` are those of `level`.
    """
    fresh = len(level.places) * (level.branching or goal.names)
    places = round(len(below.places) + level.open + fresh)
    expected = places * goal.queries
    return NextLevel(places, expected, None if cost is None else round(cost * expected / max(1, calls)))
