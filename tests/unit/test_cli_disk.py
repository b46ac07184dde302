"""The command line on a disk that fills up: one sentence and exit code 1, and nothing is left half written."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.cli import main
from core.domain.people import Principal
from core.domain.states import ReviewState
from core.settings import Settings
from core.workspace import Workspace
from tests.unit.costs_world import plant_sample

ADA = Principal("Ada")
ROWS = 40
FILE, DATABASE = "A file could not be written", "The database did not answer"


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow further."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STUDIO_DB", raising=False)
    return tmp_path / "home"


@contextmanager
def opened(home: Path) -> Iterator[Workspace]:
    environ = {"STUDIO_HOME": str(home)}
    work = Workspace.open(Settings.load(environ), environ)
    yield work
    work.close()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def explained(result: Result) -> bool:
    told = result.stderr.splitlines()
    return result.exit_code == 1 and isinstance(result.exception, SystemExit) and told[0].startswith("Error: ")


def test_wherever_the_room_ends_a_version_is_frozen_whole_or_not_at_all(home: Path) -> None:
    with opened(home) as work:
        project = work.projects.create(ADA, "One", starter=False, token="p").id
        with work.context.store.write() as tx:
            for number in range(ROWS):
                accepted = {"question": f"Question {number}? " * 200, "review": ReviewState.ACCEPTED}
                plant_sample(tx, project, **accepted)
    size = work.settings.database.stat().st_size
    seen, words = [], list[str]()
    for room in range(0, 4 * size, size // 16):
        with no_file_beyond(room):
            result = call("dataset", "freeze", f"With room {room}")
        seen.append(result.exit_code)
        if result.exit_code == 0:
            break
        assert explained(result), result.output
        words.append(result.stderr.split(":")[1].strip())
    with opened(home) as work:
        assert [made.n_items for made, _ in work.datasets.page(project)] == [ROWS]
        left = work.datasets.drafts(project)
        assert len(left) <= words.count(DATABASE)  # where nothing could be written, not even that
        for draft in left:
            work.datasets.discard(ADA, project, draft.dataset.id)
        with work.context.store.read() as tx:
            assert tx.value("SELECT count(*) FROM dataset_item") == ROWS
    assert seen[-1] == 0
    assert set(words) >= {FILE, DATABASE}


def test_a_file_that_was_there_stays_where_the_new_one_has_no_room(home: Path, tmp_path: Path) -> None:
    assert call("create", "One").exit_code == 0
    file = tmp_path / "tree.json"
    assert call("taxonomy", "export", str(file)).exit_code == 0
    before = file.read_bytes()
    with no_file_beyond(len(before) - 1):
        result = call("taxonomy", "export", str(file))
    assert explained(result), result.output
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "tree.json"]


def test_a_pipe_that_somebody_named_is_written_to(home: Path, tmp_path: Path) -> None:
    assert call("create", "One").exit_code == 0
    pipe = tmp_path / "tree.json"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert call("taxonomy", "export", str(pipe), "--below", "1").exit_code == 0
        assert os.read(reader, 1) == b"{"
    finally:
        os.close(reader)
