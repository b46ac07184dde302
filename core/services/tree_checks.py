"""What the tree refuses, with the reason and the next step: shared by every service that changes it."""

from __future__ import annotations

from core.domain.naming import clean_name, clean_text
from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, KINDS_BELOW, MAX_DEPTH, Node, NodeKind
from core.errors import InvalidInputError
from core.store import nodes, tree
from core.store.database import Tx
from core.store.node_changes import Texts

MAX_DESCRIPTION = 4000
MAX_SYNONYMS = 50
MAX_NOTATION = 100


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
    if branch_too_deep(tx, node, parent):
        raise InvalidInputError(
            f"The branch of {node.name!r} would reach below level {MAX_DEPTH}.", "Choose a place higher up."
        )


def branch_too_deep(tx: Tx, node: Node, parent: Node | None) -> bool:
    """Would the branch reach below the deepest level?"""
    return (parent.depth + 1 if parent else 0) + tree.height(tx, node) >= MAX_DEPTH


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
