"""Siblings of one name in a file: kept out, or made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.domain.naming import name_key
from core.interchange.concepts.model import Concept, Labels, Link
from core.services.import_report import TwinChoice


@dataclass(slots=True)
class Untwinned:
    """Concepts without twins; `instead` leads from a twin to the one that stands for it, `left` are left out."""

    concepts: list[Concept] = field(default_factory=list)
    instead: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


def resolve(concepts: Sequence[Concept], choice: TwinChoice) -> Untwinned:
    """See the module; `TwinChoice.REFUSE` changes nothing, the reader has refused them."""
    if choice is TwinChoice.REFUSE:
        return Untwinned(list(concepts))
    found, places, firsts = Untwinned(), dict[str, int](), dict[tuple[str | None, str], str]()
    for concept in concepts:
        parent = found.instead.get(concept.parent, concept.parent) if concept.parent is not None else None
        first = firsts.setdefault((parent, name_key(concept.name)), concept.key)
        if first == concept.key:
            places[concept.key] = len(found.concepts)
            found.concepts.append(replace(concept, parent=parent) if parent != concept.parent else concept)
        elif choice is TwinChoice.FIRST:
            found.left[concept.key] = first
            found.concepts.append(concept)
        else:
            found.instead[concept.key] = first
            at = places[first]
            found.concepts[at] = _joined(found.concepts[at], concept)
    return found


def _joined(first: Concept, twin: Concept) -> Concept:
    """The first with what only its twin says; the address of the twin stays as a match."""
    matches = (Link("exactMatch", twin.uri),) if twin.uri and twin.uri != first.uri else ()
    links = [link for link in twin.links if link.target not in {first.key, twin.key}]
    labels = {language: _with(has, twin.labels.get(language)) for language, has in first.labels.items()}
    return replace(
        first,
        description=first.description or twin.description,
        scope_note=first.scope_note or twin.scope_note,
        notation=first.notation or twin.notation,
        synonyms=tuple(dict.fromkeys([*first.synonyms, *twin.synonyms])),
        labels={**twin.labels, **labels},
        links=tuple(dict.fromkeys([*first.links, *links, *matches])),
        extra=tuple(dict.fromkeys([*first.extra, *twin.extra])),
    )


def _with(first: Labels, twin: Labels | None) -> Labels:
    if twin is None:
        return first
    words = dict.fromkeys([*first.alternatives, *twin.alternatives])
    return Labels(
        first.preferred or twin.preferred,
        tuple(words),
        first.definition or twin.definition,
        first.scope_note or twin.scope_note,
    )
