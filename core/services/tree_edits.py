"""Changes of the taxonomy by people: add, edit, move, reorder, remove, restore. Each is one action that can be undone.

An action takes nodes as the person saw them; when one was changed since, ConflictError carries it as it is now and
nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.naming import clean_name, clean_text
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, KINDS_BELOW, MAX_DEPTH, Node, NodeKind, kind_at
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.actions import Actions
from core.services.context import Context
from core.store import node_changes, nodes, projects, tree
from core.store.database import Tx
from core.store.node_changes import Texts

__all__ = ["MAX_DESCRIPTION", "MAX_SYNONYMS", "Texts", "TreeEditor", "checked_texts", "refuse_twin"]
MAX_DESCRIPTION = 4000
MAX_SYNONYMS = 50
MAX_NOTATION = 100


class TreeEditor:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

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

    def edit(self, who: Principal, node: Node, texts: Texts) -> Node:
        """Change a node's texts; a change of name, description or scope note opens its votes again."""
        texts = checked_texts(texts)
        with self._actions.act(who, node.project_id, "edited") as action:
            tx = action.tx
            current = nodes.get(tx, node.project_id, node.id)
            if texts == Texts.of(current):
                return current
            twin = nodes.find_sibling(tx, node.project_id, current.parent_id, texts.name)
            if twin and twin.id != node.id:
                refuse_twin(tx, twin)
            node_changes.edit(tx, node, texts)
            after = nodes.get(tx, node.project_id, node.id)
            tree.recount(tx, after)
            action.title, action.entity = _edit_title(node, texts), ("node", node.id)
            kept = {"name", "description", "synonyms", "scope_note", "notation", "state"}
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
            movers = [node_changes.refuse_stale(tx, node) for node in seen]
            if before in {node.id for node in movers}:
                before = None if len(movers) > 1 else before
            for node in movers:
                if node.id != before:
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

    def remove(self, who: Principal, node: Node) -> int:
        """Remove a node and everything below it; how many went. Restoring brings exactly these back.

        ConflictError if the node, or the number of nodes that go with it, is not what the person saw.
        """
        with self._actions.act(who, node.project_id, "removed") as action:
            tx = action.tx
            current = nodes.get(tx, node.project_id, node.id)
            if current.state is NodeState.REMOVED:
                raise InvalidTransitionError(f"{current.name!r} is removed already.", "Reload the taxonomy.")
            if current.n_descendants != node.n_descendants:
                raise ConflictError(
                    f"{current.n_descendants:,} nodes would go with {node.name!r}, not {node.n_descendants:,}: somebody"
                    " changed the branch.",
                    "Look again, then decide.",
                    current=current,
                )
            node_changes.refuse_stale(tx, node)
            count = node_changes.remove_subtree(tx, current)
            tree.recount(tx, current)
            action.title, action.entity = _with_below("Removed", node.name, count), ("node", node.id)
            action.before = {"state": node.state, "with_descendants": count}
            return count

    def restore(self, who: Principal, project_id: str, node_id: int) -> int:
        """Bring back a removed node with all that went with it; how many came back."""
        with self._actions.act(who, project_id, "restored") as action:
            tx = action.tx
            node = nodes.get(tx, project_id, node_id)
            if node.state is not NodeState.REMOVED:
                raise InvalidTransitionError(f"{node.name!r} is not removed.", "Reload the taxonomy.")
            if node.merged_into is not None:
                into = nodes.get(tx, project_id, node.merged_into)
                raise InvalidTransitionError(f"{node.name!r} was merged into {into.name!r}.", "Undo the merge instead.")
            upper = [n for n in nodes.ancestors(tx, node)[:-1] if n.state is NodeState.REMOVED]
            if upper:
                raise InvalidTransitionError(
                    f"{node.name!r} went with {upper[0].name!r}.", f"Restore {upper[0].name!r} first."
                )
            count = node_changes.restore_subtree(tx, node)
            tree.recount(tx, node)
            action.title, action.entity = _with_below("Restored", node.name, count), ("node", node_id)
            action.after = {"nodes": count}
            return count


def kind_below(parent: Node | None, kind: NodeKind | None) -> NodeKind:
    """The kind of a new child, or InvalidInputError if nothing of that kind can stand there."""
    above = parent.kind if parent else None
    chosen = kind or CHILD_KIND[above]
    if chosen is None or chosen not in KINDS_BELOW[above] or (parent and parent.state is NodeState.REMOVED):
        name = parent.name if parent else "the top"
        what = f"A {chosen.label} cannot" if chosen else "Nothing can"
        raise InvalidInputError(
            f"{what} be added below {name!r}.", "Choose a field or a sub-field that is not removed."
        )
    if parent and parent.depth + 1 >= MAX_DEPTH:
        raise InvalidInputError(f"{parent.name!r} is on level {MAX_DEPTH}, the deepest there is.", "Add it higher up.")
    return chosen


def refuse_twin(tx: Tx, known: Node) -> None:
    """Raise: there is a sibling whose name counts as the same."""
    if known.merged_into is not None:
        into = nodes.get(tx, known.project_id, known.merged_into)
        raise InvalidInputError(
            f"{known.name!r} was merged into {into.name!r}.", "Use that one, or undo the merge from its history."
        )
    removed = known.state is NodeState.REMOVED
    raise InvalidInputError(
        f"There is already {'a removed' if removed else 'a'} {known.kind.label} named {known.name!r} here.",
        "Restore it instead of adding it again." if removed else "Choose another name, or edit that one.",
    )


def refuse_subjects(tx: Tx, node: Node) -> None:
    """Raise if subjects hang from a discipline that would become something else."""
    count = tx.value("SELECT count(*) FROM subject WHERE node_id=?", (node.id,))
    if count:
        raise InvalidInputError(
            f"{node.name!r} has {count:,} subjects, so it has to stay a discipline.", "Move its subjects first."
        )


def refuse_depth(tx: Tx, node: Node, parent: Node | None) -> None:
    """Raise if the branch would reach below the deepest level."""
    deepest = max(each.depth for each in nodes.subtree(tx, node)) - node.depth
    if (parent.depth + 1 if parent else 0) + deepest >= MAX_DEPTH:
        raise InvalidInputError(
            f"The branch of {node.name!r} would reach below level {MAX_DEPTH}.", "Choose a place higher up."
        )


def checked_texts(texts: Texts) -> Texts:
    """The texts cleaned, synonyms once each and none that is the name; InvalidInputError names what is wrong."""
    name = clean_name(texts.name)
    words = [clean_name(word, "synonym") for word in texts.synonyms if word.strip()]
    synonyms = tuple(word for word in dict.fromkeys(words) if word != name)
    if len(synonyms) > MAX_SYNONYMS:
        raise InvalidInputError(
            f"There are {len(synonyms):,} synonyms; {MAX_SYNONYMS} are allowed.", "Keep the important ones."
        )
    description, note = clean_text(texts.description), clean_text(texts.scope_note)
    for what, text in (("description", description), ("scope note", note)):
        if len(text) > MAX_DESCRIPTION:
            raise InvalidInputError(
                f"The {what} has {len(text):,} characters; {MAX_DESCRIPTION:,} are allowed.", f"Shorten the {what}."
            )
    notation = clean_text(texts.notation)
    if len(notation) > MAX_NOTATION:
        raise InvalidInputError(f"The notation is longer than {MAX_NOTATION} characters.", "Shorten it.")
    return Texts(name, description, synonyms, note, notation)


def _edit_title(node: Node, texts: Texts) -> str:
    return f"Renamed {node.name} to {texts.name}" if node.name != texts.name else f"Edited {node.name}"


def _with_below(verb: str, name: str, count: int) -> str:
    return f"{verb} {name}" + (f" and {count - 1:,} below" if count > 1 else "")
