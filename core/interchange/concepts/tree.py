"""Puts the concepts of a file in order and finds what stands in the way of a tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.domain.naming import clean_name, name_key
from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError, InvalidInputError
from core.interchange.concepts.decoding import plain, tidy
from core.interchange.concepts.model import MAX_CELL, MAX_CONCEPTS, MAX_DEPTH, Concept, Trouble

MAX_TROUBLES = 1000
_SHOWN = 8


@dataclass(slots=True)
class Report:
    """Collects troubles; of more than a thousand only the number is told."""

    troubles: list[Trouble] = field(default_factory=list)
    met: Counter[tuple[bool, bool]] = field(default_factory=Counter)

    def refuse(self, line: int, reason: str, *, twin: bool = False) -> None:
        """Something that has to be mended in the file."""
        self._add(Trouble(line, reason, twin=twin))

    def note(self, line: int, reason: str) -> None:
        """Something to know."""
        self._add(Trouble(line, reason, refuses=False))

    def _add(self, trouble: Trouble) -> None:
        sort = (trouble.refuses, trouble.twin)
        self.met[sort] += 1
        if self.met[sort] <= MAX_TROUBLES:
            self.troubles.append(trouble)

    def told(self) -> tuple[Trouble, ...]:
        """What refuses first, each in the order of the lines."""
        told = sorted(self.troubles, key=lambda t: (not t.refuses, t.line))
        untold = [(*sort, met - MAX_TROUBLES) for sort, met in self.met.items() if met > MAX_TROUBLES]
        return (*told, *(Trouble(0, f"And {n:,} more of this sort.", refuses, twin) for refuses, twin, n in untold))


def arrange(concepts: Iterable[Concept], report: Report) -> tuple[Concept, ...]:
    """`concepts` in any order as a tree: cleaned, parents first, siblings as given, kinds by their place.

    Refusals go to `report`; only a file with too many concepts or none is refused at once.
    """
    given = _unique(concepts, report)
    if not given and report.troubles:
        first = report.told()[0]
        raise ImportRejectedError(first.line, first.reason, "Mend the line and try again.")
    if not given:
        raise ImportRejectedError(0, "There is no concept in the file.", "Check that the right format was chosen.")
    below = _children(given, report)
    ordered = _preorder(given, below, report)
    _refuse_twins(given, below, report)
    return tuple(_placed(concept, below, report) for concept in ordered)


def _unique(concepts: Iterable[Concept], report: Report) -> dict[str, Concept]:
    given: dict[str, Concept] = {}
    for concept in concepts:
        if len(given) >= MAX_CONCEPTS:
            raise too_many(concept.line)
        known = given.setdefault(concept.key, concept)
        if known is not concept:
            report.refuse(concept.line, f"{concept.key[:80]!r} stands twice{_first_at(known.line)}.")
    return {key: cleaned(concept, report) for key, concept in given.items()}


def too_many(line: int) -> ImportRejectedError:
    """The error for a file with more concepts than are taken."""
    return ImportRejectedError(line, f"There are more than {MAX_CONCEPTS:,} concepts.", "Split the file.")


def cleaned(concept: Concept, report: Report) -> Concept:
    """Its words as the studio keeps them; what cannot be kept is reported."""
    name, synonyms = concept.name, []
    try:
        name = clean_name(plain(concept.name))
    except InvalidInputError as error:
        report.refuse(concept.line, f"{_named(concept)}{error.message}")
    for word in concept.synonyms:
        try:
            synonyms.append(clean_name(plain(word), "synonym"))
        except InvalidInputError as error:
            if word.strip():
                report.refuse(concept.line, f"{_named(concept)}{error.message}")
    description, scope_note = tidy(concept.description), tidy(concept.scope_note)
    if max(len(description), len(scope_note)) > MAX_CELL:
        report.refuse(concept.line, f"{_named(concept)}The description is longer than 64 KB.")
    return replace(
        concept,
        name=name,
        synonyms=tuple(dict.fromkeys(synonyms)),
        description=description,
        scope_note=scope_note,
        notation=tidy(concept.notation),
    )


def _named(concept: Concept) -> str:
    return "" if concept.line else f"{concept.key[:80]}: "


def _first_at(line: int) -> str:
    return f"; the first is in line {line:,}" if line else ""


def _children(given: dict[str, Concept], report: Report) -> dict[str | None, list[str]]:
    below: dict[str | None, list[str]] = {}
    for concept in given.values():
        if concept.parent is not None and concept.parent not in given:
            report.refuse(concept.line, f"{concept.parent[:80]!r}, the parent of {concept.name[:80]!r}, is not there.")
            below.setdefault(None, []).append(concept.key)
        else:
            below.setdefault(concept.parent, []).append(concept.key)
    return below


def _preorder(given: Mapping[str, Concept], below: Mapping[str | None, Sequence[str]], report: Report) -> list[Concept]:
    """Depth first. What is never reached hangs on a cycle."""
    ordered: dict[str, Concept] = {}
    stack = [(key, 0) for key in reversed(below.get(None, []))]
    too_deep = 0
    while stack:
        key, depth = stack.pop()
        ordered[key] = given[key]
        if depth == MAX_DEPTH:
            too_deep += 1
            if too_deep == 1:
                reason = f"{given[key].name[:80]!r} would stand deeper than {MAX_DEPTH} levels."
                report.refuse(given[key].line, reason)
        stack.extend((child, depth + 1) for child in reversed(below.get(key, [])))
    for key in given:
        if key not in ordered:
            ring = _ring(given, key)
            ordered.update({each: given[each] for each in ring if each not in ordered})
            if key in ring:
                report.refuse(given[key].line, cycle([given[each].name for each in ring]))
                break
    return list(ordered.values())


def _ring(given: Mapping[str, Concept], start: str) -> list[str]:
    seen: dict[str, None] = {}
    key: str | None = start
    while key is not None and key not in seen:
        seen[key] = None
        key = given[key].parent
    walked = list(seen)
    return walked[walked.index(key) :] if key is not None else []


def cycle(names: Sequence[str]) -> str:
    """The sentence about a ring of concepts, each below the next."""
    shown = [name[:60] for name in names[:_SHOWN]]
    rest = [f"{len(names) - _SHOWN:,} more"] if len(names) > _SHOWN else []
    if len(names) == 1:
        return f"{shown[0]!r} is its own parent."
    return f"A circle: {' < '.join([*shown, *rest, shown[0]])}."


def _refuse_twins(given: Mapping[str, Concept], below: Mapping[str | None, Sequence[str]], report: Report) -> None:
    for parent, keys in below.items():
        seen: dict[str, Concept] = {}
        for key in keys:
            concept = given[key]
            known = seen.setdefault(name_key(concept.name), concept)
            if known is not concept:
                place = f"below {given[parent].name[:80]!r}" if parent is not None else "at the top"
                both = f" (lines {known.line:,} and {concept.line:,})" if concept.line else f" ({known.key}, {key})"
                report.refuse(concept.line, f"{concept.name[:80]!r} stands twice {place}{both}.", twin=True)


def place_kind(kind: NodeKind | None, *, root: bool, parent: bool) -> NodeKind:
    """The kind for a place in the tree: roots are fields, disciplines have nothing below them."""
    if root:
        return NodeKind.FIELD
    if parent:
        return NodeKind.SUB_FIELD
    return NodeKind.SUB_FIELD if kind is NodeKind.SUB_FIELD else NodeKind.DISCIPLINE


def _placed(concept: Concept, below: Mapping[str | None, Sequence[str]], report: Report) -> Concept:
    kind = place_kind(concept.kind, root=concept.parent is None, parent=concept.key in below)
    if concept.kind is not None and kind is not concept.kind:
        stated = f"{concept.name[:80]!r} is called a {concept.kind.label}"
        report.note(concept.line, f"{stated}; where it stands it becomes a {kind.label}.")
    return replace(concept, kind=kind)


def languages(concepts: Iterable[Concept]) -> tuple[tuple[str, int], ...]:
    """The languages of the names, the most frequent first."""
    found: Counter[str] = Counter()
    for concept in concepts:
        found.update([concept.language, *(lang for lang, labels in concept.labels.items() if labels.preferred)])
    del found[""]
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))
