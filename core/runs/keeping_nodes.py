"""Store the children that one answer proposed. What is there, or was there before people changed it, never changes."""

from __future__ import annotations

from core.domain.naming import clean_name, clean_text, near_key
from core.domain.states import ItemState, NodeState
from core.domain.taxonomy import CHILD_KIND, KINDS_BELOW, MAX_DEPTH, Node, NodeKind, Origin
from core.errors import InvalidInputError, InvalidTransitionError
from core.generation.products import NodeProposals
from core.store import growth, node_changes, nodes, terms, tree
from core.store.acting import Open
from core.store.database import Tx

Kept = tuple[ItemState, list[int]]
_MAX_DESCRIPTION = 4000


def usable_name(name: str) -> str | None:
    """The name as it is stored, None for one that cannot be."""
    try:
        return clean_name(name)
    except InvalidInputError:
        return None


def keep_nodes(action: Open, project_id: str, product: NodeProposals) -> Kept:
    """New names become proposed children; one that is there, under any near name, only came up once more."""
    tx = action.tx
    parent = _place(tx, project_id, product.parent)
    kind = _kind_below(parent, product.kind)
    parent_id = parent.id if parent else None
    asked = growth.count_answer(tx, project_id, parent_id, again=not product.only_new)
    former = growth.former(tx, project_id, parent_id)
    made: list[int] = []
    counted: set[int] = set()
    for raw_name, raw_text in product.children:
        name = usable_name(raw_name)
        known = _find(tx, project_id, parent_id, name) if name else None
        if name is None or (known is None and near_key(name) in former):
            continue
        if known is None:
            text, seen = clean_text(raw_text)[:_MAX_DESCRIPTION], (1, asked)
            made.append(
                nodes.insert(
                    tx, project_id, parent, kind, name, description=text, origin=Origin.MODEL, seen=seen, at=action.at
                )
            )
        elif known.id not in {*made, *counted} and not product.only_new and _is_counted(known):
            node_changes.seen(tx, known.id)  # an answer may repeat itself: it counts once
            counted.add(known.id)
    if parent:
        tree.recount(tx, parent)
    return (ItemState.DONE if made else ItemState.KNOWN), made


def _place(tx: Tx, project_id: str, parent_id: int | None) -> Node | None:
    """The node that was asked about, or the one that took it up since; the rest of the world may have moved on."""
    if parent_id is None:
        return None
    parent = nodes.get(tx, project_id, parent_id)
    while parent.merged_into is not None:
        parent = nodes.get(tx, project_id, parent.merged_into)
    if parent.state is NodeState.REMOVED:
        raise InvalidTransitionError(
            f"{parent.name!r} was removed while the teacher was asked about it.",
            "Restore it and retry the query: the answer is stored and not paid again.",
        )
    return parent


def _kind_below(parent: Node | None, wanted: NodeKind) -> NodeKind:
    above = parent.kind if parent else None
    kind = wanted if wanted in KINDS_BELOW[above] else CHILD_KIND[above]
    if kind is None or (parent and parent.depth + 1 >= MAX_DEPTH):
        name = repr(parent.name) if parent else "the top"
        raise InvalidInputError(f"Nothing can be added below {name}.", "Choose a field or a sub-field higher up.")
    return kind


def _find(tx: Tx, project_id: str, parent_id: int | None, name: str) -> Node | None:
    return nodes.find_sibling(tx, project_id, parent_id, name) or terms.child_like(tx, project_id, parent_id, name)


def _is_counted(node: Node) -> bool:
    """An open proposal of a teacher; names that people made or decided on are not asked for again."""
    return node.state is NodeState.PROPOSED and node.origin is Origin.MODEL
