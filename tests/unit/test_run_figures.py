"""What the screen says of a run's money: the tighter cap, an estimate of the rest, errors grouped by their words."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.budget import Caps, Spent
from core.domain.records import Run
from core.domain.states import ItemState, RunState
from core.services.run_figures import Ended, Left, RunView, causes_of

DOLLAR = 10**9


def run(state: RunState = RunState.BUDGET_EXHAUSTED, **fields: Any) -> Run:
    """A run without caps."""
    blank = dict.fromkeys(("id", "project_id", "title", "reason", "hint", "created_by", "owner", "offline"), "")
    times = {"created_at": 1.0, "started_at": 1.0, "ended_at": 2.0, "lease_until": 0.0}
    rest = {"kind": "samples", "plan": {}, "preview": False, "n_items": 10, "cancel": False, "epoch": 1}
    return Run.model_validate({**blank, **times, **rest, "state": state, "cost_cap": None, "call_cap": None, **fields})


def view(found: Run, spent: Spent, project: Caps = Caps(), of_project: Spent = Spent(), **more: Any) -> RunView:  # noqa: B008
    """The run with 4 of 10 items done."""
    progress = {ItemState.PLANNED: 6, ItemState.DONE: 4}
    return RunView(found, spent, project, of_project, progress, None, 1.0, **more)


@pytest.mark.parametrize(
    ("run_cap", "project_cap", "left"),
    [
        (None, None, Left()),
        (5 * DOLLAR, None, Left(2 * DOLLAR, "run")),
        (None, 10 * DOLLAR, Left(3 * DOLLAR, "project")),
        (5 * DOLLAR, 10 * DOLLAR, Left(2 * DOLLAR, "run")),
        (50 * DOLLAR, 10 * DOLLAR, Left(3 * DOLLAR, "project")),
        (DOLLAR, 10 * DOLLAR, Left(0, "run")),
    ],
)
def test_what_is_left_is_that_of_the_tighter_cap_and_counts_what_is_held(
    run_cap: int | None, project_cap: int | None, left: Left
) -> None:
    spent, of_project = Spent(2 * DOLLAR, DOLLAR, 7), Spent(6 * DOLLAR, DOLLAR, 20)
    assert view(run(cost_cap=run_cap), spent, Caps(project_cap), of_project).money_left == left


def test_calls_left_name_the_tighter_query_budget() -> None:
    of_project = Spent(calls=95)
    assert view(run(call_cap=20), Spent(calls=7), Caps(calls=100), of_project).calls_left == Left(5, "project")
    assert view(run(call_cap=10), Spent(calls=7), Caps(calls=100), of_project).calls_left == Left(3, "run")


def test_the_rest_is_estimated_from_the_items_that_ended() -> None:
    found = view(
        run(cost_cap=5 * DOLLAR, call_cap=12),
        Spent(4 * DOLLAR, 0, 12),
        ended=Ended(4, 2 * DOLLAR, 9),
        dearest_hold=DOLLAR // 10,
    ).outlook
    assert (found.items, found.cost, found.calls) == (6, 3 * DOLLAR, 14)
    assert found.call_cap == 12 + 14
    assert found.cost_cap is not None
    assert 7_100_000_000 <= found.cost_cap <= 7_900_000_000


def test_a_proposed_cap_is_never_below_the_present_one_and_none_is_made_up() -> None:
    found = view(run(cost_cap=100 * DOLLAR), Spent(DOLLAR), ended=Ended(4, DOLLAR, 4)).outlook
    assert (found.cost_cap, found.call_cap) == (100 * DOLLAR, None)


def test_without_an_ended_item_nothing_is_estimated() -> None:
    found = view(run(cost_cap=DOLLAR), Spent(DOLLAR, 0, 6)).outlook
    assert (found.items, found.cost, found.calls, found.cost_cap) == (6, None, None, DOLLAR)


def test_whose_cap_stopped_the_run_is_named() -> None:
    used = Spent(DOLLAR, 0, 10)
    assert view(run(cost_cap=DOLLAR), used).short_of == "run"
    assert view(run(cost_cap=2 * DOLLAR), used, Caps(DOLLAR), used).short_of == "project"
    assert view(run(cost_cap=2 * DOLLAR, call_cap=10), used, Caps(DOLLAR + 5), used).short_of == "run"
    assert view(run(RunState.CANCELLED, cost_cap=DOLLAR), used).short_of == ""


def row(error: str, n: int, state: str = "failed") -> dict[str, Any]:
    """A group as the store counts it."""
    return {"state": state, "error": error, "hint": "Try again.", "n": n}


def test_errors_that_differ_only_in_numbers_are_one_cause() -> None:
    made = causes_of(
        [
            row("The teacher answered 500: see request req_8f3a21bc.", 2),
            row("The teacher answered 500: see request req_77aa01ff.", 3),
            row("The teacher answered 503: see request req_11112222.", 4),
            row("The teacher answered 500: see request req_8f3a21bc.", 9, "invalid"),
        ]
    )
    assert [(cause.state, cause.count, len(cause.errors)) for cause in made] == [
        (ItemState.INVALID, 9, 1),
        (ItemState.FAILED, 5, 2),
        (ItemState.FAILED, 4, 1),
    ]
    assert made[1].words == "The teacher answered 500: see request …."
    assert made[2].words == "The teacher answered 503: see request req_11112222."
    assert len({cause.key for cause in made}) == 3


def test_hostile_and_empty_errors_are_grouped_too() -> None:
    made = causes_of([row("", 1), row("\ud800 <img src=x onerror=1>", 2)])
    assert [cause.count for cause in made] == [2, 1]
