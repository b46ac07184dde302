"""The tree: counts that always equal a recount, removal that can be undone exactly, edits that never overwrite."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, Node, NodeKind, Verdict
from core.errors import ConflictError, NotFoundError
from core.store import node_changes, node_search, nodes, tree, votes
from core.store.database import IntegrityError, Store, Tx
from core.store.node_changes import Texts
from core.store.node_search import Query
from tests.unit.conftest import T0, World, plant_project, scratch

AddNode = Callable[..., int]
QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _rows(tx: Tx, project: str) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in tx.rows("SELECT * FROM node WHERE project_id=?", (project,))}


def _unversioned(rows: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row_id: {name: value for name, value in row.items() if name != "version"} for row_id, row in rows.items()}


def _below(rows: dict[int, dict[str, Any]], top: int) -> list[dict[str, Any]]:
    """Live descendants that are reached over live nodes, found without the columns under test."""
    found = []
    for row in rows.values():
        if row["parent_id"] == top and row["state"] != "removed":
            found += [row, *_below(rows, row["id"])]
    return found


def _check_counts(tx: Tx, project: str) -> None:
    rows = _rows(tx, project)
    for row in rows.values():
        live = _below(rows, row["id"]) if row["state"] != "removed" else []
        wanted = (
            sum(child["parent_id"] == row["id"] for child in live),
            len(live),
            sum(child["state"] == "verified" for child in live),
        )
        assert (row["n_children"], row["n_descendants"], row["n_verified"]) == wanted, row["path"]
        above = rows[row["parent_id"]]["path"] if row["parent_id"] else "/"
        assert row["path"] == f"{above}{row['id']}/"


def _pick(tx: Tx, project: str, rng: random.Random, *states: str) -> Node | None:
    found = [row["id"] for row in _rows(tx, project).values() if row["state"] in states]
    return nodes.get(tx, project, rng.choice(found)) if found else None


def _add(tx: Tx, project: str, rng: random.Random, number: int) -> None:
    parents = [row for row in _rows(tx, project).values() if row["kind"] != "discipline" and row["state"] != "removed"]
    chosen = rng.choice([None, *parents])
    parent = nodes.get(tx, project, chosen["id"]) if chosen else None
    kind = CHILD_KIND[parent.kind if parent else None]
    assert kind
    made = nodes.insert(tx, project, parent, kind, f"Node {number}")
    tree.recount(tx, nodes.get(tx, project, made))


def _verify(tx: Tx, project: str, rng: random.Random, number: int) -> None:
    node = _pick(tx, project, rng, "proposed", "verified")
    if node:
        state = NodeState.VERIFIED if node.state is NodeState.PROPOSED else NodeState.PROPOSED
        node_changes.set_state(tx, node, state, "Ada", T0)
        tree.recount(tx, node)


def _edit(tx: Tx, project: str, rng: random.Random, number: int) -> None:
    node = _pick(tx, project, rng, "proposed", "verified")
    if node:
        node_changes.edit(tx, node, Texts(f"Edited {number}", "", ()))
        tree.recount(tx, node)


def _remove(tx: Tx, project: str, rng: random.Random, number: int) -> None:
    node = _pick(tx, project, rng, "proposed", "verified")
    if node:
        assert node_changes.remove_subtree(tx, node) == node.n_descendants + 1
        tree.recount(tx, node)


def _restore(tx: Tx, project: str, rng: random.Random, number: int) -> None:
    rows = _rows(tx, project)
    tops = [r for r in rows.values() if r["removed_with"] == r["id"]]
    free = [r["id"] for r in tops if not r["parent_id"] or rows[r["parent_id"]]["state"] != "removed"]
    if free:
        node = nodes.get(tx, project, rng.choice(free))
        assert node_changes.restore_subtree(tx, node) >= 1
        tree.recount(tx, node)


STEPS = (_add, _add, _add, _verify, _edit, _remove, _restore)


@QUICK
@given(st.lists(st.sampled_from(STEPS), min_size=5, max_size=40), st.integers(0, 2**32))
def test_counts_equal_a_recount_after_anything_that_was_done(
    store: Store, steps: list[Callable[[Tx, str, random.Random, int], None]], seed: int
) -> None:
    rng = random.Random(seed)
    with scratch(store) as tx:
        plant_project(tx, "p")
        plant_project(tx, "other")
        nodes.insert(tx, "other", None, NodeKind.FIELD, "Node 0")
        for number, step in enumerate([_add, _add, _add, _add, *steps]):
            step(tx, "p", rng, number)
            _check_counts(tx, "p")
        _check_counts(tx, "other")
        before = _rows(tx, "p")
        tree.recount_all(tx, "p")
        assert {i: row for i, row in _rows(tx, "p").items() if row["state"] != "removed"} == {
            i: row for i, row in before.items() if row["state"] != "removed"
        }


@QUICK
@given(st.lists(st.sampled_from(STEPS), min_size=5, max_size=30), st.integers(0, 2**32))
def test_restoring_gives_back_exactly_what_went_with_the_node(
    store: Store, steps: list[Callable[[Tx, str, random.Random, int], None]], seed: int
) -> None:
    rng = random.Random(seed)
    with scratch(store) as tx:
        plant_project(tx, "p")
        for number, step in enumerate([_add, _add, _add, _add, *steps]):
            step(tx, "p", rng, number)
        node = _pick(tx, "p", rng, "proposed", "verified")
        if node is None:
            return
        before = _rows(tx, "p")
        went = node_changes.remove_subtree(tx, node)
        tree.recount(tx, node)
        assert node_changes.restore_subtree(tx, nodes.get(tx, "p", node.id)) == went == node.n_descendants + 1
        tree.recount(tx, node)
        assert _unversioned(_rows(tx, "p")) == _unversioned(before)


def test_a_node_removed_earlier_stays_removed_when_its_parent_comes_back(world: World) -> None:
    with world.store.write() as tx:
        node_changes.remove_subtree(tx, nodes.get(tx, "p1", world.other_discipline))
        node_changes.remove_subtree(tx, nodes.get(tx, "p1", world.field))
        assert node_changes.restore_subtree(tx, nodes.get(tx, "p1", world.field)) == 3
        assert nodes.get(tx, "p1", world.other_discipline).state is NodeState.REMOVED
        assert nodes.get(tx, "p1", world.discipline).state is NodeState.VERIFIED
        _check_counts(tx, "p1")
        assert node_changes.restore_subtree(tx, nodes.get(tx, "p1", world.other_discipline)) == 1
        assert nodes.get(tx, "p1", world.other_discipline).state is NodeState.PROPOSED


def test_a_branch_never_takes_a_neighbour_with_a_like_number(store: Store) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p")
        made = [nodes.insert(tx, "p", None, NodeKind.FIELD, f"Field {i}") for i in range(25)]
        one = nodes.get(tx, "p", made[0])
        assert [node.id for node in nodes.subtree(tx, one)] == [one.id]
        assert node_changes.remove_subtree(tx, one) == 1


def _save(tx: Tx, node: Node, name: str = "Mechanics of things") -> None:
    node_changes.edit(tx, node, Texts(name, "d", ("a", "b")))


def test_an_edit_of_a_stale_text_is_refused_and_shows_what_stands_there(world: World) -> None:
    with world.store.write() as tx:
        seen = nodes.get(tx, "p1", world.other_discipline)
        _save(tx, seen)
        with pytest.raises(ConflictError) as conflict:
            _save(tx, seen, "Something else")
        assert conflict.value.current == nodes.get(tx, "p1", world.other_discipline)
        assert nodes.get(tx, "p1", world.other_discipline).name == "Mechanics of things"


def test_an_edit_never_brings_back_what_somebody_removed_meanwhile(world: World) -> None:
    with world.store.write() as tx:
        seen = nodes.get(tx, "p1", world.discipline)
        node_changes.remove_subtree(tx, nodes.get(tx, "p1", world.field))
        with pytest.raises(ConflictError, match="removed"):
            _save(tx, seen)
        assert nodes.get(tx, "p1", world.discipline).state is NodeState.REMOVED


def test_an_edit_never_undoes_a_verification_given_meanwhile(world: World) -> None:
    with world.store.write() as tx:
        seen = nodes.get(tx, "p1", world.other_discipline)
        node_changes.set_state(tx, seen, NodeState.VERIFIED, "Bo", T0)
        with pytest.raises(ConflictError, match="verified"):
            _save(tx, seen)
        node = nodes.get(tx, "p1", world.other_discipline)
        assert (node.state, node.verified_by, node.verified_version) == (NodeState.VERIFIED, "Bo", node.meaning)


def test_a_sibling_may_not_take_a_name_that_reads_the_same(world: World, add_node: AddNode) -> None:
    for name in ("PHYSICS", " Phy\u200bsics", "Physics."):
        with pytest.raises(IntegrityError), world.store.write() as tx:
            add_node(tx, "p1", world.sub_field, NodeKind.DISCIPLINE, name)
    with world.store.write() as tx:
        found = nodes.find_sibling(tx, "p1", world.sub_field, "physics")
        assert found is not None
        assert found.id == world.discipline
        assert add_node(tx, "p1", None, NodeKind.FIELD, "Physics")


def test_a_node_of_another_project_is_not_found(world: World) -> None:
    with world.store.write() as tx:
        plant_project(tx, "p2")
        with pytest.raises(NotFoundError):
            nodes.get(tx, "p2", world.field)
        assert node_search.ranked(tx, "p2", "Ada", Query("Physics")) == []
        assert nodes.children(tx, "p2", None) == []


def test_a_second_vote_of_a_person_replaces_the_first_and_an_edit_asks_anew(world: World) -> None:
    with world.store.write() as tx:
        node = nodes.get(tx, "p1", world.other_discipline)
        votes.cast(tx, node, "Ada", Verdict.KEEP, "", T0)
        votes.cast(tx, node, "Bo", Verdict.KEEP, "", T0)
        votes.cast(tx, node, "Ada", Verdict.REMOVE, "too narrow", T0 + 1)
        cast = {vote.person: vote.verdict for vote in votes.of(tx, node)}
        assert cast == {"Ada": Verdict.REMOVE, "Bo": Verdict.KEEP}
        _save(tx, node)
        assert votes.of(tx, nodes.get(tx, "p1", node.id)) == []


def test_the_next_open_node_is_found_in_turn_and_around_the_end(world: World) -> None:
    with world.store.write() as tx:
        seen, last = [], 0
        for _ in range(4):
            node = votes.next_open(tx, "p1", last)
            assert node is not None
            last = node.id
            seen.append(last)
        assert seen == [world.field, world.sub_field, world.other_discipline, world.field]
        assert votes.next_open(tx, "p1", 0, NodeKind.DISCIPLINE) == nodes.get(tx, "p1", world.other_discipline)
        node_changes.remove_subtree(tx, nodes.get(tx, "p1", world.field))
        assert votes.next_open(tx, "p1", 0) is None


def test_open_nodes_come_in_the_order_of_the_tree_without_those_the_person_voted_on(
    store: Store, add_node: AddNode
) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p")
        fields = [add_node(tx, "p", None, NodeKind.FIELD, f"F{i}") for i in range(12)]
        late = [add_node(tx, "p", fields[0], NodeKind.SUB_FIELD, f"S{i}") for i in range(2)]
        leaf = add_node(tx, "p", late[0], NodeKind.DISCIPLINE, "D")
        wanted, seen, last = [fields[0], late[0], leaf, late[1], *fields[1:]], [], 0
        for _ in wanted:
            node = votes.next_open(tx, "p", last)
            assert node is not None
            last = node.id
            seen.append(last)
        assert seen == wanted
        votes.cast(tx, nodes.get(tx, "p", late[0]), "Ada", Verdict.KEEP, "", T0)
        for person, following in (("Ada", leaf), ("Bo", late[0])):
            node = votes.next_open(tx, "p", fields[0], person=person)
            assert node is not None
            assert node.id == following


def test_disciplines_come_in_the_order_of_the_tree(store: Store, add_node: AddNode) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p")
        fields = [add_node(tx, "p", None, NodeKind.FIELD, f"F{i}") for i in range(2)]
        subs = [add_node(tx, "p", field, NodeKind.SUB_FIELD, "S") for field in reversed(fields)]
        late = add_node(tx, "p", subs[0], NodeKind.DISCIPLINE, "late")
        early = add_node(tx, "p", subs[1], NodeKind.DISCIPLINE, "early", state=NodeState.VERIFIED)
        assert [node.id for node in nodes.disciplines(tx, "p")] == [early, late]
        assert [node.id for node in nodes.disciplines(tx, "p", verified_only=True)] == [early]
        path = nodes.ancestors(tx, nodes.get(tx, "p", late))
        assert [(node.kind, node.depth) for node in path] == [(kind, i) for i, kind in enumerate(NodeKind)]
        assert nodes.counts(tx, "p")["discipline", "verified"] == 1


def test_text_in_a_row_reads_back_as_it_was_written(world: World) -> None:
    words = ("\u00e9t\u00e9", 'the "one"', "a\\b", "\u2028")
    with world.store.write() as tx:
        node = nodes.get(tx, "p1", world.discipline)
        node_changes.edit(tx, node, Texts("N", "\u2028\n\t'", words))
        after = nodes.get(tx, "p1", world.discipline)
        assert (after.synonyms, after.description, after.touched) == (words, "\u2028\n\t'", True)
        assert json.loads(tx.value("SELECT synonyms FROM node WHERE id=?", (node.id,))) == list(words)


def test_what_stands_below_is_counted_by_kind_at_any_depth(
    store: Store, add_node: AddNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p")
        fields = [add_node(tx, "p", None, NodeKind.FIELD, f"F{i}") for i in range(2)]
        upper = add_node(tx, "p", fields[0], NodeKind.SUB_FIELD, "Upper")
        lower = add_node(tx, "p", upper, NodeKind.SUB_FIELD, "Lower")
        for parent, name in ((fields[0], "beside"), (upper, "high"), (lower, "low"), (fields[1], "elsewhere")):
            leaf = add_node(tx, "p", parent, NodeKind.DISCIPLINE, name)
        gone = add_node(tx, "p", lower, NodeKind.DISCIPLINE, "gone")
        node_changes.remove_subtree(tx, nodes.get(tx, "p", gone))
        tree.recount_all(tx, "p")
        counted = {
            name: nodes.kinds_below(tx, nodes.get(tx, "p", node_id))
            for name, node_id in (("field", fields[0]), ("upper", upper), ("lower", lower), ("leaf", leaf))
        }
        assert counted == {
            "field": {NodeKind.SUB_FIELD: 2, NodeKind.DISCIPLINE: 3},
            "upper": {NodeKind.SUB_FIELD: 1, NodeKind.DISCIPLINE: 2},
            "lower": {NodeKind.DISCIPLINE: 1},
            "leaf": {},
        }
        monkeypatch.setattr(nodes, "MOST_COUNTED", 1)
        field, upper_node, lower_node = (nodes.get(tx, "p", node_id) for node_id in (fields[0], upper, lower))
        assert nodes.kinds_below(tx, field) == counted["field"]
        assert nodes.kinds_below(tx, upper_node) == {}
        assert nodes.kinds_below(tx, lower_node) == counted["lower"]
