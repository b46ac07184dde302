"""How the reading process hands over a ConceptFile: JSON, since it must not be able to run anything here."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

from core.domain.taxonomy import NodeKind
from core.interchange.concepts.model import Concept, ConceptFile, Labels, Link, Mark, ReadOptions, Trouble

_TEXTS = ("key", "parent", "name", "description", "synonyms", "scope_note", "notation", "uri", "language", "extra")


def dump(file: ConceptFile) -> bytes:
    """The file as JSON."""
    head = {
        "title": file.title,
        "base_uri": file.base_uri,
        "languages": file.languages,
        "schemes": file.schemes,
        "about": file.about,
        "columns": file.columns,
        "troubles": [(t.line, t.reason, t.refuses, t.twin) for t in file.troubles],
        "concepts": [_packed(concept) for concept in file.concepts],
    }
    return json.dumps(head, separators=(",", ":")).encode()


def _packed(concept: Concept) -> list[Any]:
    labels = [
        (lang, has.preferred, has.alternatives, has.definition, has.scope_note) for lang, has in concept.labels.items()
    ]
    links = [(link.relation, link.target) for link in concept.links]
    mark = (concept.mark.state, concept.mark.by, concept.mark.at) if concept.mark else None
    return [*(getattr(concept, name) for name in _TEXTS), concept.kind, labels, links, mark, concept.line]


def load(content: bytes) -> ConceptFile:
    """What `dump` made."""
    head = json.loads(content)
    return ConceptFile(
        title=head["title"],
        base_uri=head["base_uri"],
        concepts=tuple(_unpacked(row) for row in head["concepts"]),
        languages=tuple((lang, n) for lang, n in head["languages"]),
        schemes=tuple((uri, title) for uri, title in head["schemes"]),
        about=tuple((s, p, o) for s, p, o in head["about"]),
        columns=tuple(head["columns"]),
        troubles=tuple(Trouble(*row) for row in head["troubles"]),
    )


def _unpacked(row: list[Any]) -> Concept:
    texts = dict(zip(_TEXTS, row, strict=False))
    kind, labels, links, mark, line = row[len(_TEXTS) :]
    texts["synonyms"] = tuple(texts["synonyms"])
    texts["extra"] = tuple((predicate, term) for predicate, term in texts["extra"])
    return Concept(
        **texts,
        kind=NodeKind(kind) if kind else None,
        labels=MappingProxyType({lang: Labels(p, tuple(a), d, s) for lang, p, a, d, s in labels}),
        links=tuple(Link(*link) for link in links),
        mark=Mark(*mark) if mark else None,
        line=line,
    )


def dump_options(options: ReadOptions) -> dict[str, Any]:
    """Choices as plain values."""
    return {name: _plain(getattr(options, name)) for name in ReadOptions.__slots__}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else dict(value) if hasattr(value, "items") else list(value)


def load_options(values: dict[str, Any]) -> ReadOptions:
    """What `dump_options` made."""
    return ReadOptions(**{**values, "levels": tuple(values["levels"])})
