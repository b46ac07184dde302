"""Strategies for taxonomies as they come from anywhere: any script, any nesting, awkward characters."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from core.domain.naming import clean_name, name_key
from core.domain.taxonomy import NodeKind
from core.errors import InvalidInputError
from core.interchange.concepts.decoding import plain, tidy
from core.interchange.concepts.model import Concept, ConceptFile, Labels, Link, Mark
from core.interchange.concepts.tree import Report, arrange, languages

_PIECES = [
    " :: ",
    " = ",
    "- ",
    "::",
    "\r\n",
    "null",
    "No",
    "=1+1",
    "'=x",
    "''",
    "]]>",
    "&amp;",
    "Ünï",
    "物理学",
    "علوم",
]
_PIECES += [
    "🧪",
    "\u200f",
    "\u202e",
    "e\u0301",
    "\x01",
    "\ufffe",
    "\\n",
    '"""',
    "@en",
    "^^",
    "!!str",
    "&a",
    "*a",
    "---",
]
AWKWARD = st.sampled_from([*"=+-@'\"\\|;:,#*<>&[]{}%~_/`\t\n\r\x85\u2028 ", *_PIECES])
TEXT = st.lists(AWKWARD | st.text(max_size=6), max_size=8).map("".join)


def _name(text: str) -> str:
    try:
        return clean_name(plain(text))
    except InvalidInputError:
        return "?"


NAMES = TEXT.map(_name)
TEXTS = TEXT.map(tidy)
LANGUAGES = st.sampled_from(["en", "de", "ar", "zh-hant", "en-gb"])
MARKS = st.builds(
    Mark,
    st.sampled_from(["proposed", "verified"]),
    NAMES,
    st.integers(0, 4_000_000_000_000).map(lambda n: n / 1000),
)
LABELS = st.builds(Labels, NAMES, st.lists(NAMES, max_size=2, unique=True).map(tuple), TEXTS, TEXTS)


@st.composite
def forests(draw: st.DrawFn, *, rich: bool = True) -> ConceptFile:
    """A file as a reader leaves it; `rich` with everything that the model holds."""
    size = draw(st.integers(1, 7))
    concepts: list[Concept] = []
    taken: set[tuple[str | None, str]] = set()
    for number in range(size):
        parent = draw(st.none() | st.sampled_from(concepts)) if concepts else None
        above = parent.key if parent else None
        name = draw(NAMES)
        while (above, name_key(name)) in taken:
            name = f"{name[:150]} {number}"
        taken.add((above, name_key(name)))
        concept = Concept(
            f"urn:x:{number}",
            above,
            name,
            description=draw(TEXTS),
            synonyms=tuple(draw(st.lists(NAMES, max_size=3, unique=True))),
            kind=draw(st.sampled_from([NodeKind.SUB_FIELD, NodeKind.DISCIPLINE])),
        )
        concepts.append(replace(concept, **draw(_more(concepts))) if rich else concept)
    arranged = arrange(concepts, Report())
    return ConceptFile(concepts=arranged, languages=languages(arranged))


@st.composite
def _more(draw: st.DrawFn, concepts: list[Concept]) -> dict[str, Any]:
    language = draw(LANGUAGES)
    others = draw(st.dictionaries(LANGUAGES.filter(lambda lang: lang != language), LABELS, max_size=2))
    related = draw(st.lists(st.sampled_from(concepts), max_size=2)) if concepts else []
    links = {Link("related", concept.key) for concept in related}
    links |= {Link("exactMatch", "http://example.org/other")} if draw(st.booleans()) else set()
    extra = (
        [("http://example.org/more", f'"{draw(st.sampled_from(["a", "b c", "é"]))}"@en')] if draw(st.booleans()) else []
    )
    return {
        "scope_note": draw(TEXTS),
        "notation": draw(TEXTS),
        "language": language,
        "uri": f"urn:x:{len(concepts)}",
        "labels": MappingProxyType(dict(sorted(others.items()))),
        "links": tuple(sorted(links)),
        "extra": tuple(extra),
        "mark": draw(st.none() | MARKS),
    }


def same(file: ConceptFile) -> ConceptFile:
    """Without what is about the reading: lines, troubles, headers."""
    concepts = tuple(replace(concept, line=0) for concept in file.concepts)
    return replace(file, concepts=concepts, troubles=(), columns=(), schemes=())
