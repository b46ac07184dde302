"""The formats that a taxonomy can be read from and written to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import ImportRejectedError
from core.interchange.concepts import csv_file, instructlab, json_file, outline, skos_writing, syntaxes, yaml_file
from core.interchange.concepts.model import ConceptFile, ReadOptions

Reader = Callable[[bytes, ReadOptions], ConceptFile]
Writer = Callable[[ConceptFile], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `complete`: writing and reading again loses nothing that a ConceptFile holds."""

    name: str
    label: str
    extensions: tuple[str, ...]
    media_type: str
    complete: bool = True


CSV = Format("csv", "CSV table", (".csv", ".tsv"), "text/csv")
OUTLINE = Format("outline", "Indented outline", (".txt", ".md"), "text/plain", complete=False)
JSON = Format("json", "JSON", (".json",), "application/json")
YAML = Format("yaml", "YAML", (".yaml", ".yml"), "application/yaml")
TURTLE = Format("turtle", "SKOS, Turtle", (".ttl",), "text/turtle")
RDF_XML = Format("rdf-xml", "SKOS, RDF/XML", (".rdf", ".xml", ".owl"), "application/rdf+xml")
JSON_LD = Format("json-ld", "SKOS, JSON-LD", (".jsonld",), "application/ld+json")
INSTRUCTLAB = Format("instructlab", "InstructLab folders (zip)", (".zip",), "application/zip", complete=False)
FORMATS = {f.name: f for f in (CSV, OUTLINE, JSON, YAML, TURTLE, RDF_XML, JSON_LD, INSTRUCTLAB)}
_READERS: dict[str, Reader] = {
    CSV.name: csv_file.read,
    OUTLINE.name: outline.read,
    JSON.name: json_file.read,
    YAML.name: yaml_file.read,
    INSTRUCTLAB.name: instructlab.read,
}
_WRITERS: dict[str, Writer] = {
    CSV.name: csv_file.write,
    OUTLINE.name: outline.write,
    JSON.name: json_file.write,
    YAML.name: yaml_file.write,
    INSTRUCTLAB.name: instructlab.write,
    TURTLE.name: lambda file: syntaxes.turtle(skos_writing.groups(file)),
    RDF_XML.name: lambda file: syntaxes.xml(skos_writing.groups(file)),
    JSON_LD.name: lambda file: syntaxes.json_ld(skos_writing.groups(file)),
}
_SYNTAXES = {TURTLE.name: "turtle", RDF_XML.name: "xml", JSON_LD.name: "json-ld"}


def find(name: str) -> Format:
    """The format called so; raises ImportRejectedError for another."""
    if name not in FORMATS:
        raise ImportRejectedError(0, f"{name[:80]!r} is no format.", f"Choose one of {', '.join(FORMATS)}.")
    return FORMATS[name]


def guess(name: str, content: bytes) -> Format:
    """By the ending of the file name, and by the content where the ending says nothing or too little."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    found = next((f for f in FORMATS.values() if ending in f.extensions), None)
    if found in {None, JSON, OUTLINE}:
        return _by_content(content[:4096], found)
    return found or OUTLINE


def _by_content(head: bytes, found: Format | None) -> Format:
    if head.startswith(b"PK"):
        return INSTRUCTLAB
    text = head.decode("utf-8-sig", "ignore").lstrip()
    if text.startswith(("{", "[")):
        return JSON_LD if '"@context"' in text or '"@graph"' in text or '"@id"' in text else JSON
    if found:
        return found
    for begins, format_ in ((("<?xml", "<rdf:", "<!"), RDF_XML), (("@prefix", "@base", "PREFIX", "<http"), TURTLE)):
        if text.startswith(begins):
            return format_
    first = text.split("\n", 1)[0]
    if text.startswith(("title:", "fields:", "nodes:", "---")):
        return YAML
    return CSV if "," in first or "\t" in first.strip() or ";" in first else OUTLINE


def prepare(format_: Format) -> Reader:
    """The reader of a format; rdflib is loaded only here and only for SKOS."""
    if syntax := _SYNTAXES.get(format_.name):
        from core.interchange.concepts import skos  # noqa: PLC0415 - see the docstring

        return lambda content, options: skos.read(content, syntax, options)
    return _READERS[format_.name]


def read(content: bytes, format_: Format, options: ReadOptions | None = None) -> ConceptFile:
    """Read in this process; files that somebody brought go through `apart`."""
    return prepare(format_)(content, options or ReadOptions())


def write(file: ConceptFile, format_: Format) -> bytes:
    """The file in this format."""
    return _WRITERS[format_.name](file)
