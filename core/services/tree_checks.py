"""What the tree refuses, with the reason and the next step: shared by every service that changes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from core.domain.finding import Labels
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
MAX_LANGUAGES = 100
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")


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


def checked_labels(labels: Labels, was: Labels, own: str) -> dict[str, dict[str, object]]:
    """The names in other languages cleaned, by code; what is still as it `was` passes as it is.

    `own` is the language of the node's own name. InvalidInputError names what is wrong.
    """
    if len(labels) > MAX_LANGUAGES:
        raise InvalidInputError(
            f"There are names in {len(labels):,} languages; {MAX_LANGUAGES} are allowed.", "Keep the important ones."
        )
    found: dict[str, dict[str, object]] = {}
    for typed, words in labels.items():
        code = typed.strip().lower()
        if code in found:
            raise InvalidInputError(f"The language {code!r} is there twice.", "Put its names into one row.")
        if was.get(typed) == words:
            found[code] = dict(words)
        else:
            _refuse_language(code, was, own)
            found[code] = _checked_words(code, words)
    return dict(sorted(found.items()))


def _refuse_language(code: str, was: Labels, own: str) -> None:
    if code not in was and not _LANGUAGE.fullmatch(code):
        raise InvalidInputError(f"{code!r} is no code of a language.", "Write it like fr, de or pt-br.")
    if code and code == own.lower():
        raise InvalidInputError(f"{code!r} is the language of the name itself.", "Write these words above instead.")


def _checked_words(code: str, words: Mapping[str, object]) -> dict[str, object]:
    preferred = str(words.get("preferred") or "")
    others = words.get("alternatives") or ()
    assert isinstance(others, list | tuple)
    texts = Texts(preferred if preferred.strip() else "-", str(words.get("definition") or ""), tuple(map(str, others)))
    try:
        cleaned = checked_texts(replace(texts, scope_note=str(words.get("scope_note") or "")))
    except InvalidInputError as error:
        raise InvalidInputError(f"In the language {code!r}: {error.message}", error.hint) from error
    said = (*cleaned.synonyms, cleaned.description, cleaned.scope_note)
    if not preferred.strip() and not any(said):
        raise InvalidInputError(f"The language {code!r} has no name.", "Write one, or delete its row.")
    return {
        "preferred": cleaned.name if preferred.strip() else "",
        "alternatives": list(cleaned.synonyms),
        "definition": cleaned.description,
        "scope_note": cleaned.scope_note,
    }
