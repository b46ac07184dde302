"""A file is read in a process that can do no harm: no network, no other files, bounded memory and time."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import ImportRejectedError
from core.interchange.apart import Limits
from core.interchange.concepts import formats
from core.interchange.concepts.apart import read_apart
from core.interchange.concepts.formats import FORMATS, JSON_LD, RDF_XML, TURTLE, Format
from core.interchange.concepts.model import Concept, ConceptFile, ReadOptions
from tests.unit.concept_files import same
from tests.unit.hostile_rdf import json_ld, rdf_xml, turtle

ROOT = Path(__file__).parents[2]


@contextmanager
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port on this machine, and who called."""
    calls: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))

    def wait() -> None:
        while True:
            try:
                caller, address = server.accept()
            except OSError:
                return
            calls.append(str(address))
            caller.close()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], calls
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _named(uri: str) -> bytes:
    return rdf_xml('<skos:Concept rdf:about="x:a"><skos:prefLabel>&e;</skos:prefLabel></skos:Concept>', uri)


CALLING: list[tuple[str, Format, str]] = [
    (
        "imports",
        TURTLE,
        '<x:o> <http://www.w3.org/2002/07/owl#imports> <URL> . :a a skos:Concept ; skos:prefLabel "A" .',
    ),
    ("base", TURTLE, '@base <URL> . <a> a skos:Concept ; skos:prefLabel "A" ; skos:broader <b> .'),
    ("context", JSON_LD, "URL"),
    ("entity", RDF_XML, '<!DOCTYPE r [<!ENTITY e SYSTEM "URL">]>'),
    ("parameter entity", RDF_XML, '<!DOCTYPE r [<!ENTITY % p SYSTEM "URL"> %p;<!ENTITY e "x">]>'),
    ("document type", RDF_XML, '<!DOCTYPE r SYSTEM "URL" [<!ENTITY e "x">]>'),
]


def content(format_: Format, text: str) -> bytes:
    if format_ is JSON_LD:
        return json_ld([{"@id": "x:a"}], text)
    return turtle(text) if format_ is TURTLE else _named(text)


@pytest.mark.parametrize(("name", "format_", "text"), CALLING, ids=[row[0] for row in CALLING])
def test_nothing_that_a_file_names_is_fetched(name: str, format_: Format, text: str) -> None:
    with listener() as (port, calls):
        hostile = content(format_, text.replace("URL", f"http://127.0.0.1:{port}/x"))
        if format_ is TURTLE:
            assert [concept.name for concept in formats.read(hostile, format_).concepts] == ["A"]
        else:
            with pytest.raises(ImportRejectedError):
                formats.read(hostile, format_)
        assert calls == []
        with socket.create_connection(("127.0.0.1", port)) as own:
            assert own.recv(1) == b""
        assert len(calls) == 1  # ours: it does listen


@pytest.mark.parametrize(("name", "format_", "text"), CALLING[2:], ids=[row[0] for row in CALLING[2:]])
def test_no_file_that_a_file_names_is_opened(name: str, format_: Format, text: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    with pytest.raises(ImportRejectedError) as refused:
        formats.read(content(format_, text.replace("URL", secret.as_uri())), format_)
    assert "secret words" not in refused.value.message


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
        "open('/etc/passwd')",
        "open('README.md')",
        "open('/tmp/made', 'w')",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.remove('README.md')",
        "import os; os.open('/etc/passwd', os.O_RDONLY)",
    ],
)
def test_the_reading_process_can_reach_nothing(deed: str) -> None:
    script = f"import core.interchange.confined as c\nc.shut()\n{deed}\n"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr
    assert (ROOT / "README.md").exists()


@pytest.mark.parametrize("format_", FORMATS.values(), ids=lambda format_: format_.name)
def test_every_format_is_read_apart_as_it_is_here(format_: Format) -> None:
    file = ConceptFile(
        "T", "http://x.test/t", (Concept("x:a", None, "A", "About", ("B",)), Concept("x:b", "x:a", "علوم"))
    )
    written = formats.write(file, format_)
    assert same(read_apart(written, f"file{format_.extensions[0]}")) == same(formats.read(written, format_))


def test_a_refusal_comes_back_with_its_line() -> None:
    with pytest.raises(ImportRejectedError) as refused:
        read_apart(b"name,description\nA\n", "x.csv")
    assert (refused.value.line, refused.value.hint != "") == (2, True)


def test_options_are_heeded_apart() -> None:
    file = read_apart(b"Term;Note\nA/B;x\n", "x.csv", ReadOptions(columns={"path": "Term", "description": "Note"}))
    assert [(concept.name, concept.description) for concept in file.concepts] == [("A", ""), ("B", "x")]


def test_too_much_memory_is_one_clear_sentence() -> None:
    big = b"name\n" + b"".join(b"name %d\n" % n for n in range(60_000))
    with pytest.raises(ImportRejectedError, match="more than 64 MB of memory"):
        read_apart(big, "x.csv", limits=Limits(memory_mb=64))


def test_too_much_computing_is_one_clear_sentence() -> None:
    body = "".join(f':c{n} a skos:Concept ; skos:prefLabel "c {n}" .\n' for n in range(60_000))
    with pytest.raises(ImportRejectedError, match="more than 1 seconds of computing"):
        read_apart(turtle(body), "x.ttl", limits=Limits(cpu_seconds=1))


def test_waiting_has_an_end() -> None:
    with pytest.raises(ImportRejectedError, match="more than 0 seconds"):
        read_apart(b"name\nA\n", "x.csv", limits=Limits(wall_seconds=0.01))


def test_a_file_over_the_limit_starts_no_process() -> None:
    with pytest.raises(ImportRejectedError, match="25 MB"):
        read_apart(b"x" * (26 * 1024 * 1024), "x.csv", limits=Limits(wall_seconds=0))


@pytest.mark.parametrize(
    ("name", "head", "format_"),
    [
        ("a.csv", b"x", "csv"),
        ("a.TTL", b"x", "turtle"),
        ("a.rdf", b"<", "rdf-xml"),
        ("a.json", b'{"@context": {}}', "json-ld"),
        ("a.json", b'{"title": "x"}', "json"),
        ("a.md", b"# A\n- b, c\n", "outline"),
        ("a", b"@prefix a: <x:> .", "turtle"),
        ("a", b"<?xml version='1.0'?>", "rdf-xml"),
        ("a", b"fields:\n- name: A\n", "yaml"),
        ("a", b"id,name\n1,A\n", "csv"),
        ("a", b"Physics\n  Optics\n", "outline"),
        ("a", b"PK\x03\x04", "instructlab"),
    ],
)
def test_the_format_is_guessed_by_name_and_content(name: str, head: bytes, format_: str) -> None:
    assert formats.guess(name, head).name == format_


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(ImportRejectedError) as refused:
        formats.find("docx")
    assert json.dumps("turtle")[1:-1] in refused.value.hint
