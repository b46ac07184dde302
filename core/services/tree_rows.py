"""The tree as lines on screen: children of a node by number, and the way down to a node."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.people import Principal
from core.services.context import Context
from core.store import actions, node_rows
from core.store.node_rows import Place, RowPage, TreeRow

__all__ = ["Place", "RowPage", "TreeRow", "TreeRows"]


class TreeRows:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def children(
        self,
        who: Principal,
        project_id: str,
        parent_id: int | None,
        offset: int = 0,
        limit: int = 200,
        *,
        removed: bool = False,
    ) -> RowPage:
        """Children from number `offset` on in their order, and how many there are; None = the fields.

        Merged nodes are never among them, removed ones on request.
        """
        with self._c.store.read() as tx:
            return node_rows.children(tx, project_id, parent_id, offset, limit, person=who.name, removed=removed)

    def some(self, who: Principal, project_id: str, ids: Iterable[int]) -> tuple[TreeRow, ...]:
        """The lines of some nodes, in no order."""
        with self._c.store.read() as tx:
            return node_rows.some(tx, project_id, ids, person=who.name)

    def reveal(self, who: Principal, project_id: str, node_id: int, *, removed: bool = False) -> tuple[Place, ...]:
        """The places from the top down to the node; empty if this tree does not show it.

        A merged node leads to the one that took it up.
        """
        del who  # everybody sees the same tree
        with self._c.store.read() as tx:
            return node_rows.reveal(tx, project_id, node_id, removed=removed)

    def revision(self, project_id: str) -> int:
        """Grows with every action."""
        with self._c.store.read() as tx:
            return actions.revision(tx, project_id)
