"""The Runs page on money and faults: what is measured, whose cap is near, why it stopped, what the rest would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.money import Charge, Price, Usage
from core.domain.records import Project, Run
from core.domain.states import ItemState, RunState
from core.store import asked, ledger, runs
from core.store.database import Tx
from tests.pages.conftest import ME, Studio
from tests.pages.test_runs import HOSTILE, below, buttons, metric, start, state_of, words
from tests.unit.conftest import make_call, make_reply

PRICE = Price(2 * 10**9, 10**10, 10**9, matched="m-2026", source="typed in, 2026-11-01")
MEASURED = Charge(400_000_000, Usage(1_000_000, 20_000, cached=250_000, reasoning=7_000), measured=True)


@dataclass
class Scene:
    """One run of the demo whose ledger a test writes by hand."""

    studio: Studio
    project: Project
    run: Run
    number: int = 0

    def send(self, tx: Tx, *, hold: int = 500_000_000, answers: int = 1, epoch: int = 0) -> int:
        """Reserve one call of a new request."""
        place = {"project_id": self.project.id, "run_id": self.run.id}
        requests = []
        for _ in range(answers):
            self.number += 1
            wish = asked.Wish(f"k{self.number}", self.number % 6, make_call(self.number))
            requests.append(asked.open_request(tx, wish, **place, connection="builtin", at=1.0)[0])
        return ledger.reserve(tx, requests, **place, epoch=epoch, stage="question", hold=hold, price=PRICE, at=1.0)

    def end(self, state: RunState, reason: str = "", hint: str = "", **progress: int) -> None:
        """Let the run stand like this, with so many items in each state."""
        with self.studio.work.context.store.write() as tx:
            tx.run("UPDATE run SET state=?, reason=?, hint=? WHERE id=?", (state, reason, hint, self.run.id))
            idx = 0
            for name, count in progress.items():
                for _ in range(count):
                    runs.end_item(tx, self.run.id, idx, ItemState(name), 2.0, error="" if name == "done" else "No.")
                    idx += 1

    def page(self) -> AppTest:
        """The page of the run."""
        page = self.studio.page("runs", self.project, run=self.run.id)
        assert not page.exception
        return page


@pytest.fixture
def scene(studio: Studio) -> Scene:
    """A queued run of six samples."""
    project = studio.demo()
    return Scene(studio, project, start(studio, project))


def settle(tx: Tx, attempt: int, charge: Charge = MEASURED) -> None:
    """Answer the call."""
    ledger.settle(tx, attempt, make_reply(), charge, 2.0)


def test_measured_and_estimated_amounts_are_told_apart(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        settle(tx, scene.send(tx))
        settle(tx, scene.send(tx), Charge(500_000_000, None, measured=False, flag="usage missing"))
        scene.send(tx)
    page = scene.page()
    assert metric(page, "Spent") == "$0.9000"
    assert below(page, "Spent") == "$0.5000 of it estimated"
    assert metric(page, "Held") == "$0.5000"
    assert below(page, "Held") == "estimated, at most"
    assert (metric(page, "Left"), below(page, "Left")) == ("No limit", "no cost cap")
    assert "usage missing: 1 call, $0.5000" in words(page)


@pytest.mark.parametrize(
    ("of_run", "of_project", "left", "named"),
    [
        (2_000_000_000, None, "$1.60", "of the run's $2.00"),
        (2_000_000_000, 1_000_000_000, "$0.6000", "of the project's $1.00"),
        (None, 1_000_000_000, "$0.6000", "of the project's $1.00"),
    ],
)
def test_left_is_that_of_the_tighter_cap_which_is_named(
    scene: Scene, of_run: int | None, of_project: int | None, left: str, named: str
) -> None:
    with scene.studio.work.context.store.write() as tx:
        settle(tx, scene.send(tx))
        runs.set_caps(tx, scene.run.id, of_run, None)
        tx.run("UPDATE project SET cost_cap=?", (of_project,))
    page = scene.page()
    assert (metric(page, "Left"), below(page, "Left")) == (left, named)


def test_cached_tokens_and_shared_calls_are_told_with_what_they_saved(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        settle(tx, scene.send(tx, answers=3))
    told = words(scene.page())
    assert "250,000 of 1,000,000 input tokens (25 %) came from the provider's cache and saved $0.2500" in told
    assert "1 call asked for 3 answers together" in told


def test_the_prices_used_are_listed_with_their_source_and_the_flags_with_their_meaning(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        settle(tx, scene.send(tx), Charge(900_000_000, Usage(10**18, 1), measured=True, flag="usage above the bound"))
        settle(tx, scene.send(tx), Charge(1, Usage(10**18, 10**18), measured=False, flag="usage not believable"))
    page = scene.page()
    page.session_state["runs.tab"] = "Spend by stage"
    page.run()
    assert not page.exception
    (price,) = page.dataframe[-1].value.to_dict("records")
    assert (price["Source"], price["Found as"], price["Input"]) == ("typed in, 2026-11-01", "m-2026", "$2.00")
    assert "More was billed than the call was allowed to use" in words(page)
    assert "The token counts contradict the text" in words(page)


def test_a_used_up_budget_tells_what_is_left_and_proposes_the_next_cap(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        for _ in range(4):
            settle(tx, scene.send(tx))
        runs.set_caps(tx, scene.run.id, 2_000_000_000, 4)
    scene.end(RunState.BUDGET_EXHAUSTED, "The query budget of this run is used up: 4 of 4 calls sent.", done=4)
    page = scene.page()
    told = words(page)
    assert "2 items are left undone" in told
    assert "Estimated from the average so far, they need about $0.6000 and 2 calls" in told
    assert page.number_input(key=f"runs.call_cap.{scene.run.id}").value == 6
    assert float(page.text_input(key=f"runs.cost_cap.{scene.run.id}").value or 0) >= 1.6 + 0.6
    page.button(key="runs.caps_save").click().run()
    assert not page.exception
    after = scene.studio.work.runs.view(scene.project.id, scene.run.id).run
    assert (after.state, after.call_cap) == (RunState.QUEUED, 6)


def test_a_query_budget_is_taken_away_by_emptying_its_field(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        runs.set_caps(tx, scene.run.id, 2_000_000_000, 4)
    scene.end(RunState.CANCELLED, done=4)
    page = scene.page()
    page.number_input(key=f"runs.call_cap.{scene.run.id}").set_value(None)
    page.text_input(key=f"runs.cost_cap.{scene.run.id}").set_value("")
    page.button(key="runs.caps_save").click().run()
    assert not page.exception
    after = scene.studio.work.runs.view(scene.project.id, scene.run.id).run
    assert (after.cost_cap, after.call_cap) == (None, None)


def test_when_the_project_is_short_the_project_page_is_the_next_step(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        settle(tx, scene.send(tx))
        runs.set_caps(tx, scene.run.id, 9_000_000_000, None)
        tx.run("UPDATE project SET cost_cap=500000000")
    scene.end(RunState.BUDGET_EXHAUSTED, "The cost cap of this project is reached.", done=1)
    page = scene.page()
    assert "The cap of the project is the one that was reached" in links(page)
    assert page.text_input(key=f"runs.cost_cap.{scene.run.id}").value == "9"


def test_without_an_ended_item_no_estimate_is_made_up(scene: Scene) -> None:
    scene.end(RunState.CANCELLED, "Cancelled.")
    assert "so what they need cannot be estimated" in words(scene.page())


def test_a_run_that_waits_for_the_disk_says_so(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        claimed = runs.claim(tx, "w", scene.studio.work.context.clock(), 60.0)
        assert claimed is not None
        runs.beat(tx, claimed, scene.studio.work.context.clock(), 60.0, f"Only 12 MB are free. {HOSTILE}")
    page = scene.page()
    (warning,) = page.warning
    assert "Waiting." in warning.value
    assert "Only 12 MB are free" in warning.value
    assert "\\<img" in warning.value


def test_a_refused_key_leads_to_its_connection(scene: Scene) -> None:
    made = scene.studio.work.connections.add(ME, name=HOSTILE[:60], base_url="http://127.0.0.1:9/v1")
    with scene.studio.work.context.store.write() as tx:
        attempt = scene.send(tx)
        tx.run("UPDATE request SET connection_id=?", (made.id,))
        ledger.close(tx, attempt, billed=False, code="key", error=HOSTILE, raw="", at=2.0)
    scene.end(RunState.INTERRUPTED, "The teacher answered 401: wrong key.", "Check the key, then resume.")
    page = scene.page()
    assert "Check the key, then resume." in words(page)
    assert "Open the connection \\<img" in links(page)
    assert f"connection={made.id}" in links(page)


def test_what_the_last_reading_gave_stays_in_sight(scene: Scene) -> None:
    scene.end(RunState.COMPLETED, "The stored answers were read again: 4 more items could be used.", done=6)
    assert "4 more items could be used" in words(scene.page())


def test_stored_answers_are_read_again_by_a_button_that_returns_the_run_as_it_was(scene: Scene) -> None:
    scene.end(RunState.COMPLETED, done=4, invalid=2)
    page = scene.page()
    page.button(key="runs.reparse").click().run()
    assert not page.exception
    assert state_of(scene.studio, scene.run) is RunState.QUEUED
    assert "Reading stored answers" in words(page)
    assert "runs.reparse" not in buttons(page)
    page.button(key="runs.cancel").click().run()
    assert state_of(scene.studio, scene.run) is RunState.COMPLETED


def test_without_an_invalid_item_there_is_nothing_to_read_again(scene: Scene) -> None:
    scene.end(RunState.COMPLETED, done=4, truncated=2)
    assert "runs.reparse" not in buttons(scene.page())


def test_items_are_narrowed_to_a_state_and_put_back_as_a_group(scene: Scene) -> None:
    scene.end(RunState.COMPLETED, done=1, truncated=3, refused=2)
    page = scene.page()
    assert "runs.retry_group" not in buttons(page)
    page.pills[0].set_value(ItemState.TRUNCATED).run()
    assert not page.exception
    assert list(page.dataframe[0].value["State"]) == ["Truncated"] * 3
    page.button(key="runs.retry_group").click().run()
    assert not page.exception
    progress = scene.studio.work.runs.view(scene.project.id, scene.run.id).progress
    assert progress == {ItemState.DONE: 1, ItemState.REFUSED: 2, ItemState.PLANNED: 3}


def errors(scene: Scene, told: Sequence[str]) -> None:
    """Items that failed with these errors."""
    with scene.studio.work.context.store.write() as tx:
        for idx, error in enumerate(told):
            runs.end_item(tx, scene.run.id, idx, ItemState.FAILED, 2.0, error=error, hint=HOSTILE)
        tx.run("UPDATE run SET state='completed' WHERE id=?", (scene.run.id,))


def test_items_are_narrowed_to_a_reason_whatever_it_holds(scene: Scene) -> None:
    errors(scene, [HOSTILE, HOSTILE, "", "x" * 20_000, "Request req_00000001 failed.", "Request req_00000002 failed."])
    page = scene.page()
    (reason,) = [box for box in page.selectbox if str(box.key).startswith("runs.failed_cause")]
    assert [option[:2] for option in reason.options] == ["2 ", "2 ", "1 ", "1 "]
    assert max(map(len, reason.options)) < 160
    causes = scene.studio.work.runs.causes(scene.project.id, scene.run.id)
    for cause in causes:
        reason.set_value(cause.key).run()
        assert not page.exception
        assert len(page.dataframe[0].value) == cause.count
    hostile = next(cause for cause in causes if "img" in cause.words)
    reason.set_value(hostile.key).run()
    page.button(key="runs.retry_group").click().run()
    assert scene.studio.work.runs.view(scene.project.id, scene.run.id).progress[ItemState.PLANNED] == 2


def links(page: AppTest) -> str:
    """Labels and targets of the links on the page."""
    return "\n".join(str(link.proto) for link in page.get("page_link")).replace("\\\\", "\\")
