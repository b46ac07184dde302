"""The real app on a free port with its own folder, a real browser, and nothing left running afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.review import ReviewPlan
from core.runs.worker import find_worker
from core.settings import ROOT, Settings
from core.store import backups
from core.workspace import Workspace
from tests.e2e.waiting import LONG, TALK, settle

ME = Principal("You")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@dataclass
class Server:
    """The app's own process, which a test may stop and start again."""

    port: int
    environ: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        _wait_for(f"http://127.0.0.1:{self.port}/_stcore/health", self.process, self.log)

    def stop(self) -> None:
        """End it."""
        if self.process:
            _stop(self.process)


@dataclass(frozen=True)
class App:
    """A running app: its address, its folder, and the same installation seen from the test."""

    url: str
    home: Path
    work: Workspace
    server: Server

    def open(self, page: Page, path: str = "") -> None:
        """Go to a page of the app and wait until it is drawn."""
        page.goto(f"{self.url}/{path}")
        settle(page)


@pytest.fixture(scope="package")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One running app for all tests that do not need one of their own."""
    with _running(tmp_path_factory.mktemp("app")) as app:
        app.work.maintenance.backup(ME, "empty")
        app.work.projects.open_demo(ME)
        app.work.maintenance.backup(ME, "demo")
        yield app


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """A running app with no project or the worked demo: the shared one, its database put back.

    A test marked `own_app` has one of its own, because it keeps the worker busy or kills it.
    """
    if request.node.get_closest_marker("own_app"):
        with _running(tmp_path) as own:
            yield own
    else:
        shared: App = request.getfixturevalue("shared_app")
        _put_back(shared, "demo" if "demo" in request.fixturenames else "empty")
        yield shared


@pytest.fixture
def demo(app: App) -> Project:
    """The worked demo, reviewed without blind second looks."""
    project = app.work.projects.open_demo(ME)
    with app.work.context.store.write() as tx:
        tx.run("UPDATE sample SET second=0 WHERE project_id=?", (project.id,))
    app.work.queues.keep_plan(ME, project.id, ReviewPlan(second_share=0, gold_share=0))
    return project


def _put_back(app: App, name: str) -> None:
    (file,) = app.home.glob(f"backups/*-{name}.db")
    backups.put_back(app.work.context.store, file)


@contextmanager
def _running(folder: Path) -> Iterator[App]:
    """`python -m streamlit run app.py` in an empty folder, with its worker."""
    home, port = folder / "home", _free_port()
    environ = {**os.environ, "STUDIO_HOME": str(home)}
    for name in ("STUDIO_DB", "STUDIO_PERSON", "STUDIO_WORKER"):
        environ.pop(name, None)
    settings = Settings.load(environ)
    work = Workspace.open(settings, environ)
    server = Server(port, environ, folder / "app.log")
    try:
        server.start()
        yield App(f"http://127.0.0.1:{port}", home, work, server)
    finally:
        server.stop()
        _stop_worker(settings)
        work.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 120.0) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The app did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(timeout=15)


def _stop_worker(settings: Settings, seconds: float = 15.0) -> None:
    """The worker outlives its app by a while; its id stands in the lock file that it holds."""
    pid = find_worker(settings)
    if pid is None:
        return
    _signal(pid, signal.SIGTERM)
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if find_worker(settings) is None:
            return
        time.sleep(0.05)
    _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, while tests of this folder run."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium found on the PATH, else Playwright's own."""
    started = playwright.chromium.launch(executable_path=_chromium(), args=list(ARGUMENTS))
    yield started
    started.close()


@pytest.fixture(scope="package")
def visited(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that keeps the scripts it was sent: to fetch and compile them anew takes half of drawing a page."""
    folder = tmp_path_factory.mktemp("browser")
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=_chromium(), args=list(ARGUMENTS), viewport=_size()
    )
    yield _telling(context)
    context.close()


def _chromium() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _usual(message: ConsoleMessage) -> bool:
    """No error, or Streamlit feeling for its server below the path of a deep link."""
    address = str(message.location.get("url", ""))
    return message.type != "error" or address.endswith(("/_stcore/health", "/_stcore/host-config"))


@pytest.fixture
def page(visited: BrowserContext, app: App) -> Iterator[Page]:
    """A fresh tab. The test fails if the page logged an error or asked another host for anything."""
    yield from _watched(visited, app.url)


@pytest.fixture
def tree_page(visited: BrowserContext, tree_url: str) -> Iterator[Page]:
    """A fresh tab for the tree over a grown tree, watched in the same way."""
    yield from _watched(visited, tree_url)


@pytest.fixture(scope="package")
def tree_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`tree_app.py` on a free port, under the headers of the studio."""
    port, path = _free_port(), tmp_path_factory.mktemp("tree") / "tree.log"
    command = [sys.executable, "-m", "streamlit", "run", "tests/e2e/tree_app.py", "--server.port", str(port)]
    with path.open("wb") as log:
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, path)
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(server)


def fresh_context(browser: Browser, width: int = 1280, *, touch: bool = False) -> BrowserContext:
    """A browser without a past, whose tabs tell when they are settled."""
    return _telling(browser.new_context(viewport=_size(width), has_touch=touch))


def _size(width: int = 1280) -> ViewportSize:
    return {"width": width, "height": 1000}


def _telling(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(LONG)
    context.add_init_script(TALK)
    return context


def _watched(context: BrowserContext, url: str) -> Iterator[Page]:
    """A tab of a browser that remembers nothing of earlier tests but the files it was sent."""
    context.clear_cookies()
    context.clear_permissions()
    blank, *_ = context.pages
    everything = {"origin": url, "storageTypes": "all"}
    context.new_cdp_session(blank).send("Storage.clearDataForOrigin", everything)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: None if _usual(message) else complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    own = (url, url.replace("http", "ws"), "data:", "blob:")
    tab.on("request", lambda sent: None if sent.url.startswith(own) else complaints.append(f"asked {sent.url}"))
    yield tab
    for each in context.pages[1:]:
        each.close()
    assert complaints == []
