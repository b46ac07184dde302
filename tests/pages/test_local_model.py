"""The local model on the connections page: what it takes, its download, a file of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.llm.local.models import known_models
from core.llm.local.status import InstallState, InstallStatus, install_lock, write_status
from tests.pages.conftest import Studio
from tests.pages.connection_screen import CONNECTED, LOCAL, endpoints, opened, shown, words


def _file_of(studio: Studio) -> Path:
    folder = studio.work.settings.models
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_local_model_says_beforehand_what_it_takes_and_what_it_is_good_for(studio: Studio) -> None:
    page = opened(studio, LOCAL)
    assert not page.exception
    text = words(page)
    for model in known_models().values():
        assert f"connections.download.{model.id}" in [button.key for button in page.button]
    assert "Not good for" in text
    assert "of memory while it runs" in text
    assert "Licence" in text


def test_a_download_under_way_shows_its_progress_and_can_be_paused(studio: Studio) -> None:
    model = next(iter(known_models().values()))
    folder = _file_of(studio)
    with install_lock(model, folder):
        status = InstallStatus(InstallState.DOWNLOADING, model.download_bytes // 4, model.download_bytes)
        write_status(model, folder, status)
        page = opened(studio, LOCAL)
        assert not page.exception
        assert "Downloading" in shown(page)
        assert f"connections.pause.{model.id}" in [button.key for button in page.button]
    page = opened(studio, LOCAL)
    assert "Paused" in shown(page)
    assert page.button(key=f"connections.download.{model.id}").label == "Go on"


def test_a_failed_download_is_told_and_can_be_discarded(studio: Studio) -> None:
    model = next(iter(known_models().values()))
    folder = _file_of(studio)
    write_status(model, folder, InstallStatus(InstallState.FAILED, 0, 0, "The disk is full.", "Free some space."))
    page = opened(studio, LOCAL)
    assert "The disk is full\\. Free some space" in page.error[0].value
    page.button(key=f"connections.delete.{model.id}").click().run()
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize("path", ["", "/nowhere/at/all.gguf", "/etc/passwd", "/tmp", "a\0b", "x" * 5000])
def test_a_file_that_is_no_model_is_refused(studio: Studio, path: str) -> None:
    page = opened(studio, LOCAL)
    page.text_input(key="connections.gguf_name").set_value("Mine")
    page.text_input(key="connections.gguf_path").set_value(path)
    page.button(key="connections.gguf_add").click().run()
    assert not page.exception
    assert page.error
    assert endpoints(studio) == []


def test_a_model_file_becomes_a_connection(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(1 << 20))
    page = opened(studio, LOCAL)
    page.text_input(key="connections.gguf_name").set_value("Tiny")
    page.text_input(key="connections.gguf_path").set_value(str(file))
    page.button(key="connections.gguf_add").click().run()
    assert not page.exception
    (made,) = endpoints(studio)
    assert (made.kind, made.models, made.settings["file"]) == ("local", ("tiny",), str(file))
    page.session_state["connections.tab"] = CONNECTED
    assert not page.run().exception
    assert json.dumps(str(file))[1:-1] in " ".join(text.value for text in page.text)
