"""Writes statements as Turtle, RDF/XML or JSON-LD, subject by subject, in the order given."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from core.interchange.concepts import terms
from core.interchange.concepts.terms import Term

Group = tuple[Term, Sequence[tuple[str, Term]]]
PREFIXES = {
    "skos": terms.SKOS,
    "skosxl": terms.SKOS_XL,
    "rdf": terms.RDF,
    "rdfs": terms.RDFS,
    "xsd": terms.XSD,
    "dcterms": terms.DC_TERMS,
    "dc": terms.DC,
    "glan": terms.OURS,
}
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TAIL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_NAME_AT_END = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")
_INTEGER = f"{terms.XSD}integer"
_IN_XML = {'"': '"', "\r": "&#13;"}


def turtle(groups: Iterable[Group]) -> bytes:
    """With a prefix for where most subjects are."""
    kept = list(groups)
    prefixes = dict(PREFIXES)
    spaces = Counter(_space(subject.value) for subject, _ in kept if subject.kind == "uri")
    common = next((space for space, _ in spaces.most_common(1) if space and space not in PREFIXES.values()), None)
    if common:
        prefixes["c"] = common
    short = _Shortener(prefixes)
    lines = [f"@prefix {prefix}: <{space}> ." for prefix, space in prefixes.items()]
    for subject, rows in kept:
        said = " ;\n  ".join(f"{short.predicate(predicate)} {short.term(target)}" for predicate, target in rows)
        lines.append(f"\n{short.term(subject)}\n  {said} .")
    return ("\n".join(lines) + "\n").encode()


class _Shortener:
    def __init__(self, prefixes: dict[str, str]) -> None:
        self.prefixes = {space: prefix for prefix, space in prefixes.items()}
        self.known: dict[str, str] = {}

    def predicate(self, address: str) -> str:
        return "a" if address == f"{terms.RDF}type" else self.uri(address)

    def uri(self, address: str) -> str:
        made = self.known.get(address)
        if made is None:
            space = _space(address)
            prefix, tail = self.prefixes.get(space), address[len(space) :]
            made = f"{prefix}:{tail}" if prefix and _TAIL.fullmatch(tail) else f"<{address}>"
            self.known[address] = made
        return made

    def term(self, term: Term) -> str:
        if term.kind == "uri":
            return self.uri(term.value)
        if term.datatype == _INTEGER and term.value.isdecimal() and term.value.isascii():
            return term.value
        if term.datatype:
            return f"{Term('literal', term.value).text()}^^{self.uri(term.datatype)}"
        return term.text()


def _space(address: str) -> str:
    return address[: max(address.rfind("/"), address.rfind("#"), address.rfind(":")) + 1]


def xml(groups: Iterable[Group]) -> bytes:
    """With a namespace for each property that has none of the usual ones."""
    head = "".join(f'\n  xmlns:{prefix}="{space}"' for prefix, space in PREFIXES.items())
    body = "\n".join(_description(subject, rows) for subject, rows in groups)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{head}>\n{body}\n</rdf:RDF>\n'.encode()


def _description(subject: Term, rows: Sequence[tuple[str, Term]]) -> str:
    name = f"rdf:about={quoteattr(subject.value)}" if subject.kind == "uri" else f'rdf:nodeID="{subject.value}"'
    return "\n".join([f"<rdf:Description {name}>", *(_property(*row) for row in rows), "</rdf:Description>"])


def _property(predicate: str, target: Term) -> str:
    tag, declared = _tag(predicate)
    if target.kind == "uri":
        return f" <{tag}{declared} rdf:resource={quoteattr(target.value)}/>"
    if target.kind == "blank":
        return f' <{tag}{declared} rdf:nodeID="{target.value}"/>'
    more = f' xml:lang="{target.language}"' if target.language else ""
    more += f" rdf:datatype={quoteattr(target.datatype)}" if target.datatype else ""
    return f" <{tag}{declared}{more}>{escape(target.value, _IN_XML)}</{tag}>"


def _tag(predicate: str) -> tuple[str, str]:
    space = _space(predicate)
    tail = predicate[len(space) :]
    for prefix, known in PREFIXES.items():
        if known == space and _LOCAL.fullmatch(tail):
            return f"{prefix}:{tail}", ""
    found = _NAME_AT_END.search(predicate)
    if not found:
        return "", ""
    return f"p:{found.group()}", f" xmlns:p={quoteattr(predicate[: found.start()])}"


def json_ld(groups: Iterable[Group]) -> bytes:
    """With its context inside; nobody has to fetch anything."""
    rows = ",\n".join(json.dumps(_node(*group), ensure_ascii=False) for group in groups)
    return f'{{"@context": {json.dumps(PREFIXES)},\n"@graph": [\n{rows}\n]}}\n'.encode()


def _node(subject: Term, rows: Sequence[tuple[str, Term]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _id(subject)}
    for predicate, target in rows:
        if predicate == f"{terms.RDF}type" and target.kind == "uri":
            node.setdefault("@type", []).append(_short(target.value))
        else:
            node.setdefault(_short(predicate), []).append(_value(target))
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}


def _value(term: Term) -> Any:
    if term.kind != "literal":
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    return {"@value": term.value, "@type": _short(term.datatype)} if term.datatype else term.value


def _id(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "blank" else term.value


def _short(address: str) -> str:
    for prefix, space in PREFIXES.items():
        if address.startswith(space) and _LOCAL.fullmatch(address[len(space) :]):
            return f"{prefix}:{address[len(space) :]}"
    return address
