"""Reads Turtle, RDF/XML and JSON-LD with rdflib into plain statements, without network and without files.

rdflib's own stores keep three indices per statement; here a statement is kept once, with its subject, in the order of
the file. What could make a parser fetch something is refused before it starts: a remote context in JSON-LD, a document
type with entities in XML. Turtle has nothing of the kind.
"""

from __future__ import annotations

import hashlib
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

import rdflib
from rdflib.store import Store
from rdflib.term import BNode, Literal

from core.errors import ImportRejectedError
from core.interchange.concepts import terms
from core.interchange.concepts.decoding import plain
from core.interchange.concepts.model import MAX_SKOS_BYTES
from core.interchange.concepts.terms import Statements, Term
from core.interchange.decoding import decode
from core.interchange.strict_json import loads

BASE = "http://relative.invalid/"
"""What relative URIs are resolved against, since the address of the file is not known."""
MAX_STATEMENTS = 4_000_000
_STEPS = 6
_STRINGS = {"", f"{terms.XSD}string", f"{terms.RDF}langString"}
_HINT = "Mend the file, or save it again with a SKOS tool."


class _Sink(Store):
    """Keeps what a parser adds."""

    context_aware = True
    graph_aware = True
    formula_aware = True

    def __init__(self) -> None:
        super().__init__()
        self.found: Statements = {}
        self.known: dict[Any, Term] = {}
        self.count = 0

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:  # noqa: ARG002 - rdflib's names
        subject, predicate, target = triple
        self.count += 1
        if self.count > MAX_STATEMENTS:
            raise ImportRejectedError(0, f"There are more than {MAX_STATEMENTS:,} statements.", "Split the file.")
        if not quoted:
            self.found.setdefault(self._term(subject), []).append((self._term(predicate).value, self._term(target)))

    def triples(self, _pattern: Any, _context: Any = None) -> Iterator[Any]:
        return iter(())

    def __len__(self, _context: Any = None) -> int:
        return self.count

    def add_graph(self, _graph: Any) -> None:
        return

    def _term(self, term: Any) -> Term:
        if isinstance(term, Literal):
            return _literal(term)
        known = self.known.get(term)
        if known is None:
            known = Term("blank", str(term)) if isinstance(term, BNode) else terms.uri(str(term))
            self.known[term] = known
        return known


def _literal(term: Literal) -> Term:
    datatype = str(term.datatype or "")
    return terms.literal(
        plain(str(term)), (term.language or "").lower(), "" if datatype in _STRINGS else terms.iri(datatype)
    )


def read(content: bytes, syntax: str) -> Statements:
    """All statements by subject; `syntax` is "turtle", "xml" or "json-ld". Blank nodes are named by what they say."""
    text = decode(content, MAX_SKOS_BYTES)
    if syntax == "xml":
        _refuse_entities(text)
    elif syntax == "json-ld":
        _refuse_remote_contexts(loads(text))
    sink = _Sink()
    graph = rdflib.Dataset(store=sink) if syntax == "json-ld" else rdflib.Graph(store=sink)
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's JSON-LD parser uses what rdflib gives up
            graph.parse(data=text, format=syntax, publicID=BASE)
    except ImportRejectedError:
        raise
    except RecursionError as error:
        raise ImportRejectedError(0, "The file is nested too deeply.", _HINT) from error
    except Exception as error:  # what the parsers raise has no common root
        line, reason = _place(error)
        raise ImportRejectedError(line, f"This is not {_SYNTAXES[syntax]}: {reason}.", _HINT) from error
    return named(sink.found)


_SYNTAXES = {"turtle": "Turtle", "xml": "RDF/XML", "json-ld": "JSON-LD"}


def _place(error: Exception) -> tuple[int, str]:
    line = getattr(error, "lines", None)
    if isinstance(line, int):  # Turtle counts from 0
        return line + 1, str(getattr(error, "_why", "it cannot be read"))[:200]
    number = getattr(error, "getLineNumber", lambda: 0)() or 0
    message = getattr(error, "getMessage", lambda: str(error))()
    found = re.match(r"\S*?:(\d+):\d+: (.*)", message, re.DOTALL)
    if found:
        return int(found.group(1)), found.group(2)[:200]
    said = message.split(" at ^")[0].strip() or type(error).__name__
    return number, said[:200].splitlines()[0].rstrip(".")


def _refuse_entities(text: str) -> None:
    parser = expat.ParserCreate("utf-8")

    def line() -> int:
        return int(parser.CurrentLineNumber)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
            raise ImportRejectedError(line(), f"The file says it is {encoding[:40]} text.", "Save it as UTF-8.")

    def doctype(_name: str, system: str | None, public: str | None, _internal: int) -> None:
        if system or public:
            raise ImportRejectedError(line(), "The file has a DOCTYPE that points elsewhere.", "Take it out.")

    def entity(*_declared: Any) -> None:
        hint = "Save it without them, for example as Turtle."
        raise ImportRejectedError(line(), "The file has a DOCTYPE with entities.", hint)

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ImportRejectedError(error.lineno, f"This is not XML: {reason}.", _HINT) from error


def _refuse_remote_contexts(root: Any) -> None:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            for key in ("@context", "@import"):
                given = value.get(key)
                for context in given if isinstance(given, list) else [given]:
                    if isinstance(context, str):
                        reason = f"The meaning of its words stands elsewhere ({context[:120]}); nothing is fetched."
                        raise ImportRejectedError(0, reason, "Save it with the context inside, or as Turtle.")
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def named(found: Statements) -> Statements:
    """Blank nodes get names that depend on their statements only, so that they are the same at every reading."""
    names = _names(found)
    renamed: Statements = {}
    for subject, rows in found.items():
        own = renamed.setdefault(names.get(subject, subject), [])
        own.extend((predicate, _renamed(target, names)) for predicate, target in rows)
    return {subject: list(dict.fromkeys(rows)) for subject, rows in renamed.items()}


def _names(found: Statements) -> dict[Term, Term]:
    """From the innermost outwards; what hangs on a ring of blank nodes is told apart by a few steps around it."""
    inner = {
        subject: {target for _, target in rows if target in found and target.kind == "blank"}
        for subject, rows in found.items()
        if subject.kind == "blank"
    }
    outer: dict[Term, list[Term]] = {}
    for subject, targets in inner.items():
        for target in targets:
            outer.setdefault(target, []).append(subject)
    names: dict[Term, Term] = {}
    ready = [subject for subject, targets in inner.items() if not targets]
    while ready:
        node = ready.pop()
        names[node] = _by_statements(found[node], names)
        for above in outer.get(node, ()):
            inner[above].discard(node)
            if not inner[above]:
                ready.append(above)
    ring = {node: Term("blank", "ring") for node in inner if node not in names}
    for _ in range(_STEPS if ring else 0):
        known = {**names, **ring}
        ring = {node: _by_statements(found[node], known) for node in ring}
    return {**names, **ring}


def _by_statements(rows: list[tuple[str, Term]], names: Mapping[Term, Term]) -> Term:
    said = sorted({f"{predicate} {_renamed(target, names).text()}" for predicate, target in rows})
    return Term("blank", "b" + hashlib.sha256("\n".join(said).encode()).hexdigest()[:24])


def _renamed(term: Term, names: Mapping[Term, Term]) -> Term:
    return names.get(term, Term("blank", "nothing")) if term.kind == "blank" else term
