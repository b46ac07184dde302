"""A run against the bank with faults, watched in a real browser: the worker is killed twice without warning, the cap is
reached and raised, the run is cancelled and resumed. In the end every figure on screen equals the bank's own log.
"""

from __future__ import annotations

import os
import re
import signal
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from core.domain.call_records import Attempt
from core.domain.calls import Stage
from core.domain.money import money
from core.domain.price_entry import PriceEntry
from core.domain.states import AttemptState, ItemState, RequestState, RunState
from core.runs.worker import find_worker
from core.services.projects import choice_for
from core.store import ledger
from tests.bank import Bank, Chance
from tests.bank.log import CHAT, Entry
from tests.bank.process import FarBank, bank_process
from tests.e2e.conftest import ME, App
from tests.e2e.waiting import press, settle, until

pytestmark = [pytest.mark.e2e, pytest.mark.own_app, pytest.mark.timeout(400)]
COUNT = 300
AT_ONCE = 6
FAULTS = (
    "http_500",
    "http_502_html",
    "reset_before",
    "reset_mid",
    "short_length",
    "finish_length",
    "finish_filter",
    "refusal",
    "usage_null",
    "usage_huge",
)


def prepare(app: App, bank: FarBank) -> str:
    """The demo with the bank as teacher, at the bank's own prices."""
    project = app.work.projects.open_demo(ME)
    made = app.work.connections.add(ME, name="Bank", base_url=bank.base_url, models=["bank-1"])
    settings = {"concurrency": AT_ONCE}
    app.work.connections.edit(ME, made, name=made.name, base_url=made.base_url, key="", settings=settings)
    entry = PriceEntry(fresh="0.15", output="0.60", cached="0.075")
    app.work.connections.set_price(ME, made.id, "bank-1", entry, sure=True)
    stages = (Stage.QUESTION, Stage.ANSWER)
    app.work.projects.choose_teachers(ME, project.id, {stage: choice_for(stage, made.id, "bank-1") for stage in stages})
    return project.id


def start(page: Page, app: App, project: str, cap: str) -> str:
    """Fill in number and cap, start, and take the run's id from the address."""
    app.open(page, f"generate?project={project}")
    number = page.get_by_role("spinbutton", name="Number of samples")
    number.fill(str(COUNT))
    number.press("Tab")
    settle(page)
    field = page.get_by_label(re.compile("^Cost cap"))
    field.fill(cap)
    field.press("Tab")
    settle(page)
    press(page, "Start run")
    expect(page.get_by_text(re.compile(rf"of {COUNT} items"))).to_be_visible()
    found = re.search(r"run=(\w+)", page.url)
    assert found
    return found[1]


def finished(app: App, project: str, run_id: str) -> int:
    """Items in a final state."""
    return app.work.runs.view(project, run_id).finished


def kill_worker(page: Page, app: App, project: str, run_id: str, after: int) -> None:
    """kill -9 while calls are out, once so many more items have ended."""
    before = finished(app, project, run_id)
    until(page, "the run makes progress", lambda: finished(app, project, run_id) >= before + after)
    pid = find_worker(app.work.settings)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(page, "another worker starts", lambda: find_worker(app.work.settings) not in {None, pid})


def ended(page: Page, app: App, project: str, run_id: str, state: RunState) -> None:
    """The run ends in this state and the screen says so."""
    words = {RunState.BUDGET_EXHAUSTED: "Budget used up", RunState.CANCELLED: "Cancelled"}
    until(page, f"it is {state}", lambda: app.work.runs.view(project, run_id).run.state is state)
    expect(page.get_by_text(words.get(state, "Completed")).first).to_be_visible()


def metric(page: Page, label: str) -> str:
    """The figure under a label."""
    box = page.get_by_test_id("stMetric").filter(has_text=label).first
    return box.get_by_test_id("stMetricValue").inner_text().strip()


def test_killed_capped_cancelled_and_resumed_the_screen_agrees_with_the_bank(app: App, page: Page) -> None:
    faults = Chance(0.2, FAULTS, seed=7)
    with bank_process(Bank(latency=0.15, faults=faults)) as bank:
        project = prepare(app, bank)
        run_id = start(page, app, project, "0.05")
        kill_worker(page, app, project, run_id, 5)
        kill_worker(page, app, project, run_id, 5)
        ended(page, app, project, run_id, RunState.BUDGET_EXHAUSTED)
        assert finished(app, project, run_id) < COUNT
        bank.meet(Chance(1.0, ("slow",)))  # or a busy browser cancels what has ended
        press(page, "Change caps")
        page.get_by_label(re.compile("^Cost cap")).last.fill("2")
        press(page, "Save caps")
        before = finished(app, project, run_id)
        until(page, "it goes on", lambda: finished(app, project, run_id) > before)
        press(page, "Cancel")
        ended(page, app, project, run_id, RunState.CANCELLED)
        bank.meet(faults)
        press(page, "Resume")
        ended(page, app, project, run_id, RunState.COMPLETED)
        settle(page)
        check(app, page, project, run_id, [entry for entry in bank.log if entry.route == CHAT])


def check(app: App, page: Page, project: str, run_id: str, seen: list[Entry]) -> None:
    """Screen, ledger and bank tell the same story."""
    view = app.work.runs.view(project, run_id)
    with app.work.context.store.read() as tx:
        attempts = ledger.attempts(tx, run_id=run_id, limit=100_000)
        assert ledger.drift(tx) == []
        unanswered = tx.rows("SELECT state FROM request WHERE run_id=? AND reply IS NULL", (run_id,))
    assert metric(page, "Spent") == money(view.spent.settled)
    assert metric(page, "Held") == "$0"
    assert metric(page, "Calls").replace(",", "") == str(view.spent.calls) == str(len(attempts))
    check_calls(run_id, attempts, seen)
    assert sum(view.progress.values()) == COUNT
    assert view.progress.get(ItemState.PLANNED, 0) == 0
    assert {row["state"] for row in unanswered} <= {RequestState.FAILED, RequestState.IN_DOUBT}


def check_calls(run_id: str, attempts: list[Attempt], seen: list[Entry]) -> None:
    """Each call at the bank is one ledger row and costs no more there; what is in doubt is what the bank knows of."""
    by_call = {f"{run_id}-{attempt.id}": attempt for attempt in attempts}
    assert max(Counter(entry.call for entry in seen).values()) == 1
    arrived = {entry.call: entry for entry in seen}
    assert set(arrived) <= set(by_call)
    for call, attempt in by_call.items():
        if call not in arrived:
            assert attempt.state is AttemptState.IN_DOUBT, "only a kill can stop a call between ledger and wire"
        elif attempt.measured:
            assert attempt.cost == arrived[call].billed
        else:
            assert attempt.cost >= arrived[call].billed
    doubtful = {call for call, attempt in by_call.items() if attempt.state is AttemptState.IN_DOUBT}
    assert len(doubtful) <= 2 * AT_ONCE
    stored = {call for call, attempt in by_call.items() if attempt.state is AttemptState.SETTLED and attempt.measured}
    bodies = Counter(arrived[call].body for call in stored)
    assert max(bodies.values()) == 1, "no stored answer is paid again"
