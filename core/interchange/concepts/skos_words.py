"""The words of a SKOS concept: one language in front, the others beside it, nothing dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from core.domain.naming import MAX_NAME, clean_name
from core.errors import InvalidInputError
from core.interchange.concepts import terms
from core.interchange.concepts.decoding import plain, tidy
from core.interchange.concepts.model import Labels
from core.interchange.concepts.terms import OURS, SKOS, SKOS_XL, Statements, Term
from core.interchange.concepts.tree import Report

PREFERRED, ALTERNATIVE = f"{SKOS}prefLabel", f"{SKOS}altLabel"
DEFINITION, SCOPE_NOTE = f"{SKOS}definition", f"{SKOS}scopeNote"
OWN = "*"
"""Stands for the language that the concept itself says was in front when we wrote it."""
_XL = {f"{SKOS_XL}prefLabel": PREFERRED, f"{SKOS_XL}altLabel": ALTERNATIVE}
TITLES = (PREFERRED, f"{terms.DC_TERMS}title", f"{terms.DC}title", f"{terms.RDFS}label")
_PARTS = {PREFERRED, ALTERNATIVE, DEFINITION, SCOPE_NOTE}


@dataclass(slots=True)
class _Language:
    preferred: str = ""
    alternatives: list[str] = field(default_factory=list)
    definition: str = ""
    scope_note: str = ""

    def labels(self) -> Labels:
        words = tuple(dict.fromkeys(self.alternatives))
        return Labels(self.preferred, words, self.definition, self.scope_note)


@dataclass(frozen=True, slots=True)
class Words:
    """What a concept is called; `rest` are the statements that are not part of it."""

    language: str
    name: str
    front: Labels
    others: Mapping[str, Labels]
    rest: list[tuple[str, Term]]


def preference(wanted: str, counted: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Languages in the order in which they are tried: the wanted one, or our own choice, English, the most frequent."""
    found = [language for language, _ in sorted(counted, key=lambda item: (-item[1], item[0]))]
    first = wanted.lower()
    variants = [lang for prefix in (first, "en") if prefix for lang in sorted(found) if lang.startswith(f"{prefix}-")]
    order = [first, *variants, "", *found] if first else [OWN, "en", *variants, *found]
    return tuple(dict.fromkeys(lang for lang in order if lang in found or lang in {first, OWN}))


def count(statements: Statements, subjects: Iterable[Term]) -> Counter[str]:
    """How many preferred labels there are per language, "" for none stated."""
    return Counter(
        term.language
        for subject in subjects
        for predicate, term in _with_xl(statements, statements.get(subject, []))
        if predicate == PREFERRED and term.kind == "literal"
    )


def _with_xl(statements: Statements, rows: Sequence[tuple[str, Term]]) -> list[tuple[str, Term]]:
    """SKOS-XL labels count where there is no plain one of their language."""
    plain_ones = {(predicate, term.language) for predicate, term in rows if predicate == PREFERRED}
    known = {(predicate, term) for predicate, term in rows}
    read: list[tuple[str, Term]] = []
    for predicate, resource in rows:
        simple = _XL.get(predicate)
        for inner, form in statements.get(resource, ()) if simple else ():
            if inner == f"{SKOS_XL}literalForm" and (simple, form) not in known:
                if simple == PREFERRED and (simple, form.language) in plain_ones:
                    continue
                read.append((simple or "", form))
    return [*rows, *read]


def words(statements: Statements, subject: Term, order: Sequence[str], report: Report) -> Words:
    """The words of `subject`, in front those of the first language of `order` that it has a name in."""
    by_language: dict[str, _Language] = {}
    rest: list[tuple[str, Term]] = []
    for predicate, term in _with_xl(statements, statements.get(subject, [])):
        if (
            predicate not in _PARTS
            or term.kind != "literal"
            or term.datatype
            or not _take(by_language.setdefault(term.language, _Language()), predicate, term, report)
        ):
            rest.append((predicate, term))
    named = [lang for lang, found in by_language.items() if found.preferred]
    own = _own_language(rest)
    tried = [own if lang == OWN else lang for lang in order]
    language = next((lang for lang in tried if lang in named), next(iter(named), ""))
    front = by_language.pop(language, _Language()).labels()
    others = {lang: made for lang, found in sorted(by_language.items()) if (made := found.labels()) != Labels()}
    return Words(language, front.preferred, front, MappingProxyType(others), rest)


def _take(found: _Language, predicate: str, term: Term, report: Report) -> bool:
    """Whether the text has a place here; a second text where there is room for one has none."""
    text = tidy(term.value)
    if predicate == DEFINITION:
        found.definition = found.definition or text
        return found.definition == text
    if predicate == SCOPE_NOTE:
        found.scope_note = found.scope_note or text
        return found.scope_note == text
    word = _word(term, report)
    if word is None:
        return False
    if predicate == ALTERNATIVE:
        found.alternatives.append(word)
    elif not found.preferred:
        found.preferred = word
    elif found.preferred != word:
        found.alternatives.append(word)
        where = f" in {term.language!r}" if term.language else ""
        report.note(0, f"{found.preferred[:80]!r} has a second name{where}; {word[:80]!r} is kept as a synonym.")
    return True


def _word(term: Term, report: Report) -> str | None:
    text = plain(term.value)
    try:
        return clean_name(text)
    except InvalidInputError:
        if len(text) > MAX_NAME:
            report.refuse(0, f"The label {text[:60]!r} ... has {len(text):,} characters; {MAX_NAME} are allowed.")
        return None


def title(rows: Sequence[tuple[str, Term]], order: Sequence[str]) -> str:
    """What a scheme calls itself."""
    own = _own_language(rows)
    tried = [own if lang == OWN else lang for lang in order]
    for wanted in TITLES:
        texts: dict[str, str] = {}
        for predicate, term in sorted(rows):
            if predicate == wanted and term.kind == "literal" and title_text(term):
                texts.setdefault(term.language, title_text(term))
        for language in (*tried, *texts):
            if language in texts:
                return texts[language]
    return ""


def title_text(term: Term) -> str:
    """A title as it is shown: one line."""
    return " ".join(tidy(term.value).split())


def _own_language(rows: Sequence[tuple[str, Term]]) -> str:
    return next((term.value for predicate, term in rows if predicate == f"{OURS}language"), "")
