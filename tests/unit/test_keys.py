"""Keys: in the environment or in one private file, written in one step, never shown whole."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.llm.keys import FILE, KeyFile, redact

KEY = "sk-0123456789abcd"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def keys(path: Path) -> KeyFile:
    return KeyFile(path, {"TEACHER_KEY": f" {KEY}\n", "EMPTY_KEY": "  "})


def test_a_key_is_kept_without_the_white_space_of_the_clipboard(keys: KeyFile) -> None:
    keys.put("c1", f"  {KEY}\n")
    assert keys.get("c1", FILE) == KEY


def test_the_file_is_readable_by_its_owner_only_whatever_the_umask(keys: KeyFile, path: Path) -> None:
    before = os.umask(0)
    try:
        keys.put("c1", KEY)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys.put("c2", "another-key-of-mine")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_key_is_changed_or_removed_without_the_others(keys: KeyFile, path: Path) -> None:
    keys.put("c1", KEY)
    keys.put("c2", "second-key-0000")
    keys.put("c1", "newer-key-11111")
    keys.remove("c2")
    keys.remove("c2")
    assert json.loads(path.read_text(encoding="utf-8")) == {"c1": "newer-key-11111"}


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(
    keys: KeyFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.put("c1", KEY)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keys.put("c2", "second-key-0000")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_key_may_come_from_the_environment(keys: KeyFile, path: Path) -> None:
    assert keys.get("any", "env:TEACHER_KEY") == KEY
    assert keys.last_four("any", "env:TEACHER_KEY") == "…abcd"
    assert not path.exists()


@pytest.mark.parametrize("source", ["env:EMPTY_KEY", "env:NO_SUCH_KEY"])
def test_an_empty_environment_variable_is_named(keys: KeyFile, source: str) -> None:
    with pytest.raises(SettingsError) as caught:
        keys.get("c1", source)
    assert source.removeprefix("env:") in caught.value.hint
    assert keys.last_four("c1", source) == "missing"


def test_a_key_that_should_be_in_the_file_and_is_not_is_missing(keys: KeyFile) -> None:
    with pytest.raises(SettingsError) as caught:
        keys.get("c1", FILE)
    assert "Connections" in caught.value.hint
    assert keys.last_four("c1", FILE) == "missing"


def test_a_connection_without_a_key_has_none(keys: KeyFile) -> None:
    assert keys.get("c1", "") == ""
    assert keys.last_four("c1", "") == "none"


def test_no_more_than_four_characters_are_shown_and_of_a_short_key_nothing(keys: KeyFile) -> None:
    keys.put("long", KEY)
    keys.put("short", "hunter2")
    assert keys.last_four("long", FILE) == "…abcd"
    assert keys.last_four("short", FILE) == "…"


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b'"text"', b"\xff\xfe"])
def test_a_damaged_file_is_told_and_not_overwritten(keys: KeyFile, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for act in (lambda: keys.get("c1", FILE), lambda: keys.put("c1", KEY), lambda: keys.remove("c1")):
        with pytest.raises(SettingsError) as caught:
            act()
        assert str(path) in caught.value.message
    assert path.read_bytes() == content


def test_secrets_are_taken_out_of_texts_that_are_kept() -> None:
    text = f"Incorrect API key provided: {KEY}. Find your key ({KEY}) at the provider."
    assert KEY not in redact(text, ["", "abc", KEY])
    assert redact("abc stays", ["abc"]) == "abc stays"
