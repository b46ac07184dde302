"""SKOS: what a thesaurus says is found, and all of it is there again after it was written."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts import decoding, formats, syntaxes
from core.interchange.concepts import statements as reading
from core.interchange.concepts.formats import JSON_LD, RDF_XML, TURTLE, Format
from core.interchange.concepts.model import Concept, ConceptFile, Labels, Link, Mark, ReadOptions
from core.interchange.concepts.terms import DC_TERMS, OURS, RDFS, SKOS, SKOS_XL, TYPE, XSD, Term, literal, uri
from tests.unit.concept_files import TEXT, same
from tests.unit.hostile_rdf import turtle

SYNTAXES = [TURTLE, RDF_XML, JSON_LD]
THESAURUS = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
:s a skos:ConceptScheme ; dct:title "Birds"@en, "Vögel"@de ; dct:license <x:cc0> ; skos:hasTopConcept :birds .
:birds a skos:Concept ; skos:prefLabel "Birds"@en, "Vögel"@de ; skos:altLabel "Aves"@la, "Avians"@en ;
  skos:definition "They fly."@en, "They lay eggs."@en, "Sie fliegen."@de ; skos:scopeNote "Not bats."@en ;
  skos:notation "598" ; skos:hiddenLabel "brids"@en ; skos:narrower :owls .
:owls a skos:Concept, <http://x.test/Order> ; skos:inScheme :s ; skos:notation "O.1"^^:code ;
  xl:prefLabel [ a xl:Label ; xl:literalForm "Owls"@en ] ; skos:exactMatch <http://y.test/owl> ; skos:related :mice .
:mice a skos:Concept ; skos:inScheme :s ; skos:prefLabel "Mice"@en, "Mäuse"@de ; skos:broader :birds, :prey .
:prey a skos:Concept ; skos:topConceptOf :s ; skos:prefLabel "Prey"@en .
:box a skos:OrderedCollection ; skos:prefLabel "Box" ; skos:memberList (:owls :mice) .
"""


def read(text: str, **options: str) -> ConceptFile:
    return formats.read(turtle(text), TURTLE, ReadOptions(**options))  # type: ignore[arg-type]


def by_name(file: ConceptFile) -> dict[str, Concept]:
    return {concept.name: concept for concept in file.concepts}


def notes(file: ConceptFile) -> str:
    return " ".join(trouble.reason for trouble in file.troubles)


def test_words_stand_in_the_language_chosen() -> None:
    english, german = by_name(read(THESAURUS)), by_name(read(THESAURUS, language="de"))
    birds = english["Birds"]
    assert (birds.language, birds.synonyms, birds.description) == ("en", ("Avians",), "They fly.")
    assert (birds.scope_note, birds.notation) == ("Not bats.", "598")
    assert birds.labels == {"de": Labels("Vögel", (), "Sie fliegen."), "la": Labels("", ("Aves",))}
    assert german["Vögel"].labels["en"] == Labels("Birds", ("Avians",), "They fly.", "Not bats.")
    assert german["Prey"].language == "en"
    assert "2 concepts have no name in 'de'" in notes(read(THESAURUS, language="de"))
    assert read(THESAURUS).languages == (("en", 4), ("de", 2))


def test_the_most_frequent_language_stands_in_front_where_there_is_no_english() -> None:
    text = ':a a skos:Concept ; skos:prefLabel "A"@fr, "B"@de . :c a skos:Concept ; skos:prefLabel "C"@de .'
    assert [concept.name for concept in read(text).concepts] == ["B", "C"]


def test_the_scheme_gives_title_and_base() -> None:
    file = read(THESAURUS)
    assert (file.title, file.base_uri, file.schemes) == ("Birds", "http://x.test/s", (("http://x.test/s", "Birds"),))
    assert read(THESAURUS, language="de").title == "Vögel"


def test_a_narrower_concept_is_below_as_if_it_had_said_so() -> None:
    found = by_name(read(THESAURUS))
    assert found["Owls"].parent == found["Birds"].key
    kinds = [(concept.name, concept.kind) for concept in read(THESAURUS).concepts]
    field, leaf = NodeKind.FIELD, NodeKind.DISCIPLINE
    assert kinds == [("Birds", field), ("Owls", leaf), ("Mice", leaf), ("Prey", field)]


def test_of_several_parents_one_stays_and_the_others_are_links() -> None:
    mice = by_name(read(THESAURUS))["Mice"]
    assert (mice.parent, mice.links) == ("http://x.test/birds", (Link("broader", "http://x.test/prey"),))
    assert "'Mice' has 2 parents" in notes(read(THESAURUS))


def test_relations_become_links_and_the_rest_is_kept_word_for_word() -> None:
    owls = by_name(read(THESAURUS))["Owls"]
    assert owls.links == (Link("exactMatch", "http://y.test/owl"), Link("related", "http://x.test/mice"))
    assert (f"{SKOS}notation", '"O.1"^^<http://x.test/code>') in owls.extra
    assert (TYPE, "<http://x.test/Order>") in owls.extra
    assert (f"{SKOS}hiddenLabel", '"brids"@en') in by_name(read(THESAURUS))["Birds"].extra
    assert (f"{SKOS}definition", '"They lay eggs."@en') in by_name(read(THESAURUS))["Birds"].extra


def statements(content: bytes, format_: Format) -> set[tuple[Term, str, Term]]:
    found = reading.read(content, {"rdf-xml": "xml"}.get(format_.name, format_.name))
    return {(subject, predicate, target) for subject, rows in found.items() for predicate, target in rows}


@pytest.mark.parametrize("format_", SYNTAXES, ids=lambda format_: format_.name)
def test_every_statement_of_a_thesaurus_is_there_after_export(format_: Format) -> None:
    before = statements(turtle(THESAURUS), TURTLE)
    after = statements(formats.write(read(THESAURUS), format_), format_)
    lost = {row for row in before - after if row[1] not in {f"{SKOS}narrower", f"{SKOS}hasTopConcept"}}
    assert lost == set()
    assert (uri("http://x.test/owls"), f"{SKOS}broader", uri("http://x.test/birds")) in after
    assert (uri("http://x.test/birds"), f"{SKOS}topConceptOf", uri("http://x.test/s")) in after


@pytest.mark.parametrize("format_", SYNTAXES, ids=lambda format_: format_.name)
@pytest.mark.parametrize("options", [{}, {"language": "de"}], ids=["english", "german"])
def test_a_thesaurus_comes_back_equal(format_: Format, options: dict[str, str]) -> None:
    file = read(THESAURUS, **options)
    assert same(formats.read(formats.write(file, format_), format_)) == same(file)


def test_what_people_decided_is_written_beside_skos() -> None:
    mark = Mark("verified", "Ada", 1_700_000_000.5)
    file = ConceptFile("T", "x:t", (Concept("x:a", None, "A", kind=NodeKind.FIELD, mark=mark),))
    text = formats.write(file, TURTLE).decode()
    assert 'glan:state "verified"' in text
    assert 'glan:verifiedAt "2023-11-14T22:13:20.500000+00:00"^^xsd:dateTime' in text
    assert formats.read(text.encode(), TURTLE).concepts[0].mark == mark


def test_the_order_of_siblings_survives_a_tool_that_sorts() -> None:
    file = ConceptFile(concepts=(Concept("x:z", None, "Z"), Concept("x:b", None, "B"), Concept("x:a", None, "A")))
    lines = formats.write(file, TURTLE).decode().split("\n\n")
    mixed = "\n\n".join([lines[0], *sorted(lines[1:])]).encode()
    assert [concept.name for concept in formats.read(mixed, TURTLE).concepts] == ["Z", "B", "A"]


def test_the_preferred_parent_survives() -> None:
    text = ':a a skos:Concept ; skos:prefLabel "A" ; skos:broader :b, :c ; <urn:glan-studio:schema#parent> :c .'
    text += ' :b a skos:Concept ; skos:prefLabel "B" . :c a skos:Concept ; skos:prefLabel "C" .'
    assert by_name(read(text))["A"].parent == "http://x.test/c"


def test_deprecated_concepts_without_a_place_stay_out_of_the_tree_but_not_out_of_the_file() -> None:
    text = (
        ':a a skos:Concept ; skos:prefLabel "A" . :o a skos:Concept ; <http://www.w3.org/2002/07/owl#deprecated> true ;'
    )
    file = read(f'{text} <http://www.w3.org/2000/01/rdf-schema#label> "Old" .')
    assert [concept.name for concept in file.concepts] == ["A"]
    assert "1 deprecated" in notes(file)
    assert b'"Old"' in formats.write(file, TURTLE)


def test_blank_concepts_get_a_uri_that_stays() -> None:
    text = '[] a skos:Concept ; skos:prefLabel "A" ; skos:broader [ a skos:Concept ; skos:prefLabel "B" ] .'
    once, twice = read(text), read(text)
    assert [concept.uri for concept in once.concepts] == [concept.uri for concept in twice.concepts]
    assert all(concept.uri.startswith("urn:glan-studio:concept:b") for concept in once.concepts)
    assert same(formats.read(formats.write(once, JSON_LD), JSON_LD)) == same(once)


SUBJECTS = [uri(f"http://x.test/{name}") for name in "abcd"] + [Term("blank", "n1"), Term("blank", "n2")]
SCHEMES = [uri("http://x.test/s"), uri("http://x.test/t")]
WORDS = ["prefLabel", "altLabel", "hiddenLabel", "definition", "scopeNote", "notation", "example"]
RELATIONS = ["broader", "narrower", "related", "exactMatch", "broaderTransitive", "member"]
SAID = [*(f"{SKOS}{word}" for word in WORDS), f"{SKOS_XL}literalForm", f"{DC_TERMS}title", f"{RDFS}label"]
LITERALS = st.builds(
    literal,
    TEXT.map(decoding.plain),
    st.sampled_from(["", "", "en", "de", "zh-hant"]),
    st.sampled_from(["", "", f"{XSD}integer", f"{XSD}boolean", "http://x.test/type"]),
)
STATEMENTS = st.one_of(
    st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(SAID), LITERALS),
    st.tuples(st.sampled_from(SUBJECTS), st.sampled_from([f"{SKOS}{r}" for r in RELATIONS]), st.sampled_from(SUBJECTS)),
    st.tuples(
        st.sampled_from(SUBJECTS), st.sampled_from([f"{SKOS}inScheme", f"{SKOS}topConceptOf"]), st.sampled_from(SCHEMES)
    ),
    st.tuples(
        st.sampled_from([*SUBJECTS, *SCHEMES]),
        st.just(TYPE),
        st.sampled_from([uri(f"{SKOS}{kind}") for kind in ("Concept", "Concept", "ConceptScheme", "Collection")]),
    ),
    st.tuples(st.sampled_from(SCHEMES), st.sampled_from([f"{DC_TERMS}title", f"{SKOS}prefLabel"]), LITERALS),
    st.tuples(st.sampled_from(SUBJECTS), st.sampled_from([f"{OURS}kind", f"{OURS}state", f"{OURS}position"]), LITERALS),
)


@pytest.mark.parametrize("format_", SYNTAXES, ids=lambda format_: format_.name)
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(rows=st.lists(STATEMENTS, min_size=3, max_size=14))
def test_whatever_was_read_is_the_same_after_writing(format_: Format, rows: list[tuple[Term, str, Term]]) -> None:
    groups: dict[Term, list[tuple[str, Term]]] = {}
    for subject, predicate, target in rows:
        groups.setdefault(subject, []).append((predicate, target))
    try:
        once = formats.read(syntaxes.turtle(groups.items()), TURTLE)
    except ImportRejectedError:
        assume(False)
    assume(not once.refused)
    assert same(formats.read(formats.write(once, format_), format_)) == same(once)
