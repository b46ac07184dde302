"""Changes of the taxonomy by people: add, edit, move, reorder, remove, restore. Each is one action that can be undone.

An action takes nodes as the person saw them; when one was changed since, ConflictError carries it as it is now and
nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.finding import Labels
from core.domain.naming import clean_name, clean_text, sort_key
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, kind_at, outermost
from core.errors import InvalidInputError
from core.services.actions import Actions
from core.services.context import Context
from core.services.import_known import language_of
from core.services.tree_checks import (
    MAX_DESCRIPTION,
    MAX_SYNONYMS,
    checked_labels,
    checked_texts,
    kind_below,
    refuse_depth,
    refuse_subjects,
    refuse_twin,
)
from core.services.tree_removal import TreeRemover
from core.store import node_changes, nodes, projects, tree
from core.store.database import Tx
from core.store.node_changes import Texts

__all__ = ["MAX_DESCRIPTION", "MAX_SYNONYMS", "Texts", "TreeEditor", "checked_texts", "refuse_twin"]


class TreeEditor:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)
        self._remover = TreeRemover(context)

    def add(
        self,
        who: Principal,
        project_id: str,
        parent_id: int | None,
        name: str,
        description: str = "",
        *,
        kind: NodeKind | None = None,
        token: str = "",
    ) -> Node:
        """Add a child; it is proposed. A name that counts as the same as a sibling's is refused.

        `kind` None = the usual child of the parent, as in GLAN. Pressing twice with one token makes one.
        """
        cleaned = clean_name(name)
        with self._actions.act(who, project_id, "added") as action:
            tx = action.tx
            parent = nodes.get(tx, project_id, parent_id) if parent_id is not None else None
            chosen = kind_below(parent, kind)
            known = nodes.find_sibling(tx, project_id, parent_id, cleaned)
            fresh = not token or projects.spend_token(tx, f"node:{token}", action.at)
            if known and not fresh:
                return known
            if known:
                refuse_twin(tx, known)
            node_id = nodes.insert(
                tx,
                project_id,
                parent,
                chosen,
                cleaned,
                description=clean_text(description)[:MAX_DESCRIPTION],
                at=action.at,
            )
            node = nodes.get(tx, project_id, node_id)
            tree.recount(tx, node)
            action.title, action.entity = f"Added {cleaned}", ("node", node_id)
            action.after = {"name": cleaned, "parent": parent_id}
            return nodes.get(tx, project_id, node_id)

    def edit(self, who: Principal, node: Node, texts: Texts, labels: Labels | None = None) -> Node:
        """Change a node's texts and its names in other languages, None = those as they are.

        A change of name, description or scope note opens its votes again.
        """
        texts = checked_texts(texts)
        with self._actions.act(who, node.project_id, "edited") as action:
            tx = action.tx
            current = nodes.get(tx, node.project_id, node.id)
            others = current.labels if labels is None else checked_labels(labels, node.labels, language_of(node))
            if texts == Texts.of(current) and others == current.labels:
                return current
            twin = nodes.find_sibling(tx, node.project_id, current.parent_id, texts.name)
            if twin and twin.id != node.id:
                refuse_twin(tx, twin)
            node_changes.edit(tx, node, texts)
            if others != current.labels:
                node_changes.set_labels(tx, node.id, others)
            after = nodes.get(tx, node.project_id, node.id)
            tree.recount(tx, after)
            action.title, action.entity = _edit_title(node, texts), ("node", node.id)
            kept = {"name", "description", "synonyms", "scope_note", "notation", "labels", "state"}
            action.before, action.after = node.model_dump(include=kept), after.model_dump(include=kept)
            return nodes.get(tx, node.project_id, node.id)

    def move(
        self, who: Principal, seen: Sequence[Node], parent_id: int | None, before: int | None = None
    ) -> list[Node]:
        """Put nodes, in the order given, below `parent_id`, in front of its child `before` or behind all.

        Also reorders among siblings. Below another parent a node means something else, so its own votes are open again;
        those of its descendants are not.
        """
        if not seen:
            raise InvalidInputError("No node is chosen.", "Choose at least one in the tree.")
        project_id = seen[0].project_id
        with self._actions.act(who, project_id, "moved") as action:
            tx = action.tx
            parent = nodes.get(tx, project_id, parent_id) if parent_id is not None else None
            movers = [node_changes.refuse_stale(tx, node) for node in outermost(seen)]
            before = _first_that_stays(tx, project_id, parent_id, before, {node.id for node in movers})
            for node in movers:
                self._place(tx, node, parent, before)
            moved = [nodes.get(tx, project_id, node.id) for node in movers]
            tree.recount(tx, *movers, *moved)
            place = parent.name if parent else "the top"
            names = seen[0].name if len(seen) == 1 else f"{len(seen):,} nodes"
            reordered = all(node.parent_id == parent_id for node in seen)
            action.kind = "reordered" if reordered else "moved"
            action.title = f"Reordered {names} in {place}" if reordered else f"Moved {names} to {place}"
            action.entity = ("node", seen[0].id) if len(seen) == 1 else ("node", parent_id or "")
            return [nodes.get(tx, project_id, node.id) for node in movers]

    def _place(self, tx: Tx, node: Node, parent: Node | None, before: int | None) -> None:
        parent_id = parent.id if parent else None
        if node.state is NodeState.REMOVED:
            raise InvalidInputError(f"{node.name!r} is removed.", "Restore it, then move it.")
        if parent and parent.path.startswith(node.path):
            where = "itself" if parent.id == node.id else f"{parent.name!r}, which is below it"
            raise InvalidInputError(
                f"{node.name!r} cannot be moved below {where}.", "Choose a place outside its branch."
            )
        if parent and parent.state is NodeState.REMOVED:
            raise InvalidInputError(f"{parent.name!r} is removed.", "Restore it first, or choose another place.")
        kind = kind_at(node.kind, parent.kind if parent else None, has_children=node.n_children > 0)
        if kind is None:
            where = f"the discipline {parent.name!r}" if parent and parent.kind is NodeKind.DISCIPLINE else "there"
            raise InvalidInputError(
                f"{node.name!r} ({node.kind.label}) cannot stand below {where}.", "Choose a field or a sub-field."
            )
        if node.kind is NodeKind.DISCIPLINE and kind is not NodeKind.DISCIPLINE:
            refuse_subjects(tx, node)
        refuse_depth(tx, node, parent)
        twin = nodes.find_sibling(tx, node.project_id, parent_id, node.name)
        if twin and twin.id != node.id:
            refuse_twin(tx, twin)
        node_changes.place(tx, node, parent, tree.position_for(tx, node.project_id, parent_id, before), kind)

    def sort_children(self, who: Principal, project_id: str, parent_id: int | None) -> int:
        """Put the children of a node into alphabetical order, case and accents ignored; how many were moved."""
        with self._actions.act(who, project_id, "reordered") as action:
            tx = action.tx
            parent = nodes.get(tx, project_id, parent_id) if parent_id is not None else None
            siblings = nodes.children(tx, project_id, parent_id, removed=True)
            moved = tree.reorder(tx, project_id, parent_id, sorted(siblings, key=lambda n: (sort_key(n.name), n.id)))
            action.title = f"Sorted {len(siblings):,} nodes in {parent.name if parent else 'the top'}"
            action.entity = ("node", parent_id or "")
            return moved

    def remove(self, who: Principal, node: Node) -> int:
        """Remove a node and everything below it; how many went. See `TreeRemover`."""
        return self._remover.remove(who, [node])

    def restore(self, who: Principal, project_id: str, node_id: int) -> int:
        """Bring back a removed node with all that went with it; how many came back. See `TreeRemover`."""
        return self._remover.restore(who, project_id, [node_id])


def _edit_title(node: Node, texts: Texts) -> str:
    return f"Renamed {node.name} to {texts.name}" if node.name != texts.name else f"Edited {node.name}"


def _first_that_stays(
    tx: Tx, project_id: str, parent_id: int | None, before: int | None, movers: set[int]
) -> int | None:
    """The child in front of which to put: `before`, or when it is moved itself the next one behind it that is not."""
    if before is None:
        return None
    siblings = [node.id for node in nodes.children(tx, project_id, parent_id, removed=True)]
    if before not in siblings:
        raise InvalidInputError("The place in front of which to put it is gone.", "Look at the tree again.")
    behind = siblings[siblings.index(before) :]
    return next((node_id for node_id in behind if node_id not in movers), None)
