"""Nodes that may mean the same are suggested, those told apart are not; links beside the tree."""

from __future__ import annotations

import pytest

from core.errors import InvalidInputError, NotFoundError
from core.services.likeness import pieces
from core.services.tree_edits import Texts
from tests.unit.grove import ME, Grove, grove

__all__ = ["grove"]


def _groups(g: Grove) -> list[list[str]]:
    return [[path[-1].name for path in group.paths] for group in g.work.likeness.suggestions(g.id).groups]


def test_names_and_synonyms_that_are_nearly_the_same_are_suggested_across_the_tree(grove: Grove) -> None:
    one, other = grove.add(None, "Science", "Humanities")
    [a] = grove.add(one, "Statistics & Probability")
    [b] = grove.add(other, "Number games")
    [c] = grove.add(other, "Géologie", "Geologie")[:1]
    assert _groups(grove) == [["Géologie", "Geologie"]]
    grove.work.tree.edit(ME, b, Texts("Number games", "", ("probability and statistic",)))
    assert _groups(grove) == [["Géologie", "Geologie"], ["Statistics & Probability", "Number games"]]
    grove.work.tree.remove(ME, grove.now(c))
    assert _groups(grove) == [["Statistics & Probability", "Number games"]]
    assert [each.node.id for each in grove.work.likeness.similar(grove.id, a.id)] == [b.id]


def test_what_was_told_apart_is_suggested_no_more_until_that_is_taken_back(grove: Grove) -> None:
    nodes = [grove.add(field, "Ethics")[0] for field in grove.add(None, "A", "B", "C")]
    ids = [node.id for node in nodes]
    grove.work.likeness.dismiss(ME, grove.id, ids[:2])
    assert _groups(grove) == [["Ethics", "Ethics", "Ethics"]]
    assert [each.node.id for each in grove.work.likeness.similar(grove.id, ids[0])] == [ids[2]]
    grove.work.likeness.dismiss(ME, grove.id, ids)
    assert _groups(grove) == []
    grove.undo()
    grove.undo()
    assert len(grove.work.likeness.similar(grove.id, ids[0])) == 2
    for wrong in ([], ids[:1], [ids[0], ids[0]]):
        with pytest.raises(InvalidInputError):
            grove.work.likeness.dismiss(ME, grove.id, wrong)


def test_the_suggestions_come_in_pages_and_none_is_lost_or_shown_twice(grove: Grove) -> None:
    one, other = grove.add(None, "A", "B")
    grove.add(one, *[f"Topic {n:02d}" for n in range(25)])
    grove.add(other, *[f"topics {n:02d}" for n in range(25)])
    seen, after, pages = [], "", 0
    while True:
        page = grove.work.likeness.suggestions(grove.id, after=after, size=10)
        seen += [group.key for group in page.groups]
        after, pages = page.after, pages + 1
        if not after:
            break
    assert (len(seen), len(set(seen)), pages) == (25, 25, 3)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Electrodynamics", "Elektrodynamics"),
        ("Medieval literature", "Mediaeval literature"),
        ("Organic chemistry of polymers", "Organic chemistry of polymer"),
        ("Квантовая механика", "Квантовая механика и"),
    ],
)
def test_a_letter_or_two_apart_is_found_and_scored_below_the_same(grove: Grove, name: str, other: str) -> None:
    one, two = grove.add(None, "A", "B")
    [a], _ = grove.add(one, name), grove.add(two, other, "Something else")
    found = grove.work.likeness.similar(grove.id, a.id)
    assert [each.node.name for each in found] == [other]
    assert 88 <= found[0].score <= 100


def test_a_name_is_cut_into_more_pieces_than_letters_may_differ() -> None:
    assert pieces("ab") == []
    assert pieces("abc") == ["abc"]
    assert pieces("abcdefghij") == ["abcde", "fghij"]
    assert "".join(pieces("electromagnetism")) == "electromagnetism"


def test_a_node_has_links_to_nodes_and_to_addresses(grove: Grove) -> None:
    _, _, leaf = grove.branch()
    [other] = grove.add(None, "Other")
    add = grove.work.links.add
    assert add(ME, grove.id, leaf.id, "related", target_id=other.id)
    assert add(ME, grove.id, leaf.id, "exactMatch", target_uri=" http://example.org/x ")
    assert not add(ME, grove.id, leaf.id, "exactMatch", target_uri="http://example.org/x")
    found = grove.work.links.of(grove.id, leaf.id)
    assert [(each.link.relation, each.link.target_uri) for each in found] == [
        ("related", ""),
        ("exactMatch", "http://example.org/x"),
    ]
    assert grove.work.links.of(grove.id, other.id)[0].incoming
    grove.work.links.remove(ME, grove.id, found[0].link.id)
    assert len(grove.work.links.of(grove.id, leaf.id)) == 1
    with pytest.raises(NotFoundError):
        grove.work.links.remove(ME, grove.id, found[0].link.id)
    grove.undo()
    assert len(grove.work.links.of(grove.id, leaf.id)) == 2


def test_links_that_make_no_sense_are_refused(grove: Grove) -> None:
    field, _, leaf = grove.branch()
    [other] = grove.add(None, "Other")
    grove.work.links.add(ME, grove.id, other.id, "related", target_id=leaf.id)
    for relation, target, uri in (
        ("related", leaf.id, ""),
        ("related", None, ""),
        ("related", None, "http://example.org"),
        ("broader", field.id, ""),
        ("related", other.id, ""),
        ("exactMatch", None, "javascript:alert(1)"),
        ("exactMatch", other.id, "http://example.org"),
        ("nonsense", other.id, ""),
    ):
        with pytest.raises(InvalidInputError):
            grove.work.links.add(ME, grove.id, leaf.id, relation, target_id=target, target_uri=uri)
    with pytest.raises(NotFoundError):
        grove.work.links.add(ME, grove.id, leaf.id, "related", target_id=999_999)
