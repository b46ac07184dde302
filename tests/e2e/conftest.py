"""The real app on a free port with its own folder, a real browser, and nothing left running afterwards."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.review import ReviewPlan
from core.runs.worker import find_worker
from core.settings import ROOT, Settings
from core.store import backups
from core.workspace import Workspace

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
LONG = 60_000  # milliseconds; a machine that is busy with other things draws late
expect.set_options(timeout=LONG)
# Before any script of the page: whether the server owes an answer, and how often one of the two said something.
TALK = """
window.talk = {owed: false, count: 0};
const said = (owed) => { window.talk = {owed, count: window.talk.count + 1}; };
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...message) {
  if (!this.heard) this.addEventListener("message", () => said(false));
  this.heard = true;
  said(true);
  return send.apply(this, message);
};
"""
SETTLED = """() => !window.talk.owed &&
    document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]') !== null"""
# Nothing is said while the page is idle six times over, which takes a third of a second at least.
QUIET = f"""async () => {{
  for (let before = -1; before !== window.talk.count || !({SETTLED})(); ) {{
    before = window.talk.count;
    for (let turn = 0; turn < 6; turn += 1) await new Promise((go) => requestIdleCallback(() => setTimeout(go, 50)));
  }}
}}"""


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


def settle(page: Page) -> None:
    """Wait until the server has answered what was done last, and the page is drawn."""
    page.wait_for_timeout(100)  # until the browser has told of it
    page.wait_for_function(SETTLED, polling=20)


def quiet(page: Page) -> None:
    """Wait until browser and server have nothing more to say to each other; not for a page that looks on at a run."""
    page.evaluate(QUIET)


def until(page: Page, what: str, true: Callable[[], object], *, seconds: float = 90.0) -> None:
    """Wait for what the server or the worker still works off; `what` says what did not come true."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, what
        page.wait_for_timeout(100)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Click the button of that name as soon as it can be clicked."""
    button = page.get_by_role("button", name=name).first
    expect(button).to_be_enabled()
    button.click()
    settle(page)


def table(page: Page, words: str) -> Locator:
    """The first table, drawn and ready for keys and clicks: the cells on its canvas stand in the document, unseen."""
    found = page.get_by_test_id("stDataFrame").first
    expect(found.locator("td", has_text=words).first).to_be_attached()
    return found


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
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    yield started
    started.close()


def _usual(message: ConsoleMessage) -> bool:
    """No error, or Streamlit feeling for its server below the path of a deep link."""
    address = str(message.location.get("url", ""))
    return message.type != "error" or address.endswith(("/_stcore/health", "/_stcore/host-config"))


@pytest.fixture
def page(browser: Browser, app: App) -> Iterator[Page]:
    """A fresh tab. The test fails if the page logged an error or asked another host for anything."""
    yield from _watched(browser, app.url)


@pytest.fixture
def tree_page(browser: Browser, tree_url: str) -> Iterator[Page]:
    """A fresh tab for the tree over a grown tree, watched in the same way."""
    yield from _watched(browser, tree_url)


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
    context = browser.new_context(viewport={"width": width, "height": 1000}, has_touch=touch)
    context.set_default_timeout(LONG)
    context.add_init_script(TALK)
    return context


def _watched(browser: Browser, url: str) -> Iterator[Page]:
    context = fresh_context(browser)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: None if _usual(message) else complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    own = (url, url.replace("http", "ws"), "data:", "blob:")
    tab.on("request", lambda sent: None if sent.url.startswith(own) else complaints.append(f"asked {sent.url}"))
    yield tab
    context.close()
    assert complaints == []
