"""Changes of the journal in words that people know."""

from __future__ import annotations

from core.services.histories import NamedChange
from core.store.actions import Change
from pages.components.change_words import change_row, parents_in


def test_a_move_names_the_places_instead_of_their_ids() -> None:
    moved = Change(
        id=1, action_id=1, item="node", row_id=9, owner=9, before='{"parent_id": 7}', after='{"parent_id": 8}'
    )
    each = NamedChange(moved, "Chemistry")
    assert parents_in([each]) == {7, 8}
    row = change_row(each, {7: "Physical sciences", 8: "Life sciences"})
    assert (row["Before"], row["After"]) == ("stands below: Physical sciences", "stands below: Life sciences")


def test_a_field_stands_at_the_top() -> None:
    raised = Change(
        id=1, action_id=1, item="node", row_id=9, owner=9, before='{"parent_id": 7}', after='{"parent_id": null}'
    )
    assert change_row(NamedChange(raised, "Chemistry"), {7: "Natural science"})["After"] == "stands below: the top"
