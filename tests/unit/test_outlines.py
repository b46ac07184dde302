"""Pasting an outline: the preview says what each line becomes, and then all of it is added or nothing."""

from __future__ import annotations

import pytest

from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError, InvalidInputError
from core.services.outlines import LineState
from core.services.tree_edits import Texts
from tests.unit.grove import ANNA, ME, Grove, grove

__all__ = ["grove"]


def _preview(g: Grove, parent: int | None, text: str, *, leave_near: bool = False) -> list[tuple[str, str, str]]:
    rows = g.work.outlines.preview(g.id, parent, text, leave_near=leave_near)
    return [(row.line.name, row.kind.value if row.kind else "", row.words) for row in rows]


def test_indentation_gives_parents_and_kinds_at_the_top(grove: Grove) -> None:
    text = "Science\n  Physics :: What moves\n    Mechanics = statics; dynamics\n    Optics\n      Lenses\n  Chemistry"
    assert _preview(grove, None, text) == [
        ("Science", "field", "new"),
        ("Physics", "sub_field", "new"),
        ("Mechanics", "discipline", "new"),
        ("Optics", "sub_field", "new"),
        ("Lenses", "discipline", "new"),
        ("Chemistry", "sub_field", "new"),
    ]
    made = grove.work.outlines.add_outline(ME, grove.id, None, text)
    assert made.made == 6
    [field] = grove.work.taxonomy.children(grove.id, None)
    assert made.first == field.id
    assert (field.n_children, field.n_descendants) == (2, 5)
    physics = grove.work.taxonomy.children(grove.id, field.id)[0]
    mechanics = grove.work.taxonomy.children(grove.id, physics.id)[0]
    assert (physics.description, mechanics.synonyms) == ("What moves", ("statics", "dynamics"))
    grove.sound()


def test_a_line_that_is_there_already_is_found_by_name_and_by_synonym(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    grove.work.tree.edit(ME, leaf, Texts("Leaf", "", ("blade",)))
    text = "SUB\n  Blade\n  leaf\n  Leafs\n  New\n  new"
    assert _preview(grove, field.id, text) == [
        ("SUB", "sub_field", "exists"),
        ("Blade", "discipline", "exists as synonym of Leaf"),
        ("leaf", "discipline", "exists"),
        ("Leafs", "discipline", "new, near: Leaf"),
        ("New", "discipline", "new"),
        ("new", "discipline", "same as line 5"),
    ]
    assert grove.work.outlines.add_outline(ME, grove.id, field.id, text, leave_near=True).made == 1
    assert grove.names(sub) == ["Leaf", "New"]
    assert grove.work.outlines.add_outline(ME, grove.id, field.id, text).made == 1
    assert grove.names(sub) == ["Leaf", "New", "Leafs"]
    grove.sound()


def test_what_stands_below_a_line_named_twice_is_put_together(grove: Grove) -> None:
    text = "A\n  B\nC\na\n  D\n  b\n    E"
    assert grove.work.outlines.add_outline(ME, grove.id, None, text).made == 5
    [first, second] = grove.work.taxonomy.children(grove.id, None)
    assert [first.name, second.name] == ["A", "C"]
    assert grove.names(first) == ["B", "D"]
    below = grove.work.taxonomy.children(grove.id, first.id)[0]
    assert grove.names(below) == ["E"]
    grove.sound()


def test_a_problem_in_one_line_is_named_and_nothing_is_added(grove: Grove) -> None:
    field, sub, leaf = grove.branch()
    [gone] = grove.add(sub, "Gone")
    grove.work.tree.remove(ME, grove.now(gone))
    before = grove.rows()
    for text, line, words in (
        ("Fine\nSub\n  Leaf\n    Deeper", 4, "Nothing can stand below 'Leaf'"),
        ("Sub\n  gone", 2, "removed: restore it first"),
        ("Sub\n  " + " = ".join(["Many", "; ".join(f"s{n}" for n in range(60))]), 2, "60 synonyms"),
    ):
        rows = grove.work.outlines.preview(grove.id, field.id, text)
        assert [row.line.line for row in rows if row.state is LineState.PROBLEM] == [line]
        with pytest.raises(ImportRejectedError, match=words) as refused:
            grove.work.outlines.add_outline(ME, grove.id, field.id, text)
        assert refused.value.line == line
    with pytest.raises(InvalidInputError):
        grove.work.outlines.preview(grove.id, leaf.id, "Anything")
    assert grove.rows() == before


@pytest.mark.parametrize("text", ["", "   \n\t\n", "x" * 300, "  - \n", "\n".join(f"n{i}" for i in range(5001))])
def test_empty_or_far_too_long_text_is_refused_with_a_reason(grove: Grove, text: str) -> None:
    with pytest.raises(ImportRejectedError):
        grove.work.outlines.preview(grove.id, None, text)


def test_deeper_than_the_tree_may_be_is_refused(grove: Grove) -> None:
    chain = "\n".join("  " * depth + f"Level {depth}" for depth in range(20))
    assert grove.work.outlines.add_outline(ME, grove.id, None, chain).made == 20
    deepest = next(path for path in grove.work.taxonomy.search(grove.id, "Level 18") if path[-1].name == "Level 18")
    assert "below level 20" in _preview(grove, deepest[-1].id, "Level 19b\n  Level 20")[1][2]


def test_one_press_too_many_adds_nothing_twice_and_all_is_one_action(grove: Grove) -> None:
    before = grove.rows()["node"]
    assert grove.work.outlines.add_outline(ME, grove.id, None, "A\n  B", token="t1").made == 2
    assert grove.work.outlines.add_outline(ME, grove.id, None, "A\n  B", token="t1").made == 0
    grove.undo()
    assert grove.rows()["node"] == before


def test_names_of_any_script_and_hostile_ones_are_kept_as_they_are(grove: Grove) -> None:
    names = ["Науки", "物理学", "العلوم", "<img src=x onerror=alert(1)>", "a\u0301b"]
    grove.work.outlines.add_outline(ME, grove.id, None, "\n".join(names))
    assert grove.names(None) == [*names[:4], "áb"]


def test_five_thousand_lines_fit_at_once(grove: Grove) -> None:
    text = "\n".join(f"{'  ' if number % 50 else ''}Name {number}" for number in range(5000))
    assert grove.work.outlines.add_outline(ANNA, grove.id, None, text).made == 5000
    assert {node.kind for node in grove.work.taxonomy.children(grove.id, None)} == {NodeKind.FIELD}
    grove.sound()
