"""The folder for the Hub: its card is read by the Hub's own library, its Croissant file by mlcroissant, without a word.

The Hub's online check of the YAML header cannot be asked here; its vocabulary of sizes, licences and tasks is held
against the card by hand.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
import yaml
from huggingface_hub import DatasetCard, metadata_load

from core.domain.dataset_wish import DatasetWish
from core.domain.people import Principal
from core.interchange.datasets.card import card, size_category
from core.interchange.datasets.croissant import description
from core.interchange.datasets.hub_folder import part_name
from core.interchange.datasets.model import LICENCES, About
from core.interchange.files import fingerprint
from core.runs import exporting
from core.services.exports import Options
from core.workspace import Workspace
from tests.unit.frozen_rows import PROJECT, frozen, opened, plant, written

pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index"),
]
ABOUT = About("Ünder: |pipe| <b>", 3, "P", "under", "2026-11-26", {"train": 5, "validation": 1})


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """An installation with the hostile version."""
    work = opened(tmp_path_factory.mktemp("home"))
    plant(work)
    yield work
    work.close()


@pytest.fixture(scope="module")
def archive(work: Workspace) -> Path:
    """The zip file; the folder lies beside it."""
    (found,) = written(work, "hub_folder", options=Options("cc-by-4.0", ("en", "ar", "zh"))).values()
    return found


def test_the_header_is_read_by_the_hub_library_and_says_what_was_chosen(archive: Path) -> None:
    path = archive.with_suffix("") / "README.md"
    told = metadata_load(path) or {}
    data = DatasetCard.load(path).data
    assert (data.license, data.language) == ("cc-by-4.0", ["en", "ar", "zh"])
    assert (data.size_categories, data.task_categories) == (["n<1K"], ["text-generation", "question-answering"])
    assert [one["split"] for one in told["configs"][0]["data_files"]] == ["train", "validation"]
    assert DatasetCard.load(path).text.lstrip().startswith("# Prüfung / 2026, version 1")


def test_the_card_shows_the_words_of_people_as_words(archive: Path) -> None:
    text = (archive.with_suffix("") / "README.md").read_text(encoding="utf-8")
    assert "Proj \\| ect" in text
    assert "<b>" not in text
    assert "> Be strict." in text


TOLD: dict[str, Any] = {
    "by_origin": {"model": 3, "person": 2, "demo": 1},
    "by_model": {"m-<1>": 3},
    "by_discipline": {"Logic": 4},
    "by_difficulty": {"basic": 4},
    "by_verdict": {"singly": 3, "in bulk": 1, "with its seed set": 2},
    "edited": 1,
    "reviewers": 2,
    "open_seconds": 3,
    "left_out": {"repeat": 7, "contaminated": 1},
}


def test_the_card_says_who_wrote_the_rows_how_they_were_accepted_and_what_was_left_out() -> None:
    text = card(replace(ABOUT, card=TOLD))
    for line in (
        "| teachers | 3 |",
        "| people, as seed examples | 2 |",
        "| demo content of GLAN Studio | 1 |",
        "| m-&lt;1&gt; | 3 |",
        "1 row was edited by a person before it was accepted.",
        "| one by one | 3 |",
        "| many at once, after a random sample was looked at | 1 |",
        "| with the set of seed examples that it belongs to | 2 |",
        "2 people accepted rows. 3 rows still await a second opinion that was asked for.",
        "| word for word the same as another | 7 |",
        "| asked by a benchmark too | 1 |",
    ):
        assert f"\n{line}\n" in text, line


def test_the_card_says_how_the_rows_were_chosen_cleaned_and_divided() -> None:
    wish = DatasetWish(near=0.8, benchmarks=(7,), ngram=11, per_discipline=50, test_share=0.1, random_seed=4)
    told = {**TOLD, "accepted": 9, "fitting": 8, "left_out": {"discipline": 2}}
    text = card(replace(ABOUT, card=told, wish=wish.model_dump(mode="json"), benchmarks=("Exam <1>",)))
    for words in (
        "8 of 9 accepted samples fitted the choice.",
        "at least 80 % of their three-word sequences",
        "a question of Exam &lt;1&gt;, or shares 11 words in a row with one",
        "At most 50 rows of a discipline.",
        "with random seed 4",
        "| over the limit of rows of a discipline | 2 |",
    ):
        assert words in text, words
    bare = card(replace(ABOUT, card=told, wish=DatasetWish().model_dump(mode="json"), splits={"train": 6}))
    assert "Near duplicates were not looked for." in bare
    assert "No benchmark was looked for." in bare
    assert "random seed" not in bare


def test_the_card_names_strategies_as_people_and_as_the_column_do() -> None:
    assert "| GLAN (`glan`) | 6 |" in card(replace(ABOUT, card={"by_strategy": {"glan": 6}}))


def test_the_card_of_a_written_version_names_the_benchmarks_it_was_checked_against(tmp_path: Path) -> None:
    work = opened(tmp_path)
    plant(work)
    look = work.benchmarks.read(b'{"question": "Why?"}', "exam.jsonl")
    work.benchmarks.take_in(Principal("Ada"), PROJECT, look, "Exam 1", token="b")
    (named,) = work.benchmarks.page(PROJECT)
    with work.context.store.write() as tx:
        tx.run("DROP TRIGGER dataset_frozen")
        tx.run("UPDATE dataset SET filter=json_set(filter, '$.benchmarks', json_array(?))", (named.id,))
    (packed,) = written(work, "hub_folder").values()
    assert "a question of Exam 1," in (packed.with_suffix("") / "README.md").read_text(encoding="utf-8")
    work.close()


def test_the_card_says_how_many_rows_have_no_discipline_or_difficulty() -> None:
    assert card(replace(ABOUT, card=TOLD)).count("| (none) | 2 |") == 2
    assert "(none)" not in card(replace(ABOUT, card={"by_discipline": {"Logic": 6}}))


@pytest.mark.parametrize(
    ("origins", "synthetic"), [({"person": 6}, False), ({"person": 5, "model": 1}, True), ({"demo": 6}, True)]
)
def test_only_a_dataset_with_generated_rows_is_called_synthetic(origins: dict[str, int], synthetic: bool) -> None:
    text = card(replace(ABOUT, card={"by_origin": origins}))
    assert ("synthetic" in yaml.safe_load(text.split("---")[1])["tags"]) is synthetic
    assert ("can be wrong" in text) is synthetic
    assert ("synthetic" in description([], replace(ABOUT, card={"by_origin": origins}))) is synthetic


def test_a_card_of_a_version_from_before_such_counts_says_nothing_of_them() -> None:
    text = card(ABOUT)
    assert "edited" not in text
    assert "left out" not in text.lower()


@pytest.mark.parametrize("licence", list(LICENCES))
def test_every_licence_makes_a_header_that_can_be_read(licence: str) -> None:
    text = card(replace(ABOUT, options=Options(licence)))
    head = yaml.safe_load(text.split("---")[1])
    assert head["license"] == licence
    assert head["pretty_name"] == "Ünder: |pipe| <b>, version 3"


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (999_999, "100K<n<1M"),
        (1_000_000, "1M<n<10M"),
        (10**9, "1B<n<10B"),
    ],
)
def test_sizes_are_named_as_the_hub_names_them(rows: int, name: str) -> None:
    assert size_category(rows) == name


def test_croissant_has_no_errors_and_no_warnings_and_gives_the_records(work: Workspace, archive: Path) -> None:
    dataset = mlcroissant.Dataset(archive.with_suffix("") / "croissant.json")
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    for split in ("train", "validation"):
        rows = frozen(work, split)
        for row, told in zip(rows, dataset.records(split), strict=True):
            assert told[f"{split}/question"].decode() == row["question"]
            assert told[f"{split}/answer"].decode() == row["answer"]
            assert told[f"{split}/id"] == row["id"]
            assert [each.decode() for each in told[f"{split}/taxonomy"]] == row["taxonomy"]


def test_croissant_names_every_data_file_with_its_hash(archive: Path) -> None:
    folder = archive.with_suffix("")
    told = json.loads((folder / "croissant.json").read_bytes())
    files = {each["contentUrl"]: each["sha256"] for each in told["distribution"] if each["@type"] == "cr:FileObject"}
    there = {path.relative_to(folder).as_posix(): fingerprint(path)[1] for path in (folder / "data").iterdir()}
    assert files == there
    assert (told["license"], told["datePublished"]) == (LICENCES["cc-by-4.0"][1], "2023-11-14")


def test_a_name_full_of_signs_makes_a_croissant_file_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "croissant.json"
    path.write_text(description([], replace(ABOUT, splits={})), encoding="utf-8")
    issues = mlcroissant.Dataset(path).metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())


def test_the_zip_file_holds_the_folder_byte_by_byte(archive: Path) -> None:
    folder = archive.with_suffix("")
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        inside = {name.split("/", 1)[1]: packed.read(name) for name in packed.namelist()}
    assert inside == {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(("size", "train", "validation"), [(5, 3, 2), (6, 2, 1)])
def test_large_splits_are_several_files_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, train: int, validation: int
) -> None:
    monkeypatch.setattr(exporting, "ROWS_A_PART", size)
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 3)
    work = opened(tmp_path)
    plant(work)
    (packed,) = written(work, "hub_folder").values()
    folder = packed.with_suffix("")
    names = sorted(path.relative_to(folder).as_posix() for path in (folder / "data").iterdir())
    parts = {"train": train, "validation": validation}
    assert names == sorted(part_name(split, n, of) for split, of in parts.items() for n in range(of))
    dataset = mlcroissant.Dataset(folder / "croissant.json")
    told = [each["train/question"].decode() for each in dataset.records("train")]
    assert told == [row["question"] for row in frozen(work, "train")]
    work.close()


@pytest.mark.parametrize("leads", ["somewhere", "nowhere"])
def test_a_link_where_the_folder_belongs_gives_way_and_what_it_leads_to_stays(tmp_path: Path, leads: str) -> None:
    work, outside = opened(tmp_path / "home"), tmp_path / "outside"
    plant(work)
    (packed,) = written(work, "hub_folder").values()
    folder, content = packed.with_suffix(""), packed.read_bytes()
    folder.rename(tmp_path / "before")
    outside.mkdir()
    (outside / "kept").touch()
    folder.symlink_to(outside if leads == "somewhere" else tmp_path / "nowhere")
    (work.settings.exports / f"{exporting.TEMPORARY}left-behind").symlink_to(outside)
    (again,) = written(work, "hub_folder").values()
    assert (again.read_bytes(), folder.is_symlink(), (outside / "kept").is_file()) == (content, False, True)
    assert not list(work.settings.exports.glob(f"{exporting.TEMPORARY}*"))
    work.close()
