"""Terms of RDF in the notation of N-Triples, which is how statements without a field of their own are kept."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from core.errors import ImportRejectedError

SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOS_XL = "http://www.w3.org/2008/05/skos-xl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DC_TERMS = "http://purl.org/dc/terms/"
DC = "http://purl.org/dc/elements/1.1/"
OURS = "urn:glan-studio:schema#"
"""Our own predicates: position, kind, language (of the name in front), parent (the preferred one of several),
state, verifiedBy, verifiedAt."""

TYPE = f"{RDF}type"
NOTATION = f"{SKOS}notation"
_NOT_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]|[\ud800-\udfff]')
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_TO_ESCAPE = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


class Term(NamedTuple):
    """`kind` is "uri", "blank" or "literal"; only a literal has a language or a datatype."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""

    def text(self) -> str:
        """As in N-Triples."""
        if self.kind == "uri":
            return f"<{self.value}>"
        if self.kind == "blank":
            return f"_:{self.value}"
        end = f"@{self.language}" if self.language else f"^^<{self.datatype}>" if self.datatype else ""
        return f'"{self.value.translate(_TO_ESCAPE)}"{end}'


Statements = dict[Term, list[tuple[str, Term]]]
"""Predicates and objects by subject, in the order of the file."""


def uri(value: str) -> Term:
    """A URI; what may not stand in one is percent-encoded."""
    return Term("uri", iri(value))


def iri(value: str) -> str:
    """`value` with the characters percent-encoded that may not stand in a URI."""
    if not _NOT_IRI.search(value):
        return value
    return _NOT_IRI.sub(lambda bad: quote(bad.group().encode("utf-8", "replace"), safe=""), value)


def literal(value: str, language: str = "", datatype: str = "") -> Term:
    """A literal; with a language it has no datatype."""
    return Term("literal", value, language, "" if language else datatype)


def parse(text: str) -> Term:
    """The term that `Term.text` wrote."""
    if text.startswith("<") and text.endswith(">"):
        return uri(text[1:-1])
    if text.startswith("_:"):
        return Term("blank", text[2:])
    if found := _LITERAL.fullmatch(text):
        value = _ESCAPE.sub(lambda e: _ESCAPED.get(e.group(1), e.group(1)), found.group(1))
        return literal(value, found.group(2) or "", found.group(3) or "")
    raise ImportRejectedError(0, f"{text[:80]!r} is no term of RDF.", "Write it as in N-Triples.")
