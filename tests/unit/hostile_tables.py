"""Hostile CSV, outline, JSON and YAML files."""

from __future__ import annotations

import json

from core.interchange.concepts.formats import CSV, JSON, OUTLINE, YAML
from tests.unit.hostile_case import Case, Refused, Taken


def nodes(*rows: object) -> bytes:
    return json.dumps({"title": "T", "nodes": rows}).encode()


def _deep_json(depth: int) -> bytes:
    return b'{"nodes":' + b'[{"name":"a","children":' * depth + b"[]" + b"}]" * depth + b"}"


def _nested_outline(depth: int) -> bytes:
    return "".join(f"{' ' * level}n{level}\n" for level in range(depth)).encode()


def _chain(length: int) -> bytes:
    rows = "".join(f"{n},{n - 1 if n else ''},n{n}\n" for n in range(length))
    return f"id,parent,name\n{rows}".encode()


def _ring(length: int) -> bytes:
    rows = "".join(f"{n},{(n + 1) % length},n{n}\n" for n in range(length))
    return f"id,parent,name\n{rows}".encode()


_CAFE, _CAFE_APART = "Caf\u00e9", "Cafe\u0301"

TABLES = [
    Case("empty", CSV, b"", Refused(0, "empty")),
    Case("blank", CSV, b" \n\n", Refused(0, "empty")),
    Case("only a header", CSV, b"id,parent,name\n", Refused(0, "no concept")),
    Case("NUL", CSV, b"name\nA\nB\x00C\n", Refused(3, "NUL")),
    Case("latin-1", CSV, b"name\nA\nCaf\xe9\n", Refused(3, "UTF-8")),
    Case("cut in a character", CSV, "name\nCafé".encode()[:-1], Refused(2, "UTF-8")),
    Case("encoded surrogate", CSV, b"name\n\xed\xa0\x80\n", Refused(2, "UTF-8")),
    Case("UTF-16", CSV, "name\nA\n".encode("utf-16"), Refused(0, "UTF-16")),
    Case("byte order mark", CSV, b"\xef\xbb\xbfname\nA\n", Taken(("A",))),
    Case("a field too many", CSV, b"name,description\nA,b\nB,c,d\n", Refused(3, "3 fields")),
    Case("a field too few", CSV, b"name,description\nA,b\nB\n", Refused(3, "1 fields")),
    Case("ragged after a cell of two lines", CSV, b'name,description\n"A","b\nc"\nB\n', Refused(4, "1 fields")),
    Case("same header twice", CSV, b"name,Name \nA,B\n", Refused(1, "stands twice")),
    Case("no column for names", CSV, b"foo,bar\nA,B\n", Refused(1, "No column")),
    Case("open quote", CSV, b'name\nA\n"B\nC\n', Refused(3, "not CSV")),
    Case("quote inside", CSV, b'name\n"A"b\n', Refused(2, "not CSV")),
    Case("carriage return inside", CSV, b"name\nA\rB\nC\n", Refused(2, "not CSV")),
    Case("Windows line ends", CSV, b"name\r\nA\r\nB\r\n", Taken(("A", "B"))),
    Case("blank rows", CSV, b"name,description\n\nA,b\n,\n", Taken(("A",))),
    Case(
        "names that look like missing values",
        CSV,
        b"name\nNA\nnull\nNaN\nNone\n007\n",
        Taken(("NA", "null", "NaN", "None", "007")),
    ),
    Case("cell over 64 KB", CSV, lambda: b"name,description\nA," + b"x" * 70_000 + b"\n", Refused(2, "64 KB")),
    Case("cell over 128 KB", CSV, lambda: b"name,description\nA,b\nB," + b"x" * 140_000, Refused(3, "64 KB")),
    Case("name over 200 characters", CSV, b"name\nA\n" + b"x" * 201, Refused(3, "200 are allowed")),
    Case("name of nothing visible", CSV, "name\nA\n\u200b\u200d\n".encode(), Refused(3, "empty")),
    Case("unknown parent", CSV, b"id,parent,name\n1,,A\n2,9,B\n", Refused(3, "is not there")),
    Case("its own parent", CSV, b"id,parent,name\n1,,A\n2,2,B\n", Refused(3, "its own parent")),
    Case("circle", CSV, b"id,parent,name\n1,,R\n2,4,A\n3,2,B\n4,3,C\n", Refused(3, "A circle: A < C < B < A")),
    Case("long circle", CSV, lambda: _ring(20_000), Refused(2, "19,992 more")),
    Case("id twice", CSV, b"id,parent,name\n1,,A\n1,,B\n", Refused(3, "first is in line 2")),
    Case("empty id", CSV, b"id,parent,name\n,,A\n", Refused(2, "id is empty")),
    Case("unknown kind", CSV, b"name,kind\nA,planet\n", Refused(2, "no kind")),
    Case("unknown state", CSV, b"name,state\nA,maybe\n", Refused(2, "no state")),
    Case("no such time", CSV, b"name,state,at\nA,verified,yesterday\n", Refused(2, "no point in time")),
    Case("10,000 levels", CSV, lambda: _chain(10_000), Refused(22, "deeper than 20 levels")),
    Case("twenty levels", CSV, lambda: _chain(20), Taken(tuple(f"n{n}" for n in range(20)))),
    Case("siblings twice", CSV, b"id,parent,name\n1,,A\n2,1,b\n3,1,B \n", Refused(4, "lines 3 and 4")),
    Case("cousins of one name", CSV, b"id,parent,name\n1,,A\n2,,B\n3,1,x\n4,2,x\n", Taken(("A", "x", "B", "x"))),
    Case("twins in NFC and NFD", CSV, f"name\n{_CAFE}\n{_CAFE_APART}\n".encode(), Refused(3, "lines 2 and 3")),
    Case("twins by zero width", CSV, "name\nPhysics\nPhy\u200bsics\n".encode(), Refused(3, "lines 2 and 3")),
    Case("twins by full-width letters", CSV, "name\nABC\n\uff21\uff22\uff23\n".encode(), Refused(3, "lines 2 and 3")),
    Case("path twice", CSV, b"path\nA > B\na >  b\n", Refused(3, "stands twice")),
    Case("hole in a path", CSV, b"path\nA >  > B\n", Refused(2, "path is empty")),
    Case("path of which only the end is there", CSV, b"path\nA > B > C\nA > D\n", Taken(("A", "B", "C", "D"))),
    Case("levels with a hole", CSV, b"level 1,level 2,level 3\nA,,C\n", Refused(2, "path is empty")),
    Case(
        "levels filled down",
        CSV,
        b"field,sub-field,discipline\nA,B,C\n,,D\n,E,F\n",
        Taken(("A", "B", "C", "D", "E", "F")),
    ),
    Case("formula", CSV, b"name\n'=1+1\n", Taken(("=1+1",))),
    Case("more that is no JSON", CSV, b'name,more\nA,"{"\n', Refused(2, "not JSON")),
    Case("more that is no object", CSV, b"name,more\nA,7\n", Refused(2, "not as expected")),
    Case("right to left", CSV, "name\nعلوم طبيعية\nמדעים\n".encode(), Taken(("علوم طبيعية", "מדעים"))),
    Case(
        "a million lines",
        CSV,
        lambda: b"name\n" + b"".join(b"%d\n" % n for n in range(1_000_000)),
        Refused(200_002, "200,000"),
    ),
    Case("26 MB", CSV, lambda: b"name\n" + b"x" * (26 * 1024 * 1024), Refused(0, "25 MB")),
]

OUTLINES = [
    Case("tabs and spaces", OUTLINE, b"A\n\tB\n  C\n", Refused(3, "mixed")),
    Case("tab after a space", OUTLINE, b"A\n \tB\n", Refused(2, "mixed")),
    Case("back to nowhere", OUTLINE, b"A\n    B\n  C\n", Refused(3, "matches no line")),
    Case("bullet without a name", OUTLINE, b"- A\n-\n", Refused(2, "empty")),
    Case("name of a zero-width space", OUTLINE, "A\n\u200b\n".encode(), Refused(2, "empty")),
    Case("description of nothing", OUTLINE, b"| text\nA\n", Refused(1, "nothing above")),
    Case("siblings twice", OUTLINE, b"A\n  b\n  B\n", Refused(3, "lines 2 and 3")),
    Case("1,000 levels", OUTLINE, lambda: _nested_outline(1_000), Refused(21, "deeper than 20 levels")),
    Case(
        "a million lines", OUTLINE, lambda: b"".join(b"%d\n" % n for n in range(1_000_000)), Refused(200_001, "200,000")
    ),
    Case("headings and bullets", OUTLINE, b"# A\n## B\n* C\n  + D\n## E\n", Taken(("A", "B", "C", "D", "E"))),
    Case("separators without white space", OUTLINE, b"std::vector\na=b\n", Taken(("std::vector", "a=b"))),
    Case("description over 64 KB", OUTLINE, lambda: b"A :: " + b"x" * 70_000, Refused(1, "64 KB")),
]

NESTED = [
    Case("no object", JSON, b"[1, 2]", Refused(0, "At the top")),
    Case("a bare number", JSON, b"7", Refused(0, "At the top")),
    Case("unfinished", JSON, b'{"nodes": [\n{"name": "A"},\n', Refused(3, "not JSON")),
    Case("key twice", JSON, b'{"nodes": [{"name": "A", "name": "B"}]}', Refused(0, "given twice")),
    Case("NaN", JSON, b'{"nodes": [{"name": "A", "at": NaN}]}', Refused(0, "NaN is no number")),
    Case("infinity by overflow", JSON, b'{"nodes": [{"name": "A", "at": 1e999}]}', Refused(0, "too large")),
    Case("5,000 digits", JSON, b'{"nodes": [{"name": "A", "at": ' + b"9" * 5000 + b"}]}", Refused(0, "5,000 digits")),
    Case("70 levels", JSON, lambda: _deep_json(35), Refused(0, "nested deeper")),
    Case("100,000 brackets", JSON, b"[" * 100_000, Refused(0, "nested deeper")),
    Case("name that is a number", JSON, nodes({"name": 7}), Refused(0, "name is no text")),
    Case("no name", JSON, nodes({"description": "x"}), Refused(0, "name is missing")),
    Case("node that is a text", JSON, nodes("A"), Refused(0, "node with a name")),
    Case("unknown key", JSON, nodes({"name": "A", "nmae": "B"}), Refused(0, "'nmae' is not known")),
    Case("children that are a text", JSON, nodes({"name": "A", "children": "B"}), Refused(0, "no list")),
    Case("synonyms that are a text", JSON, nodes({"name": "A", "synonyms": "B"}), Refused(0, "no list of texts")),
    Case("labels that are a list", JSON, nodes({"name": "A", "labels": [1]}), Refused(0, "not as expected")),
    Case("statement that is none", JSON, nodes({"name": "A", "extra": [["p", "o o"]]}), Refused(0, "no term of RDF")),
    Case("lone surrogate", JSON, b'{"nodes": [{"name": "A\\ud800B"}]}', Taken(("AB",))),
    Case("siblings twice", JSON, nodes({"name": "A"}, {"name": "a"}), Refused(0, "stands twice at the top")),
    Case(
        "discipline with children",
        JSON,
        nodes({"name": "A", "kind": "discipline", "children": [{"name": "B"}]}),
        Taken(("A", "B"), "becomes a field"),
    ),
    Case("no YAML", YAML, b"title: x\nfields: [unclosed", Refused(2, "not YAML")),
    Case("anchor", YAML, b"nodes:\n- &a\n  name: A\n- *a\n", Refused(2, "Anchors")),
    Case("alias bomb", YAML, b"a: &a [x,x]\nb: &b [*a,*a]\nnodes: *b\n", Refused(1, "Anchors")),
    Case("tag", YAML, b"nodes:\n- name: !!python/object/apply:os.system [ls]\n", Refused(2, "Tags")),
    Case("key twice", YAML, b"nodes:\n- name: A\n  name: B\n", Refused(3, "given twice")),
    Case("10,000 brackets", YAML, b"nodes: " + b"[" * 10_000, Refused(0, "nested deeper")),
    Case("two documents", YAML, b"nodes:\n- name: A\n---\nnodes: []\n", Refused(4, "second document")),
    Case(
        "names that look like values",
        YAML,
        b"nodes:\n- name: No\n- name: 007\n- name: 1e3\n",
        Taken(("No", "007", "1e3")),
    ),
    Case("twins with their lines", YAML, b"nodes:\n- name: A\n- name: B\n- name: a\n", Refused(4, "lines 2 and 4")),
    Case("unknown key", YAML, b"nodes:\n- name: A\n  nmae: B\n", Refused(2, "not known")),
]
