"""The calls of a run as people page through them, and what became of those in doubt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.domain.money import Charge, Price, Usage
from core.domain.states import AttemptState, ItemState, RequestState
from core.store import calls, ledger, reports, runs
from core.store.calls import CallFilter
from core.store.database import Tx
from tests.unit.conftest import T0, World, make_reply, plant_request, plant_run

PRICE = Price(2 * 10**9, 10**10, 10**9, matched="teacher-1", source="typed in")


def send(tx: Tx, requests: Sequence[int], run: str = "r1", *, stage: str = "question", hold: int = 1000) -> int:
    """Reserve one call."""
    place = {"run_id": run, "project_id": "p1"}
    return ledger.reserve(tx, list(requests), **place, epoch=0, stage=stage, hold=hold, price=PRICE, at=T0)


def fail(tx: Tx, attempt: int, code: str, *, billed: bool = False) -> None:
    """End it with an error."""
    ledger.close(tx, attempt, billed=billed, code=code, error=f"It was {code}.", raw="", at=T0)


def settle(tx: Tx, attempt: int, charge: Charge | None = None) -> None:
    """Answer it."""
    told = charge or Charge(500, Usage(1000, 20, cached=600, reasoning=5), measured=True)
    ledger.settle(tx, attempt, make_reply(), told, T0)


@pytest.fixture
def fifty(world: World) -> list[int]:
    """Fifty calls of a run: every tenth failed, every seventh without usage."""
    made = []
    with world.store.write() as tx:
        for number in range(50):
            attempt = send(tx, [plant_request(tx, "p1", "r1", number + 1)], stage=("question", "answer")[number % 2])
            if number % 10 == 0:
                fail(tx, attempt, "http_500")
            elif number % 7 == 0:
                settle(tx, attempt, Charge(1000, None, measured=False, flag="usage missing"))
            else:
                settle(tx, attempt)
            made.append(attempt)
    return made


def test_pages_hold_every_call_once_newest_first(world: World, fifty: list[int]) -> None:
    seen: list[int] = []
    with world.store.read() as tx:
        while page := calls.page(tx, "r1", CallFilter(), before=seen[-1] if seen else 0, size=7):
            assert len(page) <= 7
            seen += [call.attempt.id for call in page]
    assert seen == sorted(fifty, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (CallFilter(stage="answer"), 25),
        (CallFilter(state=AttemptState.RELEASED), 5),
        (CallFilter(code="http_500"), 5),
        (CallFilter(flag="usage missing"), 7),
        (CallFilter(flagged=True), 7),
        (CallFilter(stage="answer", flagged=True), 4),
        (CallFilter(code="http_503"), 0),
        (CallFilter(code="' OR 1=1 --"), 0),
    ],
)
def test_a_filter_finds_what_it_names(world: World, fifty: list[int], wanted: CallFilter, number: int) -> None:
    with world.store.read() as tx:
        assert len(calls.page(tx, "r1", wanted, size=100)) == number


def test_calls_of_other_runs_are_not_listed(world: World, fifty: list[int]) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2")
        other = send(tx, [plant_request(tx, "p1", "r2")], "r2")
        assert [call.attempt.id for call in calls.page(tx, "r2", CallFilter())] == [other]
        assert calls.find(tx, "r1", other) is None


def test_errors_and_flags_are_counted(world: World, fifty: list[int]) -> None:
    with world.store.read() as tx:
        assert calls.codes(tx, "r1") == {"http_500": 5}
        assert calls.flags(tx, "r1") == [{"flag": "usage missing", "calls": 7, "cost": 7000}]


def test_a_stage_tells_what_the_cache_saved_and_leaves_out_what_nobody_can_believe(world: World) -> None:
    with world.store.write() as tx:
        settle(tx, send(tx, [plant_request(tx, "p1", "r1", 1)]))
        lie = Usage(10**18, 10**18, cached=10**18)
        settle(tx, send(tx, [plant_request(tx, "p1", "r1", 2)]), Charge(1000, lie, measured=False, flag="x"))
        (stage,) = reports.spend_by_stage(tx, "p1", "r1")
    assert (stage["prompt_tokens"], stage["completion_tokens"], stage["cached_tokens"]) == (1000, 20, 600)
    assert stage["reasoning_tokens"] == 5
    assert stage["saved"] == 600 * (PRICE.input - PRICE.cached) // 10**6
    assert (stage["cost"], stage["unmeasured"]) == (1500, 1000)


def test_a_shared_call_brings_its_requests_in_the_order_of_its_answers(world: World) -> None:
    with world.store.write() as tx:
        asked = [plant_request(tx, "p1", "r1", number) for number in (3, 1, 2)]
        attempt = send(tx, asked)
        assert [request.id for request in calls.brought(tx, attempt)] == asked
        (stage,) = reports.spend_by_stage(tx, "p1", "r1")
    assert (stage["shared"], stage["fetched"]) == (1, 3)


def test_prices_are_listed_as_they_were_when_calls_were_sent(world: World, fifty: list[int]) -> None:
    with world.store.read() as tx:
        found = calls.prices_used(tx, "r1")
    assert [(row["stage"], row["price_source"], row["price_input"], row["calls"]) for row in found] == [
        ("answer", "typed in", PRICE.input, 25),
        ("question", "typed in", PRICE.input, 25),
    ]


def test_the_client_id_is_what_was_sent_with_the_call(world: World) -> None:
    with world.store.write() as tx:
        attempt = send(tx, [world.request])
        (call,) = calls.page(tx, "r1", CallFilter())
    assert call.client_id == f"r1-{attempt}"


def test_what_became_of_a_call_in_doubt_is_told(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2", items=1)
        request = plant_request(tx, "p1", "r2")
        first = send(tx, [request], "r2")
        ledger.mark_in_doubt(tx, "r2", 1)
        (doubt,) = calls.doubts(tx, "r2", size=9)
        assert (doubt.call.attempt.id, doubt.again, doubt.item_state, doubt.late) == (
            first,
            None,
            ItemState.PLANNED,
            False,
        )
        second = send(tx, [request], "r2")
        (doubt,) = calls.doubts(tx, "r2", size=9)
        assert (doubt.again, doubt.again_state) == (second, AttemptState.RESERVED)
        settle(tx, second)
        (doubt,) = calls.doubts(tx, "r2", size=9)
        assert (doubt.again_state, doubt.stored) == (AttemptState.SETTLED, True)


def test_an_answer_that_came_late_is_charged_by_itself_and_stays_listed(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2", items=1)
        attempt = send(tx, [plant_request(tx, "p1", "r2")], "r2")
        ledger.mark_in_doubt(tx, "r2", 1)
        settle(tx, attempt)
        (doubt,) = calls.doubts(tx, "r2", size=9)
        assert doubt.late
        assert (doubt.call.attempt.cost, doubt.call.attempt.flag) == (500, "answered late")
        assert doubt.call.request_state is RequestState.SETTLED
        assert ledger.drift(tx) == []


def test_the_average_is_taken_over_items_that_ended_with_all_their_calls(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2", items=3)
        request = plant_request(tx, "p1", "r2")
        fail(tx, send(tx, [request], "r2"), "http_500")
        settle(tx, send(tx, [request], "r2"))
        assert calls.average(tx, "r2", size=500) == {"items": 0, "cost": 0, "calls": 0}
        runs.end_item(tx, "r2", 0, ItemState.DONE, T0)
        runs.end_item(tx, "r2", 1, ItemState.KNOWN, T0)
        assert calls.average(tx, "r2", size=500) == {"items": 1, "cost": 500, "calls": 2}


def test_the_connection_that_refused_key_quota_or_model_is_found(world: World) -> None:
    with world.store.write() as tx:
        tx.run("INSERT INTO connection(id, name, kind, created_at) VALUES ('c9', 'Gateway', 'openai', 0)")
        request = plant_request(tx, "p1", "r1", 4)
        tx.run("UPDATE request SET connection_id='c9' WHERE id=?", (request,))
        fail(tx, send(tx, [request]), "http_500")
        assert calls.rejected_by(tx, "r1") is None
        fail(tx, send(tx, [request]), "quota")
        assert calls.rejected_by(tx, "r1") == ("c9", "Gateway")
