"""What the worker wrote is loaded by the Hugging Face library as it loads anybody's files, without the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported

import datasets as library  # the product has modules of this name

from core.interchange.datasets.columns import NAMES, shaped
from core.interchange.datasets.csv_table import HEADER
from core.interchange.formulas import undone
from core.workspace import Workspace
from tests.unit.frozen_rows import HUGE, frozen, opened, plant, written

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(datasets|fsspec|dill|multiprocess).*")
SPLITS = ("train", "validation")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """An installation with the hostile version."""
    work = opened(tmp_path_factory.mktemp("home"))
    plant(work)
    yield work
    work.close()


@pytest.fixture
def load(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """`load_dataset` with a cache of its own."""

    def loaded(*arguments: Any, **more: Any) -> dict[str, list[dict[str, Any]]]:
        found = library.load_dataset(*arguments, cache_dir=str(tmp_path / "cache"), **more)
        return {split: found[split].to_list() for split in found}

    return loaded


def files(found: dict[str, Path]) -> dict[str, str]:
    return {split: str(path) for split, path in found.items()}


def test_jsonl_loads_with_every_row_equal(work: Workspace, load: Any) -> None:
    found = load("json", data_files=files(written(work, "jsonl")))
    assert sorted(found) == list(SPLITS)
    for split in SPLITS:
        told = sorted(found[split], key=lambda row: str(row["id"]))
        assert told == sorted((shaped(row) for row in frozen(work, split)), key=lambda row: str(row["id"]))


@pytest.mark.parametrize(("form", "key"), [("openai_chat", "messages"), ("sharegpt", "conversations")])
def test_conversations_load_with_all_their_turns(work: Workspace, load: Any, form: str, key: str) -> None:
    found = load("json", data_files=files(written(work, form)))
    for split in SPLITS:
        told = [list(map(list, (turn.values() for turn in row[key]))) for row in found[split]]
        texts = [[turn[-1] for turn in turns] for turns in told]
        assert texts == [
            [t for turn in [*r["history"], [r["question"], r["answer"]]] for t in turn] for r in frozen(work, split)
        ]


def test_alpaca_loads_with_history_and_its_first_conversation_stands_first(work: Workspace, load: Any) -> None:
    found = load("json", data_files=files(written(work, "alpaca")))
    for split in SPLITS:
        rows = frozen(work, split)
        first = next(row for row in rows if row["history"])
        rows = [first, *(row for row in rows if row is not first)]
        told = [(row["instruction"], row["input"], row["output"], row["history"]) for row in found[split]]
        assert told == [(r["question"], "", r["answer"], r["history"]) for r in rows]


@pytest.mark.parametrize("form", ["openai_chat", "sharegpt", "alpaca", "jsonl"])
def test_a_reader_that_infers_types_from_the_first_rows_can_read_the_last(tmp_path: Path, load: Any, form: str) -> None:
    late = opened(tmp_path / "home")
    plant(late, [(f"Question {n}", "x" * 2_000) for n in range(12)], held_out=0, bare=8)
    found = load("json", data_files=files(written(late, form)), chunksize=16_000)
    assert len(found["train"]) == 12
    late.close()


def test_csv_loads_and_every_text_can_be_undone(work: Workspace, load: Any) -> None:
    texts = library.Features({name: library.Value("string") for name in HEADER})
    found = load("csv", data_files=files(written(work, "csv")), features=texts, keep_default_na=False)
    for split in SPLITS:
        told = [(undone(row["question"]), undone(row["answer"])) for row in found[split]]
        assert told == [(r["question"], r["answer"]) for r in frozen(work, split)]


def test_parquet_loads_with_its_types(work: Workspace, load: Any) -> None:
    found = load("parquet", data_files=files(written(work, "parquet")))
    for split in SPLITS:
        assert found[split] == [shaped(row) for row in frozen(work, split)]


def test_the_folder_loads_by_its_path_with_splits_from_its_card(work: Workspace, load: Any) -> None:
    (archive,) = written(work, "hub_folder").values()
    found = load(str(archive.with_suffix("")))
    assert sorted(found) == list(SPLITS)
    for split in SPLITS:
        assert found[split] == [shaped(row) for row in frozen(work, split)]
        assert list(found[split][0]) == list(NAMES)


def test_a_version_without_validation_rows_is_a_folder_with_one_split(tmp_path: Path, load: Any) -> None:
    bare = opened(tmp_path / "home")
    plant(bare, [("Only", HUGE)], held_out=0)
    (archive,) = written(bare, "hub_folder").values()
    found = load(str(archive.with_suffix("")))
    assert {split: len(rows) for split, rows in found.items()} == {"train": 1}
    bare.close()
