"""What the tree of the Taxonomy page shows: everything, or the hits of a search in their path."""

from __future__ import annotations

import pytest

from core.services.tree_edits import Texts
from core.services.tree_search import Query
from pages.components.session import Here
from pages.components.tree_shown import FoundTree, WholeTree
from pages.components.tree_source import Source
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import ANNA, found


@pytest.fixture
def h(studio: Studio) -> Here:
    """The starter taxonomy."""
    return Here(studio.work, ME, studio.mine())


def names(tree: Source, parent: int | None = None, level: int = 0) -> list[str]:
    """The rows from top to bottom, indented, hits with a star."""
    drawn: list[str] = []
    for row in tree.children(parent, 0, 500).rows:
        drawn += [f"{'  ' * level}{row.name}{'*' * row.hit}", *names(tree, row.id, level + 1)]
    return drawn


def test_hits_stand_in_their_path_and_nothing_else_does(h: Here) -> None:
    tree = FoundTree(h, Query("prehist"))
    assert names(tree) == ["Humanities", "  Historical studies", "    Prehistory*"]
    assert (tree.total.count, tree.children(None, 0, 9).rows[0].n_children) == (1, 1)


def test_the_branch_of_the_best_hit_comes_first(h: Here) -> None:
    tree = FoundTree(h, Query("psych"))
    first = tree.children(None, 0, 1).rows[0]
    best = h.work.taxonomy.some(h.project_id, [tree.best or 0])[0]
    assert best.name.startswith("Psych")
    assert best.path.startswith(f"/{first.id}/")


def test_the_way_to_a_hit_is_counted_among_the_hits(studio: Studio, h: Here) -> None:
    tree, node = FoundTree(h, Query("prehist")), found(studio, h.project, "Prehistory")
    assert [place.index for place in tree.reveal(node.id)] == [0, 0, 0]
    assert [place.index for place in WholeTree(h, removed=False).reveal(node.id)] == [0, 0, 3]
    assert tree.reveal(found(studio, h.project, "Agriculture").id) == ()


def test_what_others_change_is_found_by_the_next_look(studio: Studio, h: Here) -> None:
    tree, node = FoundTree(h, Query("prehist")), found(studio, h.project, "Prehistory")
    before = tree.revision
    assert names(tree)
    h.work.tree.edit(ANNA, node, Texts("Deep past", "", ()))
    assert (tree.revision != before, names(tree), tree.best) == (True, [], None)


def test_each_search_person_and_switch_has_its_own_revision(h: Here) -> None:
    sources: list[Source] = [
        WholeTree(h, removed=False),
        WholeTree(h, removed=True),
        WholeTree(Here(h.work, ANNA, h.project), removed=False),
        FoundTree(h, Query("a")),
        FoundTree(h, Query("a", mine=True)),
    ]
    assert len({source.revision for source in sources}) == len(sources)


def test_removed_nodes_are_shown_on_request(studio: Studio, h: Here) -> None:
    field = found(studio, h.project, "Agriculture")
    h.work.tree.remove(ME, field)
    assert "Agriculture" not in names(WholeTree(h, removed=False))
    assert "Agriculture" in names(WholeTree(h, removed=True))
