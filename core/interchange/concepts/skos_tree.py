"""Which things of an RDF file are concepts, in which schemes they are, and what stands above what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.errors import ImportRejectedError
from core.interchange.concepts import terms
from core.interchange.concepts.skos_words import PREFERRED
from core.interchange.concepts.terms import OURS, SKOS, SKOS_XL, TYPE, Statements, Term
from core.interchange.concepts.tree import Report, cycle

CONCEPT, SCHEME = terms.uri(f"{SKOS}Concept"), terms.uri(f"{SKOS}ConceptScheme")
BROADER, NARROWER = f"{SKOS}broader", f"{SKOS}narrower"
IN_SCHEME, TOP_OF, HAS_TOP = f"{SKOS}inScheme", f"{SKOS}topConceptOf", f"{SKOS}hasTopConcept"
TRANSITIVE = {f"{SKOS}broaderTransitive", f"{SKOS}narrowerTransitive"}
STRUCTURE = {BROADER, NARROWER, IN_SCHEME, TOP_OF, HAS_TOP, *TRANSITIVE, f"{OURS}parent"}
_NAMES = {PREFERRED, f"{SKOS_XL}prefLabel"}
_DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
DEFAULT_SCHEME = "urn:glan-studio:scheme"
_GIVEN_CONCEPT = "urn:glan-studio:concept:"
_GROUPS = {terms.uri(f"{SKOS}{name}") for name in ("Collection", "OrderedCollection")}


@dataclass(slots=True)
class Outline:
    """`parents` of each concept, the preferred one first; `schemes` of each, in the order of the file."""

    concepts: dict[Term, None] = field(default_factory=dict)
    all_schemes: dict[Term, None] = field(default_factory=dict)
    parents: dict[Term, list[Term]] = field(default_factory=dict)
    schemes: dict[Term, list[Term]] = field(default_factory=dict)
    missing: dict[Term, list[Term]] = field(default_factory=dict)
    deprecated: int = 0


def with_uris(statements: Statements) -> Statements:
    """Concepts and schemes that are blank nodes get a URI from what they say."""
    given = {
        subject: terms.uri(f"{_GIVEN_CONCEPT}{subject.value}")
        for subject, rows in statements.items()
        if subject.kind == "blank" and _counts(rows)
    }
    if not given:
        return statements
    return {
        given.get(subject, subject): [(predicate, given.get(target, target)) for predicate, target in rows]
        for subject, rows in statements.items()
    }


def _counts(rows: list[tuple[str, Term]]) -> bool:
    """Whether this is said of a concept or a scheme."""
    types = {target for predicate, target in rows if predicate == TYPE}
    used = any(predicate in STRUCTURE or predicate in _NAMES for predicate, _ in rows)
    return bool(types & {CONCEPT, SCHEME}) or (used and not types & _GROUPS)


def survey(statements: Statements, report: Report) -> Outline:
    """Everything about the structure."""
    found = Outline()
    for subject, rows in statements.items():
        _sort(found, subject, rows, report)
    for subject in found.all_schemes:
        found.concepts.pop(subject, None)
    for subject in found.concepts:
        _place(found, subject, statements[subject])
    for subject, rows in statements.items():
        _place_others(found, subject, rows)
    for subject in found.concepts:
        _prefer(found, subject, statements[subject])
    if found.deprecated:
        reason = f"{found.deprecated:,} deprecated concepts without a place are not in the tree, but exported again."
        report.note(0, reason)
    if any(predicate in TRANSITIVE for rows in statements.values() for predicate, _ in rows):
        report.note(0, "Transitive relations follow from the others and are not kept.")
    return found


def _place_others(found: Outline, subject: Term, rows: list[tuple[str, Term]]) -> None:
    for predicate, target in rows:
        if predicate == NARROWER and target in found.concepts and subject in found.concepts:
            _once(found.parents, target, subject)
        elif predicate == HAS_TOP and target in found.concepts:
            _once(found.schemes, target, subject)


def _sort(found: Outline, subject: Term, rows: list[tuple[str, Term]], report: Report) -> None:
    types = {target for predicate, target in rows if predicate == TYPE}
    predicates = {predicate for predicate, _ in rows}
    if SCHEME in types or HAS_TOP in predicates:
        found.all_schemes[subject] = None
    for predicate, target in rows:
        if predicate in {IN_SCHEME, TOP_OF} and target.kind == "uri":
            found.all_schemes[target] = None
    if not predicates & STRUCTURE and (_DEPRECATED, "true") in {(p, t.value) for p, t in rows}:
        found.deprecated += 1
        return
    used = predicates & {*_NAMES, BROADER, NARROWER, TOP_OF}
    if CONCEPT in types or (used and not types & _GROUPS and SCHEME not in types):
        found.concepts[subject] = None
        if CONCEPT not in types and HAS_TOP not in predicates:
            report.note(0, f"{subject.value[:200]} is used as a concept without being called one.")


def _once(into: dict[Term, list[Term]], key: Term, value: Term) -> None:
    row = into.setdefault(key, [])
    if value not in row:
        row.append(value)


def _place(found: Outline, subject: Term, rows: list[tuple[str, Term]]) -> None:
    for predicate, target in rows:
        if predicate == BROADER and target in found.concepts:
            _once(found.parents, subject, target)
        elif predicate == BROADER and target.kind == "uri":
            _once(found.missing, subject, target)
        elif predicate in {TOP_OF, IN_SCHEME} and target.kind == "uri":
            _once(found.schemes, subject, target)


def _prefer(found: Outline, subject: Term, rows: list[tuple[str, Term]]) -> None:
    parents = found.parents.get(subject, [])
    for predicate, target in rows:
        if predicate == f"{OURS}parent" and target in parents:
            parents.remove(target)
            parents.insert(0, target)


def refuse_cycles(parents: Mapping[Term, list[Term]], names: Mapping[Term, str]) -> None:
    """Raise for the first circle of broader concepts, with the names along it."""
    done: set[Term] = set()
    for start in parents:
        path: dict[Term, Iterable[Term]] = {}
        node: Term | None = start if start not in done else None
        while node is not None:
            path.setdefault(node, iter(parents.get(node, ())))
            above = next(iter(path[node]), None)
            if above is None:
                done.add(node)
                path.pop(node)
                node = next(reversed(path), None)
            elif above in path:
                walked = list(path)
                ring = walked[walked.index(above) :]
                reason = cycle([names.get(each) or each.value for each in ring])
                raise ImportRejectedError(0, reason, "Take one of these broader relations out.")
            elif above not in done:
                node = above
