"""A tree without a database, of any size: fields with a few levels below, one parent with half of all nodes, one branch
twenty levels deep, names in other scripts and names that would do harm. Of size 0 it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import sleep

from core.domain.states import NodeState
from core.errors import NotFoundError
from pages.components.tree_source import Page, Place, Row

HOSTILE = "<img src=x onerror=alert(1)>"
ARABIC = "\u0627\u0644\u0631\u064a\u0627\u0636\u064a\u0627\u062a \u0648\u0627\u0644\u0641\u064a\u0632\u064a\u0627\u0621"
ISLANDS = "\u00c5land and \u00c9tudes"
LONG = "The comparative history of measuring instruments and of the people who calibrated them in the provinces"
SPECIAL = (HOSTILE, ARABIC, ISLANDS, LONG, "Unspoken\u202egnihtemos", "zebra studies")
FIELDS, DEEP = 8, 20
STATES = (NodeState.PROPOSED, NodeState.VERIFIED, NodeState.PROPOSED, NodeState.REMOVED)


@dataclass
class GrownTree:
    """Fulfils `Source`. `slow` seconds pass before each answer; children of a node in `broken` cannot be had."""

    size: int
    slow: float = 0.0
    sought: str = ""
    best: int | None = None

    def __post_init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.below: dict[int | None, list[int]] = {None: []}
        self.above: dict[int, int | None] = {}
        self.broken: set[int] = set()
        self.changes = 0
        self.asked: list[tuple[int | None, int]] = []
        self._grow()

    @property
    def revision(self) -> str:
        return str(self.changes)

    def children(self, parent: int | None, offset: int, limit: int) -> Page:
        sleep(self.slow)
        self.asked.append((parent, offset))
        if parent in self.broken:
            self.broken.discard(parent)
            raise NotFoundError(f"Node {parent} cannot be read.", "Open another one.")
        ids = self.below.get(parent, [])
        return Page([self._row(node) for node in ids[offset : offset + limit]], len(ids))

    def reveal(self, node_id: int) -> Sequence[Place]:
        way: list[Place] = []
        node: int | None = node_id if node_id in self.rows else None
        while node is not None:
            parent = self.above[node]
            way.insert(0, Place(parent, self.below[parent].index(node), node))
            node = parent
        return way

    def add(self, parent: int | None, name: str, at: int | None = None, **more: int) -> int:
        """A new node, last or at a position."""
        node = len(self.rows) + 1
        kind = ("field", "sub_field", "discipline")[min(2, len(self.reveal(parent)) if parent else 0)]
        state = STATES[node % len(STATES)] if node > FIELDS else NodeState.PROPOSED
        self.rows[node] = Row(node, name, kind, state, quorum=3, votes=node % 3, mine=node % 2 == 0)
        siblings = self.below.setdefault(parent, [])
        siblings.insert(len(siblings) if at is None else at, node)
        self.above[node] = parent
        self.changes += 1
        return node

    def move(self, node: int, to: int) -> None:
        """Last below another node."""
        self.below[self.above[node]].remove(node)
        self.below.setdefault(to, []).append(node)
        self.above[node] = to
        self.changes += 1

    def _row(self, node: int) -> Row:
        row, below = self.rows[node], len(self.below.get(node, ()))
        dispute = {5: "tie", 9: "narrow"}.get(node % 16, "")
        seen = 3 if node % 7 == 0 else 1
        verified = below * (node % 5) // 4 if below else 0
        return replace(
            row, n_children=below, n_descendants=below, n_verified=verified, dispute=dispute, times_seen=seen
        )

    def _grow(self) -> None:
        if not self.size:
            return
        fields = [self.add(None, f"Field {n} of knowledge") for n in range(FIELDS)]
        for name in SPECIAL:
            self.add(fields[0], name)
        node = fields[1]
        for depth in range(2, DEEP + 1):
            node = self.add(node, f"Level {depth}")
        many = self.add(fields[2], "Everything at once")
        while len(self.rows) < self.size // 2:
            self.add(many, f"Part {len(self.rows) - many + 1}")
        level = list(fields[3:])
        while len(self.rows) < self.size:
            parents, level = level, []
            for parent in parents:
                level += [self.add(parent, f"Topic {parent}.{n}") for n in range(6) if len(self.rows) < self.size]
