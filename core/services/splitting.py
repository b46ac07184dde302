"""Splitting: what hangs from one node is shared out between it and new nodes behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.naming import clean_name, name_key
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import InvalidInputError
from core.services.actions import Actions
from core.services.context import Context
from core.services.tree_checks import refuse_twin
from core.store import curricula, following, node_changes, nodes, projects, tree
from core.store.acting import Open
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class Part:
    """A new node and what goes to it."""

    name: str
    children: tuple[int, ...] = ()
    subjects: tuple[int, ...] = ()


class SplitService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def split(self, who: Principal, node: Node, parts: Sequence[Part], *, token: str = "") -> list[Node]:
        """Make a new node behind `node` for each part, of the same kind; the new ones, which are proposed.

        What is in no part stays. Children below another name mean something else, so their own votes are open again.
        Pressing twice with one token splits once.
        """
        parts = checked_parts(node, parts)
        with self._actions.act(who, node.project_id, "split") as action:
            if token and not projects.spend_token(action.tx, f"split:{token}", action.at):
                return [there for part in parts if (there := _sibling(action.tx, node, part.name))]
            current = node_changes.refuse_stale(action.tx, node)
            if current.state is NodeState.REMOVED:
                raise InvalidInputError(f"{node.name!r} is removed.", "Restore it first.")
            made = _make(action, current, parts)
            names = parts[0].name if len(parts) == 1 else f"{len(parts)} nodes"
            action.title, action.entity = f"Split {names} off {node.name}", ("node", node.id)
            action.after = {"made": [part.name for part in parts]}
            return made


def checked_parts(node: Node, parts: Sequence[Part]) -> list[Part]:
    """The parts with clean names; InvalidInputError if there is none, or two want the same."""
    if not parts:
        raise InvalidInputError(f"{node.name!r} is split into nothing.", "Name at least one new node.")
    cleaned = [Part(clean_name(part.name), part.children, part.subjects) for part in parts]
    names = [name_key(part.name) for part in cleaned]
    double = next((part.name for part in cleaned if names.count(name_key(part.name)) > 1), None)
    if double or name_key(node.name) in names:
        raise InvalidInputError(f"Two parts would be named {double or node.name!r}.", "Give each its own name.")
    for what, chosen in (
        ("child", [child for part in cleaned for child in part.children]),
        ("subject", [subject for part in cleaned for subject in part.subjects]),
    ):
        if len(set(chosen)) < len(chosen):
            raise InvalidInputError(f"A {what} is in two parts.", "Leave it in one of them.")
    return cleaned


def _make(action: Open, node: Node, parts: Sequence[Part]) -> list[Node]:
    tx = action.tx
    parent = nodes.get(tx, node.project_id, node.parent_id) if node.parent_id is not None else None
    made: list[int] = []
    for part in parts:
        twin = _sibling(tx, node, part.name)
        if twin:
            refuse_twin(tx, twin)
        made.append(nodes.insert(tx, node.project_id, parent, node.kind, part.name, at=action.at))
    _put_behind(tx, node, parent, made)
    for node_id, part in zip(made, parts, strict=True):
        _fill(tx, node, nodes.get(tx, node.project_id, node_id), part)
    everything = [nodes.get(tx, node.project_id, node_id) for node_id in (node.id, *made)]
    tree.recount(tx, *everything)
    return [nodes.get(tx, node.project_id, node_id) for node_id in made]


def _put_behind(tx: Tx, node: Node, parent: Node | None, made: Sequence[int]) -> None:
    siblings = [each.id for each in nodes.children(tx, node.project_id, node.parent_id, removed=True, merged=True)]
    following_one = siblings[siblings.index(node.id) + 1]
    if following_one in made:
        return
    for node_id in made:
        position = tree.position_for(tx, node.project_id, node.parent_id, following_one)
        node_changes.place(tx, nodes.get(tx, node.project_id, node_id), parent, position, node.kind)


def _fill(tx: Tx, node: Node, new: Node, part: Part) -> None:
    for child_id in part.children:
        child = nodes.get(tx, node.project_id, child_id)
        if child.parent_id != node.id:
            raise InvalidInputError(f"{child.name!r} is not below {node.name!r} any more.", "Look at it again.")
        node_changes.place(tx, child, new, tree.position_for(tx, node.project_id, new.id), child.kind)
    for subject_id in part.subjects:
        subject = curricula.get_subject(tx, node.project_id, subject_id)
        if subject.node_id != node.id:
            raise InvalidInputError(f"{subject.name!r} is no subject of {node.name!r} any more.", "Look at it again.")
        following.move_subject(tx, subject_id, subject.name, new.id)


def _sibling(tx: Tx, node: Node, name: str) -> Node | None:
    return nodes.find_sibling(tx, node.project_id, node.parent_id, name)
