"""Pages are run by Streamlit's own AppTest on a real database in a temporary folder; queued runs are executed here."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.people import Principal
from core.domain.records import Project
from core.runs.jobs import run_jobs_once
from core.runs.worker import run_once
from core.settings import ROOT, Settings
from core.workspace import Workspace

ME = Principal("You")


class Studio:
    """One installation under test."""

    def __init__(self, work: Workspace) -> None:
        self.work = work

    def page(self, name: str = "", project: Project | None = None, **query: str) -> AppTest:
        """The page as it first appears; "" is the home page. There is no browser for the card of the review page."""
        app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=30)
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
        return self.work.projects.open_demo(ME)

    def mine(self, name: str = "Mine", *, starter: bool = True) -> Project:
        """A project of one's own."""
        return self.work.projects.create(ME, name, starter=starter, token=name)


@pytest.fixture
def studio(empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """An empty installation; the worker is not started, tests call `work_off`."""
    environ = {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_WORKER": "off"}
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
    monkeypatch.delenv("STUDIO_DB", raising=False)
    settings = Settings.load(environ)
    shutil.copy(empty_file, settings.database)
    work = Workspace.open(settings, environ)
    yield Studio(work)
    work.close()
