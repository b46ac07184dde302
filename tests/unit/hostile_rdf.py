"""Hostile SKOS files and folder trees."""

from __future__ import annotations

import io
import json
import stat
import zipfile

from core.interchange.concepts.formats import INSTRUCTLAB, JSON_LD, RDF_XML, TURTLE
from core.interchange.concepts.model import ReadOptions
from tests.unit.hostile_case import Case, Refused, Taken

SKOS = "http://www.w3.org/2004/02/skos/core#"


def packed(entries: dict[str, bytes], *, link: str = "", flag: int = 0) -> bytes:
    """A zip file; `link` is the entry that says it is a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            kind = stat.S_IFLNK if name == link else stat.S_IFREG
            entry.external_attr = (kind | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    content = out.getvalue()
    return content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01") if flag else content


def turtle(body: str) -> bytes:
    return f"@prefix skos: <{SKOS}> .\n@prefix : <http://x.test/> .\n{body}".encode()


def named(*said: str) -> bytes:
    """Concepts such as "a A skos:broader :b": its URI, its name, and what else is said."""
    rows = []
    for row in said:
        address, name, *more = row.split(" ", 2)
        rows.append(f':{address} a skos:Concept ; skos:prefLabel "{name}"{"".join(f" ; {rest}" for rest in more)} .')
    return turtle("\n".join(rows))


def rdf_xml(body: str, doctype: str = "") -> bytes:
    spaces = f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="{SKOS}"'
    return f'<?xml version="1.0"?>\n{doctype}<rdf:RDF {spaces}>\n{body}\n</rdf:RDF>'.encode()


def json_ld(node: object, context: object = None) -> bytes:
    return json.dumps({"@context": context or {"skos": SKOS}, "@graph": node}).encode()


_BOMB = (
    '<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>\n"
)
_CONCEPT = '<skos:Concept rdf:about="http://x.test/a"><skos:prefLabel>A</skos:prefLabel></skos:Concept>'

RDF = [
    Case("no Turtle", TURTLE, turtle(':a a skos:Concept ;\n  skos:prefLabel "A" x\n'), Refused(4, "not Turtle")),
    Case("open text", TURTLE, turtle(':a a skos:Concept ; skos:prefLabel "A .'), Refused(0, "not Turtle")),
    Case("no concept", TURTLE, turtle(":a :b :c ."), Refused(0, "no concept")),
    Case(
        "circle",
        TURTLE,
        named("a A skos:broader :b", "b B skos:broader :a"),
        Refused(0, "A circle: A < B < A"),
    ),
    Case(
        "circle by narrower",
        TURTLE,
        named("a A skos:broader :b; skos:narrower :b", "b B"),
        Refused(0, "A circle"),
    ),
    Case(
        "its own parent",
        TURTLE,
        named("a A skos:broader :a"),
        Refused(0, "'A' is its own parent"),
    ),
    Case(
        "two parents",
        TURTLE,
        named("a A skos:broader :b, :c", "b B", "c C"),
        Taken(("B", "A", "C"), "'A' has 2 parents"),
    ),
    Case(
        "parent elsewhere",
        TURTLE,
        named("a A skos:broader :b"),
        Taken(("A",), "is not in the file"),
    ),
    Case("no name", TURTLE, turtle(":a_b a skos:Concept ."), Taken(("a b",), "has no name")),
    Case("not called a concept", TURTLE, turtle(':a skos:prefLabel "A" .'), Taken(("A",), "without being called one")),
    Case(
        "label over 200 characters",
        TURTLE,
        turtle(f':a a skos:Concept; skos:prefLabel "{"x" * 201}" .'),
        Refused(0, "201 characters"),
    ),
    Case(
        "two names in one language",
        TURTLE,
        turtle(':a a skos:Concept; skos:prefLabel "A"@en, "B"@en .'),
        Taken(("A",), "second name"),
    ),
    Case(
        "only in French",
        TURTLE,
        turtle(':a a skos:Concept; skos:prefLabel "A"@en . :b a skos:Concept; skos:prefLabel "B"@fr .'),
        Taken(("A", "B"), "show another language"),
    ),
    Case(
        "siblings twice",
        TURTLE,
        named("a A", "b a"),
        Refused(0, "http://x.test/a, http://x.test/b"),
    ),
    Case(
        "unknown scheme",
        TURTLE,
        named("a A"),
        Refused(0, "no scheme"),
        ReadOptions(scheme="http://x.test/s"),
    ),
    Case(
        "two schemes",
        TURTLE,
        named("a A skos:topConceptOf :s", "b B skos:topConceptOf :t"),
        Taken(("s", "A", "t", "B"), "2 schemes"),
    ),
    Case(
        "one of two schemes",
        TURTLE,
        named("a A skos:topConceptOf :s", "b B skos:topConceptOf :t"),
        Taken(("B",), "left out"),
        ReadOptions(scheme="http://x.test/t"),
    ),
    Case(
        "collection",
        TURTLE,
        turtle(':a a skos:Concept; skos:prefLabel "A" . :c a skos:Collection; skos:prefLabel "C"; skos:member :a .'),
        Taken(("A",)),
    ),
    Case(
        "URI with a space",
        TURTLE,
        f'<http://x.test/a b> a <{SKOS}Concept> ; <{SKOS}prefLabel> "A" .'.encode(),
        Taken(("A",)),
    ),
    Case("entity bomb", RDF_XML, rdf_xml(_CONCEPT.replace(">A<", ">&i;<"), _BOMB), Refused(2, "DOCTYPE with entities")),
    Case(
        "entity of a file",
        RDF_XML,
        rdf_xml(_CONCEPT.replace(">A<", ">&e;<"), '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n'),
        Refused(2, "DOCTYPE with entities"),
    ),
    Case(
        "parameter entity",
        RDF_XML,
        rdf_xml(_CONCEPT, '<!DOCTYPE r [<!ENTITY % e SYSTEM "http://127.0.0.1:9/">%e;]>\n'),
        Refused(2, "DOCTYPE with entities"),
    ),
    Case(
        "document type elsewhere",
        RDF_XML,
        rdf_xml(_CONCEPT, '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd">\n'),
        Refused(2, "points elsewhere"),
    ),
    Case("bare document type", RDF_XML, rdf_xml(_CONCEPT, "<!DOCTYPE rdf:RDF>\n"), Taken(("A",))),
    Case(
        "other encoding",
        RDF_XML,
        rdf_xml(_CONCEPT).replace(b'"1.0"', b'"1.0" encoding="latin-1"'),
        Refused(1, "latin-1"),
    ),
    Case("tags crossed", RDF_XML, rdf_xml("<a><b></a></b>"), Refused(3, "not XML")),
    Case("no RDF", RDF_XML, b"<html><p>hi</p></html>", Refused(0, "no concept")),
    Case("10,000 elements deep", RDF_XML, lambda: rdf_xml("<a>" * 10_000 + "</a>" * 10_000), Refused(0, "")),
    Case("context elsewhere", JSON_LD, json_ld([], "http://127.0.0.1:9/c"), Refused(0, "nothing is fetched")),
    Case(
        "context elsewhere, inside",
        JSON_LD,
        json_ld([{"@context": ["file:///etc/passwd"], "@id": "x:a"}]),
        Refused(0, "nothing is fetched"),
    ),
    Case(
        "imported context", JSON_LD, json_ld([], {"@import": "http://127.0.0.1:9/c"}), Refused(0, "nothing is fetched")
    ),
    Case("key twice", JSON_LD, b'{"@id": "a", "@id": "b"}', Refused(0, "given twice")),
    Case("nested too deeply", JSON_LD, b'{"@graph": ' + b"[" * 100 + b"]" * 100 + b"}", Refused(0, "nested deeper")),
    Case(
        "named graph",
        JSON_LD,
        json_ld([{"@id": "x:g", "@graph": [{"@id": "x:a", "@type": "skos:Concept", "skos:prefLabel": "A"}]}]),
        Taken(("A",)),
    ),
]

_QNA = b"version: 3\ncreated_by: me\ndomain: d\ndocument_outline: About it.\nseed_examples: []\n"

FOLDERS = [
    Case("no zip", INSTRUCTLAB, b"hello", Refused(0, "no zip")),
    Case("cut zip", INSTRUCTLAB, packed({"knowledge/a/qna.yaml": _QNA})[:60], Refused(0, "no zip")),
    Case("other folders", INSTRUCTLAB, packed({"docs/a.md": b"x"}), Refused(0, "no folder knowledge")),
    Case("out of the zip", INSTRUCTLAB, packed({"knowledge/../../a/qna.yaml": _QNA}), Refused(0, "leads out")),
    Case("absolute", INSTRUCTLAB, packed({"/knowledge/a/qna.yaml": _QNA}), Refused(0, "leads out")),
    Case("backslashes", INSTRUCTLAB, packed({"knowledge\\..\\a\\qna.yaml": _QNA}), Refused(0, "leads out")),
    Case(
        "link",
        INSTRUCTLAB,
        packed({"knowledge/a/qna.yaml": b"/etc/passwd"}, link="knowledge/a/qna.yaml"),
        Refused(0, "is a link"),
    ),
    Case(
        "bomb in one file",
        INSTRUCTLAB,
        lambda: packed({"knowledge/a/qna.yaml": b"a" * 50_000_000}),
        Refused(0, "larger than 1 MB"),
    ),
    Case(
        "bomb in many files",
        INSTRUCTLAB,
        lambda: packed({f"knowledge/a{n}/qna.yaml": b"#" * 1_000_000 for n in range(120)}),
        Refused(0, "100 MB"),
    ),
    Case(
        "bad YAML in a leaf",
        INSTRUCTLAB,
        packed({"knowledge/a/qna.yaml": b"a: [\n"}),
        Refused(1, "In knowledge/a/qna.yaml"),
    ),
    Case(
        "deep folders",
        INSTRUCTLAB,
        packed({f"knowledge/{'/'.join('abcdefghijklmnopqrstuvwxyz')}/qna.yaml": _QNA}),
        Refused(0, "deeper than 20"),
    ),
    Case(
        "twins by underscore",
        INSTRUCTLAB,
        packed({"knowledge/a_b/qna.yaml": _QNA, "knowledge/A b/qna.yaml": _QNA}),
        Refused(0, "stands twice"),
    ),
    Case(
        "as it is kept",
        INSTRUCTLAB,
        packed(
            {
                "taxonomy-main/knowledge/science/big_birds/qna.yaml": _QNA,
                "taxonomy-main/compositional_skills/arts/.gitignore": b"",
                "taxonomy-main/README.md": b"# x",
            }
        ),
        Taken(("science", "big birds", "compositional skills", "arts")),
    ),
]
