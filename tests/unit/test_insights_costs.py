"""Costs: every nano-dollar of the ledger is in exactly one group of each dimension, or told to belong to none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.analysis.quality import Dimension
from core.domain.strategies import Strategy
from core.services.insights_costs import Costs, read_costs
from core.store import ledger, runs
from core.store.database import Tx
from tests.unit.conftest import T0, World, scratch
from tests.unit.costs_world import part, plant_call, plant_plan, plant_sample, plant_seeds

STATES = ("done", "known", "dropped", "failed", "invalid", "planned")
PARTS = ((Strategy.GLAN, "big"), (Strategy.NEW_QUESTION, "big"), (Strategy.NEW_QUESTION, "small"))


def groups(costs: Costs, dimension: Dimension) -> dict[str, Any]:
    """Name -> counts."""
    return {group.name: group.counts for group in costs.groups(dimension)}


def spec(number: int, world: World, seeds: tuple[int, list[int]]) -> dict[str, Any]:
    """An item of one of the parts; places in the roster are in the order in which models come up."""
    strategy, model = PARTS[number]
    item: dict[str, Any] = {"strategy": strategy.value, "part": number, "by": {"answer": ("big", "small").index(model)}}
    home = (
        {"subject_id": world.subject}
        if strategy is Strategy.GLAN
        else {"seed_set": seeds[0], "seed_example": seeds[1][0]}
    )
    return item | home


ITEM = st.tuples(
    st.integers(0, 2), st.sampled_from(STATES), st.lists(st.integers(0, 10**12), max_size=3), st.booleans()
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(st.tuples(st.booleans(), ITEM), max_size=12),
    rest=st.lists(
        st.tuples(st.sampled_from(["taxonomy", "subjects", "syllabi", "repairs"]), st.integers(0, 10**9)), max_size=4
    ),
    again=st.integers(0, 10**9),
)
def test_groups_and_what_belongs_to_none_are_the_ledger(
    world: World, items: list[tuple[bool, Any]], rest: list[tuple[str, int]], again: int
) -> None:
    with scratch(world.store) as tx:
        seeds = plant_seeds(tx, world.project, 3)
        plans = [part(strategy, model, seed_set=seeds[0]) for strategy, model in PARTS]
        for preview in (False, True):
            own = [item for early, item in items if early is preview]
            plant_plan(
                tx,
                world.project,
                f"run {preview}",
                plans,
                [spec(item[0], world, seeds) for item in own],
                preview=preview,
            )
            for index, (_, state, costs, repeated) in enumerate(own):
                tx.run("UPDATE item SET state=? WHERE run_id=? AND idx=?", (state, f"run {preview}", index))
                for cost in costs:
                    asked = plant_call(tx, world.project, f"run {preview}", index, cost)
                    if repeated:
                        plant_call(tx, world.project, "run False", index, again, request=asked)
        for number, (kind, cost) in enumerate(rest):
            plant_other(tx, world, f"other {number}", kind, cost)
        spent = ledger.spent(tx, "project", world.project)
        found = read_costs(tx, world.project)
        assert (found.total.cost, found.total.calls) == (spent.settled, spent.calls)
        nowhere = sum(counts.cost for counts in found.unattributed.values())
        assert nowhere == sum(cost for _, cost in rest)
        for dimension in Dimension:
            assert sum(counts.cost for counts in groups(found, dimension).values()) + nowhere == spent.settled
        ended = [item for early, item in items if not early]
        assert found.total.dropped == sum(item[1] == "dropped" for item in ended)
        assert found.total.failed == sum(item[1] in {"failed", "invalid"} for item in ended)


def plant_other(tx: Tx, world: World, run: str, kind: str, cost: int) -> None:
    """A run that makes no samples, with one call."""
    row = {"id": run, "project_id": world.project, "kind": kind, "title": run, "plan": "{}", "preview": 0}
    caps = {"cost_cap": None, "call_cap": None, "created_by": "Ada", "created_at": T0}
    runs.insert(tx, {**row, **caps}, [{"part": "whole"}], token=run)
    plant_call(tx, world.project, run, 0, cost, stage=kind)


@pytest.fixture
def tx(world: World) -> Any:
    """A mixed run of two items: GLAN by "big", new question by "small"; the second item is dropped."""
    with scratch(world.store) as tx:
        seeds = plant_seeds(tx, world.project, 4)
        plans = [part(strategy, model, seed_set=seeds[0]) for strategy, model in PARTS]
        plant_plan(tx, world.project, "mix", plans, [spec(0, world, seeds), spec(2, world, seeds)])
        plant_call(tx, world.project, "mix", 0, 100, stage="question")
        answer = plant_call(tx, world.project, "mix", 0, 200, model="big")
        plant_call(tx, world.project, "mix", 0, 50, stage="verification")
        plant_call(tx, world.project, "mix", 1, 30, stage="augment")
        tx.run("UPDATE item SET state=iif(idx=0, 'done', 'dropped') WHERE run_id='mix'")
        plant_sample(
            tx,
            world.project,
            run_id="mix",
            item_idx=0,
            node_id=world.discipline,
            subject_id=world.subject,
            answer_request=answer,
            review="accepted",
            verification="verified",
        )
        yield tx


def test_checks_and_dropped_items_are_paid_by_their_strategy_teacher_and_place(tx: Tx, world: World) -> None:
    costs = read_costs(tx, world.project)
    by = {
        dimension: {name: c.cost for name, c in groups(costs, dimension).items() if c.cost} for dimension in Dimension
    }
    assert by[Dimension.STRATEGY] == {"GLAN": 350, "New question": 30}
    assert by[Dimension.TEACHER] == {"big": 350, "small": 30}
    assert sorted(by[Dimension.DISCIPLINE].values()) == [30, 350]
    assert by[Dimension.DISCIPLINE]["no discipline"] == 30
    assert by[Dimension.SEED_SET] == {"no seed set": 350, "S, version 1": 30}
    assert by[Dimension.RUN] == {"Run mix, part 1: GLAN": 350, "Run mix, part 3: New question": 30}
    glan = groups(costs, Dimension.STRATEGY)["GLAN"]
    assert (glan.generated, glan.checked, glan.kept, glan.each(glan.kept)) == (1, 1, 1, 350)
    new = groups(costs, Dimension.STRATEGY)["New question"]
    assert (new.losses.hits, new.losses.n, new.each(new.generated)) == (1, 1, None)


def test_the_cost_of_a_moved_discipline_moves_with_its_samples(tx: Tx, world: World) -> None:
    tx.run("UPDATE subject SET node_id=? WHERE id=?", (world.other_discipline, world.subject))
    tx.run("UPDATE sample SET node_id=?", (world.other_discipline,))
    moved = [group for group in read_costs(tx, world.project).groups(Dimension.DISCIPLINE) if group.counts.generated]
    assert [(group.key, group.counts.cost) for group in moved] == [(world.other_discipline, 350)]


def test_an_answer_taken_from_a_preview_was_paid_there(tx: Tx, world: World) -> None:
    seeds = plant_seeds(tx, world.project, 1, "T")
    plant_plan(tx, world.project, "early", [part(Strategy.GLAN, "big")], [spec(0, world, seeds)], preview=1)
    plant_plan(tx, world.project, "late", [part(Strategy.GLAN, "big")], [spec(0, world, seeds)])
    answer = plant_call(tx, world.project, "early", 0, 70, model="big")
    plant_sample(tx, world.project, run_id="late", item_idx=0, node_id=world.discipline, answer_request=answer)
    costs = read_costs(tx, world.project)
    assert costs.reused == 1
    by_run = groups(costs, Dimension.RUN)
    assert (by_run["Run late"].cost, by_run["Run late"].generated, by_run["Run early"].cost) == (0, 1, 70)
    assert groups(costs, Dimension.STRATEGY)["GLAN"].cost == 420


def test_demo_content_and_human_seeds_are_groups_without_a_cost(tx: Tx, world: World) -> None:
    plant_sample(tx, world.project, origin="demo", node_id=world.discipline, review="rejected")
    plant_sample(tx, world.project, origin="person", strategy="human", review="accepted")
    by = groups(read_costs(tx, world.project), Dimension.STRATEGY)
    assert {name: counts.cost for name, counts in by.items()} == {
        "GLAN": 350,
        "New question": 30,
        "Demo content": 0,
        "Human seeds": 0,
    }
    assert (by["GLAN"].decided, by["Demo content"].decided, by["Human seeds"].acceptance.share) == (1, 1, 1.0)
    assert by["Human seeds"].each(by["Human seeds"].generated) is None


def test_equal_models_of_two_connections_are_two_teachers(tx: Tx, world: World) -> None:
    answer = plant_call(tx, world.project, "mix", 0, 0, model="big")
    tx.run("UPDATE request SET connection_id='c2' WHERE id=?", (answer,))
    plant_sample(tx, world.project, run_id="mix", item_idx=0, answer_request=answer)
    assert {"big at c1", "big at c2"} <= set(groups(read_costs(tx, world.project), Dimension.TEACHER))
