"""Merging: nothing that hangs from a node is lost, its names and links lead on, and all of it can be taken back."""

from __future__ import annotations

import pytest

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import ConflictError, InvalidInputError
from core.services.merging import joined_labels
from core.services.tree_edits import Texts
from tests.unit.grove import ANNA, ME, Grove, grove

__all__ = ["grove"]


def _merge(g: Grove, target: Node, *sources: Node) -> Node:
    return g.work.merging.merge(ME, [g.now(node) for node in sources], g.now(target))


def _two(g: Grove) -> tuple[Node, Node]:
    [field] = g.add(None, "Field")
    [one, other] = g.add(field, "Statistics", "Stats")
    return one, other


def test_children_names_and_links_follow_and_the_old_link_leads_to_the_target(grove: Grove) -> None:
    one, other = _two(grove)
    [third] = grove.add(None, "Third")
    grove.work.tree.edit(ME, grove.now(other), Texts("Stats", "", ("numbers", "STATISTICS")))
    grove.add(one, "A")
    [moved] = grove.add(other, "B")
    grove.vote(ANNA, moved)
    grove.work.links.add(ME, grove.id, other.id, "related", target_id=third.id)
    grove.work.links.add(ME, grove.id, third.id, "broader", target_id=other.id)
    after = _merge(grove, one, other)
    assert after.synonyms == ("Stats", "numbers")
    assert grove.names(after) == ["A", "B"]
    assert grove.now(moved).state is NodeState.VERIFIED  # it stands below the same thing under another name
    assert grove.work.taxonomy.view(ME, grove.id, other.id).node.id == one.id
    links = grove.work.links.of(grove.id, one.id)
    assert [(link.link.relation, link.incoming, link.path[-1].id) for link in links] == [
        ("related", False, third.id),
        ("broader", True, third.id),
    ]
    grove.sound()


def test_the_history_of_what_was_merged_is_part_of_the_targets(grove: Grove) -> None:
    one, other = _two(grove)
    grove.work.tree.edit(ME, grove.now(other), Texts("Stat", "", ()))
    _merge(grove, one, other)
    told = [entry.action.title for entry in grove.work.taxonomy.view(ME, grove.id, one.id).history]
    assert "Renamed Stats to Stat" in told
    assert "Merged Stat into Statistics" in told


def test_a_merge_is_undone_and_made_again_exactly(grove: Grove) -> None:
    _, sub, leaf = grove.branch()
    [other] = grove.add(sub, "Leaves")
    grove.subject(leaf, "S", made=1)
    grove.subject(other, "S", made=2)
    grove.vote(ANNA, other)
    before = grove.rows()
    _merge(grove, leaf, other)
    after = grove.rows()
    grove.undo()
    assert grove.rows() == before
    grove.redo()
    assert grove.rows() == after
    grove.sound()


def test_subjects_of_one_name_are_kept_apart_and_samples_follow(grove: Grove) -> None:
    _, sub, leaf = grove.branch()
    [other] = grove.add(sub, "Leaves")
    grove.subject(leaf, "Algebra")
    grove.subject(leaf, "Algebra (from Leaves)")
    moved = grove.subject(other, "algebra", made=2)
    plan = grove.work.merging.preview(grove.id, [other.id], leaf.id)
    assert [(each.old_name, each.name) for each in plan.renamed] == [("algebra", "algebra (from Leaves, 2)")]
    assert (plan.hanging.subjects, plan.hanging.samples) == (1, 2)
    _merge(grove, leaf, other)
    assert grove.subjects(leaf) == ["Algebra", "Algebra (from Leaves)", "algebra (from Leaves, 2)"]
    assert grove.count("SELECT count(*) FROM sample WHERE node_id=? AND subject_id=?", leaf.id, moved) == 2
    assert grove.count("SELECT count(*) FROM sample WHERE lineage LIKE '%as it was%'") == 2


def test_children_of_one_name_are_merged_in_their_turn(grove: Grove) -> None:
    one, other = _two(grove)
    [kept] = grove.add(one, "Algebra")
    [twin] = grove.add(other, " ALGEBRA")
    grove.work.tree.edit(ME, grove.now(twin), Texts("ALGEBRA", "", ("al-jabr",)))
    subject = grove.subject(twin, "Rings", made=1)
    plan = grove.work.merging.preview(grove.id, [other.id], one.id)
    assert [(each.node.id, each.into.id) for each in plan.taken] == [(other.id, one.id), (twin.id, kept.id)]
    _merge(grove, one, other)
    assert grove.now(twin).merged_into == kept.id
    assert grove.now(kept).synonyms == ("al-jabr",)
    assert grove.subjects(kept) == ["Rings"]
    assert grove.count("SELECT node_id FROM sample WHERE subject_id=?", subject) == kept.id
    grove.sound()


def test_the_same_child_of_two_sources_comes_once(grove: Grove) -> None:
    one, other = _two(grove)
    [third] = grove.add(grove.work.taxonomy.children(grove.id, None)[0], "Third")
    grove.add(other, "Twin")
    grove.add(third, "Twin", "Own")
    _merge(grove, one, other, third)
    assert grove.names(one) == ["Twin", "Own"]
    grove.sound()


def test_what_stands_in_the_way_is_listed_and_nothing_is_merged(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    grove.subject(leaf, "S")
    [other] = grove.add(field, "Other")
    [again] = grove.add(other, "Deep")
    grove.work.tree.remove(ME, grove.now(again))
    [live] = grove.add(sub, "Deep")
    before = grove.rows()
    for sources, target, words in (
        ([field], leaf, "which is below it"),
        ([leaf], sub, "has subjects"),
        ([sub], sub, "into itself"),
        ([sub], other, "removed 'Deep'"),
        ([field], other, "which is below it"),
        ([sub], live, "below it"),
    ):
        plan = grove.work.merging.preview(grove.id, [node.id for node in sources], target.id)
        assert words in " ".join(plan.problems)
        with pytest.raises(InvalidInputError):
            _merge(grove, target, *sources)
    assert grove.rows() == before


def test_a_child_can_be_merged_into_its_parent(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    _merge(grove, field, sub)
    assert grove.now(leaf).parent_id == field.id
    assert grove.names(field) == ["Leaf"]
    grove.sound()


def test_a_name_that_was_merged_away_is_not_added_again(grove: Grove) -> None:
    one, other = _two(grove)
    _merge(grove, one, other)
    with pytest.raises(InvalidInputError, match="was merged into 'Statistics'"):
        grove.add(grove.work.taxonomy.children(grove.id, None)[0], "Stats")


def test_a_merge_of_what_somebody_changed_meanwhile_is_refused(grove: Grove) -> None:
    one, other = _two(grove)
    seen = grove.now(other)
    grove.work.tree.edit(ANNA, grove.now(other), Texts("Status", "", ()))
    with pytest.raises(ConflictError, match="Status"):
        grove.work.merging.merge(ME, [seen], grove.now(one))


def test_an_address_of_the_merged_concept_stays_as_an_exact_match(grove: Grove) -> None:
    one, other = _two(grove)
    with grove.work.context.store.write() as tx:
        tx.run("UPDATE node SET uri='http://example.org/stats' WHERE id=?", (other.id,))
    _merge(grove, one, other)
    [link] = grove.work.links.of(grove.id, one.id)
    assert (link.link.relation, link.link.target_uri) == ("exactMatch", "http://example.org/stats")


def test_more_synonyms_than_a_node_may_have_are_refused_before_the_merge(grove: Grove) -> None:
    one, other = _two(grove)
    grove.work.tree.edit(ME, grove.now(other), Texts("Stats", "", tuple(f"s{n}" for n in range(50))))
    assert "51 synonyms" in grove.work.merging.preview(grove.id, [other.id], one.id).problems[0]


def test_names_in_other_languages_are_joined_without_repeats() -> None:
    there: dict[str, dict[str, object]] = {"fr": {"preferred": "Statistique", "alternatives": ["stats"]}}
    more: dict[str, dict[str, object]] = {
        "fr": {"preferred": "Statistiques", "alternatives": ["stats"]},
        "de": {"preferred": "Statistik"},
    }
    assert joined_labels(there, more) == {
        "fr": {"preferred": "Statistique", "alternatives": ["stats", "Statistiques"]},
        "de": {"preferred": "Statistik"},
    }
