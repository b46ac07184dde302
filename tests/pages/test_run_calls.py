"""The tab Calls and the calls in doubt: every ledger row of a run, its exact request, what became of it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Further, Reply
from core.domain.money import Charge, Usage
from core.domain.states import AttemptState, ItemState, RunState
from core.store import ledger, runs
from tests.pages.conftest import Studio
from tests.pages.test_run_money import PRICE, Scene, settle
from tests.pages.test_runs import HOSTILE, start, words

CHOSEN = {"selection": {"rows": [0], "columns": [], "cells": []}}


@pytest.fixture
def scene(studio: Studio) -> Scene:
    """A queued run of six samples."""
    project = studio.demo()
    return Scene(studio, project, start(studio, project))


def calls_tab(scene: Scene) -> AppTest:
    """The page with its tab Calls open."""
    page = scene.page()
    page.session_state["runs.tab"] = "Calls"
    page.run()
    assert not page.exception
    return page


def listed(page: AppTest) -> list[int]:
    """Ids of the calls on this page of the list."""
    return [int(number) for number in page.dataframe[-1].value["Call"]]


def test_before_the_first_call_the_tab_says_so(scene: Scene) -> None:
    assert "No call was sent yet" in words(calls_tab(scene))


def test_all_calls_are_reached_page_by_page_newest_first(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        made = [scene.send(tx) for _ in range(120)]
    page = calls_tab(scene)
    seen = listed(page)
    while any(button.key == "runs.calls.next" for button in page.button):
        page.button(key="runs.calls.next").click().run()
        assert not page.exception
        seen += listed(page)
    assert seen == made[::-1]
    page.button(key="runs.calls.first").click().run()
    assert listed(page)[0] == made[-1]


def test_a_page_number_of_nonsense_is_the_newest_page(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        made = scene.send(tx)
    page = scene.studio.page("runs", scene.project, run=scene.run.id, calls_before="9' OR 1=1")
    page.session_state["runs.tab"] = "Calls"
    page.run()
    assert not page.exception
    assert listed(page) == [made]


def test_calls_are_narrowed_by_state_error_and_flag(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        good, flagged, failed = scene.send(tx), scene.send(tx), scene.send(tx)
        settle(tx, good)
        settle(tx, flagged, Charge(500_000_000, None, measured=False, flag="usage missing"))
        ledger.close(tx, failed, billed=False, code="http_500", error="Out of order.", raw="", at=2.0)
    page = calls_tab(scene)
    assert listed(page) == [failed, flagged, good]
    page.selectbox(key="runs.calls.state").set_value(AttemptState.RELEASED).run()
    assert listed(page) == [failed]
    page.selectbox(key="runs.calls.flag").set_value("usage missing").run()
    assert not page.exception
    assert "No call is like that" in words(page)
    page.selectbox(key="runs.calls.state").set_value(None).run()
    assert listed(page) == [flagged]
    page.selectbox(key="runs.calls.flag").set_value("any flag").run()
    assert listed(page) == [flagged]
    page.selectbox(key="runs.calls.flag").set_value(None).run()
    page.selectbox(key="runs.calls.code").set_value("http_500").run()
    assert listed(page) == [failed]


def test_a_chosen_call_shows_its_messages_its_raw_answer_and_its_price(scene: Scene) -> None:
    raw = '{"choices": [{"message": "' + HOSTILE + '"}]}'
    with scene.studio.work.context.store.write() as tx:
        attempt = scene.send(tx)
        reply = Reply("An answer.", "length", Usage(10, 5), "m-2026", raw, 12)
        ledger.settle(tx, attempt, reply, Charge(7_000_000, Usage(10, 5), measured=True), 2.0)
    page = calls_tab(scene)
    page.session_state["runs.calls.0"] = CHOSEN
    page.run()
    assert not page.exception
    told = words(page)
    assert f"Known to the provider as {scene.run.id}-{attempt}" in told
    assert "$0.0070 measured, $0.5000 held at first; $2.00 in, $1.00 cached, $10.00 out" in told
    assert "typed in, 2026-11-01" in told
    assert "finish reason length" in told
    assert "The answer was cut off" in told
    shown = [block.value for block in page.code]
    assert "Ask one question." in shown
    assert raw in shown
    assert any(str(getattr(button, "key", "")).endswith(".raw") for button in page.get("download_button"))


@pytest.mark.parametrize("error", [HOSTILE, "", "x" * 50_000])
def test_a_failed_call_shows_its_error_whatever_it_holds(scene: Scene, error: str) -> None:
    with scene.studio.work.context.store.write() as tx:
        attempt = scene.send(tx)
        ledger.close(tx, attempt, billed=True, code="timeout", error=error, raw=HOSTILE, at=2.0)
    page = calls_tab(scene)
    page.session_state["runs.calls.0"] = CHOSEN
    page.run()
    assert not page.exception
    assert "It failed after it was sent; the provider may have charged for it." in words(page)
    for told in page.error:
        assert "<img" not in told.value.replace("\\<img", "")
        assert len(told.value) < 5000


def test_usage_that_nobody_can_believe_stands_in_words_and_in_no_table(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        lie = Usage(10**18, 10**18)
        settle(tx, scene.send(tx), Charge(5, lie, measured=False, flag="usage not believable"))
    page = calls_tab(scene)
    assert page.dataframe[-1].value["Tokens in"].isna().all()
    page.session_state["runs.calls.0"] = CHOSEN
    page.run()
    assert "Reported were 1,000,000,000,000,000,000 tokens in" in words(page)


def test_an_answer_that_came_with_others_names_where_its_body_is(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        attempt = scene.send(tx, answers=2)
        reply = Reply("One.", "stop", Usage(9, 9), "m", '{"both": 1}', 5, further=(Further("Two.", "stop"),))
        ledger.settle(tx, attempt, reply, Charge(7, Usage(9, 9), measured=True), 2.0)
    page = calls_tab(scene)
    page.session_state["runs.calls.0"] = CHOSEN
    page.run()
    assert not page.exception
    assert {'{"both": 1}', "Two."} <= {block.value for block in page.code}
    assert "kept with the first request" in words(page)


def test_each_call_in_doubt_is_listed_with_its_request_id_and_what_was_done(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        waits, again, late, given_up = (scene.send(tx) for _ in range(4))
        ledger.mark_in_doubt(tx, scene.run.id, 1)
        request = tx.value("SELECT request_id FROM attempt WHERE id=?", (again,))
        place = {"project_id": scene.project.id, "run_id": scene.run.id}
        sent = ledger.reserve(tx, [request], **place, epoch=0, stage="question", hold=1, price=PRICE, at=3.0)
        settle(tx, late)
        item = tx.value("SELECT item_idx FROM request r JOIN attempt a ON a.request_id=r.id WHERE a.id=?", (given_up,))
        runs.end_item(tx, scene.run.id, item, ItemState.FAILED, 2.0, error="Cut off twice.")
    page = scene.page()
    assert "3 calls in doubt" in words(page)
    table = next(frame.value for frame in page.dataframe if "Request id" in frame.value)
    done = dict(zip(table["Request id"], table["What was done"], strict=True))
    name = f"{scene.run.id}-{{}}".format
    assert done == {
        name(waits): "Waits: sent once more when the run goes on",
        name(again): f"Sent again as call {sent}: under way",
        name(late): "Answered late: charged by its answer",
        name(given_up): "Given up: not sent again unless the item is retried",
    }
    assert any(getattr(button, "key", "") == "runs.doubts.download" for button in page.get("download_button"))


def test_without_a_call_in_doubt_nothing_is_said_of_doubt(scene: Scene) -> None:
    with scene.studio.work.context.store.write() as tx:
        settle(tx, scene.send(tx))
    scene.end(RunState.COMPLETED, done=6)
    assert "in doubt" not in words(scene.page())
