"""The product's own files: read once, and a bad one is refused by name and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue.load import curricula, demo_samples, read_yaml, starter_taxonomy
from core.catalogue.models import TaxonomyFile
from core.errors import ImportRejectedError

GOOD = """
title: Small
fields:
- name: Natural science
  description: Of nature.
  sub_fields:
  - name: Physical science
    description: Of matter.
    disciplines:
    - {name: Physics, description: Of forces.}
"""


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    taxonomy = read_yaml(path, TaxonomyFile)
    assert taxonomy.fields[0].sub_fields[0].disciplines[0].name == "Physics"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (GOOD.replace("Of forces.", "''").encode(), "description"),
        (GOOD.replace("title: Small", "title: Small\ncolour: red").encode(), "colour"),
        (GOOD.replace("disciplines:", "disciplines: [").encode(), "line"),
        (b"", "TaxonomyFile"),
        (b"title: \xff\xfe", "utf-8"),
        (b"!!python/object/apply:os.getcwd []", "python/object"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_place(tmp_path: Path, content: bytes, place: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(ImportRejectedError, match=r"bad\.yaml") as refusal:
        read_yaml(path, TaxonomyFile)
    assert place in refusal.value.message


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ImportRejectedError, match=r"none\.yaml"):
        read_yaml(tmp_path / "none.yaml", TaxonomyFile)


def test_each_file_is_read_once_per_process() -> None:
    assert starter_taxonomy() is starter_taxonomy()
    assert curricula() is curricula()
    assert demo_samples() is demo_samples()


def test_every_curriculum_belongs_to_a_discipline_of_the_starter_taxonomy() -> None:
    names = {d.name for f in starter_taxonomy().fields for s in f.sub_fields for d in s.disciplines}
    assert set(curricula()) <= names
    assert set(demo_samples()) <= set(curricula())
