"""What every taxonomy file is read into and written from.

A `ConceptFile` holds what the file says, not what the studio will do with it: an importer decides what is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from core.domain.taxonomy import NodeKind

MAX_SKOS_BYTES: Final = 48 * 1024 * 1024
"""100,000 verified concepts take 41 MB in Turtle: what the studio writes it reads again."""
MAX_CONCEPTS: Final = 200_000
MAX_CELL: Final = 64 * 1024
MAX_DEPTH: Final = 20

STATES: Final = ("proposed", "verified")
BROADER: Final = "broader"
RELATIONS: Final = (BROADER, "related", "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one further language; `preferred` is empty where the file has only other words in it."""

    preferred: str = ""
    alternatives: tuple[str, ...] = ()
    definition: str = ""
    scope_note: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A relation beside the tree. `relation` is one of RELATIONS; "broader" is a further parent.

    `target` is the key of a concept of the same file, else a URI.
    """

    relation: str
    target: str


@dataclass(frozen=True, slots=True)
class Mark:
    """How far people got with a concept; `by` is empty and `at` 0 when the file does not say."""

    state: str
    by: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept. `language` is that of name, description, synonyms and scope note, where the file says it."""

    key: str
    parent: str | None
    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    scope_note: str = ""
    notation: str = ""
    uri: str = ""
    kind: NodeKind | None = None
    language: str = ""
    labels: Mapping[str, Labels] = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[Link, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    """(predicate URI, object as in N-Triples) of what has no field here: kept so that export loses nothing."""
    mark: Mark | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something a person must know: it stands in the way of the import, or is only to be noted.

    `twin`: two siblings count as the same, which an importer may resolve.
    """

    line: int
    reason: str
    refuses: bool = True
    twin: bool = False


@dataclass(frozen=True, slots=True)
class ConceptFile:
    """A whole file: parents before their children, siblings in the order of the file.

    `about` are statements (subject, predicate URI, object; terms as in N-Triples) on other things than concepts: the
    scheme, collections, labels that are resources. `languages` counts the names per language, most frequent first.
    `schemes` are the concept schemes that the file offers (URI, title), `columns` the headers of a CSV file.
    """

    title: str = ""
    base_uri: str = ""
    concepts: tuple[Concept, ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    schemes: tuple[tuple[str, str], ...] = ()
    about: tuple[tuple[str, str, str], ...] = ()
    columns: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether something in it must be mended first."""
        return any(trouble.refuses for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person may choose; empty means guessed from the file.

    `columns` maps a field of `csv_file.FIELDS` to a header, `levels` names one header per level of the tree.
    """

    language: str = ""
    scheme: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    levels: tuple[str, ...] = ()
    delimiter: str = ""
    path_separator: str = ""
    synonym_separator: str = ""
