"""Changing what nodes are: field, sub-field or discipline, as far as their place and what is below them allow."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import KINDS_BELOW, Node, NodeKind
from core.errors import InvalidInputError
from core.services.actions import Actions
from core.services.context import Context
from core.services.tree_checks import refuse_subjects
from core.store import node_changes, nodes
from core.store.database import Tx


class KindService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def choices(self, node: Node, parent: Node | None) -> tuple[NodeKind, ...]:
        """The kinds that its place allows, its own left out."""
        return tuple(kind for kind in KINDS_BELOW[parent.kind if parent else None] if kind is not node.kind)

    def change(self, who: Principal, seen: Sequence[Node], kind: NodeKind) -> int:
        """Make every one of these nodes a `kind`, all or none; how many changed. Votes stay: it means the same."""
        if not seen:
            raise InvalidInputError("No node is chosen.", "Choose at least one in the tree.")
        with self._actions.act(who, seen[0].project_id, "changed kind") as action:
            changing = [node_changes.refuse_stale(action.tx, node) for node in seen if node.kind is not kind]
            for node in changing:
                _refuse(action.tx, node, kind)
                node_changes.set_kind(action.tx, node.id, kind)
            names = changing[0].name if len(changing) == 1 else f"{len(changing):,} nodes"
            action.title = f"Made {names} a {kind.label}"
            action.entity = ("node", changing[0].id) if len(changing) == 1 else ("project", seen[0].project_id)
            return len(changing)


def _refuse(tx: Tx, node: Node, kind: NodeKind) -> None:
    parent = nodes.get(tx, node.project_id, node.parent_id) if node.parent_id is not None else None
    if node.state is NodeState.REMOVED:
        raise InvalidInputError(f"{node.name!r} is removed.", "Restore it first.")
    if kind not in KINDS_BELOW[parent.kind if parent else None]:
        where = f"below the {parent.kind.label} {parent.name!r}" if parent else "at the top"
        raise InvalidInputError(f"{node.name!r} stands {where}, where a {kind.label} cannot.", "Move it first.")
    if node.kind is NodeKind.DISCIPLINE:
        refuse_subjects(tx, node)
    for child in nodes.children(tx, node.project_id, node.id, removed=True):
        if child.kind not in KINDS_BELOW[kind]:
            gone = "the removed " if child.state is NodeState.REMOVED else ""
            raise InvalidInputError(
                f"{node.name!r} has {gone}{child.name!r} below it, and a {child.kind.label} cannot stand below a"
                f" {kind.label}.",
                "Move what is below it first.",
            )
