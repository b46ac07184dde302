"""Writes to nodes that are there. Each raises `version`; one that changes the meaning opens the votes again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.naming import name_key
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from core.errors import ConflictError
from core.store import nodes, terms, tree
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class Texts:
    """What a person can write into a node."""

    name: str
    description: str
    synonyms: tuple[str, ...]
    scope_note: str = ""
    notation: str = ""

    @staticmethod
    def of(node: Node) -> Texts:
        """What stands there."""
        return Texts(node.name, node.description, node.synonyms, node.scope_note, node.notation)

    @property
    def meaning(self) -> tuple[str, str, str]:
        """The part whose change reopens the votes."""
        return self.name, self.description, self.scope_note


def refuse_stale(tx: Tx, node: Node) -> Node:
    """The node as it is now; ConflictError with it if it is not as `node` was read any more."""
    current = nodes.get(tx, node.project_id, node.id)
    if (current.version, current.state) != (node.version, node.state):
        raise ConflictError(
            f"Somebody changed {node.name!r} in the meantime; it is now {current.state.value} and reads"
            f" {current.name!r}.",
            "Compare both and decide again.",
            current=current,
        )
    return current


_CHANGED = "touched=1, version=version+1"
OPENED = (  # of a node whose meaning is new
    "version=version+1, meaning=version+1, dispute='', state=iif(state='verified', 'proposed', state),"
    " verified_by=iif(state='verified', NULL, verified_by), verified_at=iif(state='verified', NULL, verified_at),"
    " verified_version=iif(state='verified', NULL, verified_version)"
)
_REOPENED = f"touched=1, {OPENED}"


def edit(tx: Tx, node: Node, texts: Texts) -> None:
    """Write the texts if version and state are still those of `node` as it was read; else ConflictError.

    A change of meaning opens the votes again.
    """
    refuse_stale(tx, node)
    how = _CHANGED if texts.meaning == Texts.of(node).meaning else _REOPENED
    tx.run(
        f"UPDATE node SET name=?, name_key=?, description=?, synonyms=?, scope_note=?, notation=?, {how} WHERE id=?",
        (
            texts.name,
            name_key(texts.name),
            texts.description,
            json.dumps(list(texts.synonyms), ensure_ascii=False),
            texts.scope_note,
            texts.notation,
            node.id,
        ),
    )
    terms.refresh(tx, [node.id])


def reopen(tx: Tx, node_id: int) -> None:
    """What it means is new: earlier votes no longer count, a verification is void."""
    tx.run(f"UPDATE node SET {_REOPENED} WHERE id=?", (node_id,))


def place(
    tx: Tx, node: Node, parent: Node | None, position: int, kind: NodeKind, *, same_meaning: bool = False
) -> None:
    """Put a node at a position below `parent`; the caller recounts both places.

    Below another parent it means something else, and its votes are open again; not with `same_meaning`.
    """
    parent_id = parent.id if parent else None
    how = _CHANGED if same_meaning or parent_id == node.parent_id else _REOPENED
    tx.run(f"UPDATE node SET parent_id=?, position=?, kind=?, {how} WHERE id=?", (parent_id, position, kind, node.id))
    tree.place_below(tx, node.project_id, node.id)


def clear_key(tx: Tx, node_id: int) -> None:
    """Free the node's name among its siblings until it is written anew in the same transaction."""
    tx.run("UPDATE node SET name_key=char(1) || id WHERE id=?", (node_id,))


def set_synonyms(tx: Tx, node_id: int, synonyms: Sequence[str]) -> None:
    """Write the other names of a node; they do not change what it means."""
    tx.run(
        f"UPDATE node SET synonyms=?, {_CHANGED} WHERE id=?",
        (json.dumps(list(synonyms), ensure_ascii=False), node_id),
    )
    terms.refresh(tx, [node_id])


def set_labels(tx: Tx, node_id: int, labels: Mapping[str, object]) -> None:
    """Write the names in other languages; they do not change what the node means."""
    tx.run(
        f"UPDATE node SET labels=?, {_CHANGED} WHERE id=?",
        (json.dumps(labels, ensure_ascii=False), node_id),
    )
    terms.refresh(tx, [node_id])


def set_kind(tx: Tx, node_id: int, kind: NodeKind) -> None:
    """Change what a node is."""
    tx.run("UPDATE node SET kind=?, touched=1, version=version+1 WHERE id=?", (kind, node_id))


def mark_merged(tx: Tx, node: Node, into: int) -> None:
    """The node was taken up by another; only its row stays, for its history and old links."""
    tx.run(
        "UPDATE node SET state_before=state, state='removed', removed_with=id, merged_into=?, touched=1,"
        " version=version+1 WHERE id=?",
        (into, node.id),
    )


def set_state(tx: Tx, node: Node, state: NodeState, person: str, at: float) -> None:
    """Move one node; a verification records who, when and the version it was given for."""
    verified = state is NodeState.VERIFIED
    tx.run(
        "UPDATE node SET state=?, verified_by=?, verified_at=?, verified_version=?, removed_with=NULL,"
        " touched=1, version=version+1 WHERE id=?",
        (state, person if verified else None, at if verified else None, node.meaning if verified else None, node.id),
    )


def set_states(tx: Tx, node_ids: Sequence[int], state: NodeState, person: str, at: float) -> None:
    """`set_state` for many nodes at once; the caller recounts."""
    verified = state is NodeState.VERIFIED
    tx.run(
        "UPDATE node SET state=:state, verified_by=:who, verified_at=:at,"
        " verified_version=iif(:verified, meaning, NULL), removed_with=NULL, touched=1, version=version+1"
        " WHERE id IN (SELECT value FROM json_each(:ids))",
        {
            "state": state,
            "who": person if verified else None,
            "at": float(at) if verified else None,
            "verified": verified,
            "ids": json.dumps(list(node_ids)),
        },
    )


def remove_subtree(tx: Tx, node: Node) -> int:
    """Mark the node and its live descendants removed, remembering what they were; how many."""
    return tx.run(
        "UPDATE node SET state_before=state, state='removed', removed_with=?, n_children=0, n_descendants=0,"
        " n_verified=0, version=version+1 WHERE project_id=? AND path>=? AND path<? AND state!='removed'",
        (node.id, node.project_id, node.path, node.path[:-1] + "0"),
    )


def restore_subtree(tx: Tx, node: Node) -> int:
    """Undo `remove_subtree` of this node: everything that went with it gets its state back; how many.

    A node that went with one above which it does not stand any more comes back with what is below it.
    """
    count = tx.run(
        "UPDATE node SET state=state_before, state_before=NULL, removed_with=NULL, version=version+1"
        " WHERE project_id=:p AND removed_with=:with AND merged_into IS NULL"
        " AND (:with=:id OR (path>=:low AND path<:high))",
        {
            "p": node.project_id,
            "with": node.removed_with or node.id,
            "id": node.id,
            "low": node.path,
            "high": node.path[:-1] + "0",
        },
    )
    tree.recount_below(tx, node)
    return count


def seen(tx: Tx, node_id: int) -> None:
    """A teacher named it once more; nothing else of it changes."""
    tx.run("UPDATE node SET times_seen=times_seen+1 WHERE id=?", (node_id,))
