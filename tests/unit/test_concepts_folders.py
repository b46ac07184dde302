"""InstructLab's tree: folders are nodes, leaves hold what is to be filled in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts import instructlab, outline, yaml_file
from core.interchange.concepts.model import ConceptFile

TREE = outline.read(
    "Compositional skills\n  Arts :: Making\nNaturwissenschaft\n  C\n  C++ :: Fast\n  物理学 :: 物質\n".encode()
)


def entries(file: ConceptFile) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(instructlab.write(file))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_names_that_are_no_folder_names_come_back_exactly() -> None:
    read = instructlab.read(instructlab.write(TREE))
    rows = [(concept.name, concept.description, concept.kind) for concept in read.concepts]
    assert rows == [(concept.name, concept.description, concept.kind) for concept in TREE.concepts]


def test_folders_hold_only_letters_that_their_tools_take() -> None:
    names = list(entries(TREE))
    assert names[:4] == [
        "compositional_skills/README.md",
        "compositional_skills/arts/qna.yaml",
        "knowledge/naturwissenschaft/README.md",
        "knowledge/naturwissenschaft/c/qna.yaml",
    ]
    assert all(name.isascii() for name in names)
    assert len(set(names)) == len(TREE.concepts)


def test_a_leaf_says_plainly_what_is_to_be_filled_in() -> None:
    text = entries(TREE)["knowledge/naturwissenschaft/c/qna.yaml"]
    assert "# To be filled in" in text
    values = yaml_file.values(text)
    assert (values["version"], values["domain"], values["seed_examples"]) == ("3", "Naturwissenschaft", [])


def test_a_folder_on_this_machine_reads_as_its_zip_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(instructlab.write(TREE))) as archive:
        archive.extractall(tmp_path)
    read = instructlab.read_folder(tmp_path)
    assert {(c.name, c.description, c.kind) for c in read.concepts} == {
        (c.name, c.description, c.kind) for c in TREE.concepts
    }


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a").symlink_to("/etc")
    with pytest.raises(ImportRejectedError, match="is a link"):
        instructlab.read_folder(tmp_path)


def test_an_empty_folder_is_a_sub_field_that_waits_for_disciplines(tmp_path: Path) -> None:
    (tmp_path / "knowledge" / "arts" / "dance_forms").mkdir(parents=True)
    found = [(concept.name, concept.kind) for concept in instructlab.read_folder(tmp_path).concepts]
    assert found == [("arts", NodeKind.FIELD), ("dance forms", NodeKind.SUB_FIELD)]
