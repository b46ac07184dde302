"""Pages are run by Streamlit's own AppTest on a real database in a temporary folder; queued runs are executed here."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.domain.people import Principal
from core.domain.records import Project
from core.runs.jobs import run_jobs_once
from core.runs.worker import run_once
from core.settings import ROOT, Settings
from core.store import backups
from core.workspace import Workspace

ME = Principal("You")


class Studio:
    """One installation under test."""

    def __init__(self, work: Workspace, begun: Mapping[str, Path]) -> None:
        self.work, self._begun = work, begun

    def page(self, name: str = "", project: Project | None = None, **query: str) -> AppTest:
        """The page as it first appears; "" is the home page. There is no browser for the card of the review page."""
        app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=120)
        if project is not None:
            app.query_params["project"] = project.id
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        if name:
            app.switch_page(f"{name}.py").run()
        if name == "review":
            app.session_state["review.until"] = 0.0
            app.run()
        return app

    def work_off(self) -> int:
        """Execute everything that is queued, as the worker would."""
        return asyncio.run(run_once(self.work.settings, self.work.context.store))

    def work_off_jobs(self) -> int:
        """Do every job that waits, as the worker would."""
        return run_jobs_once(self.work.settings, self.work.context.store)

    def demo(self) -> Project:
        """The worked demo project."""
        self._begin("demo")
        return self.work.projects.open_demo(ME)

    def mine(self, name: str = "Mine", *, starter: bool = True) -> Project:
        """A project of one's own."""
        if starter and name == "Mine":
            self._begin("mine")
        return _make_mine(self.work, name, starter=starter)

    def _begin(self, name: str) -> None:
        """Copy a file that somebody has begun, where nothing was written yet: making it anew takes its time."""
        with self.work.context.store.read() as tx:
            bare = tx.value("SELECT count(*) FROM event") == 0
        if bare:
            backups.put_back(self.work.context.store, self._begun[name])


def _make_mine(work: Workspace, name: str = "Mine", *, starter: bool = True) -> Project:
    return work.projects.create(ME, name, starter=starter, token=name)


def _installed(home: Path, empty_file: Path) -> Workspace:
    """An empty installation without a worker."""
    environ = {"STUDIO_HOME": str(home), "STUDIO_WORKER": "off"}
    settings = Settings.load(environ)
    shutil.copy(empty_file, settings.database)
    return Workspace.open(settings, environ)


@pytest.fixture(scope="session", autouse=True)
def _installed_components() -> Iterator[None]:
    """Streamlit searches all installed packages for components in every AppTest; here once, they stay the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def begun(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Files with one project and nothing else, to be copied: the worked demo, and one with the starter taxonomy."""
    files = {}
    makers: Mapping[str, Callable[[Workspace], Project]] = {
        "demo": lambda work: work.projects.open_demo(ME),
        "mine": _make_mine,
    }
    for name, make in makers.items():
        work = _installed(tmp_path_factory.mktemp(name), empty_file)
        make(work)
        work.close()
        files[name] = work.settings.database
    return files


@pytest.fixture
def studio(
    empty_file: Path, begun: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """An empty installation; the worker is not started, tests call `work_off`."""
    home = tmp_path / "home"
    for key, value in {"STUDIO_HOME": str(home), "STUDIO_WORKER": "off"}.items():
        monkeypatch.setenv(key, value)
    monkeypatch.delenv("STUDIO_DB", raising=False)
    work = _installed(home, empty_file)
    yield Studio(work, begun)
    work.close()
