"""What a tree on screen is drawn from: rows page by page, the way down to a node, and when to ask again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.states import NodeState


@dataclass(frozen=True, slots=True)
class Row:
    """One node as a line. `dispute` is "tie", "narrow" or ""; the counts below are over all descendants.

    `hit`: it was looked for, and is not only on the way to what was.
    """

    id: int
    name: str
    kind: str
    state: NodeState
    n_children: int = 0
    n_descendants: int = 0
    n_verified: int = 0
    votes: int = 0
    quorum: int = 1
    mine: bool = False
    dispute: str = ""
    times_seen: int = 1
    hit: bool = False

    @property
    def has_children(self) -> bool:
        """Can it be opened? `n_children` counts what opening shows."""
        return self.n_children > 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the children of one node, and how many there are in all."""

    rows: Sequence[Row]
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: whose child it is, None at the top, and which one, counted from 0."""

    parent: int | None
    index: int
    node: int


class Source(Protocol):
    """The tree of one project, with whatever filter the page has set.

    `revision` differs as soon as any row, place or filter does; it may be asked for often and must be quick.
    """

    @property
    def revision(self) -> str: ...

    @property
    def sought(self) -> str:
        """What the tree is narrowed to, "" for the whole tree. What was found is shown with everything opened."""

    @property
    def best(self) -> int | None:
        """The node to go to first in a narrowed tree."""

    def children(self, parent: int | None, offset: int, limit: int) -> Page:
        """The children of a node from `offset` on, at most `limit`, in their order."""

    def reveal(self, node_id: int) -> Sequence[Place]:
        """The places from the top down to the node, its own last; empty when this tree does not show it."""
