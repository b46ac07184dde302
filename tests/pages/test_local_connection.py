"""A model file as a connection: its context fits the model, can be changed, and its test says how long it took."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from core.llm.discovery import Probe
from core.services import connections
from tests.pages.conftest import ME, Studio
from tests.pages.connection_screen import endpoints, opened, words


def _file(folder: Path, context: int) -> Path:
    key = b"llama.context_length"
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", len(key)) + key + struct.pack("<II", 4, context)
    path = folder / "tiny.gguf"
    path.write_bytes(head + bytes(1 << 20))
    return path


@pytest.mark.parametrize(("trained", "used"), [(2048, 2048), (131_072, 16_384), (0, 16_384)])
def test_the_context_is_the_usual_one_as_far_as_the_model_goes(
    studio: Studio, tmp_path: Path, trained: int, used: int
) -> None:
    made = studio.work.connections.add_local(ME, name="Tiny", file=_file(tmp_path, trained))
    assert made.settings["context"] == used
    assert f"up to {used:,} tokens in one call" in words(opened(studio))


def test_the_context_can_be_changed(studio: Studio, tmp_path: Path) -> None:
    made = studio.work.connections.add_local(ME, name="Tiny", file=_file(tmp_path, 2048))
    page = opened(studio)
    page.button(key=f"connections.edit.{made.id}").click().run()
    page.number_input(key=f"connections.context.{made.id}").set_value(4096)
    page.button(key=f"connections.save.{made.id}").click().run()
    assert not page.exception
    (saved,) = endpoints(studio)
    assert saved.settings == {**made.settings, "context": 4096}


def test_what_a_test_found_stays_on_the_card(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = studio.work.connections.add_local(ME, name="Tiny", file=_file(tmp_path, 2048))

    async def answers(_connection: object) -> Probe:
        return Probe(("tiny",), "tiny", 1, 250, "json_schema", usage=True, load_ms=2700)

    monkeypatch.setattr(connections, "probe_local", answers)
    page = opened(studio)
    assert "Not tested yet. A test loads the model" in words(page)
    page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert "tiny was loaded in 2.7 s and answered" in words(page)
    assert endpoints(studio)[0].models == ("tiny",)


def test_a_file_that_no_server_can_load_is_explained_by_the_test(studio: Studio, tmp_path: Path) -> None:
    made = studio.work.connections.add_local(ME, name="Tiny", file=_file(tmp_path, 2048))
    page = opened(studio)
    page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert "could not be started" in page.error[0].value
    assert not endpoints(studio)[0].probe
