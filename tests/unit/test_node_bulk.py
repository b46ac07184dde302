"""Many nodes at once are the same as many nodes one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.taxonomy import NodeKind, Origin
from core.store import actions, events, node_bulk, nodes, terms, tree
from core.store.acting import acting
from core.store.database import IntegrityError, Store, Tx
from core.store.node_bulk import NewNode
from tests.unit.conftest import T0, World, plant_project, scratch

QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIELD, SUB_FIELD, DISCIPLINE = NodeKind.FIELD, NodeKind.SUB_FIELD, NodeKind.DISCIPLINE


def _tree(tx: Tx, project: str) -> list[dict[str, Any]]:
    """All nodes in reading order, without what numbers them."""
    rows = tx.rows("SELECT * FROM node WHERE project_id=? ORDER BY place", (project,))
    numbers = {row["id"]: number for number, row in enumerate(rows)}
    hidden = {"id", "project_id", "path", "parent_id"}
    return [
        {k: v for k, v in row.items() if k not in hidden} | {"above": numbers.get(row["parent_id"])} for row in rows
    ]


@QUICK
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_many_at_once_are_as_many_one_by_one(store: Store, draws: list[int]) -> None:
    aboves = [None if number == 0 else draw % number for number, draw in enumerate(draws)]
    rows = [
        NewNode(FIELD if above is None else SUB_FIELD, f"Name {i}", above, description="d", synonyms=[f"s{i}"])
        for i, above in enumerate(aboves)
    ]
    with scratch(store) as tx:
        plant_project(tx, "p1")
        plant_project(tx, "p2")
        made = node_bulk.insert_many(tx, "p1", rows, at=T0)
        single: list[int] = []
        for row in rows:
            parent = nodes.get(tx, "p2", single[row.above]) if row.above is not None else None
            single.append(
                nodes.insert(tx, "p2", parent, row.kind, row.name, description="d", synonyms=list(row.synonyms), at=T0)
            )
        tree.recount_all(tx, "p2")
        assert _tree(tx, "p1") == _tree(tx, "p2")
        assert [nodes.get(tx, "p1", i).name for i in made] == [row.name for row in rows]
        assert all(terms.child_like(tx, "p1", nodes.get(tx, "p1", i).parent_id, f"S{n}") for n, i in enumerate(made))


def test_rows_below_nodes_that_are_there_stand_behind_their_siblings_and_are_counted(world: World) -> None:
    with world.store.write() as tx:
        rows = [
            NewNode(SUB_FIELD, "Life science", parent=world.field),
            NewNode(DISCIPLINE, "Botany", above=0),
            NewNode(DISCIPLINE, "Astronomy", parent=world.sub_field),
            NewNode(FIELD, "Arts"),
        ]
        node_bulk.insert_many(tx, "p1", rows, at=T0)
        names = [node.name for node in nodes.live(tx, "p1")]
        counts = {n.name: (n.n_children, n.n_descendants, n.n_verified) for n in nodes.live(tx, "p1")}
    assert names == [
        "Natural science", "Physical science", "Physics", "Chemistry", "Astronomy", "Life science", "Botany", "Arts",
    ]  # fmt: skip
    assert counts["Natural science"] == (2, 6, 1)
    assert counts["Physical science"] == (3, 3, 1)
    assert counts["Life science"] == (1, 1, 0)


def test_a_sibling_of_the_same_name_is_refused_whole(world: World) -> None:
    rows = [NewNode(FIELD, "Arts"), NewNode(SUB_FIELD, "physical  SCIENCE", parent=world.field)]
    with pytest.raises(IntegrityError), world.store.write() as tx:
        node_bulk.insert_many(tx, "p1", rows, at=T0)
    with world.store.read() as tx:
        assert nodes.count(tx, "p1") == 4


def test_what_was_added_at_once_is_one_action_with_every_row_in_it(world: World) -> None:
    with world.store.write() as tx, acting(tx, "p1", "Ada", T0, "imported") as action:
        node_bulk.insert_many(tx, "p1", [NewNode(FIELD, "Arts"), NewNode(SUB_FIELD, "Music", above=0)], at=T0)
        action.title = "Imported"
    with world.store.read() as tx:
        [row] = actions.page(tx, "p1", size=1)
        assert (row.title, row.changes) == ("Imported", 2)
        assert [change.became["name"] for change in actions.changes(tx, row.id)] == ["Arts", "Music"]
        assert events.broken_link(tx) is None


def test_every_field_of_a_new_node_is_kept(world: World) -> None:
    labels = {"fr": {"preferred": "Géologie"}}
    row = NewNode(
        FIELD, "Geology", description="Rocks.", synonyms=["Earth"], scope_note="n", notation="QE", uri="u:1",
        labels=labels, extra=[["p", "o"]], origin=Origin.MODEL, seen=(2, 3),
    )  # fmt: skip
    with world.store.write() as tx:
        [made] = node_bulk.insert_many(tx, "p1", [row], at=T0)
        node = nodes.get(tx, "p1", made)
    assert (node.name, node.description, node.synonyms, node.scope_note) == ("Geology", "Rocks.", ("Earth",), "n")
    assert (node.notation, node.uri, node.labels, node.extra) == ("QE", "u:1", labels, (("p", "o"),))
    assert (node.origin, node.touched, node.times_seen, node.times_asked) == (Origin.MODEL, False, 2, 3)
    assert node.created_at == T0
