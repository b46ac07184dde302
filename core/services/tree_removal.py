"""Removing and restoring nodes with everything below them, one or many in one action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, outermost
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.actions import Actions
from core.services.context import Context
from core.store import node_changes, nodes, tree
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class Going:
    """What would be removed: the chosen nodes without those below others of them, and how many nodes in all."""

    chosen: tuple[Node, ...]
    nodes: int
    verified: int

    @staticmethod
    def of(chosen: Sequence[Node]) -> Going:
        """A child of a chosen parent counts once."""
        tops = outermost(node for node in chosen if node.state is not NodeState.REMOVED)
        verified = sum(node.n_verified + (node.state is NodeState.VERIFIED) for node in tops)
        return Going(tuple(tops), sum(node.n_descendants + 1 for node in tops), verified)


class TreeRemover:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def count(self, project_id: str, node_ids: Sequence[int]) -> Going:
        """What removing these would take away."""
        with self._c.store.read() as tx:
            found = {node.id: node for node in nodes.get_many(tx, project_id, set(node_ids))}
        return Going.of([found[node_id] for node_id in dict.fromkeys(node_ids) if node_id in found])

    def remove(self, who: Principal, seen: Sequence[Node]) -> int:
        """Remove the nodes and everything below them; how many went. Restoring brings exactly these back.

        ConflictError if a node, or the number of nodes that go with it, is not what the person saw.
        """
        tops = outermost(seen)
        if not tops:
            raise InvalidInputError("No node is chosen.", "Choose at least one in the tree.")
        with self._actions.act(who, tops[0].project_id, "removed") as action:
            current = [_as_seen(action.tx, node) for node in tops]
            count = sum(node_changes.remove_subtree(action.tx, node) for node in current)
            tree.recount(action.tx, *current)
            action.title = _told("Removed", current, count)
            action.entity = ("node", tops[0].id) if len(tops) == 1 else ("project", tops[0].project_id)
            action.before = {"state": tops[0].state, "with_descendants": count}
            return count

    def restore(self, who: Principal, project_id: str, node_ids: Sequence[int]) -> int:
        """Bring back removed nodes, each with all that went with it; how many came back."""
        with self._actions.act(who, project_id, "restored") as action:
            tx = action.tx
            chosen = [nodes.get(tx, project_id, node_id) for node_id in dict.fromkeys(node_ids)]
            tops = [node for node in chosen if not _comes_with(node, chosen)]
            count = 0
            for node in sorted(tops, key=lambda n: n.depth):
                _refuse_restore(tx, nodes.get(tx, project_id, node.id))
                count += node_changes.restore_subtree(tx, node)
            tree.recount(tx, *tops)
            action.title = _told("Restored", tops, count)
            action.entity = ("node", tops[0].id) if len(tops) == 1 else ("project", project_id)
            action.after = {"nodes": count}
            return count


def _as_seen(tx: Tx, node: Node) -> Node:
    current = nodes.get(tx, node.project_id, node.id)
    if current.state is NodeState.REMOVED:
        raise InvalidTransitionError(f"{current.name!r} is removed already.", "Reload the taxonomy.")
    if current.n_descendants != node.n_descendants:
        raise ConflictError(
            f"{current.n_descendants:,} nodes would go with {node.name!r}, not {node.n_descendants:,}: somebody changed"
            " the branch.",
            "Look again, then decide.",
            current=current,
        )
    return node_changes.refuse_stale(tx, node)


def _comes_with(node: Node, chosen: Sequence[Node]) -> bool:
    """Did it go with another chosen node, so that it comes back with that one?"""
    return any(node.removed_with == other.id != node.id for other in chosen)


def _refuse_restore(tx: Tx, node: Node) -> None:
    if node.state is not NodeState.REMOVED:
        raise InvalidTransitionError(f"{node.name!r} is not removed.", "Reload the taxonomy.")
    if node.merged_into is not None:
        into = nodes.get(tx, node.project_id, node.merged_into)
        raise InvalidTransitionError(f"{node.name!r} was merged into {into.name!r}.", "Undo the merge instead.")
    upper = [each for each in nodes.ancestors(tx, node)[:-1] if each.state is NodeState.REMOVED]
    if upper:
        raise InvalidTransitionError(f"{node.name!r} went with {upper[0].name!r}.", f"Restore {upper[0].name!r} first.")


def _told(verb: str, tops: Sequence[Node], count: int) -> str:
    names = tops[0].name if len(tops) == 1 else f"{len(tops):,} nodes"
    return f"{verb} {names}" + (f" and {count - len(tops):,} below" if count > len(tops) else "")
