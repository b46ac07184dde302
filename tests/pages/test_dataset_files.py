"""The files of a version on screen: format, order, progress, download, verify, delete; every state is drawn."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.jobs import JobState
from core.interchange.datasets.formats import FORMATS
from core.runs.jobs import run_jobs_once
from core.services.exports import Soundness
from core.store import jobs
from pages.components import dataset_files
from tests.pages.conftest import ME, Studio
from tests.unit.frozen_rows import PROJECT, plant

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home:"


@pytest.fixture
def page(studio: Studio) -> AppTest:
    """The files of the hostile version."""
    plant(studio.work)
    return opened(studio)


def opened(studio: Studio) -> AppTest:
    page = studio.page("home")
    page.query_params["project"] = PROJECT
    page.query_params["dataset"] = "d1"
    return page.switch_page("datasets.py").run()


def words(page: AppTest) -> str:
    """Everything that is read, without the backslashes that keep it words."""
    drawn = [*page.markdown, *page.caption, *page.error, *page.warning, *page.info, *page.success]
    return " ".join(element.value for element in drawn).replace("\\", "")


def ordered(studio: Studio, page: AppTest, form: str) -> AppTest:
    """Choose the format, press the button."""
    page.selectbox(key="datasets.format").set_value(form).run()
    return page.button(key="datasets.write").click().run()


def worked(studio: Studio, page: AppTest, form: str) -> AppTest:
    """The same, and the worker does it."""
    ordered(studio, page, form)
    assert run_jobs_once(studio.work.settings, studio.work.context.store) == 1
    return page.run()


def test_without_a_file_the_page_says_what_there_will_be(page: AppTest) -> None:
    assert not page.exception
    assert "No file yet" in words(page)
    assert "Links and images in the texts are written as they are" in words(page)
    assert not page.get("download_button")


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_says_who_reads_it_whether_lineage_is_inside_and_how_it_looks(page: AppTest, form: str) -> None:
    page.selectbox(key="datasets.format").set_value(form).run()
    page.session_state["datasets.preview"] = True
    page.run()
    assert not page.exception
    assert FORMATS[form].reads in words(page)
    assert ("lineage inside" in words(page)) == FORMATS[form].lineage
    assert "What is 2 + 2?" in page.code[0].value


@pytest.mark.parametrize("form", ["jsonl", "csv", "hub_folder"])
def test_what_was_ordered_is_written_and_can_be_taken_away_under_its_hash(
    studio: Studio, page: AppTest, form: str
) -> None:
    worked(studio, page, form)
    assert not page.exception
    files = studio.work.exports.files(PROJECT, "d1")
    assert len(page.get("download_button")) == 2 * len(files)
    for export in files:
        digest = hashlib.sha256(studio.work.exports.path(export).read_bytes()).hexdigest()
        assert digest in words(page)
        assert export.file in words(page)
        assert digest[:10] in export.file
    assert any(str(studio.work.exports.path(files[0])) in code.value for code in page.code)


def test_one_press_is_one_order_and_the_next_press_another(studio: Studio, page: AppTest) -> None:
    ordered(studio, page, "csv")
    assert len(studio.work.exports.jobs(PROJECT, "d1")) == 1
    ordered(studio, page, "csv")
    assert len(studio.work.exports.jobs(PROJECT, "d1")) == 2


def test_the_card_gets_the_licence_and_the_languages_that_were_chosen(studio: Studio, page: AppTest) -> None:
    page.selectbox(key="datasets.format").set_value("hub_folder").run()
    page.selectbox(key="datasets.licence").set_value("cc-by-4.0").run()
    page.multiselect(key="datasets.languages").set_value(["de", "zh"]).run()
    page.button(key="datasets.write").click().run()
    (job,) = studio.work.exports.jobs(PROJECT, "d1")
    assert job.what["options"] == {"licence": "cc-by-4.0", "languages": ["de", "zh"]}


def test_a_job_under_way_is_told_and_can_be_cancelled(studio: Studio, page: AppTest) -> None:
    ordered(studio, page, "parquet")
    assert not page.exception
    (job,) = studio.work.exports.jobs(PROJECT, "d1")
    assert "waits for the worker" in str(page.get("progress")[0].proto)
    with studio.work.context.store.write() as tx:
        held = jobs.claim(tx, "worker-1", 1e10, 1e6)
        assert held is not None
        jobs.beat(tx, held, 1e10, 1e6, (5, 18))
    page.run()
    assert "5 of 18 rows" in str(page.get("progress")[0].proto)
    page.button(key=f"datasets.cancel.{job.id}").click().run()
    assert studio.work.exports.progress(PROJECT, job.id).cancel
    with studio.work.context.store.write() as tx:
        jobs.stop(tx, held, 1e10)
    page.run()
    assert not page.exception
    assert "was cancelled" in words(page)


def test_why_an_order_came_to_nothing_is_told_with_the_next_step(studio: Studio, page: AppTest) -> None:
    ordered(studio, page, "jsonl")
    with studio.work.context.store.write() as tx:
        held = jobs.claim(tx, "worker-1", 1e10, 1e6)
        assert held is not None
        jobs.fail(tx, held, HOSTILE, "Free some space.", 1e10)
    page.run()
    assert not page.exception
    assert "could not be written" in page.error[0].value
    assert "Free some space" in page.error[0].value
    assert "<img" not in page.error[0].value.replace("\\<img", "")
    assert studio.work.exports.jobs(PROJECT, "d1")[0].state is JobState.FAILED


def test_verify_says_whether_the_file_is_what_was_written(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "jsonl")
    export = studio.work.exports.files(PROJECT, "d1")[0]
    page.button(key=f"datasets.verify.{export.id}").click().run()
    assert "byte by byte" in page.success[0].value
    path = studio.work.exports.path(export)
    path.write_bytes(path.read_bytes().replace(b"accepted", b"rejected", 1))
    page.button(key=f"datasets.verify.{export.id}").click().run()
    assert "was changed" in page.error[0].value
    assert studio.work.exports.verify(export) is Soundness.CHANGED


def test_verify_names_the_folder_where_it_is_not_what_was_written(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "hub_folder")
    export = studio.work.exports.files(PROJECT, "d1")[0]
    verify = f"datasets.verify.{export.id}"
    page.button(key=verify).click().run()
    assert "the folder beside it too" in page.success[0].value
    folder = studio.work.exports.path(export).with_suffix("")
    (folder / "README.md").write_text("other words")
    page.button(key=verify).click().run()
    assert "folder beside the zip file was changed" in page.error[0].value
    shutil.rmtree(folder)
    page.button(key=verify).click().run()
    assert "folder beside the zip file is gone" in page.warning[0].value


def test_files_of_several_formats_are_folded_by_format_with_the_newest_open(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "csv")
    worked(studio, page, "jsonl")
    assert not page.exception
    groups = {group.label: group.proto.expanded for group in page.expander if "files," in group.label}
    assert list(groups.values()) == [True, False]
    assert [label.split(":")[0] for label in groups] == [FORMATS["jsonl"].title, FORMATS["csv"].title]


def test_all_files_are_verified_by_one_press_and_those_that_changed_are_named(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "csv")
    worked(studio, page, "hub_folder")
    page.button(key="datasets.verify_all").click().run()
    assert "All 3 files are what was written" in page.success[0].value
    packed, changed, gone = studio.work.exports.files(PROJECT, "d1")
    studio.work.exports.path(changed).write_text("other words")
    studio.work.exports.path(gone).unlink()
    shutil.rmtree(studio.work.exports.path(packed).with_suffix(""))
    page.button(key="datasets.verify_all").click().run()
    assert not page.success
    told = page.error[0].value.replace("\\", "")
    for file, found in ((packed, "folder beside the zip file is gone"), (changed, "was changed"), (gone, "is gone")):
        assert file.file in told
        assert found in told


def test_a_file_that_was_deleted_by_hand_is_told_and_comes_back(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "jsonl")
    export = studio.work.exports.files(PROJECT, "d1")[0]
    studio.work.exports.path(export).unlink()
    page.run()
    assert not page.exception
    assert "is gone" in words(page)
    worked(studio, page, "jsonl")
    assert "is gone" not in words(page)
    assert studio.work.exports.verify(export) is Soundness.SOUND


def test_deleting_takes_the_file_off_disk_and_list(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "jsonl")
    first, second = studio.work.exports.files(PROJECT, "d1")
    page.button(key=f"datasets.delete.{first.id}").click().run()
    assert not page.exception
    assert studio.work.exports.files(PROJECT, "d1") == (second,)
    assert first.file not in words(page)
    assert not (studio.work.settings.exports / first.file).exists()


def test_a_file_too_large_for_the_browser_is_told_by_its_place(
    studio: Studio, page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_files, "LARGEST_DOWNLOAD", 10)
    worked(studio, page, "jsonl")
    assert "Too large to download here" in words(page)
    assert len(page.get("download_button")) == 2  # the manifests
    assert page.code


def test_the_manifest_tells_where_the_file_comes_from(studio: Studio, page: AppTest) -> None:
    worked(studio, page, "alpaca")
    for export in studio.work.exports.files(PROJECT, "d1"):
        beside = studio.work.exports.manifest(export)
        assert beside is not None
        told = json.loads(Path(beside).read_bytes())
        assert (told["sha256"], told["rows"], told["split"]) == (export.sha256, export.rows, export.split)
        assert told["dataset"]["id"] == "d1"
        assert export.person == ME.name
