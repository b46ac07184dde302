"""From a ConceptFile to SKOS statements: everything that reading found, and our own state beside it.

SKOS has no order, kind or state: they are literals under `urn:glan-studio:schema#` (position, kind, language, parent,
state, verifiedBy, verifiedAt), which other tools pass over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from core.interchange.concepts import more, skos_tree, terms
from core.interchange.concepts.model import BROADER, Concept, ConceptFile, Labels
from core.interchange.concepts.skos_tree import DEFAULT_SCHEME
from core.interchange.concepts.skos_words import ALTERNATIVE, DEFINITION, PREFERRED, SCOPE_NOTE, TITLES, title_text
from core.interchange.concepts.syntaxes import Group
from core.interchange.concepts.terms import NOTATION, OURS, SKOS, TYPE, Term, literal, uri

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_IS_SCHEME = (TYPE, skos_tree.SCHEME.text())
Rows = list[tuple[str, Term]]


def groups(file: ConceptFile) -> Iterator[Group]:
    """The scheme, the concepts in their order, then everything else that the file said."""
    about: dict[str, Rows] = {}
    for subject, predicate, target in file.about:
        about.setdefault(subject, []).append((predicate, terms.parse(target)))
    scheme = uri(file.base_uri or DEFAULT_SCHEME)
    addresses = _addresses(file)
    own = _schemes(file, scheme, addresses)
    further = about.pop(scheme.text(), [])
    if file.base_uri or file.title or scheme in own.values():
        yield scheme, [(TYPE, skos_tree.SCHEME), *_title(file.title, further)]
    places: dict[str | None, int] = {}
    for concept in file.concepts:
        places[concept.parent] = place = places.get(concept.parent, -1) + 1
        yield addresses[concept.key], _said(concept, place, own[concept.key], addresses)
    for subject, rows in about.items():
        yield terms.parse(subject), rows


def _title(title: str, further: Rows) -> Rows:
    """The title, unless it is among what the file said; then only in which language it stood in front."""
    said = [term for predicate, term in further if predicate in TITLES and title_text(term) == title]
    if not title or said:
        return [*further, *((f"{OURS}language", literal(term.language)) for term in said[:1])]
    return [(f"{terms.DC_TERMS}title", literal(title)), *(row for row in further if row[0] not in TITLES)]


def _addresses(file: ConceptFile) -> dict[str, Term]:
    """A URI for each key: its own, or one below the file's."""
    base = file.base_uri or "urn:glan-studio:concept"
    joint = "" if base[-1] in "/#:" else "/" if "/" in base else ":"
    made: dict[str, Term] = {}
    used: set[Term] = set()
    for concept in file.concepts:
        stated = concept.uri or (concept.key if _ABSOLUTE.fullmatch(concept.key) else "")
        address = uri(stated or f"{base}{joint}{quote(concept.key, safe='')}")
        while address in used:
            address = uri(f"{address.value}-2")
        used.add(address)
        made[concept.key] = address
    return made


def is_scheme(concept: Concept) -> bool:
    """Whether this field was a scheme in the file it came from."""
    return _IS_SCHEME in concept.extra


def _schemes(file: ConceptFile, main: Term, addresses: Mapping[str, Term]) -> dict[str, Term | None]:
    """The scheme of each concept: that of its root. A scheme that is a field is in none."""
    own: dict[str, Term | None] = {}
    for concept in file.concepts:
        if is_scheme(concept) and concept.parent is None:
            own[concept.key] = None
        elif concept.parent is None:
            own[concept.key] = main
        else:
            own[concept.key] = own[concept.parent] or addresses[concept.parent]
    return own


def _said(concept: Concept, place: int, scheme: Term | None, addresses: Mapping[str, Term]) -> Rows:
    rows: Rows = [] if scheme is None else [(TYPE, skos_tree.CONCEPT)]
    rows += _words(concept.language, Labels(concept.name, concept.synonyms, concept.description, concept.scope_note))
    for language, labels in concept.labels.items():
        rows += _words(language, labels)
    extra = [(predicate, terms.parse(target)) for predicate, target in concept.extra]
    typed = any(predicate == NOTATION and term.value == concept.notation for predicate, term in extra)
    if concept.notation and not typed:
        rows.append((NOTATION, literal(concept.notation)))
    rows += _structure(concept, scheme, addresses)
    rows += _state(concept, place)
    if any(labels.preferred for labels in concept.labels.values()):
        rows.append((f"{OURS}language", literal(concept.language)))
    return list(dict.fromkeys([*rows, *extra]))


def _words(language: str, labels: Labels) -> Rows:
    texts = [(PREFERRED, labels.preferred), *((ALTERNATIVE, word) for word in labels.alternatives)]
    texts += [(DEFINITION, labels.definition), (SCOPE_NOTE, labels.scope_note)]
    return [(predicate, literal(text, language)) for predicate, text in texts if text]


def _structure(concept: Concept, scheme: Term | None, addresses: Mapping[str, Term]) -> Rows:
    rows: Rows = []
    parent = addresses[concept.parent] if concept.parent is not None else None
    if parent and parent != scheme:
        rows.append((skos_tree.BROADER, parent))
    elif scheme:
        rows.append((skos_tree.TOP_OF, scheme))
    if scheme:
        rows.append((skos_tree.IN_SCHEME, scheme))
    for link in concept.links:
        rows.append((f"{SKOS}{link.relation}", addresses.get(link.target) or uri(link.target)))
    if parent and parent != scheme and any(link.relation == BROADER for link in concept.links):
        rows.append((f"{OURS}parent", parent))
    return rows


def _state(concept: Concept, place: int) -> Rows:
    rows = [(f"{OURS}position", literal(str(place), datatype=f"{terms.XSD}integer"))]
    if concept.kind:
        rows.append((f"{OURS}kind", literal(concept.kind.value)))
    if mark := concept.mark:
        rows.append((f"{OURS}state", literal(mark.state)))
        if mark.by:
            rows.append((f"{OURS}verifiedBy", literal(mark.by)))
        if moment := more.moment(mark.at):
            rows.append((f"{OURS}verifiedAt", literal(moment, datatype=f"{terms.XSD}dateTime")))
    return rows
