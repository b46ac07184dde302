"""Names in other languages: written with the other texts in one action, undone with them, found, never overwritten."""

from __future__ import annotations

import pytest

from core.errors import ConflictError, InvalidInputError
from core.services.tree_edits import Texts
from tests.unit.grove import ANNA, ME, Grove, grove

__all__ = ["grove"]
FRENCH = {"preferred": "Droit", "alternatives": ["Loi"], "definition": "Des règles", "scope_note": ""}


def test_they_are_saved_with_the_texts_in_one_action_found_and_taken_back(grove: Grove) -> None:
    [node] = grove.add(None, "Law")
    after = grove.work.tree.edit(
        ME, node, Texts("The law", "", ()), {" FR": FRENCH | {"alternatives": [" Loi ", "Loi"]}}
    )
    assert (after.name, after.labels) == ("The law", {"fr": FRENCH})
    for word in ("droit", "loi", "regles"):
        assert grove.work.taxonomy.search(grove.id, word)[0][-1].id == node.id
    last = grove.work.actions.choice(ME, grove.id).undo
    assert last
    taken = grove.work.actions.undo(ME, grove.id, last.id)
    assert (grove.now(node).name, grove.now(node).labels) == ("Law", {})
    assert not grove.work.taxonomy.search(grove.id, "droit")
    grove.work.actions.redo(ME, grove.id, taken.id)
    assert grove.work.taxonomy.search(grove.id, "droit")


def test_they_reopen_no_verification_and_stay_when_only_the_texts_are_edited(grove: Grove) -> None:
    [node] = grove.add(None, "Law")
    grove.vote(ME, node)
    after = grove.work.tree.edit(ME, grove.now(node), Texts.of(node), {"fr": FRENCH})
    assert (after.state, after.labels) == ("verified", {"fr": FRENCH})
    assert grove.work.tree.edit(ME, after, Texts("Law", "", ("Jus",))).labels == {"fr": FRENCH}


def test_two_people_do_not_overwrite_each_others_languages(grove: Grove) -> None:
    [node] = grove.add(None, "Law")
    grove.work.tree.edit(ANNA, node, Texts.of(node), {"fr": FRENCH})
    with pytest.raises(ConflictError):
        grove.work.tree.edit(ME, node, Texts.of(node), {"de": {"preferred": "Recht"}})
    assert grove.now(node).labels == {"fr": FRENCH}


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({"french language": FRENCH}, "no code of a language"),
        ({"": FRENCH}, "no code of a language"),
        ({"fr": FRENCH, "FR": FRENCH}, "there twice"),
        ({"fr": {}}, "has no name"),
        ({"fr": {"preferred": "x" * 300}}, "In the language 'fr': The name has 300 characters"),
        ({f"x{i:02}-a": FRENCH for i in range(101)}, "101 languages"),
    ],
)
def test_what_cannot_be_is_refused_with_the_language(grove: Grove, labels: dict[str, object], words: str) -> None:
    [node] = grove.add(None, "Law")
    with pytest.raises(InvalidInputError, match=words):
        grove.work.tree.edit(ME, node, Texts.of(node), labels)  # type: ignore[arg-type]


def test_what_nobody_wrote_in_passes_as_it_came_from_a_file(grove: Grove) -> None:
    [node] = grove.add(None, "Law")
    odd = {"": {"preferred": "Ius", "source": "a file"}}
    with grove.work.context.store.write() as tx:
        tx.run("UPDATE node SET labels=json(?) WHERE id=?", ('{"": {"preferred": "Ius", "source": "a file"}}', node.id))
    after = grove.work.tree.edit(ME, grove.now(node), Texts.of(node), {**odd, "fr": FRENCH})
    assert after.labels == {**odd, "fr": FRENCH}
