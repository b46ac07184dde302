"""Exports: whole or not at all, named by content, the same again when written again, never of what is not frozen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain.jobs import JobState
from core.domain.people import Principal, Role
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.interchange.datasets.formats import FORMATS
from core.interchange.files import fingerprint, place
from core.runs import exporting
from core.runs.jobs import run_jobs_once
from core.services.exports import Options, Soundness
from core.store import datasets, exports, jobs
from core.workspace import Workspace
from tests.unit.conftest import T0
from tests.unit.frozen_rows import ADA, PROJECT, frozen, opened, plant, written


@pytest.fixture
def work(empty_file: Path, tmp_path: Path) -> Iterator[Workspace]:
    """An installation with the hostile version."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(empty_file, home / "studio.db")
    work = opened(home)
    plant(work)
    yield work
    work.close()


def names(work: Workspace) -> set[str]:
    return {path.name for path in work.settings.exports.iterdir()}


def order(work: Workspace, form: str = "jsonl", token: str = "t", **options: Any) -> str:
    return work.exports.order(ADA, PROJECT, "d1", form, Options(**options), token=token).id


def once(work: Workspace) -> int:
    return run_jobs_once(work.settings, work.context.store)


@pytest.mark.parametrize("form", list(FORMATS))
def test_written_again_every_format_gives_the_same_bytes_under_the_same_name(work: Workspace, form: str) -> None:
    first = {path: path.read_bytes() for path in written(work, form).values()}
    before = names(work)
    manifests = {path: path.read_bytes() for path in work.settings.exports.glob("*.manifest.json")}
    assert {path: path.read_bytes() for path in written(work, form).values()} == first
    assert names(work) == before
    assert {path: path.read_bytes() for path in manifests} == manifests
    assert len(work.exports.files(PROJECT, "d1")) == len(first)


@pytest.mark.parametrize("form", list(FORMATS))
def test_name_manifest_and_list_tell_the_same_of_each_file(work: Workspace, form: str) -> None:
    made = written(work, form)
    for export in work.exports.files(PROJECT, "d1"):
        path, beside = work.exports.path(export), work.exports.manifest(export)
        assert beside is not None
        told = json.loads(beside.read_bytes())
        size, digest = fingerprint(path)
        assert (told["bytes"], told["sha256"], told["rows"]) == (size, digest, export.rows)
        assert (export.bytes, export.sha256) == (size, digest)
        assert digest[:10] in path.name
        assert (told["format"], told["format_version"]) == (form, FORMATS[form].version)
        assert export.rows == len(frozen(work, export.split))
        assert work.exports.verify(export) is Soundness.SOUND
        assert path in made.values()


def test_file_names_are_made_of_letters_whatever_the_version_is_called(work: Workspace) -> None:
    for form in FORMATS:
        written(work, form)
    for name in names(work):
        assert name.replace("-", "").replace(".", "").isalnum()
        assert name.isascii()


def test_other_rows_and_another_licence_make_another_name(work: Workspace) -> None:
    (plain,) = written(work, "hub_folder").values()
    (licensed,) = written(work, "hub_folder", options=Options("mit")).values()
    assert plain.name != licensed.name
    assert plain.with_suffix("").is_dir()
    assert licensed.with_suffix("").is_dir()


class Cut(BaseException):
    """As if the process had ended here."""


@pytest.mark.parametrize(
    ("form", "moment"),
    [*(("jsonl", n) for n in range(4)), *(("csv", n) for n in range(4)), *(("hub_folder", n) for n in range(3))],
)
def test_cut_off_at_any_step_there_is_no_half_file_and_the_next_try_sweeps_up(
    work: Workspace, monkeypatch: pytest.MonkeyPatch, form: str, moment: int
) -> None:
    expected = {path.name: path.read_bytes() for path in written(work, form).values()}
    for path in work.settings.exports.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    left = [moment]

    def cut(temporary: Path, path: Path) -> None:
        if left[0] == 0 and temporary != path:
            raise Cut
        left[0] -= temporary != path
        place(temporary, path)

    order(work, form)
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "place", cut)
        patch.setattr(exporting._Writing, "tidy", lambda _: None)
        with pytest.raises(Cut):
            once(work)
    there = {name for name in names(work) if name in expected}
    assert {name: (work.settings.exports / name).read_bytes() for name in there} == {n: expected[n] for n in there}
    for name in there:
        assert json.loads((work.settings.exports / f"{name}.manifest.json").read_bytes())["file"] == name
    assert [name for name in names(work) if name.startswith(exporting.TEMPORARY)]
    with work.context.store.write() as tx:
        jobs.release_orphans(tx, "once-%")
    assert once(work) == 1
    assert {name: (work.settings.exports / name).read_bytes() for name in expected} == expected
    assert not [name for name in names(work) if name.startswith(exporting.TEMPORARY)]


def test_a_cancelled_or_failed_export_leaves_nothing(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 1)
    job = order(work)
    real = exports.rows

    def cancel(*arguments: Any, **more: Any) -> Any:
        work.exports.cancel(ADA, PROJECT, job)
        return real(*arguments, **more)

    monkeypatch.setattr(exports, "rows", cancel)
    monkeypatch.setattr("core.runs.work.BETWEEN_NOTES", 0.0)
    once(work)
    assert work.exports.progress(PROJECT, job).state is JobState.CANCELLED
    assert (names(work), work.exports.files(PROJECT, "d1")) == (set(), ())


def test_no_export_is_begun_without_room_on_the_disk(work: Workspace) -> None:
    job = order(work)
    run_jobs_once(replace(work.settings, min_free_mb=10**9), work.context.store)
    told = work.exports.progress(PROJECT, job)
    assert told.state is JobState.FAILED
    assert "must be" in told.error
    assert told.hint
    assert names(work) == set()


def test_a_row_whose_text_is_not_the_accepted_one_is_never_written(work: Workspace) -> None:
    with work.context.store.write() as tx:
        tx.run("DROP TRIGGER dataset_item_no_update")
        tx.run("UPDATE dataset_item SET row=replace(row, 'What is 2 + 2?', 'What is 2 + 3?')")
    job = order(work)
    once(work)
    told = work.exports.progress(PROJECT, job)
    assert told.state is JobState.FAILED
    assert "sample 1" in told.error
    assert names(work) == set()


def test_a_draft_is_not_written(work: Workspace) -> None:
    row = {"id": "d2", "project_id": PROJECT, "name": "D", "filter": {}, "created_by": "Ada", "created_at": T0}
    with work.context.store.write() as tx:
        datasets.insert(tx, {**row, "token": "d2"})
    with pytest.raises(InvalidInputError, match="draft"):
        work.exports.order(ADA, PROJECT, "d2", "jsonl", token="x")


def test_only_who_may_freeze_may_order_cancel_and_delete(work: Workspace) -> None:
    viewer = Principal("Eve", Role.EXPERT)
    job = order(work)
    once(work)
    (export, *_) = work.exports.files(PROJECT, "d1")
    for act in (
        lambda: work.exports.order(viewer, PROJECT, "d1", "jsonl", token="v"),
        lambda: work.exports.cancel(viewer, PROJECT, job),
        lambda: work.exports.delete(viewer, PROJECT, export.id),
    ):
        with pytest.raises(NotAllowedError):
            act()
    with pytest.raises(NotFoundError):
        work.exports.delete(ADA, "p2", export.id)
    with pytest.raises(NotFoundError):
        work.exports.progress("p2", job)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("xml", Options()),
        ("jsonl", Options("own")),
        ("jsonl", Options("mit", ("english",))),
        ("jsonl", Options("mit", ("E1",))),
    ],
)
def test_what_cannot_be_written_is_refused_when_it_is_ordered(work: Workspace, form: str, options: Options) -> None:
    with pytest.raises(InvalidInputError) as told:
        work.exports.order(ADA, PROJECT, "d1", form, options, token="x")
    assert told.value.hint
    assert work.exports.jobs(PROJECT, "d1") == ()


def test_a_file_that_was_changed_or_deleted_by_hand_is_told(work: Workspace) -> None:
    path = written(work, "jsonl")["train"]
    export = next(each for each in work.exports.files(PROJECT, "d1") if each.file == path.name)
    path.write_bytes(path.read_bytes().replace(b"accepted", b"rejected", 1))
    assert work.exports.verify(export) is Soundness.CHANGED
    path.unlink()
    assert work.exports.verify(export) is Soundness.GONE
    with pytest.raises(NotFoundError):
        work.exports.path(export)
    written(work, "jsonl")
    assert work.exports.verify(export) is Soundness.SOUND


def test_the_folder_beside_its_zip_file_is_verified_too(work: Workspace) -> None:
    (archive,) = written(work, "hub_folder").values()
    (export,) = [each for each in work.exports.files(PROJECT, "d1") if each.folder]
    folder = archive.with_suffix("")
    part = next(folder.glob("data/*.parquet"))
    told = part.read_bytes()
    assert work.exports.verify(export) is Soundness.SOUND
    part.write_bytes(told[:-9] + bytes(9))
    assert work.exports.verify(export) is Soundness.FOLDER_CHANGED
    part.write_bytes(told)
    (folder / ".cache").mkdir()
    (folder / ".cache" / "upload").touch()
    assert work.exports.verify(export) is Soundness.SOUND
    more = part.with_name("train-more.parquet")
    more.write_bytes(told)
    assert work.exports.verify(export) is Soundness.FOLDER_CHANGED
    more.unlink()
    part.unlink()
    assert work.exports.verify(export) is Soundness.FOLDER_CHANGED
    shutil.rmtree(folder)
    assert work.exports.verify(export) is Soundness.FOLDER_GONE
    written(work, "hub_folder")
    assert work.exports.verify(export) is Soundness.SOUND


def test_a_folder_that_was_changed_by_hand_is_replaced_when_it_is_written_again(work: Workspace) -> None:
    (archive,) = written(work, "hub_folder").values()
    card = archive.with_suffix("") / "README.md"
    told = card.read_bytes()
    card.write_text("other words")
    written(work, "hub_folder")
    assert card.read_bytes() == told


def test_deleting_takes_file_manifest_and_folder_and_leaves_the_rest(work: Workspace) -> None:
    written(work, "jsonl")
    before = names(work)
    written(work, "hub_folder")
    (export,) = [each for each in work.exports.files(PROJECT, "d1") if each.folder]
    work.exports.delete(ADA, PROJECT, export.id)
    assert names(work) == before
    assert {each.format for each in work.exports.files(PROJECT, "d1")} == {"jsonl"}
    assert work.projects.history(PROJECT)[0].kind == "deleted export"


def test_while_a_version_is_written_its_files_are_not_deleted(work: Workspace) -> None:
    written(work, "jsonl")
    (export, *_) = work.exports.files(PROJECT, "d1")
    order(work, "csv")
    with pytest.raises(InvalidInputError):
        work.exports.delete(ADA, PROJECT, export.id)


def test_temporary_files_of_a_job_in_hand_are_not_swept(work: Workspace) -> None:
    order(work, "jsonl")
    with work.context.store.write() as tx:
        held = jobs.claim(tx, "worker-1", 1e12, 1e6)
    assert held is not None
    mine = work.settings.exports / f"{exporting.TEMPORARY}{held.id}-{held.epoch}-0"
    dead = work.settings.exports / f"{exporting.TEMPORARY}{held.id}-{held.epoch - 1}-0"
    for path in (mine, dead):
        path.write_text("half")
    written(work, "csv")
    assert mine.exists()
    assert not dead.exists()


def test_rows_are_read_in_pieces_and_stay_in_order(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {split: path.read_bytes() for split, path in written(work, "jsonl").items()}
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 2)
    assert {split: path.read_bytes() for split, path in written(work, "jsonl").items()} == whole
