"""SKOS in Turtle, RDF/XML and JSON-LD: schemes, labels by language, notes, notations, hierarchy, relations.

What the studio has no field for is kept word for word (`Concept.extra`, `ConceptFile.about`) and written again. Of
several parents one is preferred, the others become links. Of several schemes one is chosen, or each becomes a field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts import more, skos_tree, skos_words, statements
from core.interchange.concepts.model import RELATIONS, Concept, ConceptFile, Link, Mark, ReadOptions
from core.interchange.concepts.skos_tree import BROADER, DEFAULT_SCHEME, IN_SCHEME, STRUCTURE, TOP_OF
from core.interchange.concepts.terms import NOTATION, OURS, SKOS, TYPE, Statements, Term
from core.interchange.concepts.terms import uri as uri_term
from core.interchange.concepts.tree import Report, arrange, languages

_LINKS = {f"{SKOS}{relation}": relation for relation in RELATIONS if relation != "broader"}
_LAST = 1 << 62


def read(content: bytes, syntax: str, options: ReadOptions) -> ConceptFile:
    """See the module."""
    return _Reader(statements.read(content, syntax), options).file()


class _Reader:
    def __init__(self, found: Statements, options: ReadOptions) -> None:
        addressed = skos_tree.with_uris(found)
        self.statements = found if addressed is found else statements.named(addressed)
        self.report = Report()
        self.outline = skos_tree.survey(self.statements, self.report)
        counted = skos_words.count(self.statements, self.outline.concepts)
        self.order = skos_words.preference(options.language, counted.items())
        self.wanted = options.language.lower()
        self.titles = {scheme: self._title(scheme) for scheme in self.outline.all_schemes}
        self.only: Term | None = None
        self.fields: list[Term] = []
        self.chosen = uri_term(options.scheme) if options.scheme else None
        if self.chosen and self.chosen not in self.titles:
            raise ImportRejectedError(0, f"There is no scheme {options.scheme[:200]!r}.", "Choose one of the file's.")

    def _title(self, scheme: Term) -> str:
        return skos_words.title(self.statements.get(scheme, ()), self.order)

    def file(self) -> ConceptFile:
        kept = self._kept()
        words = {term: skos_words.words(self.statements, term, self.order, self.report) for term in kept}
        skos_tree.refuse_cycles(self.outline.parents, {term: found.name for term, found in words.items()})
        self._note_languages(words)
        self.only, self.fields = only, fields = self._schemes(kept)
        made = [self._field(scheme) for scheme in fields]
        made += [self._concept(term, words[term], kept) for term in self._ordered(kept)]
        concepts = arrange(made, self.report)
        return ConceptFile(
            title=self.titles.get(only, "") if only else "",
            base_uri=only.value if only and only.value != DEFAULT_SCHEME else "",
            concepts=concepts,
            languages=languages(concepts),
            schemes=tuple((s.value, title) for s, title in self.titles.items() if s.value != DEFAULT_SCHEME),
            about=self._about(only, fields),
            troubles=self.report.told(),
        )

    def _kept(self) -> dict[Term, None]:
        if not self.chosen:
            return self.outline.concepts
        inside: dict[Term, bool] = {}
        for term in self.outline.concepts:
            way: list[Term] = []
            here: Term | None = term
            while here and here not in inside and here not in way and not self.outline.schemes.get(here):
                way.append(here)
                here = next(iter(self.outline.parents.get(here, ())), None)
            belongs = inside.get(here, self.chosen in self.outline.schemes.get(here, ())) if here else False
            inside.update(dict.fromkeys([*way, *([here] if here else [])], belongs))
        kept = {term: None for term, belongs in inside.items() if belongs}
        if left := len(self.outline.concepts) - len(kept):
            self.report.note(0, f"{left:,} concepts of other schemes are left out.")
        return {term: None for term in self.outline.concepts if term in kept}

    def _note_languages(self, words: Mapping[Term, skos_words.Words]) -> None:
        first = next((lang for lang in self.order if lang != skos_words.OWN), "")
        other = sum(first not in {found.language, *found.others} for found in words.values() if found.name)
        if first and other:
            self.report.note(0, f"{other:,} concepts have no name in {first!r} and show another language.")

    def _schemes(self, kept: Mapping[Term, None]) -> tuple[Term | None, list[Term]]:
        """The one scheme of the file, or those that become fields."""
        if self.chosen:
            return self.chosen, []
        used: dict[Term, None] = {}
        for term in kept:
            if not self.outline.parents.get(term):
                used.update(dict.fromkeys(self.outline.schemes.get(term, ())[:1]))
        real = [scheme for scheme in used if scheme.value != DEFAULT_SCHEME]
        if len(real) > 1:
            self.report.note(0, f"The file has {len(real):,} schemes; each becomes a field.")
            return next((s for s in self.titles if s.value == DEFAULT_SCHEME), None), real
        return next(iter([*real, *used, *self.titles]), None), []

    def _ordered(self, kept: Mapping[Term, None]) -> list[Term]:
        """In the order of the file, or by the positions that we wrote."""
        place: dict[Term, int] = {}
        for term in kept:
            for predicate, value in self.statements[term]:
                if predicate == f"{OURS}position" and re.fullmatch(r"\d{1,9}", value.value, re.ASCII):
                    place[term] = int(value.value)
        return sorted(kept, key=lambda term: place.get(term, _LAST))

    def _field(self, scheme: Term) -> Concept:
        found = skos_words.words(self.statements, scheme, self.order, self.report)
        name = found.name or self.titles.get(scheme) or _tail(scheme.value)
        rest = [row for row in found.rest if row[0] not in STRUCTURE]
        return self._made(scheme, None, name, found, (), [*rest, (TYPE, skos_tree.SCHEME)])

    def _concept(self, term: Term, found: skos_words.Words, kept: Mapping[Term, None]) -> Concept:
        parents = [above for above in self.outline.parents.get(term, ()) if above in kept]
        if len(parents) > 1:
            named = f"{found.name[:80]!r} has {len(parents)} parents"
            self.report.note(0, f"{named}; the first stays in the tree, the others become links.")
        missing = [*self.outline.missing.get(term, ())]
        missing += [above for above in self.outline.parents.get(term, ()) if above not in kept]
        for above in missing:
            self.report.note(0, f"{above.value[:200]}, above {found.name[:80]!r}, is not in the file; kept as a link.")
        parent = parents[0] if parents else self._field_of(term)
        links = [Link("broader", above.value) for above in [*parents[1:], *missing]]
        name = found.name or self._unnamed(term, found)
        own = self._field_of(self._root(term)) or self.only or uri_term(DEFAULT_SCHEME)
        rest = [row for row in found.rest if row[0] not in STRUCTURE or _stays(row, own, root=not parents)]
        return self._made(term, parent.value if parent else None, name, found, links, rest)

    def _field_of(self, term: Term) -> Term | None:
        return next((scheme for scheme in self.outline.schemes.get(term, ())[:1] if scheme in self.fields), None)

    def _root(self, term: Term) -> Term:
        while above := self.outline.parents.get(term):
            term = above[0]
        return term

    def _unnamed(self, term: Term, found: skos_words.Words) -> str:
        notation = next((value.value for predicate, value in found.rest if predicate == NOTATION), "")
        name = skos_words.title(found.rest, self.order) or notation.strip() or _tail(term.value)
        self.report.note(0, f"{term.value[:200]} has no name; it is called {name[:80]!r}.")
        return name

    def _made(
        self,
        term: Term,
        parent: str | None,
        name: str,
        found: skos_words.Words,
        links: Any,
        rest: list[tuple[str, Term]],
    ) -> Concept:
        ours = {predicate.removeprefix(OURS): value.value for predicate, value in rest if predicate.startswith(OURS)}
        notation, rest = _notation(rest)
        further = [Link(_LINKS[p], target.value) for p, target in rest if p in _LINKS and target.kind == "uri"]
        kept = [row for row in rest if not row[0].startswith(OURS) and not _known(row)]
        return Concept(
            key=term.value,
            parent=parent,
            name=name,
            description=found.front.definition,
            synonyms=found.front.alternatives,
            scope_note=found.front.scope_note,
            notation=notation,
            uri=term.value,
            kind=NodeKind(ours["kind"]) if ours.get("kind") in set(NodeKind) else None,
            language=found.language if found.name else "",
            labels=found.others,
            links=tuple(sorted({*links, *further})),
            extra=tuple(sorted({(predicate, target.text()) for predicate, target in kept})),
            mark=self._mark(ours),
        )

    def _mark(self, ours: Mapping[str, str]) -> Mark | None:
        try:
            return more.mark(ours.get("state", ""), ours.get("verifiedBy", ""), ours.get("verifiedAt", ""))
        except ImportRejectedError as error:
            self.report.note(0, error.reason)
            return None

    def _about(self, only: Term | None, fields: list[Term]) -> tuple[tuple[str, str, str], ...]:
        """Statements on what is neither concept nor field."""
        skipped = {*self.outline.concepts, *fields}
        return tuple(
            sorted(
                (subject.text(), predicate, target.text())
                for subject, rows in self.statements.items()
                if subject not in skipped
                for predicate, target in rows
                if predicate not in {f"{SKOS}hasTopConcept", f"{OURS}language"}
                and not (subject == only and (predicate, target) == (TYPE, skos_tree.SCHEME))
                and not (subject.value == DEFAULT_SCHEME and predicate in skos_words.TITLES)
            )
        )


def _stays(row: tuple[str, Term], own: Term, *, root: bool) -> bool:
    """What of the structure is not said by the place in the tree."""
    predicate, target = row
    if predicate == TOP_OF:
        return target != own or not root
    return (predicate == IN_SCHEME and target != own) or (predicate == BROADER and target.kind == "blank")


def _known(row: tuple[str, Term]) -> bool:
    predicate, target = row
    return (predicate in _LINKS and target.kind == "uri") or (predicate, target) == (TYPE, skos_tree.CONCEPT)


def _notation(rest: list[tuple[str, Term]]) -> tuple[str, list[tuple[str, Term]]]:
    """The notation, and what is not said by it: a typed one keeps its statement."""
    found = [value for predicate, value in rest if predicate == NOTATION and value.kind == "literal"]
    bare = next((value for value in found if not value.datatype and not value.language), None)
    shown = bare or next(iter(found), None)
    return (shown.value if shown else ""), [row for row in rest if bare is None or row != (NOTATION, bare)]


def _tail(address: str) -> str:
    return unquote(re.split(r"[/#:]", address.rstrip("/#:"))[-1]).replace("_", " ")[:200] or address[:200]
