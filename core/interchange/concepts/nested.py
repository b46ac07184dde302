"""Concepts as nested values, the shape that JSON and YAML files share.

    title, base_uri, nodes: [{name, kind, description, synonyms, ..., children: [...]}]

A list may also be called by the kind of what is in it: `fields`, `sub_fields` or `disciplines`. Only `name` is needed.
`id` is what links point to; a node without one is called by its place, "1.3" for the third below the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts import more, terms
from core.interchange.concepts.decoding import plain
from core.interchange.concepts.model import MAX_CONCEPTS, Concept, ConceptFile
from core.interchange.concepts.tree import Report, arrange, languages, too_many
from core.interchange.strict_json import Entry

_HINT = "Mend it and try again."
_LISTS: dict[str, NodeKind | None] = {
    "nodes": None,
    "fields": NodeKind.FIELD,
    "children": None,
    "sub_fields": NodeKind.SUB_FIELD,
    "disciplines": NodeKind.DISCIPLINE,
}
_BY_KIND = {kind: name for name, kind in _LISTS.items() if kind}
_TEXTS = ("name", "description", "scope_note", "notation", "uri", "language")
_OWN = {"id", "kind", "synonyms", "state", "by", "at", *_TEXTS, *more.KEYS, *_LISTS}
_TOP = {"title", "base_uri", "about", "nodes", "fields"}


def from_values(root: Any) -> ConceptFile:
    """The file that `root` describes; refuses what it does not know, so that nothing is dropped silently."""
    if not isinstance(root, Entry) or not {"nodes", "fields"} & set(root):
        raise ImportRejectedError(0, "At the top a title and nodes are expected.", "Start with title and nodes.")
    _refuse_unknown(root, _TOP, "the top")
    report = Report()
    concepts = arrange(_walk(root), report)
    return ConceptFile(
        title=_text(root, "title", "the top"),
        base_uri=terms.iri(_text(root, "base_uri", "the top").strip()),
        concepts=concepts,
        languages=languages(concepts),
        about=_about(root),
        troubles=report.told(),
    )


def _walk(root: Entry) -> Iterator[Concept]:
    waiting: list[tuple[Any, str | None, str, NodeKind | None]] = []
    waiting.extend((entry, None, place, kind) for entry, place, kind in reversed(list(_below(root, ""))))
    found = 0
    while waiting:
        entry, parent, place, kind = waiting.pop()
        found += 1
        if found > MAX_CONCEPTS:
            raise too_many(getattr(entry, "line", 0))
        if not isinstance(entry, Entry):
            raise ImportRejectedError(0, f"At {place}: a node with a name is expected.", _HINT)
        concept = _concept(entry, parent, place, kind)
        yield concept
        waiting.extend((child, concept.key, at, k) for child, at, k in reversed(list(_below(entry, place))))


def _below(entry: Entry, place: str) -> Iterator[tuple[Any, str, NodeKind | None]]:
    number = 0
    for name, kind in _LISTS.items():
        children = entry.get(name) or []
        if not isinstance(children, list):
            raise ImportRejectedError(entry.line, f"At {place or 'the top'}: {name} is no list.", _HINT)
        for child in children:
            number += 1
            yield child, f"{place}.{number}" if place else str(number), kind


def _concept(entry: Entry, parent: str | None, place: str, kind: NodeKind | None) -> Concept:
    _refuse_unknown(entry, _OWN, place)
    texts: dict[str, Any] = {name: _text(entry, name, place) for name in _TEXTS}
    if not texts["name"].strip():
        raise ImportRejectedError(entry.line, f"At {place}: the name is missing.", _HINT)
    state, by, at = (_text(entry, key, place) for key in ("state", "by", "at"))
    return Concept(
        key=_text(entry, "id", place).strip() or place,
        parent=parent,
        kind=_kind(entry, place) or kind,
        synonyms=_synonyms(entry, place),
        mark=more.mark(state, by, at, entry.line),
        line=entry.line,
        **texts,
        **more.unpack(entry, entry.line),
    )


def _refuse_unknown(entry: Entry, known: set[str], place: str) -> None:
    for key in entry:
        if key not in known:
            hint = f"Known are {', '.join(sorted(known))}."
            raise ImportRejectedError(entry.line, f"At {place}: {key[:80]!r} is not known.", hint)


def _text(entry: Entry, key: str, place: str) -> str:
    value = entry.get(key) or ""
    if not isinstance(value, str):
        raise ImportRejectedError(entry.line, f"At {place}: {key} is no text.", _HINT)
    return plain(value)


def _synonyms(entry: Entry, place: str) -> tuple[str, ...]:
    words = entry.get("synonyms") or []
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ImportRejectedError(entry.line, f"At {place}: synonyms are no list of texts.", _HINT)
    return tuple(words)


def _kind(entry: Entry, place: str) -> NodeKind | None:
    word = _text(entry, "kind", place).strip().lower().replace("-", "_")
    if word and word not in set(NodeKind):
        hint = f"Write {', '.join(kind.value for kind in NodeKind)}, or leave it out."
        raise ImportRejectedError(entry.line, f"At {place}: {word[:80]!r} is no kind.", hint)
    return NodeKind(word) if word else None


def _about(root: Entry) -> tuple[tuple[str, str, str], ...]:
    try:
        rows = [(terms.parse(s).text(), terms.iri(p), terms.parse(o).text()) for s, p, o in root.get("about") or ()]
    except (TypeError, ValueError, AttributeError) as error:
        raise ImportRejectedError(root.line, "The statements in about are not as expected.", _HINT) from error
    return tuple(rows)


def to_values(file: ConceptFile, *, by_kind: bool = False) -> dict[str, Any]:
    """What `from_values` reads; `by_kind` calls lists by the kind of what is in them where it is one kind only."""
    root: dict[str, Any] = {key: text for key in ("title", "base_uri") if (text := getattr(file, key))}
    if file.about:
        root["about"] = [list(row) for row in file.about]
    below: dict[str | None, list[Concept]] = {}
    for concept in file.concepts:
        below.setdefault(concept.parent, []).append(concept)
    linked = {link.target for concept in file.concepts for link in concept.links}
    made: dict[str | None, tuple[str, dict[str, Any]]] = {None: ("", root)}
    for parent, children in below.items():
        kinds = {child.kind for child in children}
        one = kinds.pop() if by_kind and len(kinds) == 1 else None
        place, outer = made[parent]
        entries = outer[_BY_KIND[one] if one else "nodes" if parent is None else "children"] = []
        for number, child in enumerate(children, 1):
            own = f"{place}.{number}" if place else str(number)
            entries.append(_entry(child, named=child.key in linked or child.key != own, kind=not one))
            made[child.key] = (own, entries[-1])
    return root


def _entry(concept: Concept, *, named: bool, kind: bool) -> dict[str, Any]:
    values: dict[str, Any] = {"id": concept.key} if named else {}
    values |= {name: text for name in _TEXTS if (text := getattr(concept, name))}
    if concept.synonyms:
        values["synonyms"] = list(concept.synonyms)
    if kind and concept.kind:
        values["kind"] = concept.kind.value
    if mark := concept.mark:
        moment = more.moment(mark.at)
        values |= {"state": mark.state, **({"by": mark.by} if mark.by else {}), **({"at": moment} if moment else {})}
    return values | more.pack(concept)
