"""What a project has already, as an import looks for it: by URI, and by the place of a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.interchange.concepts.model import Concept
from core.interchange.concepts.terms import OURS, literal, parse
from core.services.import_report import TextChoice
from core.store import node_takeover
from core.store.database import Tx
from core.store.node_takeover import FullTexts, KnownNode

LANGUAGE = f"{OURS}language"


@dataclass(slots=True)
class Known:
    """The nodes of a project. `base` begins the URIs of those that have none of their own."""

    base: str
    by_id: dict[int, KnownNode] = field(default_factory=dict)
    by_uri: dict[str, KnownNode] = field(default_factory=dict)
    by_name: dict[tuple[int | None, str], KnownNode] = field(default_factory=dict)
    near: Mapping[str, int] = field(default_factory=dict)
    taught: set[int] = field(default_factory=set)
    links: set[tuple[int, str, int | None, str]] = field(default_factory=set)

    @staticmethod
    def of(tx: Tx, project_id: str, base: str) -> Known:
        """Everything there is."""
        found = Known(base, taught=node_takeover.with_subjects(tx, project_id))
        for node in node_takeover.every(tx, project_id):
            found.by_id[node.id] = node
            found.by_name[node.parent_id, node.name_key] = node
            found.by_uri.setdefault(node.uri or f"{base}{node.id}", node)
        if found.by_id:
            found.near = node_takeover.near_keys(tx, project_id)
            found.links = node_takeover.links(tx, project_id)
        return found

    def standing(self, node: KnownNode) -> KnownNode:
        """The node, or the one that took it up."""
        while node.merged_into is not None:
            node = self.by_id[node.merged_into]
        return node

    def path(self, node: KnownNode) -> str:
        """Names from the field down to the node."""
        return " › ".join(self.by_id[int(part)].name for part in node.path.split("/") if part)

    def removed_above(self, node: KnownNode) -> list[int]:
        """The removals that have to be taken back, outermost first, for this node to stand again."""
        line = [self.by_id[int(part)] for part in node.path.split("/") if part]
        return list(dict.fromkeys(n.removed_with or n.id for n in line if n.state is NodeState.REMOVED))


def texts_of(concept: Concept) -> FullTexts:
    """What the file says of a concept, as a node holds it; the language of its words is one more statement."""
    extra = concept.extra
    if concept.language:
        extra = (*extra, (LANGUAGE, literal(concept.language).text()))
    labels = {
        language: {
            key: list(value) if isinstance(value, tuple) else value
            for key in ("preferred", "alternatives", "definition", "scope_note")
            if (value := getattr(has, key))
        }
        for language, has in concept.labels.items()
    }
    return FullTexts(
        concept.name,
        concept.description,
        concept.synonyms,
        concept.scope_note,
        concept.notation,
        labels,
        extra,
        concept.uri,
    )


def language_of(node: Node) -> str:
    """The language of a node's own words, "" when nobody said."""
    return next((parse(term).value for predicate, term in node.extra if predicate == LANGUAGE), "")


def joined(ours: FullTexts, theirs: FullTexts, *, uri: str) -> FullTexts:
    """The file's texts over ours: what it leaves empty stays, further languages are added."""
    return FullTexts(
        theirs.name,
        theirs.description or ours.description,
        theirs.synonyms or ours.synonyms,
        theirs.scope_note or ours.scope_note,
        theirs.notation or ours.notation,
        {**ours.labels, **theirs.labels},
        theirs.extra or ours.extra,
        uri,
    )


def differing(ours: FullTexts, wanted: FullTexts) -> list[str]:
    """Names of the parts that are not the same."""
    parts = {"labels": "names in other languages", "extra": "further statements", "uri": "URI"}
    return [
        parts.get(name, name.replace("_", " "))
        for name in FullTexts.__slots__
        if json.dumps(getattr(ours, name), sort_keys=True) != json.dumps(getattr(wanted, name), sort_keys=True)
    ]


def may_take(node: KnownNode, choice: TextChoice) -> bool:
    """Whether the texts of a node may become those of the file."""
    return choice is TextChoice.FILE or (choice is TextChoice.UNTOUCHED and not node.touched)


def without_uri(texts: FullTexts) -> FullTexts:
    """The same, of no address."""
    return replace(texts, uri="")
