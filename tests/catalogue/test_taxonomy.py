"""The starter taxonomy: complete, free of twins, and worded for a person who opens a field for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from core.catalogue.models import DisciplineEntry, FieldEntry, SubFieldEntry, TaxonomyFile

DATA = Path(__file__).resolve().parents[2] / "data"
STARTER = DATA / "taxonomy" / "starter.yaml"
FIELDS = (
    "Humanities",
    "Social science",
    "Natural science",
    "Applied science",
    "Formal science",
    "Manufacturing",
    "Services",
    "Agriculture",
)
DISCIPLINES = 127
MIN_DESCRIPTION = 20
MAX_SYNONYMS = 4

Entry = FieldEntry | SubFieldEntry | DisciplineEntry


@pytest.fixture(scope="module")
def taxonomy() -> TaxonomyFile:
    return TaxonomyFile.model_validate(yaml.safe_load(STARTER.read_text(encoding="utf-8")))


def _disciplines(taxonomy: TaxonomyFile) -> list[DisciplineEntry]:
    return [leaf for field in taxonomy.fields for group in field.sub_fields for leaf in group.disciplines]


def _entries(taxonomy: TaxonomyFile) -> Iterator[Entry]:
    for field in taxonomy.fields:
        yield field
        for group in field.sub_fields:
            yield group
            yield from group.disciplines


def _repeated(names: Iterable[str]) -> list[str]:
    folded = [name.casefold() for name in names]
    return sorted({name for name in folded if folded.count(name) > 1})


def test_the_eight_fields_stand_in_their_order(taxonomy: TaxonomyFile) -> None:
    assert tuple(field.name for field in taxonomy.fields) == FIELDS


def test_every_discipline_occurs_exactly_once(taxonomy: TaxonomyFile) -> None:
    names = [leaf.name for leaf in _disciplines(taxonomy)]
    assert len(names) == DISCIPLINES
    assert _repeated(names) == []


def test_every_level_stays_short_enough_to_read(taxonomy: TaxonomyFile) -> None:
    for field in taxonomy.fields:
        assert 2 <= len(field.sub_fields) <= 8, field.name
        for group in field.sub_fields:
            assert 1 <= len(group.disciplines) <= 12, group.name


def test_siblings_have_different_names(taxonomy: TaxonomyFile) -> None:
    families: list[tuple[Entry, ...]] = [taxonomy.fields]
    for field in taxonomy.fields:
        families.append(field.sub_fields)
        families.extend(group.disciplines for group in field.sub_fields)
    for family in families:
        assert _repeated(entry.name for entry in family) == []


def test_a_sub_field_is_not_named_like_one_of_its_disciplines(taxonomy: TaxonomyFile) -> None:
    for field in taxonomy.fields:
        for group in field.sub_fields:
            assert _repeated([group.name, *(leaf.name for leaf in group.disciplines)]) == []


def test_every_curriculum_belongs_to_a_discipline(taxonomy: TaxonomyFile) -> None:
    leaves = {leaf.name for leaf in _disciplines(taxonomy)}
    for path in sorted((DATA / "curricula").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert content["discipline"] in leaves, path.name


def test_every_description_is_one_informative_sentence(taxonomy: TaxonomyFile) -> None:
    for entry in _entries(taxonomy):
        assert len(entry.description) >= MIN_DESCRIPTION, entry.name
        assert entry.description.endswith("."), entry.name
        assert ". " not in entry.description, entry.name


def test_no_two_descriptions_are_the_same(taxonomy: TaxonomyFile) -> None:
    assert _repeated(entry.description for entry in _entries(taxonomy)) == []


def test_synonyms_are_few_and_differ_from_the_name_and_from_each_other(taxonomy: TaxonomyFile) -> None:
    for entry in _entries(taxonomy):
        assert len(entry.synonyms) <= MAX_SYNONYMS, entry.name
        assert _repeated([entry.name, *entry.synonyms]) == [], entry.name


def test_a_synonym_never_names_another_discipline(taxonomy: TaxonomyFile) -> None:
    leaves = {leaf.name.casefold() for leaf in _disciplines(taxonomy)}
    for leaf in _disciplines(taxonomy):
        assert not leaves & {synonym.casefold() for synonym in leaf.synonyms}, leaf.name
