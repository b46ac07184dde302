"""Actions in the tree of the Taxonomy page: what asks first, what happens at once, what is undone."""

from __future__ import annotations

import pytest

from core.domain.states import NodeState
from pages.components.tree_element import TreeElement
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import at, found, keys, opened, press, stand_in, state, text_of, wished


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TreeElement, "draw", stand_in)


def test_actions_of_the_tree_open_what_asks_first(studio: Studio) -> None:
    project = studio.mine()
    node = found(studio, project, "Prehistory")
    for do, key in (("rename", "taxonomy.edit.submit"), ("remove", "taxonomy.remove.vote")):
        app = wished(opened(studio, project), do, node.id)
        assert key in keys(app), do
        assert at(app, "node") == str(node.id)
    parent = found(studio, project, "Historical studies")
    app = wished(opened(studio, project), "add", parent.id)
    assert "taxonomy.add.submit" in keys(app)


def test_a_move_names_both_places_and_happens_after_yes(studio: Studio) -> None:
    project = studio.mine()
    node, to = found(studio, project, "Prehistory"), found(studio, project, "Language and letters")
    app = wished(opened(studio, project), "move", node.id, to=to.id)
    assert "Humanities › Historical studies" in text_of(app)
    assert "Humanities › Language and letters" in text_of(app)
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.parent_id == node.parent_id
    press(app, "taxonomy.move.confirm")
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.parent_id == to.id
    press(app, "taxonomy.undo")
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.parent_id == node.parent_id
    press(app, "taxonomy.redo")
    assert studio.work.taxonomy.view(ME, project.id, node.id).node.parent_id == to.id


def test_a_move_that_cannot_be_is_refused_in_the_dialog(studio: Studio) -> None:
    project = studio.mine()
    node, to = found(studio, project, "Prehistory"), found(studio, project, "Archaeology")
    app = wished(opened(studio, project), "move", node.id, to=to.id)
    press(app, "taxonomy.move.confirm")
    assert "cannot stand below" in app.error[0].value
    assert "taxonomy.move.confirm" in keys(app)


def test_several_are_removed_together_after_a_count_that_takes_no_node_twice(studio: Studio) -> None:
    project = studio.mine()
    field, inside = found(studio, project, "Humanities"), found(studio, project, "Prehistory")
    other = found(studio, project, "Agriculture")
    ids = [inside.id, field.id, other.id]
    app = wished(opened(studio, project), "remove", *ids)
    going = field.n_descendants + other.n_descendants + 2
    assert app.button(key="taxonomy.remove.many").label == f"Remove {going} nodes"
    press(app, "taxonomy.remove.many")
    assert {state(studio, project, node) for node in (field, inside, other)} == {NodeState.REMOVED}
    wished(opened(studio, project), "restore", field.id, other.id)
    assert {state(studio, project, node) for node in (field, inside, other)} == {NodeState.PROPOSED}


def test_kept_in_the_tree_is_voted_keep(studio: Studio) -> None:
    project = studio.mine()
    nodes = [found(studio, project, name) for name in ("Humanities", "Agriculture")]
    wished(opened(studio, project), "keep", *(node.id for node in nodes))
    assert {state(studio, project, node) for node in nodes} == {NodeState.VERIFIED}


@pytest.mark.parametrize("do", ["drop table", "__class__", "files", "move"])
def test_what_the_browser_makes_up_changes_nothing(studio: Studio, do: str) -> None:
    project = studio.mine()
    before = studio.work.taxonomy.revision(project.id)
    wished(opened(studio, project), do, 987_654)
    assert studio.work.taxonomy.revision(project.id) == before


def test_among_siblings_a_move_happens_at_once(studio: Studio) -> None:
    project = studio.mine()
    first, second, third = studio.work.taxonomy.children(project.id, None)[:3]
    app = wished(opened(studio, project), "move", first.id, before=third.id)
    assert [n.id for n in studio.work.taxonomy.children(project.id, None)[:3]] == [second.id, first.id, third.id]
    assert "Reordered Humanities" in text_of(app)
    assert "taxonomy.move.confirm" not in keys(app)


def test_what_cannot_be_restored_says_why(studio: Studio) -> None:
    project = studio.mine()
    field, inside = found(studio, project, "Humanities"), found(studio, project, "Prehistory")
    studio.work.tree.remove(ME, field)
    app = wished(opened(studio, project), "restore", inside.id)
    assert "Restore 'Humanities' first" in app.error[0].value.replace("\\", "")
