"""What was written is read back the same, in every format, whatever the names are made of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from core.interchange import formulas
from core.interchange.concepts import formats, wire
from core.interchange.concepts.formats import CSV, INSTRUCTLAB, JSON, JSON_LD, OUTLINE, RDF_XML, TURTLE, YAML, Format
from core.interchange.concepts.model import Concept, ConceptFile, ReadOptions
from core.interchange.concepts.skos_tree import DEFAULT_SCHEME
from tests.unit.concept_files import TEXT, forests, same

SOME = settings(max_examples=40)
SKOS = [TURTLE, RDF_XML, JSON_LD]


def again(file: ConceptFile, format_: Format) -> ConceptFile:
    return formats.read(formats.write(file, format_), format_)


@pytest.mark.parametrize("format_", [CSV, JSON, YAML], ids=lambda f: f.name)
@SOME
@given(file=forests())
def test_tables_and_nested_files_lose_nothing(format_: Format, file: ConceptFile) -> None:
    read = again(file, format_)
    assert not read.refused
    assert same(read) == file


@pytest.mark.parametrize("format_", SKOS, ids=lambda f: f.name)
@SOME
@given(file=forests())
def test_skos_loses_nothing_however_often_it_is_read(format_: Format, file: ConceptFile) -> None:
    once = again(file, format_)
    assert not once.refused
    assert same(once) == file
    assert same(again(once, format_)) == file


@SOME
@given(file=forests())
def test_the_three_syntaxes_of_skos_say_the_same(file: ConceptFile) -> None:
    first, *others = (same(again(file, format_)) for format_ in SKOS)
    assert all(other == first for other in others)


@pytest.mark.parametrize("format_", [OUTLINE, INSTRUCTLAB], ids=lambda f: f.name)
@SOME
@given(file=forests(rich=False))
def test_names_descriptions_and_places_survive_every_format(format_: Format, file: ConceptFile) -> None:
    def shape(read: ConceptFile) -> list[tuple[object, ...]]:
        depths: dict[str | None, int] = {None: -1}
        rows: list[tuple[object, ...]] = []
        for concept in read.concepts:
            depths[concept.key] = depth = depths[concept.parent] + 1
            words = concept.synonyms if format_ is OUTLINE else concept.kind
            rows.append((depth, concept.name, concept.description, words))
        return rows

    read = again(file, format_)
    assert not read.refused
    assert shape(read) == shape(file)


@SOME
@given(file=forests())
def test_the_reading_process_hands_over_the_same_file(file: ConceptFile) -> None:
    assert wire.load(wire.dump(file)) == file


@settings(max_examples=300)
@given(cell=TEXT)
def test_the_guard_against_formulas_is_undone_exactly(cell: str) -> None:
    guarded = formulas.guarded(cell)
    assert formulas.undone(guarded) == cell
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


def test_options_reach_the_reading_process() -> None:
    options = ReadOptions(language="de", columns={"name": "Term"}, levels=("A", "B"), path_separator="/")
    assert wire.load_options(wire.dump_options(options)) == options


def test_a_concept_without_uri_gets_one_below_the_base() -> None:
    file = ConceptFile("T", "http://example.org/t", (Concept("1 2", None, "A"), Concept("b", "1 2", "B")))
    read = again(file, TURTLE)
    assert [concept.uri for concept in read.concepts] == ["http://example.org/t/1%202", "http://example.org/t/b"]
    assert (read.title, read.base_uri) == ("T", "http://example.org/t")
    assert DEFAULT_SCHEME.encode() not in formats.write(file, TURTLE)
