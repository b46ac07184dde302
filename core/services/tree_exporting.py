"""The nodes of a project as a file holds them, from one snapshot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import InvalidInputError
from core.interchange.concepts.model import Concept, ConceptFile, Labels, Link, Mark
from core.interchange.concepts.terms import iri
from core.interchange.concepts.tree import languages
from core.services.import_known import LANGUAGE, language_of
from core.store import concept_schemes, links, nodes
from core.store.concept_schemes import Scheme
from core.store.database import Tx

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*[/#:]")
MAX_URI = 300


def base_of(scheme: Scheme, project_id: str) -> str:
    """What the URIs of nodes begin with that brought none along."""
    return scheme.base_uri or f"urn:glan-studio:{project_id}:"


def checked_base(text: str) -> str:
    """A base that URIs can begin with, "" = the usual one; InvalidInputError says what is wrong."""
    base = text.strip()
    if not base:
        return ""
    if len(base) > MAX_URI or iri(base) != base or not _ABSOLUTE.fullmatch(base):
        raise InvalidInputError(
            f"{base[:120]!r} cannot begin an address.",
            "Write an absolute URI that ends with /, # or :, such as https://example.org/terms/.",
        )
    return base


def concept_file(tx: Tx, project: Project, *, below: Node | None = None, language: str = "") -> ConceptFile:
    """Everything that is not removed, or one branch; `language` puts its words in front where a node has them."""
    scheme = concept_schemes.of(tx, project.id)
    base = base_of(scheme, project.id)
    live = nodes.live(tx, project.id) if below is None else [n for n in nodes.subtree(tx, below) if _stands(n)]
    concepts = _Concepts(tx, project.id, base, live).made()
    if language:
        concepts = [_in_front(concept, language) for concept in concepts]
    return ConceptFile(
        title=scheme.title or project.name,
        base_uri=scheme.uri or base.rstrip("/#:"),
        concepts=tuple(concepts),
        languages=languages(concepts),
        about=scheme.about if below is None else (),
    )


def _stands(node: Node) -> bool:
    return node.state is not NodeState.REMOVED


class _Concepts:
    def __init__(self, tx: Tx, project_id: str, base: str, live: Sequence[Node]) -> None:
        self.base = base
        self.live = live
        self.keys: dict[int, str] = {}
        self.uris = {node.id: node.uri or f"{base}{node.id}" for node in live}
        self.links: dict[int, list[Link]] = {}
        self._number()
        self._read_links(tx, project_id)

    def _number(self) -> None:
        """A key says the place: "1.3" is the third below the first. Two projects alike get the same keys."""
        told: dict[int | None, int] = {}
        for node in self.live:
            parent = node.parent_id if node.parent_id in self.keys else None
            told[parent] = number = told.get(parent, 0) + 1
            self.keys[node.id] = f"{self.keys[parent]}.{number}" if parent is not None else str(number)

    def _read_links(self, tx: Tx, project_id: str) -> None:
        by_uri = {uri: node_id for node_id, uri in self.uris.items()}
        known = links.every(tx, project_id)
        away = {link.target_id for link in known if link.target_id is not None} - set(self.keys)
        elsewhere = {n.id: n.uri or f"{self.base}{n.id}" for n in nodes.get_many(tx, project_id, away)}
        found: dict[int, list[tuple[str, str, str]]] = {}
        for link in known:
            target = link.target_id if link.target_id is not None else by_uri.get(link.target_uri)
            address = self.uris.get(target) or elsewhere.get(target) or link.target_uri if target else link.target_uri
            key = self.keys.get(target, address) if target else address
            found.setdefault(link.node_id, []).append((link.relation, address, key))
        for node_id, rows in found.items():
            self.links[node_id] = [Link(relation, key) for relation, _, key in sorted(set(rows))]

    def made(self) -> list[Concept]:
        """Parents before children, in reading order."""
        return [self._concept(node) for node in self.live]

    def _concept(self, node: Node) -> Concept:
        mark = None
        if node.state is NodeState.VERIFIED:
            mark = Mark("verified", node.verified_by or "", node.verified_at or 0.0)
        return Concept(
            self.keys[node.id],
            self.keys.get(node.parent_id) if node.parent_id is not None else None,
            node.name,
            description=node.description,
            synonyms=node.synonyms,
            scope_note=node.scope_note,
            notation=node.notation,
            uri=self.uris[node.id],
            kind=node.kind,
            language=language_of(node),
            labels=MappingProxyType({lang: _labels(words) for lang, words in sorted(node.labels.items())}),
            links=tuple(self.links.get(node.id, ())),
            extra=tuple(pair for pair in node.extra if pair[0] != LANGUAGE),
            mark=mark,
        )


def _labels(words: dict[str, object]) -> Labels:
    others = words.get("alternatives") or ()
    assert isinstance(others, list | tuple)
    texts = (str(words.get(key) or "") for key in ("preferred", "definition", "scope_note"))
    preferred, definition, note = texts
    return Labels(preferred, tuple(map(str, others)), definition, note)


def _in_front(concept: Concept, language: str) -> Concept:
    """The concept with the words of another language in front and its own beside them."""
    words = concept.labels.get(language)
    if words is None or not words.preferred:
        return concept
    own = Labels(concept.name, concept.synonyms, concept.description, concept.scope_note)
    others = {lang: has for lang, has in concept.labels.items() if lang != language} | {concept.language: own}
    return replace(
        concept,
        name=words.preferred,
        synonyms=words.alternatives,
        description=words.definition,
        scope_note=words.scope_note,
        language=language,
        labels=MappingProxyType(dict(sorted(others.items()))),
    )
