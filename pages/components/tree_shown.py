"""What the tree on the Taxonomy page shows: the whole tree, or what a search found, in its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.services.tree_rows import TreeRow
from core.services.tree_search import Query, Total
from pages.components.session import Here
from pages.components.tree_source import Page, Place, Row

MOST = 300


def _row(row: TreeRow) -> Row:
    return Row(
        row.id,
        row.name,
        row.kind.value,
        row.state,
        row.n_children,
        row.n_descendants,
        row.n_verified,
        row.votes,
        row.quorum,
        row.mine,
        row.dispute,
        row.times_seen,
    )


@dataclass(frozen=True, slots=True)
class WholeTree:
    """Every node, the removed ones on request."""

    h: Here
    removed: bool
    sought: str = ""
    best: None = None

    @property
    def revision(self) -> str:
        """See `Source`."""
        return f"{self.h.work.rows.revision(self.h.project_id)} {self.removed} {self.h.who.name}"

    def children(self, parent: int | None, offset: int, limit: int) -> Page:
        """See `Source`."""
        found = self.h.work.rows.children(self.h.who, self.h.project_id, parent, offset, limit, removed=self.removed)
        return Page([_row(row) for row in found.rows], found.total)

    def reveal(self, node_id: int) -> Sequence[Place]:
        """See `Source`."""
        way = self.h.work.rows.reveal(self.h.who, self.h.project_id, node_id, removed=self.removed)
        return [Place(place.parent, place.index, place.node) for place in way]


@dataclass(slots=True)
class _Found:
    """What one search found at one time."""

    revision: int
    paths: list[list[int]]
    total: Total
    rows: dict[int, Row]
    below: dict[int | None, list[int]]


@dataclass(slots=True)
class FoundTree:
    """The hits of a search and what is above them, the branch of the best hit first; searched anew after changes."""

    h: Here
    query: Query
    _found: _Found | None = field(default=None, init=False)

    @property
    def sought(self) -> str:
        """See `Source`."""
        return f"{self.query} {self.h.who.name}"

    @property
    def revision(self) -> str:
        """See `Source`."""
        return f"{self.h.work.rows.revision(self.h.project_id)} {self.sought}"

    @property
    def best(self) -> int | None:
        """See `Source`."""
        paths = self._now().paths
        return paths[0][-1] if paths else None

    @property
    def total(self) -> Total:
        """How many nodes were found."""
        return self._now().total

    @property
    def paths(self) -> list[list[Row]]:
        """The hits that are shown, the best first, each with what is above it."""
        found = self._now()
        return [[found.rows[node] for node in path] for path in found.paths]

    def children(self, parent: int | None, offset: int, limit: int) -> Page:
        """See `Source`."""
        found = self._now()
        ids = found.below.get(parent, [])
        rows = [found.rows[node] for node in ids[offset : offset + limit]]
        return Page(rows, len(ids))

    def reveal(self, node_id: int) -> Sequence[Place]:
        """See `Source`."""
        below = self._now().below
        above = {node: parent for parent, ids in below.items() for node in ids}
        way: list[Place] = []
        node: int | None = node_id
        while node is not None:
            if node not in above:
                return ()
            parent = above[node]
            way.insert(0, Place(parent, below[parent].index(node), node))
            node = parent
        return way

    def _now(self) -> _Found:
        revision = self.h.work.rows.revision(self.h.project_id)
        if self._found is None or self._found.revision != revision:
            self._found = self._find(revision)
        return self._found

    def _find(self, revision: int) -> _Found:
        page = self.h.work.search.find(self.h.who, self.h.project_id, self.query, size=MOST)
        paths = [[node.id for node in path] for path in page.hits]
        below: dict[int | None, list[int]] = {None: []}
        for path in paths:
            for parent, node in zip([None, *path], path, strict=False):
                siblings = below.setdefault(parent, [])
                if node not in siblings:
                    siblings.append(node)
        hits = {path[-1] for path in paths}
        ids = {node for path in paths for node in path}
        rows = {
            row.id: replace(_row(row), n_children=len(below.get(row.id, ())), hit=row.id in hits)
            for row in self.h.work.rows.some(self.h.who, self.h.project_id, ids)
        }
        shown = {parent: [node for node in ids if node in rows] for parent, ids in below.items()}
        return _Found(revision, [path for path in paths if all(node in rows for node in path)], page.total, rows, shown)
