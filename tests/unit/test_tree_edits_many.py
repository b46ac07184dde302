"""Moving, sorting, splitting, changing kinds, removing, restoring, editing in bulk: each one action that is undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.splitting import Part
from core.services.tree_edits import Texts
from tests.unit.grove import ANNA, ME, Grove, grove

__all__ = ["grove"]


def test_several_nodes_are_moved_in_the_order_given_in_front_of_one_that_stays(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    a, b, c, d = grove.add(field, "a", "b", "c", "d")
    grove.work.tree.move(ME, [grove.now(d), grove.now(b)], field.id, before=b.id)
    assert grove.names(field) == ["a", "d", "b", "c"]
    grove.work.tree.move(ME, [grove.now(c), grove.now(a)], field.id, before=d.id)
    assert grove.names(field) == ["c", "a", "d", "b"]
    grove.sound()


def test_a_child_chosen_together_with_its_parent_goes_along_below_it(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    [other] = grove.add(None, "Other")
    grove.work.tree.move(ME, [grove.now(leaf), grove.now(sub)], other.id)
    assert grove.now(leaf).parent_id == sub.id
    assert grove.now(sub).parent_id == other.id
    assert grove.names(field) == []
    grove.sound()


def test_a_move_that_is_refused_names_the_node_and_moves_none(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    [good] = grove.add(field, "Good")
    before = grove.rows()
    with pytest.raises(InvalidInputError, match=r"'Good' .* cannot stand below the discipline 'Leaf'"):
        grove.work.tree.move(ME, [grove.now(good), grove.now(sub)], leaf.id)
    with pytest.raises(InvalidInputError, match="is gone"):
        grove.work.tree.move(ME, [grove.now(good)], field.id, before=leaf.id)
    assert grove.rows() == before


def test_children_are_sorted_whatever_their_case_and_accents_in_one_action(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.add(field, "zoology", "Éthique", "ethics", "Ávila", "beta", "Ωmega")
    grove.work.tree.sort_children(ME, grove.id, field.id)
    assert grove.names(field) == ["Ávila", "beta", "ethics", "Éthique", "zoology", "Ωmega"]
    grove.sound()
    grove.undo()
    assert grove.names(field)[0] == "zoology"


def test_a_node_is_split_into_siblings_behind_it(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    first, last = grove.add(field, "Mathematics and physics", "Last")
    algebra, optics, rest = grove.add(first, "Algebra", "Optics", "Rest")
    before = grove.rows()
    made = grove.work.splitting.split(
        ME, grove.now(first), [Part("Mathematics", (algebra.id,)), Part("Physics", (optics.id,))]
    )
    assert grove.names(field) == ["Mathematics and physics", "Mathematics", "Physics", "Last"]
    assert [grove.names(node) for node in made] == [["Algebra"], ["Optics"]]
    assert grove.names(first) == ["Rest"]
    assert (made[0].kind, made[0].state, rest.id, last.id) == (first.kind, NodeState.PROPOSED, rest.id, last.id)
    grove.sound()
    grove.undo()
    assert grove.rows() == before


def test_subjects_and_their_samples_go_to_the_part_they_were_given_to(grove: Grove) -> None:
    _, _, leaf = grove.branch()
    moved, stays = grove.subject(leaf, "Moved", made=2), grove.subject(leaf, "Stays", made=1)
    [new] = grove.work.splitting.split(ME, grove.now(leaf), [Part("New leaf", subjects=(moved,))])
    assert (grove.subjects(new), grove.subjects(leaf)) == (["Moved"], ["Stays"])
    assert grove.count("SELECT count(*) FROM sample WHERE node_id=?", new.id) == 2
    assert grove.count("SELECT node_id FROM sample WHERE subject_id=?", stays) == leaf.id


def test_a_split_that_makes_no_sense_is_refused_whole(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    grove.add(field, "Taken")
    before = grove.rows()
    for parts in (
        [],
        [Part(" ")],
        [Part("sub")],
        [Part("A"), Part("a ")],
        [Part("Taken")],
        [Part("A", (leaf.id,)), Part("B", (leaf.id,))],
        [Part("A", (field.id,))],
    ):
        with pytest.raises(InvalidInputError):
            grove.work.splitting.split(ME, grove.now(sub), parts)
    assert grove.rows() == before


def test_pressing_split_twice_splits_once(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    seen = grove.now(sub)
    first = grove.work.splitting.split(ME, seen, [Part("Part", (leaf.id,))], token="t")
    again = grove.work.splitting.split(ME, seen, [Part("Part", (leaf.id,))], token="t")
    assert [node.id for node in again] == [node.id for node in first]
    assert grove.names(field) == ["Sub", "Part"]


def test_a_kind_changes_where_place_and_children_allow_it_and_votes_stay(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    grove.vote(ANNA, leaf)
    assert grove.work.kinds.change(ME, [grove.now(leaf)], NodeKind.SUB_FIELD) == 1
    assert (grove.now(leaf).kind, grove.now(leaf).state) == (NodeKind.SUB_FIELD, NodeState.VERIFIED)
    grove.add(leaf, "Deeper")
    for node, kind, words in (
        (leaf, NodeKind.DISCIPLINE, "cannot stand below a discipline"),
        (field, NodeKind.DISCIPLINE, "at the top"),
        (sub, NodeKind.FIELD, "below the field"),
    ):
        with pytest.raises(InvalidInputError, match=words):
            grove.work.kinds.change(ME, [grove.now(node)], kind)
    grove.sound()


def test_a_discipline_with_subjects_stays_one(grove: Grove) -> None:
    _, _, leaf = grove.branch()
    grove.subject(leaf, "S")
    with pytest.raises(InvalidInputError, match="1 subjects"):
        grove.work.kinds.change(ME, [grove.now(leaf)], NodeKind.SUB_FIELD)


def test_of_overlapping_choices_each_node_goes_and_counts_once(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    [other] = grove.add(field, "Other")
    chosen = [leaf.id, sub.id, other.id, sub.id]
    going = grove.work.removal.count(grove.id, chosen)
    assert (going.nodes, [node.id for node in going.chosen]) == (3, [sub.id, other.id])
    before = grove.rows()
    assert grove.work.removal.remove(ME, going.chosen) == 3
    assert grove.names(field) == []
    grove.sound()
    assert grove.work.removal.restore(ME, grove.id, [sub.id, leaf.id, other.id]) == 3
    grove.sound()
    grove.undo()
    grove.undo()
    assert grove.rows() == before


def test_a_branch_that_grew_meanwhile_is_not_removed_unseen(grove: Grove) -> None:
    field, sub, _ = grove.branch()
    seen = [grove.now(sub)]
    [other] = grove.add(field, "Other")
    grove.add(sub, "New one")
    with pytest.raises(ConflictError, match="2 nodes would go"):
        grove.work.removal.remove(ME, [grove.now(other), *seen])
    assert grove.now(other).state is NodeState.PROPOSED


def test_what_went_on_its_own_before_stays_removed_when_its_parent_comes_back(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    grove.work.tree.remove(ME, grove.now(leaf))
    grove.work.tree.remove(ME, grove.now(field))
    with pytest.raises(InvalidTransitionError, match="'Leaf' went with 'Field'"):
        grove.work.removal.restore(ME, grove.id, [leaf.id])
    assert grove.work.tree.restore(ME, grove.id, field.id) == 2
    assert grove.now(leaf).state is NodeState.REMOVED
    assert grove.work.removal.restore(ME, grove.id, [leaf.id]) == 1
    assert grove.now(sub).n_children == 1


@pytest.mark.parametrize("name", ["move", "merge", "kind", "remove"])
def test_nothing_chosen_is_refused_in_words(grove: Grove, name: str) -> None:
    [field] = grove.add(None, "Field")
    calls: dict[str, Callable[[], object]] = {
        "move": lambda: grove.work.tree.move(ME, [], None),
        "merge": lambda: grove.work.merging.merge(ME, [], field),
        "kind": lambda: grove.work.kinds.change(ME, [], NodeKind.FIELD),
        "remove": lambda: grove.work.removal.remove(ME, []),
    }
    with pytest.raises(InvalidInputError, match="No node is chosen"):
        calls[name]()


def test_a_bulk_edit_is_all_or_nothing_and_lists_every_conflict_and_problem(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    a, b, c, d = (grove.now(node) for node in grove.add(field, "a", "b", "c", "d"))
    grove.work.tree.edit(ANNA, b, Texts("Hers", "", ()))
    before = grove.rows()
    report = grove.work.bulk.edit_many(
        ME,
        [
            (a, Texts("A new name", "", ())),
            (b, Texts("Mine", "", ())),
            (c, Texts("", "", ())),
            (d, Texts("D ", "", ())),
        ],
    )
    assert [(each.mine.name, each.current.name) for each in report.conflicts] == [("Mine", "Hers")]
    assert ["is empty" in each.message for each in report.problems] == [True]
    assert (report.saved, report.refused) == (0, True)
    report = grove.work.bulk.edit_many(ME, [(a, Texts("c", "", ())), (d, Texts("c", "", ()))])
    assert [each.seen.name for each in report.problems] == ["a", "d"]
    assert grove.rows() == before


def test_rows_that_swap_their_names_are_saved_and_taken_back_together(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    a, b, c = (grove.now(node) for node in grove.add(field, "a", "b", "c"))
    before = grove.rows()
    texts = [(a, Texts("b", "x", ())), (b, Texts("c", "", ("s",))), (c, Texts("a", "", ()))]
    assert grove.work.bulk.edit_many(ME, texts).saved == 3
    assert grove.names(field) == ["b", "c", "a"]
    grove.sound()
    grove.undo()
    assert grove.rows() == before
    grove.redo()
    assert grove.names(field) == ["b", "c", "a"]


def test_rows_that_are_the_same_are_not_written(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    report = grove.work.bulk.edit_many(ME, [(field, Texts("Field ", "", ("  ",)))])
    assert (report.saved, report.refused, grove.now(field).version) == (0, False, field.version)
    assert grove.work.bulk.edit_many(ME, []).saved == 0
